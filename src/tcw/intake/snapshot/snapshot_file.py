"""Snapshots of exports: the manifest, and reading them. A snapshot is a zip of Parquet files and a manifest.

The manifest says what the snapshot has: its members with their SHA-256, its files, when it was taken, by
which tcw. Every change since then is noticed: tcw unpacks nothing to the disk, and uses no member before its
SHA-256 is the one of the manifest. The tables are stored without compression (Parquet compresses them), so
that no member can swell.
"""

import hashlib
import io
import re
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from tcw.errors import InputFault
from tcw.intake.accept import SPANNED, Accepted, extent_of
from tcw.intake.assemble import SPAN_COLUMNS, assemble
from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.file_faults import quiet_panics
from tcw.intake.discover.raw import Origin, RawSheet
from tcw.intake.settings.config_file import config_of
from tcw.intake.typed import TypedSheet
from tcw.model.config import Config
from tcw.model.export import EXTRA, OWN, Export, ExportTable, InputFile, SnapshotFacts
from tcw.model.intake_report import REJECTS_SCHEMA, FileReport, IntakeReport
from tcw.model.schedule import Schedule
from tcw.model.tables import TABLES
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

FORMAT: Literal["tcw-snapshot"] = "tcw-snapshot"
VERSION = 1
MANIFEST, MANIFEST_HASH, SETTINGS = "manifest.json", "manifest.sha256", "tcw.yaml"
SUFFIX = ".tcwsnap"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Member(_Part):
    """A file inside the snapshot."""

    name: str
    size: int
    sha256: str


class TableEntry(_Part):
    """A table: its member, and all fields of `tcw.model.export.ExportTable` but the frame."""

    member: Member
    name: str
    known: bool
    rows: int
    compared: list[str]
    layout: list[list[str]]
    file: str
    sheet: str | None = None


class FileEntry(_Part):
    """A file of the source, or a sheet of one."""

    file: str
    sheet: str | None
    table: str | None
    rows_read: int
    accepted: int
    rejected: int
    sha256: str | None


class Manifest(BaseModel):
    """The contents of manifest.json. Its field names are part of the stored format."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["tcw-snapshot"]
    version: int
    tcw: str
    taken: datetime
    source: str
    pseudonymised: bool = False
    key_check: str | None = None
    retain_until: date | None = None
    hidden: list[list[str]] = []
    files: list[FileEntry]
    tables: list[TableEntry]
    settings: Member | None = None

    def members(self) -> list[Member]:
        """Return every member but the manifest."""
        return [*([self.settings] if self.settings else []), *(table.member for table in self.tables)]


NOT_A_SNAPSHOT = Phrase(
    "snapshot-not-one",
    "{file}: is no snapshot of tcw; make one with tcw checklist snapshot SOURCE --out {file}.",
)
TAMPERED = Phrase(
    "snapshot-tampered",
    "{file}: has been changed since it was taken ({member} is not what it was); nothing in it can be "
    "trusted. Take it from a safe copy.",
)
STRANGE = Phrase(
    "snapshot-strange",
    "{file}: holds {member}, which no snapshot of tcw holds; it is not opened. Take it from a safe copy.",
)
BOMB = Phrase(
    "snapshot-bomb",
    "{file}: claims {size} {what}, more than a snapshot may hold; it is not opened. Take it from a safe "
    "copy.",
)
FILES, BYTES, CELLS = (
    Phrase("snapshot-files", "files"),
    Phrase("snapshot-bytes", "bytes"),
    Phrase("snapshot-cells", "cells"),
)
NEWER = Phrase("snapshot-newer", "{file}: was made by a later tcw ({tcw}); update this one.")
CUT_OFF = Phrase("snapshot-cut-off", "{file}: is a damaged or cut-off file; copy it anew.")
MEMBER_NAME = re.compile(r"manifest\.json|manifest\.sha256|tcw\.yaml|tables/\d{4}\.parquet")
MOST_MEMBERS = 2_000
MOST_MANIFEST = 16 * 2**20
MOST_CELLS = 1_000_000_000
ENCRYPTED = 0x1


def is_snapshot(path: Path) -> bool:
    """Say whether a file looks like a snapshot: by its name, or as a zip that begins with our manifest."""
    if path.is_dir():
        return False
    if path.suffix.lower() == ".tcwsnap":
        return True
    try:
        with path.open("rb") as stream:
            head = stream.read(64)
    except OSError:
        return False
    return head.startswith(b"PK") and MANIFEST.encode() in head


def read_snapshot(path: Path, config: Config | None = None) -> Export:
    """Return the frozen export. `config` replaces the settings that were frozen with it.

    Raises:
        InputFault: no snapshot, or a damaged or changed one, or one with contents that no snapshot has.
        UsageFault: this tcw does not know the frozen settings.
    """
    file = path.name
    try:
        with path.open("rb") as stream, ZipFile(stream) as packed:
            return _read(packed, file, config)
    except BadZipFile as error:
        with path.open("rb") as stream:
            begins = stream.read(4)
        raise InputFault(CUT_OFF if begins.startswith(b"PK") else NOT_A_SNAPSHOT, file=file) from error
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise faults.os_fault(error, file) from error
    except (EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise InputFault(CUT_OFF, file=file) from error


def _read(packed: ZipFile, file: str, config: Config | None) -> Export:
    entries = _checked(packed.infolist(), file)
    if MANIFEST not in entries:
        raise InputFault(NOT_A_SNAPSHOT, file=file)
    text = packed.read(MANIFEST)
    digest = hashlib.sha256(text).hexdigest()
    stated = packed.read(MANIFEST_HASH)[:64].decode("ascii", "replace") if MANIFEST_HASH in entries else ""
    manifest = _manifest(text, file)
    if stated != digest:
        raise InputFault(TAMPERED, file=file, member=MANIFEST)
    members = {member.name: member for member in manifest.members()}
    for name in entries:
        if name not in members and name not in {MANIFEST, MANIFEST_HASH}:
            raise InputFault(STRANGE, file=file, member=name)
    settings = ""
    if manifest.settings:
        settings = _content(packed, entries, manifest.settings, file).decode("utf-8", "replace")
    if config is None:
        config = config_of(f"{file} ({SETTINGS})", settings) if settings else Config()
    tables = {entry.name: _table(packed, entries, entry, file) for entry in manifest.tables}
    facts = SnapshotFacts(
        made_at=manifest.taken,
        tcw=manifest.tcw,
        digest=digest,
        files=tuple(InputFile(**entry.model_dump()) for entry in manifest.files),
        pseudonymised=manifest.pseudonymised,
        key_check=manifest.key_check,
        retain_until=manifest.retain_until,
    )
    hidden = frozenset((pair[0], pair[1]) for pair in manifest.hidden)
    return Export(file, tables, _schedule(tables.values(), facts, config), facts, hidden, settings)


def _checked(infos: list[ZipInfo], file: str) -> dict[str, ZipInfo]:
    """Return the members by name. Raises InputFault for members that a snapshot never has."""
    if len(infos) > MOST_MEMBERS:
        raise InputFault(BOMB, file=file, size=Count(len(infos)), what=Message(FILES))
    entries: dict[str, ZipInfo] = {}
    names = {info.filename for info in infos}
    if MANIFEST not in names:
        raise InputFault(NOT_A_SNAPSHOT, file=file)
    for info in infos:
        name = info.filename
        packed_well = info.compress_type == ZIP_STORED or (
            info.compress_type == ZIP_DEFLATED and not name.startswith("tables/")
        )
        if (
            not MEMBER_NAME.fullmatch(name)
            or name in entries
            or info.flag_bits & ENCRYPTED
            or not packed_well
        ):
            raise InputFault(STRANGE, file=file, member=name)
        if not name.startswith("tables/") and info.file_size > MOST_MANIFEST:
            raise InputFault(BOMB, file=file, size=Count(info.file_size), what=Message(BYTES))
        if info.compress_type == ZIP_STORED and info.file_size != info.compress_size:
            raise InputFault(STRANGE, file=file, member=name)
        entries[name] = info
    return entries


def _manifest(text: bytes, file: str) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(text)
    except (ValidationError, RecursionError) as error:
        raise InputFault(
            NOT_A_SNAPSHOT if FORMAT.encode() not in text else TAMPERED, file=file, member=MANIFEST
        ) from error
    if manifest.version > VERSION:
        raise InputFault(NEWER, file=file, tcw=manifest.tcw)
    return manifest


def _content(packed: ZipFile, entries: dict[str, ZipInfo], member: Member, file: str) -> bytes:
    """Return a member's bytes. Raises InputFault where they are not what the manifest says."""
    info = entries.get(member.name)
    if info is None or info.file_size != member.size:
        raise InputFault(TAMPERED, file=file, member=member.name)
    try:
        content = packed.read(info)
    except (BadZipFile, zlib.error) as error:
        # The zip's own checksum finds a changed byte first.
        raise InputFault(TAMPERED, file=file, member=member.name) from error
    if hashlib.sha256(content).hexdigest() != member.sha256:
        raise InputFault(TAMPERED, file=file, member=member.name)
    return content


def _table(packed: ZipFile, entries: dict[str, ZipInfo], entry: TableEntry, file: str) -> ExportTable:
    from pyarrow import parquet

    content = io.BytesIO(_content(packed, entries, entry.member, file))
    with faults.reading(file, CUT_OFF):
        facts = parquet.read_metadata(content)
    if facts.num_rows != entry.rows:
        raise InputFault(TAMPERED, file=file, member=entry.member.name)
    cells = facts.num_rows * max(facts.num_columns, 1)
    if cells > MOST_CELLS:
        raise InputFault(BOMB, file=file, size=Count(cells), what=Message(CELLS))
    content.seek(0)
    with faults.reading(file, CUT_OFF), quiet_panics():
        frame = pl.read_parquet(content)
    layout = tuple((pair[0], pair[1]) for pair in entry.layout if len(pair) == 2)  # noqa: PLR2004 - header, column
    columns = {*entry.compared, *(column for _, column in layout)}
    schema = TABLES[entry.name].schema if entry.known and entry.name in TABLES else None
    fits = columns <= set(frame.columns) and (schema is not None or not entry.known)
    if not fits:
        raise InputFault(TAMPERED, file=file, member=entry.member.name)
    return ExportTable(entry.name, entry.known, frame, tuple(entry.compared), layout, entry.file, entry.sheet)


def _schedule(tables: Iterable[ExportTable], facts: SnapshotFacts, config: Config) -> Schedule:
    """Return the schedule of the tables, put together as by loading them from files."""
    assembled = assemble([accepted_of(table) for table in tables if table.has_schema], config)
    files = tuple(
        FileReport(entry.file, entry.sheet, entry.table, entry.rows_read, entry.accepted, entry.rejected, 0)
        for entry in facts.files
    )
    return assembled.schedule(config, IntakeReport(files, pl.DataFrame(schema=REJECTS_SCHEMA)))


def accepted_of(table: ExportTable) -> Accepted:
    """Return a table as intake returns it after reading a file."""
    values = [column for column in table.frame.columns if not column.startswith((OWN, EXTRA))]
    frame = table.frame.select(values).with_row_index("row", offset=2)
    if table.name in SPANNED:
        frame = frame.rename({after: before for before, after in SPAN_COLUMNS.items()}, strict=False)
    raw = RawSheet(Origin(table.file, table.sheet), "parquet", frame.lazy(), frame.width, (), 0)
    none = pl.DataFrame(schema=REJECTS_SCHEMA)
    return Accepted(
        TypedSheet(raw, table.name, ()), frame.lazy(), frame.height, 0, none, extent_of(frame.lazy())
    )


def reassembled(export: Export) -> Export:
    """Return the export with bookings and tables of its schedule made of its own tables."""
    schedule = export.schedule
    tables = [accepted_of(table) for table in export.tables.values() if table.has_schema]
    assembled = assemble(tables, schedule.config)
    return replace(export, schedule=replace(schedule, bookings=assembled.bookings, tables=assembled.tables))
