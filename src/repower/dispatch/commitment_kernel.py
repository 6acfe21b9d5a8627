"""The best hours of one switched block at given gains: a small dynamic programme, compiled.

Import this module only where it is about to run: numba takes half a second to load.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from repower.base.units import Array, BoolArray, Usd


@njit(cache=True, nogil=True)
def best_hours(
    gain_usd: Array,
    start_cost_usd: Usd,
    min_up_steps: int,
    min_down_steps: int,
    initially_on_steps: int,
    new_day: BoolArray,
    starts_per_day: int,
    on: BoolArray,
) -> Usd:
    """What a block earns at most from steps on, less its starts; writes the steps into `on`.

    A state is how long the block has been off (up to its minimum) or on, and how often it has started today.

    Parameters
    ----------
    gain_usd : shape (T,), gain of being on in each step; being off gains nothing.
    initially_on_steps : steps it had been on before; negative: off.
    new_day : shape (T,), True where a day begins.
    starts_per_day : most starts in a day; negative for any number.
    on : shape (T,), written.
    """
    steps, phases = gain_usd.size, min_down_steps + min_up_steps
    limited = starts_per_day >= 0
    counts = starts_per_day + 1 if limited else 1
    ahead, here = np.zeros((phases, counts)), np.zeros((phases, counts))
    choice = np.zeros((steps, phases, counts), dtype=np.bool_)
    for step in range(steps - 1, -1, -1):
        for phase in range(phases):
            for count in range(counts):
                used = 0 if new_day[step] else count
                if phase < min_down_steps:
                    best = ahead[min(phase + 1, min_down_steps - 1), used]
                    pick = False
                    if phase == min_down_steps - 1 and (not limited or used < starts_per_day):
                        begun = gain_usd[step] - start_cost_usd + ahead[min_down_steps, used + 1 if limited else 0]
                        if begun > best:
                            best, pick = begun, True
                else:
                    best = gain_usd[step] + ahead[min(phase + 1, phases - 1), used]
                    pick = True
                    if phase == phases - 1 and ahead[0, used] > best:
                        best, pick = ahead[0, used], False
                here[phase, count] = best
                choice[step, phase, count] = pick
        ahead, here = here, ahead
    if initially_on_steps > 0:
        phase = min_down_steps - 1 + min(initially_on_steps, min_up_steps)
    else:
        phase = min(-initially_on_steps, min_down_steps) - 1
    worth_usd: float = ahead[phase, 0]
    count = 0
    for step in range(steps):
        pick = choice[step, phase, count]
        count = 0 if new_day[step] else count
        if pick:
            if phase < min_down_steps:
                phase = min_down_steps
                count = count + 1 if limited else 0
            else:
                phase = min(phase + 1, phases - 1)
        else:
            phase = 0 if phase >= min_down_steps else min(phase + 1, min_down_steps - 1)
        on[step] = pick
    return worth_usd
