"""Whether agreements, halls and options name each other rightly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from repower.base.errors import Problem, nearest
from repower.site.agreements import Agreement, GpuRental, Hosting, Lease, Pool
from repower.site.document import Document, placed, whole
from repower.site.halls import HallOption
from repower.site.refusal import shown

TERMS: Final[Mapping[str, type]] = {"colocation_reuse": Lease, "colocation_new": Lease, "gpu_cloud": GpuRental}
"""Kind of option -> the agreement on offer that its `terms` name."""

_KIND_WORDS = {Lease: "lease", GpuRental: "gpu_rental", Hosting: "hosting", Pool: "pool"}


def check_names(document: Document) -> Iterator[Problem]:
    """Halls, supplies, batteries and contracts have names of their own."""
    for table in ("hall", "supply", "battery", "contract"):
        first: dict[str, str] = {}
        for key, item in placed(getattr(document, table), table):
            if item.name in first:
                yield Problem(
                    f"this name is taken by {first[item.name]}",
                    f"give every [[{table}]] a name of its own",
                    key=f"{key}.name",
                    value=shown(item.name),
                )
            elif item.name:
                first[item.name] = key


def check_pools(document: Document) -> Iterator[Problem]:
    """Machines that mine, now or after a refresh, are paid by exactly one pool."""
    pools = [key for key, deal in placed(document.contract, "contract") if isinstance(deal, Pool)]
    for key in pools[1:]:
        yield Problem(
            "a site mines for one pool", "keep one [[contract]] of kind pool", key=f"{key}.kind", value="pool"
        )
    if pools or not whole(document.contract):
        return
    for _, hall in placed(document.hall, "hall"):
        if hall.fleets or any(option.kind == "refresh" for _, option in placed(hall.options, "option")):
            yield Problem(
                f"hall {hall.name} mines but no pool pays for it",
                'add [[contract]] with kind = "pool", its name and fee_frac',
                key="contract",
            )
            return


def check_terms(document: Document) -> Iterator[Problem]:
    """Options that sell to a tenant or customer name an agreement on offer, of the right kind."""
    deals: dict[str, Agreement] = {}
    for _, deal in placed(document.contract, "contract"):
        deals.setdefault(deal.name, deal)
    complete = whole(document.contract) and "" not in deals
    for key, hall in placed(document.hall, "hall"):
        for place, option in placed(hall.options, f"{key}.option"):
            if option.kind in TERMS:
                yield from _terms(option, deals, complete, f"{place}.terms")


def check_in_force(document: Document) -> Iterator[Problem]:
    """Agreements in force say where and since when, in a hall that is there, and end after they start."""
    halls = tuple(hall.name for _, hall in placed(document.hall, "hall"))
    complete = whole(document.hall) and "" not in halls
    energised = document.interconnect.energised if document.interconnect is not None else None
    for key, deal in placed(document.contract, "contract"):
        if isinstance(deal, Pool):
            continue
        if deal.hall and deal.hall not in halls and complete:
            close = nearest(deal.hall, halls)
            fix = f'did you mean "{close}"?' if close else f"name one of the halls: {', '.join(halls)}"
            yield Problem("no hall has this name", fix, key=f"{key}.hall", value=shown(deal.hall))
        if not isinstance(deal, Hosting):
            yield from _half_in_force(deal, key)
        if deal.start is not None and energised is not None and deal.start < energised:
            yield Problem(
                f"the agreement starts before the interconnection is energised on {energised}",
                f"start it on {energised} or later, or correct interconnect.energised",
                key=f"{key}.start",
                value=shown(deal.start),
            )
        if isinstance(deal, Hosting) and deal.start is not None and deal.end is not None and deal.end <= deal.start:
            fix = f"give an end after {deal.start}"
            yield Problem("the agreement ends before it starts", fix, key=f"{key}.end", value=shown(deal.end))


def check_guarantee(document: Document) -> Iterator[Problem]:
    """A guaranteed share has a guarantor."""
    for key, deal in placed(document.contract, "contract"):
        if isinstance(deal, Lease) and deal.guaranteed_frac > 0 and not deal.guarantor:
            yield Problem(
                "a share of the rent is guaranteed but nobody guarantees it",
                "add guarantor, or set guaranteed_frac = 0.0",
                key=f"{key}.guaranteed_frac",
                value=shown(deal.guaranteed_frac),
            )


def _terms(option: HallOption, deals: Mapping[str, Agreement], complete: bool, key: str) -> Iterator[Problem]:
    wanted = TERMS[option.kind]
    kind = _KIND_WORDS[wanted]
    offers = tuple(name for name, deal in deals.items() if isinstance(deal, wanted) and not _in_force(deal))
    choice = (
        f"name one that is: {', '.join(offers)}" if offers else f'add [[contract]] with kind = "{kind}" and name it'
    )
    if not option.terms:
        yield Problem(f"an option of kind {option.kind} names the {kind} on offer", f"add terms; {choice}", key=key)
    elif option.terms not in deals:
        if complete:
            close = nearest(option.terms, offers)
            fix = f'did you mean "{close}"?' if close else choice
            yield Problem("no contract has this name", fix, key=key, value=shown(option.terms))
    elif not isinstance(deals[option.terms], wanted):
        found = _KIND_WORDS[type(deals[option.terms])]
        message = f"an option of kind {option.kind} needs a {kind}, but this contract is a {found}"
        yield Problem(message, choice, key=key, value=shown(option.terms))
    elif _in_force(deals[option.terms]):
        message = f"this {kind} is in force in a hall already, so it is no offer"
        yield Problem(message, choice, key=key, value=shown(option.terms))


def _in_force(deal: Agreement) -> bool:
    return not isinstance(deal, Pool) and bool(deal.hall)


def _half_in_force(deal: Lease | GpuRental, key: str) -> Iterator[Problem]:
    if deal.hall and deal.start is None:
        yield Problem(
            "this agreement names its hall but not since when it is in force",
            "add start = <date>, or take hall away to make it an offer",
            key=f"{key}.start",
        )
    if deal.start is not None and not deal.hall:
        yield Problem(
            "this agreement has a start but no hall in which it is in force",
            "add hall = <name>, or take start away to make it an offer",
            key=f"{key}.hall",
        )
    if isinstance(deal, Lease) and deal.critical_it_mw is not None and not deal.hall:
        yield Problem(
            "an offer has no size of its own; options say how much IT they sell",
            "move critical_it_mw to the [[hall.option]], or add hall and start if the lease is in force",
            key=f"{key}.critical_it_mw",
            value=shown(deal.critical_it_mw),
        )
