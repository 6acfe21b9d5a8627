"""The unit law: a name's suffix and its type agree, in every public signature and record of the package."""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import public_api
import repower
from repower.base import units

PURE_NUMBERS = {
    "difficulty": "network difficulty has no unit",
    "quantity": "its unit stands beside it in quantity_unit",
    "unit_price": "its unit stands beside it in unit_price_unit",
    "value": "its unit stands beside it in unit",
    "base": "its unit stands beside it in unit",
    "needed": "its unit stands beside it in unit",
    "low": "its unit stands beside it in unit",
    "high": "its unit stands beside it in unit",
    "break_even": "its unit stands beside it in unit",
    "expected": "its unit stands beside it in unit",
    "ours": "its unit stands beside it in unit",
    "tolerance": "its unit stands beside it in unit",
    "series": "tables of a chart, whose columns carry their units",
    "level": "a curve carries any unit",
    "levels": "levels of a driver, in the driver's own unit",
    "from_level": "a level of a driver, in the driver's own unit",
    "searched": "levels of a driver, in the driver's own unit",
    "moved": "keyed by a level of a driver, in the driver's own unit",
    "roots": "rates per period, as the issue names them",
}
"""Names that may be a bare float, each with its reason."""

LITERALS = re.compile(
    r"(?<![\w.])(8760|8784|24 ?\* ?365|365 ?\* ?24|1e3|1e6|1_000_000|1000\.0|1_000\.0|1000000)(?![\w.])"
)


def leaves(annotation: Any) -> Iterator[tuple[type | None, str | None]]:
    """(plain type, unit suffix) of every leaf of an annotation."""
    if typing.get_origin(annotation) is typing.Annotated:
        suffix = next((m.suffix for m in annotation.__metadata__ if isinstance(m, units.Unit)), None)
        if suffix is not None:
            yield float, suffix
            return
        yield from leaves(typing.get_args(annotation)[0])
        return
    arguments = typing.get_args(annotation)
    if not arguments or typing.get_origin(annotation) is typing.Literal:
        yield (annotation if isinstance(annotation, type) else None), None
        return
    if "ndarray" in str(typing.get_origin(annotation)):
        return
    for argument in arguments:
        yield from leaves(argument)


def disagreement(name: str, annotation: Any) -> str | None:
    """What is wrong with a name and its annotation; None where they agree."""
    stated = units.unit_of(name)
    for plain, suffix in leaves(annotation):
        if plain is not float:
            continue
        if stated is not None and suffix is None:
            return f"{name} states {stated.symbol} but is a bare float"
        if suffix is not None and (stated is None or stated.suffix != suffix):
            return f"{name} is typed {suffix} but its name says {stated.suffix if stated else 'nothing'}"
        if stated is None and suffix is None and name not in PURE_NUMBERS:
            return f"{name} is a bare float without a unit in its name"
    return None


def signatures() -> Iterator[tuple[str, str, Any]]:
    for where, function in public_api.functions():
        hints = public_api.hints(function)
        for parameter in inspect.signature(function).parameters:
            if parameter in hints:
                yield where, parameter, hints[parameter]
        if "return" in hints and typing.get_origin(hints["return"]) in {None, typing.Annotated}:
            yield where, function.__name__, hints["return"]
    for where, record in public_api.records():
        hints = public_api.hints(record)
        for field in dataclasses.fields(record):
            yield where, field.name, hints[field.name]


def test_every_public_name_agrees_with_its_type() -> None:
    wrong = [f"{where}: {found}" for where, name, hint in signatures() if (found := disagreement(name, hint))]
    assert not wrong, "\n".join(wrong)


def test_the_walk_sees_the_package() -> None:
    assert len(list(signatures())) > 400


@pytest.mark.parametrize(
    ("name", "annotation", "fails"),
    [
        ("power_mw", units.Mw, False),
        ("power_mw", float, True),
        ("power_kw", units.Mw, True),
        ("power", units.Mw, True),
        ("power", float, True),
        ("power_mw", units.Mw | None, False),
        ("difficulty", float, False),
    ],
)
def test_the_law_itself(name: str, annotation: Any, fails: bool) -> None:
    assert (disagreement(name, annotation) is not None) == fails


def test_conversion_factors_live_in_base_alone() -> None:
    root = Path(repower.__file__).parent
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()}"
        for path in sorted(root.rglob("*.py"))
        if path.relative_to(root).parts[0] != "base"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if LITERALS.search(line.split("#")[0]) and '"""' not in line
    ]
    assert not found, "\n".join(found)


def test_suffixes_are_unique() -> None:
    assert len(units.ALIASES) == len({alias.__metadata__[0].symbol + suffix for suffix, alias in units.ALIASES.items()})
