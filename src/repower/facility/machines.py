"""Machines: convex power curves of mining fleets, and what GPUs draw and lose under a power cap.

A mining machine is worth running while the next terahash pays for its joules, so what counts is the marginal J/TH, not
the average. Its operating points and the state "off" span a set of power and hash-rate pairs that a fleet reaches by
running machines at different points; the lower hull of that set is convex, so its steps can be dispatched in order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from repower.base.errors import CatalogError, InputError, Problem
from repower.base.units import KW_PER_MW, Array, Frac, Mw, Ths, W
from repower.catalog import Asic, Gpu, table, tuning_points

Profile = Literal["stock", "curve"]

FEWEST_POINTS = 2
ROUNDING = 1e-9


@dataclass(frozen=True)
class PowerCurve:
    """Least power of one machine, fleet average, for a hash rate; index 0 is off.

    Parameters
    ----------
    power_w : shape (steps + 1,), ascending from 0 [W]; standby power of a machine that is off is neglected.
    hash_rate_ths : shape (steps + 1,), ascending from 0 [TH/s]; power is convex in it.
    """

    power_w: Array
    hash_rate_ths: Array


@dataclass(frozen=True)
class Steps:
    """A power curve taken apart: what each step adds, in the order in which steps are worth taking.

    Parameters
    ----------
    power_w, hash_rate_ths : shape (steps,), increments [W], [TH/s]; the first leads from off to the lowest point.
    marginal_j_per_th : shape (steps,), never falls [J/TH].
    """

    power_w: Array
    hash_rate_ths: Array
    marginal_j_per_th: Array


def power_curve(asic: Asic, profile: Profile) -> PowerCurve:
    """The curve of a machine under a tuning profile.

    ``stock`` is the rated point alone. ``curve`` is the lower hull of the catalog's operating points of exactly this
    model, up to its rated power: the hall is wired for that, and single machines may run above it where others run
    below. Variants of a model (other speed bins, other nameplates) are not given each other's points: a slower bin
    needs more joules at the same power.

    Raises
    ------
    CatalogError : fewer than two operating points for this model, or none within its rated power; the message names
        models that have a curve.
    """
    if profile == "stock":
        return PowerCurve(np.array([0.0, asic.power_w]), np.array([0.0, asic.hash_rate_ths]))
    points = tuning_points(asic.model)
    if len(points) < FEWEST_POINTS:
        tuned = _tuned_models()
        base = asic.model.partition(" (")[0]
        fix = f'use profile "stock", or a model that has a curve: {base if base in tuned else ", ".join(tuned)}'
        message = f"the catalog has {len(points) or 'no'} operating points for this model, too few for a curve"
        raise CatalogError(Problem(message, fix, "tuning_points.csv", "model", asic.model))
    return convex_curve([point.power_w for point in points], [point.hash_rate_ths for point in points], asic.power_w)


def convex_curve(power_w: Sequence[W] | Array, hash_rate_ths: Sequence[Ths] | Array, limit_w: W) -> PowerCurve:
    """Lower convex hull of operating points and off, cut at a power limit.

    Parameters
    ----------
    power_w, hash_rate_ths : shape (points,), positive, in any order [W], [TH/s].
    limit_w : highest average power of a machine [W]; between two points the fleet is split.

    Raises
    ------
    CatalogError : there is no point, a value is not positive, or the most efficient point needs more than the limit.
    """
    points = sorted((float(h), float(p)) for p, h in zip(power_w, hash_rate_ths, strict=True))
    if not points or not np.isfinite(points).all() or np.min(points) <= 0.0:
        fix = "give at least one point with power and hash rate above zero"
        raise CatalogError(Problem("operating points are not usable", fix, value=str(points)))
    hull = [(0.0, 0.0)]
    for point in points:
        if point[0] == hull[-1][0]:
            continue
        while len(hull) > 1 and _turns_down(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    ths, watts = np.array(hull).T
    if watts[1] > limit_w:
        fix = 'use profile "stock"'
        message = f"the most efficient operating point needs more than the rated {limit_w:g} W"
        raise CatalogError(Problem(message, fix, "tuning_points.csv", "power_w", f"{watts[1]:g}"))
    if watts[-1] > limit_w:
        kept = int(np.searchsorted(watts, limit_w, side="right"))
        last_ths = np.interp(limit_w, watts, ths)
        watts, ths = watts[:kept], ths[:kept]
        if limit_w > watts[-1] * (1.0 + ROUNDING):
            watts, ths = np.append(watts, limit_w), np.append(ths, last_ths)
    return PowerCurve(watts, ths)


def steps(curve: PowerCurve) -> Steps:
    """The increments of a curve and their marginal energy per hash."""
    power_w, hash_rate_ths = np.diff(curve.power_w), np.diff(curve.hash_rate_ths)
    return Steps(power_w, hash_rate_ths, power_w / hash_rate_ths)


def gpu_it_mw(gpu: Gpu, gpu_count: int, busy_frac: Frac = 1.0) -> Mw:
    """Critical IT power of GPUs that are switched on, server and network included [MW].

    Parameters
    ----------
    busy_frac : share of them that work; the others draw idle power. A node that is off draws nothing: leave it out of
        `gpu_count`. Serving draws most of its power at low load already, so this is a share of nodes, not of tokens.
    """
    return gpu_count * gpu.it_kw_per_gpu / KW_PER_MW * (gpu.idle_frac + (1.0 - gpu.idle_frac) * busy_frac)


@dataclass(frozen=True)
class CapCurve:
    """Measured throughput of one workload under power limits; both relative to the highest limit.

    Parameters
    ----------
    limit_frac, throughput_frac : shape (points,), ascending in the limit, ending at 1 and 1.
    """

    limit_frac: Array
    throughput_frac: Array


def cap_curve(gpu: str, workload: str, mode: str) -> CapCurve:
    """The measured curve of the catalog's `gpu_power_caps` for one GPU, workload and mode.

    Raises
    ------
    CatalogError : nothing was measured for the three; the message names what was. There is no curve that holds for all
        workloads, so none is lent by another.
    """
    rows = table("gpu_power_caps").rows
    points = {1.0: 1.0}
    for row in rows:
        limit, throughput = row["limit_frac"], row["throughput_frac"]
        wanted = (row["gpu"], row["workload"], row["mode"]) == (gpu, workload, mode)
        if wanted and isinstance(limit, float) and isinstance(throughput, float):
            points[limit] = throughput
    if len(points) == 1:
        known = dict.fromkeys(f"{row['gpu']} / {row['workload']} / {row['mode']}" for row in rows)
        message, asked = "no power cap was measured for this workload", f"{gpu} / {workload} / {mode}"
        raise CatalogError(Problem(message, f"use one of: {'; '.join(known)}", "gpu_power_caps.csv", "", asked))
    limit_frac, throughput_frac = np.array(sorted(points.items())).T
    return CapCurve(limit_frac, throughput_frac)


def gpu_throughput_frac(curve: CapCurve, limit_frac: Frac) -> Frac:
    """Throughput under a power limit, linear between measured points; both relative to the highest limit.

    Raises
    ------
    InputError : the limit lies outside what was measured.
    """
    low, high = float(curve.limit_frac[0]), float(curve.limit_frac[-1])
    if not low <= limit_frac <= high:
        fix = f"use a limit from {low:g} to {high:g} of the highest"
        raise InputError(
            Problem("no measurement covers this power limit", fix, key="limit_frac", value=f"{limit_frac:g}")
        )
    return float(np.interp(limit_frac, curve.limit_frac, curve.throughput_frac))


def _turns_down(first: tuple[float, float], middle: tuple[float, float], last: tuple[float, float]) -> bool:
    """Whether the middle point lies on or above the chord of its neighbours, points as (hash rate, power)."""
    rise = (middle[0] - first[0]) * (last[1] - first[1]) - (middle[1] - first[1]) * (last[0] - first[0])
    return rise <= 0.0


def _tuned_models() -> tuple[str, ...]:
    points = Counter(str(row["model"]) for row in table("tuning_points").rows)
    return tuple(model for model, count in points.items() if count >= FEWEST_POINTS)
