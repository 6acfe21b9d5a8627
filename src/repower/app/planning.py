"""`repower plan`: load, plan, save, show."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from repower.app import output
from repower.base.units import Frac
from repower.plan.make import Stage, planning
from repower.plan.result import Plan


class Bar(Protocol):
    """Shows how far a long work is."""

    def __call__(self, name: str, done_frac: Frac) -> None:
        """Show the stage and the share behind it."""


def plan_and_save(path: Path, out: Path, *, as_json: bool) -> int:
    """Plan a site and write report.html, plan.json and plan.xlsx into a folder.

    Everything is computed before the first byte is written; a failure or an interrupt leaves earlier results as they
    were.
    """
    from repower.app import series
    from repower.report import document, save, summary
    from repower.report.save import check_folder
    from repower.site import load

    site = load(path)
    check_folder(out)
    with progress() as bar:
        bar("reading series", 0.0)
        hourly = series.read(site, path.parent).hourly
        plan = _run(planning(site, hourly), bar)
        bar("writing the report", 0.97)
        save(plan, out)
    if as_json:
        content = document(plan)
        return output.document(str(content.pop("schema")), content)
    return output.text(summary(plan) + f"\n\nReport: {out / 'report.html'}\n")


@contextmanager
def progress() -> Iterator[Bar]:
    """A progress bar on standard error where that is a terminal; nothing where it is piped."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<34}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("", total=1.0)
        yield lambda name, done_frac: shown.update(task, description=name, completed=done_frac)


def _silent(name: str, done_frac: Frac) -> None:
    """Show nothing."""


def _run(stages: Generator[Stage, None, Plan], bar: Bar) -> Plan:
    while True:
        try:
            stage = next(stages)
        except StopIteration as finished:
            plan: Plan = finished.value
            return plan
        bar(stage.name, stage.done_frac)
