"""Saving a report: three files, all of them or none."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from repower.base.errors import OutputError
from repower.report.document import document_text
from repower.report.page import page
from repower.report.workbook import write_workbook

if TYPE_CHECKING:
    from repower.plan.result import Plan

PAGE: Final = "report.html"
DOCUMENT: Final = "plan.json"
WORKBOOK: Final = "plan.xlsx"
PLAN_FILES: Final = (PAGE, DOCUMENT, WORKBOOK)


def save(plan: Plan, out_dir: str | os.PathLike[str], language: str = "en") -> tuple[Path, Path, Path]:
    """Write ``report.html``, ``plan.json`` and ``plan.xlsx`` into a folder, and nothing else.

    Everything is made in memory, written under hidden names beside its place and moved there at the end. Whatever stops
    that, an interrupt included, leaves the folder as it was.

    Parameters
    ----------
    plan : what to save.
    out_dir : folder, made where it is missing.
    language : of the page.

    Returns
    -------
    The three paths: page, document, workbook.

    Raises
    ------
    OutputError : the folder or a file in it cannot be written; the message says what to do.
    """

    def contents() -> dict[str, bytes]:
        return {
            PAGE: page(plan, language).encode(),
            DOCUMENT: document_text(plan).encode(),
            WORKBOOK: _workbook(plan),
        }

    save_files(contents, PLAN_FILES, out_dir)
    folder = Path(out_dir)
    return folder / PAGE, folder / DOCUMENT, folder / WORKBOOK


def save_files(
    contents: Callable[[], Mapping[str, bytes]], names: Sequence[str], out_dir: str | os.PathLike[str]
) -> None:
    """Make files in memory and put them into a folder, all of them or none.

    Parameters
    ----------
    contents : makes name -> bytes, after the folder is seen to be one.
    names : of the files, in which no folder may stand.

    Raises
    ------
    OutputError : the folder or a file in it cannot be written; the message says what to do.
    """
    folder = Path(out_dir)
    with _folder(folder, names):
        made = contents()
        with _refusals(folder), _alone(folder):
            _replace_all(folder, made)


def check_folder(out_dir: str | os.PathLike[str], names: Sequence[str] = PLAN_FILES) -> None:
    """Refuse a folder that surely cannot hold results, before any work is done for it; nothing is made.

    Raises
    ------
    OutputError : a file stands in its place or on the way to it, or a folder where a result belongs.
    """
    folder = Path(out_dir)
    with _refusals(folder):
        for place in (folder, *folder.parents):
            with suppress(FileNotFoundError):
                place.lstat()  # names too long, and files on the way, raise here
                if not place.is_dir():
                    raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place))
                break
        for name in names:
            if (folder / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / name))


def _workbook(plan: Plan) -> bytes:
    stream = BytesIO()
    write_workbook(plan, stream)
    return stream.getvalue()


@contextmanager
def _refusals(folder: Path) -> Iterator[None]:
    """Errors of the file system as errors that say what to do."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        text = f"{folder}: this is a file, not a folder. Fix: name a folder with --out, or move the file away"
        raise OutputError(text) from error
    except IsADirectoryError as error:
        text = f"{error.filename}: a folder stands where a result belongs. Fix: move it away, or name another folder"
        raise OutputError(text) from error
    except OSError as error:
        place = error.filename or folder
        text = f"{place}: the results cannot be written ({error.strerror}). Fix: free it, or name another folder"
        raise OutputError(text) from error


@contextmanager
def _folder(folder: Path, names: Sequence[str]) -> Iterator[None]:
    """The folder, made where it is missing; what was made is removed again where the block fails."""
    check_folder(folder, names)
    made = []
    with _refusals(folder):
        for place in (folder, *folder.parents):
            if place.exists():
                break
            made.append(place)
        folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        for place in made:
            with suppress(OSError):
                place.rmdir()
        raise


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Results of two runs that end at once in one folder do not mix; where folders cannot be locked, the last wins."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    handle = None
    try:
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _replace_all(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Put every file in its place, or none: new ones are staged first, old ones kept until the last has moved."""
    run = uuid4().hex
    staged = {folder / name: folder / f".{name}.{run}.new" for name in contents}
    kept = {folder / name: folder / f".{name}.{run}.old" for name in contents}
    begun: list[Path] = []
    try:
        for name, content in contents.items():
            _write(staged[folder / name], content)
        for target, old in kept.items():
            if target.exists():
                _keep(target, old)
        for target, new in staged.items():
            begun.append(target)
            new.replace(target)
        _sync(folder)
    except BaseException:
        for target in begun:
            if kept[target].exists():
                kept[target].replace(target)
            else:
                target.unlink(missing_ok=True)
        raise
    finally:
        for leftover in (*staged.values(), *kept.values()):
            leftover.unlink(missing_ok=True)


def _keep(target: Path, old: Path) -> None:
    """A second name for an earlier result, so that its place is never empty; a copy where links are unknown."""
    old.unlink(missing_ok=True)
    try:
        old.hardlink_to(target)
    except OSError:
        shutil.copy2(target, old)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the moves last through a power cut, where the system lets a folder be synced."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
