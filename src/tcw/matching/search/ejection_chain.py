"""Orders put where others stand, and those put elsewhere, in turn: how a plan comes to fill as many orders as a bound allows.

A bound says how many orders can be filled at most, and branching finds a plan that does only where there is slack. Where many short
spans must fit closely together (personnel task scheduling), this finds it: an order without anybody takes the place that costs least, whoever stands
there looks for another, may not come back for a while, and weighs more the next time (ejection chains with tabu and weights).

Deterministic: the dice are seeded, and the steps are counted.
"""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np

    from tcw.matching.search.highs import Control

    Numbers = np.ndarray[Any, np.dtype[Any]]

STEPS: Final = 400
"""Steps for each order, all in all."""
PATIENCE: Final = 100
"""Steps for each order without a better plan, after which none is expected."""
HEAVIER: Final = 8.0
"""How much more an order weighs than one of the next rank when it is to make room."""
TENURE: Final = (4, 16)
"""Steps for which an order may not come back to where it was put out."""
LESSON: Final = 0.1
"""How much an order weighs more each time it is put out, of its weight at first."""
BARRED: Final = 1_000.0
TOSS: Final = 1e-3
"""Of the lightest weight: what decides between places that cost the same."""
LOOK: Final = 256
"""Steps between two looks at the clock."""
TINY: Final = 1e-9


class _Place:
    """Who stands where: columns chosen so far, and what is left of each row."""

    def __init__(
        self, column: "Numbers", row: "Numbers", weight: "Numbers", upper: "Numbers", order: "Numbers"
    ) -> None:
        import numpy as np

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
        # Rows in which one stands in the way of one; in the others several may share the room.
        single = np.ones(rows + 1, dtype=bool)
        np.logical_and.at(single, row, weight == 1)
        self.single = single & (np.append(upper, 1) == 1)
        self.holder = np.full(rows + 1, -1, dtype=np.int64)
        self.summed = [
            [one for one, free in zip(mine, alone, strict=True) if not free]
            for mine, alone in zip(self.rows.tolist(), self.single[self.rows].tolist(), strict=True)
        ]
        self.members: list[list[int]] = [[] for _ in range(rows + 1)]

    def put(self, one: int) -> None:
        """Choose a column."""
        self.chosen[one] = True
        rows = self.rows[one]
        self.left[rows] -= self.weights[one]
        self.holder[rows] = one
        self.holder[-1] = -1
        for row in self.summed[one]:
            self.members[row].append(one)

    def take(self, one: int) -> None:
        """Choose a column no more."""
        self.chosen[one] = False
        rows = self.rows[one]
        self.left[rows] += self.weights[one]
        self.holder[rows] = -1
        for row in self.summed[one]:
            self.members[row].remove(one)

    def price(self, mine: "Numbers", heavy: "Numbers") -> "tuple[Numbers, Numbers]":
        """Return what the orders in the way of each column weigh, and whether there are any."""
        import numpy as np

        rows = self.rows[mine]
        over = self.weights[mine] > self.left[rows] + TINY
        holders = np.where(over & self.single[rows], self.holder[rows], -1)
        # Who stands in the way in several rows is put out once.
        holders.sort(axis=1)
        again = np.zeros(holders.shape, dtype=bool)
        again[:, 1:] = holders[:, 1:] == holders[:, :-1]
        cost: Numbers = np.where((holders >= 0) & ~again, heavy[self.order[holders]], 0).sum(axis=1)
        for at, where in np.argwhere(over & ~self.single[rows]).tolist():
            others = self._lightest(int(rows[at, where]), int(mine[at]), set(holders[at].tolist()), heavy)
            cost[at] += sum(heavy[self.order[one]] for one in others)
        return cost, np.asarray(over.any(axis=1))

    def in_the_way(self, one: int, heavy: "Numbers") -> list[int]:
        """Return the columns that have to go before one can be chosen, in order."""
        rows = self.rows[one]
        over = self.weights[one] > self.left[rows] + TINY
        gone = set(self.holder[rows[over & self.single[rows]]].tolist())
        for row in rows[over & ~self.single[rows]].tolist():
            gone.update(self._lightest(row, one, gone, heavy))
        return sorted(gone)

    def _lightest(self, row: int, one: int, gone: set[int], heavy: "Numbers") -> list[int]:
        """Return columns of a row whose going, beside `gone`, makes room for one, the lightest orders first."""
        weight = {
            other: float(self.weights[other][self.rows[other] == row].sum()) for other in self.members[row]
        }
        much = float(self.weights[one][self.rows[one] == row].sum()) - float(self.left[row])
        much -= sum(weight[other] for other in gone if other in weight)
        out: list[int] = []
        for other in sorted(weight, key=lambda other: (heavy[self.order[other]], other)):
            if much <= TINY:
                break
            if other not in gone:
                out.append(other)
                much -= weight[other]
        return out


def ejected(
    entries: "tuple[Numbers, Numbers, Numbers]",
    upper: "Numbers",
    order: "Numbers",
    began: "Numbers",
    allowed: "Numbers",
    rank: "Numbers",
    enough: Callable[["Numbers"], bool],
    control: "Control",
) -> "Numbers | None":
    """Return a choice of columns (Boolean) that is enough and breaks no row; None where none was found.

    Args:
        entries: `column`, `row`, `weight` of all rows, weights above 0, sorted by column.
        upper: how much each row holds at most.
        order: the order of each column.
        began: Boolean, a choice that breaks no row.
        allowed: Boolean, the columns that may be chosen.
        rank: of each order: 1 is filled first, 0 is not looked after.
        enough: told each choice that fills more than all before it; when it says so, that is the answer.
        control: when to stop.
    """
    import numpy as np

    dice = np.random.default_rng(0)
    place = _Place(*entries, upper, order)
    for one in np.flatnonzero(began & allowed).tolist():
        place.put(one)
    open_to = np.flatnonzero(allowed & (rank[order] > 0))
    open_to = open_to[np.argsort(order[open_to], kind="stable")]
    named, starts = np.unique(order[open_to], return_index=True)
    columns = dict(zip(named.tolist(), np.split(open_to, starts[1:]), strict=True))
    last = int(rank.max(initial=1))
    # Whole numbers as long as need be: one order more of a rank is worth more than all of the ranks after it.
    worth = [(rank.size + 1) ** (last - one) if one else 0 for one in rank.tolist()]
    heavy = HEAVIER ** -np.where(rank > 0, rank, last + 1).astype(float)
    least = float(heavy.min(initial=1.0))
    filled = np.zeros(rank.size, dtype=bool)
    filled[order[place.chosen]] = True
    waiting = deque(one for one in sorted(columns, key=lambda one: (int(rank[one]), one)) if not filled[one])
    now = sum(worth[one] for one in np.flatnonzero(filled).tolist())
    most, since = -1 if not waiting else now, 0
    if not waiting and enough(place.chosen):
        return place.chosen
    barred = np.zeros(order.size, dtype=np.int64)
    for step in range(STEPS * len(columns)):
        if not waiting or step - since > PATIENCE * len(columns) or (step % LOOK == 0 and control.over()):
            break
        here = waiting.popleft()
        mine = columns[here]
        cost, blocked = place.price(mine, heavy)
        dear = np.where(barred[mine] > step, BARRED * (1 + cost), 0)
        at = int(np.argmin(cost + dear + dice.random(mine.size) * least * TOSS))
        chosen = int(mine[at])
        for one in place.in_the_way(chosen, heavy) if blocked[at] else ():
            place.take(one)
            moved = int(order[one])
            now -= worth[moved]
            barred[one] = step + int(dice.integers(*TENURE)) + len(waiting)
            heavy[moved] += HEAVIER ** -float(rank[moved] or last + 1) * LESSON
            if moved in columns:
                waiting.append(moved)
        place.put(chosen)
        now += worth[here]
        if now > most:
            most, since = now, step
            if enough(place.chosen):
                return place.chosen
    return None
