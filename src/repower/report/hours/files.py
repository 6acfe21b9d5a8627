"""The files of a report on hours: page, document, the schedule twice, and the statement; all of them or none."""

from __future__ import annotations

import csv
import os
from dataclasses import astuple, fields
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from repower.base.clock import starts_utc
from repower.base.units import Array
from repower.report.hours.document import document_text
from repower.report.hours.page import page
from repower.report.save import save_files

if TYPE_CHECKING:
    import polars as pl

    from repower.plan.dispatched import Dispatched
    from repower.report.hours.record import Report

FILES: Final = ("dispatch.html", "dispatch.json", "schedule.csv", "schedule.parquet", "statement.csv")


def save(report: Report, out_dir: str | os.PathLike[str], language: str = "en") -> tuple[Path, ...]:
    """Write the five files into a folder, and nothing else; a failure leaves it as it was.

    Raises
    ------
    OutputError : the folder or a file in it cannot be written.
    """

    def contents() -> dict[str, bytes]:
        table = schedule_table(report.found)
        text, packed = BytesIO(), BytesIO()
        table.with_columns(_as_text(table)).write_csv(text)
        table.write_parquet(packed, compression="zstd", statistics=False)
        made = (
            page(report, language).encode(),
            document_text(report).encode(),
            text.getvalue(),
            packed.getvalue(),
            statement_text(report.found).encode(),
        )
        return dict(zip(FILES, made, strict=True))

    save_files(contents, FILES, out_dir)
    return tuple(Path(out_dir) / name for name in FILES)


def schedule_columns(found: Dispatched) -> dict[str, Array]:
    """Every series of the hours by the name of its column, shape (T,) each.

    Loads stand under their hall and number (`plan.dispatched.block_names`), so that the file can be audited as it is.
    """
    from repower.plan.dispatched import block_names
    from repower.plan.given import supply_names

    schedule, dispatch, prices = found.schedule, found.dispatch, found.hours.prices
    columns = {"index_usd_per_mwh": prices.index_usd_per_mwh, "marginal_usd_per_mwh": dispatch.marginal_usd_per_mwh}
    for name, row in zip(block_names(schedule.blocks), schedule.block_mw, strict=True):
        columns[f"{name}_mw"] = row
    for name in supply_names(found.hours):
        rows = [row for row, block in enumerate(schedule.supply) if block.name == name]
        columns[f"{name}_mw"] = schedule.supply_mw[rows].sum(axis=0)
    columns |= {"import_mw": schedule.import_mw, "export_mw": schedule.export_mw}
    if found.hours.battery is not None:
        columns |= {
            "battery_mw": dispatch.battery_mw,
            "charge_mw": dispatch.charge_mw,
            "discharge_mw": dispatch.discharge_mw,
            "stored_mwh": dispatch.energy_mwh,
            "water_value_usd_per_mwh": dispatch.water_value_usd_per_mwh,
        }
    for one in prices.services:
        columns[f"{one.name}_usd_per_mw"] = one.price_usd_per_mw
    for award in schedule.awards:
        columns[f"{award.service} by {award.provider}_award_mw"] = award.award_mw
    return columns


def schedule_table(found: Dispatched) -> pl.DataFrame:
    """The same as a table with interval starts in UTC."""
    import polars as pl

    starts = starts_utc(found.hours.prices.grid).astype("datetime64[us]")
    times = pl.Series("start_utc", starts).dt.replace_time_zone("UTC")
    columns = {name: np.ascontiguousarray(values) for name, values in schedule_columns(found).items()}
    return pl.DataFrame([times, *(pl.Series(name, values) for name, values in columns.items())])


def statement_text(found: Dispatched) -> str:
    """All lines of the statement as CSV."""
    from repower.contracts import Line

    text = StringIO()
    writer: Any = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(Line)])
    writer.writerows(astuple(line) for line in found.lines)
    return text.getvalue()


def _as_text(table: pl.DataFrame) -> Any:
    return table["start_utc"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
