"""Results to read: a page, a document, a workbook and a summary for the terminal."""

from repower.report.document import document, document_text
from repower.report.page import page
from repower.report.save import save
from repower.report.terminal import summary
from repower.report.workbook import write_workbook

__all__ = ["document", "document_text", "page", "save", "summary", "write_workbook"]
