"""`repower check` and `repower init`: validate a site file, list its keys, write a starter."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

from repower.app import output
from repower.base.errors import InputError, OutputError, Problem
from repower.site.schema import KeyDoc


def check_site(path: Path | None, *, as_json: bool) -> int:
    """Load a site file and everything it names; say what it holds, or raise with all its problems."""
    from repower.app import series
    from repower.site import load

    if path is None:
        raise InputError(Problem("no site file given", "name one, or use `repower check --keys`"))
    site = load(path)
    hourly = series.read(site, path.parent)
    summary = {
        "site": site.name,
        "file": path.name,
        "sha256": site.sha256,
        "halls": len(site.halls),
        "import_limit_mw": site.interconnect.import_limit_mw,
        "fleets": sum(len(hall.fleets) for hall in site.halls),
        "options": sum(len(hall.options) for hall in site.halls),
        "contracts": len(site.contracts),
        "power": hourly.power_label,
        "weather": hourly.weather_label,
        "problems": [],
    }
    if as_json:
        return output.document("repower.check/1", summary)
    return output.text(
        f"{path.name}: no problems. {site.name}: {summary['halls']} halls, {summary['fleets']} fleets, "
        f"{summary['options']} options, {summary['contracts']} contracts, "
        f"{site.interconnect.import_limit_mw:g} MW import limit.\n"
        f"power: {hourly.power_label}\nweather: {hourly.weather_label}"
    )


def list_keys(*, as_json: bool) -> int:
    """List every key of a site file with its type, unit, default and meaning."""
    from repower.site.schema import describe_schema

    keys = describe_schema()
    if as_json:
        return output.document("repower.keys/1", {"keys": [asdict(key) for key in keys]})
    return output.text("\n".join(_line(key) for key in keys))


def _line(key: KeyDoc) -> str:
    unit = f" [{key.unit}]" if key.unit else ""
    otherwise = "required" if key.required else f"default {key.default}" if key.default else "optional"
    return f"{key.key}: {key.type}{unit}, {otherwise}. {key.meaning}"


def write_starter(path: Path, name: str, *, force: bool, as_json: bool) -> int:
    """Write the commented starter file; an existing file is kept unless `force`."""
    from repower.site.starter import starter_text

    content = starter_text(name)
    try:
        if force:
            _replace(path, content)
        else:
            _make(path, content)
    except FileExistsError as error:
        raise OutputError(f"{path} exists and was left as it is. Fix: name another file, or use --force.") from error
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror}. Fix: name a folder you may write to."
        ) from error
    if as_json:
        return output.document("repower.init/1", {"file": str(path), "name": name})
    return output.text(f"wrote {path}; next: repower check {path}")


def _make(path: Path, content: str) -> None:
    """A new file, whole or not at all."""
    with path.open("x", encoding="utf-8") as file:
        try:
            file.write(content)
            file.flush()
        except BaseException:
            path.unlink()
            raise


def _replace(path: Path, content: str) -> None:
    """A file in the place of another, which stays as it is until the new one is whole."""
    if path.exists() and not path.is_file():  # a device or a pipe is written to, not replaced
        path.write_text(content, encoding="utf-8")
        return
    target = path.resolve()
    staged = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        _make(staged, content)
        staged.replace(target)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
