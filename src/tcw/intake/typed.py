"""From the cells of a recognised sheet to typed columns, and which rows could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from tcw.errors import InputFault
from tcw.intake.headers import words_for
from tcw.intake.raw import RawSheet
from tcw.intake.values import Ambiguity, Hints, Reading, native, read_column
from tcw.model.tables import TABLES
from tcw.model.tables.field import Kind, kind_of
from tcw.wording import Message

SAMPLE_ROWS = 20_000
SMALL = 32 * 2**20
"""Up to this many bytes a sheet is held in memory whole, and all its values take part in deciding how to read it."""
MOST_STRAGGLERS = 10_000
"""Of values that the sample did not prepare for, so many different ones are looked at for another way of reading."""
BLANKS = ("-", "–", "—", "n/a", "null", "none", "nan", "saknas", "tills vidare", "tillsvidare", "tv", "t.v.")
"""Texts that mean that nothing is known, in columns that do not hold text."""
OPEN_ENDS = r"^(9999|2999|2199|31[./-]12[./-]9999|12/31/9999)"
"""Dates with which systems say that there is no end."""
TOTAL_WORDS = ("Summa", "Summa:", "SUMMA", "Totalt", "Totalt:", "TOTALT", "Total", "Total:", "TOTAL", "Totalsumma", "Grand Total")


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """One canonical column of a sheet: where its cells stand and how they are read."""

    name: str
    index: int
    header: str
    kind: Kind
    required: bool
    reading: Reading
    text: bool
    """The cells are text; those of Parquet keep their type."""

    @property
    def cell(self) -> pl.Expr:
        """The cells as they were found."""
        return pl.col(f"c{self.index}")

    @property
    def present(self) -> pl.Expr:
        """The cells; blanks and placeholders for nothing are null."""
        if self.text:
            return blanked(self.cell, self.kind)
        return self.cell

    @property
    def value(self) -> pl.Expr:
        """What the cells hold, typed; null where blank or unreadable."""
        return self.reading.expr(self.present)

    @property
    def unreadable(self) -> pl.Expr | None:
        """Whether a cell holds something that cannot be read; None where everything can."""
        if self.text and self.kind in {"id", "text"}:
            return self.cell.str.starts_with("#") & self.cell.is_in(ERROR_CELLS)
        if self.kind in {"id", "text", "list"} or (not self.text and self.reading.shape in NATIVE_SHAPES):
            return None
        return self.value.is_null() & self.present.is_not_null()

    @property
    def missing(self) -> pl.Expr | None:
        """Whether a required cell is blank; None where it may be."""
        if not self.required:
            return None
        if self.text or self.kind != "id":
            return self.present.is_null()
        return self.cell.is_null() | (self.cell.cast(pl.String) == "")


NATIVE_SHAPES = frozenset({"datetime", "instant", "date", "clock", "hours", "minutes", "seconds", "number", "integer"})
ERROR_CELLS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SAKNAS!", "#REFERENS!", "#VÄRDEFEL!", "#DIVISION/0!", "#NAMN?", "#OGILTIGT!")


def blanked(cell: pl.Expr, kind: Kind) -> pl.Expr:
    """Return text cells with placeholders for nothing (and, for dates, for no end) made null."""
    if kind in {"id", "text", "list"}:
        return cell
    nothing = cell.str.to_lowercase().is_in(BLANKS)
    if kind in {"date", "moment"}:
        nothing = nothing | cell.str.contains(OPEN_ENDS)
    return pl.when(nothing.not_()).then(cell)


@dataclass(frozen=True, slots=True)
class TypedSheet:
    """A sheet whose columns are known and typed.

    `cells` are those below the header row, with `row` (UInt32) and, for text and Excel, `beyond` (Boolean).
    """

    sheet: RawSheet
    table: str
    columns: tuple[ColumnRead, ...]

    @property
    def notes(self) -> tuple[Message, ...]:
        """What was decided about single columns."""
        return tuple(note for column in self.columns for note in column.reading.notes)

    @property
    def shapes(self) -> dict[str, str]:
        """Canonical column -> how its values are shaped, see `Reading.shape`."""
        return {column.name: column.reading.shape for column in self.columns}

    def not_data(self) -> pl.Expr:
        """Whether a row is a totals row or the header again, told by its first required cell."""
        first = next((column for column in self.columns if column.required and column.text), None)
        if first is None:
            return pl.lit(value=False)
        return (first.cell.is_in(TOTAL_WORDS) | (first.cell == first.header)).fill_null(value=False)

    def unfit(self) -> pl.Expr:
        """Whether a row cannot be accepted, as far as its single cells tell."""
        tests = [self.not_data()]
        if self.sheet.medium != "parquet":
            tests.append(pl.col("beyond"))
        for column in self.columns:
            tests += [test for test in (column.unreadable, column.missing) if test is not None]
        return pl.any_horizontal(test.fill_null(value=False) for test in tests)


def read_sheet(
    sheet: RawSheet,
    table: str,
    columns: Mapping[str, int],
    headers: Mapping[str, str],
    hints: Hints,
    own_words: Mapping[str, Mapping[str, list[str]]],
) -> TypedSheet:
    """Decide how every column of a sheet is read.

    Args:
        sheet: its cells below the header row.
        table: what the sheet was recognised as.
        columns: canonical column -> index of its cells.
        headers: canonical column -> header in the file, for messages.
        hints: date order, decimal sign, zone.
        own_words: column -> canonical word -> spellings of tcw.yaml.

    Raises:
        InputFault: a column that can be read in two ways; the option that decides is named.
    """
    schema = TABLES[table].columns()
    text = sheet.medium != "parquet"
    dtypes = sheet.cells.collect_schema()
    sample = _sample(sheet, columns)
    reads: list[ColumnRead] = []
    for name, index in columns.items():
        kind, cell = kind_of(schema[name]), f"c{index}"
        known = hints if kind != "word" else replace(hints, words=_words(table, name, own_words))
        reading = None if dtypes[cell] == pl.String else native(dtypes[cell], kind, known)
        as_text = text or reading is None
        if reading is None:
            values = sample.lazy().select(blanked(pl.col(cell).cast(pl.String), kind).unique()).collect().to_series()
            try:
                reading = read_column(values.drop_nulls(), kind, known)
            except Ambiguity as doubt:
                origin = sheet.origin
                where = origin.file if origin.sheet is None else f"{origin.file}, {origin.sheet}"
                raise InputFault(doubt.phrase, **{**doubt.facts, "where": where, "column": headers[name]}) from None
        reads.append(ColumnRead(name, index, headers[name], kind, not schema[name].nullable, reading, as_text))
    return TypedSheet(sheet, table, tuple(reads))


def with_stragglers(typed: TypedSheet, hints: Hints) -> TypedSheet:
    """Return the sheet with other ways of reading added for values the sample did not prepare for.

    Looks only at columns that hold something unreadable; a column in one format throughout costs nothing more.
    """
    columns = list(typed.columns)
    for place, column in enumerate(columns):
        unreadable = column.unreadable
        if unreadable is None or not column.text or column.kind in {"id", "text", "word"}:
            continue
        failing = (
            typed.sheet.cells.filter(unreadable).select(column.cell.unique()).head(MOST_STRAGGLERS).collect().to_series()
        )
        if failing.is_empty():
            continue
        try:
            other = read_column(failing, column.kind, hints)
        except Ambiguity:
            continue
        if other.shape == column.reading.shape and other.formats != column.reading.formats:
            columns[place] = replace(column, reading=Alternatives(column.reading, other))
    return replace(typed, columns=tuple(columns))


class Alternatives(Reading):
    """A reading, and another for what the first could not read."""

    def __init__(self, first: Reading, second: Reading) -> None:
        """Keep both; they have the same kind and shape."""
        super().__init__(first.kind, first.shape, (*first.formats, *second.formats), (*first.notes, *second.notes))
        object.__setattr__(self, "_both", (first, second))

    def expr(self, cell: pl.Expr) -> pl.Expr:
        """Read with the first, else with the second."""
        first, second = self._both  # type: ignore[attr-defined]
        return pl.coalesce(first.expr(cell), second.expr(cell))


def _sample(sheet: RawSheet, columns: Mapping[str, int]) -> pl.DataFrame:
    wanted = sheet.cells.select(f"c{index}" for index in dict.fromkeys(columns.values()))
    return (wanted if sheet.size <= SMALL and sheet.medium != "parquet" else wanted.head(SAMPLE_ROWS)).collect()


def _words(table: str, column: str, own: Mapping[str, Mapping[str, list[str]]]) -> dict[str, tuple[str, ...]]:
    words = {word: tuple(spellings) for word, spellings in words_for(table, column).items()}
    for word, spellings in own.get(column, {}).items():
        words[word] = (*words.get(word, ()), *spellings)
    return words
