"""Fits the table `power_shapes` of the catalog to real hourly price series.

Each ``--zone`` takes seven words: the key of the zone, a Parquet file with a column ``ts_utc`` of interval starts in
UTC, its price column in $/MWh, the IANA time zone, the first and the last local year to use, and the source as the
table names it. Missing hours are left out and counted in the note; nothing is filled. The shipped table was made with
hourly real-time prices of 2024 (ERCOT load zones) and of 2023 and 2024 (the others), as their markets published them::

    python tools/fit_power_shapes.py src/repower/catalog/tables/power_shapes.csv \\
      --zone ERCOT_LZ_WEST ercot.parquet rt_lz_west America/Chicago 2024 2024 "ERCOT real-time LZ_WEST, ..." \\
      --zone ERCOT_LZ_NORTH ercot.parquet rt_lz_north America/Chicago 2024 2024 "..." \\
      --zone ERCOT_HB_NORTH ercot.parquet rt_hb_north America/Chicago 2023 2024 "..." \\
      --zone NYISO_A_WEST nyiso.parquet A_WEST America/New_York 2023 2024 "..." \\
      --zone MISO_LOUISIANA miso.parquet LOUISIANA_HUB America/Chicago 2023 2024 "..." \\
      --zone PJM_DOM pjm.parquet PJM_RT_DOM America/New_York 2023 2024 "..."

For every calendar month, all years together: quantiles by linear interpolation between order statistics, the mean, the
share of negative hours; normal scores by rank, regressed on four harmonics of the local hour of day; and the
autocorrelation of what is left between hours that follow each other. `repower.markets.power_shape` turns the numbers
back into hours, and this tool refuses a fit from which it cannot: every month of two trial years must have its mean.
"""

from __future__ import annotations

import argparse
import csv
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import numpy as np
import polars as pl

from repower.base.clock import local_year
from repower.base.units import MONTHS_PER_YEAR, SECONDS_PER_HOUR, Array
from repower.markets.power_shape import HARMONICS, hour_waves, hourly_prices_usd_per_mwh, shape_of_rows

COLUMNS = ("zone", "month", "statistic", "value", "unit", "source", "as_of", "grade", "note")
PROBABILITIES = (0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1)
TRIAL_YEARS = (2027, 2028)


@dataclass(frozen=True)
class Request:
    """One zone to fit, as given on the command line."""

    zone: str
    path: Path
    column: str
    time_zone: str
    first_year: int
    last_year: int
    source: str


def main(arguments: list[str]) -> None:
    """Read the command line, fit every zone, write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="CSV file to write")
    parser.add_argument("--zone", nargs=7, action="append", required=True, metavar="WORD")
    options = parser.parse_args(arguments)
    requests = [
        Request(zone, Path(path), column, place, int(first), int(last), source)
        for zone, path, column, place, first, last, source in options.zone
    ]
    rows = [row for request in requests for row in fit(request)]
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def fit(request: Request) -> list[dict[str, str]]:
    """Rows of one zone, checked against trial years."""
    frame = _read(request)
    expected = sum(local_year(year, request.time_zone).count for year in _years(request))
    as_of = str(frame["local"].max())[:10]
    about = f"hours used {frame.height} of {expected}; local time {request.time_zone}"
    rows = [
        _row(request, as_of, 0, name, f"{value}", "1", about)
        for name, value in (
            ("seed", zlib.crc32(request.zone.encode())),
            ("fit_first_year", request.first_year),
            ("fit_last_year", request.last_year),
        )
    ]
    for month in range(1, MONTHS_PER_YEAR + 1):
        rows += _month_rows(request, as_of, month, frame.filter(pl.col("local").dt.month() == month))
    for year in TRIAL_YEARS:
        hourly_prices_usd_per_mwh(shape_of_rows(request.zone, rows), local_year(year, request.time_zone))
    return rows


def _month_rows(request: Request, as_of: str, month: int, frame: pl.DataFrame) -> list[dict[str, str]]:
    price = frame["price"].to_numpy()
    hour = frame["local"].dt.hour().to_numpy()
    second = frame["ts_utc"].dt.epoch("s").to_numpy()
    normal = NormalDist()
    rank = price.argsort(kind="stable").argsort(kind="stable")
    score = np.array([normal.inv_cdf((place + 0.5) / price.size) for place in rank.tolist()])
    names, waves = zip(
        *((f"hour_{name}_{order}", wave) for order in range(1, HARMONICS + 1) for name, wave in hour_waves(order)),
        strict=True,
    )
    design = np.stack([wave[hour] for wave in waves], axis=1)
    effects, *_ = np.linalg.lstsq(design, score, rcond=None)
    rest = score - design @ effects
    joined = np.diff(second) == SECONDS_PER_HOUR
    persistence = float(np.corrcoef(rest[:-1][joined], rest[1:][joined])[0, 1])
    note = f"hours used {price.size}"
    usd = [(f"quantile_{p:g}", _quantile(price, p), 2) for p in PROBABILITIES] + [("mean", float(price.mean()), 3)]
    pure = [("negative_frac", float((price < 0).mean()), 5), ("persistence", persistence, 4)]
    pure += [(name, float(effect), 4) for name, effect in zip(names, effects, strict=True)]
    return [
        _row(request, as_of, month, name, f"{value:.{digits}f}", unit, note)
        for unit, group in (("usd_per_mwh", usd), ("1", pure))
        for name, value, digits in group
    ]


def _read(request: Request) -> pl.DataFrame:
    local = pl.col("ts_utc").dt.convert_time_zone(request.time_zone)
    return (
        pl.read_parquet(request.path, columns=["ts_utc", request.column])
        .select("ts_utc", price=pl.col(request.column).cast(pl.Float64), local=local)
        .filter(pl.col("price").is_finite() & pl.col("local").dt.year().is_between(*_bounds(request)))
        .sort("ts_utc")
    )


def _quantile(price: Array, probability: float) -> float:
    return float(np.quantile(price, probability))


def _bounds(request: Request) -> tuple[int, int]:
    return request.first_year, request.last_year


def _years(request: Request) -> range:
    return range(request.first_year, request.last_year + 1)


def _row(request: Request, as_of: str, month: int, name: str, value: str, unit: str, note: str) -> dict[str, str]:
    cells = (request.zone, str(month), name, value, unit, request.source, as_of, "modelled", note)
    return dict(zip(COLUMNS, cells, strict=True))


if __name__ == "__main__":
    main(sys.argv[1:])
