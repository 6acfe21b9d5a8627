"""The shape of a zone's prices, small enough to read: what every local month is like, and how hours follow each other.

For every calendar month a shape holds the quantiles of the hourly price with the extreme tails, the mean, the share of
negative hours, four harmonics of the local hour of day, and a persistence. A year is made by a Gaussian copula: a score
for every hour (hour of day plus first-order autoregressive noise) is ranked within its month, and the ranks read the
quantile function. So every made month has the fitted minimum, maximum, quantiles, negative hours and mean whatever the
noise was; what is modelled is which hours they fall in. Spells longer than a day or two, weekdays, and the joint
behaviour of zones are not.

The quantile function runs straight between quantiles, and through zero at the share of negative hours. Above the upper
quartile every segment is bent by one common exponent, chosen so that the month has its fitted mean: the tail is the
bill.

References
----------
SFC64 is numpy's (https://numpy.org/doc/stable/reference/random/bit_generators/sfc64.html); its raw stream is fixed
across versions, so a seed makes the same year everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from repower.base.clock import TimeGrid, local_hour, local_month
from repower.base.errors import CatalogError, Problem, nearest
from repower.base.units import HOURS_PER_DAY, MONTHS_PER_YEAR, Array, IntArray, UsdPerMwh
from repower.catalog import table

TABLE: Final = "power_shapes"
HARMONICS: Final = 4
BENT_ABOVE: Final = 0.75
MEAN_TOLERANCE_USD_PER_MWH: Final[UsdPerMwh] = 0.01
_QUANTILE: Final = "quantile_"
_UNIFORM_BITS: Final = 53
_EXPONENTS: Final = (0.02, 50.0)
_BISECTIONS: Final = 44


@dataclass(frozen=True)
class PowerShape:
    """Fitted shape of one zone; arrays over months run from January, shape (12,) or (12, ...).

    Parameters
    ----------
    zone : key, such as ``ERCOT_LZ_WEST``.
    probability : shape (quantiles,), ascending from 0 to 1.
    quantile_usd_per_mwh : shape (12, quantiles), ascending along the second axis [$/MWh].
    mean_usd_per_mwh, negative_frac, persistence : shape (12,); `persistence` is the hourly autocorrelation of scores.
    hour_effect : shape (12, 24), mean score by local hour of day.
    seed : of the noise.
    fit_years : first and last year of the series behind it.
    source, as_of, note : origin, as in the catalog.
    """

    zone: str
    probability: Array
    quantile_usd_per_mwh: Array
    mean_usd_per_mwh: Array
    negative_frac: Array
    persistence: Array
    hour_effect: Array
    seed: int
    fit_years: tuple[int, int]
    source: str
    as_of: str
    note: str


def shape_names() -> tuple[str, ...]:
    """Zones that have a shape, in the order of the catalog."""
    return tuple(dict.fromkeys(str(row["zone"]) for row in table(TABLE).rows))


def shape(zone: str) -> PowerShape:
    """The fitted shape of a zone.

    Raises
    ------
    CatalogError : no such zone; the message names the nearest one.
    """
    rows = [row for row in table(TABLE).rows if row["zone"] == zone]
    if not rows:
        near = nearest(zone, shape_names())
        known = ", ".join(shape_names())
        fix = f"did you mean {near}? The catalog has {known}" if near else f"use one of {known}"
        raise CatalogError(Problem("no typical year of this zone", fix, f"{TABLE}.csv", "zone", zone))
    return shape_of_rows(zone, rows)


def shape_of_rows(zone: str, rows: Iterable[Mapping[str, object]]) -> PowerShape:
    """A shape from rows of the table `power_shapes`, all of one zone.

    Raises
    ------
    CatalogError : where a month lacks a number, or its quantiles do not rise.
    """
    rows = list(rows)
    cells = {(int(str(row["month"])), str(row["statistic"])): float(str(row["value"])) for row in rows}
    names = sorted({name for _, name in cells if name.startswith(_QUANTILE)}, key=lambda name: float(name[9:]))
    probability = np.array([float(name.removeprefix(_QUANTILE)) for name in names])
    quantile = np.array([[_cell(cells, zone, month, name) for name in names] for month in _calendar()])
    if np.any(np.diff(quantile, axis=1) < 0.0) or probability[0] != 0.0 or probability[-1] != 1.0:
        raise CatalogError(
            Problem(
                "quantiles must rise from probability 0 to 1",
                "fit the table again with tools/fit_power_shapes.py",
                file=f"{TABLE}.csv",
                key=zone,
            )
        )
    about = next(row for row in rows if row["statistic"] == "seed")
    return PowerShape(
        zone=zone,
        probability=probability,
        quantile_usd_per_mwh=quantile,
        mean_usd_per_mwh=_monthly(cells, zone, "mean"),
        negative_frac=_monthly(cells, zone, "negative_frac"),
        persistence=_monthly(cells, zone, "persistence"),
        hour_effect=sum(
            (
                _monthly(cells, zone, f"hour_{name}_{order}")[:, None] * wave
                for order in range(1, HARMONICS + 1)
                for name, wave in hour_waves(order)
            ),
            start=np.zeros((MONTHS_PER_YEAR, HOURS_PER_DAY)),
        ),
        seed=int(_cell(cells, zone, 0, "seed")),
        fit_years=(int(_cell(cells, zone, 0, "fit_first_year")), int(_cell(cells, zone, 0, "fit_last_year"))),
        source=str(about["source"]),
        as_of=str(about["as_of"]),
        note=str(about["note"] or ""),
    )


def hour_waves(order: int) -> tuple[tuple[str, Array], tuple[str, Array]]:
    """Cosine and sine of one harmonic of the day, each shape (24,)."""
    angle = 2.0 * np.pi * order * np.arange(HOURS_PER_DAY) / HOURS_PER_DAY
    return ("cos", np.cos(angle)), ("sin", np.sin(angle))


def hourly_prices_usd_per_mwh(shape: PowerShape, grid: TimeGrid) -> Array:
    """Prices of a shape over whole local months of an hourly grid.

    Parameters
    ----------
    shape : of the zone.
    grid : hourly; its zone says what is local.

    Returns
    -------
    prices [$/MWh], shape (grid.count,).

    Raises
    ------
    CatalogError : where no bend of the tail gives a month its fitted mean.
    """
    month = local_month(grid)
    calendar_month = month % MONTHS_PER_YEAR
    hour = local_hour(grid)
    score = shape.hour_effect[calendar_month, hour] + _noise(shape, calendar_month)
    price_usd_per_mwh = np.empty(grid.count)
    for which in np.unique(month):
        hours = np.flatnonzero(month == which)
        order = np.argsort(score[hours], kind="stable")
        price_usd_per_mwh[hours[order]] = _sorted_month(shape, int(which) % MONTHS_PER_YEAR, hours.size)
    return price_usd_per_mwh


def _noise(shape: PowerShape, calendar_month: IntArray) -> Array:
    """Autoregressive Gaussian noise whose variance, with the hour effect, is one in every month."""
    raw = np.random.SFC64(shape.seed).random_raw(calendar_month.size) >> np.uint64(64 - _UNIFORM_BITS)
    uniform = (raw.astype(np.float64) + 0.5) / 2.0**_UNIFORM_BITS
    normal = NormalDist()
    rho = shape.persistence[calendar_month]
    fresh = np.sqrt(1.0 - rho**2)
    levels: list[float] = []
    level = 0.0
    for chance, kept, new in zip(uniform.tolist(), rho.tolist(), fresh.tolist(), strict=True):
        level = kept * level + new * normal.inv_cdf(chance)
        levels.append(level)
    left: Array = np.sqrt(np.maximum(1.0 - shape.hour_effect.var(axis=1), 0.0))
    noise: Array = np.array(levels) * left[calendar_month]
    return noise


def _sorted_month(shape: PowerShape, month: int, hours: int) -> Array:
    """The ascending prices of one month: its quantile function at equal steps, bent to the fitted mean."""
    knots, values = _knots(shape, month, hours)
    chance = np.arange(hours) / (hours - 1)
    segment = np.clip(np.searchsorted(knots, chance, side="right") - 1, 0, knots.size - 2)
    low, rise = values[segment], values[segment + 1] - values[segment]
    inside = (chance - knots[segment]) / (knots[segment + 1] - knots[segment])
    bent = slice(int(np.searchsorted(knots[segment], BENT_ABOVE)), hours)
    mean_usd_per_mwh = float(shape.mean_usd_per_mwh[month])
    price_usd_per_mwh: Array = low + rise * inside
    goal = mean_usd_per_mwh * hours - float(price_usd_per_mwh[: bent.start].sum())
    small, large = _EXPONENTS
    for _ in range(_BISECTIONS):
        exponent = (small * large) ** 0.5
        price_usd_per_mwh[bent] = low[bent] + rise[bent] * inside[bent] ** exponent
        small, large = (exponent, large) if price_usd_per_mwh[bent].sum() > goal else (small, exponent)
    if abs(price_usd_per_mwh.mean() - mean_usd_per_mwh) > MEAN_TOLERANCE_USD_PER_MWH:
        raise CatalogError(
            Problem(
                f"no bend of the tail gives month {month + 1} its mean",
                "fit the table again with tools/fit_power_shapes.py",
                file=f"{TABLE}.csv",
                key=shape.zone,
                value=f"{mean_usd_per_mwh:.2f}",
            )
        )
    return price_usd_per_mwh


def _knots(shape: PowerShape, month: int, hours: int) -> tuple[Array, Array]:
    """Quantiles of a month, and zero where the negative hours end: half a step after the last of them."""
    probability, values = shape.probability, shape.quantile_usd_per_mwh[month]
    zero_at = (shape.negative_frac[month] * hours - 0.5) / (hours - 1)
    if not (values[0] < 0.0 < values[-1] and 0.0 < zero_at < 1.0):
        return probability, values
    below, above = (values < 0.0) & (probability < zero_at), (values > 0.0) & (probability > zero_at)
    return (
        np.concatenate((probability[below], [zero_at], probability[above])),
        np.concatenate((values[below], [0.0], values[above])),
    )


def _calendar() -> range:
    return range(1, MONTHS_PER_YEAR + 1)


def _monthly(cells: Mapping[tuple[int, str], float], zone: str, name: str) -> Array:
    return np.array([_cell(cells, zone, month, name) for month in _calendar()])


def _cell(cells: Mapping[tuple[int, str], float], zone: str, month: int, name: str) -> float:
    try:
        return cells[month, name]
    except KeyError as error:
        raise CatalogError(
            Problem(
                f"{zone} has no {name} for month {month}",
                "fit the table again with tools/fit_power_shapes.py",
                file=f"{TABLE}.csv",
                key=f"{zone}.{name}",
            )
        ) from error
