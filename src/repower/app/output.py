"""What goes to the screen: one JSON document or list, or plain text, on standard output; messages on standard error.

Whatever the screen is, a pipe whose reader has left, a full disk, no screen at all, an alphabet without the letters
needed, a command ends with its own exit code and without a traceback.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from io import TextIOWrapper
from typing import Any

from repower.base import errors

_begun = False
"""Whether the one document of this command has been begun: an error after that adds no second one."""


def prepare() -> None:
    """Make the standard streams of this process take any text: where one is closed, nothing is shown on it."""
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def finish(code: int) -> int:
    """Empty the standard streams and return the exit code; a reader that has left is not waited for."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        hush()
    except OSError as error:
        hush()
        return failure(unwritten(error), as_json=False) if code == errors.EXIT_OK else code
    return code


def hush() -> None:
    """Send what is still to come on standard output nowhere, also what the interpreter writes when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def begin() -> None:
    """A new command: nothing of it is on the screen yet."""
    global _begun
    _begun = False


def document(schema: str, content: Mapping[str, Any]) -> int:
    """Print one JSON document with its schema name first; floats as they are, never NaN."""
    return _document({"schema": schema, **content})


def rows(schema: str, items: Iterable[Mapping[str, Any]]) -> int:
    """Print one JSON list of objects, each with its schema name first."""
    return _document([{"schema": schema, **item} for item in items])


def _document(content: object) -> int:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1)
    if not _encodable(text):
        text = json.dumps(content, ensure_ascii=True, allow_nan=False, indent=1)
    global _begun
    _begun = True
    _print(text + "\n")
    return errors.EXIT_OK


def text(content: str) -> int:
    """Print plain text."""
    _print(content if content.endswith("\n") else content + "\n")
    return errors.EXIT_OK


def failure(error: errors.RepowerError, *, as_json: bool) -> int:
    """Show an expected failure and return its exit code."""
    problems = error.problems if isinstance(error, errors.InputError) else ()
    message = str(error).splitlines()[0] if str(error) else type(error).__name__
    count = f"{len(problems)} problems\n" if len(problems) > 1 else ""
    return _failed(error.exit_code, message, problems, f"{count}{error}", as_json=as_json)


def interrupted(*, as_json: bool) -> int:
    """Say that the user stopped the command."""
    message = "interrupted; nothing half-written is left"
    return _failed(errors.EXIT_INTERRUPTED, message, (), message, as_json=as_json)


def unforeseen(error: Exception, *, as_json: bool) -> int:
    """Show a failure nobody foresaw, and how to see where it happened."""
    message = f"unforeseen {type(error).__name__}: {error}"
    words = f"{message}\nPlease report it; REPOWER_TRACEBACK=1 shows where it happened."
    return _failed(errors.EXIT_INTERNAL, message, (), words, as_json=as_json)


def unwritten(error: OSError) -> errors.OutputError:
    """What to say where the disk or device behind standard output takes no more."""
    return errors.OutputError(
        f"standard output cannot be written ({error.strerror}). Fix: free space where it goes, or send it elsewhere"
    )


def _failed(code: int, message: str, problems: tuple[errors.Problem, ...], words: str, *, as_json: bool) -> int:
    """One JSON document where asked for, words for people, and the exit code, whatever the screen takes of it."""
    if as_json and not _begun:
        found = {"exit_code": code, "message": message, "problems": [asdict(problem) for problem in problems]}
        with suppress(errors.OutputError):
            document("repower.error/1", found)
    with suppress(OSError, ValueError):
        sys.stderr.write(f"repower: {words}\n")
        sys.stderr.flush()
    return code


def _print(content: str) -> None:
    """Write to standard output at once.

    Raises
    ------
    OutputError : the disk or device behind it takes no more.
    """
    try:
        sys.stdout.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        hush()
    except OSError as error:
        hush()
        raise unwritten(error) from error


def _encodable(content: str) -> bool:
    try:
        content.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _nowhere() -> TextIOWrapper:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - it stands in for a standard stream
