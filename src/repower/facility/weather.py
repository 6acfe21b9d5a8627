"""Outside air: the record that cooling works against, checks of measured series, and wet-bulb from humidity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from repower.base.clock import TimeGrid
from repower.base.errors import Problem, SeriesError
from repower.base.units import Array

COLDEST_C = -70.0
HOTTEST_C = 57.0
WETBULB_SLACK_K = 0.1
STULL_DRYBULB_C = (-20.0, 50.0)
STULL_HUMIDITY_FRAC = (0.05, 1.0)


@dataclass(frozen=True)
class Weather:
    """Outside air at a site.

    Parameters
    ----------
    drybulb_c, wetbulb_c : shape (grid.count,), mean of each interval [°C]; wet-bulb is never above dry-bulb.
    label : where it comes from, in words.
    modelled : True where the hours are generated, False where they were measured.
    """

    grid: TimeGrid
    drybulb_c: Array
    wetbulb_c: Array
    label: str
    modelled: bool


def measured_weather(grid: TimeGrid, drybulb_c: Array, wetbulb_c: Array, label: str, file: str = "") -> Weather:
    """Weather from a series that somebody measured, after checks that change nothing in it.

    Parameters
    ----------
    drybulb_c, wetbulb_c : shape (grid.count,) [°C].
    label : where it comes from, in words.
    file : name of the file, for the message.

    Raises
    ------
    SeriesError : wrong length, missing or infinite values, values in Fahrenheit or kelvin or outside what occurs on
        Earth, or wet-bulb above dry-bulb by more than rounding; everything that is wrong is reported.
    """
    drybulb_c = np.array(drybulb_c, dtype=np.float64)
    wetbulb_c = np.array(wetbulb_c, dtype=np.float64)
    problems = [
        *_series_problems(drybulb_c, grid.count, "drybulb_c", file),
        *_series_problems(wetbulb_c, grid.count, "wetbulb_c", file),
    ]
    if not problems:
        above = np.flatnonzero(wetbulb_c > drybulb_c + WETBULB_SLACK_K)
        if above.size:
            at = int(above[0])
            fix = "check that the columns are not swapped and that both are in °C for the same hours"
            value = f"{wetbulb_c[at]:g} °C wet-bulb at {drybulb_c[at]:g} °C dry-bulb in interval {at}"
            message = f"wet-bulb is above dry-bulb in {above.size} intervals, which cannot be"
            problems.append(Problem(message, fix, file, "wetbulb_c", value))
    if problems:
        raise SeriesError(problems)
    wetbulb_c = np.minimum(wetbulb_c, drybulb_c)
    drybulb_c.setflags(write=False)
    wetbulb_c.setflags(write=False)
    return Weather(grid, drybulb_c, wetbulb_c, label, modelled=False)


def wet_bulb_c(drybulb_c: Array, relative_humidity_frac: Array) -> Array:
    """Wet-bulb temperature at sea-level pressure from dry-bulb and relative humidity, Stull's fit (-1.0 to +0.65 K).

    Parameters
    ----------
    drybulb_c : shape (n,) [°C], -20 to 50.
    relative_humidity_frac : shape (n,) [1], 0.05 to 1.

    Returns
    -------
    shape (n,) [°C], never above `drybulb_c`.

    Raises
    ------
    SeriesError : shapes differ, or a value lies outside the range of the fit or is not finite.

    References
    ----------
    R. Stull, Wet-Bulb Temperature from Relative Humidity and Air Temperature, J. Appl. Meteor. Climatol. 50 (2011)
    2267-2269.
    """
    drybulb_c = np.asarray(drybulb_c, dtype=np.float64)
    humidity = np.asarray(relative_humidity_frac, dtype=np.float64)
    if drybulb_c.shape != humidity.shape:
        fix = "give one humidity for every dry-bulb"
        raise SeriesError(Problem("lengths differ", fix, value=f"{drybulb_c.shape} and {humidity.shape}"))
    problems = []
    for name, values, (low, high), hint in (
        ("drybulb_c", drybulb_c, STULL_DRYBULB_C, "use °C"),
        ("relative_humidity_frac", humidity, STULL_HUMIDITY_FRAC, "use a share, not percent"),
    ):
        outside = values[~((values >= low) & (values <= high))]
        if outside.size:
            message = f"{outside.size} values lie outside {low:g} to {high:g}, where the wet-bulb formula holds"
            problems.append(Problem(message, f"{hint}, or give measured wet-bulb", key=name, value=f"{outside[0]:g}"))
    if problems:
        raise SeriesError(problems)
    percent = humidity * 100
    stull_c = (
        drybulb_c * np.arctan(0.151977 * np.sqrt(percent + 8.313659))
        + np.arctan(drybulb_c + percent)
        - np.arctan(percent - 1.676331)
        + 0.00391838 * percent**1.5 * np.arctan(0.023101 * percent)
        - 4.686035
    )
    return np.minimum(stull_c, drybulb_c)


def _series_problems(values: Array, count: int, key: str, file: str) -> list[Problem]:
    if values.shape != (count,):
        fix = "give one value for every interval of the grid"
        return [Problem(f"{count} values are needed", fix, file, key, str(values.shape))]
    broken = np.flatnonzero(~np.isfinite(values))
    if broken.size:
        fix = "fill the gaps at the source, or choose another year; nothing is filled in here"
        where = f"{values[broken[0]]} in interval {int(broken[0])}"
        return [Problem(f"{broken.size} values are missing or infinite", fix, file, key, where)]
    low, high = float(values.min()), float(values.max())
    if low >= COLDEST_C and high <= HOTTEST_C:
        return []
    unit = "kelvin" if low > 2 * HOTTEST_C else "degrees Fahrenheit" if high > HOTTEST_C else ""
    fix = f"these look like {unit}: convert the file to °C" if unit else "check unit and sensor"
    message = f"temperatures in °C lie between {COLDEST_C:g} and {HOTTEST_C:g}"
    return [Problem(message, fix, file, key, f"{low:g} to {high:g}")]
