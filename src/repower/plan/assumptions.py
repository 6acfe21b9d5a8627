"""Assumptions and sources of a plan: every level it stands on, with unit, date, grade and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from repower import catalog
from repower.base.units import USD_PER_MUSD
from repower.plan.options import Candidate
from repower.plan.result import Assumption
from repower.plan.world import World, gpu_models
from repower.site import GpuRental, Lease


def assumptions(world: World, chosen: Sequence[Candidate]) -> tuple[Assumption, ...]:
    """What the plan assumes: the owner's outlook and terms, prices, costs, times and resale values, in this order."""
    return (*_outlook(world), *_owner(world), *_contracts(world), *_works(chosen), *_constants(world, chosen))


TRILLION = 10**12


def _outlook(world: World) -> Iterator[Assumption]:
    outlook, source = world.site.outlook, world.site.source
    day = outlook.as_of.isoformat()

    def stated(name: str, value: str, unit: str) -> Assumption:
        return Assumption(name, value, unit, day, "owner", f"site file {source}, [outlook]")

    yield stated("Bitcoin price", f"{outlook.btc_usd:,.0f}", "$")
    yield stated("Bitcoin price growth", f"{outlook.btc_growth_frac_per_year:.3g}", "1/year")
    yield stated("network difficulty", f"{outlook.difficulty / TRILLION:.2f}", "trillion")
    yield stated("difficulty growth", f"{outlook.difficulty_growth_frac_per_year:.3g}", "1/year")
    yield stated("fees over subsidy today", f"{outlook.fee_frac:.3g}", "1")
    yield stated("hashrate that leaves at a halving", f"{outlook.halving_exit_frac:.3g}", "1")
    start = world.path.months.index(world.months[0])
    yield Assumption(
        "hashprice in the first month",
        f"{world.path.hashprice_usd_per_ph_day[start]:.4g}",
        "$/PH/day",
        world.months[0].isoformat(),
        "modelled",
        "consensus rules on the levels above",
    )
    for halving, height in world.path.halvings:
        yield Assumption("halving", halving.isoformat(), f"height {height:,}", day, "modelled", "600 s blocks")
    modelled = world.site.outlook.power.kind == "typical"
    grade = "modelled" if modelled else "owner"
    mean = sum(float(year.prices.index_usd_per_mwh.mean()) for year in world.years) / len(world.years)
    yield Assumption("power price, mean of all years", f"{mean:.4g}", "$/MWh", day, grade, world.power_label)
    yield stated("power price growth", f"{outlook.power_growth_frac_per_year:.3g}", "1/year")
    weather_grade = "modelled" if world.years[0].weather.modelled else "owner"
    warmest = max(float(year.weather.drybulb_c.max()) for year in world.years)
    yield Assumption("warmest hour", f"{warmest:.3g}", "°C dry-bulb", day, weather_grade, world.weather_label)
    if world.gpu_rent_usd_per_gpu_h is not None:
        rent = f"{world.gpu_rent_usd_per_gpu_h:.3g}"
        if outlook.gpu_rent_usd_per_gpu_h is not None:
            yield stated("GPU market rent today", rent, "$/GPU-h")
        else:
            fact = catalog.gpu(gpu_models(world.site)[0]).fact
            yield Assumption("GPU market rent", rent, "$/GPU-h", fact.as_of, fact.grade, f"gpus: {fact.source}")
        yield stated("GPU rent growth, ageing GPU", f"{outlook.gpu_rent_growth_frac_per_year:.3g}", "1/year")
    if outlook.colocation_rent_usd_per_kw_month is not None:
        yield stated("rent for re-letting today", f"{outlook.colocation_rent_usd_per_kw_month:.4g}", "$/kW-month")


def _owner(world: World) -> Iterator[Assumption]:
    owner, day = world.site.owner, world.site.outlook.as_of.isoformat()
    rows = (
        ("hurdle rate, nominal, before tax", f"{owner.discount_frac_per_year:.3g}", "1/year"),
        ("capital limit", f"{owner.capital_limit_usd / USD_PER_MUSD:,.0f}", "$M"),
        ("construction crews", f"{owner.crews}", "halls at once"),
        ("inflation of building, wires and operating cost", f"{owner.inflation_frac_per_year:.3g}", "1/year"),
        ("mining operating cost", f"{owner.mining_operating_usd_per_mw_year:,.0f}", "$/MW-year at the machines"),
        ("debt rate on leases", f"{owner.debt_rate_frac_per_year:.4g}", "1/year"),
        ("debt cover on leases", f"{owner.debt_dscr_ratio:.3g}", "x"),
        ("loan to cost on leases", f"{owner.debt_ltc_frac:.3g}", "1"),
    )
    for name, value, unit in rows:
        yield Assumption(name, value, unit, day, "owner", f"site file {world.site.source}, [owner]")


def _contracts(world: World) -> Iterator[Assumption]:
    day = world.site.outlook.as_of.isoformat()
    for contract in world.site.contracts:
        where = f"site file {world.site.source}, contract {contract.name!r}"
        if isinstance(contract, Lease):
            basis = f"$/kW-month of critical IT, {contract.basis.replace('_', ' ')}, {contract.term_years:g} years"
            rent = f"{contract.rent_usd_per_kw_month:.4g}"
            yield Assumption(f"rent, {contract.tenant}", rent, basis, day, "owner", where)
        elif isinstance(contract, GpuRental) and contract.price_usd_per_gpu_h is not None:
            basis = f"$/GPU-h, {contract.term_frac:.0%} on term of {contract.term_years:g} years"
            price = f"{contract.price_usd_per_gpu_h:.3g}"
            yield Assumption(f"GPU term price, {contract.customer}", price, basis, day, "owner", where)


def _works(chosen: Sequence[Candidate]) -> Iterator[Assumption]:
    for one in chosen:
        if one.works is None:
            continue
        hall, value = one.value.hall, one.value
        per_mw = one.works.spend_usd / value.critical_it_mw / USD_PER_MUSD
        own = one.option.capex_usd_per_mw is not None
        fact = catalog.capex_parts("new")[0].fact
        grade, source = ("owner", "site file") if own else (fact.grade, f"capex_parts: {fact.source}")
        yield Assumption(
            f"building cost, hall {hall}", f"{per_mw:.3g}", "$M per MW of critical IT", fact.as_of, grade, source
        )
        text = f"{one.works.weeks:.0f} (late: {one.works.late_weeks:.0f})"
        yield Assumption(
            f"works and test, hall {hall}", text, "weeks", fact.as_of, "modelled", f"lead_times: {one.works.longest}"
        )


def _constants(world: World, chosen: Sequence[Candidate]) -> Iterator[Assumption]:
    names = ["asic_resale_frac_per_year", "asic_resale_haircut_frac"]
    kinds = {one.value.kind for one in chosen}
    if "refresh" in kinds:
        names.append("asic_lead_weeks")
    if "gpu_cloud" in kinds:
        names += ["gpu_life_years", "gpu_residual_frac_year_3", "gpu_residual_frac_year_6"]
    for name in names:
        found = catalog.constant(name)
        yield Assumption(
            found.meaning, f"{found.value:g}", found.unit, found.fact.as_of, found.fact.grade, found.fact.source
        )
    models = {fleet.model for hall in world.site.halls for fleet in hall.fleets}
    for model in sorted(models):
        machine = catalog.asic(model)
        value = f"{machine.hash_rate_ths:g} TH/s, {machine.power_w:,.0f} W"
        yield Assumption(model, value, "rated", machine.fact.as_of, machine.fact.grade, machine.fact.source)
    for kind in sorted(world.design_pue_ratio):
        found_cooling = catalog.cooling(kind)
        yield Assumption(
            f"PUE on the design hour, {found_cooling.title}",
            f"{world.design_pue_ratio[kind]:.3f}",
            "x",
            found_cooling.fact.as_of,
            "modelled",
            f"cooling: {found_cooling.fact.source}",
        )
