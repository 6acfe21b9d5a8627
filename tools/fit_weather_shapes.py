"""Fit the parameters of typical weather to hourly TMY3 stations and write the catalog's `weather_shapes` table.

Usage: ``python tools/fit_weather_shapes.py STATIONS.parquet [--out src/repower/catalog/tables/weather_shapes.csv]``

Input: one row per station and hour with the columns `station`, `month`, `day`, `hour` (0-23, start of the hour, local
standard time), `drybulb_c` and `wetbulb_c` (psychrometric, at station pressure). TMY3 is published by NREL
(https://www.nrel.gov/docs/fy08osti/43156.pdf) and is in the public domain. What is fitted, per station:

- by month, quantiles of dry-bulb and wet-bulb: the extremes are the lowest and highest hour of the month;
- by month, the share of the variance of the dry-bulb's normal score that the hour of the day explains, and the
  correlation of the normal scores of dry-bulb and wet-bulb;
- for the year, the shape of the day as two harmonics, and the time constant of spells from the autocorrelation, after
  24 hours, of what the shape of the day leaves. Hours are smoothed over a time chosen so that the daily range fits.

`repower.facility.weather` turns the table back into hours.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import rankdata

from repower.base.units import HOURS_PER_DAY, HOURS_PER_YEAR, MONTHS_PER_YEAR, Array, IntArray

STATIONS = {
    "midland_tx": ("TX-Midland", "Midland International Ap", "Permian Basin, West Texas"),
    "abilene_tx": ("TX-Abilene", "Abilene Regional Ap", "Abilene and the Big Country"),
    "childress_tx": ("TX-Childress", "Childress Municipal Ap", "Childress and the rolling plains south of Amarillo"),
    "dallas_tx": ("TX-Dallasfort", "Dallas-Fort Worth Intl Ap", "Dallas, Denton and Corsicana"),
    "georgetown_tx": ("TX-Georgetown", "Georgetown AWOS", "central Texas: Rockdale and Austin"),
    "college_station_tx": (
        "TX-College",
        "College Station Easterwood Fl",
        "humid Gulf plain; nearest stand-in for south Louisiana and Houston",
    ),
    "atlanta_ga": ("USA_GA_Atlanta", "Atlanta Hartsfield-Jackson Intl AP", "Georgia and the inland Southeast"),
    "buffalo_ny": (
        "USA_NY_Buffalo",
        "Buffalo Niagara Intl AP",
        "western New York; nearest to the south shore of Lake Ontario",
    ),
    "great_falls_mt": ("USA_MT_Great", "Great Falls Intl AP", "northern plains; nearest stand-in for southern Alberta"),
    "international_falls_mn": (
        "USA_MN_International",
        "International Falls Intl AP",
        "cold north; stand-in for North Dakota and Manitoba",
    ),
    "port_angeles_wa": ("USA_WA_Port", "Port Angeles Fairchild Intl AP", "mild marine Northwest"),
}
DRYBULB_PERCENTS = (0, 2, 15, 40, 65, 85, 95, 99, 100)
WETBULB_PERCENTS = (0, 10, 50, 90, 98, 100)
SMOOTHING_H = 4.0
DEGREE = "°C"
AS_OF = "2008"
COLUMNS = ("station", "month", "statistic", "value", "unit", "source", "as_of", "grade", "note")


def normal_scores(values: Array, month: IntArray) -> Array:
    """Normal score of every value among those of its month, shape (hours,)."""
    scores = np.empty_like(values)
    for which in range(1, MONTHS_PER_YEAR + 1):
        inside = month == which
        scores[inside] = ndtri((rankdata(values[inside]) - 0.5) / inside.sum())
    return scores


def spell_h(autocorrelation: float, lag_h: int) -> float:
    """Time constant of the slow of two autoregressive stages in series that leaves this autocorrelation at a lag."""
    fast = np.exp(-1 / SMOOTHING_H)

    def missing(time_h: float) -> float:
        slow = np.exp(-1 / time_h)
        after = slow ** (lag_h + 1) / (1 - slow**2) - fast ** (lag_h + 1) / (1 - fast**2)
        return after / (slow / (1 - slow**2) - fast / (1 - fast**2)) - autocorrelation

    return float(brentq(missing, 1.01 * SMOOTHING_H, HOURS_PER_YEAR))


def fit(hours: pl.DataFrame) -> list[tuple[int, str, float, str]]:
    """Month, statistic, value and unit of everything fitted to one station's year."""
    month = hours["month"].to_numpy().astype(np.int64)
    hour = hours["hour"].to_numpy().astype(np.int64)
    drybulb_c = hours["drybulb_c"].to_numpy().astype(np.float64)
    wetbulb_c = hours["wetbulb_c"].to_numpy().astype(np.float64)
    score = normal_scores(drybulb_c, month)
    wet_score = normal_scores(wetbulb_c, month)
    by_hour = np.array(
        [
            [score[(month == m) & (hour == h)].mean() for h in range(HOURS_PER_DAY)]
            for m in range(1, MONTHS_PER_YEAR + 1)
        ]
    )
    rest = score - by_hour[month - 1, hour]
    harmonics = np.fft.rfft(by_hour.mean(axis=0))[1:3] * 2 / HOURS_PER_DAY
    harmonics /= np.sqrt((np.abs(harmonics) ** 2).sum() / 2)
    persistence = float(np.corrcoef(rest[:-HOURS_PER_DAY], rest[HOURS_PER_DAY:])[0, 1])
    rows = [(0, "spell_h", spell_h(persistence, HOURS_PER_DAY), "h"), (0, "smoothing_h", SMOOTHING_H, "h")]
    for order, harmonic in enumerate(harmonics, start=1):
        rows += [(0, f"day_cos{order}", float(harmonic.real), "1"), (0, f"day_sin{order}", float(-harmonic.imag), "1")]
    for m in range(1, MONTHS_PER_YEAR + 1):
        inside = month == m
        rows += [(m, f"drybulb_p{p}_c", float(np.percentile(drybulb_c[inside], p)), DEGREE) for p in DRYBULB_PERCENTS]
        rows += [(m, f"wetbulb_p{p}_c", float(np.percentile(wetbulb_c[inside], p)), DEGREE) for p in WETBULB_PERCENTS]
        rows.append((m, "day_share_frac", float((by_hour[m - 1] ** 2).mean()), "1"))
        rows.append((m, "wetbulb_correlation", float(np.corrcoef(score[inside], wet_score[inside])[0, 1]), "1"))
    return rows


def main() -> None:
    """Fit every station and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("stations", type=Path)
    default = Path(__file__).resolve().parents[1] / "src" / "repower" / "catalog" / "tables" / "weather_shapes.csv"
    parser.add_argument("--out", type=Path, default=default)
    arguments = parser.parse_args()
    frame = pl.read_parquet(arguments.stations).with_columns(pl.col("station").cast(pl.String))
    with arguments.out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for station, (prefix, title, region) in STATIONS.items():
            hours = frame.filter(pl.col("station").str.starts_with(prefix)).sort("month", "day", "hour")
            source = f"NREL TMY3 (public domain): {title}"
            for month, statistic, value, unit in fit(hours):
                shown = f"{value:.1f}" if unit == DEGREE else f"{value:.3f}"
                note = {"spell_h": region, "smoothing_h": "chosen so that the daily range fits"}.get(statistic, "")
                writer.writerow((station, month, statistic, shown, unit, source, AS_OF, "modelled", note))


if __name__ == "__main__":
    main()
