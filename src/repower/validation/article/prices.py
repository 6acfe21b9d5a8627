"""Claim `gpu_price`: GPUs cost tens of thousands of dollars each."""

from __future__ import annotations

from repower import catalog
from repower.base.units import KW_PER_MW, UsdPerGpu
from repower.validation.article.figures import Point, computed, plain, said, stated
from repower.validation.result import Claim, Verdict


def gpu_price_verdict(cheapest_usd_per_gpu: UsdPerGpu, dearest_usd_per_gpu: UsdPerGpu) -> Verdict:
    """Holds where every price lies in the tens of thousands, conditional where some do."""
    low, high = said("gpu_price_low_usd_per_gpu").value, said("gpu_price_high_usd_per_gpu").value
    if low <= cheapest_usd_per_gpu and dearest_usd_per_gpu < high:
        return "holds"
    return "conditional" if cheapest_usd_per_gpu < high and dearest_usd_per_gpu >= low else "does_not_hold"


def gpu_price() -> Claim:
    """Capital per GPU with server and network, street prices of the GPU alone, and both per MW of IT."""
    gpus = sorted(catalog.gpus(), key=lambda each: each.capital_usd_per_gpu)
    cheapest, dearest = gpus[0], gpus[-1]
    per_mw = dearest.capital_usd_per_gpu * KW_PER_MW / dearest.it_kw_per_gpu
    basis = "capital per GPU with its share of server, network and storage"
    figures = (
        computed(
            "dearest_usd_per_gpu",
            dearest.capital_usd_per_gpu,
            "$/GPU",
            f"{basis}: {dearest.model}",
            (dearest.fact.as_of, f"catalog gpus: {dearest.model}"),
        ),
        computed(
            "cheapest_usd_per_gpu",
            cheapest.capital_usd_per_gpu,
            "$/GPU",
            f"{basis}: {cheapest.model}",
            (cheapest.fact.as_of, f"catalog gpus: {cheapest.model}"),
        ),
        stated("street_h100_usd_per_gpu", "street_h100_usd_per_gpu"),
        stated("street_h200_usd_per_gpu", "street_h200_usd_per_gpu"),
        stated("street_b200_usd_per_gpu", "street_b200_usd_per_gpu"),
        computed(
            "dearest_usd_per_mw",
            per_mw,
            "$/MW",
            f"{dearest.model} per critical IT MW of its racks, without the building",
            (dearest.fact.as_of, f"catalog gpus: {dearest.model}"),
        ),
        stated("said_low_usd_per_gpu", "gpu_price_low_usd_per_gpu"),
        stated("said_high_usd_per_gpu", "gpu_price_high_usd_per_gpu"),
    )
    verdict = gpu_price_verdict(cheapest.capital_usd_per_gpu, dearest.capital_usd_per_gpu)
    rows: list[Point] = [
        {
            "gpu": each.model,
            "capital_usd_per_gpu": each.capital_usd_per_gpu,
            "capital_usd_per_mw": each.capital_usd_per_gpu * KW_PER_MW / each.it_kw_per_gpu,
            "grade": each.fact.grade,
        }
        for each in gpus
    ]
    return Claim("gpu_price", verdict, figures, {"gpus": plain(rows)})
