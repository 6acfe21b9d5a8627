"""Load blocks: what a hall can draw hour by hour, in megawatts at the meter, and what each megawatt-hour makes.

A block is all of one kind, so that one price decides it. Its capacity follows the weather through PUE: the IT behind it
is constant, the power at the meter is not. No block knows money; `contract` names who pays for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from repower.base.errors import InputError, Problem
from repower.base.units import HOURS_PER_DAY, KWH_PER_MWH, W_PER_MW, Array, Frac, JPerTh, Mw, PhDayPerMwh
from repower.catalog import Cooling, Gpu, asic
from repower.facility.cooling import pue
from repower.facility.machines import gpu_it_mw, power_curve, steps
from repower.facility.weather import Weather
from repower.site import Fleet

Use = Literal["mining", "colocation", "gpu_cloud", "hosting"]


@dataclass(frozen=True)
class LoadBlock:
    """A load of a hall that runs at one value per MWh.

    Parameters
    ----------
    hall, use : where, and as what.
    label : words for a reader.
    contract : name of the agreement it earns under; the pool for mining.
    capacity_mw : shape (T,), most it can draw, at the meter [MW].
    it_mw : IT power behind it at full draw, wall power of the machines for mining [MW].
    firm : True where it must run; False where an operator may leave it off.
    hash_ph_day_per_mwh : shape (T,), hashing per meter MWh [PH·day/MWh]; 0 where it does not mine.
    gpu_h_per_mwh : shape (T,), GPU-hours offered per meter MWh [GPU-h/MWh]; 0 where there is no GPU of the owner's.
    """

    hall: str
    use: Use
    label: str
    contract: str
    capacity_mw: Array
    it_mw: Mw
    firm: bool
    hash_ph_day_per_mwh: Array
    gpu_h_per_mwh: Array


def mining_blocks(
    hall: str, fleets: Sequence[Fleet], cooling: Cooling, weather: Weather, pool_name: str
) -> tuple[LoadBlock, ...]:
    """Blocks of the miners in a hall: one per fleet at its rated point, one per step of its curve where it is tuned.

    Parameters
    ----------
    fleets : machines of the hall.
    pool_name : the agreement that pays for the hashing.

    Returns
    -------
    one block per fleet and step, cheapest joule first within a fleet. Capacities add up to the fleets' power times PUE.

    Raises
    ------
    CatalogError : unknown model, or a tuned fleet whose model has no operating points.
    """
    ratio = pue(cooling, weather)
    hashing_at_one_j = hashing_ph_day_per_mwh(1.0) / ratio
    none = np.zeros(ratio.size)
    blocks = []
    for fleet in fleets:
        taken = steps(power_curve(asic(fleet.model), fleet.profile))
        machine_mw = fleet.count / W_PER_MW * taken.power_w
        capacity_mw = np.multiply.outer(machine_mw, ratio)
        hashing = np.multiply.outer(1.0 / taken.marginal_j_per_th, hashing_at_one_j)
        for step, marginal in enumerate(taken.marginal_j_per_th):
            which = "" if fleet.profile == "stock" else f", step {step + 1} of {machine_mw.size}"
            label = f"{fleet.count:,} {fleet.model}{which} ({marginal:.1f} J/TH)"
            it_mw = float(machine_mw[step])
            blocks.append(
                LoadBlock(hall, "mining", label, pool_name, capacity_mw[step], it_mw, False, hashing[step], none)
            )
    return tuple(blocks)


def lease_block(
    hall: str, contract: str, critical_it_mw: Mw, load_factor_frac: Frac, cooling: Cooling, weather: Weather
) -> LoadBlock:
    """The firm block of a tenant who draws a constant share of the critical IT power that is let.

    Parameters
    ----------
    critical_it_mw : IT power let [MW].
    load_factor_frac : share of it that the tenant draws.
    """
    ratio = pue(cooling, weather)
    drawn_mw = critical_it_mw * load_factor_frac
    none = np.zeros(ratio.size)
    label = f"{critical_it_mw:,.1f} MW of critical IT let"
    return LoadBlock(hall, "colocation", label, contract, drawn_mw * ratio, drawn_mw, True, none, none)


def gpu_blocks(
    hall: str, contract: str, gpu: Gpu, gpu_count: int, cooling: Cooling, weather: Weather, term_frac: Frac
) -> tuple[LoadBlock, ...]:
    """Blocks of GPUs that the owner rents out: term work and all idle power are firm, spot work above idle is not.

    All GPUs stay switched on. Power is that of GPUs that work in every hour in which they are offered; how many of
    those hours are paid is the contract's utilisation, so power is overstated where that is below one.

    Parameters
    ----------
    term_frac : share of the GPUs on term; the rest is spot.

    Returns
    -------
    the firm block, and the flexible block where there is spot work. GPU-hours of the firm block are those of the term
    GPUs alone; at full draw the blocks offer every GPU once.

    Raises
    ------
    InputError : the share is not in [0, 1].
    """
    if not 0.0 <= term_frac <= 1.0:
        fix = "give a share of the GPUs from 0 to 1"
        raise InputError(Problem("no such share", fix, key="term_frac", value=f"{term_frac:g}"))
    ratio = pue(cooling, weather)
    none = np.zeros(ratio.size)
    term, spot = gpu_count * term_frac, gpu_count * (1.0 - term_frac)
    full_mw, idle_mw = gpu_it_mw(gpu, gpu_count), gpu_it_mw(gpu, gpu_count, busy_frac=0.0)
    spot_mw = (full_mw - idle_mw) * (1.0 - term_frac)
    blocks = []
    for share, it_mw, firm, words in (
        (term, full_mw - spot_mw, True, "on term, and idle power of all"),
        (spot, spot_mw, False, "on spot, above idle"),
    ):
        if it_mw > 0.0:
            label = f"{share:,.0f} {gpu.model} {words}"
            offered = share / (it_mw * ratio)
            blocks.append(LoadBlock(hall, "gpu_cloud", label, contract, it_mw * ratio, it_mw, firm, none, offered))
    return tuple(blocks)


def hosting_block(
    hall: str, contract: str, load_mw: Mw, curtailable: bool, cooling: Cooling, weather: Weather
) -> LoadBlock:
    """The block of other people's miners, hosted up to a constant load at the meter.

    Parameters
    ----------
    load_mw : contracted load at the meter, cooling included [MW]: hosting is billed per MWh metered.
    curtailable : whether the host may switch it off.
    """
    ratio = pue(cooling, weather)
    none = np.zeros(ratio.size)
    it_mw = load_mw / float(ratio.max())
    label = f"{load_mw:,.1f} MW hosted" + (", curtailable" if curtailable else "")
    return LoadBlock(hall, "hosting", label, contract, np.full(ratio.size, load_mw), it_mw, not curtailable, none, none)


def hashing_ph_day_per_mwh(efficiency_j_per_th: JPerTh) -> PhDayPerMwh:
    """PH·days of hashing from one MWh at the wall of machines of that efficiency.

    One PH/s at e J/TH draws e kW, so one PH·day takes 24 e kWh.
    """
    return KWH_PER_MWH / (HOURS_PER_DAY * efficiency_j_per_th)
