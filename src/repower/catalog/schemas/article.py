"""Table of figures that an article and others state: who said it stands beside the number."""

from __future__ import annotations

from typing import Final

from repower.catalog.column import PER_ROW, number_column, schema, text_column

SCHEMAS: Final = (
    schema(
        "article_facts",
        "Figures of the article on miners and AI, and of those whom it is checked against",
        ("fact",),
        text_column("fact", "key; ends in the suffix of its unit where it has one"),
        number_column("value", "the number as said", PER_ROW),
        text_column("unit", "unit of the row"),
        text_column("basis", "what the number is of"),
        text_column("said_by", "who said it"),
    ),
)
