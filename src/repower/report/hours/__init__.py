"""Hours as a reader sees them: a page, a document, tables of hours and lines, and a summary for the terminal."""

from repower.report.hours.document import document, document_text
from repower.report.hours.files import save
from repower.report.hours.page import page
from repower.report.hours.record import Report
from repower.report.hours.terminal import summary

__all__ = ["Report", "document", "document_text", "page", "save", "summary"]
