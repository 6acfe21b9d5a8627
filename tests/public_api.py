"""Walks the package: every public module, function and record, for the tests of names and units."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import ModuleType
from typing import Any

import repower


def hints(item: Any) -> dict[str, Any]:
    """Type hints with their units; names that a module imports for type checking alone are looked up here."""
    return typing.get_type_hints(item, localns=_known(), include_extras=True)


@lru_cache(maxsize=1)
def _known() -> dict[str, Any]:
    import polars

    from repower.catalog import Row

    known: dict[str, Any] = {"pl": polars, "Row": Row}
    for module in modules():
        known |= {name: value for name, value in vars(module).items() if inspect.isclass(value)}
    return known


@lru_cache(maxsize=1)
def modules() -> tuple[ModuleType, ...]:
    """Every module of the package whose path has no private part."""
    names = [found.name for found in pkgutil.walk_packages(repower.__path__, "repower.")]
    public = [name for name in names if not any(part.startswith("_") for part in name.split("."))]
    return (repower, *(importlib.import_module(name) for name in public))


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Public functions with their full names, each where it is defined."""
    for module in modules():
        for name, found in vars(module).items():
            item = inspect.unwrap(found) if hasattr(found, "cache_info") else found
            if inspect.isfunction(item) and item.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{module.__name__}.{name}", item


def records() -> Iterator[tuple[str, type]]:
    """Public dataclasses with their full names, each where it is defined."""
    for module in modules():
        for name, item in vars(module).items():
            if name.startswith("_") or not isinstance(item, type) or item.__module__ != module.__name__:
                continue
            if dataclasses.is_dataclass(item):
                yield f"{module.__name__}.{name}", item
