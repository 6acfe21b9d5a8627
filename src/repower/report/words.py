"""Words for what the model calls by a short name: uses, options, parts, categories, roles."""

from __future__ import annotations

from typing import Final

USES: Final = {
    "mining": "mining",
    "colocation": "colocation",
    "gpu_cloud": "GPU cloud",
    "hosting": "hosting",
    "idle": "idle",
}

OPTIONS: Final = {
    "keep": "keep",
    "refresh": "refresh ASICs",
    "stop": "sell ASICs and stop",
    "colocation_reuse": "colocation, reuse",
    "colocation_new": "colocation, new building",
    "gpu_cloud": "GPU cloud",
}

PARTS: Final = {
    "land": "land",
    "interconnect": "interconnection",
    "substation": "substation",
    "mv_gear": "medium-voltage gear",
    "shell": "building shell",
    "power_chain": "power chain (UPS, gensets)",
    "cooling": "cooling",
    "fibre": "fibre",
    "fit_out": "fit-out",
    "soft_cost": "soft cost",
    "gpus": "GPUs and servers",
    "asics": "ASICs",
}

CATEGORIES: Final = {
    "mining": "mining",
    "hosting": "hosting",
    "colocation": "colocation",
    "gpu_cloud": "GPU cloud",
    "salvage": "salvage",
    "power": "power",
    "operating": "operating cost",
    "capex": "capex",
    "debt": "debt",
}

ROLES: Final = {"miner": "miner", "landlord": "landlord (colocation)", "cloud": "cloud (own GPUs)"}

GRADES: Final = {
    "A": "A · filing or source code",
    "B": "B · press",
    "C": "C · aggregator",
    "owner": "owner",
    "assumed": "assumed",
    "modelled": "modelled",
}


def use(name: str) -> str:
    """Words for a use of a hall."""
    return USES.get(name, name.replace("_", " "))


def option(kind: str) -> str:
    """Words for an option of a hall."""
    return OPTIONS.get(kind, kind.replace("_", " "))


def part(name: str) -> str:
    """Words for a part of a conversion."""
    return PARTS.get(name, name.replace("_", " "))


def category(name: str) -> str:
    """Words for a category of cash."""
    return CATEGORIES.get(name, name.replace("_", " "))


def role(name: str) -> str:
    """Words for the role in which a kWh is earned."""
    return ROLES.get(name, name.replace("_", " "))


def grade(name: str) -> str:
    """Words for the grade of a source."""
    return GRADES.get(name, name)


def sentence(text: str) -> str:
    """The text with a capital first letter and a full stop, as a sentence stands in a paragraph."""
    text = text.strip()
    if not text:
        return text
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?。" else ".")
