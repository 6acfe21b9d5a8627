"""From the text of a site file to its document, with file and line on every problem."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import replace

from repower.base.errors import Problem, SiteError
from repower.site.check import check
from repower.site.document import Document
from repower.site.locate import line_of, locate
from repower.site.reader import read_document
from repower.site.site import Site

_PLACE = re.compile(r"^(.*?)\s*\(at line (\d+), column (\d+)\)$", re.DOTALL)
_ITEM = re.compile(r"\[\d+\]$")
_END = re.compile(r"^(.*?)\s*\(at end of document\)$", re.DOTALL)


def parse(text: str, file: str) -> Document:
    """The document in the text of a site file.

    Parameters
    ----------
    text : TOML.
    file : name of the file that problems carry.

    Raises
    ------
    SiteError : the text is no TOML, or says something that cannot be; all its problems, sorted by line.
    """
    text = text.replace("\r\n", "\n")
    document, problems = read_document(_tables(text, file))
    known = {problem.key for problem in problems}
    problems += [problem for problem in check(document) if not _reported(problem.key, known)]
    if problems:
        raise SiteError(_sorted(problems, _lines(text), file))
    return document


def site_of(document: Document, source: str, sha256: str) -> Site:
    """The site of a complete document.

    Parameters
    ----------
    source : name of the file, without folders.
    sha256 : hash of the bytes it was read from, see `site_text_sha256`.
    """
    head = document.site
    return Site(
        name=head.name,
        zone=head.time_zone,
        market=head.market,
        plan_start=head.plan_start,
        horizon_years=head.horizon_years,
        interconnect=document.interconnect,
        supply=document.supply,
        tariff=document.tariff,
        batteries=document.battery,
        halls=document.hall,
        contracts=document.contract,
        owner=document.owner,
        outlook=document.outlook,
        source=source,
        sha256=sha256,
        notes=head.notes,
        services=document.ancillary_service,
    )


def _tables(text: str, file: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SiteError(_syntax(str(error), text, file)) from error
    except RecursionError as error:
        fix = "a site file needs tables in tables, and lists of numbers and names, nothing deeper"
        raise SiteError(Problem("lists or tables are nested too deeply", fix, file)) from error
    except ValueError as error:  # a decimal integer with thousands of digits
        raise SiteError(Problem("a number cannot be read", f"write it with fewer digits ({error})", file)) from error


def _syntax(message: str, text: str, file: str) -> Problem:
    found = _PLACE.match(message)
    line = int(found[2]) if found else text.rstrip().count("\n") + 1
    what = found or _END.match(message)
    reason = (what[1] if what else message).rstrip(".")
    value = text.split("\n")[line - 1].strip()[:80] if line <= text.count("\n") + 1 else ""
    value = "".join(character if character.isprintable() else "?" for character in value)
    fix = (
        "correct the line: keys as name = value, text in double quotes, tables as [name] and lists of them as [[name]]"
    )
    return Problem(f"this is not TOML: {reason}", fix, file, value=value, line=line)


def _reported(key: str, known: Iterable[str]) -> bool:
    """Whether a key, an item of its list, or a table it stands in has a problem of its own already."""
    return any(key in {other, _ITEM.sub("", other)} or key.startswith((f"{other}.", f"{other}[")) for other in known)


def _lines(text: str) -> dict[str, int]:
    try:
        return locate(text)
    except RecursionError:  # brackets in brackets to the limit of the interpreter: problems go without their line
        return {}


def _sorted(problems: Iterable[Problem], lines: dict[str, int], file: str) -> list[Problem]:
    """Problems with file and line, by line; those with no line stand at the end."""
    placed = [replace(problem, file=file, line=line_of(lines, problem.key)) for problem in dict.fromkeys(problems)]
    return sorted(placed, key=lambda problem: (problem.line or math.inf, problem.key))
