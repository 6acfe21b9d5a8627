"""The workbook: live formulas that say what the plan says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import warnings
import zipfile
from dataclasses import replace
from io import BytesIO

import numpy as np
import openpyxl
import pytest

from report.sample_plan import MONTHS, extreme, sample
from repower.finance import monthly_rate_frac, npv_usd
from repower.report import tidy, write_workbook
from repower.report.sheets.book import cell_name, column_name, span_name
from repower.report.workbook import SHEETS

PLAN = sample()


def made(plan) -> bytes:
    stream = BytesIO()
    write_workbook(plan, stream)
    return stream.getvalue()


def opened(content: bytes, values: bool):
    return openpyxl.load_workbook(BytesIO(content), data_only=values)


@pytest.fixture(scope="module")
def content():
    return made(PLAN)


@pytest.fixture(scope="module")
def values(content):
    return opened(content, values=True)


@pytest.fixture(scope="module")
def formulas(content):
    return opened(content, values=False)


def summary_of(book) -> dict[str, object]:
    return {row[0]: row[1] for row in book["Summary"].iter_rows(min_row=5, values_only=True) if row[0]}


def rows_of(sheet) -> dict[str, list[float]]:
    return {row[1]: list(row[3:]) for row in sheet.iter_rows(min_row=5, values_only=True) if row[1]}


def test_sheets_stand_in_order(values):
    assert tuple(values.sheetnames) == SHEETS


def test_viewers_that_do_not_calculate_show_the_plan(values):
    summary = summary_of(values)
    assert summary["Value of the plan, $"] == pytest.approx(PLAN.value_usd, rel=1e-12)
    assert summary["Value over keeping, $"] == pytest.approx(PLAN.value_over_keep_usd, rel=1e-12)
    assert summary["IRR before tax and debt, a year"] == pytest.approx(PLAN.irr.rate_frac)
    assert summary["Valley of cash, $"] == pytest.approx(PLAN.valley.amount_usd)
    assert summary["Month of the valley"].date() == PLAN.valley.month
    assert summary["Minimum DSCR"] == pytest.approx(PLAN.min_dscr_ratio)
    assert summary["Capex, $"] == pytest.approx(sum(part.spend_usd for part in PLAN.capex))


def test_totals_are_formulas(formulas):
    cash = rows_of(formulas["Cash"])
    assert cash["Total"][0] == f"=SUM(D5:D{4 + len(PLAN.cash.lines)})"
    assert cash["Plan less keep"][0] == f"=D{5 + len(PLAN.cash.lines)}-Keep!D{5 + len(PLAN.keep_cash.lines)}"
    assert cash["Cumulative"][1].startswith("=D")
    summary = summary_of(formulas)
    assert summary["Hurdle, a year"] == PLAN.discount_frac_per_year
    assert summary["Value of the plan, $"].startswith("=NPV($B$6,Cash!$D$")
    assert summary["IRR before tax and debt, a year"].startswith("=IFERROR((1+IRR(Cash!$D$")
    assert summary["Valley of cash, $"].startswith("=MIN(0,MIN(Cash!$D$")
    counted = sum(
        str(cell.value).startswith("=") for sheet in formulas.worksheets for row in sheet.iter_rows() for cell in row
    )
    assert counted > 5 * len(MONTHS)


def test_months_are_dates_and_lines_are_those_of_the_plan(values):
    sheet = values["Cash"]
    assert [cell.value.date() for cell in sheet[4][3:]] == list(MONTHS)
    cash = rows_of(sheet)
    for line in PLAN.cash.lines:
        assert line.name in cash
    assert cash["Rent of hall B"] == pytest.approx(list(PLAN.cash.lines[1].amount_usd))
    assert cash["Cumulative"] == pytest.approx(list(np.cumsum(tidy.difference_usd(PLAN))))


def test_the_same_plan_gives_the_same_bytes(content):
    assert made(sample()) == content


def test_what_a_user_wrote_is_text_and_no_formula():
    book = opened(made(extreme()), values=False)
    texts = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    written = [cell for cell in texts if "HYPERLINK" in str(cell.value) or cell.value == "=1+1"]
    assert len(written) > 60
    assert {cell.data_type for cell in written} == {"s"} or all(cell.data_type != "f" for cell in written)
    assert all(cell.hyperlink is None for cell in texts)


def test_no_formula_is_made_of_text_from_the_plan():
    content = made(extreme())
    with zipfile.ZipFile(BytesIO(content)) as archive:
        found = [
            formula
            for name in archive.namelist()
            if name.startswith("xl/worksheets/")
            for formula in re.findall(r"<f>(.*?)</f>", archive.read(name).decode())
        ]
    assert found
    assert not any("HYPERLINK" in formula or formula == "1+1" for formula in found)


def test_a_plan_without_debt_irr_or_conversion_says_so():
    summary = summary_of(opened(made(extreme()), values=True))
    assert summary["Minimum DSCR"] == "no debt"
    assert summary["IRR before tax and debt, a year"] == "none"
    assert summary["Month of the valley"] == "none"
    assert summary["Valley of cash, $"] == 0


def test_control_signs_do_not_break_the_file():
    book = opened(made(replace(extreme(), site_name="a\x00b\x1b\ufffe")), values=True)
    assert book["Summary"]["A1"].value == "a\ufffdb\ufffd\ufffd"


def test_names_of_cells():
    assert [column_name(column) for column in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert cell_name(4, 3) == "D5"
    assert span_name(4, 3, 4, 28) == "D5:AC5"


def without_values(content: bytes, hurdle: float | None = None) -> bytes:
    """The workbook with every formula's stored value removed, so that an office must calculate; and another hurdle."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as sink:
        for name in source.namelist():
            text = source.read(name)
            if name.startswith("xl/worksheets/"):
                text = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", text)
            if hurdle is not None and name == "xl/worksheets/sheet1.xml":
                text, count = re.subn(rb'(<c r="B5"[^>]*><v>)[^<]*', rb"\g<1>" + str(hurdle).encode(), text)
                assert count == 1
            sink.writestr(name, text)
    return target.getvalue()


def calculated(content: bytes, folder):
    """The workbook after LibreOffice has calculated it."""
    (folder / "in").mkdir()
    (folder / "in" / "plan.xlsx").write_bytes(content)
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to"]
    command += ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"), str(folder / "in" / "plan.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=240, env={**os.environ, "LC_ALL": "C.UTF-8"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(folder / "out" / "plan.xlsx", data_only=True)


office = pytest.mark.skipif(
    shutil.which("soffice") is None,
    reason="needs LibreOffice to calculate the workbook: install libreoffice-calc-nogui (apt-get) or LibreOffice",
)


@pytest.mark.office
@office
def test_an_office_calculates_what_the_plan_says(content, values, tmp_path):
    book = calculated(without_values(content), tmp_path)
    summary = summary_of(book)
    assert summary["Value of the plan, $"] == pytest.approx(PLAN.value_usd, rel=1e-6)
    assert summary["Value of keeping, $"] == pytest.approx(PLAN.keep_value_usd, rel=1e-6)
    assert summary["Value over keeping, $"] == pytest.approx(PLAN.value_over_keep_usd, rel=1e-6)
    assert summary["IRR before tax and debt, a year"] == pytest.approx(PLAN.irr.rate_frac, abs=1e-6)
    assert summary["Valley of cash, $"] == pytest.approx(PLAN.valley.amount_usd, rel=1e-6)
    assert summary["Month of the valley"].date() == PLAN.valley.month
    compared = 0
    for sheet in values.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    found = book[sheet.title][cell.coordinate].value
                    assert found == pytest.approx(cell.value, rel=1e-6, abs=1e-4), f"{sheet.title}!{cell.coordinate}"
                    compared += 1
    assert compared > 20 * len(MONTHS)


@pytest.mark.office
@office
def test_another_hurdle_gives_another_value(content, tmp_path):
    summary = summary_of(calculated(without_values(content, hurdle=0.2), tmp_path))
    rate = monthly_rate_frac(0.2)
    expected = npv_usd(rate, tidy.difference_usd(PLAN), first_period=1)
    assert summary["Value over keeping, $"] == pytest.approx(expected, rel=1e-6)
    assert abs(expected - PLAN.value_over_keep_usd) > 1e6
