"""Claim `halving_2028`: the halving of 2028 makes many miners unprofitable; price, difficulty and fleet decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from repower import catalog
from repower.base.clock import BLOCKS_PER_HALVING
from repower.base.units import Frac, JPerTh
from repower.catalog import constant, table
from repower.catalog.row import text, value
from repower.validation.article.break_even import (
    EXIT_FRAC,
    FIRST,
    break_even_usd_per_kwh,
    flat_network,
    flat_path,
    fleet_rows,
    hashprices,
    limit_j_per_th,
    line_rows,
    machine_rows,
    map_rows,
    needed_usd_per_ph_day,
    newest_fleets,
    path_rows,
)
from repower.validation.article.energy import FLEET_J_PER_TH, MINE, POWER_USD_PER_KWH, mean_pue_ratio
from repower.validation.article.figures import assumed, computed, plain
from repower.validation.result import Claim, Figure, Verdict

EPOCHS_AFTER: Final = 13
"""Difficulty epochs in about six months."""

HALVINGS: Final = {"2012": 1, "2016": 2, "2020": 3, "2024": 4}
RECENT_YEAR: Final = 2021
WHERE: Final = "network_path, break_even_usd_per_mwh, pue; catalog difficulty, constants"


def halving_verdict(after_j_per_th: JPerTh, exit_j_per_th: JPerTh, fleet_j_per_th: JPerTh) -> Verdict:
    """Holds where the fleet loses even after others have left, conditional where it loses only if nobody leaves.

    Parameters
    ----------
    after_j_per_th : least efficient machine that pays its power after the halving, price and difficulty unchanged.
    exit_j_per_th : the same where the assumed share of the hashrate leaves.
    fleet_j_per_th : the fleet that is asked about.
    """
    if fleet_j_per_th <= after_j_per_th:
        return "does_not_hold"
    return "conditional" if fleet_j_per_th <= exit_j_per_th else "holds"


def halving_2028() -> Claim:
    """Break-even efficiency by power price before and after, on two paths, and what would undo the halving."""
    prices = hashprices()
    after_j = limit_j_per_th(prices.after_usd_per_ph_day, POWER_USD_PER_KWH)
    exit_j = limit_j_per_th(prices.exit_usd_per_ph_day, POWER_USD_PER_KWH)
    series = {
        "break_even_map": plain(map_rows(prices)),
        "break_even_lines": plain(line_rows(prices)),
        "machines": plain(machine_rows(prices)),
        "fleets": plain(fleet_rows(prices)),
        "hashprice_path": plain(path_rows()),
    }
    figures = (*_limits(after_j, exit_j), *_prices(), *_counts(after_j), *_past(), *_assumptions())
    return Claim("halving_2028", halving_verdict(after_j, exit_j, FLEET_J_PER_TH), figures, series)


def _limits(after_j_per_th: JPerTh, exit_j_per_th: JPerTh) -> tuple[Figure, ...]:
    origin = (flat_network().as_of.isoformat(), WHERE)
    today = limit_j_per_th(hashprices().before_usd_per_ph_day, POWER_USD_PER_KWH)
    least = "least efficient machine that pays its power"
    terms = f"at {POWER_USD_PER_KWH:g} $/kWh at the meter, after pool fee and cooling"
    left = f"{EXIT_FRAC:.0%} of the hashrate gone"
    return (
        computed(
            "after_j_per_th", after_j_per_th, "J/TH", f"{least} after, price and difficulty flat, {terms}", origin
        ),
        computed("today_j_per_th", today, "J/TH", f"{least} before the halving, {terms}", origin),
        computed("exit_j_per_th", exit_j_per_th, "J/TH", f"{least} after, price flat, {left}, {terms}", origin),
        assumed("fleet_j_per_th", FLEET_J_PER_TH, "J/TH", "the fleet that is asked about"),
    )


def _prices() -> tuple[Figure, ...]:
    prices = hashprices()
    origin = (flat_network().as_of.isoformat(), WHERE)
    needed = needed_usd_per_ph_day(FLEET_J_PER_TH, POWER_USD_PER_KWH)
    before, after = prices.before_usd_per_ph_day, prices.after_usd_per_ph_day
    fleet = f"power price at the meter that {FLEET_J_PER_TH:g} J/TH can pay"
    again = f"that lets {FLEET_J_PER_TH:g} J/TH pay {POWER_USD_PER_KWH:g} $/kWh after the halving"
    return (
        computed(
            "before_usd_per_ph_day",
            before,
            "$/PH/day",
            f"hashprice of {FIRST.isoformat()[: len('2026-07')]}, flat path",
            origin,
        ),
        computed(
            "after_usd_per_ph_day", after, "$/PH/day", "hashprice of the first whole month after, flat path", origin
        ),
        computed(
            "break_even_before_usd_per_kwh",
            break_even_usd_per_kwh(before, FLEET_J_PER_TH),
            "$/kWh",
            f"{fleet} before the halving",
            origin,
        ),
        computed(
            "break_even_after_usd_per_kwh",
            break_even_usd_per_kwh(after, FLEET_J_PER_TH),
            "$/kWh",
            f"{fleet} after the halving, flat path",
            origin,
        ),
        computed(
            "needed_price_ratio", needed / after, "x", f"rise of the coin's price {again}, difficulty flat", origin
        ),
        computed("needed_exit_frac", 1.0 - after / needed, "1", f"exit of hashrate {again}, price flat", origin),
    )


def _counts(after_j_per_th: JPerTh) -> tuple[Figure, ...]:
    as_of = flat_network().as_of.isoformat()
    models = [
        each.efficiency_j_per_th
        for each in catalog.asics()
        if each.release_year is not None and each.release_year >= RECENT_YEAR
    ]
    fleets = [efficiency for _, efficiency in newest_fleets().values()]
    day, height = flat_path().halvings[0]
    return (
        computed(
            "share_of_models_frac",
            _share_above(models, after_j_per_th),
            "1",
            f"models released since {RECENT_YEAR} that no longer pay their power, by count and not by hashrate",
            (as_of, f"{WHERE}, asics"),
        ),
        computed(
            "fleets_losing_frac",
            _share_above(fleets, after_j_per_th),
            "1",
            f"newest fleets of {len(fleets)} listed miners that no longer pay it; reported in 2024 and 2025",
            (as_of, f"{WHERE}, miners, miner_months"),
        ),
        computed("halving_height", height, "blocks", f"expected on {day.isoformat()} at 600 s a block", (as_of, WHERE)),
    )


def _share_above(efficiencies_j_per_th: Iterable[JPerTh], limit: JPerTh) -> Frac:
    listed = tuple(efficiencies_j_per_th)
    return sum(each > limit for each in listed) / len(listed)


def _past() -> tuple[Figure, ...]:
    """Difficulty about six months after every past halving over that of the epoch of the halving."""
    rows = table("difficulty").rows
    figures = []
    for year, count in HALVINGS.items():
        height = BLOCKS_PER_HALVING * count
        epoch = max(index for index, each in enumerate(rows) if value(each, "first_height") <= height)
        later = rows[epoch + EPOCHS_AFTER]
        figures.append(
            computed(
                f"difficulty_after_{year}_ratio",
                value(later, "difficulty") / value(rows[epoch], "difficulty"),
                "x",
                f"difficulty {EPOCHS_AFTER} epochs after the halving of {year}, over that at the halving",
                (text(later, "as_of"), "catalog difficulty"),
            )
        )
    return tuple(figures)


def _assumptions() -> tuple[Figure, ...]:
    flat = flat_network()
    return (
        assumed(
            "btc_usd_per_btc",
            flat.btc_usd,
            "$/BTC",
            f"price of {constant('btc_price_usd_per_btc').fact.as_of}, held flat",
        ),
        assumed("difficulty", flat.difficulty, "1", f"difficulty of {flat.as_of.isoformat()}, held flat"),
        assumed("exit_frac", EXIT_FRAC, "1", "share of the hashrate that leaves at the halving, on the second path"),
        assumed("power_usd_per_kwh", POWER_USD_PER_KWH, "$/kWh", "all-in at the meter"),
        assumed("pool_fee_frac", constant("pool_fee_frac").value, "1", "share of the revenue"),
        assumed("fee_frac", constant("fee_frac").value, "1", "fees over the reward today; their coins held constant"),
        computed(
            "mining_pue_ratio",
            mean_pue_ratio(MINE),
            "x",
            "mine, mean of a typical year, Dallas",
            ("2026-11", "pue, typical_weather; catalog cooling, weather_shapes"),
        ),
    )
