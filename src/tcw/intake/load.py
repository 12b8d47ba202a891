"""From a source to a Schedule: every file read, recognised, typed, and counted."""

from collections.abc import Callable, Iterator
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
from tcw.intake.rejects import NOT_DATA
from tcw.intake.roster.grid import GridCode, unfold
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
class Sheet:
    """A sheet and what it was taken for."""

    raw: RawSheet
    headers: tuple[str, ...]
    recognition: Recognition
    settings: FileSettings


@dataclass(frozen=True, slots=True)
class Loaded:
    """A schedule, and the sheets it was made of (for `tcw inspect`)."""

    schedule: Schedule
    sheets: tuple[Sheet, ...]
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
    schedule = Schedule(
        bookings=tables.bookings,
        tables=tables.tables,
        config=config,
        intake=intake,
        first_day=tables.first_day,
        last_day=tables.last_day,
        longest=tables.longest,
        last_start=tables.last_start,
        cancelled=tables.cancelled,
        given=frozenset(item.typed.table for item in accepted),
    )
    return Loaded(schedule, tuple(sheets), tuple(tables.accepted))


def _opened(source: Path, config: Config, progress: Progress | None) -> tuple[list[Sheet], list[TcwError]]:
    """Open every file of the source; return its sheets, and what could not be opened."""
    sheets: list[Sheet] = []
    faults: list[TcwError] = []
    for found in discover(source, frozenset(config.files)).files:
        if progress is not None:
            progress(found.name)
        settings = settings_of(found.name, config)
        if settings.ignore:
            continue
        options = FileOptions(encoding=settings.encoding, delimiter=settings.delimiter)
        try:
            opened = open_file(found.path, found.name, options)
            sheets += [taken for raw in opened for taken in _take(raw, config)]
        except TcwError as fault:
            faults.append(fault)
    return sheets, faults


def settings_of(name: str, config: Config, sheet: str | None = None) -> FileSettings:
    """Return what tcw.yaml says about a file or a sheet of it ("book.xlsx#Sheet"); later patterns win."""
    found = FileSettings()
    for pattern, settings in config.files.items():
        file_pattern, _, sheet_pattern = pattern.partition("#")
        if not fnmatch(name.casefold(), file_pattern.casefold()):
            continue
        if sheet_pattern and (sheet is None or not fnmatch(sheet.casefold(), sheet_pattern.casefold())):
            continue
        found = found.model_copy(update={key: getattr(settings, key) for key in settings.model_fields_set})
    return found


def _take(raw: RawSheet, config: Config) -> Iterator[Sheet]:
    """Say what a sheet is. A hidden sheet counts only when tcw.yaml says what it holds."""
    origin = raw.origin
    settings = settings_of(origin.file, config, origin.sheet)
    if settings.ignore or (raw.hidden and settings.table is None):
        return
    aliases = aliases_of(config)
    row = settings.header_row - 1 if settings.header_row is not None else None
    if row is None:
        found = find_header(raw.head)
        row, names, last = (
            (found.row, found.headers, found.last_row) if found else (0, raw.head[0] if raw.head else (), 0)
        )
    else:
        names, last = raw.head[row] if row < len(raw.head) else (), row
    headers = tuple((name or "").strip() for name in names)
    headers += ("",) * (raw.width - len(headers))
    recognition = recognise(headers, origin.file, origin.sheet, aliases=aliases, table=settings.table)
    # A roster's names and days may look like a list of staff.
    # One that tcw.yaml calls bookings is one still.
    unclear = {None, "staff"} if settings.table is None else {None}
    if recognition.table in unclear and settings.table in {None, "bookings"}:
        codes = {
            code: None
            if meaning.ignore
            else GridCode(meaning.activity, meaning.start, meaning.end, meaning.break_minutes)
            for code, meaning in config.grid.codes.items()
        }
        unfolded = unfold(raw, codes, year=config.grid.year)
        if unfolded is not None:
            days = tuple(name or "" for name in unfolded.head[0])
            grid = recognise(days, origin.file, origin.sheet, aliases=aliases, table="bookings")
            yield Sheet(unfolded, days, grid, settings)
            return
    recognition = settled(recognition, headers, raw.head[last + 1 :])
    below = replace(raw, cells=raw.cells.filter(pl.col("row") > last + 1)) if raw.medium != "parquet" else raw
    yield Sheet(_bounded(below, headers), headers, recognition, settings)


def _bounded(raw: RawSheet, headers: tuple[str, ...]) -> RawSheet:
    """Let what stands in text to the right of the last header be too much: 7,5 between commas is two cells."""
    named = max((place for place, header in enumerate(headers, 1) if header), default=0)
    if raw.medium != "text" or not 0 < named < raw.width:
        return raw
    filled = [
        (pl.col(f"c{place}").str.strip_chars() != "").fill_null(value=False)
        for place in range(named, raw.width)
    ]
    return replace(raw, cells=raw.cells.with_columns(pl.any_horizontal("beyond", *filled).alias("beyond")))


def aliases_of(config: Config) -> Aliases:
    """Return the shipped header aliases with those of tcw.yaml."""
    return shipped_aliases().with_overrides(config.headers) if config.headers else shipped_aliases()


def _accept(sheet: Sheet, config: Config, accepting: Accepting) -> Accepted:
    hints = Hints(date_order=sheet.settings.date_order, decimal=sheet.settings.decimal, zone=config.timezone)
    with damage_as_fault(sheet.raw):
        typed = read_sheet(sheet.raw, sheet.recognition, sheet.headers, hints, config.words)
        return accepting(typed, hints)


def _report(sheet: Sheet, accepted: list[Accepted]) -> FileReport:
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


def _missing(source: Path, sheets: list[Sheet], config: Config) -> list[TcwError]:
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
    """Stop when more rows than allowed were rejected, of all or of one file; rows that were never data do not count."""
    rejects = intake.rejects.filter(pl.col("reason").is_in(list(NOT_DATA)).not_())
    if rejects.is_empty():
        return []
    rows = rejects.select("file", "sheet", "row").unique()
    rejected, read = rows.height, intake.rows_read
    if rejected > limit * read:
        first = rejects.row(0, named=True)
        facts = {**_named(first), "rejected": Count(rejected), "read": Count(read), "limit": Share(limit)}
        return [InputFault(TOO_MANY_REJECTS, **facts)]
    by_file = rows.group_by("file", "sheet").len()
    faults: list[TcwError] = []
    for file in intake.files:
        mine = (pl.col("file") == file.file) & pl.col("sheet").eq_missing(pl.lit(file.sheet, dtype=pl.String))
        count = int(by_file.filter(mine)["len"].sum())
        if count > MOSTLY * file.rows_read:
            first = rejects.filter(mine).row(0, named=True)
            faults.append(
                InputFault(
                    FILE_MOSTLY_REJECTED,
                    **{**_named(first), "rejected": Count(count), "read": Count(file.rows_read)},
                )
            )
    return faults


def _named(reject: dict[str, object]) -> dict[str, object]:
    from tcw.intake.rejects import REASONS

    phrase = next(reason for reason in REASONS if reason.code == reject["reason"])
    sheet = f", {reject['sheet']}" if reject["sheet"] else ""
    return {
        "file": f"{reject['file']}{sheet}",
        "row": reject["row"],
        "column": reject["column"] or "–",
        "value": masked(_short(str(reject["value"] or "–"))),
        "reason": Message(phrase),
    }


def _short(value: str) -> str:
    plain = " ".join(value.split())
    return plain if len(plain) <= LONGEST_VALUE else f"{plain[:LONGEST_VALUE]}…"
