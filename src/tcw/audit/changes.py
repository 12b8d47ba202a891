"""Every table of two exports compared, and its changes one by one: rows, cells, columns.

Two things are reported in a way of their own. A booking that was moved to another day changed in its start
and its end, and is one change, that of its date. Ids that lost their leading zeros (0123 is 123 now) make a
note: nothing is joined by it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import polars as pl

from tcw.audit.compare import CELLS_SCHEMA, TableChanges, compare
from tcw.audit.pairing import paired
from tcw.audit.same_rows import AFTER, BEFORE, MATCHED_SCHEMA, key_alone, key_of, keyed
from tcw.audit.values import spare_part, spelled
from tcw.intake.load import aliases_of
from tcw.model.config import Config
from tcw.model.export import EXTRA, OWN, Export, ExportTable
from tcw.model.tables import called
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

CHANGES_SCHEMA = pl.Schema(
    {
        "table": pl.String(),
        "key": pl.String(),
        "column": pl.String(),
        "kind": pl.String(),
        "before": pl.String(),
        "after": pl.String(),
        "header": pl.String(),
    }
)
"""`kind`: added, removed (rows), changed (a cell), column_added, column_removed. `header`: in the system."""
CELL = "cell_"
"""The frame's name of the column that a change is about, as `TableChanges.cells` has it."""
EVERY_CELL_SCHEMA = pl.Schema({**CHANGES_SCHEMA, CELL: pl.String(), **MATCHED_SCHEMA})
SPAN = ("start", "end")
DATES = {"start": "date", "end": "end_date"}
"""A moment -> its day, where the system has that in a cell of its own."""
MOVED_SCHEMA = pl.Schema(
    {
        **MATCHED_SCHEMA,
        "start_before": pl.String(),
        "start_after": pl.String(),
        "end_before": pl.String(),
        "end_after": pl.String(),
        "beside": pl.Boolean(),
    }
)
"""Rows moved to another day: ISO days. `beside`: both sides have the day in a cell beside clock times."""
LOST_ZEROS = Phrase(
    "checklist-lost-zeros",
    "{side} has ids without the leading zeros that {other} has (123 for 0123), probably because Excel "
    "took them off: {where}. These rows count as removed and added, or as changed. "
    "Format the columns as text in Excel, or export anew, and compare again.",
)
WHERE = Phrase("checklist-lost-zeros-where", "{table} ({columns}, {rows:row|rows})")
AND = Phrase("checklist-lost-zeros-and", "{first}, {more}")
ZEROS = r"^0+(\d)"
NUMBER = r"^\d+$"
MOST_EXPLAINED = 0.5
"""Share of what changed that lost zeros must explain before they are reported."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes of every table, those with a schema first; `notes`: what the comparison had to decide."""

    tables: tuple[TableChanges, ...]
    notes: tuple[Message, ...] = field(default=())

    @property
    def changed(self) -> tuple[TableChanges, ...]:
        """The tables with any change."""
        return tuple(table for table in self.tables if table.number)

    def of(self, name: str) -> TableChanges | None:
        """Return the changes of a table."""
        return next((table for table in self.tables if table.name == name), None)


def changes_of(before: Export, after: Export, config: Config) -> Changes:
    """Compare two exports; `config` is the later one's."""
    tables: list[TableChanges] = []
    for pair in paired(before, after, aliases_of(config), config.checklist.renamed):
        key = key_alone(pair) if pair.is_one_sided else key_of(pair, config.checklist.keys)
        tables.append(compare(pair, key))
    zeros = lost_zeros(tables, before.name, after.name)
    return Changes(tuple(tables), (*zeros, *(note for table in tables for note in table.notes)))


def all_listed(changes: Changes) -> pl.DataFrame:
    """Return all changes one by one (CHANGES_SCHEMA)."""
    return pl.concat([pl.DataFrame(schema=CHANGES_SCHEMA), *(listed(table) for table in changes.changed)])


def listed(changes: TableChanges) -> pl.DataFrame:
    """Return a table's changes one by one (CHANGES_SCHEMA): rows, then cells, then columns."""
    return with_moves(every_cell(changes), changes).select(*CHANGES_SCHEMA)


def every_cell(changes: TableChanges) -> pl.DataFrame:
    """Return a table's changes cell by cell (EVERY_CELL_SCHEMA), also of rows moved to another day."""
    rows = changes.rows.filter(pl.col("kind") != "changed")
    parts = [pl.DataFrame(schema=EVERY_CELL_SCHEMA)]
    for kind, mark, table, side in (
        ("removed", BEFORE, changes.pair.before, "before"),
        ("added", AFTER, changes.pair.after, "after"),
    ):
        of_kind = rows.filter(pl.col("kind") == kind)
        if table is not None and of_kind.height:
            parts.append(_full(of_kind.with_columns(row_text(table, of_kind[mark]).alias(side)), changes))
    headers = {name: changes.header(name) for name in changes.cells["column"].unique()}
    cells = changes.cells.with_columns(
        pl.col("column").alias(CELL), kind=pl.lit("changed"), header=pl.col("column").replace(headers)
    )
    parts.append(_full(cells, changes))
    for kind, names in (("column_removed", changes.columns_removed), ("column_added", changes.columns_added)):
        columns = pl.DataFrame(
            {"column": names, "header": [changes.header(name) for name in names]},
            schema={"column": pl.String, "header": pl.String},
        )
        parts.append(_full(columns.with_columns(kind=pl.lit(kind)), changes))
    return pl.concat(parts).with_columns(pl.col("column").str.strip_prefix(EXTRA))


def _full(frame: pl.DataFrame, changes: TableChanges) -> pl.DataFrame:
    """Return EVERY_CELL_SCHEMA, null in the columns that the frame lacks."""
    given = frame.with_columns(table=pl.lit(changes.name))
    return given.select(
        pl.col(name).cast(dtype) if name in given.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in EVERY_CELL_SCHEMA.items()
    )


def row_text(table: ExportTable, numbers: pl.Series) -> pl.Series:
    """Return whole rows as one text each: header: cell, header: cell."""
    cells = [
        pl.when(pl.col(column).is_not_null()).then(pl.lit(f"{header}: ") + pl.col(column))
        for header, column in table.layout
    ]
    if not cells:
        return pl.Series([None] * numbers.len(), dtype=pl.String)
    return table.frame[numbers].select(pl.concat_str(cells, separator=", ", ignore_nulls=True)).to_series()


def moved(changes: TableChanges) -> pl.DataFrame:
    """Return the rows (MOVED_SCHEMA) whose start and end were moved by the same number of whole days."""
    cells = changes.cells.filter(pl.col("column").is_in(SPAN))
    rows = (
        cells.group_by(BEFORE, AFTER, maintain_order=True).len("number").filter(pl.col("number") == len(SPAN))
    )
    if rows.is_empty() or changes.pair.is_one_sided or not changes.pair.has_schema:
        return pl.DataFrame(schema=MOVED_SCHEMA)
    before, after = changes.pair.sides
    left, right = before.frame[rows[BEFORE]], after.frame[rows[AFTER]]
    spans = pl.DataFrame(
        [
            rows[BEFORE],
            rows[AFTER],
            *(left[moment].alias(f"{moment}_before") for moment in SPAN),
            *(right[moment].alias(f"{moment}_after") for moment in SPAN),
            _day_beside_clock(left).alias("beside") & _day_beside_clock(right),
        ]
    )
    start, end = (pl.col(f"{moment}_after") - pl.col(f"{moment}_before") for moment in SPAN)
    whole_days = (start == end) & (start.dt.total_seconds() % (24 * 60 * 60) == 0)
    days = pl.col("start_before", "end_before", "start_after", "end_after").dt.date().cast(pl.String)
    return spans.filter(whole_days).with_columns(days).select(*MOVED_SCHEMA)


def _day_beside_clock(side: pl.DataFrame) -> pl.Series:
    """Return of each row whether its start is a clock time beside a cell with the day."""
    if f"{OWN}date" not in side.columns:
        return pl.Series([False]).new_from_index(0, side.height)
    return ~spare_part(side, "date")


def with_moves(every: pl.DataFrame, changes: TableChanges) -> pl.DataFrame:
    """Put the start and the end of a row that was moved to another day together in one change.

    Example: a night shift was moved from 2 to 3 March, in a system with columns for the start, the end and
    the date:

        start   2026-03-02 21:00 → 2026-03-03 21:00
        end     2026-03-03 07:00 → 2026-03-04 07:00
        date    2026-03-02       → 2026-03-03

    All three are one change of the date. If only the start was moved, the shift became shorter, and nothing
    is put together.

    Args:
        every: EVERY_CELL_SCHEMA, or as much of it as this needs: all but `table`, `key` and `kind`.
        changes: of the table.
    """
    days = moved(changes)
    if days.is_empty():
        return every
    both = every.join(days, on=[BEFORE, AFTER], how="left", maintain_order="left").with_columns(
        whole=(pl.col(CELL).is_in(SPAN) & pl.col("beside").is_not_null()).sum().over(BEFORE, AFTER)
        == len(SPAN)
    )
    same_day = [
        (pl.col(CELL) == part)
        & (spelled(pl.col("before")) == pl.col(f"{moment}_before"))
        & (spelled(pl.col("after")) == pl.col(f"{moment}_after"))
        for moment, part in DATES.items()
    ]
    redundant = pl.col("whole") & ((pl.col(CELL) == "end") | pl.any_horizontal(same_day))
    the_move = pl.col("whole") & (pl.col(CELL) == "start")
    layout = {column: header for header, column in changes.pair.latest.layout}
    header = layout.get(f"{OWN}date") or ", ".join(changes.header(moment) for moment in SPAN)
    values = {
        "column": pl.lit("date"),
        "header": pl.lit(header),
        "before": pl.col("start_before"),
        "after": pl.col("start_after"),
    }
    return (
        both.filter(~redundant.fill_null(value=False))
        .with_columns(
            pl.when(the_move).then(value).otherwise(pl.col(name)).alias(name)
            for name, value in values.items()
        )
        .select(every.columns)
    )


def number_listed(changes: TableChanges) -> int:
    """Return how many changes of cells `listed` has."""
    blank = pl.lit(None, dtype=pl.String).alias("header")
    return with_moves(changes.cells.with_columns(blank, pl.col("column").alias(CELL)), changes).height


def written_cells(changes: TableChanges) -> pl.DataFrame:
    """Return the changed cells (CELLS_SCHEMA) in the system's own columns.

    Of a row that was moved to another day, that is the cell with the day, where it is beside clock times.
    """
    days = moved(changes).filter("beside")
    if days.is_empty():
        return changes.cells
    left, right = (table.frame for table in changes.pair.sides)
    rest = changes.cells.join(
        days.select(BEFORE, AFTER, pl.lit([*SPAN]).alias("column")).explode("column"),
        on=[BEFORE, AFTER, "column"],
        how="anti",
        maintain_order="left",
    )
    keys = days.join(
        changes.cells.select(BEFORE, "key").unique(BEFORE), on=BEFORE, how="left", maintain_order="left"
    )
    parts = [rest]
    for part in DATES.values():
        own = f"{OWN}{part}"
        if own in left.columns and own in right.columns:
            before, after = left[own].gather(days[BEFORE]), right[own].gather(days[AFTER])
            cells = keys.with_columns(before.alias("before"), after.alias("after"), column=pl.lit(part))
            parts.append(cells.select(*CELLS_SCHEMA))
    return pl.concat(parts).sort(BEFORE, maintain_order=True)


@dataclass(frozen=True, slots=True)
class _LostZeros:
    """Rows that differ by leading zeros: their numbers on the later side, and the headers of the columns."""

    rows: pl.Series
    columns: tuple[str, ...]
    by_later: bool
    """The later side lost the zeros."""


def lost_zeros(tables: Sequence[TableChanges], before: str, after: str) -> tuple[Message, ...]:
    """Return the notes about ids that lost their leading zeros.

    Only if that explains most rows of a table that were removed and added, or most changed cells of a column.

    Args:
        tables: the changes of each table.
        before: the name of the earlier side.
        after: the name of the later side.
    """
    notes: list[Message] = []
    both = [table for table in tables if not table.pair.is_one_sided]
    lost_of = [(table, [*_lost_in_keys(table), *_lost_in_cells(table)]) for table in both]
    for side, other, by_later in ((after, before, True), (before, after, False)):
        of_side = [(table, [one for one in lost if one.by_later == by_later]) for table, lost in lost_of]
        where = [_where(table, lost) for table, lost in of_side if lost]
        if where:
            together = reduce(lambda first, more: Message(AND, {"first": first, "more": more}), where)
            notes.append(Message(LOST_ZEROS, {"side": side, "other": other, "where": together}))
    return tuple(notes)


def _where(table: TableChanges, lost: Sequence[_LostZeros]) -> Message:
    facts = {
        "table": called(table.name),
        "columns": ", ".join(dict.fromkeys(name for one in lost for name in one.columns)),
        "rows": Count(pl.concat([one.rows for one in lost]).n_unique()),
    }
    return Message(WHERE, facts)


def _lost_in_keys(changes: TableChanges) -> Iterator[_LostZeros]:
    """Yield the removed rows whose key, without leading zeros, is that of an added row."""
    columns = changes.key.columns
    sides = []
    for side, (kind, mark) in enumerate((("removed", BEFORE), ("added", AFTER))):
        numbers = changes.of_kind(kind)[mark]
        rows = changes.pair.sides[side].frame[numbers]
        keys = [keyed(rows, names[side]).alias(f"k{place}") for place, names in enumerate(columns)]
        sides.append(pl.DataFrame([numbers.alias(mark), *keys]))
    names = sides[0].columns[1:]
    texts = [name for name in names if all(side.schema[name] == pl.String for side in sides)]
    fewest = min(side.height for side in sides)
    if not texts or not fewest:
        return
    on = [f"bare_{name}" if name in texts else name for name in names]
    single = [
        side.with_columns(without_zeros(pl.col(name)).alias(f"bare_{name}") for name in texts).filter(
            pl.len().over(on) == 1
        )
        for side in sides
    ]
    pairs = single[0].join(single[1], on=on, how="inner", nulls_equal=True, suffix="_after")
    for by_later in (True, False):
        lost = {name: _lost(pl.col(name), pl.col(f"{name}_after"), by_later=by_later) for name in texts}
        rows = pairs.filter(reduce(or_, lost.values()))
        if rows.height >= fewest * MOST_EXPLAINED:
            any_lost = rows.select(test.any().alias(name) for name, test in lost.items()).row(0, named=True)
            headers = tuple(
                changes.header(columns[int(name[1:])][0]) for name, is_so in any_lost.items() if is_so
            )
            yield _LostZeros(rows[AFTER], headers, by_later)


def _lost_in_cells(changes: TableChanges) -> Iterator[_LostZeros]:
    """Yield the rows with a cell that only lost its zeros, of columns most of whose changed cells did."""
    cells = changes.cells.with_columns(number=pl.len().over("column"))
    for by_later in (True, False):
        zeros = cells.filter(_lost(pl.col("before"), pl.col("after"), by_later=by_later))
        for rows in zeros.partition_by("column", maintain_order=True):
            if rows.height >= rows["number"][0] * MOST_EXPLAINED:
                yield _LostZeros(rows[AFTER], (changes.header(rows["column"][0]),), by_later)


def without_zeros(text: pl.Expr) -> pl.Expr:
    """Return an id as a spreadsheet leaves it that takes it for a number; one that is no number, as it is."""
    return pl.when(text.str.contains(NUMBER)).then(text.str.replace(ZEROS, "${1}")).otherwise(text)


def _lost(before: pl.Expr, after: pl.Expr, *, by_later: bool) -> pl.Expr:
    """Return whether a text is the same on both sides but for the zeros that one side lost."""
    whole, lost = (before, after) if by_later else (after, before)
    return (whole.str.len_bytes() > lost.str.len_bytes()) & (without_zeros(whole) == without_zeros(lost))
