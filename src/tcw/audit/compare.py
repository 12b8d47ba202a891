"""One table on both sides, row by row and cell by cell."""

from dataclasses import dataclass, field

import polars as pl

from tcw.audit.pairing import Pair
from tcw.audit.same_rows import AFTER, BEFORE, Key, repeated, same_rows
from tcw.audit.values import differing, shown, spare_differences, spare_lengths, with_one_spelling
from tcw.model.export import OWN, ExportTable
from tcw.wording import Message

ROWS_SCHEMA = pl.Schema({"kind": pl.String(), "key": pl.String(), BEFORE: pl.UInt32(), AFTER: pl.UInt32()})
CELLS_SCHEMA = pl.Schema(
    {
        "key": pl.String(),
        "column": pl.String(),
        "before": pl.String(),
        "after": pl.String(),
        BEFORE: pl.UInt32(),
        AFTER: pl.UInt32(),
    }
)
SEPARATOR = " · "
"""What stands between the parts of a key."""


@dataclass(frozen=True, slots=True)
class TableChanges:
    """What became of one table.

    `rows`: ROWS_SCHEMA, one per row that was added, removed or changed; `before_` and `after_` are its places in the frames of the sides.
    `cells`: CELLS_SCHEMA, one per changed cell, `before` and `after` as written. `columns_added`, `columns_removed`: those one side lacks.
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
        """Changed rows and columns."""
        return self.rows.height + len(self.columns_added) + len(self.columns_removed)

    def of_kind(self, kind: str) -> pl.DataFrame:
        """Return the rows that were added, removed or changed."""
        return self.rows.filter(pl.col("kind") == kind)

    def header(self, column: str) -> str:
        """Return what the system calls a column."""
        for table in (self.pair.after, self.pair.before):
            if table is not None and column in table.compared:
                return table.headers[column]
        written = [table.layout for table in (self.pair.after, self.pair.before) if table is not None]
        return next((head for layout in written for head, name in layout if name == f"{OWN}{column}"), column)


def compare(pair: Pair, key: Key) -> TableChanges:
    """Compare a table; `key` is not used for a table that only one side has."""
    if pair.before is None or pair.after is None:
        return _whole(pair, key)
    notes = [*pair.notes, *key.notes]
    values = with_one_spelling(pair)
    found = same_rows(values, key)
    if key.columns and found.shaky:
        notes.append(repeated(pair, key, found.shaky))
    removed, added = found.removed, found.added
    cells = _cells(pair, values, key, found.matched)
    changed = cells.select(BEFORE, AFTER).unique(maintain_order=True)
    rows = pl.concat(
        [
            _rows("removed", removed.select(BEFORE, pl.lit(None, dtype=pl.UInt32).alias(AFTER)), pair, key),
            _rows("added", added.select(pl.lit(None, dtype=pl.UInt32).alias(BEFORE), AFTER), pair, key),
            _rows("changed", changed, pair, key),
        ]
    )
    new, gone = (_columns_only(pair, side) for side in ("after", "before"))
    return TableChanges(pair, key, rows, cells, new, gone, tuple(notes))


def _columns_only(pair: Pair, side: str) -> tuple[str, ...]:
    """Return the columns that only one side has."""
    assert pair.before is not None
    assert pair.after is not None
    one, other = (
        (pair.before.frame, pair.after.frame) if side == "before" else (pair.after.frame, pair.before.frame)
    )
    if not pair.known:
        return pair.only(side)
    lengths = spare_lengths(one, other)
    made = {"break_minutes"} if lengths and f"{OWN}break_minutes" not in one.columns else set()
    return (*(name for name in pair.only(side) if name not in made), *lengths)


def _whole(pair: Pair, key: Key) -> TableChanges:
    """Return a table that only one side has: all its rows."""
    table = pair.before or pair.after
    assert table is not None
    kind, here, gone = ("removed", BEFORE, AFTER) if pair.before is not None else ("added", AFTER, BEFORE)
    places = pl.DataFrame({here: pl.Series(range(table.frame.height), dtype=pl.UInt32)}).with_columns(
        pl.lit(None, dtype=pl.UInt32).alias(gone)
    )
    rows = _rows(kind, places, pair, key)
    added = table.compared if kind == "added" and not table.frame.height else ()
    gone_columns = table.compared if kind == "removed" and not table.frame.height else ()
    return TableChanges(pair, key, rows, pl.DataFrame(schema=CELLS_SCHEMA), added, gone_columns, pair.notes)


def _cells(pair: Pair, values: Pair, key: Key, matched: pl.DataFrame) -> pl.DataFrame:
    """Return the changed cells of rows that are the same row; `values` says which are, `pair` has them as written."""
    assert pair.before is not None
    assert pair.after is not None
    assert values.before is not None
    assert values.after is not None
    found = [pl.DataFrame(schema=CELLS_SCHEMA)]
    if matched.is_empty():
        return found[0]
    left, right = pair.before.frame, pair.after.frame
    for one, other in pair.columns:
        places = differing(
            values.before.frame[one].gather(matched[BEFORE]), values.after.frame[other].gather(matched[AFTER])
        )
        if places.is_empty():
            continue
        rows = matched[places]
        before, after = left[rows[BEFORE]], right[rows[AFTER]]
        found.append(
            rows.with_columns(
                shown(before, one).alias("before"),
                shown(after, other).alias("after"),
                _key_text(pair.before, key, 0, rows[BEFORE]).alias("key"),
                column=pl.lit(one),
            ).select(*CELLS_SCHEMA)
        )
    if pair.known:
        sides = left[matched[BEFORE]], right[matched[AFTER]]
        for part, places, told in spare_differences(*sides):
            rows = matched[places]
            texts = _key_text(pair.before, key, 0, rows[BEFORE]).alias("key")
            found.append(rows.hstack(told).with_columns(texts, column=pl.lit(part)).select(*CELLS_SCHEMA))
    return pl.concat(found).sort(BEFORE, maintain_order=True)


def _rows(kind: str, places: pl.DataFrame, pair: Pair, key: Key) -> pl.DataFrame:
    side = 0 if kind == "removed" or (kind == "changed" and pair.before is not None) else 1
    table, mark = ((pair.before, BEFORE), (pair.after, AFTER))[side]
    assert table is not None
    texts = _key_text(table, key, side, places[mark])
    return places.with_columns(texts.alias("key"), kind=pl.lit(kind)).select(*ROWS_SCHEMA)


def _key_text(table: ExportTable, key: Key, side: int, places: pl.Series) -> pl.Series:
    """Return the rows' keys as people read them; of a table without one all that the row says."""
    columns = [one[side] for one in key.columns] or list(table.compared)
    part = table.frame[places]
    texts = pl.DataFrame([shown(part, column).alias(f"{number}") for number, column in enumerate(columns)])
    if not texts.width:
        return pl.Series("key", [None] * places.len(), dtype=pl.String)
    return texts.select(pl.concat_str(pl.all().fill_null(""), separator=SEPARATOR).alias("key")).to_series()
