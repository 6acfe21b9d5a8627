"""An article's claims to read, in English and Japanese: a table for the terminal, rows, a page, a document."""

from repower.report.article.document import document
from repower.report.article.page import article_page
from repower.report.article.rows import json_rows
from repower.report.article.save import save_article
from repower.report.article.terminal import terminal

__all__ = ["article_page", "document", "json_rows", "save_article", "terminal"]
