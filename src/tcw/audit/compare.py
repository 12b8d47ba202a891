"""One table on both sides, row by row and cell by cell."""

from dataclasses import dataclass, field

import polars as pl

from tcw.audit.keys import Key, keyed, repeated
from tcw.audit.pairing import Pair
from tcw.audit.spare_cells import spare_differences, spare_lengths
from tcw.audit.values import differing, shown, spelled
from tcw.model.export import OWN, ExportTable
from tcw.wording import Message

MOVED_LAST = frozenset({"valid_from"})
"""Last columns of a key that a change may touch: the rest of the key still says which row it is."""
MOST_LEFT = 20_000
"""Rows left over on either side, up to which those that differ in one cell are looked for."""
BEFORE, AFTER = "before_", "after_"

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
    left, right = pair.before.frame, pair.after.frame
    notes = [*pair.notes, *key.notes]
    matched, removed, added = _matched(left, right, key)
    if key.columns:
        shaky = removed.filter("shaky").height + added.filter("shaky").height
        if shaky:
            notes.append(repeated(pair, key, shaky))
    removed, added = _without_equals(pair, removed, added)
    near, removed, added = _nearly_equal(pair, key, removed, added)
    matched = pl.concat([matched, near])
    cells = _cells(pair, key, matched)
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


def _matched(
    left: pl.DataFrame, right: pl.DataFrame, key: Key
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return the places of rows with one key on both sides, and of those left over on each, with `shaky` where the key tells nothing."""
    names = [f"k{place}" for place in range(len(key.columns))]
    sides = []
    for table, mark, place in ((left, BEFORE, 0), (right, AFTER, 1)):
        keys = [
            keyed(table, columns[place]).alias(name) for columns, name in zip(key.columns, names, strict=True)
        ]
        sides.append(pl.DataFrame(keys).with_row_index(mark) if keys else _numbered(table.height, mark))
    if not names:
        none = pl.DataFrame(schema={BEFORE: pl.UInt32, AFTER: pl.UInt32})
        removed, added = (side.with_columns(shaky=pl.lit(value=True)) for side in sides)
        return none, removed, added
    twice = pl.concat(
        [
            side.lazy()
            .group_by(names)
            .len("number")
            .filter((pl.col("number") > 1) | pl.col(names[0]).is_null())
            .select(names)
            .collect()
            for side in sides
        ]
    ).unique()
    if twice.height:
        flagged = [
            side.join(twice.with_columns(shaky=pl.lit(value=True)), on=names, how="left", nulls_equal=True)
            for side in sides
        ]
        sides = [side.with_columns(pl.col("shaky").fill_null(value=False)) for side in flagged]
    else:
        sides = [side.with_columns(shaky=pl.lit(value=False)) for side in sides]
    sure = [
        side.filter(~pl.col("shaky")).drop("shaky") if twice.height else side.drop("shaky") for side in sides
    ]
    both = (
        sure[0]
        .join(sure[1], on=names, how="inner", nulls_equal=True, maintain_order="left")
        .select(BEFORE, AFTER)
    )
    removed = sides[0].filter(~pl.col(BEFORE).is_in(both[BEFORE].implode()))
    added = sides[1].filter(~pl.col(AFTER).is_in(both[AFTER].implode()))
    return both, removed, added


def _numbered(rows: int, mark: str) -> pl.DataFrame:
    return pl.DataFrame({mark: pl.Series(range(rows), dtype=pl.UInt32)})


def _without_equals(
    pair: Pair, removed: pl.DataFrame, added: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take rows that are equal on both sides off those left over, as often as they stand on both: first letter by letter, then by value."""
    if removed.is_empty() or added.is_empty():
        return removed, added
    for by_value in (False, True):
        keep_left, keep_right = _multiset(pair, removed, added, by_value=by_value)
        removed, added = removed[keep_left], added[keep_right]
        if removed.is_empty() or added.is_empty():
            break
    return removed, added


def _multiset(
    pair: Pair, removed: pl.DataFrame, added: pl.DataFrame, *, by_value: bool
) -> tuple[pl.Series, pl.Series]:
    """Return the places in `removed` and `added` of rows that the other side has not."""
    names = [f"c{place}" for place in range(len(pair.columns))]
    left = _texts(pair, removed, 0, names, by_value=by_value)
    right = _texts(pair, added, 1, names, by_value=by_value)
    counted = [
        side.with_columns(nth=pl.int_range(pl.len()).over(names)).with_row_index("place")
        for side in (left, right)
    ]
    on = [*names, "nth"]
    gone = counted[0].join(counted[1], on=on, how="anti", nulls_equal=True)["place"].sort()
    new = counted[1].join(counted[0], on=on, how="anti", nulls_equal=True)["place"].sort()
    return gone, new


def _texts(pair: Pair, rows: pl.DataFrame, side: int, names: list[str], *, by_value: bool) -> pl.DataFrame:
    """Return the compared columns of rows as comparable text."""
    table = (pair.before, pair.after)[side]
    mark = (BEFORE, AFTER)[side]
    assert table is not None
    part = table.frame.select(columns[side] for columns in pair.columns)[rows[mark]]
    return part.select(
        _comparable(part, columns[side], by_value=by_value).alias(name)
        for columns, name in zip(pair.columns, names, strict=True)
    )


def _comparable(frame: pl.DataFrame, column: str, *, by_value: bool) -> pl.Expr:
    dtype, value = frame.schema[column], pl.col(column)
    if dtype == pl.String:
        return spelled(value) if by_value else value.replace("", None)
    if isinstance(dtype, pl.List):
        return value.list.unique().list.sort().list.join("\x1f")
    if dtype.is_float():
        return value.round(9).cast(pl.String)
    return value.cast(pl.String)


def _nearly_equal(
    pair: Pair, key: Key, removed: pl.DataFrame, added: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Pair rows left over that are one row still: of one key but for a date it began, or alike in all cells but one."""
    none = pl.DataFrame(schema={BEFORE: pl.UInt32, AFTER: pl.UInt32})
    if removed.is_empty() or added.is_empty() or max(removed.height, added.height) > MOST_LEFT:
        return none, removed, added
    found = [none]
    keys = [f"k{place}" for place in range(len(key.columns))]
    moved = len(keys) > 1 and key.columns[-1][0] in MOVED_LAST
    for names in [keys, *([keys[:-1]] if moved else [])] if keys else []:
        pairs = _one_to_one(removed, added, names)
        found.append(pairs)
        removed, added = _less(removed, added, pairs)
    names = [f"c{place}" for place in range(len(pair.columns))]
    sure = removed["shaky"].any() and added["shaky"].any()
    if sure and len(names) > 1:
        for name in names:
            loose_left, loose_right = removed.filter("shaky"), added.filter("shaky")
            if loose_left.is_empty() or loose_right.is_empty():
                break
            left = loose_left.select(BEFORE).hstack(_texts(pair, loose_left, 0, names, by_value=True))
            right = loose_right.select(AFTER).hstack(_texts(pair, loose_right, 1, names, by_value=True))
            pairs = _one_to_one(left, right, [other for other in names if other != name])
            found.append(pairs)
            removed, added = _less(removed, added, pairs)
    return pl.concat(found), removed, added


def _less(
    removed: pl.DataFrame, added: pl.DataFrame, pairs: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    return (
        removed.filter(~pl.col(BEFORE).is_in(pairs[BEFORE].implode())),
        added.filter(~pl.col(AFTER).is_in(pairs[AFTER].implode())),
    )


def _one_to_one(left: pl.DataFrame, right: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Return the places of rows that agree in the columns and are alone in that on both sides."""
    single = [side.filter(pl.len().over(names) == 1) for side in (left, right)]
    if single[0].is_empty() or single[1].is_empty():
        return pl.DataFrame(schema={BEFORE: pl.UInt32, AFTER: pl.UInt32})
    return single[0].join(single[1], on=names, how="inner", nulls_equal=True).select(BEFORE, AFTER)


def _cells(pair: Pair, key: Key, matched: pl.DataFrame) -> pl.DataFrame:
    """Return the changed cells of rows that are the same row."""
    assert pair.before is not None
    assert pair.after is not None
    found = [pl.DataFrame(schema=CELLS_SCHEMA)]
    if matched.is_empty():
        return found[0]
    left, right = pair.before.frame, pair.after.frame
    for one, other in pair.columns:
        places = differing(left[one].gather(matched[BEFORE]), right[other].gather(matched[AFTER]))
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


SEPARATOR = " · "
"""What stands between the parts of a key."""
