"""Workbooks: cells as text, row numbers as Excel shows them, damage told in one line."""

import datetime as dt
import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tcw.errors import InputFault
from tcw.intake.discover import excel_worker
from tcw.intake.discover import workbook as workbook_reader
from tcw.intake.discover.sheet_info import records, xlsb_sheets
from tests.intake.raw_files import codes_of, one_sheet, opened, rows_of

FILES = Path(__file__).parent / "files"


def workbook(path: Path, fill: Callable[[xlsxwriter.Workbook], object]) -> Path:
    book = xlsxwriter.Workbook(path)
    fill(book)
    book.close()
    return path


def rezipped(path: Path, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Return a workbook with its parts changed; those changed to None are left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def simple(tmp_path: Path) -> Path:
    return workbook(
        tmp_path / "simple.xlsx", lambda book: book.add_worksheet("Blad").write_row(0, 0, ["a", 1])
    )


def code_of(path: Path, content: bytes, **options: object) -> str:
    with pytest.raises(InputFault) as fault:
        one_sheet(path, content, **options)
    (line,) = fault.value.lines("sv")
    assert line.startswith(path.name)
    return fault.value.code


def test_cells_are_text_and_rows_are_those_of_excel(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Blad 1")
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        clock = book.add_format({"num_format": "hh:mm"})
        hours = book.add_format({"num_format": "[h]:mm"})
        sheet.write_blank(0, 0, None, date)
        sheet.merge_range(3, 1, 3, 4, "Titel")
        sheet.write_row(5, 1, ["id", "personnr", "datum", "tid"])
        sheet.write_row(6, 1, [2, 198001011234])
        sheet.write_datetime(6, 3, dt.datetime(2026, 3, 2), date)
        sheet.write(6, 4, 0.3125, clock)
        sheet.write_row(9, 1, [True, " x\u00a0"])
        sheet.write(9, 3, 26.0833333333 / 24, hours)
        sheet.write_formula(9, 4, "=1/0", None, "#DIV/0!")
        sheet.write_formula(10, 1, "=1+1", None, 2)
        sheet.write(10, 2, 7.1)
        sheet.write_formula(10, 3, "=NA()", None, "#N/A")
        sheet.write(10, 4, "#N/A")

    (sheet,) = opened(workbook(tmp_path / "a.xlsx", fill))
    assert rows_of(sheet) == [
        (4, "Titel", None, None, None),
        (6, "id", "personnr", "datum", "tid"),
        (7, "2", "198001011234", "2026-03-02 00:00:00", "1899-12-31 07:30:00"),
        (10, "true", "x", "1900-01-01 02:05:00", "#DIV/0!"),
        (11, "2", "7.1", "#N/A", "#N/A"),
    ]
    assert sheet.head[:4] == ((None,) * 4,) * 3 + (("Titel", None, None, None),)
    assert sheet.head[7] == (None,) * 4


def test_every_visible_sheet_is_read_and_hidden_ones_when_named(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("Ett", "Dold", "Tom", "Två"):
            sheet = book.add_worksheet(name)
            if name != "Tom":
                sheet.write(0, 0, name)
            if name == "Dold":
                sheet.hide()
        book.add_chartsheet("Diagram")

    path = workbook(tmp_path / "a.xlsx", fill)
    sheets = {sheet.origin.sheet: sheet for sheet in opened(path)}
    assert list(sheets) == ["Ett", "Två", "Dold"]
    assert (sheets["Dold"].hidden, sheets["Dold"].width, codes_of(sheets["Dold"])) == (
        True,
        0,
        ["excel-hidden"],
    )
    assert rows_of(sheets["Dold"]) == []
    (named,) = opened(path, sheets=("Dold",))
    assert (named.hidden, rows_of(named)) == (True, [(1, "Dold")])
    with pytest.raises(InputFault) as fault:
        opened(path, sheets=("Tre",))
    assert fault.value.lines("en") == [
        "a.xlsx: has no sheet Tre; its sheets are Ett, Dold, Tom, Två, Diagram."
    ]


def test_a_workbook_with_all_its_data_hidden_says_where_it_is(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Tom")
        hidden = book.add_worksheet("Data")
        hidden.write(0, 0, "a")
        hidden.very_hidden()

    with pytest.raises(InputFault) as fault:
        opened(workbook(tmp_path / "a.xlsx", fill))
    assert (fault.value.code, fault.value.facts["sheets"]) == ("file-hidden-sheets", "Data")


def test_an_empty_workbook_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputFault) as fault:
        opened(workbook(tmp_path / "a.xlsx", lambda book: book.add_worksheet()))
    assert fault.value.code == "file-blank"


def test_dates_from_1904_are_the_same_dates_and_durations(tmp_path: Path) -> None:
    rows = {}
    for epoch in (None, CALENDAR_MAC_1904):
        book = Workbook()
        if epoch:
            book.epoch = epoch
        sheet_of_book = book["Sheet"]
        sheet_of_book.append([dt.datetime(2026, 3, 2, 7, 30)])
        sheet_of_book.append([dt.time(7, 30)])
        sheet_of_book.append([dt.timedelta(hours=129, minutes=25)])
        book.save(tmp_path / "a.xlsx")
        (sheet,) = opened(tmp_path / "a.xlsx")
        rows[epoch] = rows_of(sheet)
        assert codes_of(sheet) == (["excel-date-1904"] if epoch else [])
    assert rows[None] == rows[CALENDAR_MAC_1904]
    assert rows[None][1:] == [(2, "1899-12-31 07:30:00"), (3, "1900-01-05 09:25:00")]


def test_an_xls_counts_rows_as_excel_does() -> None:
    sheets = opened(FILES / "blank-rows-first.xls")
    assert rows_of(sheets[0]) == [(3, None, "Titel"), (5, "id", None), (6, "2", None), (7, "#N/A", None)]
    assert [(sheet.origin.sheet, sheet.hidden) for sheet in sheets] == [
        ("Blad ett", False),
        ("Dold åäö", True),
    ]
    (hidden,) = opened(FILES / "blank-rows-first.xls", sheets=("Dold åäö",))
    assert rows_of(hidden) == [(4, "1")]


ODS_HEAD = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Blad">"""  # noqa: E501
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"


def ods(rows: str, tail: str = ODS_TAIL) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        packed.writestr("content.xml", ODS_HEAD + rows + tail)
    return stream.getvalue()


def test_open_document_durations_and_rows(tmp_path: Path) -> None:
    sheet = one_sheet(
        tmp_path / "a.ods",
        ods(
            '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
            "<table:table-row><table:table-cell "
            'office:value-type="string"><text:p>tid</text:p></table:table-cell></table:table-row>'
            '<table:table-row><table:table-cell office:value-type="time" '
            'office:time-value="PT26H05M00S"/></table:table-row>'
        ),
    )
    assert rows_of(sheet) == [(3, "tid"), (4, "26:05:00")]


def test_open_document_that_calamine_never_finishes_is_a_fault(tmp_path: Path) -> None:
    assert code_of(tmp_path / "a.ods", ods("<table:table-row>", tail="")) == "file-broken-workbook"
    everywhere = (
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" '
        'office:value="1" table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert code_of(tmp_path / "a.ods", ods(everywhere)) == "file-broken-workbook"


def test_the_parts_of_a_binary_workbook_are_found(tmp_path: Path) -> None:
    def record(kind: bytes, body: bytes) -> bytes:
        return kind + bytes([len(body)]) + body

    def wide(text: str) -> bytes:
        return len(text).to_bytes(4, "little") + text.encode("utf-16-le")

    sheets = record(b"\x9c\x01", bytes(8) + wide("rId1") + wide("Blad å"))
    sheets += record(b"\x9c\x01", b"\x01" + bytes(7) + wide("rId2") + wide("Dold"))
    relations = '<R xmlns="x"><Relationship Id="rId1" Target="worksheets/sheet1.bin"/></R>'
    path = tmp_path / "a.xlsb"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("xl/workbook.bin", record(b"\x99\x01", b"\x01") + sheets)
        packed.writestr("xl/_rels/workbook.bin.rels", relations)
    with zipfile.ZipFile(path) as packed:
        found = xlsb_sheets(packed)
    assert found.parts == {"Blad å": "xl/worksheets/sheet1.bin", "Dold": ""}
    assert found.hidden == {"Dold"}
    assert found.date_1904
    assert list(records(io.BytesIO(record(b"\x00", b"\x04")))) == [(0, b"\x04")]


def test_a_damaged_workbook_is_a_fault(tmp_path: Path, simple: Path) -> None:
    whole = simple.read_bytes()
    path = tmp_path / "a.xlsx"
    assert code_of(path, whole[:-200]) == "file-broken-workbook"
    assert code_of(path, whole[: len(whole) // 2]) == "file-broken-workbook"

    def cut_sheet(name: str, content: bytes) -> bytes:
        return content[: content.index(b"</row>")] if "sheet1" in name else content

    assert code_of(path, rezipped(simple, cut_sheet)) == "file-broken-sheet"
    assert code_of(path, rezipped(simple, lambda name, part: b"<x" if "workbook.xml" in name else part)) in (
        "file-broken-workbook",
        "file-no-sheets",
    )
    no_sheets = rezipped(simple, lambda _, part: re.sub(rb"<sheet .*?/>", b"", part))
    assert code_of(path, no_sheets) == "file-no-sheets"


def test_a_workbook_that_asks_for_too_much_memory_is_a_fault_and_the_next_is_read(
    tmp_path: Path, simple: Path
) -> None:
    damaged = bytearray((FILES / "blank-rows-first.xls").read_bytes())
    chooser = random.Random(1)
    outcomes: set[str | int] = set()
    for _ in range(60):
        content = damaged.copy()
        content[chooser.randrange(512, len(content))] = chooser.choice((0xFF, 0xF9, 0x7F))
        (tmp_path / "a.xls").write_bytes(content)
        try:
            outcomes.add(len(opened(tmp_path / "a.xls")))
        except InputFault as fault:
            outcomes.add(fault.code)
    assert outcomes > {"file-broken-workbook"}
    assert rows_of(opened(simple)[0]) == [(1, "a", "1")]


def test_a_workbook_that_is_never_read_to_its_end_is_a_fault(
    tmp_path: Path, simple: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(60)\n")
    workbook_reader._worker.cache_clear()
    monkeypatch.setattr(excel_worker, "__file__", str(tmp_path / "slow.py"))
    monkeypatch.setattr(workbook_reader, "PATIENCE", 0.1)
    try:
        with pytest.raises(InputFault) as fault:
            opened(simple)
    finally:
        workbook_reader._worker.cache_clear()
    assert fault.value.code == "file-broken-workbook"


def test_zip_bombs_and_lying_zips_are_refused(tmp_path: Path, simple: Path) -> None:
    path = tmp_path / "a.xlsx"
    zeros = rezipped(simple, lambda name, part: part + bytes(300_000_000) if "styles" in name else part)
    assert code_of(path, zeros) == "file-bomb"
    assert code_of(path, simple.read_bytes(), max_bytes=1000) == "file-bomb"

    noise = random.Random(1).randbytes(200_000)
    lying = bytearray(rezipped(simple, lambda name, part: part + noise if "sharedStrings" in name else part))
    with zipfile.ZipFile(io.BytesIO(lying)) as packed:
        entry = packed.getinfo("xl/sharedStrings.xml")
    place = lying.rindex(b"xl/sharedStrings.xml") - 46 + 24
    assert int.from_bytes(lying[place : place + 4], "little") == entry.file_size
    lying[place : place + 4] = (entry.file_size - 1000).to_bytes(4, "little")
    assert code_of(path, bytes(lying)) == "file-lying-zip"

    overlapping = bytearray(simple.read_bytes())
    central = overlapping.rindex(b"PK\x01\x02")
    overlapping[central + 42 : central + 46] = bytes(4)
    assert code_of(path, bytes(overlapping)) in ("file-lying-zip", "file-broken-workbook")


def test_an_encrypted_zip_is_told_as_protected(tmp_path: Path, simple: Path) -> None:
    flagged = bytearray(simple.read_bytes())
    place = flagged.rindex(b"PK\x01\x02")
    flagged[place + 8] |= 1
    assert code_of(tmp_path / "a.xlsx", bytes(flagged)) == "file-encrypted"


def test_mutated_workbooks_are_rows_or_a_fault(tmp_path: Path, simple: Path) -> None:
    chooser = random.Random(7)
    parts = (
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "[Content_Types].xml",
        "xl/styles.xml",
    )

    def mutated(content: bytes) -> bytes:
        place = chooser.randrange(len(content))
        return chooser.choice(
            (
                content[:place],
                content[:place] + b"\x00<" + content[place:],
                content[:place] + content[place + 9 :],
            )
        )

    for part in parts * 8:
        content = rezipped(simple, lambda name, old, part=part: mutated(old) if name == part else old)  # type: ignore[misc]
        try:
            sheets = one_sheet(tmp_path / "a.xlsx", content)
        except InputFault as fault:
            assert len(fault.lines("sv")) == 1  # noqa: PT017 - either outcome is right
        else:
            rows_of(sheets)
