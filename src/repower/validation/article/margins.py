"""Claim `margins`: up to 90 % in 2021, razor-thin in 2025; the layer of cost decides."""

from __future__ import annotations

from typing import Final

from repower.base.units import KWH_PER_MWH, Frac, JPerTh, UsdPerKwh
from repower.catalog.row import text
from repower.markets.bitcoin import revenue_usd_per_mwh
from repower.validation.article.figures import FACTS, assumed, computed, plain, row, said, stated
from repower.validation.article.hashprice import BASIS, hashprice_points, point
from repower.validation.result import Claim, Verdict

FLEET_2021_J_PER_TH: Final[JPerTh] = 34.0
POWER_2021_USD_PER_KWH: Final[UsdPerKwh] = 0.045

POWER: Final = (
    ("listed_2021", "2021-07-01"),
    ("argo_2021_08", "2021-08-16"),
    ("argo_2021_09", "2021-09-16"),
    ("argo_2021_10", "2021-10-16"),
    ("argo_2022_01", "2022-01-16"),
    ("argo_2022_02", "2022-02-15"),
    ("argo_2022_03", "2022-03-16"),
    ("argo_2022_04", "2022-04-16"),
    ("argo_2022_07", "2022-07-16"),
    ("argo_2022_08", "2022-08-16"),
    ("argo_2022_12", "2022-12-16"),
    ("hive_2023_q2", "2023-05-16"),
    ("hive_2023_q3", "2023-08-16"),
    ("bitfarms_2023_q3", "2023-08-16"),
    ("hive_2023_q4", "2023-11-16"),
    ("bitfarms_2023_q4", "2023-11-16"),
    ("bitfarms_2024_q2", "2024-05-16"),
    ("jpm_2024_q4", "2024-11-16"),
    ("jpm_2025_q1", "2025-02-15"),
    ("bitfarms_2025_q2", "2025-05-16"),
    ("jpm_2025_q2", "2025-05-16"),
)
"""Margins after power as printed: key in `article_facts`, middle of the period."""

IREN: Final = ("2024_02", "2024_05", "2024_08", "2024_11", "2025_02", "2025_05", "2025_08")
"""Months of IREN whose margin after electricity we compute."""

COSTS: Final = (
    ("coinshares_2024_q1", ("cash",), "iren_2024_02"),
    ("coinshares_2024_q2", ("cash", "all_in"), "iren_2024_05"),
    ("coinshares_2024_q3", ("cash", "all_in"), "iren_2024_08"),
    ("coinshares_2024_q4", ("cash", "all_in"), "iren_2024_11"),
    ("coinshares_2025_q2", ("cash", "all_in"), "cango_2025_q2"),
    ("cango_2026_q1", ("cash",), "cango_2026_q1"),
)
"""Costs of a coin: key, layers, and the hashprice point whose coin price they are set against."""


def margins_verdict(power_2021_frac: Frac, power_2025_frac: Frac, all_in_2025_frac: Frac, thin_frac: Frac) -> Verdict:
    """Holds where 2025 is thin after power already, conditional where it is thin only below that layer.

    Parameters
    ----------
    power_2021_frac, power_2025_frac : margin after power.
    all_in_2025_frac : margin after cash costs, depreciation and share-based pay.
    thin_frac : largest margin that counts as razor-thin.
    """
    if power_2021_frac <= thin_frac or all_in_2025_frac > thin_frac:
        return "does_not_hold"
    return "holds" if power_2025_frac <= thin_frac else "conditional"


def margins() -> Claim:
    """Power, cash and all-in margins, 2021 to 2026."""
    price = said("btc_mean_2025_q2_usd_per_btc")
    cash_frac = 1.0 - said("cost_cash_coinshares_2025_q2_usd_per_btc") / price
    all_in_frac = 1.0 - said("cost_all_in_coinshares_2025_q2_usd_per_btc") / price
    thin_frac = said("thin_margin_frac")
    peak = point("argo_2021_10")
    modelled_frac = _power_margin_frac(peak.hashprice_usd_per_ph_day, FLEET_2021_J_PER_TH, POWER_2021_USD_PER_KWH)
    coins = "catalog article_facts: CoinShares cost over JPMorgan's mean price of 2025 Q2"
    figures = (
        stated("power_margin_2025_frac", "margin_power_jpm_2025_q2_frac"),
        computed("cash_margin_2025_frac", cash_frac, "1", "weighted cash cost of listed miners", ("2025-06", coins)),
        computed(
            "all_in_margin_2025_frac",
            all_in_frac,
            "1",
            "cash cost, depreciation and share-based pay of listed miners",
            ("2025-06", coins),
        ),
        stated("power_margin_2021_frac", "margin_power_argo_2021_10_frac"),
        stated("said_margin_2021_frac", "article_margin_2021_frac"),
        stated("earliest_text_2021_frac", "margin_power_listed_2021_frac"),
        computed(
            "modelled_power_margin_2021_frac",
            modelled_frac,
            "1",
            f"power alone; hashprice of October 2021, {BASIS}",
            ("2021-10", "hashprice_usd_per_ph_day, revenue_usd_per_mwh; catalog difficulty, article_facts"),
        ),
        assumed("fleet_2021_j_per_th", FLEET_2021_J_PER_TH, "J/TH", "fleet of 2021 behind the modelled margin"),
        assumed("power_2021_usd_per_kwh", POWER_2021_USD_PER_KWH, "$/kWh", "power price behind the modelled margin"),
        stated("btc_mean_2025_q2_usd_per_btc", "btc_mean_2025_q2_usd_per_btc"),
        stated("cash_cost_2025_q2_usd_per_btc", "cost_cash_coinshares_2025_q2_usd_per_btc"),
        stated("all_in_cost_2025_q2_usd_per_btc", "cost_all_in_coinshares_2025_q2_usd_per_btc"),
        stated("thin_margin_frac", "thin_margin_frac"),
    )
    verdict = margins_verdict(
        said("margin_power_argo_2021_10_frac"), said("margin_power_jpm_2025_q2_frac"), all_in_frac, thin_frac
    )
    return Claim("margins", verdict, figures, {"margin_layers": _layers(), "modelled_margin": _modelled()})


def _power_margin_frac(hashprice: float, efficiency_j_per_th: JPerTh, power_usd_per_kwh: UsdPerKwh) -> Frac:
    return 1.0 - power_usd_per_kwh * KWH_PER_MWH / revenue_usd_per_mwh(hashprice, efficiency_j_per_th)


def _layers() -> tuple[dict[str, str | float], ...]:
    rows: list[dict[str, str | float]] = []
    for key, when in POWER:
        found = row(FACTS, "fact", f"margin_power_{key}_frac")
        rows.append(_layer(when, "power", said(f"margin_power_{key}_frac"), text(found, "said_by"), "source"))
    for month in IREN:
        margin = 1.0 - said(f"power_cost_iren_{month}_usd") / said(f"mining_revenue_iren_{month}_usd")
        rows.append(_layer(f"{month.replace('_', '-')}-15", "power", margin, "IREN", "computed"))
    for key, layers, price_key in COSTS:
        priced = point(price_key)
        who = text(row(FACTS, "fact", f"cost_{layers[0]}_{key}_usd_per_btc"), "said_by")
        price = said("btc_mean_2025_q2_usd_per_btc") if key == "coinshares_2025_q2" else priced.btc_usd
        for layer in layers:
            margin = 1.0 - said(f"cost_{layer}_{key}_usd_per_btc") / price
            rows.append(_layer(priced.when, layer, margin, who, "computed"))
    for layer in ("power", "cash", "all_in"):
        margin = 1.0 - said(f"cost_{layer}_riot_2026_03_usd_per_btc") / said("btc_2026_03_usd_per_btc")
        rows.append(_layer("2026-03-16", layer, margin, "CryptoSlate on Riot", "computed"))
    return plain(sorted(rows, key=lambda each: (str(each["layer"]), str(each["when"]), str(each["who"]))))


def _layer(when: str, layer: str, margin_frac: Frac, who: str, origin: str) -> dict[str, str | float]:
    return {"when": when, "layer": layer, "margin_frac": margin_frac, "who": who, "origin": origin}


def _modelled() -> tuple[dict[str, str | float], ...]:
    """Margin after power of one unchanged fleet and power price: what hashprice alone does."""
    return plain(
        [
            {
                "when": each.when,
                "layer": "power",
                "margin_frac": _power_margin_frac(
                    each.hashprice_usd_per_ph_day, FLEET_2021_J_PER_TH, POWER_2021_USD_PER_KWH
                ),
                "who": "ours",
            }
            for each in hashprice_points()
        ]
    )
