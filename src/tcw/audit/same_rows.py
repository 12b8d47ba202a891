"""Which row of one side is which of the other: what the key of a table is, and which rows it pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Literal

import polars as pl

from tcw.audit.pairing import Pair, bare, bare_header
from tcw.audit.values import spelled, spelled_series
from tcw.model.export import EXTRA, ExportTable
from tcw.model.tables import TABLES, called
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

GUESSED = Phrase(
    "checklist-key-guessed", "{table}: the key is guessed: {key}; checklist: keys: in tcw.yaml decides."
)
NO_KEY = Phrase(
    "checklist-no-key",
    "{table}: no column tells its rows apart, so whole rows are compared; "
    "checklist: keys: in tcw.yaml names a key.",
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
"""Table -> keys to try, in this order: the first without repetition. Others have their required columns."""
WITH_IDS = frozenset({"bookings", "orders", "activities", "units"})
"""Tables whose rows have an id: a few repeated ids are a fault to report, and no reason for another key."""
MOST_REPEATED = 0.5
"""Share of the rows whose ids may be repeated."""
ROW_NUMBER_HEADERS = frozenset(
    {"rad", "radnr", "radnummer", "row", "rownumber", "lopnr", "lopnummer", "line", "lineno"}
)
ID_HEADERS = frozenset({"kod", "code", "id", "nr", "nummer", "no", "number"})
ID_ENDINGS = ("kod", "code", "id", "nr", "nummer", "number")
MOST_COLUMNS = 6
"""So many columns of an unknown table are tried in twos and threes, the first ones."""
Columns = tuple[tuple[str, str], ...]
"""Of a key: the names of each column before and after."""
Source = Literal["schema", "config", "guessed", "none"]
BEFORE, AFTER = "before_", "after_"
"""Columns of row numbers: which row of the earlier frame, and which of the later one."""
MATCHED_SCHEMA = pl.Schema({BEFORE: pl.UInt32(), AFTER: pl.UInt32()})
CHANGING_LAST = frozenset({"valid_from"})
"""Last columns of a key that a change may touch: the rest of the key still tells which row it is."""
MOST_LEFT = 20_000
"""Only if no more rows than these are left on either side, rows that differ in one cell are looked for."""


@dataclass(frozen=True, slots=True)
class Key:
    """The columns of a key, and where they come from. Without columns, whole rows are compared."""

    columns: Columns
    source: Source
    notes: tuple[Message, ...] = ()


class _KeyColumns:
    """The columns of both sides as keys, each made once: guessing a key asks for them many times."""

    def __init__(self, pair: Pair) -> None:
        self.tables = pair.sides
        self.made: dict[tuple[int, str], pl.Series] = {}

    def of(self, side: int, columns: Columns) -> list[pl.Series]:
        """Return one side's columns, by their earlier names."""
        for names in columns:
            if (side, names[0]) not in self.made:
                self.made[side, names[0]] = keyed(self.tables[side].frame, names[side]).alias(names[0])
        return [self.made[side, names[0]] for names in columns]

    def unfit(self, columns: Columns) -> int:
        """Return how many rows of both sides the columns do not tell apart."""
        total = 0
        for side in (0, 1):
            keys = self.of(side, columns)
            # Only the first column must be filled. Empty ones after it (no first day) are a value, too.
            filled = keys[0].is_not_null()
            together = pl.DataFrame(keys) if len(keys) > 1 else keys[0]
            total += keys[0].len() - together.filter(filled).n_unique()
        return total

    def shared(self, columns: Columns) -> int:
        """Return how many rows of the earlier side have a key that the later side has, too."""
        before, after = (pl.DataFrame(self.of(side, columns)) for side in (0, 1))
        return before.join(after, on=before.columns, how="semi").height


def key_of(pair: Pair, configured: Mapping[str, Sequence[str]]) -> Key:
    """Return the key by which the rows of both sides are paired.

    `configured`: table -> columns or headers, of tcw.yaml.
    """
    names = next((columns for table, columns in configured.items() if bare(table) == bare(pair.name)), None)
    if names is None:
        return _of_schema(pair) if pair.has_schema else _guessed(pair)
    columns = [columns for name in names if (columns := _column(pair, name)) is not None]
    if len(columns) == len(names):
        return Key(tuple(columns), "config")
    return Key((), "none", (Message(KEY_ABSENT, {"table": called(pair.name), "key": ", ".join(names)}),))


def _column(pair: Pair, name: str) -> tuple[str, str] | None:
    """Return the column with a name or header, as both sides call it."""
    for old, new in pair.columns:
        names = {bare(old), bare_header(old), bare_header(new), bare(pair.sides[0].headers[old])}
        if bare(name) in names:
            return old, new
    return None


def _of_schema(pair: Pair) -> Key:
    both = {old for old, new in pair.columns if old == new}
    required = tuple(name for name, column in TABLES[pair.name].columns.items() if column.required)
    tries = [key for key in KEYS.get(pair.name, (required,)) if set(key) <= both]
    if not tries:
        return _guessed(pair)
    columns = _KeyColumns(pair)
    rows = sum(table.frame.height for table in pair.sides)
    best, fewest = tries[0], -1
    for names in tries:
        unfit = columns.unfit(tuple((name, name) for name in names))
        if fewest < 0 or unfit < fewest:
            best, fewest = names, unfit
        if not unfit or (pair.name in WITH_IDS and unfit <= rows * MOST_REPEATED):
            break
    return Key(tuple((name, name) for name in best), "schema")


def _guessed(pair: Pair) -> Key:
    """Return the columns that tell all rows of both sides apart and that most rows share.

    A key of few columns goes before one of many, and a mere row number is a key only if nothing else is.

    Example: a list of reasons has the columns Kod, Namn and Ordning (1, 2, 3 …), and a new reason was put
    first in it. Each column tells all rows apart on both sides, but only by Kod do most rows stay the same:
    Ordning moved by one in every row. Kod is the key. Ordning is not even tried alone, since it names nothing
    (`_names_things`).
    """
    before, after = pair.sides
    candidates = [names for names in pair.columns if not before.frame.schema[names[0]].is_nested()]
    row_numbers = [names for names in candidates if bare_header(names[0]) in ROW_NUMBER_HEADERS]
    telling = [
        names
        for place, names in enumerate(candidates)
        if names not in row_numbers and (place == 0 or _names_things(before, names[0]))
    ]
    tries: list[Columns] = [(names,) for names in telling]
    tries += islice(combinations(telling[:MOST_COLUMNS], 2), 15)
    tries += islice(combinations(telling[:MOST_COLUMNS], 3), 20)
    tries += [(names,) for names in row_numbers]
    columns = _KeyColumns(pair)
    best: tuple[Columns, int] | None = None
    most = min(before.frame.height, after.frame.height)
    for key in tries:
        if best is not None and (best[1] == most or len(key) > len(best[0])):
            break
        if columns.unfit(key):
            continue
        shared = columns.shared(key)
        if best is None or shared > best[1]:
            best = (key, shared)
    if best is None:
        return Key((), "none", (Message(NO_KEY, {"table": called(pair.name)}),))
    return Key(best[0], "guessed", (Message(GUESSED, _facts(pair, best[0])),))


def _facts(pair: Pair, columns: Columns) -> dict[str, object]:
    names = ", ".join(pair.sides[0].headers[old] for old, _ in columns)
    return {"table": called(pair.name), "key": names}


def _names_things(table: ExportTable, column: str) -> bool:
    """Return whether a column names things.

    Numbers and days tell rows apart by chance, unless the header says that they are ids.
    """
    header = bare_header(column)
    if header in ID_HEADERS or header.endswith(ID_ENDINGS):
        return True
    values = table.frame[column].cast(pl.String).drop_nulls()
    return bool(values.str.contains(r"\p{L}").any())


def keyed(frame: pl.DataFrame, column: str) -> pl.Series:
    """Return a column as a key: ids as they are, other texts by their value."""
    return spelled_series(frame[column]) if column.startswith(EXTRA) else frame[column]


def repeated(pair: Pair, key: Key, rows: int) -> Message:
    """Return the note about rows whose key is missing or repeated."""
    return Message(REPEATED, {**_facts(pair, key.columns), "rows": Count(rows)})


def key_alone(pair: Pair) -> Key:
    """Return the columns that name the rows of a table that only one side has."""
    table = pair.latest
    if table.has_schema:
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
    """Row numbers of both sides: `matched` (MATCHED_SCHEMA), `removed` (`before_`) and `added` (`after_`).

    `unsure` counts rows whose key is missing or repeated.
    """

    matched: pl.DataFrame
    removed: pl.DataFrame
    added: pl.DataFrame
    unsure: int


def same_rows(pair: Pair, key: Key) -> SameRows:
    """Pair the rows of a table that both sides have.

    Rows with the same key are the same row. Rows whose key is missing or repeated are paired if they are
    equal, then if they differ in one cell only; what is left was removed or added.
    """
    matched, removed, added = _by_key(pair, key)
    unsure = int(removed["unsure"].sum()) + int(added["unsure"].sum())
    removed, added = _without_equals(pair, removed, added)
    near, removed, added = _nearly_equal(pair, key, removed, added)
    return SameRows(pl.concat([matched, near]), removed, added, unsure)


def _by_key(pair: Pair, key: Key) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Return MATCHED_SCHEMA of the rows with one key on both sides, and the rows left over on each.

    Those have the columns of the key as `k0`, `k1` …, and `unsure` (Boolean): the key is missing or repeated.
    """
    names = [f"k{place}" for place in range(len(key.columns))]
    sides = []
    for side, mark in enumerate((BEFORE, AFTER)):
        frame = pair.sides[side].frame
        columns = [
            keyed(frame, column[side]).alias(name) for column, name in zip(key.columns, names, strict=True)
        ]
        rows = pl.Series(mark, range(frame.height), dtype=pl.UInt32)
        sides.append(pl.DataFrame([rows, *columns]))
    if not names:
        removed, added = (side.with_columns(unsure=pl.lit(value=True)) for side in sides)
        return pl.DataFrame(schema=MATCHED_SCHEMA), removed, added
    repeated_or_missing = (pl.col("number") > 1) | pl.col(names[0]).is_null()
    bad_keys = pl.concat(
        [
            side.lazy().group_by(names).len("number").filter(repeated_or_missing).select(names).collect()
            for side in sides
        ]
    ).unique()
    marked = bad_keys.with_columns(unsure=pl.lit(value=True))
    before, after = (
        side.join(marked, on=names, how="left", nulls_equal=True, maintain_order="left").with_columns(
            pl.col("unsure").fill_null(value=False)
        )
        if marked.height
        else side.with_columns(unsure=pl.lit(value=False))
        for side in sides
    )
    sure = [side.filter(~pl.col("unsure")).drop("unsure") for side in (before, after)]
    matched = (
        sure[0]
        .join(sure[1], on=names, how="inner", nulls_equal=True, maintain_order="left")
        .select(BEFORE, AFTER)
    )
    return matched, *_less(before, after, matched)


def _without_equals(
    pair: Pair, removed: pl.DataFrame, added: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows left over without those that are equal on both sides, as often as they occur on both.

    First letter by letter, then by value.
    """
    names = [f"c{place}" for place in range(len(pair.columns))]
    for by_value in (False, True):
        if removed.is_empty() or added.is_empty():
            break
        before, after = (
            _texts(pair, rows, side, by_value=by_value)
            .with_columns(nth=pl.int_range(pl.len()).over(names))
            .with_row_index("row")
            for side, rows in enumerate((removed, added))
        )
        on = [*names, "nth"]
        gone = before.join(after, on=on, how="anti", nulls_equal=True)["row"].sort()
        new = after.join(before, on=on, how="anti", nulls_equal=True)["row"].sort()
        removed, added = removed[gone], added[new]
    return removed, added


def _texts(pair: Pair, rows: pl.DataFrame, side: int, *, by_value: bool) -> pl.DataFrame:
    """Return the compared columns of rows as comparable text: `c0`, `c1` …."""
    columns = [names[side] for names in pair.columns]
    cells = pair.sides[side].frame.select(columns)[rows[(BEFORE, AFTER)[side]]]
    return cells.select(
        _comparable(cells, column, by_value=by_value).alias(f"c{place}")
        for place, column in enumerate(columns)
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
    """Pair rows left over that are one row: of one key but for its first day, or alike but for one cell."""
    matched = [pl.DataFrame(schema=MATCHED_SCHEMA)]
    if removed.is_empty() or added.is_empty() or max(removed.height, added.height) > MOST_LEFT:
        return matched[0], removed, added
    keys = [f"k{place}" for place in range(len(key.columns))]
    may_move = len(keys) > 1 and key.columns[-1][0] in CHANGING_LAST
    for names in ([keys, keys[:-1]] if may_move else [keys]) if keys else []:
        matched.append(_one_to_one(removed, added, names))
        removed, added = _less(removed, added, matched[-1])
    names = [f"c{place}" for place in range(len(pair.columns))]
    for name in names if len(names) > 1 else []:
        unsure = removed.filter("unsure"), added.filter("unsure")
        if unsure[0].is_empty() or unsure[1].is_empty():
            break
        before, after = (
            rows.select(mark).hstack(_texts(pair, rows, side, by_value=True))
            for side, (rows, mark) in enumerate(zip(unsure, (BEFORE, AFTER), strict=True))
        )
        matched.append(_one_to_one(before, after, [other for other in names if other != name]))
        removed, added = _less(removed, added, matched[-1])
    return pl.concat(matched), removed, added


def _less(
    removed: pl.DataFrame, added: pl.DataFrame, matched: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows left over without those that were matched."""
    return (
        removed.filter(~pl.col(BEFORE).is_in(matched[BEFORE].implode())),
        added.filter(~pl.col(AFTER).is_in(matched[AFTER].implode())),
    )


def _one_to_one(left: pl.DataFrame, right: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Return MATCHED_SCHEMA of the rows that agree in the columns, if each is alone in that on its side."""
    before, after = (side.filter(pl.len().over(names) == 1) for side in (left, right))
    if before.is_empty() or after.is_empty():
        return pl.DataFrame(schema=MATCHED_SCHEMA)
    return before.join(after, on=names, how="inner", nulls_equal=True).select(BEFORE, AFTER)
