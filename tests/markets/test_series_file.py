"""Series files: real ones read as they stand, broken ones refused with file, column, row, value and fix."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repower.base.clock import local_span, local_year
from repower.base.errors import InputError, Problem, SeriesError
from repower.markets.feeds import read_before, read_prices, read_series, read_years
from repower.markets.power import monthly_table
from shared_data import shared

CHICAGO = "America/Chicago"
USD = "usd_per_mwh"
START = datetime(2024, 3, 1, 6, tzinfo=UTC)

Rows = list[tuple[str, str]]


def hours(count: int, step_s: int = 3600, start: datetime = START) -> Rows:
    return [(f"{start + timedelta(seconds=step_s * n):%Y-%m-%dT%H:%M:%SZ}", f"{20 + n % 24}.5") for n in range(count)]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def to(rows: Rows, header: str = "start,price", name: str = "prices.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
        return path

    return to


def refusal(path: Path, **changes: object) -> list[Problem]:
    """The problems that a file is refused with; each must say where and what to do."""
    wanted = {"column": "price", "time_column": "start", "unit": USD, "zone": CHICAGO} | changes
    with pytest.raises(SeriesError) as caught:
        read_prices(path, **wanted)
    for problem in caught.value.problems:
        assert problem.file == str(path)
        assert problem.fix
    return list(caught.value.problems)


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def test_a_csv_file_is_read_as_it_stands(write: Callable[..., Path]) -> None:
    series = read_prices(write(hours(743)), "price", "start", USD, CHICAGO)
    assert series.grid == local_span(date(2024, 3, 1), date(2024, 4, 1), CHICAGO)
    assert series.price_usd_per_mwh[:3].tolist() == [20.5, 21.5, 22.5]
    assert (series.node, series.source, series.modelled) == ("price", "prices.csv", False)
    assert series.label == "price, 2024-03-01 to 2024-03-31"


def test_quarters_of_an_hour_are_kept(write: Callable[..., Path]) -> None:
    series = read_prices(write(hours(96, 900)), "price", "start", USD, CHICAGO)
    assert (series.grid.step_s, series.grid.count) == (900, 96)


def test_offsets_and_names_that_end_in_utc_say_the_clock(write: Callable[..., Path]) -> None:
    plain = read_prices(write(hours(48)), "price", "start", USD, CHICAGO)
    central = timezone(timedelta(hours=-6))
    shifted = [
        ((START + timedelta(hours=n)).astimezone(central).isoformat(" "), p) for n, (_, p) in enumerate(hours(48))
    ]
    naive = [(when.removesuffix("Z"), price) for when, price in hours(48)]
    offset = read_prices(write(shifted), "price", "start", USD, CHICAGO)
    utc = read_prices(write(naive, "Start_UTC,price"), "price", "Start_UTC", USD, CHICAGO)
    for other in (offset, utc):
        assert other.grid == plain.grid
        np.testing.assert_array_equal(other.price_usd_per_mwh, plain.price_usd_per_mwh)


def test_a_gzipped_file_is_read(write: Callable[..., Path], tmp_path: Path) -> None:
    packed = tmp_path / "prices.csv.gz"
    packed.write_bytes(gzip.compress(write(hours(48)).read_bytes()))
    assert read_prices(packed, "price", "start", USD, CHICAGO).grid.count == 48


@pytest.mark.parametrize("name", ["prices.parquet", "prices.csv"])
@pytest.mark.parametrize(("unit", "zone"), [("us", "UTC"), ("ms", "America/Denver"), ("ns", None)])
def test_a_parquet_file_is_known_by_its_first_bytes(tmp_path: Path, name: str, unit: str, zone: str | None) -> None:
    times = pl.datetime_range(START, START + timedelta(hours=47), "1h", time_unit=unit, eager=True)
    times = times.dt.convert_time_zone(zone) if zone else times.dt.replace_time_zone(None)
    path = tmp_path / name
    pl.DataFrame({"ts_utc": times, "p": np.arange(48, dtype=np.float32) + 10}).write_parquet(path)
    series = read_prices(path, "p", "ts_utc", USD, CHICAGO)
    assert series.grid.start_utc == START
    assert series.price_usd_per_mwh.dtype == np.float64
    np.testing.assert_array_equal(series.price_usd_per_mwh, np.arange(48) + 10)


def test_no_such_file(tmp_path: Path, write: Callable[..., Path]) -> None:
    write(hours(3))
    assert "did you mean prices.csv" in only(refusal(tmp_path / "pricess.csv")).fix
    assert "relative" in only(refusal(tmp_path / "gone" / "x.csv")).fix
    assert "folder" in only(refusal(tmp_path)).message


def test_no_such_column(write: Callable[..., Path]) -> None:
    path = write(hours(3), "start,LZ_WEST")
    problem = only(refusal(path, column="lz west"))
    assert (problem.key, problem.fix) == ("lz west", "did you mean LZ_WEST? the file has: start, LZ_WEST")
    assert "start, LZ_WEST" in only(refusal(path, column="LZ_WEST", time_column="")).fix
    for separator in ";\t|":
        assert "by commas" in only(refusal(write([], f"start{separator}price"))).fix
    assert 'did you mean " price"?' in only(refusal(write(hours(3), "start, price"))).fix
    assert len(str(only(refusal(write([], "z" * 10**6))))) < 500
    assert "two columns" in only(refusal(write([("a", "1", "2")], "start,price,price"))).message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 xlsx", "workbook"),
        (b"PAR1 but not really", "Parquet"),
        (b"start,price\n", "no rows"),
        (b"start,price\n2024-01-01T00:00:00Z,\xff\xfe\n", "cannot be read|not a number"),
        (b"start,price\n2024-01-01T00:00:00Z,1\n2024-01-01T01:00:00Z,2,3\n", "csv:3: this row has more values"),
        ("start,price\n".encode("utf-16"), "not UTF-8"),
        ("start,prix_é\n".encode("latin-1"), "not UTF-8"),
        (b"PK,price\n1,2\n", "no such column"),
        (b"\x1f\x8b not gzip", "cannot be read"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(SeriesError, match=said):
        read_prices(path, "price", "start", USD, CHICAGO)


def test_a_time_that_is_none(write: Callable[..., Path]) -> None:
    rows = hours(5)
    rows[3] = ("11/07/2021 01:00", "3")
    problem = only(refusal(write(rows)))
    assert (problem.line, problem.key, problem.value) == (5, "start[3]", "11/07/2021 01:00")
    rows[3] = ("", "3")
    assert only(refusal(write(rows))).key == "start[3]"


@pytest.mark.parametrize("when", ["1066-10-14T12:00:00Z", "0001-01-01T00:00:00+09:00", "9999-12-31T23:00:00Z"])
def test_times_outside_any_market(write: Callable[..., Path], when: str) -> None:
    rows = hours(5)
    rows[2] = (when, "3")
    assert "outside the years" in only(refusal(write(rows))).message


@pytest.mark.parametrize("year", [0, 1969, 9999, 20240])
def test_years_outside_any_calendar(write: Callable[..., Path], year: int) -> None:
    path = write(hours(30))
    assert only(refusal(path, years=(year,))).value == str(year)
    with pytest.raises(SeriesError, match=str(year)):
        read_years(path, "price", "start", USD, CHICAGO, (year,))


def test_a_local_clock_without_offset_is_refused(write: Callable[..., Path], tmp_path: Path) -> None:
    rows = [(when.removesuffix("Z"), price) for when, price in hours(5)]
    problem = only(refusal(write(rows)))
    assert "which clock" in problem.message
    assert "utc" in problem.fix
    frame = pl.DataFrame({"start": [datetime(2024, 3, 1), datetime(2024, 3, 1, 1)], "price": [1.0, 2.0]})
    frame.write_parquet(tmp_path / "x.parquet")
    assert "which clock" in only(refusal(tmp_path / "x.parquet")).message


def test_times_of_the_wrong_kind(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pl.DataFrame({"start": [1, 2], "price": [1.0, 2.0]}).write_parquet(path)
    assert "holds Int64, not times" in only(refusal(path)).message
    pl.DataFrame({"start": [START, None], "price": [1.0, 2.0]}).write_parquet(path)
    assert only(refusal(path)).key == "start[1]"
    pl.DataFrame({"start": [START, START + timedelta(milliseconds=1)], "price": [1.0, 2.0]}).write_parquet(path)
    assert "second" in only(refusal(path)).message
    pl.DataFrame({"start": [START, START], "price": [True, False]}).write_parquet(path)
    assert "Boolean" in only(refusal(path)).message


def test_a_gap_names_its_place_and_size(write: Callable[..., Path]) -> None:
    rows = hours(200)
    del rows[50:53], rows[100]
    problem = only(refusal(write(rows)))
    assert problem.message == "4 intervals are missing in all, the first after this row (2 places)"
    assert (problem.line, problem.value) == (51, "2024-03-03 07:00 UTC")


def test_a_double_hour_of_autumn(write: Callable[..., Path]) -> None:
    start = datetime(2024, 11, 3, 5, tzinfo=UTC)
    local = [((start + timedelta(hours=n)), f"{n}") for n in range(12)]
    wall = [
        (f"{when - timedelta(hours=5 if n < 2 else 6):%Y-%m-%d %H:%M}", price) for n, (when, price) in enumerate(local)
    ]
    problem = only(refusal(write(wall, "wall_utc,price"), time_column="wall_utc"))
    assert "twice" in problem.message
    assert "UTC" in problem.fix
    assert problem.value == "2024-11-03 01:00 UTC"


def test_disorder(write: Callable[..., Path]) -> None:
    rows = hours(30)
    rows[10], rows[11] = rows[11], rows[10]
    problem = only(refusal(write(rows)))
    assert (problem.message, problem.key) == ("times go backwards", "start[11]")


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "missing"), ("nan", "missing"), ("NA", "not a number"), ("1,5", "more values"), ("inf", "infinite")],
)
def test_a_value_that_is_none(write: Callable[..., Path], text: str, said: str) -> None:
    rows = hours(30)
    rows[7] = (rows[7][0], text)
    problem = only(refusal(write(rows)))
    assert said in problem.message
    if said == "not a number":
        assert "plain numbers" in problem.fix
    if said == "more values":
        assert (problem.line, problem.value) == (9, f"{rows[7][0]},1,5")
    else:
        assert (problem.line, problem.key, problem.value) == (9, "price[7]", text or "nan")


def test_every_kind_of_fault_is_told_at_once(write: Callable[..., Path]) -> None:
    rows = hours(100)
    rows[20], rows[30], rows[31] = (rows[20][0], "x"), (rows[30][0], ""), (rows[31][0], "")
    del rows[60]
    assert sorted(problem.key for problem in refusal(write(rows))) == ["price[20]", "price[30]", "start[59]"]


def test_a_changing_step(write: Callable[..., Path]) -> None:
    problem = only(refusal(write(hours(48) + hours(8, 900, START + timedelta(hours=48)))))
    assert "step changes" in problem.message
    assert problem.line == 51


def test_days_are_too_coarse(write: Callable[..., Path]) -> None:
    assert "86,400 s" in only(refusal(write(hours(40, 86400)))).message


@pytest.mark.parametrize(
    ("unit", "fix"),
    [
        ("usd_per_kwh", "multiply the column by 1000"),
        ("cents_per_kwh", "multiply the column by 10,"),
        ("$/kWh", "multiply the column by 1000"),
        ("eur_per_mwh", "euro"),
        ("", 'say unit = "usd_per_mwh"'),
        ("USD/MWh", "if the numbers are in it"),
        ("celsius", "usd_per_mwh"),
    ],
)
def test_units_are_refused_not_converted(write: Callable[..., Path], unit: str, fix: str) -> None:
    problem = only(refusal(write(hours(30)), unit=unit))
    assert fix in problem.fix
    assert problem.value == unit


@pytest.mark.parametrize(("factor", "said"), [(1e-3, r"\$/kWh"), (0.1, "cents/kWh"), (100.0, "no \\$/MWh")])
def test_prices_in_another_unit_are_recognised(tmp_path: Path, factor: float, said: str) -> None:
    grid = local_year(2024, CHICAGO)
    times = pl.datetime_range(grid.start_utc, grid.start_utc + timedelta(hours=grid.count - 1), "1h", eager=True)
    rng = np.random.default_rng(1)
    price = 25.0 * rng.lognormal(0.0, 0.5, grid.count)
    price[4000:4010] = 4500.0
    path = tmp_path / "x.parquet"
    pl.DataFrame({"start": times, "price": price * factor}).write_parquet(path)
    with pytest.raises(SeriesError, match=said):
        read_prices(path, "price", "start", USD, CHICAGO)
    pl.DataFrame({"start": times, "price": price}).write_parquet(path)
    assert read_prices(path, "price", "start", USD, CHICAGO).price_usd_per_mwh.max() == 4500.0


def test_a_megawatt_column_is_no_price() -> None:
    path = shared("data/power/ercot_west_panel_hourly_2020_2024.parquet")
    problem = only(refusal(path, column="load_mw", time_column="ts_utc", years=(2023,)))
    assert "no $/MWh" in problem.message


def test_years_are_read_alone_and_the_rest_may_be_broken(write: Callable[..., Path]) -> None:
    grid = local_year(2023, CHICAGO)
    before = hours(10, 3600, grid.start_utc - timedelta(days=3))
    before[4] = (before[4][0], "nan")
    rows = before + hours(grid.count, 3600, grid.start_utc) + hours(5, 3600, grid.start_utc + timedelta(days=400))
    path = write(rows)
    series = read_prices(path, "price", "start", USD, CHICAGO, years=(2023,))
    assert series.grid == grid
    assert series.label == "price, 2023"
    problems = refusal(path)
    assert all(problem.fix.endswith("; years without a fault: 2023") for problem in problems)
    assert "nothing in 2021" in only(refusal(path, years=(2021,))).message
    ends = refusal(path, years=(2024,))
    assert [problem.message.split(",")[0] for problem in ends] == [
        "2024 begins at 2024-01-01 06:00 UTC",
        "2024 ends at 2025-01-01 06:00 UTC",
    ]


def test_years_come_one_by_one_in_the_order_asked_for(write: Callable[..., Path]) -> None:
    grid = local_span(date(2021, 1, 1), date(2024, 1, 1), CHICAGO)
    path = write(hours(grid.count, 3600, grid.start_utc))
    chosen = read_years(path, "price", "start", USD, CHICAGO, (2023, 2021))
    assert [series.grid for series in chosen] == [local_year(2023, CHICAGO), local_year(2021, CHICAGO)]
    every = read_years(path, "price", "start", USD, CHICAGO)
    assert [series.label for series in every] == ["price, 2021", "price, 2022", "price, 2023"]
    whole = read_prices(path, "price", "start", USD, CHICAGO, years=(2022, 2023))
    assert whole.label == "price, 2022 to 2023"
    np.testing.assert_array_equal(
        whole.price_usd_per_mwh, np.concatenate([series.price_usd_per_mwh for series in every[1:]])
    )
    assert "one by one" in only(refusal(path, years=(2023, 2021))).fix
    assert "one by one" in only(refusal(path, years=(2022,), span=(date(2022, 1, 1), date(2022, 2, 1)))).fix


def test_a_file_without_a_whole_year_has_no_years(write: Callable[..., Path]) -> None:
    with pytest.raises(SeriesError, match="no whole year in the file"):
        read_years(write(hours(500)), "price", "start", USD, CHICAGO)


def test_hours_that_begin_at_other_minutes_than_the_year_are_told(write: Callable[..., Path]) -> None:
    path = write(hours(9000, start=datetime(2022, 12, 31, tzinfo=UTC)))
    with pytest.raises(SeriesError, match="2023 begins at 2022-12-31 18:30 UTC, but the file's rows for it begin at"):
        read_years(path, "price", "start", USD, "Asia/Kolkata")


@pytest.mark.parametrize(("value", "said"), [("999999", "no market prints"), ("-1e12", "no market prints")])
def test_a_price_that_no_market_prints_is_refused(write: Callable[..., Path], value: str, said: str) -> None:
    rows = hours(30)
    rows[7] = (rows[7][0], value)
    problem = only(refusal(write(rows)))
    assert said in problem.message
    assert problem.value == f"{float(value):g}"


def test_a_column_of_zeros_is_no_price(write: Callable[..., Path]) -> None:
    assert "every price is zero" in only(refusal(write([(when, "0") for when, _ in hours(30)]))).message


def test_weather_comes_in_two_columns(write: Callable[..., Path]) -> None:
    rows = [(when, price, "15.0") for when, price in hours(48)]
    path = write(rows, "start,dry,wet")
    table = read_series(path, ("dry", "wet"), "start", "celsius", CHICAGO)
    assert table.values.shape == (2, 48)
    assert (table.columns, table.unit, table.source) == (("dry", "wet"), "celsius", "prices.csv")
    with pytest.raises(SeriesError, match=r"F - 32"):
        read_series(path, ("dry", "wet"), "start", "fahrenheit", CHICAGO)


@pytest.mark.parametrize("worst", ["95.0", "288.15", "-999"])
def test_no_weather_is_like_this(write: Callable[..., Path], worst: str) -> None:
    rows = hours(48)
    rows[5] = (rows[5][0], worst)
    with pytest.raises(SeriesError, match="no outdoor temperature"):
        read_series(write(rows), ("price",), "start", "celsius", CHICAGO)


def test_no_such_time_zone(write: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="America/Chicgo"):
        read_prices(write(hours(30)), "price", "start", USD, "America/Chicgo")


def test_ercot_february_2021_keeps_its_peak() -> None:
    path = shared("data/power/ercot_west_panel_hourly_2020_2024.parquet")
    storm = (date(2021, 2, 16), date(2021, 2, 20))
    real_time = read_prices(path, "rt_hb_west", "ts_utc", USD, CHICAGO, span=storm)
    assert real_time.price_usd_per_mwh.max() >= 8900.0
    assert real_time.label == "rt_hb_west, 2021-02-16 to 2021-02-19"
    day_ahead = read_prices(path, "dam_hb_west", "ts_utc", USD, CHICAGO, years=(2021,))
    assert monthly_table(day_ahead).high_usd_per_mwh[1] == pytest.approx(9000.01, abs=0.01)


def test_ercot_august_2023_keeps_its_mean() -> None:
    path = shared("data/power/ercot_west_panel_hourly_2020_2024.parquet")
    table = monthly_table(read_prices(path, "rt_hb_west", "ts_utc", USD, CHICAGO, years=(2023,)))
    assert table.mean_usd_per_mwh[7] == pytest.approx(196.37, abs=0.005)


def test_ercots_holes_are_named() -> None:
    path = shared("data/power/ercot_west_panel_hourly_2020_2024.parquet")
    problem = only(refusal(path, column="rt_hb_west", time_column="ts_utc", years=(2021,)))
    assert "11 rows" in problem.message
    assert problem.fix.endswith("years without a fault: 2023")


def test_quarter_hours_of_a_hub_with_a_hole() -> None:
    path = shared("data/power/ercot_rt15_hubs_2020_2024.parquet")
    storm = read_prices(path, "HB_WEST", "ts_utc", USD, CHICAGO, span=(date(2021, 2, 16), date(2021, 2, 20)))
    assert (storm.grid.step_s, storm.grid.count) == (900, 4 * 96)
    assert storm.price_usd_per_mwh.max() > 9000.0
    missing = only(refusal(path, column="HB_WEST", time_column="ts_utc", years=(2021,)))
    assert "intervals are missing" in missing.message
    assert missing.fix.endswith("years without a fault: 2023")


def test_local_fixtures_of_the_market_are_refused_not_guessed() -> None:
    path = shared("data/power/fixtures/nyiso_20251102_rtlbmp_zone_WEST.csv")
    problem = only(refusal(path, column="LBMP ($/MWHr)", time_column="Time Stamp", zone="America/New_York"))
    assert problem.value == "11/02/2025 00:00"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_text_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    """Nothing but a refusal escapes, and what is read has as many finite prices as the file has rows."""
    cell = st.text(alphabet='0123456789-:TZ.,eE+ naif"\n;', max_size=12)
    rows = hours(data.draw(st.integers(min_value=1, max_value=6)))
    for _ in range(data.draw(st.integers(min_value=0, max_value=2))):
        at = data.draw(st.integers(min_value=0, max_value=len(rows) - 1))
        rows[at] = (data.draw(cell), rows[at][1]) if data.draw(st.booleans()) else (rows[at][0], data.draw(cell))
    path = tmp_path / "any.csv"
    path.write_text("start,price\n" + "".join(f"{when},{price}\n" for when, price in rows), encoding="utf-8")
    problems: tuple[Problem, ...] = ()
    try:
        series = read_prices(path, "price", "start", USD, CHICAGO)
    except SeriesError as error:
        problems = error.problems
    assert all(problem.file and problem.fix for problem in problems)
    if not problems:
        assert np.isfinite(series.price_usd_per_mwh).all()
        assert 2 <= series.grid.count <= len(rows)


def test_prices_before_a_time_go_back_to_the_last_gap(write: Callable[..., Path]) -> None:
    """Of 96 hours the 30th is missing and the 40th has no number: of the 72 before the fourth day 31 are left."""
    rows = hours(96)
    rows[40] = (rows[40][0], "")
    path = write(rows[:30] + rows[31:])
    fourth = START + timedelta(days=3)
    found = read_before(path, "price", "start", USD, fourth, CHICAGO, 365)
    assert found is not None
    assert found.grid.start_utc == START + timedelta(hours=41)
    assert found.price_usd_per_mwh.tolist() == [20 + n % 24 + 0.5 for n in range(41, 72)]
    day = read_before(path, "price", "start", USD, fourth, CHICAGO, 1)
    assert day is not None
    assert (day.grid.count, day.grid.start_utc) == (24, START + timedelta(days=2))


def test_nothing_before_is_no_fault(write: Callable[..., Path]) -> None:
    path = write(hours(48))
    assert read_before(path, "price", "start", USD, START, CHICAGO, 365) is None
    cut = write(hours(20) + hours(24, start=START + timedelta(hours=24)), name="cut.csv")
    after = START + timedelta(hours=24)
    assert read_before(cut, "price", "start", USD, after, CHICAGO, 365) is None, "the hour right before is not there"
    assert read_before(path, "price", "start", USD, START + timedelta(hours=48), CHICAGO, 365) is None
    with pytest.raises(SeriesError, match="units are not converted"):
        read_before(
            write([(when, str(float(price) / 1000)) for when, price in hours(48)], name="k.csv"),
            "price",
            "start",
            "usd_per_kwh",
            after,
            CHICAGO,
            365,
        )
