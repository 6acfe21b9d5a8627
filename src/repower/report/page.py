"""The report as one page: HTML that needs nothing but itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from repower.report import figures, words
from repower.report.kpis import kpis
from repower.report.letters import columns, printable
from repower.report.sections import caveats, sections
from repower.report.tables import Linked

if TYPE_CHECKING:
    from repower.plan.result import Plan


def page(plan: Plan, language: str = "en") -> str:
    """The report of a plan.

    Parameters
    ----------
    plan : what to report.
    language : BCP 47 tag of the page, such as ``en`` or ``ja``.

    Returns
    -------
    One HTML document without scripts, requests or a time of its making: the same plan gives the same bytes.
    """
    return rendered(
        "page.html.j2",
        plan=plan,
        language=language,
        eyebrow=eyebrow(plan),
        crowded=columns(plan.headline) > LONGEST_HEADLINE,
        kpis=kpis(plan),
        sections=sections(plan),
        answers=caveats(plan, "answer"),
    )


def rendered(template: str, **content: Any) -> str:
    """A template of the report with its content."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("repower.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    environment.tests["long"] = _long
    return environment.get_template(template).render(sentence=words.sentence, **content)


LONGEST_WORD: Final = 24
LONGEST_HEADLINE: Final = 320
"""Letters of a word that a column can hold unbroken, and of a headline that is set large."""


def eyebrow(plan: Plan) -> str:
    """Site, size, market, span and date in one line."""
    size = f"{figures.number(plan.import_limit_mw)} MW import" if plan.import_limit_mw else "no grid import"
    length = "1 year" if plan.horizon_years == 1 else f"{plan.horizon_years} years"
    span = f"plan from {figures.quarter_text(plan.plan_start)} over {length}"
    return " · ".join((plan.site_name, size, plan.market, span, f"data as of {plan.as_of.isoformat()}"))


def _long(cell: str | Linked) -> bool:
    """Whether a cell holds a word that no column could hold unbroken."""
    text = cell if isinstance(cell, str) else "".join(piece for piece, _ in cell.pieces)
    return any(columns(word) > LONGEST_WORD for word in text.split())


def _printable(value: Any) -> Any:
    """What the template prints: texts without control signs, markup and numbers as they are."""
    return printable(value) if type(value) is str else value
