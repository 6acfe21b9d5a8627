"""One tree of errors, and the problem record that every refusal is made of.

::

    RepowerError                    exit code 1   something we did not foresee
    ├── InputError                  exit code 2   what the user gave: carries one or more Problems
    │   ├── SiteError                             a site file
    │   ├── SeriesError                           a price or weather series
    │   └── CatalogError                          a fact table, or a name that no table has
    ├── InfeasibleError             exit code 3   the question has no answer, and which constraint says so
    └── OutputError                 exit code 4   a result could not be written; nothing was left behind

A message shows the value, where it came from (file, key, line) and the fix. Usage errors of the command line also exit
with 2; an interrupt exits with 130.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EXIT_OK = 0
EXIT_INTERNAL = 1
EXIT_INPUT = 2
EXIT_INFEASIBLE = 3
EXIT_OUTPUT = 4
EXIT_INTERRUPTED = 130


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input.

    Parameters
    ----------
    message : what is wrong, in one sentence.
    fix : what to do about it, in one sentence.
    file, key, line : where it stands; `key` is a dotted path such as ``hall[1].shell_mw``; `line` counts from 1.
    value : the offending value as text; empty where a key is missing.
    """

    message: str
    fix: str
    file: str = ""
    key: str = ""
    value: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "")
        head = ": ".join(part for part in (place, self.key) if part)
        shown = f" (value: {self.value})" if self.value else ""
        text = f"{head}: {self.message}" if head else self.message
        return f"{text}{shown}. Fix: {self.fix}"


class RepowerError(Exception):
    """Root of everything that Repower raises on purpose."""

    exit_code = EXIT_INTERNAL


class InputError(RepowerError):
    """What the user gave cannot be used; `problems` says everything that is wrong with it."""

    exit_code = EXIT_INPUT

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SiteError(InputError):
    """A site file is missing, malformed or inconsistent."""


class SeriesError(InputError):
    """A price or weather series has gaps, doubles, wrong units or the wrong length."""


class CatalogError(InputError):
    """A fact table breaks its schema, or has no row of the name asked for."""


class InfeasibleError(RepowerError):
    """The question has no answer; the message names the constraint, when, and by how much."""

    exit_code = EXIT_INFEASIBLE


class OutputError(RepowerError):
    """A result could not be written; nothing half-written was left behind."""

    exit_code = EXIT_OUTPUT


def nearest(name: str, known: Sequence[str]) -> str | None:
    """The known name closest to a misspelt one, or None where none is close.

    Case and separators do not count, so ``s19jpro`` finds ``Antminer S19j Pro``.
    """
    folded = {_fold(candidate): candidate for candidate in reversed(known)}
    wanted = _fold(name)
    if wanted in folded:
        return folded[wanted]
    close = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.72)
    if close:
        return folded[close[0]]
    holding = [candidate for key, candidate in folded.items() if wanted and wanted in key]
    return min(holding, key=len) if holding else None


def _fold(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
