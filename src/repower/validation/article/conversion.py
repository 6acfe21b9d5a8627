"""Claims `asic_to_gpu` and `crusoe`: who swapped machines, what of a mine survives, and what became of flare gas."""

from __future__ import annotations

from typing import Final

from repower.base.units import Frac, Mw
from repower.catalog import Deal, Lease, deal, deals
from repower.plan.conversion import build
from repower.plan.result import CapexPart
from repower.site import Hall, HallOption, Reuse
from repower.validation.article.figures import Point, assumed, computed, plain, read, said, stated
from repower.validation.article.leases import counted_once, it_mw
from repower.validation.figures import stated as filled
from repower.validation.result import Claim, Verdict

NAMED: Final = ("Hut 8", "TeraWulf")
"""Companies that the article names for swapping machines."""

MOST_FRAC: Final[Frac] = 0.5
SHEDS: Final = {
    "new": Reuse(),
    "reuse": Reuse(mv_gear_frac=1.0, shell_frac=1.0, cooling_frac=0.5, fibre_frac=1.0),
}
"""Project of `capex_parts` -> what survives: an open shed, and a good building whose cooling half serves."""

SWAP: Final = "IREN-3"


def asic_to_gpu_verdict(swapped_frac: Frac) -> Verdict:
    """Holds where most of the AI power that the named companies sold is their own GPUs in mining halls."""
    return "holds" if swapped_frac > MOST_FRAC else "conditional" if swapped_frac > 0.0 else "does_not_hold"


def asic_to_gpu() -> Claim:
    """What Hut 8 and TeraWulf do, and the value of what a conversion keeps."""
    leased = tuple(each for each in counted_once() if each.landlord.startswith(NAMED))
    leased_mw = it_mw(leased)
    new_site_mw = it_mw(each for each in leased if "greenfield" in _site(each))
    swapped_mw = _own_gpus_mw()
    swapped_frac = swapped_mw / (leased_mw + swapped_mw)
    swap = deal(SWAP)
    where = "catalog leases, deals: Hut 8, TeraWulf"
    shed_frac, building_frac = (_survives_frac(project) for project in ("new", "reuse"))
    works = "plan.conversion.build; catalog capex_parts"
    figures = (
        computed(
            "swapped_frac",
            swapped_frac,
            "1",
            "own GPUs in own mining halls over all AI power of Hut 8 and TeraWulf, deals of the catalog, critical IT",
            ("2026-06", where),
        ),
        computed("leased_mw", leased_mw, "MW", "critical IT let to tenants whose GPUs they are", ("2026-06", where)),
        computed(
            "new_site_frac", new_site_mw / leased_mw, "1", "of that, on sites that were no mines", ("2026-06", where)
        ),
        stated("hut8_own_gpus", "hut8_own_gpus"),
        computed(
            "survives_shed_frac",
            shed_frac,
            "1",
            "value that a mine with an open shed keeps, of an AI hall's cost by part (an assumed split)",
            ("2026-11", works),
        ),
        computed(
            "survives_building_frac",
            building_frac,
            "1",
            "value that a mine in a good building keeps, cooling half kept (an assumed split)",
            ("2026-11", works),
        ),
        stated("replaced_frac", "replaced_frac"),
        stated("suitable_frac", "suitable_frac"),
        read(
            "swap_gross_mw",
            swap.gross_mw,
            ("MW", "IREN in British Columbia: ASICs out, own GPUs in, gross MW"),
            swap.fact,
            swap.company,
        ),
        assumed("most_frac", MOST_FRAC, "1", "share from which we would say that they swap machines"),
    )
    return Claim(
        "asic_to_gpu",
        asic_to_gpu_verdict(swapped_frac),
        figures,
        {"parts": plain(_parts()), "contracts": _contracts(leased)},
    )


def crusoe_verdict(converted_mw: Mw, sold_mw: Mw) -> Verdict:
    """Holds where more of the stranded-energy sites became AI halls than were sold as mines."""
    return "holds" if converted_mw > sold_mw else "conditional" if converted_mw > 0.0 else "does_not_hold"


def crusoe() -> Claim:
    """Modules and MW sold to NYDIG, and the AI campus that is new."""
    sold, campus, whole = (deal(name) for name in ("CRU-1", "CRU-2", "CRU-3"))
    sold_mw, modules = _mw(sold), said("crusoe_modules").value
    converted_mw = sum(_mw(each) for each in deals() if each.company.startswith("Crusoe") and _is_swap(each))
    as_of = sold.fact.as_of
    figures = (
        computed(
            "converted_mw",
            converted_mw,
            "MW",
            "stranded-energy sites turned into AI halls, among the deals of the catalog: none",
            (as_of, "catalog deals: CRU-1 to CRU-3"),
        ),
        computed(
            "sold_mw", sold_mw, "MW", "mining sites sold to NYDIG, power as reported", (as_of, "catalog deals: CRU-1")
        ),
        stated("sold_modules", "crusoe_modules"),
        computed(
            "mw_per_module",
            sold_mw / modules,
            "MW",
            "mean of a module; a container of machines, not a hall",
            (as_of, "catalog deals: CRU-1, article_facts"),
        ),
        computed(
            "campus_first_mw",
            _mw(campus),
            "MW",
            "Abilene, first phase, a new campus",
            (campus.fact.as_of, "catalog deals: CRU-2"),
        ),
        computed(
            "campus_mw",
            _mw(whole),
            "MW",
            "Abilene, all buildings, a new campus",
            (whole.fact.as_of, "catalog deals: CRU-3"),
        ),
    )
    rows: list[Point] = [
        {"what": "sold to NYDIG, still mines", "when": sold.announced, "power_mw": sold_mw},
        {"what": "Abilene, first phase", "when": campus.announced, "power_mw": _mw(campus)},
        {"what": "Abilene, all buildings", "when": whole.announced, "power_mw": _mw(whole)},
    ]
    return Claim("crusoe", crusoe_verdict(converted_mw, sold_mw), figures, {"crusoe": plain(rows)})


def _own_gpus_mw() -> Mw:
    """Critical IT of cloud deals of the named companies in halls of their own."""
    return sum(
        filled(each.critical_it_mw)
        for each in deals()
        if each.company.startswith(NAMED) and each.model.startswith("GPU cloud") and "third party" not in each.site
    )


def _site(lease: Lease) -> str:
    return deal(lease.deal or "").site


def _is_swap(each: Deal) -> bool:
    """Whether a deal puts GPUs into a mining hall."""
    return "conversion" in each.model or "swapped" in each.model


def _mw(each: Deal) -> Mw:
    """Power of a deal as reported, on the basis that its row has: contracted, of the campus, or of its IT."""
    return next(mw for mw in (each.gross_mw, each.nameplate_mw, each.critical_it_mw) if mw is not None)


def _survives_frac(project: str) -> Frac:
    parts = _works(project)
    kept = sum(part.survives_usd for part in parts)
    return kept / (kept + sum(part.spend_usd for part in parts))


def _works(project: str) -> tuple[CapexPart, ...]:
    option = HallOption("colocation_new" if project == "new" else "colocation_reuse")
    return build(Hall("hall", 1.0, "mining_air", reuse=SHEDS[project]), option, 1.0).parts


def _parts() -> list[Point]:
    return [
        {
            "project": project,
            "part": part.part,
            "survives_usd_per_mw": part.survives_usd,
            "bought_usd_per_mw": part.spend_usd,
        }
        for project in SHEDS
        for part in _works(project)
    ]


def _contracts(leased: tuple[Lease, ...]) -> tuple[Point, ...]:
    return plain(
        [
            {
                "deal": each.deal or "",
                "landlord": each.landlord,
                "tenant": each.tenant,
                "critical_it_mw": filled(each.critical_it_mw),
                "site": "new site" if "greenfield" in _site(each) else "mining site",
            }
            for each in leased
        ]
    )
