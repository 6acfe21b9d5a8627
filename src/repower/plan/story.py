"""The plan in words and bars: the answer in one sentence, the timeline of every hall, dates that matter, warnings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from repower.base.clock import Quarter, month_plus, months_between, quarter_of, quarter_start
from repower.base.units import MONTHS_PER_YEAR, USD_PER_MUSD, Mw, Usd
from repower.plan.options import WORDS, Candidate
from repower.plan.phases import lease_of, wall_mw
from repower.plan.result import Caveat, Decision, Span, SpanUse
from repower.plan.world import World
from repower.site import Lease, OnsiteGas, PpaBlock

VERBS = {
    "refresh": "refit {halls} with new ASICs by {when}",
    "stop": "sell the ASICs of {halls} and stop from {when}",
    "colocation_reuse": "convert {halls} to colocation in the standing building by {when}",
    "colocation_new": "convert {halls} to colocation in a new building by {when}",
    "gpu_cloud": "convert {halls} to our own GPU cloud by {when}",
}
AGAIN = {
    "colocation_reuse": "then {halls} in the standing building by {when}",
    "colocation_new": "then {halls} in a new building by {when}",
}
"""Words for a second conversion to colocation after a first."""

KEEPS = {
    "keep mining": "keep {halls} mining",
    "keep the lease in force": "keep the lease in {halls}",
    "leave it empty": "leave {halls} empty",
}


def headline(decisions: Sequence[Decision]) -> str:
    """The answer first: which halls become what and when, which stay, and what waits for what."""
    groups: dict[tuple[date, str], list[str]] = {}
    for one in decisions:
        if one.chosen.kind != "keep":
            ready = one.chosen.hand_over or quarter_start(one.chosen.start)
            groups.setdefault((ready, one.chosen.kind), []).append(one.hall)
    parts: list[str] = []
    let = False
    for (ready, kind), names in sorted(groups.items()):
        words = AGAIN[kind] if let and kind in AGAIN else VERBS[kind]
        let = kind in AGAIN
        parts.append(words.format(halls=_halls(names), when=_in_words(quarter_of(ready))))
    for label, words in KEEPS.items():
        names = [one.hall for one in decisions if one.chosen.label == label]
        if names:
            parts.append(words.format(halls=_halls(names)))
    waits = ", ".join(_waits(decisions))
    sentence = ", ".join(parts) + (f"; {waits}." if waits else ".")
    return sentence[0].upper() + sentence[1:]


HOLDS = {
    "capital limit": "the capital limit keeps",
    "construction crews": "too few construction crews keep",
    "site MW": "the site's MW keep",
    "what the other halls need": "what the other halls need keeps",
}
"""The words of every limit that can bind a hall."""


def _waits(decisions: Sequence[Decision]) -> list[str]:
    """What holds halls back from what they would be alone, grouped by the limit."""
    later: dict[str, list[str]] = {}
    lesser: dict[tuple[str, str], list[str]] = {}
    for one in decisions:
        if one.binding.startswith(WAITS):
            later.setdefault(one.binding.removeprefix(WAITS), []).append(one.hall)
        elif one.binding and one.next_best is not None and one.difference_usd < 0.0:
            lesser.setdefault((one.binding, _kind(one)), []).append(one.hall)
    found = [f"{_halls(names)} wait{'s' * (len(names) == 1)} for {limit}" for limit, names in later.items()]
    return found + [f"{HOLDS[limit]} {_halls(names)} from {kind}" for (limit, kind), names in lesser.items()]


def timeline(world: World, chosen: Sequence[Candidate]) -> tuple[Span, ...]:
    """One bar for every phase of every hall, and one for works that go on beside a hall in use."""
    found = []
    for one in chosen:
        target = _target(one)
        for phase in one.phases:
            use: SpanUse = target if phase.under_construction and target else phase.use
            note = "let again at the market's rent" if phase.relet else ""
            found.append(
                Span(
                    phase.hall,
                    use,
                    month_plus(world.months[0], phase.first),
                    month_plus(world.months[0], phase.last),
                    _mw(world, one, phase.use),
                    phase.under_construction,
                    note,
                )
            )
        if one.value.kind == "colocation_new" and one.value.hand_over is not None:
            start = month_plus(world.months[0], _works_start(world, one))
            end = min(one.value.hand_over, month_plus(world.months[0], len(world.months)))
            found.append(
                Span(one.value.hall, "colocation", start, end, one.value.peak_mw, True, "built beside the hall")
            )
    return tuple(found)


def events(world: World, chosen: Sequence[Candidate]) -> tuple[tuple[date, str], ...]:
    """Halvings, ends of leases and of fixed power within the plan, ascending."""
    last = month_plus(world.months[0], len(world.months))
    found = [(day, f"halving {day.year}") for day, _ in world.path.halvings if world.months[0] <= day < last]
    for one in chosen:
        for phase in one.phases:
            if phase.use == "colocation" and phase.hand_over is not None and not phase.relet:
                lease: Lease = lease_of(world.site, phase)
                ends = month_plus(phase.hand_over, round(lease.term_years * MONTHS_PER_YEAR))
                if ends < last:
                    found.append((ends, f"lease of {phase.hall} ends"))
    found += [
        (one.end, f"{one.name} ends") for one in world.site.supply if isinstance(one, PpaBlock) and one.end < last
    ]
    return tuple(sorted(event for event in found if event[0] >= world.months[0]))


def caveats(
    world: World, decisions: Sequence[Decision], over_keep_usd: Usd, gap_usd: Usd, kept_instead: bool
) -> tuple[Caveat, ...]:
    """What a reader must know before acting, each beside what it touches.

    Parameters
    ----------
    over_keep_usd, gap_usd : value over keeping as settled, and how much of it the sum over halls does not have.
    kept_instead : True where the choice lost to keeping once settled together.
    """
    site, found = world.site, []
    off_grid = site.interconnect.import_limit_mw == 0.0
    for hall in site.halls:
        load_mw = wall_mw(hall.fleets) * world.design_pue_ratio[hall.cooling]
        if load_mw > hall.shell_mw:
            text = (
                f"Hall {hall.name}'s machines draw {load_mw:.1f} MW at the meter on the design hour, its shell carries "
                f"{hall.shell_mw:g}: the least efficient miners are held off in such hours."
            )
            found.append(Caveat("hours", text, "lower the count, or correct shell_mw"))
    if kept_instead:
        found.append(
            Caveat("answer", "No conversion beat keeping every hall once the whole site was settled together.")
        )
    if len(site.batteries) > 1:
        names = ", ".join(battery.name for battery in site.batteries)
        text = f"Batteries {names} are not dispatched and not valued: hours are scheduled with one."
        found.append(Caveat("hours", text, "state them as one"))
    elif site.batteries:
        text = (
            f"Battery {site.batteries[0].name} is run exactly, knowing the year's prices, in the plan and in keeping "
            "alike. An option is worth what the whole site gains by it with the battery while the other halls follow "
            "the plan, so the options of several halls do not add up; scenarios and break-evens leave the battery's "
            "part of that as it is today."
        )
        found.append(Caveat("hours", text))
    if site.services:
        names = ", ".join(service.name for service in site.services)
        text = f"Ancillary services ({names}) are left out of a plan's years; `repower dispatch` sells them in hours."
        found.append(Caveat("hours", text))
    if site.tariff.ratchet_frac:
        text = (
            "The demand ratchet is settled; the hourly schedule plans for it within a calendar year, not for what the "
            "year's peaks cost the next one, and what a hall's options are worth is counted without it."
        )
        found.append(Caveat("cash", text))
    if world.years[0].weather.modelled:
        text = f"Weather is a modelled year ({site.outlook.weather.name}); record heat lies above it."
        found.append(Caveat("assumptions", text, "name a weather file of hot years in [outlook.weather]"))
    if site.outlook.power.kind == "typical" and not off_grid:
        text = (
            f"Power prices are a modelled year ({site.outlook.power.name}), repeated with the growth assumed; "
            "years like 2021 in Texas are not in it."
        )
        found.append(Caveat("hours", text, "name a price file in [outlook.power] and list its years"))
    if site.tariff.coincident_peak_usd_per_kw_year:
        text = (
            "Coincident peaks are taken to fall in the dearest hours of the window; the merit order knows those hours, "
            "an operator has to forecast them."
        )
        found.append(Caveat("hours", text))
    if off_grid and any(isinstance(one, OnsiteGas) for one in site.supply):
        found.append(
            Caveat("cash", "Off-grid supply is derated by its availability in every hour; outages are not drawn.")
        )
    if any(one.chosen.kind == "gpu_cloud" for one in decisions):
        text = "GPU cloud stands on the resale value of GPUs and on rents after the term; both are weakly sourced."
        found.append(Caveat("risk", text, "stress GPU rent and see the break-even below"))
    if abs(gap_usd) > _GAP_WORTH_A_WORD * abs(over_keep_usd):
        text = (
            f"Settling all halls together moves the value over keeping by ${gap_usd / USD_PER_MUSD:,.1f}M against the "
            + ("sum of halls valued alone (" if len(site.batteries) != 1 else "sum over halls (a battery shared, ")
            + "shared fixed blocks, peaks billed a year later)."
        )
        found.append(Caveat("why", text))
    if any(hall.fleets for hall in site.halls):
        text = "ASICs run as long as they pay: wear is in their operating cost alone, no machine is replaced by itself."
        found.append(Caveat("assumptions", text))
    if site.outlook.colocation_rent_usd_per_kw_month is not None and any(
        one.chosen.kind in {"colocation_reuse", "colocation_new", "gpu_cloud"} for one in decisions
    ):
        text = "A hall is let again the day its lease ends, at the outlook's rent, without vacancy or fit-out."
        found.append(Caveat("cash", text, "leave out outlook.colocation_rent_usd_per_kw_month to see it empty"))
    found.append(
        Caveat(
            "cash",
            "Before tax. Nothing is counted after the last year; machines that still run are sold in its last month.",
        )
    )
    return tuple(found)


_GAP_WORTH_A_WORD = 0.005
WAITS = "waits for "
NO_BREAK = "\N{NO-BREAK SPACE}"


def _halls(names: Sequence[str]) -> str:
    words = list(names)
    plain = all(len(name) <= 2 for name in words)
    lead = ("hall " if len(words) == 1 else "halls ") if plain else ""
    return lead + (words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1])


def _kind(decision: Decision) -> str:
    assert decision.next_best is not None
    return WORDS[decision.next_best.kind]


def _in_words(quarter: Quarter) -> str:
    return f"{quarter.year}{NO_BREAK}Q{quarter.number}"


def _target(one: Candidate) -> SpanUse | None:
    if one.value.kind == "gpu_cloud":
        return "gpu_cloud"
    if one.value.kind.startswith("colocation"):
        return "colocation"
    return "colocation" if one.value.label == "keep the lease in force" else None


def _mw(world: World, one: Candidate, use: SpanUse) -> Mw:
    hall = next(found for found in world.site.halls if found.name == one.value.hall)
    if use in {"colocation", "gpu_cloud"} or (use == "mining" and one.value.kind == "refresh"):
        return one.value.peak_mw
    return hall.shell_mw if use == "mining" else 0.0


def _works_start(world: World, one: Candidate) -> int:
    return months_between(world.months[0], quarter_start(one.value.start))
