"""Columns of every table, by field: machines, plant, money and series."""
