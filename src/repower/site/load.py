"""Reading a site file: TOML text -> one frozen `Site`, or one error with everything that is wrong in it."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Final

from repower.base.errors import Problem, SiteError
from repower.site.site import Site

LARGEST_BYTES: Final = 4 * 1024 * 1024
"""No site file is near this size; what is larger was named by mistake."""


def load(path: str | PathLike[str]) -> Site:
    """The site that a TOML file describes.

    Parameters
    ----------
    path : the file. Series that it names are not opened here; their paths stay relative to it.

    Returns
    -------
    A site in which every key, name, date and range has been checked.

    Raises
    ------
    SiteError : the file is missing, unreadable, no TOML, or says something that cannot be; `problems` holds all of it,
        sorted by line, each with file, key, line, value and fix.
    """
    from repower.site.parse import parse, site_of

    file = Path(path)
    content = _read(file)
    document = parse(_decode(content, str(file)), str(file))
    name = file.name.encode("utf-8", "replace").decode()  # a report prints it, whatever bytes the file system allows
    return site_of(document, name, site_text_sha256(content))


def site_text_sha256(content: bytes) -> str:
    """Hexadecimal sha256 of a site file's bytes."""
    from hashlib import sha256

    return sha256(content).hexdigest()


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        fix = "check the path, or write a starter file with `repower init`"
        raise SiteError(Problem("there is no such file", fix, str(file))) from error
    except IsADirectoryError as error:
        raise SiteError(Problem("this is a folder, not a file", "name the TOML file in it", str(file))) from error
    except PermissionError as error:
        fix = "name a TOML file that you may read"
        raise SiteError(Problem("the file may not be read", fix, str(file))) from error
    except (OSError, ValueError) as error:
        raise SiteError(Problem(f"the file cannot be read ({error})", "name a TOML file", repr(str(file)))) from error
    if len(content) > LARGEST_BYTES:
        fix = "name the TOML file of the site; series stay in files of their own"
        raise SiteError(Problem(f"the file is larger than {LARGEST_BYTES} bytes", fix, str(file)))
    return content


def _decode(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        value = f"byte 0x{content[error.start]:02x}"
        fix = "save it as UTF-8 text; editors offer that under the file's encoding"
        raise SiteError(Problem("this is not UTF-8 text", fix, file, value=value, line=line)) from error
