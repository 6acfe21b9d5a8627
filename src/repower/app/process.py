"""The process that a command runs in: what ends it, its terminal, how often it looks for garbage, its compiled code."""

from __future__ import annotations

import gc
import os
import signal
import time
from pathlib import Path
from types import FrameType

import repower

LEAST_COLUMNS = 20
"""Help in a narrower terminal is laid out for this many columns; with one or two, its layout never ends."""

RARE_COLLECTION = 100_000
"""New objects after which a command looks for garbage in cycles; Python's own is 700."""

SAME_INTERRUPT_S = 1.0
"""Signals that follow each other within this time are one interrupt: what the first set going is not cut short."""


def interruptible() -> None:
    """Ctrl-C, a closed terminal and a request to end all stop a command the same way: it cleans up, and ends."""
    last_s = -SAME_INTERRUPT_S

    def stop(_: int, __: FrameType | None) -> None:
        nonlocal last_s
        now_s = time.monotonic()
        if now_s - last_s >= SAME_INTERRUPT_S:
            last_s = now_s
            raise KeyboardInterrupt

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, stop)


def readable() -> None:
    """A terminal that says it has next to no columns is not believed."""
    if os.environ.get("COLUMNS", "").isdecimal() and int(os.environ["COLUMNS"]) < LEAST_COLUMNS:
        os.environ["COLUMNS"] = str(LEAST_COLUMNS)


def unhurried() -> None:
    """Look for garbage in cycles a hundred times more rarely: a command makes few, and ends soon."""
    gc.set_threshold(RARE_COLLECTION, 50, 50)


def current(folder: Path = Path(repower.__file__).parent / "dispatch") -> None:
    """Throw away compiled loops that are older than the source of any of them.

    Numba keeps what it compiled beside the source and compiles anew where that file has changed; but a loop holds the
    loops that it calls, and those may stand in another file.
    """
    sources = [path.stat().st_mtime for path in folder.glob("*.py")]
    for kept in (folder / "__pycache__").glob("*.nb[ic]"):
        try:
            if kept.stat().st_mtime < max(sources, default=0.0):
                kept.unlink()
        except OSError:
            # Another command may have thrown it away, or the folder is not ours to write in.
            continue
