"""The workbook as Excel and LibreOffice read it."""

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from tcw.kpis.result import KpiResult
from tcw.reports.excel import rows as excel_rows
from tcw.reports.excel import sheet as excel_sheet
from tcw.reports.excel.kpi import write_workbook
from tcw.reports.excel.report import write_tables
from tcw.reports.tables.followup import followup_table
from tests.reports.kpi_factory import LEVELS, about, intake, made_up, nothing

OFFICE = shutil.which("soffice")
RED = "FDE3E4"


@pytest.fixture(scope="module")
def result() -> KpiResult:
    made: KpiResult = replace(made_up(), notes=())
    return made


@pytest.fixture(scope="module")
def workbook_path(tmp_path_factory: pytest.TempPathFactory, result: KpiResult) -> Path:
    path = tmp_path_factory.mktemp("book") / "nyckeltal.xlsx"
    write_workbook(path, result, intake(clean=True), about(), "sv")
    return path


@pytest.fixture(scope="module")
def workbook(workbook_path: Path) -> Any:
    return openpyxl.load_workbook(workbook_path)


def column(sheet: Worksheet, label: str, first: int = 6) -> list[Any]:
    labels = [cell.value for cell in sheet[5]]
    place = labels.index(label) + 1
    return [sheet.cell(row, place).value for row in range(first, sheet.max_row + 1)]


def test_the_sheets_have_the_manuals_words(workbook: Any) -> None:
    assert workbook.sheetnames == [
        "Sammanfattning",
        "Per anställd och vecka",
        "Per anställd",
        "Per vecka",
        "Per enhet",
        "Per samplaneringsyta",
        "Varningar",
        "Iakttagelser om indata",
        "Inställningar",
        "Om rapporten",
    ]
    labels = [cell.value for cell in workbook["Per anställd"][5]]
    assert labels[:3] == ["Anställningsnr", "Anställd", "Enhet"]
    assert {"Debiterbar tid (h)", "Frånvarograd", "Debiteringsgrad 1a", "Normal arbetstid (h)"} <= set(labels)


def test_figures_are_numbers_with_their_formats(workbook: Any, result: KpiResult) -> None:
    sheet = workbook["Per anställd och vecka"]
    frame = result.figures["employee-week"]
    assert column(sheet, "Bokningsgrad") == pytest.approx(frame["booking_rate"].to_list())
    assert column(sheet, "Debiterbar tid (h)") == pytest.approx(frame["billable_h"].to_list())
    assert column(sheet, "Anställningsnr") == frame["staff_id"].to_list()
    expected = [value if value is not None else "–" for value in frame["billing_rate_1a"]]
    assert "–" in expected
    assert column(sheet, "Debiteringsgrad 1a") == pytest.approx(expected)
    place = [cell.value for cell in sheet[5]].index(
        "Bokningsgrad jämfört med anställningsgrad (procentenheter)"
    )
    assert sheet.cell(6, place + 1).number_format == "+0.0%;-0.0%;0.0%"
    assert sheet.cell(6, place).number_format == "0.0%"


def test_headings_stay_and_rows_filter(workbook: Any) -> None:
    sheet = workbook["Per anställd"]
    assert sheet.freeze_panes == "C6"
    assert sheet.auto_filter.ref == f"A5:S{5 + 24}"
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_the_totals_are_those_of_the_whole_selection(
    workbook: Any, workbook_path: Path, result: KpiResult
) -> None:
    formulas = workbook["Per anställd"]
    values = openpyxl.load_workbook(workbook_path, data_only=True)["Per anställd"]
    everybody = result.figures["all"].row(0, named=True)
    labels = [cell.value for cell in formulas[5]]
    hours = labels.index("Debiterbar tid (h)") + 1
    assert formulas.cell(4, hours).value.startswith("=SUM(")
    assert values.cell(4, hours).value == pytest.approx(everybody["billable_h"])
    rate = labels.index("Bokningsgrad") + 1
    assert formulas.cell(4, rate).value == pytest.approx(everybody["booking_rate"])


def test_the_chart_is_native_and_draws_the_weeks(workbook: Any, workbook_path: Path) -> None:
    (chart,) = workbook["Sammanfattning"]._charts
    assert len(chart.series) == 8
    assert chart.series[0].val.numRef.f == "'Per vecka'!$H$6:$H$15"
    with zipfile.ZipFile(workbook_path) as archive:
        drawn = archive.read("xl/charts/chart1.xml").decode()
    assert drawn.count("<c:v>2026-W10</c:v>") == 8, (
        "weeks and values are cached for viewers that do not compute"
    )


def test_red_follows_the_level_cells(workbook: Any) -> None:
    sheet = workbook["Per anställd"]
    rules = [rule.formula[0] for ranges in sheet.conditional_formatting for rule in ranges.rules]
    assert len(rules) == 8
    assert any("tcw_absence_rate_above" in rule for rule in rules)
    named = workbook.defined_names["tcw_absence_rate_above"].attr_text
    name, cell = named.replace("$", "").replace("'", "").split("!")
    assert workbook[name][cell].value == LEVELS["absence_rate"].above


def test_the_about_sheet_tells_where_it_comes_from(workbook: Any) -> None:
    cells = {cell.value for row in workbook["Om rapporten"].iter_rows() for cell in row}
    assert {"0.1.0", "tcw kpi examples/kommun --out nyckeltal.xlsx", "2026-05-11 07:30", "ab" * 32} <= cells
    assert "12\xa0369 = 12\xa0369 godtagna + 0 avvisade" in cells
    assert "enhet Hemtjänst 1, Hemtjänst 2" in cells


def test_rejected_rows_and_findings_have_sheets(tmp_path: Path, result: KpiResult) -> None:
    write_workbook(tmp_path / "a.xlsx", result, intake(), about(), "en")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    rejected = book["Rejected rows"]
    assert column(rejected, "Row") == [17, 18, 4711]
    assert column(rejected, "Cell")[1] == '=HYPERLINK("http://x")'
    assert rejected.cell(7, 5).data_type == "s"
    assert column(book["Intake findings"], "Hours concerned") == [96.5]


def test_formulas_in_the_data_are_text(tmp_path: Path) -> None:
    attacks = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "=cmd|' /C calc'!A0",
        "{=1}",
        "http://x",
        "_x0041_",
        "<b>&",
    ]
    small = made_up(len(attacks), 1)
    names = pl.Series("name", attacks)
    figures = {**small.figures, "employee": small.figures["employee"].with_columns(names)}
    write_workbook(
        tmp_path / "a.xlsx", replace(small, figures=figures, notes=()), intake(clean=True), about(), "en"
    )
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["By employee"]
    shown = column(sheet, "Employee")
    assert [text.replace("_x005F_", "_") for text in shown] == attacks
    assert {sheet.cell(row, 2).data_type for row in range(6, 16)} == {"s"}
    assert all(sheet.cell(row, 2).hyperlink is None for row in range(6, 16))


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40))
def test_any_text_survives_or_loses_only_what_xml_forbids(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    frame = pl.DataFrame({"staff_id": [text], "hours": [1.5]})
    path = tmp_path_factory.mktemp("text") / "a.xlsx"
    write_tables(path, [followup_table(frame)], intake(clean=True), about(), "en")
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    written = re.findall(r'preserve">([^<]*)</t>', sheet)[-1]
    allowed = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
    assert openpyxl.load_workbook(path).sheetnames
    assert unescaped(written) == allowed


def unescaped(text: str) -> str:
    plain = text.replace("_x000D_", "\r").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(r"_x005F_(?=x[0-9A-Fa-f]{4}_)", "_", plain)


def test_more_rows_than_a_sheet_holds_are_split_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel_sheet, "MOST_DATA_ROWS", 100)
    monkeypatch.setattr(excel_rows, "ROWS_AT_A_TIME", 30)
    small = replace(made_up(24, 10), notes=())
    write_workbook(tmp_path / "a.xlsx", small, intake(clean=True), about(), "en")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    parts = [name for name in book.sheetnames if name.startswith("By employee and week")]
    assert parts == ["By employee and week", "By employee and week (2)", "By employee and week (3)"]
    assert "Part 2 of 3" in book[parts[1]]["A2"].value
    weeks = [value for part in parts for value in column(book[part], "Week")]
    assert weeks == small.figures["employee-week"]["week"].to_list()
    assert book["Summary"]["E6"].value == small.warnings.filter(pl.col("figure") == "absence_rate").height


def test_same_input_same_bytes(tmp_path: Path, result: KpiResult) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, result, intake(), about(None), "en")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_empty_result_makes_a_workbook_that_says_so(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", nothing(), intake(clean=True), about(), "sv")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book["Per anställd"]["A6"].value == "Inget att visa."
    assert book["Sammanfattning"]["B5"].value == "–"


def test_a_hidden_figure_is_nowhere(tmp_path: Path, result: KpiResult) -> None:
    shown = replace(result, shown=("absence_rate",))
    write_workbook(tmp_path / "a.xlsx", shown, intake(clean=True), about(), "en")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    assert "Billing rate" not in text
    assert "billing_rate" not in text


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
class TestInLibreOffice:
    def converted(self, path: Path, kind: str) -> str:
        profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
        command = [
            str(OFFICE),
            profile,
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            str(path.parent),
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return path.with_suffix(f".{kind}").read_text("utf-8", "replace")

    def test_editing_a_level_or_a_figure_changes_the_red(self, tmp_path: Path, workbook_path: Path) -> None:
        path = tmp_path / "edited.xlsx"
        shutil.copy(workbook_path, path)
        before = self.converted(path, "html").count(RED)
        edited = openpyxl.load_workbook(path)
        edited["Inställningar"]["C8"] = 5.0
        edited.save(path)
        without_absence = self.converted(path, "html").count(RED)
        assert 0 < without_absence < before
        sheet = edited["Per anställd"]
        labels = [cell.value for cell in sheet[5]]
        sheet.cell(6, labels.index("Frånvarograd") + 1).value = 6.0
        edited.save(path)
        assert self.converted(path, "html").count(RED) == without_absence + 1

    def test_the_summary_counts_the_warnings_itself(
        self, tmp_path: Path, workbook_path: Path, result: KpiResult
    ) -> None:
        path = tmp_path / "counted.xlsx"
        edited = openpyxl.load_workbook(workbook_path)
        edited["Inställningar"]["C8"] = 0.3
        edited.save(path)
        page = self.converted(path, "html")
        row = page[page.index("Frånvarograd") :]
        numbers = re.findall(r'sdval="([\d.e-]+)"', row[: row.index("</tr>")])
        beyond = (result.figures["employee-week"]["absence_rate"] > 0.3).sum()
        assert float(numbers[-1]) == beyond
