"""From the cells of a recognised sheet to typed columns, and which rows could not be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tcw.intake.discover.raw import RawSheet
from tcw.intake.headers.aliases import words_for
from tcw.intake.headers.recognise import Recognition
from tcw.intake.values import Ambiguity, Hints, Reading, native, read_column
from tcw.intake.values.blanks import blanked
from tcw.intake.values.column import CellSource, ColumnRead, likely_texts
from tcw.intake.values.reading import looked_up
from tcw.model.tables import TABLES, Kind
from tcw.wording import Message

SAMPLE_ROWS = 20_000
SMALL = 32 * 2**20
"""Sheets of up to so many bytes are held in memory, and all their values decide how to read them."""
MOST_STRAGGLERS = 10_000
"""So many different values that the sample did not prepare for may add another way of reading."""
TOTAL_WORDS = ("Summa", "Summa:", "SUMMA", "Totalt", "Totalt:", "TOTALT", "Total", "Total:", "TOTAL",
    "Totalsumma", "Grand Total")  # fmt: skip
BY_TEXT: frozenset[Kind] = frozenset({"moment", "date", "word", "yes_no"})
"""Kinds that are slower to read, cell by cell, than to look up."""
SPAN_PARTS = frozenset({"start", "end"})
"""Columns of which a table needs some, not each: see `tcw.intake.spans`."""
UNITS: dict[tuple[Kind, str], tuple[Kind, float]] = {
    ("hours", "min"): ("minutes", 1 / 60),
    ("hours", "s"): ("seconds", 1 / 3600),
    ("minutes", "h"): ("hours", 60.0),
    ("minutes", "s"): ("seconds", 1 / 60),
    ("seconds", "min"): ("minutes", 60.0),
    ("seconds", "h"): ("hours", 3600.0),
}
"""How a length is read when its header names another unit, and what makes it the column's own."""


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

    @property
    def first_required(self) -> ColumnRead | None:
        """The first required column that is read as text: it tells rows that were never data."""
        return next((column for column in self.columns if column.required and column.text), None)

    def not_data(self) -> pl.Expr:
        """Tell whether a row is a totals row or the header again, by its first required cell."""
        first = self.first_required
        if first is None:
            return pl.lit(value=False)
        return (first.cell.is_in(TOTAL_WORDS) | (first.cell == first.header)).fill_null(value=False)

    def read(self) -> pl.LazyFrame:
        """Return `row`, the columns by their canonical names, typed, and `unfit` (Boolean).

        A row is unfit when it cannot be accepted, as far as its single cells tell. In stages, because Polars
        would else work out a value once for itself and once more for every test of it.
        """
        beyond = [] if self.sheet.medium == "parquet" else ["beyond"]
        cells = [
            f"c{index}" for index in sorted({i for column in self.columns for i in column.source.indices})
        ]
        lookups: list[pl.Expr] = []
        presents: list[pl.Expr] = []
        values: list[pl.Expr] = []
        tests: list[pl.Expr | None] = [self.not_data(), *map(pl.col, beyond)]
        for column in self.columns:
            looked_up_value, present, value = (
                pl.col(f"{stage} {column.name}") for stage in ("lookup", "present", "value")
            )
            missing = column.missing_of(present)
            if column.lookup is None:
                presents.append(column.present.alias(present.meta.output_name()))
                values.append(column.value_of(present).alias(value.meta.output_name()))
            else:
                # Only cells that the lookup does not know are read.
                lookup = looked_up(column.cell, *column.lookup)
                lookups.append(lookup.alias(looked_up_value.meta.output_name()))
                rest = pl.when(looked_up_value.is_null()).then(column.cell)
                presents.append(blanked(rest, column.kind, column.name).alias(present.meta.output_name()))
                read = pl.coalesce(looked_up_value, column.value_of(present))
                values.append(read.alias(value.meta.output_name()))
                missing = None if missing is None else missing & value.is_null()
            tests += [column.unreadable_of(present, value), missing]
        unfit = pl.any_horizontal(test.fill_null(value=False) for test in tests if test is not None)
        typed = [pl.col(f"value {column.name}").alias(column.name) for column in self.columns]
        return (
            self.sheet.cells.select("row", *beyond, *cells, *lookups)
            .with_columns(presents)
            .with_columns(values)
            .select("row", *typed, unfit=unfit)
        )


def read_sheet(
    sheet: RawSheet,
    recognition: Recognition,
    headers: Sequence[str],
    hints: Hints,
    own_words: Mapping[str, Mapping[str, Sequence[str]]],
) -> TypedSheet:
    """Decide how every column of a sheet is read.

    Args:
        sheet: its cells below the header row.
        recognition: the table it is, and which of its columns are which.
        headers: one per column of cells, for messages.
        hints: date order, decimal sign, zone.
        own_words: column -> canonical word -> spellings of tcw.yaml.

    Raises:
        InputFault: a column that can be read in two ways; the option that decides is named.
    """
    assert recognition.table is not None
    table, schema = recognition.table, TABLES[recognition.table].columns
    dtypes = sheet.cells.collect_schema()
    sources = _sources(recognition, dtypes)
    sample = _sample(sheet, sources)
    reads: list[ColumnRead] = []
    for name, source in sources.items():
        own_kind: Kind = schema[name].kind if name in schema else "date"
        unit = recognition.units.get(name)
        kind, factor = UNITS.get((own_kind, unit or ""), (own_kind, 1.0))
        column_hints = replace(hints, share="percent") if unit == "%" else hints
        if kind == "moment" and name not in SPAN_PARTS:
            # No column holds the date that a clock time here would need.
            column_hints = replace(column_hints, clocks=False)
        if kind == "word":
            column_hints = replace(column_hints, words=_words(table, name, own_words))
        dtype = dtypes[f"c{source.indices[0]}"]
        words, texts = None, None
        if sheet.medium == "parquet" and dtype == pl.String:
            reading, words = _as_it_is(sheet, source, kind, column_hints)
        else:
            reading = None if dtype == pl.String else native(dtype, kind, column_hints)
        as_text = reading is None
        header = headers[source.indices[0]]
        cells = source
        if reading is None:
            cells = replace(source, as_text=dtype != pl.String)
            distinct = sample.lazy().select(blanked(cells.expr, kind, name).unique()).collect()
            values = distinct.to_series().drop_nulls()
            try:
                reading = read_column(
                    values, kind, column_hints, medium="excel" if sheet.medium == "excel" else "text"
                )
            except Ambiguity as doubt:
                raise doubt.at(sheet.origin.file, sheet.origin.sheet, header) from None
            texts = likely_texts(values, sample.height) if kind in BY_TEXT else None
        required = name in schema and schema[name].required and name not in SPAN_PARTS
        read = ColumnRead(name, cells, header, kind, required, reading, as_text, words, factor)
        reads.append(read.with_lookup(texts))
    return TypedSheet(sheet, table, tuple(reads))


def _as_it_is(
    sheet: RawSheet, source: CellSource, kind: Kind, hints: Hints
) -> tuple[Reading | None, frozenset[str] | None]:
    """Return a reading that leaves Parquet text alone: ids, texts, and words that are all canonical.

    With it come the words of the column; None and None where the text must be read.
    """
    words = None
    if kind == "word":
        distinct = sheet.cells.select(source.expr.unique()).collect(engine="streaming")
        words = frozenset(distinct.to_series().drop_nulls())
    if kind not in {"id", "text", "word"} or not (words or frozenset()) <= set(hints.words):
        return None, None
    return Reading(kind, kind, (), (), parse=lambda cell: cell), words


def _sources(recognition: Recognition, dtypes: pl.Schema) -> dict[str, CellSource]:
    sources = {
        name: CellSource((index,)) for name, index in (recognition.columns | recognition.beside).items()
    }
    for name, indices in recognition.alternatives.items():
        # Columns of different types (Parquet) cannot stand in for each other.
        if name in sources and len({dtypes[f"c{index}"] for index in indices}) == 1:
            sources[name] = CellSource(indices)
    sources |= {name: CellSource(indices, joined=True) for name, indices in recognition.joined.items()}
    return {
        name: replace(source, dtypes=tuple(dtypes[f"c{index}"] for index in source.indices))
        for name, source in sources.items()
    }


def with_stragglers(typed: TypedSheet) -> TypedSheet:
    """Return the sheet with other ways of reading added for values the sample did not prepare for.

    One pass looks for such values in all columns; it is only made where some row could not be accepted.
    """
    tests = {
        index: unreadable
        for index, column in enumerate(typed.columns)
        if (unreadable := column.unreadable) is not None and column.text and column.kind not in {"id", "text"}
    }
    if not tests:
        return typed
    failing = typed.sheet.cells.select(
        pl.when(test)
        .then(typed.columns[index].present)
        .unique()
        .head(MOST_STRAGGLERS)
        .implode()
        .alias(str(index))
        for index, test in tests.items()
    ).collect(engine="streaming")
    columns = list(typed.columns)
    for index in tests:
        column = columns[index]
        stragglers = failing[str(index)].explode().drop_nulls()
        if stragglers.is_empty():
            continue
        try:
            wider = column.reading.widened(stragglers)
        except Ambiguity:
            continue
        if wider.shape == column.reading.shape:
            columns[index] = replace(column, reading=wider).with_lookup(column.lookup and column.lookup[0])
    return replace(typed, columns=tuple(columns)) if columns != list(typed.columns) else typed


def _sample(sheet: RawSheet, sources: Mapping[str, CellSource]) -> pl.DataFrame:
    indices = sorted({index for source in sources.values() for index in source.indices})
    cells = sheet.cells.select(f"c{index}" for index in indices)
    whole = sheet.size <= SMALL and sheet.medium != "parquet"
    return (cells if whole else cells.head(SAMPLE_ROWS)).collect()


def _words(
    table: str, column: str, own: Mapping[str, Mapping[str, Sequence[str]]]
) -> dict[str, tuple[str, ...]]:
    words = {word: tuple(spellings) for word, spellings in words_for(table, column).items()}
    for word, spellings in own.get(column, {}).items():
        words[word] = (*words.get(word, ()), *spellings)
    return words
