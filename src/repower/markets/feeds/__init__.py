"""Readers of outside data. They do IO, are called by the app alone, and refuse what they would have to guess."""

from repower.markets.feeds.before_file import read_before
from repower.markets.feeds.series_file import SeriesTable, read_prices, read_series, read_years

__all__ = ["SeriesTable", "read_before", "read_prices", "read_series", "read_years"]
