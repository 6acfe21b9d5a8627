"""`make bench`: one table, ratios first. Every module here that has `measure()` adds its rows.

A ratio is the peer's time over ours: above 1 we are faster. For commands the peer is the bar they must stay under.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from repower.app import process

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
KB_PER_MB = 1024
PLAN_BAR_S, PLAN_BAR_MB, HELP_BAR_S, IMPORT_BAR_S = 10.0, 600, 0.5, 0.3
YEARS_BAR_S, YEARS_BAR_MB = 60.0, 200


def main() -> None:
    """Measure and print."""
    process.current()
    print(machine())
    rows = commands()
    sys.path.insert(0, str(HERE))
    for path in sorted(HERE.glob("*.py")):
        if path != Path(__file__).resolve():
            module = importlib.import_module(path.stem)
            if hasattr(module, "measure"):
                rows += module.measure()
    print(table(rows))


def machine() -> str:
    """Processor, cores and versions in one line."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    packages = {"numpy": "numpy", "HiGHS": "highspy", "numba": "numba"}
    versions = [f"{label} {importlib.metadata.version(name)}" for label, name in packages.items()]
    processor = models[0] if models else platform.processor()
    return ", ".join([processor, f"{os.cpu_count()} cores", f"Python {platform.python_version()}", *versions])


def commands() -> list[dict[str, Any]]:
    """Whole commands as a user runs them.

    They come before anything heavy is loaded here, because a child's peak memory counts what it was forked from.
    """
    repower = str(Path(sys.executable).with_name("repower"))
    rows = [
        command("import repower", [sys.executable, "-c", "import repower"], IMPORT_BAR_S, times=3),
        command("repower --help", [repower, "--help"], HELP_BAR_S, times=3),
    ]
    with tempfile.TemporaryDirectory() as out:
        plan = [repower, "plan", str(ROOT / "examples" / "west_texas.toml"), "--out", out]
        rows.append(command("repower plan west_texas, second run", plan, PLAN_BAR_S, PLAN_BAR_MB))
    years = [sys.executable, str(HERE / "mixed_years.py")]
    rows.append(command("exact values of 10,000 mixed price years, made on the way", years, YEARS_BAR_S, YEARS_BAR_MB))
    return rows


def command(
    name: str, arguments: list[str], bar_s: float, bar_mb: float | None = None, times: int = 1
) -> dict[str, Any]:
    """Shortest wall time of some runs after a first one, and the highest peak memory."""
    row = {"name": name, "ours_s": None, "peer": "bar", "peer_s": bar_s, "ratio": None}
    spans, peaks_mb = [], []
    for _ in range(times + 1):
        with tempfile.TemporaryFile() as log:
            start = time.perf_counter()
            child = subprocess.Popen(arguments, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
            _, status, usage = os.wait4(child.pid, 0)
            spans.append(time.perf_counter() - start)
            child.returncode = os.waitstatus_to_exitcode(status)
            peaks_mb.append(usage.ru_maxrss / KB_PER_MB)
            log.seek(0)
            said = log.read().decode(errors="replace").strip().splitlines()
            if child.returncode:
                said.append("no message")
                return row | {"note": f"failed with exit code {child.returncode}: {said[-2:][0]}"}
    ours_s = min(spans[1:])
    note = f"peak {max(peaks_mb[1:]):.0f} MB" + (f", bar {bar_mb:.0f} MB" if bar_mb else "")
    note += f"; {said[0]}" if len(said) == 1 else ""
    return row | {"ours_s": ours_s, "ratio": bar_s / ours_s, "note": note}


def table(rows: list[dict[str, Any]]) -> str:
    """Plain columns: ratio, ours, peer, its name, what, note."""
    cells = [("ratio", "ours", "peer", "peer is", "what", "note")]
    cells += [
        (
            ratio(row["ratio"]),
            seconds(row["ours_s"]),
            seconds(row["peer_s"]),
            row["peer"] or "absent",
            row["name"],
            row["note"],
        )
        for row in rows
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(5)]
    form = "  ".join([*(f"{{:>{width}}}" for width in widths[:3]), *(f"{{:<{width}}}" for width in widths[3:]), "{}"])
    return "\n".join(form.format(*row) for row in cells)


def ratio(times: float | None) -> str:
    """How many times faster, in three digits."""
    if times is None:
        return "-"
    return f"{times:,.0f}x" if times >= 100 else f"{times:.3g}x"


def seconds(span_s: float | None) -> str:
    """A time in the unit that suits it."""
    if span_s is None:
        return "-"
    for unit, per_s in (("s", 1.0), ("ms", 1e3)):
        if span_s * per_s >= 1:
            return f"{span_s * per_s:.3g} {unit}"
    return f"{span_s * 1e6:.3g} us"


if __name__ == "__main__":
    main()
