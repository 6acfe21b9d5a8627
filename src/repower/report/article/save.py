"""Saving the article's page: ``article.html``, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from repower.report.article.page import article_page
from repower.report.save import save_files
from repower.validation.result import Claim

PAGE: Final = "article.html"


def save_article(claims: Sequence[Claim], out_dir: str | os.PathLike[str], language: str = "en") -> Path:
    """Write ``article.html`` into a folder, and nothing else.

    The page is made in memory, staged and moved as `repower.report.save` does with a plan's results: whatever stops
    that leaves the folder as it was.

    Parameters
    ----------
    claims : of `repower.validation.article`.
    out_dir : folder, made where it is missing.
    language : ``en`` or ``ja``.

    Returns
    -------
    Path of the page.

    Raises
    ------
    InputError : an unknown language, or words that call figures which the claims do not have.
    OutputError : the folder or the page cannot be written; the message says what to do.
    """
    save_files(lambda: {PAGE: article_page(claims, language).encode()}, (PAGE,), out_dir)
    return Path(out_dir) / PAGE
