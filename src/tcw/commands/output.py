"""From a format or a suffix to a writer, in one table; and from there to files and to standard output.

The command line reads the names of formats from here, so this module loads nothing heavy.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar, Final, Self, TextIO, get_args

from tcw.commands.listener import SILENT, Listener
from tcw.errors import ExitCode, UsageFault
from tcw.reports.deliver import check_target, delivered
from tcw.wording import Language, Message, Phrase

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from tcw.model.intake_report import IntakeReport
    from tcw.reports.about import About
    from tcw.reports.data.rows import Dialect
    from tcw.reports.tables.table import Table

NOT_A_DIALECT = Phrase("not-a-dialect", "--csv: {text} is no CSV dialect; write sv or plain.")
TWICE = Phrase("out-twice", "--out: {path} is named twice.")
WORKBOOK: Final = (".xlsx",)
PAGE: Final = (".html", ".htm")
OPEN_WORKBOOK: Final = (".xlsx", ".xlsm")
"""Workbooks that tcw's sheets can be put into."""


class Format(StrEnum):
    """What is written to standard output."""

    table = "table"
    json = "json"
    csv = "csv"
    parquet = "parquet"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a command, and how it is written: a subclass overrides a method for each form it has.

    `intake`: what became of the source's rows, and what the data costs the result. `resources`: what the
    outcome needs until it is written, such as files of a result that does not fit in memory; `with` lets go
    of them.
    """

    lang: Language
    intake: "IntakeReport"
    resources: ExitStack = field(default_factory=ExitStack, repr=False, compare=False)

    suffixes: ClassVar[tuple[str, ...]] = WORKBOOK
    """What `--out` may end in."""

    @property
    def exit_code(self) -> ExitCode:
        """What the command ends with."""
        return ExitCode.CLEAN

    @property
    def row_count(self) -> int:
        """How many rows the main result has."""
        return 0

    @property
    def is_spilled(self) -> bool:
        """Whether the rows may be more than fit in memory, and stand in files."""
        return False

    def notes(self, format: str | None) -> Sequence[Message]:  # noqa: A002 - the option's name
        """Return what to say beside the result, which in this format does not say it itself."""
        del format
        return ()

    @classmethod
    def check_out(cls, path: Path) -> None:
        """Refuse early what `--out` may not name. Raises UsageFault."""
        check_target(path, *cls.suffixes)

    def rows(self) -> "Iterator[pl.DataFrame]":
        """Yield the rows for programs, in frames of one schema."""
        raise NotImplementedError

    def csv_rows(self) -> "Iterator[pl.DataFrame]":
        """Yield the rows as CSV can hold them."""
        return self.rows()

    def tables(self) -> "Sequence[Table]":
        """Return the tables for people: the sheets of the workbook."""
        raise NotImplementedError

    def write_json(self, out: BinaryIO) -> None:
        """Write everything for programs."""
        raise NotImplementedError

    def write_workbook(self, path: Path, about: "About") -> None:
        """Write a workbook of the tables."""
        from tcw.reports.excel.report import write_tables

        write_tables(path, list(self.tables()), self.intake, about, self.lang)

    def write_into(self, path: Path, about: "About") -> None:
        """Put the tables into a workbook that is there; its other sheets stay as they are."""
        from tcw.reports.excel.report import write_tables_into

        write_tables_into(path, list(self.tables()), self.intake, about, self.lang)

    def write_page(self, path: Path, about: "About") -> None:
        """Write a page that needs nothing beside it."""
        raise NotImplementedError

    def write_folder(self, path: Path, about: "About", dialect: "Dialect") -> None:
        """Write a folder of files."""
        raise NotImplementedError

    def print_to(self, console: "Console") -> None:
        """Print what a person looks at first."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of what the outcome needed until it was written."""
        self.resources.close()


def is_folder(path: Path) -> bool:
    """Return whether a target is a folder: one that exists, or a name without suffix."""
    return path.is_dir() or not path.suffix


@dataclass(frozen=True, slots=True)
class DocumentWriter:
    """Writes a file that says where it comes from."""

    write: Callable[[Outcome, Path, "About"], None]


@dataclass(frozen=True, slots=True)
class DataWriter:
    """Writes bytes for programs, to a file or to standard output."""

    write: Callable[[Outcome, BinaryIO, "Dialect"], None]


def _csv(outcome: Outcome, out: BinaryIO, dialect: "Dialect") -> None:
    from tcw.reports.data.rows import write_csv

    for number, piece in enumerate(outcome.csv_rows()):
        write_csv(out, piece, dialect, goes_on=number > 0)


def _parquet(outcome: Outcome, out: BinaryIO, dialect: "Dialect") -> None:
    import polars as pl

    from tcw.reports.data.rows import write_parquet, write_parquet_pieces

    del dialect
    if outcome.is_spilled:
        write_parquet_pieces(out, outcome.rows())
    else:
        write_parquet(out, pl.concat(list(outcome.rows())))


WRITERS: Final[Mapping[str, DocumentWriter | DataWriter]] = {
    ".xlsx": DocumentWriter(lambda outcome, path, about: outcome.write_workbook(path, about)),
    ".html": DocumentWriter(lambda outcome, path, about: outcome.write_page(path, about)),
    ".htm": DocumentWriter(lambda outcome, path, about: outcome.write_page(path, about)),
    ".json": DataWriter(lambda outcome, out, _: outcome.write_json(out)),
    ".csv": DataWriter(_csv),
    ".parquet": DataWriter(_parquet),
}
"""The one table from suffix to writer; `--format json` is the writer of .json, and so on."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a result goes.

    `format`: of standard output, None for nothing. `out`: files, each in the format of its suffix. `html`,
    `into`, `rejects`: see the options of these names. `dialect`: of CSV, None for the language's. `about`:
    says what a file tells of the run it comes from.
    """

    about: "Callable[[IntakeReport], About]"
    format: str | None = None
    out: tuple[Path, ...] = ()
    html: Path | None = None
    into: Path | None = None
    rejects: Path | None = None
    dialect: str | None = None

    @property
    def has_documents(self) -> bool:
        """Whether files for people are written: a workbook, a page, sheets in a workbook."""
        return bool(self.html or self.into) or any(
            isinstance(WRITERS.get(path.suffix.lower()), DocumentWriter) for path in self.out
        )

    @property
    def has_data(self) -> bool:
        """Whether files for programs are written."""
        return any(isinstance(WRITERS.get(path.suffix.lower()), DataWriter) for path in self.out)

    def check(self, outcome: type[Outcome]) -> None:
        """Refuse before a long computation what cannot be written after it. Raises UsageFault."""
        for path in self.out:
            outcome.check_out(path)
            if self.out.count(path) > 1:
                raise UsageFault(TWICE, path=path)
        for target, suffixes in ((self.html, PAGE), (self.into, OPEN_WORKBOOK), (self.rejects, (".csv",))):
            if target is not None:
                check_target(target, *suffixes)

    def check_dialect(self) -> None:
        """Refuse a dialect of CSV that is not known; `write` does so, too. Raises UsageFault."""
        dialect_named(self.dialect, "en")


def write(
    outcome: Outcome, targets: Targets, stdout: TextIO | None = None, listener: Listener = SILENT
) -> None:
    """Write the files, then standard output and what is to be said beside it.

    Raises TcwError: a file cannot be written.
    """
    dialect = dialect_named(targets.dialect, outcome.lang)
    about = cache(lambda: targets.about(outcome.intake))
    if targets.rejects is not None:
        write_rejects(targets.rejects, outcome.intake.rejects, dialect_named(None, outcome.lang))
    for path in targets.out:
        write_file(outcome, path, about, dialect)
    if targets.into is not None:
        outcome.write_into(targets.into, about())
    if targets.html is not None:
        outcome.write_page(targets.html, about())
    if stdout is not None and targets.format is not None:
        show(outcome, targets.format, stdout, dialect)
        for message in outcome.notes(targets.format):
            listener.note(message)


def write_file(outcome: Outcome, path: Path, about: "Callable[[], About]", dialect: "Dialect") -> None:
    """Write one file, in the format of its suffix, or a folder."""
    if is_folder(path):
        outcome.write_folder(path, about(), dialect)
        return
    writer = WRITERS[path.suffix.lower()]
    if isinstance(writer, DocumentWriter):
        writer.write(outcome, path, about())
        return
    with delivered(path) as temporary, temporary.open("wb") as opened:
        writer.write(outcome, opened, dialect)


def show(outcome: Outcome, format: str, stdout: TextIO, dialect: "Dialect") -> None:  # noqa: A002 - the option's name
    """Write to standard output: a table for people, or data."""
    if format == Format.table:
        from rich.console import Console

        outcome.print_to(Console(file=stdout, highlight=False))
        return
    writer = WRITERS[f".{format}"]
    assert isinstance(writer, DataWriter)
    writer.write(outcome, stdout.buffer, dialect)
    stdout.buffer.flush()


def write_rejects(path: Path, rejects: "pl.DataFrame", dialect: "Dialect") -> None:
    """Write all rejected rows to a CSV file."""
    from tcw.reports.data.rows import write_csv

    with delivered(path, ".csv") as temporary, temporary.open("wb") as out:
        write_csv(out, rejects, dialect)


def dialect_named(text: str | None, lang: Language) -> "Dialect":
    """Return a CSV dialect by its name, the language's own without one. Raises UsageFault."""
    from tcw.reports.data.rows import Dialect, dialect_of

    if text is None:
        return dialect_of(lang)
    for known in get_args(Dialect):
        if text == known:
            chosen: Dialect = known
            return chosen
    raise UsageFault(NOT_A_DIALECT, text=text)
