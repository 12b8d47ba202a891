"""Which row of one side is which of the other: by its key, else by all that it says."""

from dataclasses import dataclass

import polars as pl

from tcw.audit.keys import Key, keyed
from tcw.audit.pairing import Pair
from tcw.audit.values import spelled

BEFORE, AFTER = "before_", "after_"
"""Columns of places: which row of the earlier frame, and of the later one."""
MOVED_LAST = frozenset({"valid_from"})
"""Last columns of a key that a change may touch: the rest of the key still says which row it is."""
MOST_LEFT = 20_000
"""Rows left over on either side, up to which those that differ in one cell are looked for."""


@dataclass(frozen=True, slots=True)
class SameRows:
    """Rows of both sides: `matched` (`before_`, `after_`), `removed` (`before_`), `added` (`after_`), all UInt32.

    `shaky` counts rows whose key is missing or repeated.
    """

    matched: pl.DataFrame
    removed: pl.DataFrame
    added: pl.DataFrame
    shaky: int


def same_rows(pair: Pair, key: Key) -> SameRows:
    """Pair the rows of a table that both sides have."""
    assert pair.before is not None
    assert pair.after is not None
    matched, removed, added = _matched(pair.before.frame, pair.after.frame, key)
    shaky = int(removed["shaky"].sum()) + int(added["shaky"].sum())
    removed, added = _without_equals(pair, removed, added)
    near, removed, added = _nearly_equal(pair, key, removed, added)
    return SameRows(pl.concat([matched, near]), removed, added, shaky)


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
