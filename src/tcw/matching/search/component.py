"""A component of the conflict graph: pairs that rows link, with these rows, numbered anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tcw.matching.search.highs import Columns, Numbers

if TYPE_CHECKING:
    from tcw.matching.search.constraints import Rows
    from tcw.matching.search.objectives import Spread


@dataclass(frozen=True, slots=True)
class FairnessPieces:
    """The pieces of hours of a component's people: `row` that each fills, `width`, `worth`."""

    row: Numbers
    width: Numbers
    worth: Numbers

    def filled(self, hours: Numbers) -> Numbers:
        """Return how full each piece is when its row has so many hours; the first are filled first."""
        before = np.cumsum(self.width) - self.width
        first = np.searchsorted(self.row, self.row)
        filled: Numbers = np.clip(hours[self.row] - (before - before[first]), 0, self.width)
        return filled


@dataclass(frozen=True, slots=True)
class Component:
    """A component.

    `pairs`: the numbers its columns have in the whole. `column`, `row`, `weight`: its entries, sorted by
    column and row. `upper`: of its rows, of which the first are those that bind pairs, and the last `owners`
    let hours fill `pieces`. `order`: the order of each column, for a bound by hand.
    """

    pairs: Numbers
    column: Numbers
    row: Numbers
    weight: Numbers
    upper: Numbers
    owners: int
    pieces: FairnessPieces
    order: Numbers

    def signature(self) -> bytes:
        """Return a hash of the component's pairs and rows."""
        from hashlib import blake2b

        digest = blake2b(digest_size=16)
        for numbers in (self.pairs, self.column, self.row, self.weight, self.upper, self.pieces.width):
            digest.update(numbers.tobytes() + b"|")
        return digest.digest()

    def hours(self, chosen: Numbers) -> Numbers:
        """Return the hours that a choice of columns (Boolean) lays on each row of pieces."""
        counted = (self.row >= self.upper.size - self.owners) & chosen[self.column]
        hours: Numbers = np.bincount(self.row[counted], -self.weight[counted], self.upper.size)
        return hours

    def evenness(self, chosen: Numbers) -> int:
        """Return what fairness is worth for a choice of columns (Boolean)."""
        return round(float(self.pieces.filled(self.hours(chosen)) @ self.pieces.worth))


def columns_of(column: Numbers, row: Numbers, weight: Numbers, which: Numbers) -> Columns:
    """Return some columns (numbers, ascending or not) of entries sorted by column, from 0 to 1."""
    first = np.searchsorted(column, which, side="left")
    count = np.searchsorted(column, which, side="right") - first
    starts = np.concatenate([[0], np.cumsum(count)])
    entry = np.arange(starts[-1]) + np.repeat(first - starts[:-1], count)
    return Columns(starts, row[entry], weight[entry], np.zeros(which.size), np.ones(which.size))


def components(pairs: int, orders: Numbers, rows: "Rows", spread: "Spread | None") -> Iterator[Component]:
    """Yield the components: pairs that rows link, or, where there is fairness, the same person.

    The largest first.
    """
    if not pairs:
        return
    row = rows.entries["row"].to_numpy().astype(np.int64)
    pair = rows.entries["pair"].to_numpy().astype(np.int64)
    weight = rows.entries["weight"].to_numpy().astype(float)
    upper = rows.upper.to_numpy().astype(float)
    own_pair, own, hours = np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    of, width, worth = np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
    if spread is not None:
        own_pair = spread.hours["pair"].to_numpy().astype(np.int64)
        own = spread.hours["owner"].to_numpy().astype(np.int64)
        hours = spread.hours["weight"].to_numpy().astype(float)
        kept = (spread.pieces["width"].to_numpy() > 0) & (spread.pieces["worth"].to_numpy() > 0)
        of = spread.pieces["owner"].to_numpy().astype(np.int64)[kept]
        width = spread.pieces["width"].to_numpy().astype(float)[kept]
        worth = spread.pieces["worth"].to_numpy().astype(float)[kept]
    label = _labels(pairs, np.concatenate([row, upper.size + own]), np.concatenate([pair, own_pair]))
    every = _split(np.arange(pairs), label)
    entries = _split(np.arange(row.size), label[pair], label)
    owned = _split(np.arange(own_pair.size), label[own_pair], label)
    number = np.empty(pairs, dtype=np.int64)
    for at in sorted(range(len(every)), key=lambda number: (-every[number].size, int(every[number][0]))):
        members = every[at]
        number[members] = np.arange(members.size)
        entry, owner = entries[at], owned[at]
        numbers, dense = np.unique(row[entry], return_inverse=True)
        owners, dense_owner = np.unique(own[owner], return_inverse=True)
        column = np.concatenate([number[pair[entry]], number[own_pair[owner]]])
        component_rows = np.concatenate([dense, numbers.size + dense_owner])
        weights = np.concatenate([weight[entry], -hours[owner]])
        by_column = np.lexsort((component_rows, column))
        first, last = np.searchsorted(of, owners, "left"), np.searchsorted(of, owners, "right")
        piece = _ranges(first, last)
        yield Component(
            members,
            column[by_column],
            component_rows[by_column],
            weights[by_column],
            np.concatenate([upper[numbers], np.zeros(owners.size)]),
            owners.size,
            FairnessPieces(
                numbers.size + np.repeat(np.arange(owners.size), last - first), width[piece], worth[piece]
            ),
            orders[members],
        )


def _ranges(first: Numbers, last: Numbers) -> Numbers:
    count = last - first
    before = np.cumsum(count) - count
    ranges: Numbers = np.arange(count.sum()) + np.repeat(first - before, count)
    return ranges


def _split(values: Numbers, by: Numbers, every: Numbers | None = None) -> list[Numbers]:
    """Return the values by the label of each, in the order of labels.

    `every`: where all labels are, also those without values.
    """
    names = np.unique(by if every is None else every)
    order = np.argsort(by, kind="stable")
    return np.split(values[order], np.searchsorted(by[order], names[1:]))


def _labels(pairs: int, row: Numbers, pair: Numbers) -> Numbers:
    """Return the lowest pair of each pair's component: of those that rows link, directly or not."""
    label = np.arange(pairs)
    rows = int(row.max()) + 1 if row.size else 0
    while True:
        lowest = np.full(rows, pairs)
        np.minimum.at(lowest, row, label[pair])
        new = label.copy()
        np.minimum.at(new, pair, lowest[row])
        new = new[new]
        if (new == label).all():
            return label
        label = new
