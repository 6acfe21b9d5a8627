"""Every key of ``plan.json`` with its type and meaning; the table in ``docs/plan_json.md`` is made from this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Key:
    """One key of the document.

    Parameters
    ----------
    path : dotted, ``[]`` for the items of a list.
    kind : JSON type; ``or null`` where it may be missing.
    meaning : one line for a reader.
    """

    path: str
    kind: str
    meaning: str


_OPTION: Final = (
    Key("hall", "string", "hall that the option belongs to"),
    Key("kind", "string", "keep, refresh, stop, colocation_reuse, colocation_new or gpu_cloud"),
    Key("label", "string", "the option in words"),
    Key("start", "quarter", "quarter in which work begins; for keep the plan's start"),
    Key("hand_over", "date or null", "first day of the new use"),
    Key("hand_over_late", "date or null", "the same if every lead time runs at the top of its range"),
    Key("value_usd", "number or null", "net present value of the hall's cash at the hurdle"),
    Key("capex_usd", "number or null", "undiscounted spend"),
    Key("critical_it_mw", "number or null", "IT sold or run after the change; machine wall MW for mining"),
    Key("peak_mw", "number or null", "meter MW of the new use on the design hour"),
    Key("cash_usd", "list of numbers", "cash of the hall by month, spend included"),
    Key("capex_cash_usd", "list of numbers", "the spend in it, negative"),
    Key("build_weeks", "number or null", "works and test"),
    Key("feasible", "boolean", "false where a limit of the hall rules the option out"),
    Key("reason", "string", "which limit that is"),
)

_IRR: Final = (
    Key("roots", "list of numbers", "every real yearly rate above -1, ascending; empty where there is none"),
    Key("sign_changes", "integer", "how often the cash flow changes sign"),
    Key("status", "string", "one root, several, or why none, in words"),
    Key("rate_frac", "number or null", "the rate where there is exactly one"),
)

_TABLE: Final = (
    Key("months", "list of dates", "first of each month"),
    Key("lines", "list", "lines of the table; they add up to the total"),
    Key("lines[].category", "string", "mining, colocation, gpu_cloud, hosting, power, operating, capex, salvage, debt"),
    Key("lines[].name", "string", "the line in words"),
    Key("lines[].amount_usd", "list of numbers", "by month, income positive"),
    Key("total_usd", "list of numbers", "sum of the lines by month"),
)

_DEBT: Final = (
    Key("size_usd", "number", "owed at hand-over, fees and interest during construction included"),
    Key("dscr_size_usd", "number", "what cash available carries"),
    Key("ltc_cap_usd", "number", "what cost allows"),
    Key("binding", "string", "dscr, ltc or none: which of the two sets the size"),
    Key("status", "string", "the same in words"),
    Key("rate_frac_per_year", "number", "quoted yearly rate"),
    Key("periods_per_year", "integer", "1 for yearly service"),
    Key("service_usd", "list of numbers", "due at the end of every period from hand-over"),
    Key("interest_usd", "list of numbers", "of which interest"),
    Key("principal_usd", "list of numbers", "of which principal"),
    Key("balance_usd", "list of numbers", "owed after it"),
    Key("dscr_ratio", "list of numbers or null", "cash available over service; null where nothing is due"),
    Key("min_dscr_ratio", "number or null", "the lowest of them"),
    Key("average_dscr_ratio", "number or null", "their mean"),
    Key("llcr_ratio", "number or null", "present value of cash available over the loan's life over its size"),
    Key("draws_usd", "list of numbers", "what the loan pays of each construction month"),
    Key("interest_during_construction_usd", "number", "part of size and cost"),
    Key("fees_usd", "number", "part of size and cost"),
    Key("cost_usd", "number", "all-in cost: spend, fees and interest during construction"),
    Key("equity_usd", "number", "cost less debt"),
)

_VALLEY: Final = (
    Key("amount_usd", "number", "deepest cumulative cash, zero or below"),
    Key("month", "date or null", "month of it; null where cash never falls below zero"),
)


def _under(path: str, keys: tuple[Key, ...]) -> tuple[Key, ...]:
    return tuple(Key(f"{path}.{key.path}", key.kind, key.meaning) for key in keys)


KEYS: Final = (
    Key("schema", "string", "repower.plan/1: name and version of this layout"),
    Key("schema_version", "integer", "the version alone; a key that goes or changes its meaning raises it"),
    Key("site_name", "string", "name in the site file"),
    Key("market", "string", "power market, or off-grid"),
    Key("import_limit_mw", "number", "grid import limit at the meter"),
    Key("plan_start", "quarter", "first quarter in which the plan may act"),
    Key("horizon_years", "integer", "years over which cash is counted"),
    Key("as_of", "date", "date of the outlook"),
    Key("version", "string", "version of Repower"),
    Key("inputs_hash", "string", "sha256 over the site file, the series used and the catalog's tables"),
    Key("source", "string", "name of the site file"),
    Key("notes", "string", "free text of the site file"),
    Key("headline", "string", "the answer in one sentence"),
    Key("months", "list of dates", "first of each month of the horizon; arrays below run over them"),
    Key("decisions", "list", "one a hall"),
    Key("decisions[].hall", "string", "name of the hall"),
    Key("decisions[].chosen", "object", "the option chosen"),
    *_under("decisions[].chosen", _OPTION),
    Key("decisions[].next_best", "object or null", "the next best option; null where nothing else is open"),
    *_under("decisions[].next_best", _OPTION),
    Key("decisions[].difference_usd", "number", "chosen over next best; negative where a shared limit binds"),
    Key("decisions[].flips", "list", "what would have to change to prefer the next best"),
    Key("decisions[].flips[].driver", "string", "what changes"),
    Key("decisions[].flips[].unit", "string", "unit of base and needed"),
    Key("decisions[].flips[].base", "number", "its level in the plan"),
    Key("decisions[].flips[].needed", "number or null", "the level at which the two are worth the same"),
    Key("decisions[].flips[].text", "string", "the same in words"),
    Key("decisions[].options", "list", "the best start of every kind, best first, infeasible ones last"),
    *_under("decisions[].options[]", _OPTION),
    Key("decisions[].binding", "string", "shared limit that holds the hall back; empty where none does"),
    Key("timeline", "list", "uses of the halls"),
    Key("timeline[].hall", "string", "name of the hall"),
    Key("timeline[].use", "string", "mining, colocation, gpu_cloud, hosting or idle"),
    Key("timeline[].start", "date", "first day"),
    Key("timeline[].end", "date", "first day after"),
    Key("timeline[].meter_mw", "number", "load at the meter"),
    Key("timeline[].under_construction", "boolean", "true while works go on"),
    Key("timeline[].note", "string", "a remark"),
    Key("events", "list", "halvings and contract dates"),
    Key("events[].date", "date", "when"),
    Key("events[].text", "string", "what"),
    Key("cash", "object", "cash of the plan before tax and debt"),
    *_under("cash", _TABLE),
    Key("keep_cash", "object", "cash of keeping every hall"),
    *_under("keep_cash", _TABLE),
    Key("value_usd", "number", "net present value of the plan at the hurdle"),
    Key("keep_value_usd", "number", "the same of keeping every hall"),
    Key("value_over_keep_usd", "number", "the difference"),
    Key("irr", "object", "of the monthly difference, a year, before tax and debt"),
    *_under("irr", _IRR),
    Key("equity_irr", "object", "the same after debt"),
    *_under("equity_irr", _IRR),
    Key("payback_years", "number or null", "from the first spend; null where it is never paid back"),
    Key("valley", "object", "deepest cumulative cash of the conversion before debt"),
    *_under("valley", _VALLEY),
    Key("equity_valley", "object", "the same after debt"),
    *_under("equity_valley", _VALLEY),
    Key("debt", "object or null", "loan on leases"),
    *_under("debt", _DEBT),
    Key("gpu_debt", "object or null", "loan on GPU rental"),
    *_under("gpu_debt", _DEBT),
    Key("min_dscr_ratio", "number or null", "lowest yearly cover of either loan"),
    Key("first_ai", "quarter or null", "first AI revenue"),
    Key("first_ai_late", "quarter or null", "the same if every lead time runs late"),
    Key("earnings", "list", "what a kWh earns, by role, hall and quarter"),
    Key("earnings[].quarter", "quarter", "when"),
    Key("earnings[].role", "string", "miner, landlord or cloud"),
    Key("earnings[].hall", "string", "name of the hall"),
    Key("earnings[].gross_usd_per_kwh", "number or null", "revenue before power over the energy basis"),
    Key("earnings[].net_usd_per_kwh", "number or null", "revenue less the power that this role pays for"),
    Key("earnings[].energy_mwh", "number", "energy of the quarter"),
    Key("earnings[].basis", "string", "energy basis, load factor and who pays power, in words"),
    Key("capex", "list", "parts of the conversions chosen"),
    Key("capex[].hall", "string", "name of the hall"),
    Key("capex[].part", "string", "part as in the catalog"),
    Key("capex[].survives_usd", "number", "value of what is kept"),
    Key("capex[].spend_usd", "number", "what is bought"),
    Key("capex[].is_new", "boolean", "true where the mining hall had nothing of the kind"),
    Key("sensitivities", "list", "one assumption moved at a time, the plan as chosen"),
    Key("sensitivities[].assumption", "string", "what moves"),
    Key("sensitivities[].unit", "string", "unit of base, low, high and break_even"),
    Key("sensitivities[].base", "number", "its level in the plan"),
    Key("sensitivities[].low", "number", "low end of its range"),
    Key("sensitivities[].high", "number", "high end of its range"),
    Key("sensitivities[].value_at_low_usd", "number", "value over keeping at the low end"),
    Key("sensitivities[].value_at_high_usd", "number", "value over keeping at the high end"),
    Key("sensitivities[].break_even", "number or null", "level at which the plan is worth no more than keeping"),
    Key("sensitivities[].text", "string", "the same in words"),
    Key("duration", "object", "hours of one year, dearest first"),
    Key("duration.year", "integer", "local calendar year"),
    Key("duration.hour", "list of numbers", "hours counted from the dearest"),
    Key("duration.price_usd_per_mwh", "list of numbers", "index price, descending"),
    Key("duration.use_mw", "list", "load by use"),
    Key("duration.use_mw[].use", "string", "name of the use"),
    Key("duration.use_mw[].load_mw", "list of numbers", "at the same hours"),
    Key("energy", "list", "one a year"),
    Key("energy[].year", "integer", "plan year"),
    Key("energy[].import_mwh", "number", "import at the meter"),
    Key("energy[].mining_uptime_frac", "number or null", "share of the hours that installed ASICs run"),
    Key("energy[].average_price_usd_per_mwh", "number or null", "mean price of the import"),
    Key("energy[].energy_bill_usd", "number", "what it costs"),
    Key("assumptions", "list", "what the plan rests on"),
    Key("assumptions[].name", "string", "what it is"),
    Key("assumptions[].value", "string", "its value"),
    Key("assumptions[].unit", "string", "unit and basis"),
    Key("assumptions[].as_of", "string", "date of the value"),
    Key("assumptions[].grade", "string", "A, B, C, owner, assumed or modelled"),
    Key("assumptions[].source", "string", "where it comes from"),
    Key("warnings", "list", "what a reader must know"),
    Key("warnings[].section", "string", "section of the report that it touches"),
    Key("warnings[].text", "string", "what it says"),
    Key("warnings[].fix", "string", "what to do; may be empty"),
    Key("discount_frac_per_year", "number", "the owner's hurdle"),
)
"""All keys in the order of the document."""


def paths(found: Any, path: str = "") -> list[str]:
    """Every path of a document, in order, items of a list once."""
    if isinstance(found, dict):
        result: list[str] = []
        for name, value in found.items():
            here = f"{path}.{name}" if path else name
            result += [here, *paths(value, here)]
        return result
    if isinstance(found, list):
        return list(dict.fromkeys(inner for item in found for inner in paths(item, f"{path}[]")))
    return []


def markdown() -> str:
    """The keys as a Markdown table."""
    rows = "\n".join(f"| `{key.path}` | {key.kind} | {key.meaning} |" for key in KEYS)
    return f"| key | type | meaning |\n|---|---|---|\n{rows}\n"
