"""The starter file that `repower init` writes: a small site with every key, its unit and where its value comes from."""

from __future__ import annotations

import json
from typing import Final

from repower.base.errors import InputError, Problem
from repower.site.bounds import is_tidy

DEFAULT_NAME: Final = "My site"


def starter_text(name: str = DEFAULT_NAME) -> str:
    """A commented site file in TOML that loads as it stands; keys that may be left out stand behind a ``#``.

    Parameters
    ----------
    name : name of the site, on one line.

    Raises
    ------
    InputError : the name is empty, has blanks at its ends, or does not print on one line.
    """
    if not name or not is_tidy(name):
        fix = "give a name on one line, without blanks at its ends"
        raise InputError(Problem("this cannot be the name of a site", fix, key="site.name", value=repr(name)))
    quoted = json.dumps(name, ensure_ascii=False)  # a JSON string of printing characters is a TOML string too
    return _TEXT.replace("<name>", f"{quoted:<26} ", 1)


_TEXT: Final = """\
# A site for Repower, as a worked example of 40 MW. Replace its numbers by yours; `assumed` marks what has no source.
# The unit of a number is the end of its name: _mw megawatts, _usd_per_mwh dollars per megawatt-hour, _frac a share
# between 0 and 1 (never percent). Money is nominal dollars. Dates are year-month-day, without quotes.
# Keys behind a # without a blank may be left out; their value is the default or an example. Take the # away to use one.
# `repower check FILE` says what is wrong in this file, `repower check --keys` lists every key,
# `repower catalog asics` (gpus, cooling, power_shapes, weather_shapes) lists the names that it may use.

[site]
name = <name># as printed on the report
time_zone = "America/Chicago"     # IANA zone in which months and hours of the day are read
market = "ERCOT, load zone West"  # for the reader; "off-grid" where nothing is imported
plan_start = "2027Q1"             # first quarter in which work may begin
horizon_years = 15                # whole years of cash from there, 1 to 40
notes = "Starter file: an example, not a real site."

[interconnect]
import_limit_mw = 40.0            # assumed; largest import at the meter, 0.0 for an off-grid site
energised = 2022-06-01            # assumed; first day on which that import is allowed
#export_limit_mw = 0.0            # largest export at the meter
losses_frac = 0.015               # assumed; delivery losses billed on top of metered index energy

# Supply: one index for a grid site, and any number of fixed blocks and plants.
[[supply]]
kind = "index"                    # market price of every hour
name = "retail index supply"
node = "LZ_WEST"                  # settlement point; in ERCOT loads settle at the load zone, not at the hub
adder_usd_per_mwh = 1.5           # assumed; supplier's margin on every metered MWh

#[[supply]]
#kind = "ppa_block"               # fixed volume; the difference to the index is settled in cash, used or not
#name = "wind block"
#volume_mw = 10.0
#price_usd_per_mwh = 34.0
#start = 2025-01-01
#end = 2030-01-01                 # the day after the last
#escalator_frac_per_year = 0.0

#[[supply]]
#kind = "take_or_pay"             # physical block; a share of it is paid for even when it is not taken
#name = "firm block"
#volume_mw = 10.0
#price_usd_per_mwh = 38.0
#start = 2025-01-01
#end = 2030-01-01
#minimum_take_frac = 1.0
#escalator_frac_per_year = 0.0

#[[supply]]
#kind = "onsite_gas"              # engines or turbines; they run when they are cheaper than the index
#name = "gas engines"
#capacity_mw = 10.0               # net output at the site bus
#heat_rate_mmbtu_per_mwh = 8.5    # fuel per net MWh, higher heating value
#fuel_usd_per_mmbtu = 3.0         # delivered
#fuel_escalator_frac_per_year = 0.0
#variable_om_usd_per_mwh = 8.0
#fixed_om_usd_per_mw_year = 20000.0
#availability_frac = 0.95

#[[supply]]
#kind = "onsite_hydro"            # run of river
#name = "river plant"
#capacity_mw = 5.0
#energy_cost_usd_per_mwh = 12.0
#monthly_availability_frac = [0.5, 0.5, 0.6, 0.8, 0.9, 0.9, 0.7, 0.5, 0.4, 0.4, 0.5, 0.5]  # January first

#[[battery]]
#name = "battery"
#charge_mw = 10.0                 # grid side
#discharge_mw = 10.0
#energy_mwh = 20.0                # inside
#charge_efficiency_frac = 0.93    # one way each
#discharge_efficiency_frac = 0.93

#[[ancillary_service]]            # sold beside energy by `repower dispatch`; plans leave it out
#name = "ECRS"
#direction = "up"                 # up gives to the grid: load dropped, charging stopped, discharge; down takes more
#providers = ["battery", "mining"]  # also hosting and gpu_cloud; firm load never
#sustained_h = 2.0                # what the battery must hold for it
#path = "ancillary.csv"           # prices of your own, relative to this file
#column = "ECRS"
#time_column = "ts_utc"           # interval starts
#unit = "usd_per_mw_h"            # for a MW carried through an hour
#most_mw = 40.0                   # what the market accepts of this site; no limit where absent
#available_frac = 1.0             # share of what is held back that counts

[tariff]                          # wires charges; leave out what your bill does not have
delivery_usd_per_mwh = 0.8        # assumed; on metered import
monthly_fixed_usd = 6000.0        # assumed; customer charge
#demand_charge_usd_per_kw_month = 5.0  # on the highest import of the billing month
#ratchet_frac = 0.8               # billed demand is at least this share of the highest of the preceding months
#ratchet_months = 11              # how many months that are
coincident_peak_usd_per_kw_year = 68.547301  # ERCOT postage stamp 2025, PUCT docket 57491, order of 2025-06-05
coincident_peak_months = [6, 7, 8, 9]  # one peak each: ERCOT's 4CP
coincident_peak_window = [15, 18] # local hours, first and last, in which a peak can fall
coincident_peak_candidates = 20   # assumed; hours a month to watch, each as likely as the others
coincident_peak_lag_years = 1     # 16 TAC 25.192: the summer of one year bills the next

# Halls: what stands there, what of it survives a conversion, what each may become (`keep` need not be written).
[[hall]]
name = "North"
shell_mw = 20.0                   # assumed; largest load at the meter that feeders and cooling of the hall carry
cooling = "mining_air"            # `repower catalog cooling`

[[hall.fleet]]
model = "Antminer S19j Pro (104T)"  # `repower catalog asics`: 3,068 W at the wall, grade B
count = 6000                      # assumed

[hall.reuse]                      # assumed: an open shed; 1.0 is kept as it is, 0.0 is bought new
land_frac = 1.0
interconnect_frac = 1.0
substation_frac = 1.0
mv_gear_frac = 0.5
shell_frac = 0.0
cooling_frac = 0.0
fibre_frac = 0.2

[[hall.option]]
kind = "stop"                     # switch off and sell the machines

[[hall.option]]
kind = "refresh"                  # sell the machines and buy new ones
model = "Antminer S21 Pro"        # 3,510 W, 234 TH/s, grade B
price_usd_per_ths = 18.9          # IREN's fixed price for this model, 2024-11, grade A; the catalog's where left out

[[hall.option]]
kind = "colocation_new"           # a new building on the hall's land
cooling = "dlc_dry_40"            # direct liquid cooling at 40 °C
terms = "colocation offer"        # name of the [[contract]] below
#earliest = "2027Q3"              # first quarter in which work may begin
#critical_it_mw = 14.0            # IT sold; what cooling on the design hour allows where left out
#capex_usd_per_mw = 10.5e6        # all-in per MW of critical IT, instead of the catalog's parts
#build_weeks = 50.0               # construction and test, instead of the catalog's lead times

[[hall]]
name = "South"
shell_mw = 20.0                   # assumed
cooling = "mining_air"

[[hall.fleet]]
model = "Antminer S19k Pro"       # 2,760 W, grade B
count = 6800                      # assumed
profile = "curve"                 # run along the catalog's tuning points; "stock" is the rated point alone

[hall.reuse]                      # assumed: an insulated building with good slab and switchgear
mv_gear_frac = 1.0                # what is left out keeps its default: land, interconnect and substation 1.0
shell_frac = 0.8
cooling_frac = 0.2
fibre_frac = 0.5

[[hall.option]]
kind = "stop"

[[hall.option]]
kind = "colocation_reuse"         # the building is kept and refitted
cooling = "dlc_dry_40"
terms = "colocation offer"

[[hall.option]]
kind = "gpu_cloud"                # own GPUs, rented out
model = "NVIDIA GB300"            # `repower catalog gpus`
cooling = "dlc_dry_40"
terms = "cloud offer"

# Contracts: in force where `hall` and `start` are given, on offer to the options above where they are not.
[[contract]]
kind = "pool"
name = "FPPS pool"
fee_frac = 0.01                   # assumed; published fees run from 0 to 4 %
reject_frac = 0.002               # assumed
uptime_frac = 0.98                # assumed

[[contract]]
kind = "lease"
name = "colocation offer"
tenant = "AI cloud company"
basis = "modified_gross"          # tenant pays power, landlord operates; "nnn": tenant pays all, "gross": landlord
rent_usd_per_kw_month = 129.8     # first year of Barber Lake: $3.0B / 168 MW of IT / 11.46 (10 years at 3 %) / 12
escalator_frac_per_year = 0.03    # stated for Hut 8 River Bend and for Lake Mariner's Core42 lease
term_years = 10.0                 # Barber Lake, Lake Mariner CB-3/4
ramp_months = 3                   # assumed; rent and load rise in equal steps
operating_usd_per_mw_year = 234000.0  # 15 % of first-year rent: Barber Lake's stated NOI margin is 80 to 85 %
load_factor_frac = 0.8            # assumed; share of the IT that the tenant draws; rent does not depend on it
sla_availability_frac = 0.999     # assumed; promised availability of a month
sla_credit_frac = 0.1             # assumed; share of the month's rent credited below it
expected_availability_frac = 0.9995  # assumed
#guarantor = "parent company"     # who stands behind the rent
#guaranteed_frac = 1.0            # for how much of it
rating = "not rated"              # of whoever pays in the end

#[[hall]]
#name = "East"                    # let as a whole under the lease below: no machines of yours, no options
#shell_mw = 7.0
#cooling = "dlc_dry_40"

#[[contract]]
#kind = "lease"
#name = "lease in force"
#tenant = "first tenant"
#basis = "nnn"
#rent_usd_per_kw_month = 140.0
#term_years = 10.0
#hall = "East"                    # in force there
#start = 2026-01-01               # since then
#critical_it_mw = 5.0             # on so much IT

[[contract]]
kind = "gpu_rental"
name = "cloud offer"
customer = "AI lab"
term_years = 5.0                  # IREN and Microsoft, 2025-11
price_usd_per_gpu_h = 2.91        # the same contract: $1.94B a year over about 76,000 GB300
term_frac = 1.0                   # share of the GPUs on term; the rest is spot
term_utilisation_frac = 1.0       # all hours are paid for, as in that contract
#spot_ratio = 0.42                # spot price over term price
#spot_utilisation_frac = 0.7      # paid hours over hours
ramp_months = 3                   # assumed
operating_usd_per_mw_year = 600000.0  # assumed; per MW of critical IT

#[[contract]]
#kind = "gpu_rental"
#name = "rental in force"
#customer = "first customer"
#term_years = 3.0
#hall = "South"                   # in force there; refused for now, so offer it to an option instead
#start = 2026-01-01

#[[contract]]
#kind = "hosting"                 # other people's miners
#name = "hosted miners"
#customer = "hosted miner"
#hall = "North"
#load_mw = 1.0                    # at the meter
#price_usd_per_mwh = 75.0         # on every metered MWh
#start = 2025-01-01
#end = 2028-01-01
#curtailable = true               # whether you may switch them off when power is dear

[owner]
discount_frac_per_year = 0.10     # assumed; nominal hurdle before debt
capital_limit_usd = 250000000.0   # assumed; most that may be spent, debt included
crews = 1                         # assumed; halls under construction in the same quarter
mining_operating_usd_per_mw_year = 70000.0  # assumed; staff and repairs per MW of ASICs
overhead_usd_per_year = 1500000.0  # assumed; whatever is decided
inflation_frac_per_year = 0.025   # assumed; on operating cost, overhead and wires charges
debt_rate_frac_per_year = 0.0725  # Galaxy Helios I: SOFR floor 2.5 % + 4.75 %
debt_tenor_years = 10.0           # assumed: the length of the lease
debt_dscr_ratio = 1.40            # Galaxy Helios I covenant after stabilisation
debt_ltc_frac = 0.80              # the same loan: share of the cost that may be borrowed
gpu_debt_rate_frac_per_year = 0.06  # IREN's GPU notes of 2026-05: 5.96 %
gpu_debt_tenor_years = 5.0        # assumed: the length of the rental
gpu_debt_dscr_ratio = 1.30        # assumed; IREN's covenant is 1.05
gpu_debt_ltc_frac = 0.75          # assumed

[outlook]                         # your base case; growth rates are always assumptions
as_of = 2026-09-29                # date of the levels below
btc_usd = 83213.0                 # exchange-api (CC0), 2026-09-29
btc_growth_frac_per_year = 0.08   # assumed
difficulty = 124932866006548.16   # epoch 473, from 2026-06-14; later epochs not seen
difficulty_growth_frac_per_year = 0.02  # assumed: -20 % since 2025-10, +48 % a year 2020-2025
block_height = 968976             # 953,568 on 2026-06-14 plus 107 days of 144 blocks; halvings follow from it
fee_frac = 0.0069                 # fees over subsidy, 2025-08 to 2026-02
#halving_exit_frac = 0.0          # assumed share of the network's hashrate that a halving drives out for good
power_growth_frac_per_year = 0.02  # assumed
#power_shift_usd_per_mwh = 0.0    # added to every hour
#gpu_rent_usd_per_gpu_h = 2.91    # market rent today; the catalog's where left out
gpu_rent_growth_frac_per_year = -0.08  # assumed for an ageing GPU
colocation_rent_usd_per_kw_month = 140.0  # assumed; for re-letting after a lease ends
colocation_rent_growth_frac_per_year = 0.02  # assumed

[outlook.power]
kind = "typical"                  # a modelled year; "file" for hours of your own
name = "ERCOT_LZ_WEST"            # `repower catalog power_shapes`
# Hours of your own, CSV or Parquet: replace the two lines above by these.
#kind = "file"
#path = "prices.csv"              # relative to this file
#columns = ["price"]              # one column
#time_column = "interval_start_utc"  # start of each hour
#unit = "usd_per_mwh"             # anything else is refused, not converted
#years = [2023, 2024]             # local calendar years to cycle through; all full years where left out

[outlook.weather]
kind = "typical"
name = "midland_tx"               # `repower catalog weather_shapes`
# From a file: as for power, with columns = ["drybulb", "wetbulb"] and unit = "celsius".
"""
