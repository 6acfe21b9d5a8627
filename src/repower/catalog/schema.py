"""The registry of tables. A table is one CSV file in `tables/` and one entry in a module of `schemas/`."""

from __future__ import annotations

from typing import Final

from repower.catalog.column import Column, Schema
from repower.catalog.schemas import article, machines, money, plant, series
from repower.catalog.schemas.plant import CAPEX_PARTS, CAPEX_PROJECTS, WORKS

__all__ = ["CAPEX_PARTS", "CAPEX_PROJECTS", "SCHEMAS", "WORKS", "Column", "Schema"]

SCHEMAS: Final[dict[str, Schema]] = {
    schema.name: schema
    for schema in (*machines.SCHEMAS, *plant.SCHEMAS, *money.SCHEMAS, *series.SCHEMAS, *article.SCHEMAS)
}
"""Table name -> schema, in the order in which tables are shown."""
