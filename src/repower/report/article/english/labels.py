"""English headings and small words of the article's page, table and charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from repower.validation.result import Origin, Verdict

VERDICTS: Final[Mapping[Verdict, str]] = {
    "holds": "holds",
    "conditional": "conditional",
    "does_not_hold": "does not hold",
}

COUNTED: Final[Mapping[Verdict, tuple[str, str]]] = {
    "holds": ("{} holds", "{} hold"),
    "conditional": ("{} holds only under a condition", "{} hold only under a condition"),
    "does_not_hold": ("{} does not hold", "{} do not hold"),
}

ORIGINS: Final[Mapping[Origin, str]] = {
    "source": "read in a source",
    "computed": "computed by Repower",
    "assumed": "assumed",
}

GRADES: Final[Mapping[str, str]] = {
    "A": "A · filing or source code",
    "B": "B · press",
    "C": "C · aggregator",
    "assumed": "assumed",
    "modelled": "modelled",
}

TERMS: Final[Mapping[str, str]] = {
    "unnamed estimates, a text of 2022-05-31": "unnamed estimates",
    "CryptoSlate on Riot": "Riot (CryptoSlate)",
    "today": "today",
    "after_2028": "after the halving",
    "after_2028_with_exit": "the same, {exit_frac} have left",
    "landlord": "lease, tenant pays power",
    "cloud": "GPU cloud, own GPUs",
    "20 J/TH, gross": "mining at 20 J/TH",
    "20 J/TH, net": "the same after power",
    "best machine, gross": "mining, best machine",
    "CORZ-1": "Core Scientific",
    "WULF-4": "TeraWulf",
    "IREN-1": "IREN and Microsoft",
    "power": "after power",
    "cash": "after all cash costs",
    "all_in": "after depreciation too",
    "fleet": "fleet of 2021 (model)",
}
"""Keys of series -> their names in charts."""

LABELS: Final[Mapping[str, str]] = {
    "eyebrow": "“GPU Gold Rush” (CoinDesk, 2025), claim by claim",
    "answer": "Of the article’s {all} claims on miners and AI, {holds}, {conditional}, and {does_not_hold}.",
    "count_holds": "hold as they stand",
    "count_conditional": "hold under a condition",
    "count_does_not_hold": "do not hold",
    "verdict": "Verdict",
    "claim": "Claim",
    "article": "The article",
    "article_says": "The article: ",
    "ours": "We find",
    "colon": ": ",
    "basis": "Basis",
    "condition": "Holds if: ",
    "condition_head": "Holds if",
    "sources": "Sources",
    "figures_behind": "Figures behind it",
    "figure": "Figure",
    "value": "Value",
    "as_of": "As of",
    "origin": "From",
    "grade": "Grade",
    "source": "Source",
    "terminal_end": (
        "Figures, sources and charts: repower article --out DIR writes article.html; --json prints every figure. "
        "Amounts are nominal dollars before tax. No advice on any share."
    ),
    "footer": (
        "Amounts are nominal dollars before tax. The article’s claims are in our words; what is assumed or computed "
        "says so. Facts of companies are from public sources and are no advice on their shares."
    ),
    "yen_note": "",
    "jpy_per_usd": "yen to the dollar",
    "year": "Calendar year",
    "usd_per_kwh_by_role_title": "What a kWh earns, by role",
    "usd_per_kwh_by_role_subtitle": (
        "Dollars a kWh on a logarithmic axis: each step up is the same multiple. Mining is what one kWh at the machine "
        "earns in coins; leases are rent over contracted IT kWh, the tenant pays power; cloud is rent of GPUs over IT "
        "kWh."
    ),
    "usd_per_kwh": "Revenue, $/kWh (log)",
    "today_table": "Every role on every kWh, at the latest hashprice, $/kWh before power",
    "role": "Role",
    "per_chip": "Per kWh of the chip",
    "per_it": "Per kWh of IT",
    "per_meter": "Per kWh at the meter",
    "today_miner": "mining, {} J/TH",
    "today_best": "mining, best machine",
    "today_landlord": "lease, median rent",
    "today_cloud": "GPU cloud, H100 on a one-year contract",
    "margin_layers_title": "Three margins of mining, 2021 to 2026",
    "margin_layers_subtitle": (
        "Share of mining revenue that is left after power alone, after all cash costs, and after depreciation too. "
        "Linear axis. A point is a company, a group of them or a model, each named once where there is room; "
        "the JSON rows hold every one."
    ),
    "margin": "Margin, share of mining revenue",
    "break_even_map_title": "Which machine pays its power, before and after the halving of 2028",
    "break_even_map_subtitle": (
        "A line is where revenue pays for power and nothing else; the tinted band pays today and not after the "
        "halving, with price, difficulty and fees as they are. Linear axes."
    ),
    "at_hashprice": ", ${}/PH/day",
    "fleet_at": "{fleet_j_per_th} at {power_usd_per_kwh}",
    "power_price": "Power price, $/kWh",
    "efficiency": "Machine efficiency, J/TH",
    "loses": "loses on every kWh",
    "earns": "earns more than its power",
}
"""Headings and small words; braces are filled by code."""
