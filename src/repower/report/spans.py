"""Halls over time as tidy rows: bars of use and construction, hand-overs, events."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from repower.base.clock import month_plus, quarter_start
from repower.base.units import Years
from repower.report import figures, words
from repower.report.charts.frame import Row, date_years

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from repower.plan.result import Plan, Span, SpanUse


_BUILT: Final = frozenset({"colocation_reuse", "colocation_new", "gpu_cloud"})


def spans(plan: Plan) -> list[Row]:
    """Bars of the timeline; construction takes the use that follows it, and is a strip where another use goes on."""
    rows: list[Row] = []
    for hall in dict.fromkeys(span.hall for span in plan.timeline):
        group = _without_idle([span for span in plan.timeline if span.hall == hall])
        label = hall_label(hall, group)
        for span in (*group, *_beside(plan, hall, group)):
            use = _target(span, group) if span.under_construction else span.use
            slim = span.under_construction or span.use == "hosting"
            overlaps = slim and any(
                other is not span
                and not other.under_construction
                and other.use != "hosting"
                and other.start < span.end
                and span.start < other.end
                for other in group
            )
            rows.append(
                {
                    "hall": label,
                    "use": use,
                    "start_years": date_years(span.start),
                    "end_years": date_years(span.end),
                    "building": span.under_construction,
                    "overlaps": overlaps,
                    "text": f"building {words.use(use)}" if span.under_construction else words.use(use),
                }
            )
    return rows


def _without_idle(group: Sequence[Span]) -> list[Span]:
    """The spans of a hall, idle ones only where nothing else goes on in it."""
    found = []
    for span in group:
        if span.use != "idle" or span.under_construction:
            found.append(span)
            continue
        at = span.start
        uses = [one for one in group if one.use != "idle" and not one.under_construction]
        for other in sorted(uses, key=lambda one: one.start):
            if at < other.start < span.end and other.end > at:
                found.append(replace(span, start=at, end=other.start))
            if other.start < span.end and other.end > at:
                at = other.end
        if at < span.end:
            found.append(replace(span, start=at))
    return found


def _target(span: Span, group: Sequence[Span]) -> str:
    """The use that a hall is under construction for."""
    if span.use != "idle":
        return span.use
    after = [other for other in group if other.start >= span.end and not other.under_construction]
    return min(after, key=lambda other: other.start).use if after else span.use


def _beside(plan: Plan, hall: str, group: Sequence[Span]) -> list[Span]:
    """Works that go on while the hall keeps its use: a new building rises beside it, or machines are on order."""
    from repower.plan.result import Span

    chosen = next((decision.chosen for decision in plan.decisions if decision.hall == hall), None)
    if chosen is None or chosen.hand_over is None or any(span.under_construction for span in group):
        return []
    start = quarter_start(chosen.start)
    if chosen.kind not in _BUILT or chosen.hand_over <= start:
        return []
    end = min(chosen.hand_over, _until(plan))
    use: SpanUse = "gpu_cloud" if chosen.kind == "gpu_cloud" else "colocation"
    return [Span(hall, use, start, end, 0.0, under_construction=True)]


def hall_label(hall: str, group: Sequence[Span]) -> str:
    """A hall with the largest power it draws over the plan."""
    return f"{hall} · {figures.number(max(span.meter_mw for span in group))} MW"


def hand_overs(plan: Plan) -> list[Row]:
    """Hand-over of every converted hall, as planned and with every lead time at the top of its range."""
    rows: list[Row] = []
    for decision in plan.decisions:
        chosen = decision.chosen
        group = [span for span in plan.timeline if span.hall == decision.hall]
        if chosen.hand_over is None or not group or chosen.hand_over >= _until(plan):
            continue
        late = chosen.hand_over_late or chosen.hand_over
        text = f"hand-over {figures.month_text(chosen.hand_over)}"
        if late > chosen.hand_over:
            text += f", late {figures.month_text(late)}"
        rows.append(
            {
                "hall": hall_label(decision.hall, group),
                "start_years": date_years(chosen.hand_over),
                "end_years": date_years(late),
                "text": text,
            }
        )
    return rows


def events(plan: Plan) -> list[Row]:
    """Halvings and contract dates."""
    return [{"start_years": date_years(day), "text": text} for day, text in plan.events]


def until_years(plan: Plan) -> Years:
    """End of the plan as a decimal year."""
    return date_years(_until(plan))


def _until(plan: Plan) -> date:
    return month_plus(plan.months[-1], 1)
