"""One table on both sides, row by row and cell by cell."""

from dataclasses import dataclass, field

import polars as pl

from tcw.audit.pairing import Pair
from tcw.audit.same_rows import AFTER, BEFORE, MATCHED_SCHEMA, Key, repeated, same_rows
from tcw.audit.values import differing, shown, spare_differences, spare_lengths, with_one_spelling
from tcw.model.export import OWN, ExportTable
from tcw.wording import Message

ROWS_SCHEMA = pl.Schema({"kind": pl.String(), "key": pl.String(), **MATCHED_SCHEMA})
CELLS_SCHEMA = pl.Schema(
    {"key": pl.String(), "column": pl.String(), "before": pl.String(), "after": pl.String(), **MATCHED_SCHEMA}
)
SEPARATOR = " · "
"""Separates the parts of a key."""


@dataclass(frozen=True, slots=True)
class TableChanges:
    """The changes of one table.

    `rows`: ROWS_SCHEMA, one per row that was added, removed or changed; `before_` and `after_` are its row
    numbers in the frames of both sides. `cells`: CELLS_SCHEMA, one per changed cell, `before` and `after` as
    written. `columns_added` and `columns_removed` are columns that one side lacks.
    """

    pair: Pair
    key: Key
    rows: pl.DataFrame
    cells: pl.DataFrame
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    notes: tuple[Message, ...] = field(default=())

    @property
    def name(self) -> str:
        """The table's name."""
        return self.pair.name

    @property
    def number(self) -> int:
        """The number of changed rows and columns."""
        return self.rows.height + len(self.columns_added) + len(self.columns_removed)

    def of_kind(self, kind: str) -> pl.DataFrame:
        """Return the rows that were added, removed or changed."""
        return self.rows.filter(pl.col("kind") == kind)

    def header(self, column: str) -> str:
        """Return what the system calls a column."""
        tables = [table for table in (self.pair.after, self.pair.before) if table is not None]
        for table in tables:
            if column in table.compared:
                return table.headers[column]
        layouts = (table.layout for table in tables)
        return next((head for layout in layouts for head, name in layout if name == f"{OWN}{column}"), column)


def compare(pair: Pair, key: Key) -> TableChanges:
    """Compare a table. For a table that only one side has, `key` only names its rows."""
    if pair.is_one_sided:
        return _one_sided(pair, key)
    notes = [*pair.notes, *key.notes]
    values = with_one_spelling(pair)
    same = same_rows(values, key)
    if key.columns and same.unsure:
        notes.append(repeated(pair, key, same.unsure))
    cells = _cells(pair, values, key, same.matched)
    rows = pl.concat(
        [
            _rows("removed", same.removed, pair, key),
            _rows("added", same.added, pair, key),
            _rows("changed", cells.select(*MATCHED_SCHEMA).unique(maintain_order=True), pair, key),
        ]
    )
    added, removed = (_columns_only(pair, side) for side in ("after", "before"))
    return TableChanges(pair, key, rows, cells, added, removed, tuple(notes))


def _columns_only(pair: Pair, side: str) -> tuple[str, ...]:
    """Return the columns that only one side has."""
    if not pair.has_schema:
        return pair.only(side)
    before, after = (table.frame for table in pair.sides)
    frame, other = (before, after) if side == "before" else (after, before)
    lengths = spare_lengths(frame, other)
    # The break was computed from a length: the column that was added or removed is the length.
    computed = {"break_minutes"} if lengths and f"{OWN}break_minutes" not in frame.columns else set()
    return (*(name for name in pair.only(side) if name not in computed), *lengths)


def _one_sided(pair: Pair, key: Key) -> TableChanges:
    """Return all rows of a table that only one side has; its columns, if it has no rows."""
    table = pair.latest
    kind, mark = ("removed", BEFORE) if pair.before is not None else ("added", AFTER)
    numbers = pl.DataFrame({mark: pl.Series(range(table.frame.height), dtype=pl.UInt32)})
    columns = () if table.frame.height else table.compared
    return TableChanges(
        pair,
        key,
        _rows(kind, numbers, pair, key),
        pl.DataFrame(schema=CELLS_SCHEMA),
        columns if kind == "added" else (),
        columns if kind == "removed" else (),
        pair.notes,
    )


def _cells(pair: Pair, values: Pair, key: Key, matched: pl.DataFrame) -> pl.DataFrame:
    """Return the changed cells (CELLS_SCHEMA) of rows that are the same row.

    `values` tells which cells differ, and `pair` has them as written.
    """
    changed = [pl.DataFrame(schema=CELLS_SCHEMA)]
    if matched.is_empty():
        return changed[0]
    before, after = pair.sides
    old_values, new_values = (table.frame for table in values.sides)

    def listed(rows: pl.DataFrame, column: str, written: list[pl.Series]) -> pl.DataFrame:
        keys = _key_text(before, key, 0, rows[BEFORE])
        return rows.with_columns(keys, *written, column=pl.lit(column)).select(*CELLS_SCHEMA)

    for old, new in pair.columns:
        places = differing(old_values[old].gather(matched[BEFORE]), new_values[new].gather(matched[AFTER]))
        if places.len():
            rows = matched[places]
            written = [
                shown(before.frame[rows[BEFORE]], old).alias("before"),
                shown(after.frame[rows[AFTER]], new).alias("after"),
            ]
            changed.append(listed(rows, old, written))
    if pair.has_schema:
        sides = before.frame[matched[BEFORE]], after.frame[matched[AFTER]]
        for part, places, cells in spare_differences(*sides):
            changed.append(listed(matched[places], part, cells.get_columns()))
    return pl.concat(changed).sort(BEFORE, maintain_order=True)


def _rows(kind: str, numbers: pl.DataFrame, pair: Pair, key: Key) -> pl.DataFrame:
    """Return ROWS_SCHEMA of rows with their numbers on one side or on both."""
    side = 1 if kind == "added" else 0
    table, mark = ((pair.before, BEFORE), (pair.after, AFTER))[side]
    assert table is not None
    absent = [
        pl.lit(None, dtype=pl.UInt32).alias(name) for name in MATCHED_SCHEMA if name not in numbers.columns
    ]
    texts = _key_text(table, key, side, numbers[mark])
    return numbers.with_columns(*absent, texts, kind=pl.lit(kind)).select(*ROWS_SCHEMA)


def _key_text(table: ExportTable, key: Key, side: int, numbers: pl.Series) -> pl.Series:
    """Return the rows' keys as people read them; of a table without a key, all that the row says."""
    columns = [names[side] for names in key.columns] or list(table.compared)
    rows = table.frame[numbers]
    texts = pl.DataFrame([shown(rows, column).alias(f"{place}") for place, column in enumerate(columns)])
    if not texts.width:
        return pl.Series("key", [None] * numbers.len(), dtype=pl.String)
    return texts.select(pl.concat_str(pl.all().fill_null(""), separator=SEPARATOR).alias("key")).to_series()
