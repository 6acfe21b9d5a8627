"""Whether a schedule keeps every limit: whoever made it, and naming step and amount where it does not."""

from __future__ import annotations

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, Mw
from repower.dispatch import checks
from repower.dispatch.problem import DispatchProblem, period_count, period_index
from repower.dispatch.schedule import Dispatch

_NO_PRICES = "schedule given; no prices"


def schedule_of(
    problem: DispatchProblem,
    *,
    block_mw: Array,
    import_mw: Array,
    battery_mw: Array | None = None,
    supply_mw: Array | None = None,
    export_mw: Array | None = None,
) -> Dispatch:
    """Anybody's megawatts as a schedule, to be judged by `certify`; it carries no prices.

    Parameters
    ----------
    block_mw : shape (T, K). import_mw : shape (T,).
    battery_mw : shape (T,), at the meter, charging positive; None for an idle battery.
    supply_mw : shape (T, S). export_mw : shape (T,). None stands for nothing.

    Raises
    ------
    InputError
        A number is missing or a shape disagrees.
    """
    steps, blocks = problem.price_usd_per_mwh.size, problem.block_mw.shape[-1]
    plants = 0 if problem.supply_mw is None else problem.supply_mw.shape[-1]
    problems: list[Problem] = []
    kept: dict[str, Array] = {}
    for name, given, shape in (
        ("block_mw", block_mw, (steps, blocks)),
        ("import_mw", import_mw, (steps,)),
        ("battery_mw", battery_mw, (steps,)),
        ("supply_mw", supply_mw, (steps, plants)),
        ("export_mw", export_mw, (steps,)),
    ):
        kept[name] = np.zeros(shape) if given is None else np.asarray(checks.floats(name, given, problems))
        if kept[name].shape != shape:
            problems.append(checks.shape(name, kept[name], f"{shape}"))
    if problems:
        raise InputError(problems)
    charge_mw, discharge_mw = np.maximum(kept["battery_mw"], 0.0), np.maximum(-kept["battery_mw"], 0.0)
    peak_mw = np.zeros(period_count(problem))
    np.maximum.at(peak_mw, period_index(problem), kept["import_mw"])
    return Dispatch(
        profit_usd=np.nan,
        peak_mw=peak_mw,
        marginal_usd_per_mwh=np.zeros(0),
        method=_NO_PRICES,
        charge_mw=charge_mw,
        discharge_mw=discharge_mw,
        energy_mwh=_energy_mwh(problem, charge_mw, discharge_mw),
        block_mw=kept["block_mw"],
        import_mw=kept["import_mw"],
        battery_mw=kept["battery_mw"],
        supply_mw=kept["supply_mw"],
        export_mw=kept["export_mw"],
    )


def violations(problem: DispatchProblem, schedule: Dispatch, tolerance_mw: Mw = 1e-6) -> list[Problem]:
    """Every limit that a schedule breaks by more than a tolerance, at its worst step.

    Limits of blocks, plants, import, export and battery powers; firm blocks in full; the balance of every step; energy
    between empty and full, and at its end.
    """
    found: list[Problem] = []
    steps = problem.price_usd_per_mwh.size

    def above(name: str, given: Array, limit: Array | Mw, words: str) -> None:
        over = given - np.broadcast_to(limit, given.shape)
        if over.size and over.max() > tolerance_mw:
            found.append(_at(name, given, over, words))

    parts: list[tuple[str, Array, Array | Mw]] = [
        ("block_mw", schedule.block_mw, problem.block_mw),
        ("import_mw", schedule.import_mw, problem.import_limit_mw),
        ("export_mw", schedule.export_mw, problem.export_limit_mw),
        ("supply_mw", schedule.supply_mw, 0.0 if problem.supply_mw is None else problem.supply_mw),
    ]
    for name, given, limit in parts:
        above(name, given, limit, "above its limit")
        above(name, -given, 0.0, "below zero")
    if problem.firm is not None:
        short = np.where(problem.firm, problem.block_mw - schedule.block_mw, 0.0)
        above("block_mw", short, 0.0, "short of a firm block")
    charge, discharge = np.zeros(steps), np.zeros(steps)
    if schedule.charge_mw.size:
        charge, discharge = schedule.charge_mw, schedule.discharge_mw
    battery = problem.battery
    above("charge_mw", charge, 0.0 if battery is None else battery.charge_mw, "above what the battery takes")
    above("discharge_mw", discharge, 0.0 if battery is None else battery.discharge_mw, "above what the battery gives")
    above("charge_mw", -charge, 0.0, "below zero")
    above("discharge_mw", -discharge, 0.0, "below zero")
    used = schedule.block_mw.sum(axis=1) + schedule.export_mw + charge
    given_mw = schedule.supply_mw.sum(axis=1) + schedule.import_mw + discharge
    above("import_mw", used - given_mw, 0.0, "drawn beyond what import, plants and battery give")
    above("import_mw", given_mw - used, 0.0, "given beyond what loads, export and battery draw")
    if battery is not None:
        energy = _energy_mwh(problem, charge, discharge)
        above("energy_mwh", energy, battery.energy_mwh, "MWh above what the battery holds")
        above("energy_mwh", -energy, 0.0, "MWh below empty")
        if battery.end_mwh is not None:
            above("energy_mwh", np.abs(energy[-1:] - battery.end_mwh), 0.0, "MWh off the end state")
    return found


def _energy_mwh(problem: DispatchProblem, charge_mw: Array, discharge_mw: Array) -> Array:
    """What the battery holds at the end of each step."""
    battery = problem.battery
    if battery is None:
        return np.zeros(charge_mw.size)
    stored = charge_mw * battery.charge_efficiency_frac - discharge_mw / battery.discharge_efficiency_frac
    return battery.start_mwh + np.cumsum(stored) * problem.step_h


def _at(name: str, given: Array, over: Array, words: str) -> Problem:
    worst = np.unravel_index(int(np.argmax(over)), over.shape)
    place = ", ".join(str(int(index)) for index in worst)
    more = int(np.count_nonzero(over > 0.5 * over[worst])) - 1
    amount = f"{over[worst]:g} " + ("" if words.startswith("MWh") else "MW ")
    note = f"; {more} more at least half as bad" if more else ""
    return Problem(
        f"is {amount}{words}{note}", "correct the schedule", key=f"{name}[{place}]", value=f"{given[worst]:g}"
    )
