"""The public names: those that others call are there as promised, and none appears or vanishes unnoticed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import repower

GOLDEN = Path(__file__).parent / "golden" / "public_names.txt"


def public_names() -> list[str]:
    """Every name that a package re-exports in `__all__`, with the parameters of functions."""
    found = []
    for module in pkgutil.walk_packages(repower.__path__, "repower."):
        if not module.ispkg:
            continue
        package = importlib.import_module(module.name)
        for name in getattr(package, "__all__", ()):
            item = getattr(package, name)
            parameters = ""
            if inspect.isfunction(inspect.unwrap(item)):
                parameters = f"({', '.join(inspect.signature(item).parameters)})"
            found.append(f"{module.name}.{name}{parameters}")
    return sorted(found)


def test_no_public_name_comes_or_goes_unnoticed() -> None:
    """Names are fixed: change tests/golden/public_names.txt together with CHANGELOG.md."""
    assert public_names() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_every_exported_name_exists_and_has_a_docstring() -> None:
    silent = []
    for module in pkgutil.walk_packages(repower.__path__, "repower."):
        loaded = importlib.import_module(module.name)
        for name in getattr(loaded, "__all__", ()):
            item = getattr(loaded, name)
            if (inspect.isfunction(inspect.unwrap(item)) or inspect.isclass(item)) and not inspect.getdoc(item):
                silent.append(f"{module.name}.{name}")
    assert not silent


def test_the_names_that_others_call_are_as_promised() -> None:
    from repower.finance import Irr, irr
    from repower.markets.bitcoin import consensus, economics
    from repower.site import Site, load

    assert list(inspect.signature(consensus.next_bits).parameters) == ["first_time_s", "last_time_s", "bits"]
    assert list(inspect.signature(consensus.subsidy_sat).parameters) == ["height"]
    assert list(inspect.signature(consensus.difficulty).parameters) == ["bits"]
    hashprice = inspect.signature(economics.hashprice_usd_per_ph_day).parameters
    assert list(hashprice) == ["difficulty", "subsidy_btc", "fees_btc", "btc_usd"]
    assert list(inspect.signature(irr).parameters) == ["cash_flow_usd"]
    assert "roots" in Irr.__dataclass_fields__
    assert list(inspect.signature(load).parameters) == ["path"]
    assert inspect.signature(load).return_annotation in {"Site", Site}
