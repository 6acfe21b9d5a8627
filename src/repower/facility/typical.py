"""Typical weather: a year of hours made from a small table of statistics of a station.

A typical year is generated, not observed: monthly quantiles of dry-bulb and wet-bulb, the shape of the day and the
persistence of spells come from the catalog's table `weather_shapes` (fitted to NREL's TMY3 stations), the order of the
hours from a fixed pseudo-random sequence. The same station, year and zone give the same bytes on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

import numpy as np

from repower.base.clock import TimeGrid, local_starts, local_year, starts_s
from repower.base.errors import CatalogError, Problem, nearest
from repower.base.units import HOURS_PER_DAY, MONTHS_PER_YEAR, SECONDS_PER_HOUR, Array, Hours, IntArray
from repower.catalog import table
from repower.facility.weather import Weather

_TUKEY_LAMBDA = 0.1349
_SPELL_SEED = 20_240_420
_MOISTURE_SEED = 20_280_413
_DECIMALS = 3


def stations() -> tuple[str, ...]:
    """Names of the stations that `typical_weather` knows, in the order of the catalog."""
    return tuple(dict.fromkeys(str(row["station"]) for row in table("weather_shapes").rows))


def typical_weather(station: str, year: int, zone: str) -> Weather:
    """Hourly weather of a typical local calendar year at a station.

    In every month the quantiles of the station's dry-bulb and wet-bulb are met, so design hours and hours above a
    threshold are those of the station; which day is the hottest is arbitrary. The order of the hours follows the sum
    of a daily shape and smoothed noise with the station's persistence; wet-bulb is tied to dry-bulb by its monthly rank
    correlation and held at or below it. Hours of the day are read in the zone's standard time, as weather knows no
    daylight saving. The climate is that of the TMY3 record (1976 to 2005): add heat for a design margin.

    Parameters
    ----------
    station : one of `stations()`.
    year : local calendar year; leap years have 8,784 hours.
    zone : IANA name of the site's zone.

    Raises
    ------
    CatalogError : no such station; the message names the nearest.
    InputError : no such zone.

    References
    ----------
    S. Wilcox, W. Marion, Users Manual for TMY3 Data Sets, NREL/TP-581-43156 (2008).
    """
    grid = local_year(year, zone)
    shape = _shape(station)
    month, hour = _standard_clock(grid)
    times_h = (shape[0]["spell_h"], shape[0]["smoothing_h"])
    spell = _smoothed_noise(times_h, grid.count, _SPELL_SEED)
    moisture = _smoothed_noise(times_h, grid.count, _MOISTURE_SEED)
    day = _day_shape(shape[0])[hour]
    drybulb_c = np.empty(grid.count)
    wetbulb_c = np.empty(grid.count)
    for which in range(1, MONTHS_PER_YEAR + 1):
        inside = np.flatnonzero(month == which)
        monthly = shape[which]
        share = monthly["day_share_frac"]
        warmth = np.sqrt(share) * day[inside] + np.sqrt(1 - share) * spell[inside]
        tie = monthly["wetbulb_correlation"]
        wetness = tie * _standardised(warmth) + np.sqrt(1 - tie**2) * _unrelated(moisture[inside], warmth)
        drybulb_c[inside] = _by_rank(warmth, *_quantiles(monthly, "drybulb"))
        wetbulb_c[inside] = _by_rank(wetness, *_quantiles(monthly, "wetbulb"))
    label = f"{station}: typical year, modelled on NREL TMY3 (public domain)"
    drybulb_c = drybulb_c.round(_DECIMALS)
    wetbulb_c = np.minimum(wetbulb_c.round(_DECIMALS), drybulb_c)
    drybulb_c.setflags(write=False)
    wetbulb_c.setflags(write=False)
    return Weather(grid, drybulb_c, wetbulb_c, label, modelled=True)


def _shape(station: str) -> tuple[Mapping[str, float], ...]:
    """Statistics of the whole year (index 0) and of the months 1 to 12."""
    shape: tuple[dict[str, float], ...] = tuple({} for _ in range(MONTHS_PER_YEAR + 1))
    for row in table("weather_shapes").rows:
        month, value = row["month"], row["value"]
        if row["station"] == station and isinstance(month, int) and isinstance(value, float):
            shape[month][str(row["statistic"])] = value
    if not shape[0]:
        known = stations()
        close = nearest(station, known)
        fix = (f"did you mean {close!r}? " if close else "") + f"Stations: {', '.join(known)}"
        raise CatalogError(Problem("no such weather station", fix, "weather_shapes.csv", "station", station))
    return shape


def _standard_clock(grid: TimeGrid) -> tuple[IntArray, IntArray]:
    """Month (1-12) and hour (0-23) of every interval in standard time."""
    utc_s = starts_s(grid)
    offset_s = (local_starts(grid).astype(np.int64) - utc_s).min()
    standard_s = utc_s + offset_s
    month = standard_s.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % MONTHS_PER_YEAR + 1
    return month, standard_s // SECONDS_PER_HOUR % HOURS_PER_DAY


def _day_shape(whole: Mapping[str, float]) -> Array:
    """Mean score by hour of the day, shape (24,), of unit variance."""
    angle = 2 * np.pi * np.arange(HOURS_PER_DAY) / HOURS_PER_DAY
    day = np.zeros(HOURS_PER_DAY)
    for order in (1, 2):
        day += whole[f"day_cos{order}"] * np.cos(order * angle) + whole[f"day_sin{order}"] * np.sin(order * angle)
    return day


def _smoothed_noise(times_h: Sequence[Hours], count: int, seed: int) -> Array:
    """Noise after one autoregressive stage for every time constant, of zero mean and unit variance, shape (count,).

    Raw bits of the generator are the same in every version of numpy; uniform steps add up to nearly normal levels.
    """
    noise: list[float] = ((np.random.PCG64(seed).random_raw(count) >> np.uint64(11)) * 2.0**-53 - 0.5).tolist()
    for time_h in times_h:
        noise = _leaking_sum(noise, math.exp(-1 / time_h))
    return _standardised(np.array(noise))


def _leaking_sum(steps: Iterable[float], kept: float) -> list[float]:
    return list(accumulate(steps, lambda level, step: kept * level + step))


def _standardised(values: Array) -> Array:
    scaled: Array = (values - values.mean()) / values.std()
    return scaled


def _unrelated(values: Array, to: Array) -> Array:
    """The part of `values` that is uncorrelated with `to`, of unit variance."""
    axis = _standardised(to)
    return _standardised(values - axis * (values @ axis) / axis.size)


def _quantiles(monthly: Mapping[str, float], what: str) -> tuple[Array, Array]:
    """Probabilities and values of the quantiles of one month, ascending."""
    prefix, suffix = f"{what}_p", "_c"
    known = sorted(
        (float(name.removeprefix(prefix).removesuffix(suffix)) / 100, value)
        for name, value in monthly.items()
        if name.startswith(prefix)
    )
    probability, value = np.array(known).T
    return probability, value


def _by_rank(order: Array, probability: Array, value: Array) -> Array:
    """Values with the given quantiles in the given order, shape of `order`.

    Between quantiles the interpolation is linear in the normal score, for which Tukey's lambda stands in, so that tails
    keep their curvature; lowest and highest value are met exactly.
    """
    half = 0.5 / order.size
    rank = np.empty(order.size)
    rank[np.argsort(order, kind="stable")] = np.arange(order.size)
    return np.interp(_score((rank + 0.5) / order.size), _score(np.clip(probability, half, 1 - half)), value)


def _score(probability: Array) -> Array:
    scores: Array = probability**_TUKEY_LAMBDA - (1 - probability) ** _TUKEY_LAMBDA
    return scores
