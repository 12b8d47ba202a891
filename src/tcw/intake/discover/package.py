"""What a workbook file says of its sheets: their parts, which are hidden, which date system.

Only what fastexcel does not tell is read here, and only as far as needed.
"""

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

PIECE = 65_536
MOST_SCANNED = 64 * 2**20
"""Bytes of a part read in search of an answer; a workbook's own list of sheets is a few thousand."""
XLSB_BUNDLE_SHEET, XLSB_WORKBOOK_PROPERTIES = 156, 153
Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheets:
    """A workbook's own account of its sheets."""

    parts: dict[str, str]
    """The part with a sheet's cells, by the sheet's name."""
    hidden: frozenset[str] = frozenset()
    date_1904: bool = False
    """Dates count from 1904, as on old Macs."""


class Enough(Exception):
    """Ends the scanning of a part: the answer is known."""


def scan_xml(packed: ZipFile, part: str, on_start: Callable[[str, Attributes], None]) -> None:
    """Call on_start with every element's local name and attributes (by local name), until it raises Enough.

    Stops without a word where the XML is broken or declares entities: whether the workbook is readable is for
    the reader to say. Raises what zipfile and zlib raise of a damaged file.
    """
    parser = expat.ParserCreate()

    def start(name: str, attributes: Attributes) -> None:
        on_start(_local(name), {_local(key): value for key, value in attributes.items()})

    def refuse(*_: object) -> None:
        raise Enough

    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    try:
        with packed.open(part) as stream:
            for piece in _pieces(stream):
                parser.Parse(piece)
    except (Enough, expat.ExpatError, LookupError, ValueError):
        return


def check_xml(packed: ZipFile, part: str) -> None:
    """Raise ExpatError where a part is no well-formed XML, Enough where it declares entities."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise Enough

    parser.EntityDeclHandler = refuse
    with packed.open(part) as stream:
        parser.ParseFile(stream)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    left = MOST_SCANNED
    while left > 0 and (piece := stream.read(PIECE)):
        left -= len(piece)
        yield piece


def xlsx_sheets(packed: ZipFile) -> Sheets:
    """Return what xl/workbook.xml says of the sheets."""
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
    """Return what xl/workbook.bin says of the sheets (MS-XLSB 2.4.313 BrtBundleSh, 2.4.822 BrtWbProp)."""
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
    """Return a part's relations: the part they lead to, by id."""
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
