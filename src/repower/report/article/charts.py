"""The charts of the article: series of claims as tidy rows with words, drawn by `repower.report.charts`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from repower.base.errors import InputError, Problem
from repower.base.units import MONTHS_PER_YEAR, QUARTERS_PER_YEAR, Years
from repower.report import figures
from repower.report.article.sentences import filled
from repower.report.article.words import ArticleWords
from repower.report.charts.break_even_map import break_even_map
from repower.report.charts.frame import Row, Spec, date_years
from repower.report.charts.margin_layers import margin_layers
from repower.report.charts.render import svg
from repower.report.charts.usd_per_kwh import usd_per_kwh
from repower.validation.result import Claim

Rows = Sequence[Mapping[str, Any]]
_BASIS: Final = "it"
"""Energy that the chart counts: critical IT of a hall, the wall of a mining machine."""

_APART_J_PER_TH: Final = 0.5
"""Machines closer than this would be one rule on the map."""

_WHEN: Final = re.compile(r"(\d{4})(?:-?Q([1-4])|-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True)
class Drawing:
    """A chart with its heading and, below it, what its axes are of; `svg` stands in the page as it is."""

    title: str
    subtitle: str
    svg: Any


def drawings(claim: Claim, said: ArticleWords) -> tuple[Drawing, ...]:
    """The charts of a claim's series, in the order of `SERIES`."""
    from markupsafe import Markup

    found = []
    for name, draw in SERIES.items():
        if claim.series.get(name):
            title = said.labels[f"{name}_title"]
            drawing = Markup(svg(draw(claim, said), name, title))
            found.append(Drawing(title, said.labels[f"{name}_subtitle"], drawing))
    return tuple(found)


def decimal_years(when: str) -> Years:
    """The middle of a period as a decimal year: ``2025``, ``2025-06``, ``2025-06-30``, ``2025-Q2`` or ``2025Q2``.

    Raises
    ------
    InputError : none of these.
    """
    match = _WHEN.fullmatch(when)
    if match is None:
        fix = "write a year, a month, a day or a quarter"
        raise InputError(Problem("a point of a series without a date", fix, key="when", value=when))
    year, quarter, month, day = match.groups()
    if quarter:
        return int(year) + (int(quarter) - 0.5) / QUARTERS_PER_YEAR
    if day:
        return date_years(date(int(year), int(month), int(day)))
    return int(year) + ((int(month) - 0.5) / MONTHS_PER_YEAR if month else 0.5)


def term(key: str, said: ArticleWords) -> str:
    """The word of a language for a key of a series; names of companies and machines are their own word."""
    return said.terms.get(key, key)


def _usd_per_kwh(claim: Claim, said: ArticleWords) -> Spec:
    """Mining as lines before and after its power, contracts and rents as points, all per kWh of critical IT."""
    counted: Rows = [row for row in claim.series["usd_per_kwh_by_role"] if row["basis"] == _BASIS]
    lines: list[Row] = []
    points: list[Row] = []
    for row in counted:
        placed = {"role": row["role"], "start_years": decimal_years(row["when"])}
        if row["form"] != "line":
            name = term(row["case"], said) if row["case"] in said.terms else ""
            points.append(placed | {"usd_per_kwh": row["usd_per_kwh"], "text": name})
            continue
        for kind, key in (("gross", "usd_per_kwh"), ("net", "usd_per_kwh_net_of_power")):
            label = said.terms.get(f"{row['case']}, {kind}")
            if label:
                lines.append(
                    placed | {"line": f"{row['case']} {kind}", "label": label, "kind": kind, "usd_per_kwh": row[key]}
                )
    groups = [
        {"role": role, "label": term(role, said), "usd_per_kwh": _middle([row["usd_per_kwh"] for row in of_role])}
        for role in ("cloud", "landlord")
        if (of_role := [row for row in points if row["role"] == role])
    ]
    return usd_per_kwh(lines, points, groups, said.labels)


def _margin_layers(claim: Claim, said: ArticleWords) -> Spec:
    """Reported and computed margins as points; our model of one fleet through the years as a line."""
    rows: Rows = sorted(claim.series["margin_layers"], key=lambda row: str(row["when"]))
    # A company is named once in a layer, at its latest point: eighty names would hide the points.
    last = {(row["layer"], row["who"]): at for at, row in enumerate(rows)}
    points = [
        _margin(row)
        | {"layer": row["layer"], "text": term(row["who"], said) if last[row["layer"], row["who"]] == at else ""}
        for at, row in enumerate(rows)
    ]
    line = [_margin(row) for row in claim.series.get("modelled_margin", ())]
    texts = dict(said.labels) | {layer: term(layer, said) for layer in ("power", "cash", "all_in", "fleet")}
    return margin_layers(points, line, texts)


def _margin(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"start_years": decimal_years(row["when"]), "margin_frac": row["margin_frac"]}


def _break_even_map(claim: Claim, said: ArticleWords) -> Spec:
    """Lines named by their hashprice, machines by their model, and the fleet that the claim is about."""
    known = {figure.name: figure for figure in claim.figures}
    lines = [
        {
            "line": row["line"],
            "kind": row["kind"],
            "label": filled(term(str(row["line"]), said), known, said.language)
            + _hashprice(float(row["hashprice_usd_per_ph_day"]), said),
            "usd_per_kwh": row["power_usd_per_kwh"],
            "j_per_th": row["efficiency_j_per_th"],
        }
        for row in claim.series["break_even_lines"]
    ]
    machines: list[Row] = []
    for row in claim.series["machines"]:
        if not machines or abs(machines[-1]["j_per_th"] - float(row["efficiency_j_per_th"])) >= _APART_J_PER_TH:
            machines.append({"text": row["model"], "j_per_th": row["efficiency_j_per_th"]})
    fleet, power = known["fleet_j_per_th"], known["power_usd_per_kwh"]
    text = filled(said.labels["fleet_at"], known, said.language)
    example = [{"text": text, "usd_per_kwh": power.value, "j_per_th": fleet.value}]
    return break_even_map(lines, machines, example, said.labels)


def _hashprice(usd_per_ph_day: float, said: ArticleWords) -> str:
    return said.labels["at_hashprice"].format(figures.number(usd_per_ph_day))


def _middle(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


SERIES: Final[Mapping[str, Callable[[Claim, ArticleWords], Spec]]] = {
    "usd_per_kwh_by_role": _usd_per_kwh,
    "margin_layers": _margin_layers,
    "break_even_map": _break_even_map,
}
"""Series of a claim -> its chart."""
