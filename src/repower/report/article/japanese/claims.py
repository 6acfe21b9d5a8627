"""The article's claims in Japanese. Braces name figures; a number that is written out is a year or part of a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from repower.report.article.words import ClaimWords

CLAIMS: Final[Mapping[str, ClaimWords]] = {
    "core_contract": ClaimWords(
        title="コア・サイエンティフィックとコアウィーブの契約",
        claim="コア・サイエンティフィックは{said_year}、AIデータセンター向けに{said_contract_usd}の契約を結んだ。",
        ours=(
            "金額は正しいが、年が違う。コアウィーブとの契約は{signed_year:when}の発表で、容量は{critical_it_mw}、期間は"
            "{term_years}。賃料に直すと{rent_usd_per_kw_month}、{rent_usd_per_kwh}となる。{today_usd:when}時点で両社の"
            "契約は合計{today_critical_it_mw}、{today_usd}に達し、最初の契約の{grown_ratio}に膨らんだ。"
        ),
        basis=(
            "基本契約期間の売上高（延長オプションを除く）。クリティカルIT電力、負荷率は満負荷。電気代は借り手が負担す"
            "る。"
        ),
        condition="「今年」を、記事の{said_year}ではなく{signed_year}と読み替える場合に限る。",
    ),
    "margins": ClaimWords(
        title="利益率：2021年の厚利と2025年の薄利",
        claim="マイニングの利益率は2021年の強気相場で最大{said_margin_2021_frac}に達し、2025年には極めて薄くなった。",
        ours=(
            "{power_margin_2021_frac:when}、Argoの利益率は電気代とホスティング費を引いて{power_margin_2021_frac}だっ"
            "た。{fleet_2021_j_per_th}の設備を{power_2021_usd_per_kwh}の電力で動かした場合の計算値は"
            "{modelled_power_margin_2021_frac}である。2025年第二四半期には三つの利益率が同時に成り立つ。電気代だけを引"
            "けば{power_margin_2025_frac}、現金費用をすべて引けば{cash_margin_2025_frac}、減価償却と株式報酬まで含めれ"
            "ば{all_in_margin_2025_frac}である。"
        ),
        basis=(
            "マイニング収入に対する割合を、費用の範囲ごとに示す。後の二つは、CoinSharesが算出した1BTC当たりの採掘原価を"
            "JPモルガンによる平均価格{btc_mean_2025_q2_usd_per_btc:amount}と比べた。採掘原価は現金費用で"
            "{cash_cost_2025_q2_usd_per_btc:amount}、全費用で{all_in_cost_2025_q2_usd_per_btc:amount}。「極めて薄い」は"
            "{thin_margin_frac}以下とした。"
        ),
        condition=(
            "利益率を減価償却と株式報酬の控除後とする場合に限る。2021年の数字と同じく電気代だけを引くなら、2025年も"
            "{power_margin_2025_frac}である。"
        ),
    ),
    "capex": ClaimWords(
        title="採掘施設1MW当たりの建設費",
        claim="採掘施設の建設費は、機器を除いて{said_mine_low_usd_per_mw..said_mine_high_usd_per_mw}である。",
        ours=(
            "記録のある他の採掘施設の{agreeing_frac}がこの範囲と重なり、中央値は{mine_usd_per_mw}である。AI向け建屋の中"
            "央値は{hall_usd_per_mw}で、既存建屋を再利用した{hall_low_usd_per_mw:amount}から新設キャンパスの"
            "{hall_high_usd_per_mw:amount}まで開きがあり、採掘施設の{hall_over_mine_ratio}に当たる。機器代は別で、ASIC"
            "なら{asics_usd_per_mw}、GPUなら{gpus_usd_per_mw}を要する。"
        ),
        basis=(
            "採掘施設は受電容量（グロス）、AI向け建屋はクリティカルIT容量の1MW当たり。GPUと金融費用を除き、出典が土地代"
            "を含めない場合は土地も除く。倍率は双方を受電容量にそろえた。"
        ),
    ),
    "retrofit_time": ClaimWords(
        title="転換にかかる期間",
        claim="条件のよい採掘施設なら{said_years}足らずでAI施設に転換できるが、データセンターの新設には何年もかかる。",
        ours=(
            "転換の所要期間は中央値で{converted_years}、最短{fastest_months}、最長{slowest_months}だった。電力を確保済"
            "みの更地での新設は{greenfield_months}で完了しており、建設期間の短縮は{building_saved_years}である。採掘施"
            "設が省くのは系統連系待ちであり、その長さは平均{grid_wait_years}、バージニア州北部では"
            "{grid_wait_longest_years}に及ぶ。当ツールの計画では、既存建屋の再利用で{planned_reuse_years}、建屋の新設で"
            "{planned_new_years}となる。"
        ),
        basis=(
            "契約または発表から最初の利用開始まで。各社の公表値で、計画段階の案件も含む。系統連系待ちは米国の大口需要家"
            "のもので、発電所のものではない。"
        ),
        condition="電力がすでに引き込まれ、引き続き使える場合に限る。省けるのは系統連系待ちであり、建設期間ではない。",
    ),
    "revenue_per_kwh": ClaimWords(
        title="1kWh当たりの収入：AIとマイニング",
        claim="AIデータセンターの1kWh当たりの収入は、ビットコインマイニングの最大{said_ratio}である。",
        ours=(
            "IT電力1kWh当たりでは、コロケーション事業者の収入はマイニングの"
            "{landlord_over_miner_low_ratio..landlord_over_miner_high_ratio}、GPUを自ら保有するクラウド事業者は"
            "{cloud_over_miner_low_ratio..cloud_over_miner_high_ratio}である。{said_ratio}の出所は{bpi_ratio:when}の研"
            "究で、GPUの{bpi_gpu_high_usd_per_kwh}をマイニングの{bpi_mining_high_usd_per_kwh:amount}と比べているが、ど"
            "こで計った電力かを示していない。チップ単体の電力で割れば、H100は{chip_over_miner_ratio}にもなる。電気代を"
            "引いた後では、コロケーション事業者の手取りは現在のマイニングの{net_ratio_low..net_ratio_high}、クラウド契"
            "約はGPUの購入費を残したまま{cloud_net_ratio}である。"
        ),
        basis=(
            "電気代と資本費を引く前の収入。満負荷のクリティカルIT電力1kWh当たりで、賃料は"
            "{landlord_low_usd_per_kwh..landlord_high_usd_per_kwh:amount}、IRENとマイクロソフトのクラウド契約は"
            "{cloud_usd_per_kwh:amount}。マイニングは{fleet_j_per_th}の機種の消費電力1kWh当たりで"
            "{miner_low_usd_per_kwh..miner_high_usd_per_kwh:amount}。ハッシュプライスは"
            "{low_usd_per_ph_day..high_usd_per_ph_day}とした。電気代控除後は受電点の電力を{power_usd_per_kwh}、ハッシュ"
            "プライスを{hashprice_today_usd_per_ph_day:amount}として計算した。"
        ),
        condition=(
            "マイナーがGPUを自ら購入して貸し出し、その購入費を考えず、電力をチップ単体で計るか、双方の電気代を引いた後"
            "で比べる場合に限る。多くのマイナーが選んだコロケーションでは、この倍率に遠く及ばない。"
        ),
    ),
    "gpu_price": ClaimWords(
        title="GPUの価格",
        claim="AI向けGPUは一基で数万ドルする。",
        ours=(
            "サーバー、ネットワーク、ストレージの按分を含めると{cheapest_usd_per_gpu..dearest_usd_per_gpu}である。GPU単"
            "体の市価はH100が{street_h100_usd_per_gpu:amount}、H200が{street_h200_usd_per_gpu:amount}、B200が"
            "{street_b200_usd_per_gpu:amount}。最も高い機種では建屋を除いても{dearest_usd_per_mw}に上る。"
        ),
        basis="新興クラウド事業者の購入価格。MWはラックのクリティカルIT容量。市価はおおまかな推定値。",
    ),
    "halving_2028": ClaimWords(
        title="2028年の半減期",
        claim="2028年の半減期により、多くのマイナーが採算割れに陥る。",
        ours=(
            "価格と採掘難易度が現状のままなら、ハッシュプライスは{before_usd_per_ph_day}から"
            "{after_usd_per_ph_day:amount}へ下がる。電力が{power_usd_per_kwh}の場合、電気代を賄うのに必要な効率は現在の"
            "{today_j_per_th}から{after_j_per_th}へ厳しくなり、2021年以降に発売された機種の{share_of_models_frac}、上場"
            "マイナーが公表した最新の設備の{fleets_losing_frac}はこれに届かない。{fleet_j_per_th}の設備が採算を保つに"
            "は、ビットコイン価格が現在の{needed_price_ratio}になるか、全ハッシュレートの{needed_exit_frac}が撤退する必"
            "要がある。{exit_frac}が撤退すれば{exit_j_per_th}でも足りる。2024年の半減期から半年後、難易度は下がらず"
            "{difficulty_after_2024_ratio}になった。"
        ),
        basis=(
            "費用は電気代のみ。冷却を含む受電点の電力で、プール手数料{pool_fee_frac}を差し引いた。ビットコイン価格"
            "{btc_usd_per_btc}と{before_usd_per_ph_day:when}の難易度を据え置き、取引手数料はコイン建てで一定とした。機"
            "種の割合は機種数によるもので、ハッシュレートによるものではない。"
        ),
        condition=(
            "撤退する者がなく、価格も上がらない場合に限る。そのとき{power_usd_per_kwh}の電力で動く{fleet_j_per_th}の設"
            "備は損失を出すが、ハッシュレートの{exit_frac}が撤退すれば損失は出ない。"
        ),
    ),
    "market_sizes": ClaimWords(
        title="二つの市場規模",
        claim=(
            "暗号資産マイニング市場は{said_crypto_growth_frac_per_year}で成長して2030年に"
            "{said_crypto_2030_usd:amount}、AIマイニング市場は{said_kbv_growth_frac_per_year}で成長して2032年に"
            "{said_kbv_2032_usd:amount}になる。"
        ),
        ours=(
            "どちらも、記事が想定するものを測っていない。前者を記載の成長率で2025年まで割り戻すと"
            "{crypto_2025_usd:amount}だが、一年間に新規発行されるビットコインだけで{subsidy_usd:amount}、その"
            "{subsidy_over_market_ratio}に当たる。したがってマイニング収入ではあり得ない。後者は{kbv_2025_usd:amount}と"
            "なり、グランドビューリサーチによる鉱業（鉱石採掘）向けAI市場{ore_high_2025_usd:amount}の"
            "{kbv_over_ore_ratio}である。名前が同じだけの別の産業である可能性が極めて高い。"
        ),
        basis=(
            "定義は記載がなく、調査会社の原資料は確認できなかった。新規発行は{subsidy_btc_per_year}を2025年半ばの価格で"
            "換算し、取引手数料を含まない。鉱石採掘向けAIをマーケッツアンドマーケッツは{ore_low_2025_usd:amount}として"
            "おり、調査会社による差が大きい。"
        ),
    ),
    "asic_to_gpu": ClaimWords(
        title="ASICからGPUへの入れ替え",
        claim="コア・サイエンティフィック、Hut 8、TeraWulfなどは、ASICをGPUクラスターに入れ替えている。",
        ours=(
            "Hut 8とTeraWulfが契約したAI向け電力のうち、自社の採掘施設に自社のGPUを置いたものは{swapped_frac}である。両"
            "社は{leased_mw}を、GPUを自ら持ち込む借り手に賃貸しており、その{new_site_frac}は採掘施設ではなかった土地に"
            "ある。Hut 8自身の{hut8_own_gpus}のGPUは第三者の施設に置かれていた。入れ替えの例はあり、IRENはカナダのブリ"
            "ティッシュコロンビア州の{swap_gross_mw}でASICを自社GPUに替えている。AI施設の建設費のうち残せる価値は、開放"
            "型の採掘棟で{survives_shed_frac}、状態のよい建屋で{survives_building_frac}である。"
        ),
        basis=(
            "締結済み賃貸契約のクリティカルIT容量で、重複を除く。ブリティッシュコロンビア州のみ受電容量。残せる価値は、"
            "部位別の費用配分の仮定による。Sabre56の最高経営責任者は、AIに適する電力を{suitable_frac}、更新が必要な設備"
            "を{replaced_frac}超とみる。"
        ),
    ),
    "crusoe": ClaimWords(
        title="クルーソーの余剰エネルギー拠点",
        claim="クルーソーは、余剰エネルギーを使う採掘拠点をAIに転用した。",
        ours=(
            "実際には売却した。{sold_modules:when}に{sold_modules}のモジュール、{sold_mw}をNYDIGに売却し、売却後も採掘"
            "が続いた。AI施設になったのは{converted_mw}である。モジュール一基の容量は平均{mw_per_module}にすぎない。ア"
            "ビリーンのAIキャンパスは新設で、第一期が{campus_first_mw}、全体で{campus_mw}である。"
        ),
        basis="当事者が公表した電力容量。アビリーンの後続棟は発表値。当ツールの取引台帳にある案件に限る。",
    ),
    "boom_and_bust": ClaimWords(
        title="好不況の波に代わる安定契約",
        claim="大手クラウド企業との契約により、マイナーは好不況の波を離れて安定した収入を得る。",
        ours=(
            "2021年以降、同じ設備のマイニング収入は最良の年と最悪の年で{mining_swing_ratio}の開きがあり、{worst_year_frac:when}には前年"
            "比{worst_year_frac}だった。賃料の変動は五年間で{rent_swing_ratio}にとどまり、基本契約期間は平均"
            "{term_years}である。ただし、賃貸済みIT容量の{largest_tenant_frac}は借り手がコアウィーブ一社で、保証人が付"
            "くのは{backed_frac}、{delivered_frac:when}までに引き渡されたのは約{delivered_frac}である。期間契約のない"
            "GPU賃料の開きは{gpu_rent_swing_ratio}に上る。"
        ),
        basis=(
            "マイニングは{fleet_j_per_th}の設備の1MW当たり年間収入で、日付のある観測点を直線で結んだ。賃貸は上場マイナーのクリ"
            "ティカルIT容量で重複を除く。GPU賃料はH100の2023年の最高値圏と、一年契約の最安値との比。"
        ),
        condition=(
            "施設が引き渡され、借り手が支払いを続ける場合に限る。コイン価格の変動が少数の借り手の信用力に置き換わるため"
            "で、一社で{large_frac}を超える集中は条件とみなす。"
        ),
    ),
}
"""Words by id of the claim."""
