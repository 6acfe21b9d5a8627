"""The command line: eight verbs, each of which parses, calls one function below, and shows or saves what it returns."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

try:
    from cyclopts import App, CycloptsError, Parameter, Token

    import repower
    from repower.app import output, process
    from repower.base import errors
except KeyboardInterrupt:  # nothing has begun yet
    raise SystemExit(130) from None

EPILOGUE = (
    "Exit codes: 0 done · 1 unforeseen · 2 bad input (nothing written) · 3 no answer within the limits · "
    "4 result not written · 130 interrupted. Details: docs/exit_codes.md"
)

app = App(
    name="repower",
    help="Plan the conversion of Bitcoin mines into AI data centres: one site file in, a plan with its reasons out.",
    help_epilogue=EPILOGUE,
    help_format="rich",
    version=repower.__version__,
    suppress_keyboard_interrupt=False,
)

Json = Annotated[bool, Parameter(name="--json", negative="", help="Print one JSON document instead of text.")]
SiteFile = Annotated[Path, Parameter(help="Site file in TOML; `repower init` writes one to start from.")]


def _folder(_: Any, tokens: Sequence[Token]) -> Path:
    """A folder as named; an empty name, as of a variable that a shell does not know, is no folder."""
    if not tokens[0].value:
        raise ValueError("an empty name names no folder; write --out . for this one")
    return Path(tokens[0].value)


@app.command
def plan(
    site: SiteFile,
    *,
    out: Annotated[Path, Parameter(converter=_folder, help="Folder for report.html, plan.json and plan.xlsx.")] = Path(
        "out"
    ),
    json: Json = False,
) -> int:
    """Decide what each hall becomes and when, and say why.

    Reads SITE and the series it names, values every option of every hall, chooses under the site's limits, and writes
    `report.html`, `plan.json` and `plan.xlsx` into the folder, and nothing else. With `--json` the document printed is
    plan.json (docs/plan_json.md).

    Example: `repower plan examples/west_texas.toml --out out/west_texas`
    """
    from repower.app import planning

    return planning.plan_and_save(site, out, as_json=json)


@dataclass(frozen=True)
class _Asked:
    """Hours asked for; `app.dispatching.Wanted` says what each means."""

    prices: Annotated[
        Path | None, Parameter(help="CSV or Parquet file of prices in $/MWh; without it the site file's own source.")
    ] = None
    column: Annotated[str, Parameter(help="Column of the prices.")] = ""
    time_column: Annotated[
        str, Parameter(help="Column of interval starts, with offset, or in UTC where its name ends in utc.")
    ] = "ts_utc"
    unit: Annotated[str, Parameter(help="Unit of the prices; nothing is converted.")] = "usd_per_mwh"
    fill_gaps_h: Annotated[
        float,
        Parameter(
            name="--fill-gaps",
            help="Hours: a gap in a series of prices of at most so many takes the same local hours of the day before.",
        ),
    ] = 0.0
    first: Annotated[date | None, Parameter(name="--from", help="First local day, as 2024-07-01.")] = None
    until: Annotated[date | None, Parameter(name="--to", help="The day after the last.")] = None
    audit: Annotated[
        Path | None, Parameter(help="A schedule to compare with the best: CSV or Parquet, columns as in schedule.csv.")
    ] = None
    hashprice_usd_per_ph_day: Annotated[
        float | None,
        Parameter(name="--hashprice", help="$/PH/day in every hour; without it the outlook's."),
    ] = None
    stored_mwh: Annotated[
        float | None,
        Parameter(name="--stored", help="MWh in the battery at the start and at the end; without it half full."),
    ] = None
    billed_peak_mw: Annotated[
        float | None,
        Parameter(name="--billed-peak", help="MW of import already billed in the month in which the hours begin."),
    ] = None
    foresight: Annotated[
        bool, Parameter(negative="", help="Run the hours also without knowing their prices, and say what that costs.")
    ] = False
    day_ahead: Annotated[
        Path | None, Parameter(help="File of day-ahead prices for that; without it the file of the prices.")
    ] = None
    day_ahead_column: Annotated[str, Parameter(help="Column of day-ahead prices; asks for --foresight.")] = ""


@app.command
def dispatch(
    site: SiteFile,
    *,
    asked: Annotated[_Asked | None, Parameter(name="*")] = None,
    out: Annotated[
        Path,
        Parameter(
            converter=_folder,
            help="Folder for dispatch.html, dispatch.json, schedule.csv, schedule.parquet and statement.csv.",
        ),
    ] = Path("out"),
    json: Json = False,
) -> int:
    """Schedule hours of a site exactly, settle them, prove it, and say what each part is worth.

    The halls run as they stand, with the site's battery, supply and tariff, every price known beforehand. No schedule
    earns more than the bound shown. With `--audit` somebody's schedule is checked, and what it leaves at most is shown.
    With `--foresight` the hours are run once more without knowing their prices. With `--json` the document printed is
    dispatch.json (docs/dispatch_json.md).

    Example: `repower dispatch examples/west_texas.toml --from 2027-07-01 --to 2027-09-01 --out out/summer`
    """
    from repower.app import dispatching

    wanted = dispatching.Wanted(**vars(asked or _Asked()))
    return dispatching.dispatch_and_save(site, out, wanted, as_json=json)


@app.command
def check(
    site: Annotated[Path | None, Parameter(help="Site file in TOML.")] = None,
    *,
    keys: Annotated[
        bool, Parameter(negative="", help="List every key a site file may have, with unit and default.")
    ] = False,
    json: Json = False,
) -> int:
    """Say everything that is wrong with a site file, or that nothing is.

    Every problem comes with file, line, key, value and fix. Nothing is planned and nothing is written.

    Example: `repower check examples/west_texas.toml` · `repower check --keys`
    """
    from repower.app import checking

    return checking.list_keys(as_json=json) if keys else checking.check_site(site, as_json=json)


@app.command
def init(
    file: Annotated[Path, Parameter(help="Where to write the starter file.")],
    *,
    name: Annotated[str, Parameter(help="Name of the site.")] = "My site",
    force: Annotated[bool, Parameter(negative="", help="Replace the file if it exists.")] = False,
    json: Json = False,
) -> int:
    """Write a commented site file to start from.

    Example: `repower init my_site.toml --name "North yard"`
    """
    from repower.app import checking

    return checking.write_starter(file, name, force=force, as_json=json)


@app.command
def catalog(
    table: Annotated[str, Parameter(help="Name of a table; without it the tables are listed.")] = "",
    *,
    where: Annotated[
        list[str] | None,
        Parameter(
            help="Keep rows that meet a condition: column=value, column~text, column<number, column>=number.",
            negative="",
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Show the facts a plan stands on: values with unit, source, as-of date and grade.

    Example: `repower catalog asics --where "efficiency_j_per_th<16" --where cooling=air`
    """
    from repower.app import listing

    return listing.show(table, tuple(where or ()), as_json=json)


@app.command
def cases(
    *,
    deal: Annotated[
        str | None,
        Parameter(help="One deal of `repower catalog deals` instead: rent, yield on cost, debt, what is missing."),
    ] = None,
    rate: Annotated[str | None, Parameter(help="Yearly rate of the deal's debt, such as 0.0619.")] = None,
    tenor_years: Annotated[str | None, Parameter(help="Its tenor in whole years.")] = None,
    dscr: Annotated[str | None, Parameter(help="Its least cover of debt service, such as 1.3.")] = None,
    json: Json = False,
) -> int:
    """Recompute public deals and filings: expected value, ours, tolerance and source of each.

    A case that does not hold is shown as such and is no failure of the command. With `--json` a list of objects
    (docs/cases_json.md), with `--deal` one object. Terms of debt that are not given are those of two public financings,
    which are named.

    Example: `repower cases` · `repower cases --deal HUT-1 --dscr 1.3`
    """
    from repower.app import validating

    terms = {"--rate": rate, "--tenor-years": tenor_years, "--dscr": dscr}
    if deal is not None:
        return validating.show_deal(deal, terms, as_json=json)
    return validating.show_cases(terms, as_json=json)


@app.command
def article(
    *,
    out: Annotated[
        Path | None, Parameter(converter=_folder, help="Folder for the page, which is written nowhere else.")
    ] = None,
    language: Annotated[Literal["en", "ja"], Parameter(help="Language of words, not of figures.")] = "en",
    json: Json = False,
) -> int:
    """Test the claims of a public article on mining and AI: what holds, what holds on a condition, what does not.

    With `--json` a list of objects, one a claim (docs/cases_json.md).

    Example: `repower article --out out/article --language ja`
    """
    from repower.app import validating

    return validating.show_article(out, language, as_json=json)


@app.command
def version(*, json: Json = False) -> int:
    """Print the version, and with `--json` the hash of the shipped fact tables.

    Example: `repower version --json`
    """
    from repower.app import listing

    return listing.show_version(as_json=json)


def run(tokens: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every expected failure becomes a message and a code.

    Parameters
    ----------
    tokens : arguments after the program's name; those of the process where absent.
    """
    words = list(sys.argv[1:] if tokens is None else tokens)
    as_json = any(word == "--json" or _says_json(word) for word in words)
    output.begin()
    try:
        result = app(words, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        problem = errors.Problem(str(error).strip().rstrip("."), "see `repower --help` for the verbs and their options")
        return output.failure(errors.InputError(problem), as_json=as_json)
    except errors.RepowerError as error:
        return output.failure(error, as_json=as_json)
    except KeyboardInterrupt:
        return output.interrupted(as_json=as_json)
    except SystemExit as ended:  # the reader of a help page has left
        if isinstance(ended.__context__, BrokenPipeError):
            return errors.EXIT_OK
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EIO} and error.filename is None:
            return output.failure(output.unwritten(error), as_json=as_json)
        if os.environ.get("REPOWER_TRACEBACK"):
            raise
        return output.unforeseen(error, as_json=as_json)
    return result if isinstance(result, int) else errors.EXIT_OK


def _says_json(word: str) -> bool:
    name, _, value = word.partition("=")
    return name == "--json" and value.lower() not in {"", "false", "no", "n", "f", "0"}


def main() -> None:
    """Entry point of the `repower` command."""
    try:
        process.interruptible()
        process.readable()
        process.unhurried()
        process.current()
        output.prepare()
        code = output.finish(run())
    except KeyboardInterrupt:
        code = errors.EXIT_INTERRUPTED
    sys.exit(code)
