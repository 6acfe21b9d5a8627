"""Results to read: a page, a workbook, a document and a summary for the terminal."""

from repower.report.page import page

__all__ = ["page"]
