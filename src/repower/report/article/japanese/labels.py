"""Japanese headings and small words of the article's page, table and charts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from repower.validation.result import Origin, Verdict

VERDICTS: Final[Mapping[Verdict, str]] = {
    "holds": "成り立つ",
    "conditional": "条件付き",
    "does_not_hold": "成り立たない",
}

COUNTED: Final[Mapping[Verdict, tuple[str, str]]] = {
    "holds": ("成り立つものは{}件", "成り立つものは{}件"),
    "conditional": ("条件付きで成り立つものは{}件", "条件付きで成り立つものは{}件"),
    "does_not_hold": ("成り立たないものは{}件", "成り立たないものは{}件"),
}

ORIGINS: Final[Mapping[Origin, str]] = {
    "source": "出典の値",
    "computed": "Repowerによる計算",
    "assumed": "仮定",
}

GRADES: Final[Mapping[str, str]] = {
    "A": "A・開示資料またはソースコード",
    "B": "B・報道",
    "C": "C・二次情報",
    "assumed": "仮定",
    "modelled": "モデル",
}

TERMS: Final[Mapping[str, str]] = {
    "unnamed estimates, a text of 2022-05-31": "出所不明の推計",
    "CryptoSlate on Riot": "Riot（CryptoSlate）",
    "JPMorgan": "JPモルガン",
    "Listed miners": "上場マイナー",
    "Five US miners": "米国マイナー五社",
    "today": "現在",
    "after_2028": "半減期後",
    "after_2028_with_exit": "半減期後（{exit_frac}撤退）",
    "landlord": "コロケーション賃料",
    "cloud": "GPUクラウド",
    "20 J/TH, gross": "マイニング、20J/TH",
    "20 J/TH, net": "同、電気代控除後",
    "best machine, gross": "マイニング、最良機種",
    "CORZ-1": "コア・サイエンティフィック",
    "WULF-4": "TeraWulf",
    "IREN-1": "IRENとマイクロソフト",
    "power": "電気代控除後",
    "cash": "現金費用控除後",
    "all_in": "減価償却まで控除後",
    "fleet": "2021年の設備（計算値）",
}
"""Keys of series -> their names in charts."""

LABELS: Final[Mapping[str, str]] = {
    "eyebrow": "「GPUゴールドラッシュ」（CoinDesk、2025年）の主張を一つずつ検証する",
    "answer": "記事の主張{all}件のうち、{holds}、{conditional}、{does_not_hold}である。",
    "count_holds": "成り立つ",
    "count_conditional": "条件付きで成り立つ",
    "count_does_not_hold": "成り立たない",
    "verdict": "判定",
    "claim": "主張",
    "article": "記事の主張",
    "article_says": "記事：",
    "ours": "検証結果",
    "colon": "：",
    "basis": "算定の基準",
    "condition": "成立条件：",
    "condition_head": "成立条件",
    "sources": "出典",
    "figures_behind": "根拠となる数値",
    "figure": "項目",
    "value": "値",
    "as_of": "時点",
    "origin": "区分",
    "grade": "等級",
    "source": "出典",
    "terminal_end": (
        "数値、出典、図表は repower article --language ja --out DIR が書き出す article.html にある。"
        "--json は全数値を出力する。金額は名目・税引前。特定銘柄の投資判断を勧めるものではない。"
    ),
    "footer": (
        "金額は名目ドル、税引前。記事の主張は当方の言葉で要約した。仮定と計算値にはその旨を記している。"
        "企業に関する事実は公開情報によるもので、特定銘柄の投資判断を勧めるものではない。"
    ),
    "yen_note": (
        "円換算は{rate}。記事の日本語版が示したレートをそのまま用いた（{source}、等級{grade}）。"
        "同版は35億ドルを約5168億円としており、このレートとは一致しない。有効数字は3桁に四捨五入した。"
    ),
    "jpy_per_usd": "円換算レート（記事の日本語版による）",
    "year": "暦年",
    "usd_per_kwh_by_role_title": "1kWhが稼ぐ収入、事業形態別",
    "usd_per_kwh_by_role_subtitle": (
        "1kWh当たりの収入（ドル）。縦軸は対数目盛で、同じ間隔は同じ倍率を表す。マイニングは機器が消費する1kWhで得る採掘収入、"
        "コロケーションは契約IT電力1kWh当たりの賃料（電気代は借り手負担）、GPUクラウドはIT電力1kWh当たりのGPU賃貸収入。"
    ),
    "usd_per_kwh": "収入、ドル/kWh（対数目盛）",
    "today_table": "最新のハッシュプライスでの形態別収入、電気代控除前、ドル/kWh",
    "role": "事業形態",
    "per_chip": "チップの電力1kWh当たり",
    "per_it": "IT電力1kWh当たり",
    "per_meter": "受電点の電力1kWh当たり",
    "today_miner": "マイニング、{}J/TH",
    "today_best": "マイニング、最良機種",
    "today_landlord": "コロケーション、賃料の中央値",
    "today_cloud": "GPUクラウド、H100の一年契約",
    "margin_layers_title": "マイニングの三つの利益率、2021〜2026年",
    "margin_layers_subtitle": (
        "マイニング収入のうち、電気代だけを引いた残り、現金費用をすべて引いた残り、さらに減価償却も引いた残りの割合。"
        "縦軸は等間隔目盛。点は企業、企業群またはモデル。名前は余白のある範囲で一度だけ付した。全件はJSON出力にある。"
    ),
    "margin": "利益率（マイニング収入比）",
    "break_even_map_title": "電気代を賄える機種はどれか、2028年の半減期の前と後",
    "break_even_map_subtitle": (
        "線は収入がちょうど電気代に等しくなる損益分岐点。着色部の機種は、現在は電気代を賄えるが半減期後は賄えない。"
        "半減期後の線は、価格、採掘難易度、手数料を現状のまま据え置いて描いた。縦軸、横軸とも等間隔目盛。"
    ),
    "at_hashprice": "、{}ドル/PH/日",
    "fleet_at": "{fleet_j_per_th}の設備",
    "power_price": "電力単価、ドル/kWh",
    "efficiency": "機種の電力効率、J/TH",
    "loses": "1kWhごとに損失",
    "earns": "電気代を上回る収入",
}
"""Headings and small words; braces are filled by code."""
