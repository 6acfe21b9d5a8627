"""`repower cases` and `repower article`: what is public already, recomputed and set beside its source."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Literal

from repower.app import output
from repower.base.errors import InputError, Problem
from repower.base.units import USD_PER_MUSD
from repower.validation import Case, DealView, cases, evaluate_deal
from repower.validation.capacity import WORDS, MwBasis

Language = Literal["en", "ja"]

LARGE = 1_000
SHORT: Final[dict[MwBasis, str]] = {"critical_it": "critical IT", "gross": "gross power"}
MORE = "Sources, tolerances and notes: repower cases --json (docs/cases_json.md)"


def show_cases(terms: Mapping[str, str | None], *, as_json: bool) -> int:
    """Every case with expected value and ours; a case that does not hold is an answer, not a failure.

    Parameters
    ----------
    terms : options of a deal's debt and what was given for them: nothing, as there is no deal.
    """
    given = [option for option, text in terms.items() if text is not None]
    if given:
        fix = "name one, such as `repower cases --deal HUT-1 --rate 0.07`"
        raise InputError(Problem(f"{', '.join(given)} without --deal: no debt to apply it to", fix))
    found = cases()
    if as_json:
        return output.rows("repower.case/1", (case_row(case) for case in found))
    return output.text(_cases_text(found))


def show_deal(name: str, terms: Mapping[str, str | None], *, as_json: bool) -> int:
    """One deal of the catalog in figures that can be compared.

    Parameters
    ----------
    terms : ``--rate``, ``--tenor-years`` and ``--dscr`` as given on the command line; None where not.
    """
    rate, tenor, cover = (_read_number(option, terms[option]) for option in ("--rate", "--tenor-years", "--dscr"))
    view = evaluate_deal(name, rate, tenor, cover)
    return output.document("repower.deal/1", asdict(view)) if as_json else output.text(_deal_text(view))


def _read_number(option: str, text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError as error:
        raise InputError(Problem("this is no number", "write 6.2 % as 0.062", key=option, value=text or "")) from error


def show_article(out: Path | None, language: Language, *, as_json: bool) -> int:
    """The article's claims with our figures and verdicts; with a folder, the page as well."""
    from repower.report import article as pages
    from repower.validation import article

    claims = article.claims()
    saved = None if out is None else pages.save_article(claims, out, language)
    if as_json:
        return output.rows("repower.claim/1", pages.json_rows(claims, language))
    return output.text(pages.terminal(claims, language) + ("" if saved is None else f"\nPage: {saved}"))


def case_row(case: Case) -> dict[str, Any]:
    """A case as plain values, in the order in which a reader asks for them."""
    return {
        "id": case.id,
        "title": case.title,
        "expected": case.expected,
        "ours": case.ours,
        "unit": case.unit,
        "difference": case.difference,
        "tolerance": case.tolerance,
        "tolerance_reason": case.tolerance_reason,
        "holds": case.holds,
        "basis": case.basis,
        "source": case.source.where,
        "as_of": case.source.as_of,
        "grade": case.source.grade,
        "functions": list(case.functions),
        "note": case.note,
    }


def _cases_text(found: Sequence[Case]) -> str:
    lines = []
    for title, group in groupby(found, key=lambda case: case.title):
        together = tuple(group)
        rows = [_case_cells(case) for case in together]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        lines += [title]
        for case, row in zip(together, rows, strict=True):
            lines.append("  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
            if not case.holds:
                lines.append(_wrapped(case.note, 4))
    failing = [case.id for case in found if not case.holds]
    counted = f"{len(found) - len(failing)} of {len(found)} cases hold"
    return "\n".join([*lines, "", f"{counted}; not: {', '.join(failing)}" if failing else counted, MORE])


def _case_cells(case: Case) -> tuple[str, ...]:
    return (
        case.id,
        f"expected {_number(case.expected)} {_unit(case.unit)}".rstrip(),
        f"ours {_number(case.ours)}",
        f"difference {_number(case.difference, signed=True)} of {_number(case.tolerance)} allowed",
        "holds" if case.holds else "does not hold",
    )


def _wrapped(words: str, indent: int) -> str:
    width = shutil.get_terminal_size((120, 40)).columns
    return textwrap.fill(
        words,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _share(share_frac: float | None) -> str:
    return "not known" if share_frac is None else f"{share_frac:.1%}"


def _unit(unit: str) -> str:
    return "" if unit == "1" else unit


def _number(value: float, *, signed: bool = False) -> str:
    sign = "+" if signed else ""
    return f"{value:{sign},.0f}" if abs(value) >= LARGE else f"{value:{sign}.4g}"


def _deal_text(view: DealView) -> str:
    lines = [f"{capacity.mw:g} MW: {WORDS[capacity.basis]}" for capacity in view.capacities]
    lines += [*_rent_lines(view), *_income_lines(view), *_debt_lines(view)]
    lines += [f"note: {note}" for note in view.notes]
    lines += [f"missing: {words}" for words in view.missing]
    lines.append(f"source: {view.fact.source}, {view.fact.as_of}, grade {view.fact.grade}, {view.status}")
    title = f"{view.deal}: {view.company}, {view.model}; to {view.counterparty}"
    return "\n".join([_wrapped(title, 0), *(_wrapped(line, 2) for line in lines)])


def _rent_lines(view: DealView) -> list[str]:
    rent = view.rent
    if rent is None:
        return []
    kind = SHORT[rent.basis]
    average = (
        f"rent, average of the term: {rent.rent_usd_per_mw_year / USD_PER_MUSD:.2f} M$ per MW of {kind} and year, "
        f"{rent.rent_usd_per_kw_month:.1f} $/kW-month, {rent.rent_usd_per_kwh:.3f} $/kWh of {kind} at full use"
    )
    found = [average]
    if rent.first_rent_usd_per_mw_year is not None:
        growth = "" if rent.growth_frac_per_year is None else f", then {rent.growth_frac_per_year:+.1%} a year"
        found.append(
            f"rent, first year: {rent.first_rent_usd_per_mw_year / USD_PER_MUSD:.2f} M$ per MW of {kind}{growth} "
            f"({rent.growth_words})"
        )
    return found


def _income_lines(view: DealView) -> list[str]:
    if view.noi_usd_per_year is None:
        return []
    found = [f"net operating income, average year: {view.noi_usd_per_year / USD_PER_MUSD:,.0f} M$ ({view.noi_words})"]
    found += [
        f"yield on cost: {on_cost.average_frac:.1%} on average, {_share(on_cost.first_year_frac)} in the first year, "
        f"on {on_cost.cost_usd / USD_PER_MUSD:,.0f} M$ ({on_cost.cost_words})"
        for on_cost in view.yields
    ]
    return found


def _debt_lines(view: DealView) -> list[str]:
    debt = view.debt
    if debt is None:
        return []
    per_mw = "" if debt.carried_usd_per_mw is None else f", {debt.carried_usd_per_mw / USD_PER_MUSD:.1f} M$ per MW"
    share = "" if debt.on_cost_frac is None else f", {debt.on_cost_frac:.0%} of stated cost"
    cover = (
        ""
        if debt.interest_cover_ratio is None
        else f"; first-year income over interest {debt.interest_cover_ratio:.2f}x"
    )
    found = [f"debt that income carries: {debt.carried_usd / USD_PER_MUSD:,.0f} M${per_mw}{share}{cover}"]
    if debt.lent_usd is not None and debt.lent_usd < debt.carried_usd:
        found.append(f"debt within {debt.terms.ltc_frac:.0%} of stated cost: {debt.lent_usd / USD_PER_MUSD:,.0f} M$")
    return found
