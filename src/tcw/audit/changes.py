"""Every table of two exports compared, and its changes one by one: rows, cells, columns."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import polars as pl

from tcw.audit.compare import CELLS_SCHEMA, TableChanges, compare
from tcw.audit.pairing import paired
from tcw.audit.same_rows import AFTER, BEFORE, key_alone, key_of, keyed
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
"""`kind`: added, removed (rows), changed (a cell), column_added, column_removed. `header` is what the system calls the column."""
SPAN = ("start", "end")
DATES = {"start": "date", "end": "end_date"}
"""A moment -> the part of it that stands in a cell of its own, where the system has one."""
CELL = "cell_"
"""The column of the frame that a listed change is about, as `TableChanges.cells` names it."""
_SCHEMA = {
    BEFORE: pl.UInt32,
    AFTER: pl.UInt32,
    "start_before": pl.String,
    "start_after": pl.String,
    "end_before": pl.String,
    "end_after": pl.String,
    "beside": pl.Boolean,
}
LOST_ZEROS = Phrase(
    "checklist-lost-zeros",
    "{side} has ids without the leading zeros that {other} has (123 for 0123), probably because Excel took them off: {where}. These rows "
    "count as removed and added, or as changed. Format the columns as text in Excel, or export anew, and compare again.",
)
WHERE = Phrase("checklist-lost-zeros-where", "{table} ({columns}, {rows:row|rows})")
AND = Phrase("checklist-lost-zeros-and", "{first}, {more}")
ZEROS = r"^0+(\d)"
NUMBER = r"^\d+$"
MOST = 0.5
"""Share of what changed that the zeros must explain."""
_LISTED = pl.Schema({**CHANGES_SCHEMA, CELL: pl.String(), BEFORE: pl.UInt32(), AFTER: pl.UInt32()})


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of every table, those with a schema first; `notes` say what was decided on the way."""

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
    found: list[TableChanges] = []
    for pair in paired(before, after, aliases_of(config), config.checklist.renamed):
        one_sided = pair.before is None or pair.after is None
        key = key_alone(pair) if one_sided else key_of(pair, config.checklist.keys)
        found.append(compare(pair, key))
    zeros = lost_zeros(found, before.name, after.name)
    return Changes(tuple(found), (*zeros, *(note for table in found for note in table.notes)))


def listed(changes: TableChanges) -> pl.DataFrame:
    """Return a table's changes one by one (CHANGES_SCHEMA): rows, then cells, then columns; a row moved to another day is one change."""
    return as_told(every_cell(changes), changes).select(*CHANGES_SCHEMA)


def every_cell(changes: TableChanges) -> pl.DataFrame:
    """Return a table's changes cell by cell: CHANGES_SCHEMA, the rows' places (`before_`, `after_`), and the column's own name (`cell_`)."""
    rows = changes.rows.filter(pl.col("kind") != "changed")
    sides = [pl.DataFrame(schema=_LISTED)]
    for kind, mark, table, side in (
        ("removed", BEFORE, changes.pair.before, "before"),
        ("added", AFTER, changes.pair.after, "after"),
    ):
        some = rows.filter(pl.col("kind") == kind)
        if table is not None and some.height:
            sides.append(_full(some.with_columns(told(table, some[mark]).alias(side)), changes))
    cells = changes.cells.with_columns(
        kind=pl.lit("changed"),
        header=pl.col("column").replace(
            {name: changes.header(name) for name in changes.cells["column"].unique()}
        ),
    ).with_columns(pl.col("column").alias(CELL))
    sides.append(_full(cells, changes))
    for kind, names in (("column_removed", changes.columns_removed), ("column_added", changes.columns_added)):
        frame = pl.DataFrame({"column": names}, schema={"column": pl.String}).with_columns(
            header=pl.Series([changes.header(name) for name in names], dtype=pl.String), kind=pl.lit(kind)
        )
        sides.append(_full(frame, changes))
    return pl.concat(sides).with_columns(pl.col("column").str.strip_prefix(EXTRA))


def _full(frame: pl.DataFrame, changes: TableChanges) -> pl.DataFrame:
    return frame.select(
        pl.lit(changes.name).alias(name)
        if name == "table"
        else pl.col(name).cast(dtype)
        if name in frame.columns
        else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in _LISTED.items()
    )


def told(table: ExportTable, places: pl.Series) -> pl.Series:
    """Return whole rows as one text each: header: cell, header: cell."""
    part = table.frame[places]
    cells = [
        pl.when(pl.col(column).is_not_null()).then(pl.lit(f"{header}: ") + pl.col(column))
        for header, column in table.layout
    ]
    if not cells:
        return pl.Series([None] * places.len(), dtype=pl.String)
    return part.select(pl.concat_str(cells, separator=", ", ignore_nulls=True)).to_series()


def all_listed(changes: Changes) -> pl.DataFrame:
    """Return all changes one by one (CHANGES_SCHEMA)."""
    return pl.concat([pl.DataFrame(schema=CHANGES_SCHEMA), *(listed(table) for table in changes.changed)])


def moved(changes: TableChanges) -> pl.DataFrame:
    """Return the rows that only another day was given, whatever else changed in them.

    Returns:
        `before_`, `after_` (UInt32): their places; `start_before`, `start_after`, `end_before`, `end_after` (String): the days, ISO;
        `beside` (Boolean): the day stands in a cell of its own on both sides, beside clock times.
    """
    pair, cells = changes.pair, changes.cells.filter(pl.col("column").is_in(SPAN))
    rows = (
        cells.group_by(BEFORE, AFTER, maintain_order=True).len("number").filter(pl.col("number") == len(SPAN))
    )
    if rows.is_empty() or pair.before is None or pair.after is None or not pair.known:
        return pl.DataFrame(schema=_SCHEMA)
    left, right = pair.before.frame[rows[BEFORE]], pair.after.frame[rows[AFTER]]
    spans = pl.DataFrame(
        [
            rows[BEFORE],
            rows[AFTER],
            *(
                side[moment].alias(f"{moment}_{name}")
                for name, side in (("before", left), ("after", right))
                for moment in SPAN
            ),
            _beside(left).alias("beside") & _beside(right),
        ]
    )
    by = [pl.col(f"{moment}_after") - pl.col(f"{moment}_before") for moment in SPAN]
    whole = (by[0] == by[1]) & (by[0].dt.total_seconds() % (24 * 60 * 60) == 0)
    days = pl.col("start_before", "end_before", "start_after", "end_after").dt.date().cast(pl.String)
    return spans.filter(whole).with_columns(days).select(*_SCHEMA)


def _beside(side: pl.DataFrame) -> pl.Series:
    """Tell of each row whether its start is a clock time beside a cell with the day."""
    if f"{OWN}date" not in side.columns:
        return pl.Series([False]).new_from_index(0, side.height)
    return ~spare_part(side, "date")


def as_told(listed: pl.DataFrame, changes: TableChanges) -> pl.DataFrame:
    """Tell the start and the end of a row that was moved as one change, that of its `date`.

    Args:
        listed: changes with `before_`, `after_`, `cell_`, `column`, `before`, `after` and `header`.
        changes: the table that they are of.
    """
    days = moved(changes)
    if days.is_empty():
        return listed
    both = listed.join(days, on=[BEFORE, AFTER], how="left", maintain_order="left").with_columns(
        whole=(pl.col(CELL).is_in(SPAN) & pl.col("beside").is_not_null()).sum().over(BEFORE, AFTER)
        == len(SPAN)
    )
    said_already = [
        (pl.col(CELL) == part)
        & (spelled(pl.col("before")) == pl.col(f"{moment}_before"))
        & (spelled(pl.col("after")) == pl.col(f"{moment}_after"))
        for moment, part in DATES.items()
    ]
    redundant = (pl.col("whole") & ((pl.col(CELL) == "end") | pl.any_horizontal(said_already))).fill_null(
        value=False
    )
    day = pl.col("whole") & (pl.col(CELL) == "start")
    return (
        both.filter(~redundant)
        .with_columns(
            pl.when(day).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
            for name, value in (("column", "date"), ("header", _header(changes)))
        )
        .with_columns(
            pl.when(day).then(pl.col(f"start_{name}")).otherwise(pl.col(name)).alias(name)
            for name in ("before", "after")
        )
        .select(listed.columns)
    )


def _header(changes: TableChanges) -> str:
    """Return what the system calls the day; where it has none, the moments that it is part of."""
    now = changes.pair.after
    assert now is not None
    shown = {column: header for header, column in now.layout}
    return shown.get(f"{OWN}date") or ", ".join(changes.header(moment) for moment in SPAN)


def number_told(changes: TableChanges) -> int:
    """Return how many changes of cells are told."""
    blank = pl.lit(None, dtype=pl.String).alias("header")
    return as_told(changes.cells.with_columns(blank, pl.col("column").alias(CELL)), changes).height


def written_cells(changes: TableChanges) -> pl.DataFrame:
    """Return the changed cells (CELLS_SCHEMA) as the system's own columns have them: another day beside clock times is a cell."""
    days = moved(changes).filter("beside")
    if days.is_empty():
        return changes.cells
    assert changes.pair.before is not None
    assert changes.pair.after is not None
    left, right = changes.pair.before.frame, changes.pair.after.frame
    rest = changes.cells.join(
        days.select(BEFORE, AFTER, pl.lit([*SPAN]).alias("column")).explode("column"),
        on=[BEFORE, AFTER, "column"],
        how="anti",
        maintain_order="left",
    )
    keys = days.join(
        changes.cells.select(BEFORE, "key").unique(BEFORE), on=BEFORE, how="left", maintain_order="left"
    )
    found = [rest]
    for part in DATES.values():
        own = f"{OWN}{part}"
        if own in left.columns and own in right.columns:
            told = [
                left[own].gather(days[BEFORE]).alias("before"),
                right[own].gather(days[AFTER]).alias("after"),
            ]
            found.append(keys.with_columns(*told, column=pl.lit(part)).select(*CELLS_SCHEMA))
    return pl.concat(found).sort(BEFORE, maintain_order=True)


@dataclass(frozen=True, slots=True)
class _Lost:
    """Rows that differ by zeros: their later places, in which columns (as the system calls them), and whether the later side lost them."""

    places: pl.Series
    columns: tuple[str, ...]
    later: bool


def lost_zeros(tables: Sequence[TableChanges], before: str, after: str) -> tuple[Message, ...]:
    """Return what to say where most rows of a table that came and went, or most changed cells of a column, are the same but for zeros.

    Args:
        tables: what became of each table.
        before: what the earlier side is called.
        after: what the later side is called.
    """
    said: list[Message] = []
    both = [one for one in tables if one.pair.before is not None and one.pair.after is not None]
    found = [(table, lost) for table in both for lost in (*_in_keys(table), *_in_cells(table))]
    for side, other, later in ((after, before, True), (before, after, False)):
        where = [
            _where(table, mine)
            for table in both
            if (mine := [lost for changes, lost in found if changes is table and lost.later == later])
        ]
        if where:
            listed = reduce(lambda first, more: Message(AND, {"first": first, "more": more}), where)
            said.append(Message(LOST_ZEROS, {"side": side, "other": other, "where": listed}))
    return tuple(said)


def _where(table: TableChanges, lost: Sequence[_Lost]) -> Message:
    facts = {
        "table": called(table.name),
        "columns": ", ".join(dict.fromkeys(name for one in lost for name in one.columns)),
        "rows": Count(pl.concat([one.places for one in lost]).n_unique()),
    }
    return Message(WHERE, facts)


def _in_keys(changes: TableChanges) -> Iterator[_Lost]:
    """Yield the rows removed whose key is that of one added, but for zeros."""
    assert changes.pair.before is not None
    assert changes.pair.after is not None
    columns, sides = changes.key.columns, []
    for table, kind, mark, side in (
        (changes.pair.before, "removed", BEFORE, 0),
        (changes.pair.after, "added", AFTER, 1),
    ):
        places = changes.of_kind(kind)[mark]
        rows = table.frame[places]
        keys = [keyed(rows, column[side]).alias(f"k{place}") for place, column in enumerate(columns)]
        sides.append(pl.DataFrame([places.alias(mark), *keys]))
    texts = [
        name for name in sides[0].columns[1:] if sides[0].schema[name] == pl.String == sides[1].schema[name]
    ]
    fewest = min(side.height for side in sides)
    if not texts or not fewest:
        return
    bare = [
        side.with_columns(without_zeros(pl.col(name)).alias(f"b{name}") for name in texts) for side in sides
    ]
    on = [f"b{name}" if name in texts else name for name in sides[0].columns[1:]]
    single = [side.filter(pl.len().over(on) == 1) for side in bare]
    pairs = single[0].join(single[1], on=on, how="inner", nulls_equal=True, suffix="_after")
    for later in (True, False):
        lost = {name: _longer(pl.col(name), pl.col(f"{name}_after"), later=later) for name in texts}
        rows = pairs.filter(reduce(or_, lost.values()))
        if rows.height >= fewest * MOST:
            which = rows.select(test.any().alias(name) for name, test in lost.items()).row(0, named=True)
            names = tuple(changes.header(columns[int(name[1:])][0]) for name, is_so in which.items() if is_so)
            yield _Lost(rows[AFTER], names, later)


def _in_cells(changes: TableChanges) -> Iterator[_Lost]:
    """Yield the rows with a cell that is the same but for zeros, of columns most of whose changed cells are."""
    cells = changes.cells.with_columns(
        without_zeros(pl.col(name)).alias(f"bare_{name}") for name in ("before", "after")
    ).with_columns(same=pl.col("bare_before") == pl.col("bare_after"), number=pl.len().over("column"))
    for later in (True, False):
        zeros = cells.filter(pl.col("same") & _longer(pl.col("before"), pl.col("after"), later=later))
        for rows in zeros.partition_by("column", maintain_order=True):
            if rows.height >= rows["number"][0] * MOST:
                yield _Lost(rows[AFTER], (changes.header(rows["column"][0]),), later)


def without_zeros(text: pl.Expr) -> pl.Expr:
    """Return an id as a spreadsheet leaves it that takes it for a number; one that is no number as it is."""
    return pl.when(text.str.contains(NUMBER)).then(text.str.replace(ZEROS, "${1}")).otherwise(text)


def _longer(before: pl.Expr, after: pl.Expr, *, later: bool) -> pl.Expr:
    """Tell whether a text has more zeros on the side that kept them."""
    kept, lost = (before, after) if later else (after, before)
    return (kept.str.len_bytes() > lost.str.len_bytes()) & (without_zeros(kept) == without_zeros(lost))
