"""What goes to the screen: one JSON document or plain text on standard output, messages on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from repower.base import errors


def document(schema: str, content: Mapping[str, Any]) -> int:
    """Print one JSON document with its schema name first; floats as they are, never NaN."""
    text = json.dumps({"schema": schema, **content}, ensure_ascii=False, allow_nan=False, indent=1)
    sys.stdout.write(text + "\n")
    return errors.EXIT_OK


def text(content: str) -> int:
    """Print plain text."""
    sys.stdout.write(content if content.endswith("\n") else content + "\n")
    return errors.EXIT_OK


def failure(error: errors.RepowerError, *, as_json: bool) -> int:
    """Show an expected failure and return its exit code."""
    problems = error.problems if isinstance(error, errors.InputError) else ()
    if as_json:
        document(
            "repower.error/1",
            {
                "exit_code": error.exit_code,
                "message": str(error).splitlines()[0] if str(error) else type(error).__name__,
                "problems": [asdict(problem) for problem in problems],
            },
        )
    count = f"{len(problems)} problems\n" if len(problems) > 1 else ""
    sys.stderr.write(f"repower: {count}{error}\n")
    return error.exit_code


def interrupted() -> int:
    """Say that the user stopped the command."""
    sys.stderr.write("repower: interrupted; nothing half-written is left\n")
    return errors.EXIT_INTERRUPTED


def unforeseen(error: Exception, *, as_json: bool) -> int:
    """Show a failure nobody foresaw, and how to see where it happened."""
    message = f"unforeseen {type(error).__name__}: {error}"
    if as_json:
        document("repower.error/1", {"exit_code": errors.EXIT_INTERNAL, "message": message, "problems": []})
    sys.stderr.write(f"repower: {message}\nPlease report it; REPOWER_TRACEBACK=1 shows where it happened.\n")
    return errors.EXIT_INTERNAL
