"""Walks the package: every public module, function and record, for the tests of names and units."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import repower


def modules() -> Iterator[ModuleType]:
    """Every module of the package whose path has no private part."""
    yield repower
    for found in pkgutil.walk_packages(repower.__path__, "repower."):
        if not any(part.startswith("_") for part in found.name.split(".")):
            yield importlib.import_module(found.name)


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Public functions with their full names, each where it is defined."""
    for module in modules():
        for name, item in vars(module).items():
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
