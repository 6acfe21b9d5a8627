"""Claim `halving_2028`: the halving of 2028 makes many miners unprofitable; price, difficulty and fleet decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from repower import catalog
from repower.base.clock import BLOCKS_PER_HALVING, month_plus
from repower.base.units import KWH_PER_MWH, Frac, JPerTh, Ratio, UsdPerKwh, UsdPerPhDay
from repower.catalog import constant, table
from repower.catalog.row import text, value
from repower.markets.bitcoin import NetworkAssumptions, break_even_usd_per_mwh, network_path
from repower.validation.article.energy import FLEET_J_PER_TH, POWER_USD_PER_KWH, mean_pue_ratio
from repower.validation.article.figures import assumed, computed, plain
from repower.validation.result import Claim, Figure, Verdict

FIRST: Final = date(2026, 7, 1)
MONTHS: Final = 30
EPOCHS_AFTER: Final = 13
"""Difficulty epochs in about six months."""

HALVINGS: Final = {"2012": 1, "2016": 2, "2020": 3, "2024": 4}
MACHINES: Final = (
    "Antminer S19j Pro (104T)",
    "Antminer S19k Pro",
    "Antminer S19 XP",
    "Antminer S21",
    "Antminer S21 Pro",
    "Antminer S21 XP",
    "Antminer S21 XP Hyd",
    "Antminer S23 Hyd",
    "SEALMINER A4 Ultra Hydro",
)
"""Machines on the map, from the least to the most efficient."""

EFFICIENCIES_J_PER_TH: Final = tuple(float(step) for step in range(8, 41))
POWER_STEPS_USD_PER_KWH: Final = tuple(cents / 100 for cents in range(2, 11))


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


EXIT_FRAC: Final[Frac] = 0.3
"""Assumed share of the hashrate that leaves at the halving, in the second path."""


def halving_2028() -> Claim:
    """Break-even efficiency by power price before and after, on two paths, and what would undo the halving."""
    flat = _assumptions(0.0)
    before, after = _hashprices(flat)
    left = _hashprices(_assumptions(EXIT_FRAC))[1]
    today_j, after_j, exit_j = (_fleet_limit_j_per_th(price) for price in (before, after, left))
    needed = _needed_usd_per_ph_day(FLEET_J_PER_TH, POWER_USD_PER_KWH)
    path = network_path(flat, _months())
    day, height = path.halvings[0]
    as_of = flat.as_of.isoformat()
    where = "network_path, break_even_usd_per_mwh, pue; catalog difficulty, constants"
    at_price = "at 5 ct/kWh at the meter, after pool fee and cooling"
    figures = (
        computed(
            "after_j_per_th",
            after_j,
            "J/TH",
            f"least efficient machine that pays its power after the halving, price and difficulty flat, {at_price}",
            (as_of, where),
        ),
        computed("today_j_per_th", today_j, "J/TH", f"the same before the halving, {at_price}", (as_of, where)),
        computed(
            "exit_j_per_th",
            exit_j,
            "J/TH",
            f"the same after the halving where a share of the hashrate leaves, {at_price}",
            (as_of, where),
        ),
        assumed("fleet_j_per_th", FLEET_J_PER_TH, "J/TH", "the fleet that is asked about"),
        computed("before_usd_per_ph_day", before, "$/PH/day", "hashprice of July 2026, flat path", (as_of, where)),
        computed("after_usd_per_ph_day", after, "$/PH/day", "hashprice of the first whole month after", (as_of, where)),
        computed(
            "break_even_before_usd_per_kwh",
            _break_even(before, FLEET_J_PER_TH),
            "$/kWh",
            "power price at the meter that this fleet can pay before the halving",
            (as_of, where),
        ),
        computed(
            "break_even_after_usd_per_kwh",
            _break_even(after, FLEET_J_PER_TH),
            "$/kWh",
            "power price at the meter that this fleet can pay after the halving, flat path",
            (as_of, where),
        ),
        computed(
            "needed_price_ratio",
            needed / after,
            "x",
            "rise of the coin's price, or fall of difficulty, that lets this fleet pay its power again",
            (as_of, where),
        ),
        computed(
            "needed_exit_frac",
            1.0 - after / needed,
            "1",
            "share of the hashrate that has to leave for the same, price flat",
            (as_of, where),
        ),
        computed(
            "share_of_models_frac",
            _share_of_models(after_j),
            "1",
            "models of the catalog released since 2021 that no longer pay their power, by count and not by hashrate",
            (as_of, f"{where}, asics"),
        ),
        computed("halving_height", height, "blocks", f"expected on {day.isoformat()} at 600 s a block", (as_of, where)),
        *_past(),
        *_shown(flat),
    )
    series = {
        "break_even_map": plain(_map(before, after)),
        "break_even_lines": plain(_lines(before, after, left)),
        "machines": plain(_machines(before, after, left)),
        "hashprice_path": plain(_path_rows(flat)),
    }
    return Claim("halving_2028", halving_verdict(after_j, exit_j, FLEET_J_PER_TH), figures, series)


def _assumptions(exit_frac: Frac) -> NetworkAssumptions:
    """Price and difficulty flat from the catalog's last epoch on."""
    last = table("difficulty").rows[-1]
    fee = constant("fee_frac").value
    return NetworkAssumptions(
        as_of=date.fromisoformat(text(last, "start_utc")[:10]),
        block_height=int(value(last, "first_height")),
        difficulty=value(last, "difficulty"),
        difficulty_growth_frac_per_year=0.0,
        btc_usd=constant("btc_price_usd_per_btc").value,
        btc_growth_frac_per_year=0.0,
        fee_frac=fee / (1.0 - fee),
        halving_exit_frac=exit_frac,
    )


def _months() -> list[date]:
    return [month_plus(FIRST, index) for index in range(MONTHS)]


def _hashprices(assumptions: NetworkAssumptions) -> tuple[UsdPerPhDay, UsdPerPhDay]:
    """Hashprice of the first month of the path, and of the first whole month after its halving."""
    path = network_path(assumptions, _months())
    after = month_plus(path.halvings[0][0].replace(day=1), 1)
    prices = path.hashprice_usd_per_ph_day
    return float(prices[0]), float(prices[path.months.index(after)])


def _break_even(hashprice_usd_per_ph_day: UsdPerPhDay, efficiency_j_per_th: JPerTh) -> UsdPerKwh:
    fee = constant("pool_fee_frac").value
    price = break_even_usd_per_mwh(
        hashprice_usd_per_ph_day, efficiency_j_per_th, pool_fee_frac=fee, pue_ratio=mean_pue_ratio("mining_air")
    )
    return price / KWH_PER_MWH


def _limit_j_per_th(hashprice_usd_per_ph_day: UsdPerPhDay, power_usd_per_kwh: UsdPerKwh) -> JPerTh:
    """Efficiency that breaks even at a power price; break-even is inverse in it."""
    return _break_even(hashprice_usd_per_ph_day, 1.0) / power_usd_per_kwh


def _fleet_limit_j_per_th(hashprice_usd_per_ph_day: UsdPerPhDay) -> JPerTh:
    return _limit_j_per_th(hashprice_usd_per_ph_day, POWER_USD_PER_KWH)


def _needed_usd_per_ph_day(efficiency_j_per_th: JPerTh, power_usd_per_kwh: UsdPerKwh) -> UsdPerPhDay:
    """Hashprice at which a fleet breaks even; break-even is proportional to it."""
    return power_usd_per_kwh / _break_even(1.0, efficiency_j_per_th)


def _share_of_models(limit_j_per_th: JPerTh) -> Frac:
    recent = [each for each in catalog.asics() if each.release_year is not None and each.release_year >= 2021]
    return sum(each.efficiency_j_per_th > limit_j_per_th for each in recent) / len(recent)


def _past() -> tuple[Figure, ...]:
    """Difficulty about six months after every past halving over that of its epoch."""
    rows = table("difficulty").rows
    figures = []
    for year, count in HALVINGS.items():
        epoch = max(
            index for index, each in enumerate(rows) if value(each, "first_height") <= BLOCKS_PER_HALVING * count
        )
        later = rows[epoch + EPOCHS_AFTER]
        ratio: Ratio = value(later, "difficulty") / value(rows[epoch], "difficulty")
        figures.append(
            computed(
                f"difficulty_after_{year}_ratio",
                ratio,
                "x",
                f"difficulty {EPOCHS_AFTER} epochs after the halving of {year} over that at the halving",
                (text(later, "as_of"), "catalog difficulty"),
            )
        )
    return tuple(figures)


def _shown(flat: NetworkAssumptions) -> tuple[Figure, ...]:
    return (
        assumed("btc_usd_per_btc", flat.btc_usd, "$/BTC", "held flat from 2026-09-29 on"),
        assumed("difficulty", flat.difficulty, "1", "held flat from 2026-06-14 on, but for those who leave"),
        assumed("exit_frac", EXIT_FRAC, "1", "share of the hashrate that leaves at the halving on the second path"),
        assumed("power_usd_per_kwh", POWER_USD_PER_KWH, "$/kWh", "all-in at the meter"),
        assumed("pool_fee_frac", constant("pool_fee_frac").value, "1", "share of the revenue"),
        assumed("fee_frac", constant("fee_frac").value, "1", "fees over the reward today; the coins are held constant"),
        computed(
            "mining_pue_ratio", mean_pue_ratio("mining_air"), "x", "mean of a typical year, Dallas", ("2026-11", "pue")
        ),
    )


def _map(before: UsdPerPhDay, after: UsdPerPhDay) -> list[dict[str, str | float]]:
    rows: list[dict[str, str | float]] = []
    for efficiency in EFFICIENCIES_J_PER_TH:
        for power in POWER_STEPS_USD_PER_KWH:
            now, then = (_break_even(price, efficiency) for price in (before, after))
            rows.append(
                {
                    "efficiency_j_per_th": efficiency,
                    "power_usd_per_kwh": power,
                    "state": "both" if power <= then else "today_only" if power <= now else "neither",
                    "margin_today_usd_per_kwh": now - power,
                    "margin_after_usd_per_kwh": then - power,
                }
            )
    return rows


def _lines(before: UsdPerPhDay, after: UsdPerPhDay, left: UsdPerPhDay) -> list[dict[str, str | float]]:
    return [
        {
            "line": line,
            "kind": kind,
            "hashprice_usd_per_ph_day": price,
            "power_usd_per_kwh": power,
            "efficiency_j_per_th": _limit_j_per_th(price, power),
        }
        for line, kind, price in (
            ("today", "now", before),
            ("after_2028", "halved", after),
            ("after_2028_with_exit", "other", left),
        )
        for power in POWER_STEPS_USD_PER_KWH
    ]


def _machines(before: UsdPerPhDay, after: UsdPerPhDay, left: UsdPerPhDay) -> list[dict[str, str | float]]:
    rows: list[dict[str, str | float]] = []
    for model in MACHINES:
        asic = catalog.asic(model)
        rows.append(
            {
                "model": model,
                "efficiency_j_per_th": asic.efficiency_j_per_th,
                "break_even_today_usd_per_kwh": _break_even(before, asic.efficiency_j_per_th),
                "break_even_after_usd_per_kwh": _break_even(after, asic.efficiency_j_per_th),
                "break_even_after_with_exit_usd_per_kwh": _break_even(left, asic.efficiency_j_per_th),
                "grade": asic.fact.grade,
            }
        )
    return rows


def _path_rows(flat: NetworkAssumptions) -> list[dict[str, str | float]]:
    rows: list[dict[str, str | float]] = []
    for name, assumptions in (("flat", flat), ("exit", replace(flat, halving_exit_frac=EXIT_FRAC))):
        path = network_path(assumptions, _months())
        rows += [
            {"when": month.isoformat(), "path": name, "hashprice_usd_per_ph_day": float(price)}
            for month, price in zip(path.months, path.hashprice_usd_per_ph_day, strict=True)
        ]
    return rows
