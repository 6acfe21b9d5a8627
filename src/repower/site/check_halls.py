"""Whether machines, halls, options and interconnection fit together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from repower import catalog
from repower.base.errors import Problem, nearest
from repower.base.units import W_PER_MW, Mw
from repower.site.agreements import Hosting, Lease
from repower.site.check_power import onsite_mw
from repower.site.document import Document, entries, placed, whole
from repower.site.halls import Fleet, Hall, HallOption
from repower.site.refusal import shown

ROUNDING: Final = 1e-9
"""Relative slack of a limit, for sums of decimal fractions."""

OPTION_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "keep": frozenset(),
    "stop": frozenset({"earliest"}),
    "refresh": frozenset({"earliest", "model", "cooling", "price_usd_per_ths", "build_weeks"}),
    "colocation_reuse": frozenset(
        {"earliest", "cooling", "terms", "critical_it_mw", "capex_usd_per_mw", "build_weeks"}
    ),
    "colocation_new": frozenset({"earliest", "cooling", "terms", "critical_it_mw", "capex_usd_per_mw", "build_weeks"}),
    "gpu_cloud": frozenset(
        {"earliest", "model", "cooling", "terms", "critical_it_mw", "capex_usd_per_mw", "build_weeks"}
    ),
}
"""Kind of option -> keys that mean something there."""

POINTS_OF_A_CURVE: Final = 2

IMMERSION: Final = "immersion"

AI_KINDS: Final = frozenset({"colocation_reuse", "colocation_new", "gpu_cloud"})


def check_machines(document: Document) -> Iterator[Problem]:
    """Machines and cooling kinds are in the catalog and can live together."""
    for key, hall in placed(document.hall, "hall"):
        yield from _cooling(hall.cooling, f"{key}.cooling")
        for place, fleet in placed(hall.fleets, f"{key}.fleet"):
            yield from _asic(fleet.model, hall.cooling, f"{place}.model")
            yield from _curve(fleet, f"{place}.profile")
        for place, option in placed(hall.options, f"{key}.option"):
            yield from _option_machine(option, hall, place)


def check_present(document: Document) -> Iterator[Problem]:
    """There is a hall to plan for."""
    if not document.hall:
        yield Problem(
            "the site has no hall", "add at least one [[hall]] (`repower init` writes an example)", key="hall"
        )


def check_shells(document: Document) -> Iterator[Problem]:
    """No hall's machines draw more than its feeders carry."""
    for key, hall in placed(document.hall, "hall"):
        load_mw = _installed_mw(hall) + _hosted_mw(document, hall.name)
        if load_mw > hall.shell_mw * (1 + ROUNDING):
            yield Problem(
                f"machines in hall {hall.name} draw {load_mw:,.2f} MW at the wall, more than its shell carries",
                f"lower the counts, or give shell_mw at least {load_mw:,.2f} if feeders and cooling carry it",
                key=f"{key}.shell_mw",
                value=shown(hall.shell_mw),
            )
    halls = {hall.name: hall for _, hall in placed(document.hall, "hall")}
    for key, lease in placed(document.contract, "contract"):
        if isinstance(lease, Lease) and lease.critical_it_mw is not None and lease.hall and lease.hall in halls:
            yield from _over_shell(lease.critical_it_mw, halls[lease.hall], f"{key}.critical_it_mw")


def check_site_load(document: Document) -> Iterator[Problem]:
    """All machines together draw no more than the interconnection and the plants on the site give."""
    if not (document.hall and whole(document.hall)):
        return
    hosted = [deal for _, deal in placed(document.contract, "contract") if isinstance(deal, Hosting)]
    load_mw = sum(_installed_mw(hall) for hall in document.hall) + _together_mw(hosted)
    plants_mw = onsite_mw(document)
    limit_mw = document.interconnect.import_limit_mw + plants_mw
    if limit_mw > 0 and load_mw > limit_mw * (1 + ROUNDING):
        more_mw = load_mw - plants_mw
        fix = f"lower the counts, or give import_limit_mw at least {more_mw:,.2f} if that much is contracted"
        if document.interconnect.import_limit_mw == 0:
            fix = f"lower the counts, or correct the plants' capacity: they lack {more_mw:,.2f} MW"
        plants = f" and {plants_mw:,.2f} MW of plants on the site" if plants_mw else ""
        yield Problem(
            f"the machines of all halls draw {load_mw:,.2f} MW, more than the interconnection{plants} give",
            fix,
            key="interconnect.import_limit_mw",
            value=shown(document.interconnect.import_limit_mw),
        )


def check_options(document: Document) -> Iterator[Problem]:
    """Every option says what its kind needs, nothing that its kind ignores, and is there once."""
    for key, hall in placed(document.hall, "hall"):
        seen: set[tuple[object, ...]] = set()
        for place, option in placed(hall.options, f"{key}.option"):
            if option.kind not in OPTION_KEYS:
                continue
            yield from _unused(option, place)
            if option.critical_it_mw is not None:
                yield from _over_shell(option.critical_it_mw, hall, f"{place}.critical_it_mw")
            same = (option.kind, option.model, option.cooling, option.terms, option.critical_it_mw)
            if same in seen:
                yield Problem(
                    f"hall {hall.name} has this option twice",
                    "take one away, or let them differ in model, cooling, terms or critical_it_mw",
                    key=f"{place}.kind",
                    value=shown(option.kind),
                )
            seen.add(same)


def _installed_mw(hall: Hall) -> Mw:
    """Wall power of a hall's fleets at their rated point [MW]; machines that are not in the catalog count nothing."""
    power_w = {machine.model: machine.power_w for machine in catalog.asics()}
    fleets = [fleet for _, fleet in placed(hall.fleets, "fleet")]
    return sum(fleet.count * power_w.get(fleet.model, 0.0) for fleet in fleets) / W_PER_MW


def _hosted_mw(document: Document, hall: str) -> Mw:
    deals = [deal for _, deal in placed(document.contract, "contract") if isinstance(deal, Hosting)]
    return _together_mw([deal for deal in deals if hall and deal.hall == hall])


def _together_mw(deals: Sequence[Hosting]) -> Mw:
    """Most that hosted machines draw on one day: agreements that follow each other do not add up."""
    return max((sum(other.load_mw for other in deals if _in_force_on(other, deal.start)) for deal in deals), default=0)


def _in_force_on(deal: Hosting, day: date | None) -> bool:
    """Whether an agreement is in force on a day; an unread date counts as if it were."""
    started: date | None = deal.start
    ends: date | None = deal.end
    return day is None or ((started is None or started <= day) and (ends is None or day < ends))


def _over_shell(critical_it_mw: Mw, hall: Hall, key: str) -> Iterator[Problem]:
    if critical_it_mw > hall.shell_mw * (1 + ROUNDING):
        yield Problem(
            f"this is more IT than the shell of hall {hall.name} carries ({hall.shell_mw:g} MW at the meter)",
            "lower it, leaving room for cooling and losses, or correct shell_mw of the hall",
            key=key,
            value=shown(critical_it_mw),
        )


def _cooling(kind: str, key: str) -> Iterator[Problem]:
    known = tuple(row.kind for row in catalog.coolings())
    if kind and kind not in known:
        yield _unknown("no such kind of cooling in the catalog", kind, known, "cooling", key)


def _asic(model: str, cooling: str, key: str) -> Iterator[Problem]:
    """The machine is known, and the cooling it stands under can serve it."""
    machines = {machine.model: machine for machine in catalog.asics()}
    if model and model not in machines:
        yield _unknown("no such mining machine in the catalog", model, tuple(machines), "asics", key)
    served = {row.kind: row for row in catalog.coolings()}.get(cooling)
    if model not in machines or served is None:
        return
    needs = machines[model].cooling
    if served.serves == "ai":
        yield Problem(
            f"cooling {cooling} serves AI halls, not mining machines",
            "name the cooling that the machines have today, such as mining_air",
            key=key,
            value=shown(model),
        )
    elif (needs == IMMERSION and cooling != IMMERSION) or (
        needs == "hydro" and (served.liquid_frac == 0 or cooling == IMMERSION)
    ):
        yield Problem(
            f"this machine is built for {needs} cooling, but the hall's cooling is {cooling}",
            f"name an air-cooled model, or the {needs} cooling that the hall really has",
            key=key,
            value=shown(model),
        )


def _curve(fleet: Fleet, key: str) -> Iterator[Problem]:
    if fleet.profile != "curve" or fleet.model not in {machine.model for machine in catalog.asics()}:
        return
    if len(catalog.tuning_points(fleet.model)) < POINTS_OF_A_CURVE:
        machines = [machine.model for machine in catalog.asics()]
        tuned = [model for model in machines if len(catalog.tuning_points(model)) >= POINTS_OF_A_CURVE]
        yield Problem(
            f"the catalog holds no tuning curve of {fleet.model}",
            f'set profile = "stock"; curves are known of: {", ".join(tuned)}',
            key=key,
            value=shown(fleet.profile),
        )


def _option_machine(option: HallOption, hall: Hall, place: str) -> Iterator[Problem]:
    """What an option would install is in the catalog and can be cooled."""
    cooling = option.cooling or hall.cooling
    yield from _cooling(option.cooling, f"{place}.cooling")
    if option.kind == "refresh":
        yield from _asic(option.model, cooling, f"{place}.model")
    if option.kind == "gpu_cloud" and option.model:
        known = tuple(row.model for row in catalog.gpus())
        if option.model not in known:
            yield _unknown("no such GPU in the catalog", option.model, known, "gpus", f"{place}.model")
    if option.kind in {"refresh", "gpu_cloud"} and not option.model:
        table = "asics" if option.kind == "refresh" else "gpus"
        fix = f"add model = <a model of the catalog's table {table}> (`repower catalog {table}` lists them)"
        yield Problem(f"an option of kind {option.kind} says which machine it buys", fix, key=f"{place}.model")
    served = {row.kind: row for row in catalog.coolings()}.get(cooling)
    if option.kind in AI_KINDS and served is not None and served.serves == "asic":
        kinds = ", ".join(row.kind for row in catalog.coolings() if row.serves != "asic")
        whose = "it" if option.cooling else "the hall's own, which counts where the option names none,"
        yield Problem(
            f"cooling {cooling} cannot serve an AI hall; {whose} serves mining machines only",
            f"give the option a cooling that can: {kinds}",
            key=f"{place}.cooling",
            value=shown(option.cooling) if option.cooling else "",
        )


def _unused(option: HallOption, place: str) -> Iterator[Problem]:
    for entry in entries(HallOption):
        name, value = entry.key, getattr(option, entry.name)
        if name == "kind" or value in (None, "") or name in OPTION_KEYS[option.kind]:
            continue
        yield Problem(
            f"an option of kind {option.kind} does not use this key",
            "take it away, or correct the kind",
            key=f"{place}.{name}",
            value=shown(value),
        )


def _unknown(message: str, name: str, known: tuple[str, ...], table: str, key: str) -> Problem:
    close = nearest(name, known)
    hint = f'did you mean "{close}"?' if close else "use a name of the table"
    return Problem(message, f"{hint} (`repower catalog {table}` lists them all)", key=key, value=shown(name))
