"""What an .xls says of its sheets, read from its container (MS-CFB) and its records (MS-XLS)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tcw.intake.discover.package import Sheets

LAST_SECTOR = 0xFFFF_FFF9
"""Numbers above mark ends and free sectors."""
HEADER_ENTRIES = 109
BOUND_SHEET, DATE_MODE, FILE_PASS, END = 0x85, 0x22, 0x2F, 0x0A
FILLED = frozenset((0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6, 0x06, 0x205))
"""Number, RK, MulRk, LabelSst, Label, RString, Formula, BoolErr: cells with something in them."""


def xls_sheets(path: Path) -> tuple[Sheets, dict[str, int]]:
    """Return what a workbook says of its sheets, and the 1-based row of each one's first filled cell.

    Both are empty for a workbook without a readable list of sheets, or with a password. Raises OSError, and
    LookupError or ValueError for a damaged container.
    """
    stream = _workbook_stream(path.read_bytes())
    offsets: dict[str, int] = {}
    hidden: set[str] = set()
    date_1904 = False
    for kind, body in _records(stream, 0):
        if kind == FILE_PASS:
            return Sheets({}), {}
        if kind == DATE_MODE:
            date_1904 = body[:1] == b"\x01"
        elif kind == BOUND_SHEET:
            count, wide = body[6], body[7] & 1
            name = body[8 : 8 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")
            offsets[name] = int.from_bytes(body[:4], "little")
            if body[4] & 0b11:
                hidden.add(name)
    rows = {name: row for name, offset in offsets.items() if (row := _first_row(stream, offset)) is not None}
    return Sheets(dict.fromkeys(offsets, ""), frozenset(hidden), date_1904), rows


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
    """Sectors and which follows which."""

    content: bytes
    size: int
    following: list[int]
    skipped: int = 0
    """Bytes before the first sector."""

    def sector(self, number: int) -> bytes:
        begin = self.skipped + number * self.size
        return self.content[begin : begin + self.size]

    def chain(self, first: int) -> bytes:
        """Return the sectors from the first on; a chain that bites its tail ends there."""
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
    found = entries_of.get("Workbook") or entries_of["Book"]
    first, length = _numbers(found[116:124])
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
