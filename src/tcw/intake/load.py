"""From a source to a Schedule: every file read, recognised, typed, and counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

import polars as pl

from tcw.errors import InputFault, ManyFaults, TcwError
from tcw.intake.accept import Accepted, accept
from tcw.intake.assemble import assemble
from tcw.intake.discover.open_file import open_file
from tcw.intake.discover.parquet import damage_as_fault
from tcw.intake.discover.raw import FileOptions, RawSheet
from tcw.intake.discover.sources import discover
from tcw.intake.headers.aliases import Aliases, shipped_aliases
from tcw.intake.headers.by_values import settled
from tcw.intake.headers.recognise import Recognition, find_header, recognise
from tcw.intake.rejects import NOT_DATA, REASONS
from tcw.intake.roster.grid import CodeMeaning, unfold
from tcw.intake.typed import TypedSheet, read_sheet
from tcw.intake.values import Hints
from tcw.model.config import Config, FileSettings
from tcw.model.intake_report import FileReport, IntakeReport
from tcw.model.schedule import Schedule
from tcw.model.tables import REQUIRED, TABLE_NAMES
from tcw.privacy.masking import masked
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count, Share

TOO_MANY_REJECTS = Phrase(
    "too-many-rejects",
    "{rejected} of {read:row|rows} {rejected:~was|were} rejected, more than the {limit} allowed; first "
    "{file}, row {row}, {column}: {value} ({reason}). tcw inspect SOURCE --rejects rejects.csv lists "
    "them all. Mend the export, or raise max_rejects in tcw.yaml.",
)
FILE_MOSTLY_REJECTED = Phrase(
    "file-mostly-rejected",
    "{file}: {rejected} of {read:row|rows} {rejected:~was|were} rejected, so it is probably not read as "
    "meant; first row {row}, {column}: {value} ({reason}). tcw inspect SOURCE shows how it was read.",
)
MISSING_TABLE = Phrase(
    "missing-table",
    "{source}: no file was taken for {table}, and one is needed. tcw inspect SOURCE shows what each file "
    "was taken for; name the right one under files: in tcw.yaml (table: {key}).",
)
MISSING_TABLE_ASSUMABLE = Phrase(
    "missing-table-assumable",
    "{source}: no file was taken for {table}, and one is needed. tcw inspect SOURCE shows what each file "
    "was taken for; name the right one under files: in tcw.yaml (table: {key}), or do without by setting "
    "{setting}: under assume:.",
)
ASSUMABLE = {"staff": "employment_rate", "activities": "billing"}
"""Table -> the setting under assume: that makes up for it."""
LONGEST_VALUE = 40
"""Characters of a cell shown in a message."""
NOT_RECOGNISED_AS = Phrase("table-columns-missing", "{file}: {why}")
MOSTLY = 0.5
Progress = Callable[[str], None]
Accepting = Callable[[TypedSheet, Hints], Accepted]
"""Sorts the rows of a sheet: see `tcw.intake.accept.accept`."""


@dataclass(frozen=True, slots=True)
class RecognisedSheet:
    """A sheet and what it was taken for."""

    raw: RawSheet
    headers: tuple[str, ...]
    recognition: Recognition
    settings: FileSettings


@dataclass(frozen=True, slots=True)
class Loaded:
    """A schedule, and the sheets it was made of (for `tcw inspect`)."""

    schedule: Schedule
    sheets: tuple[RecognisedSheet, ...]
    accepted: tuple[Accepted, ...]


def load(
    source: Path,
    config: Config,
    *,
    progress: Progress | None = None,
    strict: bool = True,
    accepting: Accepting = accept,
) -> Loaded:
    """Read a source.

    Args:
        source: a folder of exports, or one file.
        config: of tcw.yaml.
        progress: told the name of each file before it is read.
        accepting: sorts the rows of a sheet; another than the usual lets other machines do it.
        strict: stop when a needed table is missing or too many rows were rejected. `tcw inspect` does not.

    Raises:
        TcwError: a file that cannot be read, an ambiguous column, a missing table, too many rejects: all of
            them at once.
    """
    sheets, faults = _opened(source, config, progress)
    accepted: list[Accepted] = []
    for sheet in sheets:
        if sheet.recognition.table is None:
            continue
        try:
            accepted.append(_accept(sheet, config, accepting))
        except TcwError as fault:
            faults.append(fault)
    if faults:
        raise ManyFaults(faults)
    tables = assemble(accepted, config)
    intake = IntakeReport(tuple(_report(sheet, tables.accepted) for sheet in sheets), tables.rejects)
    if strict:
        faults += _missing(source, sheets, config)
        faults += _too_many(intake, config.max_rejects)
        if faults:
            raise ManyFaults(faults)
    return Loaded(tables.schedule(config, intake), tuple(sheets), tuple(tables.accepted))


def _opened(
    source: Path, config: Config, progress: Progress | None
) -> tuple[list[RecognisedSheet], list[TcwError]]:
    """Open every file of the source; return its sheets, and what could not be opened."""
    sheets: list[RecognisedSheet] = []
    faults: list[TcwError] = []
    for file in discover(source, frozenset(config.files)).files:
        if progress is not None:
            progress(file.name)
        settings = settings_of(file.name, config)
        if settings.ignore:
            continue
        options = FileOptions(encoding=settings.encoding, delimiter=settings.delimiter)
        try:
            opened = open_file(file.path, file.name, options)
            sheets += [sheet for raw in opened for sheet in _recognised(raw, config)]
        except TcwError as fault:
            faults.append(fault)
    return sheets, faults


def settings_of(name: str, config: Config, sheet: str | None = None) -> FileSettings:
    """Return what tcw.yaml says about a file or a sheet of it ("book.xlsx#Sheet"); later patterns win."""
    merged = FileSettings()
    for pattern, settings in config.files.items():
        file_pattern, _, sheet_pattern = pattern.partition("#")
        if not fnmatch(name.casefold(), file_pattern.casefold()):
            continue
        if sheet_pattern and (sheet is None or not fnmatch(sheet.casefold(), sheet_pattern.casefold())):
            continue
        merged = merged.model_copy(update={key: getattr(settings, key) for key in settings.model_fields_set})
    return merged


def _recognised(raw: RawSheet, config: Config) -> list[RecognisedSheet]:
    """Say what a sheet is. A hidden sheet counts only when tcw.yaml says what it holds."""
    origin = raw.origin
    settings = settings_of(origin.file, config, origin.sheet)
    if settings.ignore or (raw.hidden and settings.table is None):
        return []
    aliases = aliases_of(config)
    names, last = _header_of(raw, settings)
    headers = tuple((name or "").strip() for name in names)
    headers += ("",) * (raw.width - len(headers))
    recognition = recognise(headers, origin.file, origin.sheet, aliases=aliases, table=settings.table)
    # The names and days of a roster may look like a list of staff. A roster that tcw.yaml calls bookings is
    # still one.
    unclear = {None, "staff"} if settings.table is None else {None}
    if recognition.table in unclear and settings.table in {None, "bookings"}:
        unfolded = unfold(raw, _meanings(config), year=config.grid.year)
        if unfolded is not None:
            columns = tuple(name or "" for name in unfolded.head[0])
            roster = recognise(columns, origin.file, origin.sheet, aliases=aliases, table="bookings")
            return [RecognisedSheet(unfolded, columns, roster, settings)]
    recognition = settled(recognition, headers, raw.head[last + 1 :])
    below = replace(raw, cells=raw.cells.filter(pl.col("row") > last + 1)) if raw.medium != "parquet" else raw
    return [RecognisedSheet(_with_cells_beyond(below, headers), headers, recognition, settings)]


def _header_of(raw: RawSheet, settings: FileSettings) -> tuple[Sequence[str | None], int]:
    """Return the headers as written, and the index of the last row they stand in."""
    if settings.header_row is not None:
        row = settings.header_row - 1
        return (raw.head[row] if row < len(raw.head) else ()), row
    header = find_header(raw.head)
    if header is not None:
        return header.headers, header.last_row
    return (raw.head[0] if raw.head else ()), 0


def _meanings(config: Config) -> dict[str, CodeMeaning | None]:
    """Return what the codes of rosters stand for; None for those that book nothing."""
    return {
        code: None
        if meaning.ignore
        else CodeMeaning(meaning.activity, meaning.start, meaning.end, meaning.break_minutes)
        for code, meaning in config.grid.codes.items()
    }


def _with_cells_beyond(raw: RawSheet, headers: tuple[str, ...]) -> RawSheet:
    """Mark text rows that have cells beyond the last header: 7,5 between commas is two cells."""
    last = max((number for number, header in enumerate(headers, 1) if header), default=0)
    if raw.medium != "text" or not 0 < last < raw.width:
        return raw
    filled = [
        (pl.col(f"c{index}").str.strip_chars() != "").fill_null(value=False)
        for index in range(last, raw.width)
    ]
    return replace(raw, cells=raw.cells.with_columns(pl.any_horizontal("beyond", *filled).alias("beyond")))


def aliases_of(config: Config) -> Aliases:
    """Return the shipped header aliases with those of tcw.yaml."""
    return shipped_aliases().with_overrides(config.headers) if config.headers else shipped_aliases()


def _accept(sheet: RecognisedSheet, config: Config, accepting: Accepting) -> Accepted:
    hints = Hints(date_order=sheet.settings.date_order, decimal=sheet.settings.decimal, zone=config.timezone)
    with damage_as_fault(sheet.raw):
        typed = read_sheet(sheet.raw, sheet.recognition, sheet.headers, hints, config.words)
        return accepting(typed, hints)


def _report(sheet: RecognisedSheet, accepted: list[Accepted]) -> FileReport:
    origin, recognition = sheet.raw.origin, sheet.recognition
    item = next((item for item in accepted if item.typed.sheet is sheet.raw), None)
    return FileReport(
        file=origin.file,
        sheet=origin.sheet,
        table=recognition.table,
        rows_read=item.rows_read if item else 0,
        accepted=item.rows_read - item.rejected if item else 0,
        rejected=item.rejected if item else 0,
        size=sheet.raw.size,
        columns={name: sheet.headers[index] for name, index in recognition.columns.items()},
        unused=tuple(sheet.headers[index] for index in recognition.unused if sheet.headers[index]),
        notes=(*sheet.raw.notes, *recognition.notes, *(item.notes if item else ())),
    )


def _missing(source: Path, sheets: list[RecognisedSheet], config: Config) -> list[TcwError]:
    """Name the needed tables that no file was recognised as, and what the likeliest files lack."""
    found = {sheet.recognition.table for sheet in sheets}
    assumed = {"staff"} if config.assume.employment_rate is not None else set()
    assumed |= {"activities"} if config.assume.billing is not None or config.activities else set()
    missing = [table for table in REQUIRED if table not in found and table not in assumed]
    if not missing:
        return []
    nearly = [
        InputFault(NOT_RECOGNISED_AS, file=sheet.raw.origin.file, why=sheet.recognition.why)
        for sheet in sheets
        if sheet.recognition.table is None and sheet.recognition.missing
    ]
    return [
        *(_missing_table(source.name or str(source), table) for table in missing),
        *nearly,
    ]


def _missing_table(source: str, table: str) -> InputFault:
    setting = ASSUMABLE.get(table)
    phrase = MISSING_TABLE if setting is None else MISSING_TABLE_ASSUMABLE
    return InputFault(phrase, source=source, table=Message(TABLE_NAMES[table]), key=table, setting=setting)


def _too_many(intake: IntakeReport, limit: float) -> list[TcwError]:
    """Return a fault when more rows than allowed were rejected, of all or of one file.

    Rows that were never data do not count.
    """
    rejects = intake.rejects.filter(pl.col("reason").is_in(list(NOT_DATA)).not_())
    if rejects.is_empty():
        return []
    rows = rejects.select("file", "sheet", "row").unique()
    rejected, read = rows.height, intake.rows_read
    if rejected > limit * read:
        counts = {"rejected": Count(rejected), "read": Count(read), "limit": Share(limit)}
        return [InputFault(TOO_MANY_REJECTS, **_facts_of(rejects), **counts)]
    faults: list[TcwError] = []
    for file in intake.files:
        sheet = pl.lit(file.sheet, dtype=pl.String)
        of_file = (pl.col("file") == file.file) & pl.col("sheet").eq_missing(sheet)
        count = rows.filter(of_file).height
        if count > MOSTLY * file.rows_read:
            facts = {"rejected": Count(count), "read": Count(file.rows_read)}
            faults.append(InputFault(FILE_MOSTLY_REJECTED, **_facts_of(rejects.filter(of_file)), **facts))
    return faults


def _facts_of(rejects: pl.DataFrame) -> dict[str, object]:
    """Return what a message says of the first reject."""
    reject = rejects.row(0, named=True)
    sheet = f", {reject['sheet']}" if reject["sheet"] else ""
    value = " ".join(str(reject["value"] or "–").split())
    return {
        "file": f"{reject['file']}{sheet}",
        "row": reject["row"],
        "column": reject["column"] or "–",
        "value": masked(value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"),
        "reason": Message(next(reason for reason in REASONS if reason.code == reject["reason"])),
    }
