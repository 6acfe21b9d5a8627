"""Figures of a claim as a reader of either language sees them: three digits, the unit in words, yen beside dollars."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from repower.base.errors import InputError, Problem
from repower.base.units import USD_PER_KUSD, USD_PER_MUSD
from repower.report import figures
from repower.report.article.words import Language
from repower.validation.result import Figure, Source

JPY_PER_USD: Final = Figure(
    name="jpy_per_usd",
    value=147.0,
    unit="JPY/$",
    basis="rate that the Japanese edition prints; its own 516.8 billion yen for the 3.5 billion dollars is nearer 148",
    as_of="2025",
    origin="source",
    source=Source("https://www.coindeskjapan.com/313906", "2025", "B"),
    said_by="CoinDesk Japan",
)
"""Every yen of the page is a dollar figure times this, so that readers can hold it against the Japanese edition."""

Form = Literal["", "bare", "amount"]

_BILLION: Final = USD_PER_MUSD * USD_PER_KUSD
_SCALES_EN: Final = ((_BILLION, "B"), (USD_PER_MUSD, "M"))
_SCALES_JA: Final = ((1e12, "兆"), (1e8, "億"), (1e4, "万"))
_DATE: Final = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d{2}))?)?")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SPAN_DIGITS: Final = 2
"""Of a span of years: three would name the day."""

_SHARES: Final = figures.SHARE_UNITS | figures.YEARLY_SHARE_UNITS | {"%"}

_DOLLARS_PER: Final = {
    "kWh": "1kWh当たり",
    "MWh": "1MWh当たり",
    "MW": "1MW当たり",
    "MW-year": "1MW当たり年",
    "kW-month": "1kW当たり月",
    "kW-year": "1kW当たり年",
    "BTC": "1BTC当たり",
    "GPU": "GPU1基当たり",
    "GPU-h": "GPU1時間当たり",
    "PH/day": "1PH/s・1日当たり",
    "TH/day": "1TH/s・1日当たり",
    "(TH/s)": "1TH/s当たり",
    "year": "年",
}
"""What a dollar amount is per -> how Japanese says it, before the amount."""

_COUNTERS: Final = {
    "x": ("x", "倍"),
    "MW": (f"{figures.THIN}MW", "MW"),
    "GW": (f"{figures.THIN}GW", "GW"),
    "J/TH": (f"{figures.THIN}J/TH", "J/TH"),
    "EH/s": (f"{figures.THIN}EH/s", "EH/s"),
    "BTC/year": (f"{figures.THIN}BTC a year", "BTC/年"),
    "blocks": (" blocks", "ブロック"),
    "1": ("", ""),
    "BTC": (f"{figures.THIN}BTC", "BTC"),
    "kW": (f"{figures.THIN}kW", "kW"),
    "kW/GPU": (f"{figures.THIN}kW per GPU", "kW/GPU"),
    "years": (" years", "年"),
    "months": (" months", "カ月"),
    "weeks": (" weeks", "週"),
    "days": (" days", "日"),
    "h": (" hours", "時間"),
    "GPUs": (" GPUs", "基"),
    "modules": (" modules", "基"),
    "JPY/$": (" yen to the dollar", "円/ドル"),
    "": ("", ""),
}
"""Unit -> what follows the number in English and in Japanese."""


def shown(values: Sequence[Figure], language: Language, form: Form = "") -> str:
    """One figure, or the range of two, with its unit.

    Parameters
    ----------
    values : one figure, or the two ends of a range in one unit.
    language : of the unit's words; Japanese adds yen to dollars.
    form : ``bare`` leaves out the unit and the yen, for a sentence that says the unit itself; ``amount`` leaves out
        what a dollar amount is per.

    Raises
    ------
    InputError : a unit that has no words, or two ends in different units.
    """
    first = values[0]
    if any(figure.unit != first.unit for figure in values):
        fix = "name two figures in the same unit"
        raise InputError(Problem("a range in two units", fix, key=first.name, value=values[-1].name))
    levels = [figure.value for figure in values]
    if any(level is None or not math.isfinite(level) for level in levels):
        return _missing(language)
    numbers = [float(level) for level in levels if level is not None]
    unit = first.unit
    if is_share(first):
        return _shares(numbers, unit, language, form)
    if unit == "$" or unit.startswith("$/"):
        return _dollars(numbers, unit.removeprefix("$").removeprefix("/"), language, form)
    if unit == "year" and first.name.endswith("_year"):
        return _joined([f"{number:.0f}" for number in numbers], language) + ("年" if language == "ja" else "")
    if unit not in _COUNTERS:
        raise _unknown(first)
    suffix = "" if form == "bare" else _COUNTERS[unit][language == "ja"]
    digits = _SPAN_DIGITS if unit == "years" else 3
    text = _joined([_number(number, digits) for number in numbers], language) + suffix
    return text.removesuffix("s") if len(numbers) == 1 and numbers[0] == 1 and suffix[:1] == " " else text


def _number(value: float, digits: int = 3) -> str:
    """A number in that many significant digits, halves away from zero as readers round, not to even."""
    exact = Decimal(f"{value:.12g}")
    if exact == 0:
        return "0"
    place = Decimal(1).scaleb(exact.adjusted() - digits + 1)
    return figures.number(float(exact.quantize(place, ROUND_HALF_UP)), digits)


def is_share(figure: Figure) -> bool:
    """Whether a figure reads in per cent."""
    return figure.name.endswith(("_frac", "_frac_per_year")) or figure.unit in _SHARES - {"1"}


def when_text(as_of: str, language: Language) -> str:
    """A date of the catalog in words, such as 3 June 2024 or 2024年6月3日; other periods stay as they are."""
    match = _DATE.fullmatch(as_of)
    if match is None:
        return as_of
    year, month, day = match.groups()
    if language == "ja":
        return f"{year}年{f'{int(month)}月' if month else ''}{f'{int(day)}日' if day else ''}"
    return f"{f'{int(day)} ' if day else ''}{f'{_MONTHS[int(month) - 1]} ' if month else ''}{year}"


def _shares(numbers: Sequence[float], unit: str, language: Language, form: Form) -> str:
    per_cent = [number if unit == "%" else number * figures.PERCENT for number in numbers]
    text = _joined([_number(number) for number in per_cent], language)
    if form == "bare":
        return text
    yearly = unit in figures.YEARLY_SHARE_UNITS
    if language == "ja":
        return f"{'年率' if yearly else ''}{text}%"
    return f"{text}{figures.THIN}%{' a year' if yearly else ''}"


def _dollars(numbers: Sequence[float], per: str, language: Language, form: Form) -> str:
    if language == "ja":
        if per and per not in _DOLLARS_PER:
            raise InputError(Problem("a unit without Japanese words", "add it to report.article.numbers", value=per))
        amount = _joined([_scaled(number) for number in numbers], language)
        if form == "bare":
            return amount
        in_yen = _joined([_scaled(number * (JPY_PER_USD.value or 0.0)) for number in numbers], language)
        before = "" if form == "amount" else _DOLLARS_PER.get(per, "")
        return f"{before}{amount}ドル（{in_yen}円）"
    scale, letter = next(
        ((scale, letter) for scale, letter in _SCALES_EN if float(f"{max(map(abs, numbers)):.2e}") >= scale), (1.0, "")
    )
    parts = [_number(number / scale) for number in numbers]
    if form == "bare":
        return _joined(parts, language) + letter
    minus = figures.MINUS if parts[0].startswith(figures.MINUS) else ""
    parts[0] = f"{minus}${parts[0].removeprefix(figures.MINUS)}"
    return f"{_joined(parts, language)}{letter}{f'/{per}' if per and form != 'amount' else ''}"


def _scaled(amount: float) -> str:
    """A number in 兆, 億 and 万, as Japanese money is read."""
    size = float(f"{abs(amount):.2e}")
    for scale, letter in _SCALES_JA:
        if size >= scale:
            return _number(amount / scale) + letter
    return _number(amount)


def _joined(parts: Sequence[str], language: Language) -> str:
    if len(set(parts)) == 1:
        return parts[0]
    return ("〜" if language == "ja" else " to ").join(parts)


def _missing(language: Language) -> str:
    return "不明" if language == "ja" else "not known"


def _unknown(figure: Figure) -> InputError:
    fix = "give it words in report.article.numbers, or a unit that has them"
    return InputError(Problem("a unit without words", fix, key=figure.name, value=figure.unit))
