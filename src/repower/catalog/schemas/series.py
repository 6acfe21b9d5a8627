"""Tables along time: difficulty, bitcoin prices, shapes of typical years."""

from __future__ import annotations

from typing import Final

from repower.catalog.column import PER_ROW, date_column, integer_column, number_column, schema, text_column

SCHEMAS: Final = (
    schema(
        "difficulty",
        "Bitcoin difficulty by epoch of 2,016 blocks",
        ("epoch",),
        integer_column("epoch", "number of the epoch, the first is 0"),
        integer_column("first_height", "height of its first block"),
        text_column("nbits", "target in compact form, hexadecimal"),
        number_column("difficulty", "difficulty that the target stands for"),
        text_column("start_utc", "time of the first block, UTC"),
        number_column("implied_hashrate_ehs", "hash rate that difficulty and block times imply", required=False),
    ),
    schema(
        "btc_price_points",
        "Dated bitcoin prices that may be passed on",
        ("date",),
        date_column("date", "day of the price"),
        number_column("price_usd_per_btc", "price of one bitcoin"),
    ),
    schema(
        "power_shapes",
        "Parameters from which a typical year of power prices is generated",
        ("zone", "month", "statistic"),
        text_column("zone", "pricing zone"),
        integer_column("month", "1 to 12, 0 for the whole year"),
        text_column("statistic", "which parameter, such as q0.990, hour_03, rho or mean"),
        number_column("value", "the parameter", PER_ROW),
        text_column("unit", "unit of the row"),
    ),
    schema(
        "weather_shapes",
        "Parameters from which a typical year of weather is generated",
        ("station", "month", "statistic"),
        text_column("station", "weather station"),
        integer_column("month", "1 to 12, 0 for the whole year"),
        text_column("statistic", "which parameter"),
        number_column("value", "the parameter", PER_ROW),
        text_column("unit", "unit of the row"),
    ),
)
