"""A small sound workbook of every kind, taken apart into parts that a test can damage one by one."""

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

import xlsxwriter

FILES = Path(__file__).parent / "files"
"""`bookings.xls` and `bookings.ods` are LibreOffice's, of what `xlsx` writes here."""
Parts = Mapping[str, bytes]


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(parts: Parts, *, stored: bool = False) -> bytes:
    stream = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


@cache
def xlsx() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    share = book.add_format({"num_format": "0%"})
    sheet = book.add_worksheet("Blad")
    sheet.write_row(0, 0, ["Rapport"])
    sheet.write_row(
        2, 0, ["Anställningsnummer", "Aktivitet", "Start", "Slut", "Timmar", "Bokningsnummer", "Status"]
    )
    for number in range(3):
        row = 3 + number
        sheet.write_string(row, 0, f"00{number}")
        sheet.write_string(row, 1, "DAG")
        sheet.write_datetime(row, 2, datetime(2026, 3, 2 + number, 7), moment)
        sheet.write_datetime(row, 3, datetime(2026, 3, 2 + number, 16, 30), moment)
        sheet.write_number(row, 4, 9.5)
        sheet.write_formula(row, 5, "=1+1", None, 100 + number)
    sheet.write_formula(6, 0, "=NA()", None, "#N/A")
    sheet.write_boolean(6, 1, boolean=True)
    staff = book.add_worksheet("Personal")
    staff.write_row(0, 0, ["Anställningsnummer", "Namn", "Sysselsättningsgrad"])
    staff.write_row(1, 0, ["000", "A", 0.75], share)
    book.add_worksheet("Tom")
    hidden = book.add_worksheet("Dold")
    hidden.write_row(0, 0, ["Anställningsnummer", "Enhet"])
    hidden.hide()
    book.close()
    return stream.getvalue()


@cache
def ods() -> bytes:
    return (FILES / "bookings.ods").read_bytes()


@cache
def xls() -> bytes:
    return (FILES / "bookings.xls").read_bytes()


@cache
def xlsb() -> bytes:
    """Written by hand (MS-XLSB 2.1.4): nothing free writes the format."""
    rows: list[list[str | float]] = [
        ["Anställningsnummer", "Aktivitet", "Start", "Slut", "Timmar"],
        ["001", "DAG", 46083.3125, 46083.6875, 9.0],
        ["002", "DAG", 46084.3125, 46084.6875, 9.0],
    ]
    cells = b""
    for row, line in enumerate(rows):
        cells += _record(0, struct.pack("<IIHBI", row, 0, 300, 0, 0))
        for col, cell in enumerate(line):
            at = struct.pack("<II", col, 0)
            cells += (
                _record(6, at + _wide(cell))
                if isinstance(cell, str)
                else _record(5, at + struct.pack("<d", cell))
            )
    sheet = (
        _record(129),
        _record(148, struct.pack("<IIII", 0, 2, 0, 4)),
        _record(145),
        cells,
        _record(146),
        _record(130),
    )
    book = (
        _record(131),
        _record(143),
        _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Blad")),
        _record(144),
        _record(132),
    )
    kinds = "http://schemas.openxmlformats.org"
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{kinds}/package/2006/content-types"/>'.encode(),
            "xl/_rels/workbook.bin.rels": '<Relationships '
            f'xmlns="{kinds}/package/2006/relationships"><Relationship Id="rId1" '
            f'Type="{kinds}/officeDocument/2006/relationships/worksheet" '
            'Target="worksheets/sheet1.bin"/></Relationships>'.encode(),
            "xl/workbook.bin": b"".join(book),
            "xl/worksheets/sheet1.bin": b"".join(sheet),
        }
    )  # fmt: skip


def _record(kind: int, body: bytes = b"") -> bytes:
    return _number(kind) + _number(len(body)) + body


def _number(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    return bytes([value]) if value < 128 else bytes([value & 127 | 128, value >> 7])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def replaced(parts: Parts, changes: Iterable[tuple[str, bytes | None]]) -> dict[str, bytes]:
    """The parts with some of them changed; those changed to None are left out."""
    after: dict[str, bytes | None] = {**parts, **dict(changes)}
    return {name: content for name, content in after.items() if content is not None}
