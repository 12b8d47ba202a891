"""Ids that lost their leading zeros on one side (0123 is 123 now): nothing is joined by that, but it is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

from tcw.audit.compare import TableChanges
from tcw.audit.keys import keyed
from tcw.audit.same_rows import AFTER, BEFORE
from tcw.model.tables import called
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

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
