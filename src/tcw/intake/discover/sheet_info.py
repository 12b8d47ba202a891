"""What a workbook says about its sheets besides their cells: parts, visibility, dates, first filled row.

This module reads only what fastexcel does not tell, and each part only as far as needed.

calamine (under fastexcel) begins a sheet at its first filled cell and does not say where that cell stands.
Without it, every row number that tcw shows would be wrong below empty or merely formatted rows.
"""

import posixpath
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

PIECE = 65_536
MOST_SCANNED = 64 * 2**20
"""Bytes of a part that are read in search of an answer. A workbook's list of sheets takes a few thousand."""
XLSB_BUNDLE_SHEET, XLSB_WORKBOOK_PROPERTIES = 156, 153
Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheets:
    """What a workbook says about its sheets besides their cells."""

    parts: dict[str, str] = field(default_factory=dict)
    """The part with a sheet's cells, by the sheet's name."""
    hidden: frozenset[str] = frozenset()
    date_1904: bool = False
    """Dates count from 1904, as on old Macs."""
    first_rows: dict[str, int] = field(default_factory=dict)
    """The 1-based row of a sheet's first filled cell, by the sheet's name, where it is known."""


def read_sheets(path: Path, kind: str) -> Sheets:
    """Return what a workbook says about its sheets. Raises what zipfile, zlib and expat raise for damage."""
    if kind == "xls":
        # calamine decides whether damage matters. Without an answer rows are counted from the first filled
        # one.
        with suppress(LookupError, ValueError):
            return xls_sheets(path)
        return Sheets()
    with path.open("rb") as stream, ZipFile(stream) as packed:
        if kind == "ods":
            return Sheets(first_rows=ods_first_rows(packed))
        sheets = xlsx_sheets(packed) if kind == "xlsx" else xlsb_sheets(packed)
        first_row = xlsx_first_row if kind == "xlsx" else xlsb_first_row
        present = set(packed.namelist())
        rows = {name: first_row(packed, part) for name, part in sheets.parts.items() if part in present}
        return replace(sheets, first_rows={name: row for name, row in rows.items() if row is not None})


# The parts of packed workbooks.


class Enough(Exception):
    """Ends the scanning of a part, because the answer is known."""


def scan_xml(packed: ZipFile, part: str, on_start: Callable[[str, Attributes], None]) -> None:
    """Call on_start with every element's local name and attributes (by local name), until it raises Enough.

    Stops silently where the XML is broken or declares entities: the reader of the workbook reports that.
    Raises what zipfile and zlib raise of a damaged file.
    """

    def start(name: str, attributes: Attributes) -> None:
        on_start(_local(name), {_local(key): value for key, value in attributes.items()})

    parser = _parser_without_entities()
    parser.StartElementHandler = start
    try:
        with packed.open(part) as stream:
            for piece in _pieces(stream):
                parser.Parse(piece)
    except (Enough, expat.ExpatError, LookupError, ValueError):
        return


def check_xml(packed: ZipFile, part: str) -> None:
    """Raise ExpatError where a part is no well-formed XML, Enough where it declares entities."""
    with packed.open(part) as stream:
        _parser_without_entities().ParseFile(stream)


def _parser_without_entities() -> expat.XMLParserType:
    def refuse(*_: object) -> None:
        raise Enough

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    return parser


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    left = MOST_SCANNED
    while left > 0 and (piece := stream.read(PIECE)):
        left -= len(piece)
        yield piece


def xlsx_sheets(packed: ZipFile) -> Sheets:
    """Return what xl/workbook.xml says about the sheets."""
    targets = _targets(packed, "xl/_rels/workbook.xml.rels")
    parts: dict[str, str] = {}
    hidden: set[str] = set()
    date_1904 = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal date_1904
        if name == "workbookPr":
            date_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet" and "name" in attributes:
            parts[attributes["name"]] = targets.get(attributes.get("id", ""), "")
            if attributes.get("state", "visible") != "visible":
                hidden.add(attributes["name"])

    scan_xml(packed, "xl/workbook.xml", start)
    return Sheets(parts, frozenset(hidden), date_1904)


def xlsb_sheets(packed: ZipFile) -> Sheets:
    """Return what xl/workbook.bin says about the sheets (MS-XLSB 2.4.313 BrtBundleSh, 2.4.822 BrtWbProp)."""
    targets = _targets(packed, "xl/_rels/workbook.bin.rels")
    parts: dict[str, str] = {}
    hidden: set[str] = set()
    date_1904 = False
    with packed.open("xl/workbook.bin") as stream:
        for kind, body in records(stream):
            if kind == XLSB_WORKBOOK_PROPERTIES:
                date_1904 = bool(body[:1] and body[0] & 1)
            elif kind == XLSB_BUNDLE_SHEET:
                relation, rest = _wide_string(body[8:])
                name, _ = _wide_string(rest)
                parts[name] = targets.get(relation, "")
                if int.from_bytes(body[:4], "little"):
                    hidden.add(name)
    return Sheets(parts, frozenset(hidden), date_1904)


def _targets(packed: ZipFile, part: str) -> dict[str, str]:
    """Return the parts that a part's relations lead to, by the relation's id."""
    targets: dict[str, str] = {}

    def start(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            targets[attributes.get("Id", "")] = path

    scan_xml(packed, part, start)
    return targets


def _wide_string(body: bytes) -> tuple[str, bytes]:
    end = 4 + 2 * int.from_bytes(body[:4], "little")
    return body[4:end].decode("utf-16-le", "replace"), body[end:]


def records(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Read the records of a binary part (MS-XLSB 2.1.4): number and body."""
    left = MOST_SCANNED
    while left > 0 and (first := stream.read(1)):
        kind = first[0]
        if kind & 0x80:
            kind = (kind & 0x7F) | (_byte(stream) & 0x7F) << 7
        size = shift = 0
        while shift < 28:  # noqa: PLR2004 - four groups of seven bits at most
            byte = _byte(stream)
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        left -= size + 3
        yield kind, stream.read(min(size, MOST_SCANNED))


def _byte(stream: IO[bytes]) -> int:
    byte = stream.read(1)
    return byte[0] if byte else 0


# The first filled row of a sheet.

ODS_CONTENT = "content.xml"
MOST_ODS_CELLS = 200_000_000
XLSB_ROW = 0
XLSB_FILLED = frozenset((2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 62))
"""Records of cells with something in them (MS-XLSB 2.3.1); 1 is a formatted blank."""


def xlsx_first_row(packed: ZipFile, part: str) -> int | None:
    """Return the 1-based row of the first cell with a value in a worksheet part, None where there is none."""
    row = 0
    first: int | None = None

    def start(name: str, attributes: Attributes) -> None:
        nonlocal row, first
        if name == "row":
            stated = attributes.get("r", "")
            row = int(stated) if stated.isdecimal() else row + 1
        elif name in ("v", "is"):
            first = row
            raise Enough

    scan_xml(packed, part, start)
    return first


def xlsb_first_row(packed: ZipFile, part: str) -> int | None:
    """Return the 1-based row of the first filled cell in a binary worksheet part."""
    row = 0
    with packed.open(part) as stream:
        for kind, body in records(stream):
            if kind == XLSB_ROW:
                row = int.from_bytes(body[:4], "little")
            elif kind in XLSB_FILLED:
                return row + 1
    return None


def ods_first_rows(packed: ZipFile) -> dict[str, int]:
    """Return the 1-based row of the first filled cell of every OpenDocument sheet that has one.

    Raises ValueError for what calamine would never finish reading: XML that ends within a table, or a cell
    that is repeated over a whole sheet.
    """
    try:
        check_xml(packed, ODS_CONTENT)
    except (expat.ExpatError, Enough) as error:
        raise ValueError(ODS_CONTENT) from error
    first_rows: dict[str, int] = {}
    rows = filled = 0
    sheet = ""
    row = following = 1

    def start(name: str, attributes: Attributes) -> None:
        nonlocal sheet, row, following, rows, filled
        if name == "table":
            sheet = attributes.get("name", "")
            row = following = 1
        elif name == "table-row":
            row = following
            rows = _times(attributes.get("number-rows-repeated"))
            following += rows
        elif name == "table-cell" and "value-type" in attributes:
            first_rows.setdefault(sheet, row)
            filled += rows * _times(attributes.get("number-columns-repeated"))
            if filled > MOST_ODS_CELLS:
                raise Enough

    scan_xml(packed, ODS_CONTENT, start)
    if filled > MOST_ODS_CELLS:
        raise ValueError(filled)
    return first_rows


def _times(repeated: str | None) -> int:
    return int(repeated) if repeated and repeated.isdecimal() else 1


# Workbooks of Excel 97 to 2003 (.xls): a container of sectors (MS-CFB) with a stream of records (MS-XLS).

LAST_SECTOR = 0xFFFF_FFF9
"""Higher numbers mark ends and free sectors."""
HEADER_ENTRIES = 109
BOUND_SHEET, DATE_MODE, FILE_PASS, END = 0x85, 0x22, 0x2F, 0x0A
FILLED = frozenset((0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6, 0x06, 0x205))
"""Number, RK, MulRk, LabelSst, Label, RString, Formula, BoolErr: records of filled cells."""


def xls_sheets(path: Path) -> Sheets:
    """Return what an .xls says about its sheets: nothing for one with a password or without a list of sheets.

    Raises OSError, and LookupError or ValueError for a damaged container.
    """
    stream = _workbook_stream(path.read_bytes())
    offsets: dict[str, int] = {}
    hidden: set[str] = set()
    date_1904 = False
    for kind, body in _records(stream, 0):
        if kind == FILE_PASS:
            return Sheets()
        if kind == DATE_MODE:
            date_1904 = body[:1] == b"\x01"
        elif kind == BOUND_SHEET:
            count, wide = body[6], body[7] & 1
            name = body[8 : 8 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")
            offsets[name] = int.from_bytes(body[:4], "little")
            if body[4] & 0b11:
                hidden.add(name)
    rows = {name: row for name, offset in offsets.items() if (row := _first_row(stream, offset)) is not None}
    return Sheets(dict.fromkeys(offsets, ""), frozenset(hidden), date_1904, rows)


def _first_row(stream: bytes, offset: int) -> int | None:
    for kind, body in _records(stream, offset):
        if kind in FILLED:
            return int.from_bytes(body[:2], "little") + 1
    return None


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Read the records of one substream, to its end."""
    position = start
    while position + 4 <= len(stream):
        kind = int.from_bytes(stream[position : position + 2], "little")
        end = position + 4 + int.from_bytes(stream[position + 2 : position + 4], "little")
        if kind == END:
            return
        yield kind, stream[position + 4 : end]
        position = end


@dataclass(frozen=True, slots=True)
class _Chains:
    """Sectors, and for each the number of the one that follows it."""

    content: bytes
    size: int
    following: list[int]
    skipped: int = 0
    """Bytes before the first sector."""

    def sector(self, number: int) -> bytes:
        begin = self.skipped + number * self.size
        return self.content[begin : begin + self.size]

    def chain(self, first: int) -> bytes:
        """Return the content of the chain of sectors from `first` on. A chain that meets itself ends."""
        numbers: dict[int, None] = {}
        number = first
        while number <= LAST_SECTOR and number not in numbers:
            numbers[number] = None
            number = self.following[number]
        return b"".join(map(self.sector, numbers))


def _numbers(content: bytes) -> list[int]:
    whole = len(content) // 4 * 4
    return list(struct.unpack(f"<{whole // 4}I", content[:whole]))


def _workbook_stream(content: bytes) -> bytes:
    """Return the stream called Workbook (Book before Excel 97) of a compound file."""
    header = _numbers(content[:512])
    size = 1 << min(header[7] >> 16, 16)
    plain = _Chains(content, size, [], skipped=size)
    table = header[19 : 19 + HEADER_ENTRIES]
    more, rounds = header[17], 0
    while more <= LAST_SECTOR and rounds <= len(content) // size:
        entries = _numbers(plain.sector(more))
        table += entries[:-1]
        more, rounds = entries[-1], rounds + 1
    following = [
        entry for number in table if number <= LAST_SECTOR for entry in _numbers(plain.sector(number))
    ]
    sectors = _Chains(content, size, following, skipped=size)
    directory = sectors.chain(header[12])
    entries_of = {_name(entry): entry for entry in _split(directory, 128)}
    workbook = entries_of.get("Workbook") or entries_of["Book"]
    first, length = _numbers(workbook[116:124])
    if length >= header[14]:
        return sectors.chain(first)[:length]
    small = _numbers(sectors.chain(header[15]))
    root = sectors.chain(_numbers(entries_of["Root Entry"][116:120])[0])
    return _Chains(root, 64, small).chain(first)[:length]


def _name(entry: bytes) -> str:
    length = int.from_bytes(entry[64:66], "little")
    return entry[: max(length - 2, 0)].decode("utf-16-le", "replace")


def _split(content: bytes, size: int) -> Iterator[bytes]:
    return (content[begin : begin + size] for begin in range(0, len(content), size))
