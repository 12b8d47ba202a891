"""Which row of one side is which of the other: what the key of a table is, and which rows it pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Literal

import polars as pl

from tcw.audit.pairing import Pair
from tcw.audit.values import spelled, spelled_series
from tcw.intake.headers.aliases import folded, plain
from tcw.model.export import EXTRA, ExportTable
from tcw.model.tables import TABLES, called
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

GUESSED = Phrase(
    "checklist-key-guessed", "{table}: the key is guessed: {key}; checklist: keys: in tcw.yaml decides."
)
NO_KEY = Phrase(
    "checklist-no-key",
    "{table}: no column tells its rows apart, so whole rows are compared; checklist: keys: in tcw.yaml names a key.",
)
REPEATED = Phrase(
    "checklist-key-repeated",
    "{table}: the key {key} is missing or repeated in {rows:row|rows}; whole rows are compared there.",
)
KEY_ABSENT = Phrase("checklist-key-absent", "{table}: the key {key} of tcw.yaml is no column of both sides.")
KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "staff": (
        ("staff_id",),
        ("staff_id", "valid_from"),
        ("staff_id", "home_unit"),
        ("staff_id", "valid_from", "home_unit"),
    ),
    "activities": (("activity_id",), ("activity_id", "valid_from")),
    "bookings": (
        ("booking_id",),
        ("staff_id", "start", "activity_id"),
        ("staff_id", "date", "activity_id"),
        ("staff_id", "start", "date", "activity_id", "unit_id"),
    ),
    "orders": (("order_id",),),
    "availability": (
        ("staff_id", "start"),
        ("staff_id", "start", "kind"),
        ("staff_id", "start", "end", "kind"),
    ),
    "competences": (("staff_id", "competence_id"), ("staff_id", "competence_id", "valid_from")),
    "agreement_links": (("staff_id", "agreement_id"), ("staff_id", "agreement_id", "valid_from")),
    "interests": (("order_id", "staff_id"),),
    "units": (("unit_id",),),
    "introductions": (("staff_id", "unit_id"),),
    "red_days": (("date",),),
    "requests": (("staff_id", "asked_at"), ("staff_id", "asked_at", "order_id")),
    "time_bank": (("staff_id",), ("staff_id", "date")),
}
"""Table -> keys to try, in this order; the first without repetition is taken. Of other tables: their required columns."""
NAMED = frozenset({"bookings", "orders", "activities", "units"})
"""Tables whose rows have a name of their own: that it is repeated here and there is a fault to tell, and no reason for another key."""
MOST_REPEATED = 0.5
NUMBERS_OF_ROWS = frozenset(
    {"rad", "radnr", "radnummer", "row", "rownumber", "lopnr", "lopnummer", "line", "lineno"}
)
ID_HEADERS = frozenset({"kod", "code", "id", "nr", "nummer", "no", "number"})
ID_ENDINGS = ("kod", "code", "id", "nr", "nummer", "number")
MOST_COLUMNS = 6
"""Of an unknown table the first so many columns are tried in twos and threes."""
Cache = dict[tuple[int, str], pl.Series]
How = Literal["schema", "config", "guessed", "none"]
BEFORE, AFTER = "before_", "after_"
"""Columns of places: which row of the earlier frame, and of the later one."""
MOVED_LAST = frozenset({"valid_from"})
"""Last columns of a key that a change may touch: the rest of the key still says which row it is."""
MOST_LEFT = 20_000
"""Rows left over on either side, up to which those that differ in one cell are looked for."""


@dataclass(frozen=True, slots=True)
class Key:
    """The columns of the key, before and after, and how it was found. Empty when whole rows are compared."""

    columns: tuple[tuple[str, str], ...]
    how: How
    notes: tuple[Message, ...] = ()


def key_of(pair: Pair, told: Mapping[str, Sequence[str]]) -> Key:
    """Return the key by which the rows of both sides are paired; `told` is table -> columns or headers, of tcw.yaml."""
    assert pair.before is not None
    assert pair.after is not None
    named = next(
        (columns for name, columns in told.items() if folded(plain(name)) == folded(plain(pair.name))), None
    )
    if named is not None:
        found = [_column(pair, name) for name in named]
        columns = tuple(one for one in found if one is not None)
        if len(columns) == len(named):
            return Key(columns, "config")
        notes = (Message(KEY_ABSENT, {"table": called(pair.name), "key": ", ".join(named)}),)
        return Key((), "none", notes)
    if pair.known:
        return _of_schema(pair)
    return _guessed(pair)


def _column(pair: Pair, name: str) -> tuple[str, str] | None:
    wanted = folded(plain(name))
    for left, right in pair.columns:
        names = {left, left.removeprefix(EXTRA), right.removeprefix(EXTRA)}
        if pair.before is not None:
            names.add(pair.before.headers[left])
        if wanted in {folded(plain(one)) for one in names}:
            return left, right
    return None


def _of_schema(pair: Pair) -> Key:
    both = {left for left, right in pair.columns if left == right}
    required = tuple(name for name, column in TABLES[pair.name].columns.items() if column.required)
    tries = [key for key in KEYS.get(pair.name, (required,)) if set(key) <= both]
    if not tries:
        return _guessed(pair)
    best, fewest = tries[0], -1
    assert pair.before is not None
    assert pair.after is not None
    rows = pair.before.frame.height + pair.after.frame.height
    for names in tries:
        unfit = _unfit(pair, tuple((name, name) for name in names))
        if fewest < 0 or unfit < fewest:
            best, fewest = names, unfit
        if not unfit or (pair.name in NAMED and unfit <= rows * MOST_REPEATED):
            break
    return Key(tuple((name, name) for name in best), "schema")


def _guessed(pair: Pair) -> Key:
    """Return the first columns that tell all rows of both sides apart, few before many; a mere count of rows last."""
    assert pair.before is not None
    candidates = [columns for columns in pair.columns if _is_plain(pair, columns)]
    counted = [one for one in candidates if folded(plain(one[0].removeprefix(EXTRA))) in NUMBERS_OF_ROWS]
    telling = [
        one
        for place, one in enumerate(candidates)
        if one not in counted and (place == 0 or _names_something(pair, one))
    ]
    first = telling[:MOST_COLUMNS]
    tries: list[tuple[tuple[str, str], ...]] = [(one,) for one in telling]
    tries += islice(combinations(first, 2), 15)
    tries += islice(combinations(first, 3), 20)
    tries += [(one,) for one in counted]
    best: tuple[tuple[tuple[str, str], ...], int] | None = None
    known: Cache = {}
    most = min(pair.before.frame.height, pair.after.frame.height if pair.after else 0)
    for columns in tries:
        if best is not None and (best[1] == most or len(columns) > len(best[0])):
            break
        if _unfit(pair, columns, known):
            continue
        shared = _shared(pair, columns, known)
        if best is None or shared > best[1]:
            best = (columns, shared)
    if best is None:
        return Key((), "none", (Message(NO_KEY, {"table": called(pair.name)}),))
    names = ", ".join(pair.before.headers[left] for left, _ in best[0])
    return Key(best[0], "guessed", (Message(GUESSED, {"table": called(pair.name), "key": names}),))


def _names_something(pair: Pair, columns: tuple[str, str]) -> bool:
    """Tell whether a column names things: numbers and days tell rows apart by chance, unless the header says that they are ids."""
    assert pair.before is not None
    header = folded(plain(columns[0].removeprefix(EXTRA)))
    if header in ID_HEADERS or header.endswith(ID_ENDINGS):
        return True
    values = pair.before.frame[columns[0]].cast(pl.String).drop_nulls()
    return bool(values.str.contains(r"\p{L}").any())


def _is_plain(pair: Pair, columns: tuple[str, str]) -> bool:
    assert pair.before is not None
    return not pair.before.frame.schema[columns[0]].is_nested()


def _unfit(pair: Pair, columns: tuple[tuple[str, str], ...], known: Cache | None = None) -> int:
    """Return how many rows of both sides the columns do not tell apart."""
    assert pair.before is not None
    assert pair.after is not None
    total = 0
    for place, table in enumerate((pair.before, pair.after)):
        keys = [_cached(table, column[place], place, known) for column in columns]
        # A key of several columns may have empty ones (no first day): that is a value, too.
        whole = keys[0].is_not_null()
        if len(keys) == 1:
            total += keys[0].len() - keys[0].filter(whole).n_unique()
        else:
            total += keys[0].len() - pl.DataFrame(keys).filter(whole).n_unique()
    return total


def _shared(pair: Pair, columns: tuple[tuple[str, str], ...], known: Cache) -> int:
    assert pair.before is not None
    assert pair.after is not None
    sides = [
        pl.DataFrame([_cached(table, column[place], place, known).alias(column[0]) for column in columns])
        for place, table in enumerate((pair.before, pair.after))
    ]
    return sides[0].join(sides[1], on=[left for left, _ in columns], how="semi").height


def _cached(table: ExportTable, column: str, place: int, known: Cache | None) -> pl.Series:
    if known is None:
        return keyed(table.frame, column).alias(column)
    if (place, column) not in known:
        known[place, column] = keyed(table.frame, column).alias(column)
    return known[place, column]


def keyed(frame: pl.DataFrame, column: str) -> pl.Series:
    """Return a column as a key: ids as they are, other texts by their value."""
    return spelled_series(frame[column]) if column.startswith(EXTRA) else frame[column]


def repeated(pair: Pair, key: Key, rows: int) -> Message:
    """Return what to say of rows whose key is missing or repeated."""
    assert pair.before is not None
    names = ", ".join(pair.before.headers[left] for left, _ in key.columns)
    return Message(REPEATED, {"table": called(pair.name), "key": names, "rows": Count(rows)})


def key_alone(pair: Pair) -> Key:
    """Return what to call the rows of a table that only one side has."""
    table = pair.before or pair.after
    assert table is not None
    if table.known:
        for names in KEYS.get(pair.name, ()):
            if set(names) <= set(table.compared):
                return Key(tuple((name, name) for name in names), "schema")
    for name in table.compared:
        values = table.frame[name]
        if not values.dtype.is_nested() and values.null_count() == 0 and values.is_unique().all():
            return Key(((name, name),), "guessed")
    return Key((), "none")


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
