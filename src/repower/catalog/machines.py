"""Machines that turn electricity into hashes or GPU-hours: rows of `asics`, `tuning_points` and `gpus`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from repower.base.errors import CatalogError, Problem
from repower.base.units import Frac, JPerTh, KwPerGpu, Ths, Usd, UsdPerGpu, UsdPerGpuH, W
from repower.catalog.facts import Fact, fact_of
from repower.catalog.row import Row, integer_or_none, pick, text, value, value_or_none
from repower.catalog.table import table

GPU_NEEDS = ("it_kw_per_gpu", "utility_kw_per_gpu", "capital_usd_per_gpu", "idle_frac")


@dataclass(frozen=True)
class Asic:
    """A Bitcoin mining machine at its rated point.

    Parameters
    ----------
    release_year : calendar year; None where the source gives none.
    hash_rate_ths : rated hash rate [TH/s].
    power_w : rated power at the wall, fans included [W].
    efficiency_j_per_th : rated energy per hash [J/TH].
    cooling : ``air``, ``hydro`` or ``immersion``.
    price_usd : list or street price of one machine at the date in the table; None where none was found.
    """

    model: str
    maker: str
    release_year: int | None
    hash_rate_ths: Ths
    power_w: W
    efficiency_j_per_th: JPerTh
    cooling: str
    price_usd: Usd | None
    fact: Fact


@dataclass(frozen=True)
class TuningPoint:
    """One operating point of a machine under a firmware; most are firmware estimates, not wall readings."""

    hash_rate_ths: Ths
    power_w: W
    firmware: str
    fact: Fact


@dataclass(frozen=True)
class Gpu:
    """A GPU with its share of server and network.

    Parameters
    ----------
    tdp_w : thermal design power of the GPU alone [W].
    it_kw_per_gpu : critical IT power per GPU, server and network included [kW].
    utility_kw_per_gpu : provisioned power at the utility per GPU, facility included [kW].
    capital_usd_per_gpu : purchase of GPU, server and network per GPU [$].
    idle_frac : IT power at idle as a share of IT power at full load.
    rent_usd_per_gpu_h : latest market rent on term; None where none was found.
    release : date of release as in the table.
    """

    model: str
    tdp_w: W
    it_kw_per_gpu: KwPerGpu
    utility_kw_per_gpu: KwPerGpu
    capital_usd_per_gpu: UsdPerGpu
    idle_frac: Frac
    rent_usd_per_gpu_h: UsdPerGpuH | None
    release: str
    fact: Fact


def asic(model: str) -> Asic:
    """The machine of that model name.

    Raises
    ------
    CatalogError : no such model; the message names the nearest one.
    """
    return pick(_asics(), model, "asics", "model")


def asics() -> tuple[Asic, ...]:
    """Every machine, in the order of the table."""
    return tuple(_asics().values())


def tuning_points(model: str) -> tuple[TuningPoint, ...]:
    """Operating points of a model, ascending in power; empty where the catalog holds none.

    Raises
    ------
    CatalogError : the model is neither in `asics` nor in `tuning_points`.
    """
    points = _tuning().get(model)
    if points is None:
        asic(model)
        return ()
    return points


def gpu(model: str) -> Gpu:
    """The GPU of that model name.

    Raises
    ------
    CatalogError : no such model, or its row lacks a number that a plan needs; the message says which.
    """
    rows = _gpu_rows()
    row = pick(rows, model, "gpus", "model")
    missing = [column for column in GPU_NEEDS if row[column] is None]
    if missing:
        raise CatalogError(
            Problem(
                f"{model} has no sourced {' and no '.join(missing)}",
                f"plan with one of: {', '.join(known.model for known in gpus())}",
                file="gpus.csv",
                key=", ".join(missing),
                value=model,
            )
        )
    return Gpu(
        model=text(row, "model"),
        tdp_w=value(row, "tdp_w"),
        it_kw_per_gpu=value(row, "it_kw_per_gpu"),
        utility_kw_per_gpu=value(row, "utility_kw_per_gpu"),
        capital_usd_per_gpu=value(row, "capital_usd_per_gpu"),
        idle_frac=value(row, "idle_frac"),
        rent_usd_per_gpu_h=value_or_none(row, "rent_usd_per_gpu_h"),
        release=text(row, "release"),
        fact=fact_of(row),
    )


def gpus() -> tuple[Gpu, ...]:
    """Every GPU whose row is complete, in the order of the table."""
    return tuple(
        gpu(model) for model, row in _gpu_rows().items() if all(row[column] is not None for column in GPU_NEEDS)
    )


@lru_cache(maxsize=1)
def _asics() -> dict[str, Asic]:
    return {
        text(row, "model"): Asic(
            model=text(row, "model"),
            maker=text(row, "maker"),
            release_year=integer_or_none(row, "release_year"),
            hash_rate_ths=value(row, "hash_rate_ths"),
            power_w=value(row, "power_w"),
            efficiency_j_per_th=value(row, "efficiency_j_per_th"),
            cooling=text(row, "cooling"),
            price_usd=value_or_none(row, "price_usd"),
            fact=fact_of(row),
        )
        for row in table("asics").rows
    }


@lru_cache(maxsize=1)
def _tuning() -> dict[str, tuple[TuningPoint, ...]]:
    points: dict[str, list[TuningPoint]] = {}
    for row in table("tuning_points").rows:
        point = TuningPoint(value(row, "hash_rate_ths"), value(row, "power_w"), text(row, "firmware"), fact_of(row))
        points.setdefault(text(row, "model"), []).append(point)
    return {model: tuple(sorted(found, key=lambda point: point.power_w)) for model, found in points.items()}


@lru_cache(maxsize=1)
def _gpu_rows() -> dict[str, Row]:
    return {text(row, "model"): row for row in table("gpus").rows}
