"""Sheets put into a stranger's workbook: ours are found again, theirs keep every byte."""

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
import xlsxwriter

from tcw.errors import InputFault, TcwError, UsageFault
from tcw.kpis.result import KpiResult
from tcw.reports.excel.kpi import write_into, write_workbook
from tcw.reports.excel.report import write_tables_into
from tcw.reports.tables.followup import followup_table
from tests.reports.kpi_factory import about, intake, made_up

REWRITTEN = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


@pytest.fixture(scope="module")
def result() -> KpiResult:
    made: KpiResult = replace(made_up(6, 4), notes=())
    return made


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A workbook with what gets lost when a workbook is read and written anew: a chart, formats, names,
    formulas.
    """
    path = tmp_path / "budget.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Budget")
        sheet.write_column("A2", [1, 2, 3], book.add_format({"num_format": '0.00 "kr"', "bold": True}))
        sheet.write_formula("B2", "=SUM(A2:A4)")
        sheet.write_formula("B3", "='tcw Per vecka'!C6")
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Budget!$A$2:$A$4"})
        sheet.insert_chart("D2", chart)
        sheet.insert_textbox("D20", "Anteckning")
        sheet.repeat_rows(0)
        other = book.add_worksheet("Sist")
        other.repeat_rows(1)
        other.activate()
        book.define_name("mina", "=Budget!$A$2:$A$4")
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(set(archive.namelist()))
        return {name: archive.read(name) for name in archive.namelist()}


def put(path: Path, result: KpiResult, *, clean: bool = True) -> Any:
    write_into(path, result, intake(clean=clean), about(), "sv")
    check_package(path)
    return openpyxl.load_workbook(path)


def check_package(path: Path) -> None:
    """What Excel is strict about: every part has a type, every link an end, every number its sheet."""
    found = parts(path)
    types = found["[Content_Types].xml"].decode()
    named = set(re.findall(r'PartName="/([^"]+)"', types))
    assert len(named) == types.count("PartName=")
    assert named <= set(found)
    for name in found:
        if name.startswith(("xl/worksheets/sheet", "xl/drawings/drawing", "xl/charts/chart")):
            assert name in named
    for name, data in found.items():
        if name.endswith(".rels"):
            folder = name.replace("_rels/", "").rsplit("/", 1)[0] if "/" in name.replace("_rels/", "") else ""
            ids = re.findall(r'\bId="([^"]+)"', data.decode())
            assert len(ids) == len(set(ids))
            for target in re.findall(r'Target="([^"]+)"', data.decode()):
                if target.startswith("http"):
                    continue
                end = target.lstrip("/") if target.startswith("/") else str(Path(folder, target))
                assert re.sub(r"[^/]+/\.\./", "", end) in found, (name, target)
    workbook = found["xl/workbook.xml"].decode()
    sheets = workbook.count("<sheet ")
    assert all(int(number) < sheets for number in re.findall(r'localSheetId="(\d+)"', workbook))
    ids = re.findall(r'sheetId="(\d+)"', workbook)
    assert len(ids) == len(set(ids)) == sheets
    styles = found["xl/styles.xml"].decode()
    for name, child in (
        ("cellXfs", "xf"),
        ("fonts", "font"),
        ("fills", "fill"),
        ("borders", "border"),
        ("dxfs", "dxf"),
    ):
        match = re.search(rf'<{name} count="(\d+)"[^>]*>(.*?)</{name}>', styles, re.DOTALL)
        if match:
            assert int(match[1]) == len(re.findall(rf"<{child}[ >/]", match[2])), name
    most = int(re.search(r'<cellXfs count="(\d+)"', styles)[1])  # type: ignore[index]
    for name, data in found.items():
        if name.startswith("xl/worksheets/sheet"):
            assert all(int(number) < most for number in re.findall(r'<c r="\w+" s="(\d+)"', data.decode()))
            assert data.count(b'tabSelected="1"') <= 1


def test_every_other_part_keeps_every_byte(theirs: Path, result: KpiResult) -> None:
    before = parts(theirs)
    put(theirs, result)
    after = parts(theirs)
    assert {name for name in before if before[name] != after.get(name)} == REWRITTEN


def test_their_sheets_names_and_formats_mean_the_same(theirs: Path, result: KpiResult) -> None:
    book = put(theirs, result)
    assert book.sheetnames[:3] == ["Budget", "Sist", "tcw Sammanfattning"]
    assert book.active.title == "Sist"
    budget = book["Budget"]
    assert budget["A2"].number_format == '0.00 "kr"'
    assert budget["A2"].font.bold
    assert budget["B2"].value == "=SUM(A2:A4)"
    assert budget.print_title_rows == "$1:$1"
    assert book["Sist"].print_title_rows == "$2:$2"
    assert book.defined_names["mina"].attr_text == "Budget!$A$2:$A$4"
    assert b'fullCalcOnLoad="1"' in parts(theirs)["xl/workbook.xml"]


def test_our_sheets_come_whole(theirs: Path, result: KpiResult, tmp_path: Path) -> None:
    book = put(theirs, result)
    own = tmp_path / "own.xlsx"
    write_workbook(own, result, intake(clean=True), about(), "sv")
    alone = openpyxl.load_workbook(own)
    for sheet in alone.worksheets:
        there = book[f"tcw {sheet.title}"]
        assert there.freeze_panes == sheet.freeze_panes
        for row in sheet.iter_rows():
            for cell in row:
                moved = there[cell.coordinate]
                if not (isinstance(cell.value, str) and cell.value.startswith("=")):
                    assert moved.value == cell.value
                assert moved.number_format == cell.number_format
                assert moved.fill.fgColor.rgb == cell.fill.fgColor.rgb
                assert moved.font.color == cell.font.color
    assert len(book["tcw Sammanfattning"]._charts) == 1
    assert book["tcw Sammanfattning"]._charts[0].series[0].val.numRef.f.startswith("'tcw Per vecka'!")
    (rules, *_) = book["tcw Per anställd"].conditional_formatting
    assert rules.rules[0].dxf.fill.bgColor.rgb == "FFFDE3E4"


def test_a_later_run_takes_the_place_of_the_earlier(theirs: Path, result: KpiResult) -> None:
    put(theirs, result)
    first = parts(theirs)
    book = put(theirs, replace(made_up(6, 7), notes=()))
    assert book.sheetnames.count("tcw Per vecka") == 1
    assert book["tcw Per vecka"].max_row == 5 + 7
    again = parts(theirs)
    assert set(again) == set(first)
    assert again["xl/styles.xml"] == first["xl/styles.xml"], "styles do not pile up night after night"


def test_the_same_run_again_gives_the_same_bytes(theirs: Path, result: KpiResult) -> None:
    put(theirs, result)
    put(theirs, result)
    once = parts(theirs)
    put(theirs, result)
    assert parts(theirs) == once


def test_renamed_and_moved_sheets_are_found_again(theirs: Path, result: KpiResult) -> None:
    book = put(theirs, result)
    book["tcw Per vecka"].title = "Min vecka"
    marker = next(name for name in book.defined_names if name == "_tcw_kpi_week")
    book.defined_names[marker].attr_text = "'Min vecka'!$A$1"
    book.move_sheet("Min vecka", -4)
    order = book.sheetnames
    book.save(theirs)
    book = put(theirs, result)
    assert book.sheetnames == order
    assert book["Min vecka"]["A1"].value == "Per vecka"


def test_a_sheet_of_theirs_with_our_name_is_left_alone(theirs: Path, result: KpiResult) -> None:
    book = openpyxl.load_workbook(theirs)
    book.create_sheet("TCW per vecka")["A1"] = "mitt"
    book.save(theirs)
    book = put(theirs, result)
    assert book["TCW per vecka"]["A1"].value == "mitt"
    assert book["tcw Per vecka (2)"]["A1"].value == "Per vecka"


def test_sheets_no_longer_needed_go(theirs: Path, result: KpiResult) -> None:
    put(theirs, result, clean=False)
    book = put(theirs, result, clean=True)
    assert "tcw Avvisade rader" not in book.sheetnames
    assert "Sist" in book.sheetnames


def test_two_reports_live_in_one_workbook(theirs: Path, result: KpiResult) -> None:
    put(theirs, result)
    table = followup_table(pl.DataFrame({"staff_id": ["1"], "hours": [2.0]}))
    write_tables_into(theirs, [table], intake(clean=True), about(), "sv")
    check_package(theirs)
    book = put(theirs, result)
    assert {"tcw Uppföljning", "tcw Per vecka"} <= set(book.sheetnames)
    assert book["tcw Uppföljning"]["A6"].value == "1"


def test_a_workbook_of_ours_is_refreshed_in_place(tmp_path: Path, result: KpiResult) -> None:
    path = tmp_path / "own.xlsx"
    write_workbook(path, result, intake(clean=True), about(), "sv")
    names = openpyxl.load_workbook(path).sheetnames
    assert put(path, replace(made_up(6, 5), notes=())).sheetnames == names


def test_prefixed_xml_is_understood(theirs: Path, result: KpiResult) -> None:
    """Workbooks made with Microsoft's own library write every element with a prefix."""
    rewrite(theirs, "xl/workbook.xml", lambda text: with_prefix(text, "workbook"))
    rewrite(theirs, "xl/styles.xml", lambda text: with_prefix(text, "styleSheet"))
    write_into(theirs, result, intake(clean=True), about(), "sv")
    book = openpyxl.load_workbook(theirs)
    assert book["tcw Per vecka"]["A1"].font.b
    assert book["Budget"]["A2"].number_format == '0.00 "kr"'


def with_prefix(text: str, root: str) -> str:
    text = re.sub(r"<(/?)([A-Za-z])", r"<\1x:\2", text)
    return text.replace(f"<x:{root} xmlns=", f"<x:{root} xmlns:x=")


def rewrite(path: Path, part: str, change: Any) -> None:
    found = parts(path)
    found[part] = change(found[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in found.items():
            archive.writestr(name, data)


def fault_of(path: Path, result: KpiResult) -> TcwError:
    with pytest.raises(TcwError) as raised:
        write_into(path, result, intake(clean=True), about(), "sv")
    assert path.name in raised.value.lines("sv")[0]
    return raised.value


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 cut", b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"<html></html>", b"\x89PNG"],
    ids=["empty", "cut zip", "old xls", "html", "picture"],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, result: KpiResult, data: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    fault = fault_of(path, result)
    assert isinstance(fault, InputFault)
    assert fault.code == "into-not-a-workbook"
    assert path.read_bytes() == data


def test_what_cannot_be_kept_whole_is_refused(theirs: Path, result: KpiResult) -> None:
    whole = theirs.read_bytes()
    changes = {
        "into-strict": lambda text: text.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        "into-protected": lambda text: text.replace(
            "<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>'
        ),
    }
    for code, change in changes.items():
        theirs.write_bytes(whole)
        rewrite(theirs, "xl/workbook.xml", change)
        assert fault_of(theirs, result).code == code
    theirs.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"))
    assert fault_of(theirs, result).code == "into-encrypted"


def test_there_must_be_a_workbook(tmp_path: Path, result: KpiResult) -> None:
    fault = fault_of(tmp_path / "none.xlsx", result)
    assert isinstance(fault, UsageFault)
    assert fault.code == "into-no-workbook"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_their_formulas_read_our_figures(theirs: Path, result: KpiResult) -> None:
    put(theirs, result).save(theirs)  # without cached values: LibreOffice recomputes only when told to
    command = ["soffice", f"-env:UserInstallation={(theirs.parent / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "csv", "--outdir", str(theirs.parent), str(theirs)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shown = theirs.with_suffix(".csv").read_text("utf-8", "replace")
    billable = result.figures["week"]["billable_h"][0]
    assert f"{billable:.2f}".rstrip("0").rstrip(".") in shown.replace('"', "")


def test_the_chart_draws_straight_lines_with_gaps_in_any_workbook(tmp_path: Path) -> None:
    """A newer program's workbook has other defaults than the one XlsxWriter makes: curves, and 0 % for no
    figure.
    """
    theirs = tmp_path / "deras.xlsx"
    openpyxl.Workbook().save(theirs)
    write_into(theirs, made_up(), intake(), about(), "sv")
    with zipfile.ZipFile(theirs) as package:
        charts = [package.read(name).decode() for name in package.namelist() if "charts/chart" in name]
    assert len(charts) == 1
    assert charts[0].count('<c:smooth val="0"/>') == charts[0].count("<c:ser>")
    assert '<c:dispBlanksAs val="gap"/>' in charts[0]
