"""The article's claims in English. Braces name figures; a number that is written out is a year or part of a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from repower.report.article.words import ClaimWords

CLAIMS: Final[Mapping[str, ClaimWords]] = {
    "core_contract": ClaimWords(
        title="Core Scientific’s contract with CoreWeave",
        claim="Core Scientific signed a {said_contract_usd} contract for AI data centres in {said_year}.",
        ours=(
            "The amount is right, the year is not. The contract with CoreWeave dates from {signed_year:when}: "
            "{critical_it_mw} over {term_years}, which is {rent_usd_per_kw_month} or {rent_usd_per_kwh}. By "
            "{today_usd:when} all contracts between the two stood at {today_critical_it_mw} and {today_usd}, "
            "{grown_ratio} the first."
        ),
        basis="Revenue over the base term, options left out; critical IT at full load; the tenant pays the power.",
        condition="“this year” is read as {signed_year}, while the article is of {said_year}.",
    ),
    "margins": ClaimWords(
        title="Margins: fat in 2021, razor-thin in 2025",
        claim=(
            "Mining left up to {said_margin_2021_frac} in the bull market of 2021 and leaves next to nothing in 2025."
        ),
        ours=(
            "In {power_margin_2021_frac:when} Argo kept {power_margin_2021_frac} after power and hosting; a fleet of "
            "{fleet_2021_j_per_th} at {power_2021_usd_per_kwh} would have kept {modelled_power_margin_2021_frac}. In "
            "the second quarter of 2025 three margins were true at once: {power_margin_2025_frac} after power, "
            "{cash_margin_2025_frac} after all cash costs, and {all_in_margin_2025_frac} once depreciation and "
            "share-based pay count."
        ),
        basis=(
            "Share of mining revenue, by layer of cost. The two later layers set CoinShares’ cost of a coin, "
            "{cash_cost_2025_q2_usd_per_btc} and {all_in_cost_2025_q2_usd_per_btc}, against JPMorgan’s mean price of "
            "{btc_mean_2025_q2_usd_per_btc}. We call a margin of up to {thin_margin_frac} razor-thin."
        ),
        condition=(
            "“margin” is what is left after depreciation and share-based pay. After power alone, the layer on which "
            "2021 is quoted, it was {power_margin_2025_frac}."
        ),
    ),
    "capex": ClaimWords(
        title="What a megawatt of mine costs to build",
        claim="A mining site costs {said_mine_low_usd_per_mw..said_mine_high_usd_per_mw} before its machines.",
        ours=(
            "{agreeing_frac} of the other mines on record fall in that range or overlap it; their median is "
            "{mine_usd_per_mw}. An AI building costs {hall_usd_per_mw} at the median, from "
            "{hall_low_usd_per_mw:amount} where a building is reused to {hall_high_usd_per_mw:amount} on a new campus: "
            "{hall_over_mine_ratio} as much. The machines come on top: {asics_usd_per_mw} of ASICs, or "
            "{gpus_usd_per_mw} of GPUs."
        ),
        basis=(
            "Mines per gross MW; AI buildings per critical IT MW without GPUs and financing, and without land where "
            "the source leaves it out. The multiple is per gross MW on both sides."
        ),
    ),
    "retrofit_time": ClaimWords(
        title="How long a conversion takes",
        claim=(
            "Where the site suits, a mine becomes an AI hall in less than {said_years}; a new data centre takes years."
        ),
        ours=(
            "Conversions took {converted_years} at the median, from {fastest_months..slowest_months}; a greenfield "
            "that had its power took {greenfield_months}, so that the building time saved is {building_saved_years}. "
            "What a mine saves is the wait for the grid: {grid_wait_years} on average, {grid_wait_longest_years} in "
            "Northern Virginia. Our own plan gives a conversion {planned_reuse_years} in the standing building and "
            "{planned_new_years} in a new one."
        ),
        basis=(
            "Signature or announcement to first use, as reported; plans count among the conversions. Grid waits are of "
            "large loads in the USA, not of generators."
        ),
        condition="the power is there and may be kept: it is the wait for the grid that is saved, not building time.",
    ),
    "revenue_per_kwh": ClaimWords(
        title="What a kWh earns: AI against mining",
        claim="AI data centres earn up to {said_ratio} as much per kWh as Bitcoin mining.",
        ours=(
            "Per kWh of IT a landlord earns {landlord_over_miner_low_ratio..landlord_over_miner_high_ratio} as much as "
            "a miner, an owner of GPUs {cloud_over_miner_low_ratio..cloud_over_miner_high_ratio}. The {said_ratio} "
            "goes back to research of {bpi_ratio:when} that set {bpi_gpu_high_usd_per_kwh} of GPUs against "
            "{bpi_mining_high_usd_per_kwh} of mining and does not say at which meter; per kWh of the chip alone an "
            "H100 reaches {chip_over_miner_ratio}. After power a landlord keeps {net_ratio_low..net_ratio_high} as "
            "much as a miner does today, the cloud contract {cloud_net_ratio}, with its GPUs still to be paid."
        ),
        basis=(
            "Revenue before power and capital. Leases ({landlord_low_usd_per_kwh..landlord_high_usd_per_kwh}) and the "
            "cloud contract of IREN with Microsoft ({cloud_usd_per_kwh}) per kWh of critical IT at full load; mining "
            "({miner_low_usd_per_kwh..miner_high_usd_per_kwh}) per kWh at the wall of a machine of {fleet_j_per_th} at "
            "{low_usd_per_ph_day..high_usd_per_ph_day}. After power: {power_usd_per_kwh} at the meter and a hashprice "
            "of {hashprice_today_usd_per_ph_day}."
        ),
        condition=(
            "the miner buys GPUs and rents them out, their cost is left out, and the kWh is that of the chip alone or "
            "both sides have paid their power. A landlord, which is what most of these companies became, does not get "
            "near it."
        ),
    ),
    "gpu_price": ClaimWords(
        title="What a GPU costs",
        claim="A GPU for AI costs tens of thousands of dollars.",
        ours=(
            "With its share of server, network and storage a GPU costs {cheapest_usd_per_gpu..dearest_usd_per_gpu}. "
            "The GPU alone trades at {street_h100_usd_per_gpu:amount} (H100), {street_h200_usd_per_gpu:amount} (H200) "
            "and {street_b200_usd_per_gpu:amount} (B200). The dearest comes to {dearest_usd_per_mw}, before the "
            "building around it."
        ),
        basis="Purchase by a neocloud; megawatts are critical IT MW of the racks. Street prices are rough estimates.",
    ),
    "halving_2028": ClaimWords(
        title="The halving of 2028",
        claim="The halving of 2028 will make mining unprofitable for many.",
        ours=(
            "With price and difficulty as they are, hashprice falls from {before_usd_per_ph_day} to "
            "{after_usd_per_ph_day}. At {power_usd_per_kwh} a machine then needs {after_j_per_th} to pay its power, "
            "against {today_j_per_th} today; {share_of_models_frac} of the models released since 2021 and "
            "{fleets_losing_frac} of the fleets that listed miners reported last do not reach that. A fleet of "
            "{fleet_j_per_th} needs the coin at {needed_price_ratio} its price, or {needed_exit_frac} of the hashrate "
            "to leave. Where {exit_frac} leave, {exit_j_per_th} is enough. In the half year after the halving of 2024 "
            "difficulty did not fall: it came to {difficulty_after_2024_ratio} that of the day."
        ),
        basis=(
            "Power alone, bought at the meter with cooling, after a pool fee of {pool_fee_frac}. Bitcoin at "
            "{btc_usd_per_btc} and difficulty of {before_usd_per_ph_day:when}, both held flat; fees constant in coins. "
            "Models by count, not by hashrate."
        ),
        condition=(
            "nobody leaves and the coin does not rise. A fleet of {fleet_j_per_th} at {power_usd_per_kwh} loses then; "
            "where {exit_frac} of the hashrate leaves it does not."
        ),
    ),
    "market_sizes": ClaimWords(
        title="Two market sizes",
        claim=(
            "Crypto mining grows {said_crypto_growth_frac_per_year} to {said_crypto_2030_usd:amount} in 2030, AI "
            "mining {said_kbv_growth_frac_per_year} to {said_kbv_2032_usd:amount} in 2032."
        ),
        ours=(
            "Neither measures what it is set against. Taken back to 2025 at its own growth the first is "
            "{crypto_2025_usd:amount}, and the new bitcoin of a year alone were worth {subsidy_usd:amount}, "
            "{subsidy_over_market_ratio} as much: it is not mining revenue. The second comes to {kbv_2025_usd:amount}, "
            "{kbv_over_ore_ratio} what Grand View Research gives for AI in the mining of ore, "
            "{ore_high_2025_usd:amount}: very probably an industry that shares the name alone."
        ),
        basis=(
            "Definitions are not stated and the vendors’ pages were not found. New coins are {subsidy_btc_per_year} at "
            "the price of the middle of 2025, without fees. MarketsandMarkets gives {ore_low_2025_usd:amount} for AI "
            "in ore: vendors differ widely."
        ),
    ),
    "asic_to_gpu": ClaimWords(
        title="ASICs out, GPUs in",
        claim="Companies such as Core Scientific, Hut 8 and TeraWulf swap their ASICs for GPU clusters.",
        ours=(
            "Of the AI power that Hut 8 and TeraWulf have contracted, {swapped_frac} is own GPUs in own mining halls. "
            "They let {leased_mw} to tenants who bring theirs, {new_site_frac} of it on sites that were no mines; Hut "
            "8’s own {hut8_own_gpus} stood in the hall of a third party. The swap exists: IREN takes out ASICs for own "
            "GPUs on {swap_gross_mw} in British Columbia. Of an AI hall’s cost an open mining shed saves "
            "{survives_shed_frac}, a good building {survives_building_frac}."
        ),
        basis=(
            "Critical IT MW of signed leases, each counted once; British Columbia in gross MW. What survives rests on "
            "an assumed split of cost by part. The chief executive of Sabre56 puts the power that suits AI at "
            "{suitable_frac} and what is replaced at more than {replaced_frac}."
        ),
    ),
    "crusoe": ClaimWords(
        title="Crusoe and its stranded sites",
        claim="Crusoe turned its mining sites on stranded energy to AI.",
        ours=(
            "It sold them. {sold_modules} and {sold_mw} went to NYDIG on {sold_modules:when}, where they went on "
            "mining; {converted_mw} of it became AI halls. A module holds {mw_per_module} of machines. The AI campus "
            "in Abilene is new: {campus_first_mw} in its first phase, {campus_mw} in all."
        ),
        basis="Power as the parties report it, announced for Abilene’s later buildings. Deals known to our catalog.",
    ),
    "boom_and_bust": ClaimWords(
        title="Steady contracts instead of boom and bust",
        claim="Contracts with large cloud companies give miners a steady income in place of boom and bust.",
        ours=(
            "The best year since 2021 brought one fleet {mining_swing_ratio} the mining revenue of the worst, and in "
            "{worst_year_frac:when} it changed by {worst_year_frac}; the rent of a lease grows to {rent_swing_ratio} "
            "in five years, and base terms average {term_years}. But {largest_tenant_frac} of the leased IT is let to "
            "CoreWeave, a guarantor backs {backed_frac}, and about {delivered_frac} had been delivered by "
            "{delivered_frac:when}. Without a term the rent of a GPU was {gpu_rent_swing_ratio} at its peak what it "
            "was at its low."
        ),
        basis=(
            "Revenue per MW and year of a fleet of {fleet_j_per_th}, straight lines between dated points; leased "
            "critical IT of listed miners, each MW once; rents of H100 from the peak of 2023 to the lowest one-year "
            "contract."
        ),
        condition=(
            "the hall is delivered and its tenant pays. The swing of the coin is traded for the credit of a few "
            "tenants; a share above {large_frac} in one hand is a condition."
        ),
    ),
}
"""Words by id of the claim."""
