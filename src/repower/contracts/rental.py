"""Renting out GPUs: firm blocks on term, the others on spot.

A term block earns the contract's price during the term and the market's term rent afterwards; a spot block earns
`spot_ratio` of the market's term rent of the hour. Paid hours are delivered hours times the utilisation, times the ramp
from hand-over: during the ramp all GPUs are on and part of them is not sold yet.
"""

from __future__ import annotations

import numpy as np

from repower.base.clock import step_h
from repower.base.errors import InputError, Problem
from repower.base.units import MONTHS_PER_YEAR, Array
from repower.contracts.book import Book, HallTerms, agreement, hall_terms, inflation
from repower.contracts.lines import Head, Position
from repower.contracts.periods import by_month, days_between, days_by_month, months_since, periods, ramp_frac
from repower.contracts.prices import Prices
from repower.contracts.schedule import Schedule
from repower.facility.blocks import LoadBlock
from repower.site.agreements import GpuRental

ROUNDING = 1e-6
"""Relative excess of delivered GPU-hours over the hall's GPUs that counts as rounding."""


def rental_rate_usd_per_gpu_h(block: LoadBlock, book: Book, prices: Prices) -> Array:
    """Price of a paid GPU-hour of a block, shape (T,); zero before hand-over.

    Raises
    ------
    InputError : a term part without a price in the contract or in the hall's terms.
    """
    rental, terms = agreement(book, block.contract, GpuRental), hall_terms(book, block.hall, block.contract)
    when = periods(prices.grid)
    month = months_since(when, terms.hand_over)[when.day_of]
    if not block.firm:
        return np.where(month >= 0, prices.gpu_rent_usd_per_gpu_h * rental.spot_ratio, 0.0)
    price = rental.price_usd_per_gpu_h
    if price is None:
        price = terms.term_rent_usd_per_gpu_h
    if price is None and not block.gpu_h_per_mwh.any():
        return np.zeros(prices.grid.count)
    if price is None:
        fix = "give price_usd_per_gpu_h in the contract, or HallTerms.term_rent_usd_per_gpu_h, the rent at signing"
        raise InputError(Problem("the term price is not known", fix, key="price_usd_per_gpu_h", value=rental.name))
    term_months = round(rental.term_years * MONTHS_PER_YEAR)
    rate = np.where(month < term_months, price, prices.gpu_rent_usd_per_gpu_h)
    return np.where(month >= 0, rate, 0.0)


def rental_value_usd_per_mwh(block: LoadBlock, book: Book, prices: Prices) -> Array:
    """What a metered MWh of GPUs earns, shape (T,): price times GPU-hours per MWh times their paid share."""
    return rental_rate_usd_per_gpu_h(block, book, prices) * block.gpu_h_per_mwh * _paid_frac(block, book, prices)


def rental_positions(rows: list[int], schedule: Schedule, book: Book, prices: Prices) -> list[Position]:
    """Term and spot rent of the blocks `rows`, which share a hall and a rental, by month.

    Raises
    ------
    InputError : more GPU-hours delivered than the hall has GPUs.
    """
    first = schedule.blocks[rows[0]]
    rental, terms = agreement(book, first.contract, GpuRental), hall_terms(book, first.hall, first.contract)
    when, hours = periods(schedule.grid), step_h(schedule.grid)
    delivered = np.zeros(schedule.grid.count)
    found = []
    for firm, what, customer in ((True, "GPU term rent", rental.customer), (False, "GPU spot rent", "spot customers")):
        paid, amount_usd = np.zeros(len(when.months)), np.zeros(len(when.months))
        for row in rows:
            block = schedule.blocks[row]
            if block.firm != firm:
                continue
            gpu_h = schedule.block_mw[row] * block.gpu_h_per_mwh * hours
            delivered += gpu_h
            sold = gpu_h * _paid_frac(block, book, prices)
            paid += by_month(when, sold)
            amount_usd += by_month(when, sold * rental_rate_usd_per_gpu_h(block, book, prices))
        head = Head(customer, rental.name, what, "GPU-h", "$/GPU-h", True, first.hall, "gpu_cloud")
        if paid.any():
            found.append(Position(head, paid, amount_usd))
    most = float(delivered.max()) / hours
    if most > terms.gpu_count * (1.0 + ROUNDING):
        fix = "give HallTerms the GPU count that the blocks were built with"
        value = f"{most:,.1f} running, {terms.gpu_count:,} there"
        raise InputError(Problem("more GPUs run than the hall has", fix, key="gpu_count", value=value))
    return found


def rental_operating_positions(terms: HallTerms, schedule: Schedule, book: Book) -> list[Position]:
    """Operating cost of the GPUs of one hall by month, from hand-over until they are gone, whether or not they run."""
    rental = agreement(book, terms.contract, GpuRental)
    when = periods(schedule.grid)
    held = days_between(when, terms.hand_over, terms.ends).astype(np.float64)
    mw_months = terms.critical_it_mw * days_by_month(when, held)
    operating_usd = mw_months * rental.operating_usd_per_mw_year / MONTHS_PER_YEAR * inflation(book, when)
    head = Head("operator", rental.name, "operating cost", "MW-month", "$/MW-month", False, terms.hall, "gpu_cloud")
    return [Position(head, mw_months, -operating_usd)] if operating_usd.any() else []


def _paid_frac(block: LoadBlock, book: Book, prices: Prices) -> Array:
    rental, terms = agreement(book, block.contract, GpuRental), hall_terms(book, block.hall, block.contract)
    when = periods(prices.grid)
    used = rental.term_utilisation_frac if block.firm else rental.spot_utilisation_frac
    return used * ramp_frac(when, terms.hand_over, rental.ramp_months)[when.day_of]
