"""The plan as one stable JSON document, ``plan.json``: the same keys as the records, units in their names.

`repower.report.schema` lists every key; ``docs/plan_json.md`` prints that list.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from repower.base.clock import Quarter
from repower.report import tidy

if TYPE_CHECKING:
    from repower.plan.result import CashTable, Plan

SCHEMA_VERSION: Final = 1
SCHEMA: Final = f"repower.plan/{SCHEMA_VERSION}"
_CENTS: Final = 2
_DIGITS: Final = 10
_INNERMOST = re.compile(r"\[\n([^\[\]{}]*)\n\s*\]")


def document(plan: Plan) -> dict[str, Any]:
    """The plan in plain types: dicts, lists, strings, numbers, booleans and None.

    Dates are ISO text, quarters ``2027Q3``, arrays lists over `months`; dollars are rounded to the cent and other
    numbers to ten digits; what is not a number (a DSCR where nothing is due) is None.
    """
    found: dict[str, Any] = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION} | _record(plan)
    found["cash"] = _table(plan.cash)
    found["keep_cash"] = _table(plan.keep_cash)
    found["events"] = [{"date": day.isoformat(), "text": text} for day, text in plan.events]
    found["duration"]["use_mw"] = [
        {"use": use, "load_mw": _plain(load_mw, "load_mw")} for use, load_mw in plan.duration.use_mw
    ]
    return found


def document_text(plan: Plan) -> str:
    """The document as JSON, one array of numbers a line; the same plan gives the same bytes."""
    text = json.dumps(document(plan), ensure_ascii=False, allow_nan=False, indent=1)
    return _INNERMOST.sub(_one_line, text) + "\n"


def _one_line(match: re.Match[str]) -> str:
    # A line break never stands inside a JSON string, so joining lines changes no value.
    return "[" + " ".join(line.strip() for line in match.group(1).splitlines()) + "]"


def _table(table: CashTable) -> dict[str, Any]:
    return _record(table) | {"total_usd": _plain(tidy.total_usd(table), "total_usd")}


def _record(record: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(record, field.name), field.name) for field in fields(record)}


def plain(content: dict[str, Any]) -> dict[str, Any]:
    """Records, arrays, dates and numbers in plain types, each rounded as its name's unit asks."""
    return {name: _plain(value, name) for name, value in content.items()}


def _plain(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return plain(value)
    if isinstance(value, Quarter):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return _record(value)
    if isinstance(value, tuple | list | np.ndarray):
        return [_plain(item, name) for item in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return _number(float(value), name)
    return value


def _number(value: float, name: str) -> float | None:
    if not math.isfinite(value):
        return None
    rounded = round(value, _CENTS) if name.endswith("_usd") else float(f"{value:.{_DIGITS}g}")
    # Minus zero is zero to every reader.
    return rounded + 0.0
