"""Halls: what stands there, what of it survives a conversion, and what each may become."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from repower.base.clock import Quarter
from repower.base.units import Frac, Mw, UsdPerMw, UsdPerThs, Weeks
from repower.site.bounds import AboveZero, AtLeastZero, AtMostOne, Count, Name, Word

OptionKind = Literal["keep", "refresh", "stop", "colocation_reuse", "colocation_new", "gpu_cloud"]


@dataclass(frozen=True)
class Fleet:
    """Machines of one model under one tuning profile.

    Parameters
    ----------
    model : a model of the catalog's `asics` table.
    count : machines.
    profile : ``stock`` for the rated point alone, ``curve`` for the model's convex tuning curve, which the catalog must
        hold.
    """

    model: Name
    count: Count
    profile: Literal["stock", "curve"] = "stock"


@dataclass(frozen=True)
class Reuse:
    """Share of each part's cost that survives a conversion of this hall: 1 is kept as it is, 0 is bought new.

    Parameters
    ----------
    land_frac : land and site works.
    interconnect_frac : line to the grid and its agreement.
    substation_frac : high-voltage substation.
    mv_gear_frac : medium-voltage transformers and switchgear.
    shell_frac : slab, walls and roof.
    cooling_frac : heat rejection.
    fibre_frac : fibre routes.
    """

    land_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 1.0
    interconnect_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 1.0
    substation_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 1.0
    mv_gear_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.5
    shell_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.0
    cooling_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.0
    fibre_frac: Annotated[Frac, AtLeastZero, AtMostOne] = 0.0


@dataclass(frozen=True)
class HallOption:
    """One thing a hall may become.

    Parameters
    ----------
    kind : what it becomes; `keep` and `stop` need nothing else.
    earliest : first quarter in which work may begin; the plan's start where absent.
    model : ASIC model to buy (`refresh`) or GPU model (`gpu_cloud`).
    cooling : cooling kind after the change; the hall's own where absent.
    terms : name of the `[[contract]]` on offer that the hall would work under.
    critical_it_mw : IT sold; what cooling on the design hour allows where absent.
    price_usd_per_ths : price of new ASICs; the catalog's where absent.
    capex_usd_per_mw : building capex per critical IT MW all-in, instead of the catalog's parts.
    build_weeks : construction and test, instead of the catalog's lead times.
    """

    kind: OptionKind
    earliest: Quarter | None = None
    model: Word = ""
    cooling: Word = ""
    terms: Word = ""
    critical_it_mw: Annotated[Mw, AboveZero] | None = None
    price_usd_per_ths: Annotated[UsdPerThs, AboveZero] | None = None
    capex_usd_per_mw: Annotated[UsdPerMw, AboveZero] | None = None
    build_weeks: Annotated[Weeks, AboveZero] | None = None


@dataclass(frozen=True)
class Hall:
    """One building or yard with its own feeder.

    Parameters
    ----------
    name : as printed on the report; contracts name the hall by it.
    shell_mw : largest load at the meter that feeders, transformers and cooling of this hall carry [MW].
    cooling : a kind of the catalog's `cooling` table.
    fleets : what is installed; empty for a vacant hall.
    reuse : what survives a conversion.
    options : what it may become; `keep` is always among them.
    """

    name: Name
    shell_mw: Annotated[Mw, AboveZero]
    cooling: Name
    fleets: tuple[Fleet, ...] = ()
    reuse: Reuse = field(default_factory=Reuse)
    options: tuple[HallOption, ...] = ()
