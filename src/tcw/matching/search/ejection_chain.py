"""Ejection chains, with tabu tenure and weights: how a plan comes to fill as many orders as a bound allows.

A bound says how many orders can be filled at most. Branching finds a plan that does so only where there is
slack. Where many short spans must fit closely together (personnel task scheduling), ejection chains find it:
an unfilled order takes the column that ejects least. The orders it ejects look for other columns, may not
return for a while, and weigh more the next time.

Deterministic: the random numbers are seeded, and the steps are counted.
"""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from tcw.matching.search.highs import Numbers

if TYPE_CHECKING:
    from tcw.matching.search.highs import Control


STEPS: Final = 400
"""Steps for each order, all in all."""
PATIENCE: Final = 100
"""Steps for each order without a better plan, after which none is expected."""
HEAVIER: Final = 8.0
"""How much more an order weighs than one of the next rank when it is to make room."""
TENURE: Final = (4, 16)
"""Steps for which an order may not return to a column from which it was ejected."""
LESSON: Final = 0.1
"""How much an order weighs more each time it is put out, of its weight at first."""
BARRED: Final = 1_000.0
TOSS: Final = 1e-3
"""Of the lightest weight: what decides between places that cost the same."""
LOOK: Final = 256
"""Steps between two looks at the clock."""
TINY: Final = 1e-9


class _Incumbent:
    """The columns chosen so far, and what is left of each row."""

    def __init__(
        self, column: Numbers, row: Numbers, weight: Numbers, upper: Numbers, order: Numbers
    ) -> None:
        size, rows = order.size, upper.size
        count = np.bincount(column, minlength=size)
        width = int(count.max(initial=1))
        first = np.cumsum(count) - count
        at = np.arange(column.size) - first[column]
        # The row after the last one has room for all: it fills the table up.
        self.rows = np.full((size, width), rows, dtype=np.int64)
        self.weights = np.zeros((size, width))
        self.rows[column, at], self.weights[column, at] = row, weight
        self.left = np.append(upper.astype(float), np.inf)
        self.order = order
        self.chosen = np.zeros(size, dtype=bool)
        # Rows with room for one column; in the others several may share the room.
        single = np.ones(rows + 1, dtype=bool)
        np.logical_and.at(single, row, weight == 1)
        self.single = single & (np.append(upper, 1) == 1)
        self.holder = np.full(rows + 1, -1, dtype=np.int64)
        self.summed = [
            [row for row, is_single in zip(rows_of, single_of, strict=True) if not is_single]
            for rows_of, single_of in zip(self.rows.tolist(), self.single[self.rows].tolist(), strict=True)
        ]
        self.members: list[list[int]] = [[] for _ in range(rows + 1)]

    def add(self, column: int) -> None:
        """Choose a column."""
        self.chosen[column] = True
        rows = self.rows[column]
        self.left[rows] -= self.weights[column]
        self.holder[rows] = column
        self.holder[-1] = -1
        for row in self.summed[column]:
            self.members[row].append(column)

    def remove(self, column: int) -> None:
        """Remove a column from the choice."""
        self.chosen[column] = False
        rows = self.rows[column]
        self.left[rows] += self.weights[column]
        self.holder[rows] = -1
        for row in self.summed[column]:
            self.members[row].remove(column)

    def price(self, candidates: Numbers, heavy: Numbers) -> tuple[Numbers, Numbers]:
        """Return the weight of the orders that each candidate would eject, and whether there are any."""
        rows = self.rows[candidates]
        over = self.weights[candidates] > self.left[rows] + TINY
        holders = np.where(over & self.single[rows], self.holder[rows], -1)
        # A column that conflicts in several rows is ejected once.
        holders.sort(axis=1)
        again = np.zeros(holders.shape, dtype=bool)
        again[:, 1:] = holders[:, 1:] == holders[:, :-1]
        cost: Numbers = np.where((holders >= 0) & ~again, heavy[self.order[holders]], 0).sum(axis=1)
        for at, where in np.argwhere(over & ~self.single[rows]).tolist():
            others = self._lightest(
                int(rows[at, where]), int(candidates[at]), set(holders[at].tolist()), heavy
            )
            cost[at] += sum(heavy[self.order[other]] for other in others)
        return cost, np.asarray(over.any(axis=1))

    def ejected_by(self, column: int, heavy: Numbers) -> list[int]:
        """Return the columns that have to be removed before a column can be chosen, in order."""
        rows = self.rows[column]
        over = self.weights[column] > self.left[rows] + TINY
        gone = set(self.holder[rows[over & self.single[rows]]].tolist())
        for row in rows[over & ~self.single[rows]].tolist():
            gone.update(self._lightest(row, column, gone, heavy))
        return sorted(gone)

    def _lightest(self, row: int, column: int, gone: set[int], heavy: Numbers) -> list[int]:
        """Return columns of a row, lightest first, whose removal beside `gone` makes room for a column."""
        weight = {
            other: float(self.weights[other][self.rows[other] == row].sum()) for other in self.members[row]
        }
        much = float(self.weights[column][self.rows[column] == row].sum()) - float(self.left[row])
        much -= sum(weight[other] for other in gone if other in weight)
        out: list[int] = []
        for other in sorted(weight, key=lambda other: (heavy[self.order[other]], other)):
            if much <= TINY:
                break
            if other not in gone:
                out.append(other)
                much -= weight[other]
        return out


def ejection_chain(
    entries: tuple[Numbers, Numbers, Numbers],
    upper: Numbers,
    order: Numbers,
    start: Numbers,
    allowed: Numbers,
    rank: Numbers,
    is_enough: Callable[[Numbers], bool],
    control: "Control",
) -> Numbers | None:
    """Return a choice of columns (Boolean) that is enough and breaks no row; None where none was found.

    Args:
        entries: `column`, `row`, `weight` of all rows, weights above 0, sorted by column.
        upper: how much each row holds at most.
        order: the order of each column.
        start: Boolean, a choice that breaks no row.
        allowed: Boolean, the columns that may be chosen.
        rank: of each order: 1 is filled first, 0 is not looked after.
        is_enough: told each choice that fills more than all before it; when it says so, that is the answer.
        control: when to stop.
    """
    dice = np.random.default_rng(0)
    incumbent = _Incumbent(*entries, upper, order)
    for column in np.flatnonzero(start & allowed).tolist():
        incumbent.add(column)
    open_to = np.flatnonzero(allowed & (rank[order] > 0))
    open_to = open_to[np.argsort(order[open_to], kind="stable")]
    numbers, starts = np.unique(order[open_to], return_index=True)
    columns = dict(zip(numbers.tolist(), np.split(open_to, starts[1:]), strict=True))
    last = int(rank.max(initial=1))
    # Whole numbers as long as need be: one order more of a rank is worth more than all of the ranks after it.
    worth = [(rank.size + 1) ** (last - level) if level else 0 for level in rank.tolist()]
    heavy = HEAVIER ** -np.where(rank > 0, rank, last + 1).astype(float)
    least = float(heavy.min(initial=1.0))
    filled = np.zeros(rank.size, dtype=bool)
    filled[order[incumbent.chosen]] = True
    waiting = deque(
        number for number in sorted(columns, key=lambda each: (int(rank[each]), each)) if not filled[number]
    )
    now = sum(worth[number] for number in np.flatnonzero(filled).tolist())
    most, since = -1 if not waiting else now, 0
    if not waiting and is_enough(incumbent.chosen):
        return incumbent.chosen
    barred = np.zeros(order.size, dtype=np.int64)
    for step in range(STEPS * len(columns)):
        if not waiting or step - since > PATIENCE * len(columns) or (step % LOOK == 0 and control.over()):
            break
        unfilled = waiting.popleft()
        candidates = columns[unfilled]
        cost, blocked = incumbent.price(candidates, heavy)
        dear = np.where(barred[candidates] > step, BARRED * (1 + cost), 0)
        at = int(np.argmin(cost + dear + dice.random(candidates.size) * least * TOSS))
        chosen = int(candidates[at])
        for column in incumbent.ejected_by(chosen, heavy) if blocked[at] else ():
            incumbent.remove(column)
            moved = int(order[column])
            now -= worth[moved]
            barred[column] = step + int(dice.integers(*TENURE)) + len(waiting)
            heavy[moved] += HEAVIER ** -float(rank[moved] or last + 1) * LESSON
            if moved in columns:
                waiting.append(moved)
        incumbent.add(chosen)
        now += worth[unfilled]
        if now > most:
            most, since = now, step
            if is_enough(incumbent.chosen):
                return incumbent.chosen
    return None
