"""The process that a command runs in: what ends it, how wide its terminal is, how often it looks for garbage."""

from __future__ import annotations

import gc
import os
import signal
import time
from types import FrameType

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
