"""Ancillary services in the hours of a site: who may carry them, schedules with them, and what they brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from repower.base.clock import step_h
from repower.base.units import Mw, Usd, UsdPerMw
from repower.contracts import Award, award_usd_per_h
from repower.dispatch import Dispatch, DispatchProblem, ReserveDispatch, ReserveProduct, solve, solve_reserves
from repower.site import AncillaryService

if TYPE_CHECKING:
    from repower.contracts import Schedule
    from repower.plan.hours import Hours


@dataclass(frozen=True)
class Carried:
    """What one service brought.

    Parameters
    ----------
    name, direction : of the service.
    mean_mw, most_mw : award over all intervals, and its highest.
    battery_mw : mean part of the battery.
    mean_usd_per_mw : price over all intervals, for a MW carried through an hour.
    paid_usd : what the awards pay.
    """

    name: str
    direction: str
    mean_mw: Mw
    most_mw: Mw
    battery_mw: Mw
    mean_usd_per_mw: UsdPerMw
    paid_usd: Usd


def carried_by(hours: Hours, service: AncillaryService) -> tuple[bool, tuple[int, ...]]:
    """Whether the battery may carry a service, and which load blocks may: interruptible ones of its uses."""
    rows = [row for row, block in enumerate(hours.blocks) if block.use in service.providers and not block.firm]
    return hours.battery is not None and "battery" in service.providers, tuple(rows)


def solved(hours: Hours, problem: DispatchProblem) -> Dispatch:
    """The best schedule of a problem of these hours, with the services that somebody may carry."""
    products = _products(hours)
    return solve_reserves(problem, list(products.values())) if products else solve(problem)


def awards_of(hours: Hours, found: Dispatch) -> tuple[Award, ...]:
    """Awards of a schedule that `solved` found, by service and by who carries them."""
    if not isinstance(found, ReserveDispatch):
        return ()
    awards: list[Award] = []
    for place, name in enumerate(_products(hours)):
        awards.append(Award(name, "loads", np.ascontiguousarray(found.load_award_mw[:, place])))
        awards.append(Award(name, "battery", np.ascontiguousarray(found.battery_award_mw[:, place])))
    return tuple(awards)


def carried(hours: Hours, schedule: Schedule) -> tuple[Carried, ...]:
    """What every service of the hours brought, in the order of the site file; nothing where nobody may carry it."""
    hour, still = step_h(hours.prices.grid), np.zeros(hours.prices.grid.count)
    price = {one.name: one.price_usd_per_mw for one in hours.prices.services}
    found = []
    for service in hours.services:
        mine = [award for award in schedule.awards if award.service == service.name]
        award_mw = sum((award.award_mw for award in mine), start=still)
        battery_mw = sum((award.award_mw for award in mine if award.provider == "battery"), start=still)
        paid_usd = sum(float(award_usd_per_h(award, hours.prices).sum()) for award in mine) * hour
        found.append(
            Carried(
                service.name,
                service.direction,
                float(award_mw.mean()),
                float(award_mw.max()),
                float(battery_mw.mean()),
                float(price[service.name].mean()),
                paid_usd,
            )
        )
    return tuple(found)


def _products(hours: Hours) -> dict[str, ReserveProduct]:
    """Services that somebody may carry in these hours, by name."""
    price = {one.name: one.price_usd_per_mw for one in hours.prices.services}
    found = {}
    for service in hours.services:
        battery, rows = carried_by(hours, service)
        if battery or rows:
            found[service.name] = ReserveProduct(
                price_usd_per_mw=price[service.name],
                sustained_h=service.sustained_h,
                down=service.direction == "down",
                most_mw=float("inf") if service.most_mw is None else service.most_mw,
                battery=battery,
                blocks=rows,
                available_frac=service.available_frac,
            )
    return found
