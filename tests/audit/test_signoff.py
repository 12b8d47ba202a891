"""The workbook to sign: what people wrote stays, the rest is made anew, and evidence that changed after a
signature is told.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tcw.errors import TcwError
from tests.audit.exports import AS_OF, answered, export, tcw

pytestmark = pytest.mark.slow

ROLES = "Roll;Nivå\nChef;Läsa\nSamordnare;Skriva\n"
HEAD = 4


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Path, Path]:
    before = export(tmp_path / "before", {"roller.csv": ROLES})
    return before, export(tmp_path / "after", {"roller.csv": ROLES.replace("Läsa", "Skriva")})


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The workbook that `write` makes of `sides` before anybody wrote in it."""
    folder = tmp_path_factory.mktemp("first")
    before = export(folder / "before", {"roller.csv": ROLES})
    after = export(folder / "after", {"roller.csv": ROLES.replace("Läsa", "Skriva")})
    assert write((before, after), folder / "audit.xlsx").exit_code == 1
    return (folder / "audit.xlsx").read_bytes()


@pytest.fixture
def out(first: bytes, tmp_path: Path) -> Path:
    """A test's own copy of it."""
    path = tmp_path / "audit.xlsx"
    path.write_bytes(first)
    return path


def write(sides: tuple[Path, Path], out: Path, *words: object) -> Any:
    return tcw(*sides, *AS_OF, "--out", out, "--lang", "en", *words)


def checklist(book: openpyxl.Workbook) -> Worksheet:
    sheet = book["Checklist"]
    assert isinstance(sheet, Worksheet)
    return sheet


def column(sheet: Worksheet, name: str) -> int:
    return next(place for place, cell in enumerate(sheet[HEAD], 1) if cell.value == name)


def row(sheet: Worksheet, code: str) -> int:
    return next(place for place, cell in enumerate(sheet["A"], 1) if cell.value == code)


def sign(path: Path, code: str, **cells: object) -> None:
    book = openpyxl.load_workbook(path)
    sheet = checklist(book)
    for name, value in cells.items():
        sheet.cell(row(sheet, code), column(sheet, name.capitalize())).value = value  # type: ignore[assignment]
    book.save(path)


def signed(path: Path, code: str) -> dict[str, object]:
    sheet = checklist(openpyxl.load_workbook(path))
    return {
        name: sheet.cell(row(sheet, code), column(sheet, name)).value
        for name in ("Done", "By", "Date", "Comment", "Changed since signed")
    }


def test_what_people_wrote_stays(sides: tuple[Path, Path], out: Path) -> None:
    sign(out, "C09", done="Yes", by="Åsa Öberg", date=datetime(2026, 7, 7), comment="=1+1 is no formula")
    book = openpyxl.load_workbook(out)
    book.create_sheet("Mine")["A1"] = "own notes"
    checklist(book).cell(HEAD, 16).value = "Ticket"
    checklist(book).cell(row(checklist(book), "C09"), 16).value = 4711
    book.save(out)
    done = write(sides, out)
    assert "Kept what people wrote about 1 item in" in done.stderr
    for run in range(2):
        assert signed(out, "C09") == {
            "Done": "Yes",
            "By": "Åsa Öberg",
            "Date": datetime(2026, 7, 7),
            "Comment": "=1+1 is no formula",
            "Changed since signed": None,
        }
        again = openpyxl.load_workbook(out)
        assert again["Mine"]["A1"].value == "own notes"
        sheet = checklist(again)
        assert sheet.cell(row(sheet, "C09"), column(sheet, "Ticket")).value == 4711
        assert sheet.cell(row(sheet, "C09"), column(sheet, "Comment")).data_type == "s"
        if run == 0:
            write(sides, out)


def test_evidence_that_changed_after_the_signature_is_told(sides: tuple[Path, Path], out: Path) -> None:
    sign(out, "C09", done="Yes", by="ÅÖ", date=date(2026, 7, 7))
    sign(out, "C12", comment="not signed")
    (sides[1] / "roller.csv").write_text(ROLES.replace("Läsa", "Administrera"), encoding="utf-8")
    done = write(sides, out)
    assert "Signed, and the evidence has changed since: C09" in done.stdout
    assert signed(out, "C09")["Changed since signed"] == "changed since it was signed"
    # It stays so until somebody signs anew, also when nothing changes any more.
    answer = answered(*sides, "--out", out)
    assert [item["id"] for item in answer["items"] if item["signed_before_change"]] == ["C09"]
    sign(out, "C09", date=date(2026, 7, 8))
    answer = answered(*sides, "--out", out)
    assert [item["id"] for item in answer["items"] if item["signed_before_change"]] == []


def test_the_other_language_finds_what_was_written(sides: tuple[Path, Path], out: Path) -> None:
    sign(out, "C01", done="Yes", by="ÅÖ")
    tcw(*sides, *AS_OF, "--out", out, "--lang", "sv")
    write(sides, out)
    assert signed(out, "C01")["By"] == "ÅÖ"


def test_a_sorted_checklist_keeps_its_rows_together(sides: tuple[Path, Path], out: Path) -> None:
    sign(out, "C05", done="Yes", by="ÅÖ")
    book = openpyxl.load_workbook(out)
    sheet = checklist(book)
    rows = [[cell.value for cell in cells] for cells in sheet.iter_rows(min_row=HEAD + 1)]
    for place, values in enumerate(reversed(rows), HEAD + 1):
        for number, value in enumerate(values, 1):
            sheet.cell(place, number).value = value
    book.save(out)
    write(sides, out)
    assert signed(out, "C05")["By"] == "ÅÖ"
    assert signed(out, "C11")["By"] is None


def test_an_item_no_longer_asked_keeps_its_signature(sides: tuple[Path, Path], tmp_path: Path) -> None:
    items = tmp_path / "items.yaml"
    items.write_text("items: [{id: own, text: Keys are back, check: manual}]\n", encoding="utf-8")
    out = tmp_path / "audit.xlsx"
    write(sides, out, "--list", items)
    sign(out, "own", done="Yes", by="ÅÖ")
    write(sides, out)
    assert signed(out, "own")["By"] == "ÅÖ"


def test_sheets_have_no_formulas_and_lead_to_their_evidence(sides: tuple[Path, Path], tmp_path: Path) -> None:
    for name in ("before", "after"):
        text = "Kod;Text\n1;=1+1\n2;+cmd|' /C calc'!A0\n3;@SUM(A1)\n" + (
            "4;-2+3\n" if name == "after" else ""
        )
        (tmp_path / name / "[evil]*?:\\.csv".replace("\\", "")).write_text(text, encoding="utf-8")
        (tmp_path / name / ("x" * 60 + ".csv")).write_text(text.replace("1;", "9;"), encoding="utf-8")
        (tmp_path / name / ("x" * 60 + "y.csv")).write_text(
            text.replace("1;", "8;") + "7;x\n", encoding="utf-8"
        )
    out = tmp_path / "audit.xlsx"
    write(sides, out)
    book = openpyxl.load_workbook(out)
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)
    assert len({name.casefold() for name in book.sheetnames}) == len(book.sheetnames)
    formulas = [
        cell
        for sheet in book.worksheets
        for cells in sheet.iter_rows()
        for cell in cells
        if cell.data_type == "f"
    ]
    assert formulas == []
    texts = {cell.value for sheet in book.worksheets for cells in sheet.iter_rows() for cell in cells}
    assert "-2+3" in texts
    sheet = checklist(book)
    targets = [cell.hyperlink.location for cells in sheet.iter_rows() for cell in cells if cell.hyperlink]
    assert targets
    assert all(str(target).rsplit("!", 1)[0].strip("'") in book.sheetnames for target in targets)


def test_a_stranger_s_workbook_keeps_its_sheets(sides: tuple[Path, Path], tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Checklist"
    book.active["A1"] = "somebody else's"
    out = tmp_path / "audit.xlsx"
    book.save(out)
    write(sides, out)
    again = openpyxl.load_workbook(out)
    assert again["Checklist"]["A1"].value == "somebody else's"
    assert "Checklist (2)" in again.sheetnames


def test_a_file_that_is_no_workbook_is_not_replaced(sides: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "audit.xlsx"
    out.write_text("minutes of a meeting", encoding="utf-8")
    with pytest.raises(TcwError) as fault:
        write(sides, out)
    assert fault.value.code == "into-not-a-workbook"
    assert out.read_text(encoding="utf-8") == "minutes of a meeting"


def test_the_restore_plan_has_the_rows_as_they_were(out: Path) -> None:
    rows = [
        row for row in openpyxl.load_workbook(out)["Restore plan"].iter_rows(values_only=True) if any(row)
    ]
    assert ("To do", "Cells", "Ends", "Roll", "Nivå") in [row[:5] for row in rows]
    assert ("change back", "Nivå", None, "Chef", "Läsa") in [row[:5] for row in rows]


def test_another_language_gives_the_sheets_other_names_and_keeps_what_was_written(
    sides: tuple[Path, Path], out: Path
) -> None:
    sign(out, "C09", done="Yes", by="Åsa Öberg", comment="Seen")
    book = openpyxl.load_workbook(out)
    # As Excel renames a sheet.
    book["C05 Report"].title = "My report"
    mark = next(name for name in book.defined_names.values() if "C05 Report" in name.attr_text)
    mark.attr_text = "'My report'!$A$1"
    own = book.create_sheet("Mine", 2)
    own["A1"] = "=Summary!A1"
    book.active = book.sheetnames.index("C09 Permissions")
    book.save(out)
    before = openpyxl.load_workbook(out).sheetnames
    assert write(sides, out, "--lang", "sv").exit_code == 1
    after = openpyxl.load_workbook(out)
    assert after.sheetnames[:3] == ["Summary", "Checklista", "Mine"]
    assert "My report" in after.sheetnames
    assert len(after.sheetnames) == len(before)
    assert {"C09 Behörigheter", "Återställningsplan", "Om rapporten"} <= set(after.sheetnames)
    assert after.active is not None
    assert after.active.title == "C09 Behörigheter"
    texts = {cell for row in after["Checklista"].iter_rows(values_only=True) for cell in row}
    assert {"Yes", "Åsa Öberg", "Seen", "Klart"} <= texts
    links = {
        cell.hyperlink.location
        for row in after["Checklista"].iter_rows()
        for cell in row
        if cell.hyperlink is not None
    }
    assert "'C09 Behörigheter'!A1" in links
    assert write(sides, out).exit_code == 1
    assert openpyxl.load_workbook(out).sheetnames == before
