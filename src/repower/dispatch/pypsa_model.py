"""The same site as a PyPSA network, for those who want to go on there, or to check us.

Peak charges need no extra code in PyPSA: each billing period with a charge has its own import generator, extendable at
the charge per MW, with the floor as least capacity, and open in its period alone. With a ratchet import passes through
one extendable link after the other instead, each billed period's: the link counts in its own period, and by the share
of the ratchet in those that it looks back on; a second link lets other steps pass. PyPSA comes with the extra `peers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import Array, Mw
from repower.dispatch.commitment import Commitment, check_commitments
from repower.dispatch.linear import LinearProgramme, linear_programme
from repower.dispatch.linear_site import LinearSite, batteries_of, site_of
from repower.dispatch.problem import DispatchProblem, period_count, period_index
from repower.dispatch.ratchet import ratchet_of


def to_pypsa(
    site: DispatchProblem | LinearSite,
    *,
    commitments: Sequence[Commitment] = (),
    start: datetime | None = None,
) -> Any:
    """A `pypsa.Network` whose least cost is minus the site's best profit.

    Blocks are generators of sign -1 named ``block 0``, ``block 1``...; plants ``plant 0``...; import ``import``, or
    ``import period 0``... where peaks are charged; export ``export``; batteries are storage units ``battery 0``... With
    a ratchet the import is one generator behind links ``period 0``..., one for each period that is charged.

    Parameters
    ----------
    site : a dispatch problem, or one with further batteries and energy caps.
    commitments : blocks that are on or off; PyPSA knows no starts per day.
    start : time of the first step; None numbers the steps from 0.

    Returns
    -------
    The network, not yet solved: ``network.optimize(solver_name="highs")`` does that, ``network.objective`` is the cost.

    Raises
    ------
    InputError
        PyPSA is not installed, or a commitment limits starts per day.
    """
    given = site_of(site)
    check_commitments(given.problem, commitments)
    _refuse_daily_starts(commitments)
    pypsa = _pypsa()
    programme = linear_programme(given)
    network = pypsa.Network()
    network.set_snapshots(_snapshots(given.problem, start))
    weightings = network.snapshot_weightings.astype(np.float64)
    weightings.loc[:, :] = given.problem.step_h
    network.snapshot_weightings = weightings
    network.add("Bus", ["grid", "site"])
    _add_blocks(network, given, programme, commitments)
    _add_grid(network, given.problem, programme)
    for place, battery in enumerate(batteries_of(given)):
        power_mw = max(battery.charge_mw, battery.discharge_mw)
        if power_mw == 0 or battery.energy_mwh == 0:
            continue
        end_mwh = np.full(programme.layout.steps, np.nan)
        if battery.end_mwh is not None:
            end_mwh[-1] = battery.end_mwh
        network.add(
            "StorageUnit",
            f"battery {place}",
            bus="site",
            p_nom=power_mw,
            p_min_pu=-battery.charge_mw / power_mw,
            p_max_pu=battery.discharge_mw / power_mw,
            max_hours=battery.energy_mwh / power_mw,
            efficiency_store=battery.charge_efficiency_frac,
            efficiency_dispatch=battery.discharge_efficiency_frac,
            state_of_charge_initial=battery.start_mwh,
            state_of_charge_set=_series(network, end_mwh),
        )
    return network


def _pypsa() -> Any:
    try:
        import pypsa
    except ImportError as error:
        raise InputError(
            Problem("PyPSA is not installed", "install it with: pip install 'repower[peers]'", key="pypsa")
        ) from error
    return pypsa


def _refuse_daily_starts(commitments: Sequence[Commitment]) -> None:
    problems = [
        Problem(
            "limits starts per day, which PyPSA cannot",
            "leave starts_per_day out, or use milp.solve_commitment",
            key=f"commitments[{place}].starts_per_day",
            value=f"{one.starts_per_day}",
        )
        for place, one in enumerate(commitments)
        if one.starts_per_day is not None
    ]
    if problems:
        raise InputError(problems)


def _snapshots(problem: DispatchProblem, start: datetime | None) -> Any:
    import pandas as pd

    steps = problem.price_usd_per_mwh.size
    if start is None:
        return pd.RangeIndex(steps)
    return pd.date_range(start, periods=steps, freq=timedelta(hours=problem.step_h))


def _series(network: Any, values: Array) -> Any:
    import pandas as pd

    return pd.Series(np.array(values, dtype=np.float64), index=network.snapshots)


def _add(network: Any, name: str, upper_mw: Array, cost_usd_per_mwh: Array, **more: Any) -> None:
    """A generator with a capacity and a cost that change with time."""
    largest_mw = float(upper_mw.max())
    share = upper_mw / largest_mw if largest_mw > 0 else np.zeros(upper_mw.size)
    network.add(
        "Generator",
        name,
        p_nom=largest_mw,
        p_max_pu=_series(network, share),
        p_min_pu=_series(network, share * more.pop("least_frac", 0.0)),
        marginal_cost=_series(network, cost_usd_per_mwh),
        **more,
    )


def _add_blocks(network: Any, site: LinearSite, programme: LinearProgramme, commitments: Sequence[Commitment]) -> None:
    """Load blocks and plants."""
    layout, upper, cost = programme.layout, _per_step(programme, programme.upper), _per_step(programme, programme.cost)
    cost_usd_per_mwh = cost / site.problem.step_h
    committed = {one.block: _commitment_fields(one) for one in commitments}
    firm = np.zeros(layout.blocks, dtype=np.bool_) if site.problem.firm is None else site.problem.firm
    for block in range(layout.blocks):
        more = committed.get(block, {"least_frac": float(firm[block])})
        _add(network, f"block {block}", upper[:, block], cost_usd_per_mwh[:, block], bus="site", sign=-1.0, **more)
    caps = {cap.plant: {"e_sum_min": cap.least_mwh, "e_sum_max": cap.most_mwh} for cap in site.energy_caps}
    for plant in range(layout.plants):
        column = layout.blocks + plant
        more = caps.get(plant, {})
        _add(network, f"plant {plant}", upper[:, column], cost_usd_per_mwh[:, column], bus="site", **more)


def _commitment_fields(one: Commitment) -> dict[str, Any]:
    was_on = one.initially_on_steps > 0
    return {
        "least_frac": one.min_load_frac,
        "committable": True,
        "min_up_time": one.min_up_steps,
        "min_down_time": one.min_down_steps,
        "start_up_cost": one.start_cost_usd,
        "up_time_before": one.initially_on_steps if was_on else 0,
        "down_time_before": 0 if was_on else -one.initially_on_steps,
    }


def _add_grid(network: Any, problem: DispatchProblem, programme: LinearProgramme) -> None:
    """Import through one link that holds the limit, from a generator for each charged period; export."""
    layout, upper, cost = programme.layout, _per_step(programme, programme.upper), _per_step(programme, programme.cost)
    at = layout.import_at
    limit_mw, price = upper[:, at], cost[:, at] / problem.step_h
    largest_mw = float(limit_mw.max())
    share = limit_mw / largest_mw if largest_mw > 0 else np.zeros(limit_mw.size)
    metered = _add_ratchet(network, problem, largest_mw)
    network.add("Link", "import", bus0=metered, bus1="site", p_nom=largest_mw, p_max_pu=_series(network, share))
    _add(network, "export", upper[:, at + 1], cost[:, at + 1] / problem.step_h, bus="site", sign=-1.0)
    if not layout.peaks or layout.billed:
        _add(network, "import", limit_mw, price, bus="grid")
        return
    charge = np.broadcast_to(problem.peak_charge_usd_per_mw, (layout.peaks,))
    floor_mw = np.zeros(layout.peaks) if problem.peak_floor_mw is None else problem.peak_floor_mw
    highest_mw = programme.upper[-layout.peaks :]
    for period in range(period_count(problem)):
        network.add(
            "Generator",
            f"import period {period}",
            bus="grid",
            p_nom_extendable=True,
            p_nom_min=floor_mw[period],
            p_nom_max=highest_mw[period],
            capital_cost=charge[period],
            p_max_pu=_series(network, (period_index(problem) == period).astype(np.float64)),
            marginal_cost=_series(network, price),
        )


def _add_ratchet(network: Any, problem: DispatchProblem, largest_mw: Mw) -> str:
    """Links of the billed periods, one after the other, where there is a ratchet; returns the bus behind the last.

    Their capacity is billed demand over the ratchet's share, so that no step may use more than the whole.
    """
    ratchet, bus = ratchet_of(problem), "grid"
    if ratchet is None:
        return bus
    index = period_index(problem)
    for period in np.flatnonzero(ratchet.charge_usd_per_mw > 0.0):
        earlier = np.isin(index, ratchet.earlier[ratchet.later == period])
        share = np.where(index == period, ratchet.frac, np.where(earlier, 1.0, 0.0))
        before, bus = bus, f"billed {period}"
        network.add("Bus", bus)
        network.add(
            "Link",
            f"period {period}",
            bus0=before,
            bus1=bus,
            p_nom_extendable=True,
            p_nom_min=ratchet.floor_mw[period] / ratchet.frac,
            capital_cost=ratchet.charge_usd_per_mw[period] * ratchet.frac,
            p_max_pu=_series(network, share),
        )
        passing = _series(network, (share == 0.0).astype(np.float64))
        network.add("Link", f"past period {period}", bus0=before, bus1=bus, p_nom=largest_mw, p_max_pu=passing)
    return bus


def _per_step(programme: LinearProgramme, columns: Array) -> Array:
    """Limits or costs of the columns of every step, shape (T, each)."""
    layout = programme.layout
    return columns[: layout.steps * layout.each].reshape(layout.steps, layout.each)
