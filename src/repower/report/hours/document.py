"""The hours as one stable JSON document, ``dispatch.json``: units in their names; `schema` lists every key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from repower.base.clock import starts_utc, step_h
from repower.report.document import plain
from repower.report.hours import record

if TYPE_CHECKING:
    from repower.plan.audit import Audit
    from repower.plan.dispatched import Dispatched
    from repower.plan.unforeseen import Unforeseen
    from repower.report.hours.record import Report

SCHEMA_VERSION: Final = 1
SCHEMA: Final = f"repower.dispatch/{SCHEMA_VERSION}"


def document(report: Report) -> dict[str, Any]:
    """The hours in plain types; series stand in the files beside, sums and the statement here."""
    found = report.found
    hours, grid = found.hours, found.hours.prices.grid
    first, last = record.span(found)
    marginal = found.dispatch.marginal_usd_per_mwh
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "site_name": hours.site.name,
        "market": hours.site.market,
        "source": hours.site.source,
        "version": report.version,
        "inputs_hash": report.inputs_hash,
        "power": hours.power_label,
        "weather": hours.weather_label,
        "first_day": first,
        "last_day": last,
        "start_utc": f"{starts_utc(grid)[0]}Z",
        "step_h": step_h(grid),
        "intervals": grid.count,
        "headline": record.headline(report),
        "earned_usd": found.earned_usd,
        "bound_usd": found.bound_usd,
        "gap_usd": found.bound_usd - found.earned_usd,
        "gap_frac": record.gap_frac(found),
        "method": found.dispatch.method,
        "settled_usd": record.settled_usd(found),
        "later_usd": found.later_usd,
        "shedding_usd": found.shedding_usd,
        "rest_usd": found.rest_usd,
        "import_mwh": float(found.schedule.import_mw.sum()) * step_h(grid),
        "export_mwh": float(found.schedule.export_mw.sum()) * step_h(grid),
        "mean_index_usd_per_mwh": record.mean_index_usd_per_mwh(found),
        "paid_index_usd_per_mwh": record.paid_index_usd_per_mwh(found),
        "mining_uptime_frac": record.mining_uptime_frac(found),
        "marginal_usd_per_mwh": {
            name: float(np.quantile(marginal, level)) for name, level in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))
        },
        "peaks": _peaks(found),
        "loads": list(found.loads),
        "columns": _columns(found),
        "battery": _battery(found),
        "services": list(found.services),
        "filled": list(hours.filled),
        "worths": list(found.worths),
        "statement": list(found.lines),
        "audit": None if report.audit is None else _audit(report.audit),
        "foresight": None if report.unforeseen is None else _foresight(report.unforeseen),
        "warnings": [{"text": one.text, "fix": one.fix} for one in report.caveats],
    }
    done: dict[str, Any] = plain(content)
    return done


def document_text(report: Report) -> str:
    """The document as JSON; the same hours give the same bytes."""
    return json.dumps(document(report), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _peaks(found: Dispatched) -> list[dict[str, Any]]:
    from repower.contracts import billed_demand_mw
    from repower.contracts.periods import month_max, periods

    when = periods(found.hours.prices.grid)
    peak_mw = month_max(when, found.schedule.import_mw)
    billed_mw = billed_demand_mw(found.schedule, found.hours.book)
    return [
        {"month": month, "peak_mw": float(peak), "billed_mw": float(billed)}
        for month, peak, billed in zip(when.months, peak_mw, billed_mw, strict=True)
    ]


def _columns(found: Dispatched) -> list[dict[str, str]]:
    from repower.plan.dispatched import block_names

    blocks = found.schedule.blocks
    return [
        {"column": f"{name}_mw", "hall": block.hall, "load": block.label}
        for name, block in zip(block_names(blocks), blocks, strict=True)
    ]


def _battery(found: Dispatched) -> dict[str, Any] | None:
    if found.hours.battery is None:
        return None
    hour = step_h(found.hours.prices.grid)
    (one,) = found.hours.site.batteries
    return {
        "name": one.name,
        "charged_mwh": float(found.dispatch.charge_mw.sum()) * hour,
        "discharged_mwh": float(found.dispatch.discharge_mw.sum()) * hour,
        "burnt_mwh": record.burnt_mwh(found),
        "start_mwh": found.hours.battery.start_mwh,
        "end_mwh": float(found.dispatch.energy_mwh[-1]),
    }


def _audit(audit: Audit) -> dict[str, Any]:
    return {
        "source": audit.source,
        "sentence": record.audit_sentence(audit),
        "earned_usd": audit.earned_usd,
        "best_usd": audit.best_usd,
        "bound_usd": audit.bound_usd,
        "left_usd": audit.left_usd,
        "left_frac": audit.left_frac,
        "hours_to_half": audit.hours_to_half,
        "peaks_usd": audit.peaks_usd,
        "worst": list(audit.worst),
    }


def _foresight(unforeseen: Unforeseen) -> dict[str, Any]:
    return {
        "sentence": record.foresight_sentence(unforeseen),
        "battery_usd": unforeseen.battery_usd,
        "peaks_guessed_usd": unforeseen.peaks_guessed_usd,
        "ways": [{name: value for name, value in vars(way).items() if name != "schedule"} for way in unforeseen.ways],
        "omitted": list(unforeseen.omitted),
    }
