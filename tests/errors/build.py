"""Bad inputs that no text file can be, made the same on every machine."""

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import polars as pl

BUILDERS: dict[str, Callable[[Path], None]] = {}
"""Function name -> a function that is given the case's export folder."""

BOOKINGS = (
    ("Anställningsnummer", "Aktivitet", "Start", "Slut"),
    ("001", "DAG", "2026-03-02 07:00", "2026-03-02 16:00"),
    ("002", "DAG", "2026-03-02 07:00", "2026-03-02 16:00"),
)
MEGABYTE = 2**20


def builder(function: Callable[[Path], None]) -> Callable[[Path], None]:
    BUILDERS[function.__name__] = function
    return function


# Workbooks ------------------------------------------------------------

Rows = tuple[tuple[str, ...], ...]


def workbook_parts(sheets: Mapping[str, Rows], hidden: tuple[str, ...] = ()) -> dict[str, bytes]:
    """The parts of a plain workbook, all cells text."""
    kinds = "http://schemas.openxmlformats.org"
    office = f"{kinds}/officeDocument/2006/relationships"
    main = f"{kinds}/spreadsheetml/2006/main"
    numbered = list(enumerate(sheets, 1))

    def state(name: str) -> str:
        return ' state="hidden"' if name in hidden else ""

    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"{state(name)}/>' for n, name in numbered
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{office}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in numbered
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{kinds}/package/2006/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{kinds}/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" '
        f'xmlns:r="{office}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{kinds}/package/2006/relationships">{related}'
        "</Relationships>",
    }
    for n, name in numbered:
        rows = "".join(
            f'<row r="{r}">'
            + "".join(
                f'<c r="{chr(64 + c)}{r}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
                for c, cell in enumerate(row, 1)
                if cell
            )
            + "</row>"
            for r, row in enumerate(sheets[name], 1)
        )
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return {name: text.encode() for name, text in parts.items()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The parts as a zip, without the time of day."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def workbook(sheets: Mapping[str, Rows], hidden: tuple[str, ...] = ()) -> bytes:
    return packed(workbook_parts(sheets, hidden))


class Entry(NamedTuple):
    """An entry of a zip that may lie about itself."""

    name: str
    content: bytes
    stated_size: int
    method: int = zipfile.ZIP_STORED
    flags: int = 0


def lying_zip(*entries: Entry) -> bytes:
    """A zip as its entries say, true or not."""
    local, directory = b"", b""
    for entry in entries:
        name = entry.name.encode()
        crc = zlib.crc32(entry.content)
        facts = (entry.flags, entry.method, 0, 0x21, crc, len(entry.content), entry.stated_size, len(name), 0)
        header = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, *facts)
        directory += (
            struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, *facts, 0, 0, 0, 0, len(local)) + name
        )
        local += header + name + entry.content
    ends = (0, 0, len(entries), len(entries), len(directory), len(local), 0)
    return local + directory + struct.pack("<4sHHHHIIH", b"PK\x05\x06", *ends)


@builder
def cut_off_workbook(export: Path) -> None:
    whole = workbook({"Blad1": BOOKINGS})
    (export / "bokningar.xlsx").write_bytes(whole[: len(whole) * 2 // 3])


@builder
def damaged_sheet(export: Path) -> None:
    parts = workbook_parts({"Vecka 10": BOOKINGS, "Vecka 11": BOOKINGS})
    whole = parts["xl/worksheets/sheet2.xml"]
    (export / "bokningar.xlsx").write_bytes(
        packed(parts | {"xl/worksheets/sheet2.xml": whole[: len(whole) // 2]})
    )


@builder
def hidden_sheets_only(export: Path) -> None:
    (export / "bokningar.xlsx").write_bytes(workbook({"Data": BOOKINGS}, hidden=("Data",)))


@builder
def blank_workbook(export: Path) -> None:
    (export / "bokningar.xlsx").write_bytes(workbook({"Blad1": ()}))


@builder
def zip_bomb(export: Path) -> None:
    """A sheet of 400 MB: one deflated megabyte, again and again."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # A full flush makes a piece that can be repeated as it is.
    piece = squeeze.compress(b" " * MEGABYTE) + squeeze.flush(zlib.Z_FULL_FLUSH)
    content = piece * 400 + squeeze.flush()
    bomb = Entry("xl/worksheets/sheet1.xml", content, 400 * MEGABYTE, zipfile.ZIP_DEFLATED)
    (export / "bokningar.xlsx").write_bytes(lying_zip(Entry("xl/workbook.xml", b"<workbook/>", 11), bomb))


@builder
def zip_that_lies(export: Path) -> None:
    (export / "bokningar.xlsx").write_bytes(lying_zip(Entry("xl/workbook.xml", b"<workbook/>" * 50, 11)))


@builder
def encrypted_zip(export: Path) -> None:
    secret = Entry("xl/workbook.xml", b"\x8a\x1f" * 40, 80, flags=1)
    (export / "bokningar.xlsx").write_bytes(lying_zip(secret))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@builder
def encrypted_workbook(export: Path) -> None:
    """As Excel saves with a password: an OLE container with the encrypted package in it."""
    directory = "EncryptionInfo".encode("utf-16-le") + bytes(100) + "EncryptedPackage".encode("utf-16-le")
    (export / "bokningar.xlsx").write_bytes(OLE + bytes(1016) + directory + bytes(2000))


@builder
def word_document(export: Path) -> None:
    (export / "bokningar.xls").write_bytes(
        OLE + bytes(1016) + "WordDocument".encode("utf-16-le") + bytes(2000)
    )


@builder
def docx(export: Path) -> None:
    (export / "bokningar.xlsx").write_bytes(packed({"word/document.xml": b"<w:document/>"}))


@builder
def zip_of_exports(export: Path) -> None:
    (export / "export.csv").write_bytes(packed({"personal.csv": b"Namn;Anst.nr\n", "pass.csv": b"Datum\n"}))


@builder
def old_workbook(export: Path) -> None:
    (export / "bokningar.xls").write_bytes(b"\x09\x04\x06\x00\x00\x04\x10\x00" + bytes(200))


# Text that is none ------------------------------------------------------------


@builder
def empty_file(export: Path) -> None:
    (export / "bokningar.csv").write_bytes(b"")


@builder
def blank_file(export: Path) -> None:
    (export / "bokningar.csv").write_bytes(b"\xef\xbb\xbf\r\n ;; \r\n\t\r\n")


@builder
def picture(export: Path) -> None:
    (export / "bokningar.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))


@builder
def pdf(export: Path) -> None:
    (export / "bokningar.csv").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")


@builder
def gzip(export: Path) -> None:
    (export / "bokningar.csv").write_bytes(b"\x1f\x8b\x08\x00" + bytes(40))


@builder
def program(export: Path) -> None:
    (export / "bokningar.csv").write_bytes(b"MZ\x90\x00" + bytes(range(256)) * 4)


@builder
def endless_line(export: Path) -> None:
    (export / "bokningar.csv").write_bytes(b"Anst.nr;Datum;" * (9 * MEGABYTE // 14))


@builder
def too_wide(export: Path) -> None:
    (export / "bokningar.csv").write_text("Anst.nr;" * 20_000 + "Datum\n")


@builder
def windows_text(export: Path) -> None:
    (export / "bokningar.csv").write_bytes(
        "Anställningsnummer;Aktivitet;Start;Slut\n001;DAG;2026-03-02 07:00;2026-03-02 16:00\n".encode(
            "cp1252"
        )
    )


@builder
def odd_utf16(export: Path) -> None:
    """UTF-16 that lost a byte in the middle: all letters after it are other letters."""
    text = "Anställningsnummer;Aktivitet;Start;Slut\r\n" + "001;DAG;2026-03-02 07:00;2026-03-02 16:00\r\n" * 9
    whole = text.encode("utf-16")
    (export / "bokningar.txt").write_bytes(whole[:501] + whole[502:])


@builder
def broken_link(export: Path) -> None:
    (export / "bokningar.csv").symlink_to("flyttad.csv")


@builder
def unreadable_file(export: Path) -> None:
    path = export / "bokningar.csv"
    path.write_text("Anst.nr;Aktivitet;Start;Slut\n")
    path.chmod(0)


@builder
def pipe(export: Path) -> None:
    export.rmdir()
    os.mkfifo(export)


@builder
def empty_folder(export: Path) -> None:
    assert not any(export.iterdir())


# Parquet ------------------------------------------------------------


def parquet_bytes(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


STAFF = pl.DataFrame({"staff_id": ["001", "002"], "employment_rate": [1.0, 0.75]})


@builder
def cut_off_parquet(export: Path) -> None:
    whole = parquet_bytes(STAFF)
    (export / "personal.parquet").write_bytes(whole[: len(whole) // 2])


@builder
def csv_named_parquet(export: Path) -> None:
    (export / "personal.parquet").write_text("Anst.nr;Namn\n001;Anna\n")


@builder
def encrypted_parquet(export: Path) -> None:
    (export / "personal.parquet").write_bytes(b"PARE" + bytes(64) + b"PARE")


@builder
def unlike_parquet_parts(export: Path) -> None:
    folder = export / "bokningar"
    folder.mkdir()
    (folder / "del-0.parquet").write_bytes(parquet_bytes(STAFF))
    (folder / "del-1.parquet").write_bytes(parquet_bytes(STAFF.with_columns(employment_rate=pl.lit("75 %"))))


@builder
def share_as_float(export: Path) -> None:
    (export / "personal.parquet").write_bytes(
        parquet_bytes(
            pl.DataFrame({"staff_id": ["001", "002", "003"], "employment_rate": [75.0, 0.8, 100.0]})
        )
    )


# XML ------------------------------------------------------------


@builder
def cut_off_paxml(export: Path) -> None:
    times = "".join(
        f'<tidtrans anstid="{n}"><tidkod>ARB</tidkod><datum>2026-03-0{n}</datum><timmar>8</timmar></tidtrans>'
        for n in range(1, 6)
    )
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<paxml><tidtransaktioner>\n{times}'
    (export / "tid.xml").write_text(text[:-40], "utf-8")


@builder
def entity_bomb(export: Path) -> None:
    def tenfold(n: int) -> str:
        return f"&e{n};" * 10

    entities = "".join(f'<!ENTITY e{n} "{tenfold(n - 1)}">' for n in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE paxml [<!ENTITY e0 "lol">{entities}]><paxml><header>&e9;</header></paxml>'  # noqa: E501
    (export / "tid.xml").write_text(text)


# Settings ------------------------------------------------------------


@builder
def binary_settings(export: Path) -> None:
    (export / "tcw.yaml").write_bytes(b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(64)))


@builder
def settings_bomb(export: Path) -> None:
    lines = ['a0: &a0 ["x"]']
    for n in range(1, 10):
        tenfold = ", ".join([f"*a{n - 1}"] * 10)
        lines.append(f"a{n}: &a{n} [{tenfold}]")
    (export / "tcw.yaml").write_text("\n".join(lines))


@builder
def two_settings(export: Path) -> None:
    (export / "tcw.yaml").write_text("language: sv\n")
    (export / "tcw.yml").write_text("language: en\n")


@builder
def three_faults(export: Path) -> None:
    empty_file(export)
    picture(export)
    (export / "aktiviteter.xls").write_text("<html><body><p>Sidan finns inte</p></body></html>")


# Where results go ------------------------------------------------------------


@builder
def folder_named_html(export: Path) -> None:
    (export.parent / "export.html").mkdir()


@builder
def read_only_folder(export: Path) -> None:
    export.chmod(0o555)


HELD: list[object] = []
"""Locks that last as long as the tests."""


@builder
def held_lock(export: Path) -> None:
    from filelock import FileLock

    results = export.parent / "results"
    results.mkdir()
    lock = FileLock(results / ".tcw-run.lock")
    lock.acquire()
    HELD.append(lock)


@builder
def not_a_workbook(export: Path) -> None:
    (export.parent / "chefens.xlsx").write_text("Chefens egna siffror\n")


@builder
def accepted_without_who(export: Path) -> None:
    (export.parent / "accepterade.csv").write_text(
        "code;staff_id;from;to\nBK01;001;2026-03-02 07:00;2026-03-02 16:00\n", encoding="utf-8"
    )


@builder
def accepted_bad_time(export: Path) -> None:
    (export.parent / "accepterade.csv").write_text(
        "kod;anst.nr;från;till;vem;när;varför\nBK01;001;2 mars;2026-03-02 16:00;Chefen;2026-03-10;ok\n",
        encoding="cp1252",
    )


# Snapshots and lists of the checklist ------------------------------------------------------------


@builder
def no_snapshot(export: Path) -> None:
    (export / "before.tcwsnap").write_text("Anställningsnummer;Namn\n", encoding="utf-8")


def snapshot(export: Path) -> Path:
    """A sound snapshot of the export, always the same."""
    from tcw.intake.load import load
    from tcw.intake.snapshot.export import export_of
    from tcw.model.config import Config
    from tcw.reports.data.snapshot import write_snapshot

    path = export / "before.tcwsnap"
    taken = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
    write_snapshot(path, export_of("export", load(export, Config(), strict=False)), {}, taken, "0")
    return path


def with_member(path: Path, name: str, content: bytes) -> None:
    """Put a member into a zip, in the place of one of its name."""
    with zipfile.ZipFile(path) as old:
        members = {one: old.read(one) for one in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for one, text in (members | {name: content}).items():
            new.writestr(zipfile.ZipInfo(one), text)


@builder
def tampered_snapshot(export: Path) -> None:
    with_member(snapshot(export), "tables/0001.parquet", b"PAR1 something else PAR1")


@builder
def strange_snapshot(export: Path) -> None:
    with_member(snapshot(export), "../../evil.parquet", b"PAR1")


@builder
def cut_off_snapshot(export: Path) -> None:
    path = snapshot(export)
    path.write_bytes(path.read_bytes()[:2000])


@builder
def bad_items(export: Path) -> None:
    text = """items:
  - id: C06
    text: Nobody is left
    check: manual
  - {id: roles, text: Roles are as before, check: unchangd, table: roller}
  - {id: links, text: Links have an end, check: every_row, table: agreement_links}
  - id: ended
    text: Nothing goes on
    check: no_rows
    table: agreement_links
    where:
      valid_to: {after: midsommar}
"""
    (export / "items.yaml").write_text(text, encoding="utf-8")


@builder
def items_without_column(export: Path) -> None:
    text = "items:\n  - id: sizes\n    text: Sizes are as before\n    check: unchanged\n    table: staff\n    columns: [Skostorlek]\n"  # noqa: E501
    (export / "items.yaml").write_text(text, encoding="utf-8")


@builder
def unchanged_items(export: Path) -> None:
    text = "shipped: []\nitems: [{id: staff, text: Staff is as before, check: unchanged, table: staff}]\n"
    (export / "items.yaml").write_text(text, encoding="utf-8")


@builder
def no_workbook(export: Path) -> None:
    (export / "audit.xlsx").write_text("Minutes of a meeting\n", encoding="utf-8")


@builder
def numbers_as_ids(export: Path) -> None:
    text = "Anställningsnummer;Namn;Anställningsgrad\n19121212-1212;Anna Ek;100\n"
    (export / "personal.csv").write_text(text, encoding="utf-8")
