"""The program of one component: its columns and rows, and what of them is still open as wish after wish is met.

Columns come in as they are worth it: a few for each order at first, and more until none that is out has a good reduced cost. That is exact.
"""

from typing import TYPE_CHECKING, Any, Final

from tcw.matching.search.component import Part, columns_of
from tcw.matching.search.highs import HALF, Columns, Control, Linear, Solved, least_whole

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

TINY: Final = 1e-6
NEAR: Final = 1e-4
"""Sums of whole numbers this near to one are it."""
AT_ONCE: Final = 4_000
"""Columns that come in at a time."""


class Program:
    """What may be chosen still (`free`), what must be (`fixed`), and which columns the linear program has (`inside`): Boolean, by column."""

    def __init__(self, part: Part, inside: "Numbers", control: Control) -> None:
        """Begin with some columns inside, all free, and no hours bound."""
        import numpy as np

        self.part, self.control = part, control
        self.column, self.row, self.weight = part.column, part.row, part.weight
        self.lower, self.upper = np.full(part.upper.size, -np.inf), part.upper.copy()
        # Hours bind nothing before fairness is come to.
        self.owners = np.arange(part.upper.size - part.owners, part.upper.size)
        self.upper[self.owners] = np.inf
        self.free = np.ones(part.pairs.size, dtype=bool)
        self.fixed = np.zeros(part.pairs.size, dtype=bool)
        self.inside = np.zeros(part.pairs.size, dtype=bool)
        self.place = np.zeros(0, dtype=np.int64)
        self.linear = Linear(self.lower, self.upper, control)
        self.pieces = (np.zeros(part.pieces.width.size), part.pieces.width.copy())
        self.fair = False
        """Whether fairness has been come to."""
        self.even: list[int] = []
        """The row that holds it, where one does."""
        count = part.pieces.width.size
        self.linear.add(
            Columns(np.arange(count + 1), part.pieces.row, np.ones(count), *self.pieces),
        )
        self._let_in(np.flatnonzero(inside))

    def be_fair(self) -> None:
        """Let everybody's hours fill the pieces that fairness is measured by."""
        self.fair = True
        self.upper[self.owners] = 0
        self.linear.bound_rows(self.owners, self.lower[self.owners], self.upper[self.owners])

    def whole(self, solved: Solved) -> "Numbers | None":
        """Return the columns chosen, None where some are chosen in part."""
        import numpy as np

        values = solved.columns[self.part.pieces.width.size :]
        if np.abs(values - np.round(values)).max(initial=0) > TINY:
            return None
        chosen = np.zeros(self.part.pairs.size, dtype=bool)
        chosen[self.place] = values > HALF
        return chosen

    def _cost(self, wish: "Numbers | None", which: "Numbers") -> "Numbers":
        import numpy as np

        worth = self.part.pieces.worth
        if wish is None:
            return -np.concatenate([worth, np.zeros(which.size)])
        return -np.concatenate([np.zeros(worth.size), wish[which]])

    def _let_in(self, which: "Numbers") -> None:
        import numpy as np

        self.linear.add(columns_of(self.column, self.row, self.weight, which))
        self.place = np.concatenate([self.place, which])
        self.inside[which] = True

    def priced(self, wish: "Numbers | None", *, again: bool) -> "tuple[Solved, Numbers]":
        """Return the optimum over all free columns, and every column's reduced cost."""
        import numpy as np

        size = self.part.pairs.size
        worth = np.zeros(size) if wish is None else wish
        while True:
            solved = self.linear.least(self._cost(wish, self.place), again=again)
            reduced = -worth - np.bincount(self.column, self.weight * solved.prices[self.row], size)
            wanted = np.flatnonzero(self.free & ~self.inside & (reduced < -TINY))
            if not wanted.size:
                return solved, reduced
            most = max(AT_ONCE, self.place.size // 2)
            if wanted.size > most:
                wanted = np.sort(wanted[np.argsort(reduced[wanted], kind="stable")[:most]])
            self._let_in(wanted)
            again = True

    def onto_face(self, solved: Solved, reduced: "Numbers") -> None:
        """Leave only what reaches this optimum."""
        import numpy as np

        self._close(reduced, 0)
        pieces, count = solved.reduced, self.part.pieces.width.size
        lower, upper = self.pieces
        full, none = pieces[:count] < -TINY, pieces[:count] > TINY
        lower[full], upper[none] = upper[full], lower[none]
        which = np.flatnonzero(full | none)
        self.linear.bound_columns(which, lower[which], upper[which])
        at_upper, at_lower = solved.prices < -TINY, solved.prices > TINY
        self.lower[at_upper] = self.upper[at_upper]
        self.upper[at_lower] = self.lower[at_lower]
        rows = np.flatnonzero(at_upper | at_lower)
        self.linear.bound_rows(rows, self.lower[rows], self.upper[rows])

    def _close(self, reduced: "Numbers", gap: float) -> None:
        """Leave out what costs more than `gap`, and fix what cannot be left out for less."""
        import numpy as np

        self.free &= self.fixed | (reduced <= gap + TINY)
        self.fixed |= self.free & self.inside & (reduced < -gap - TINY)
        lower, upper = self.fixed[self.place], self.free[self.place]
        which = self.part.pieces.width.size + np.arange(self.place.size)
        moved = lower | ~upper
        self.linear.bound_columns(which[moved], lower[moved], upper[moved])

    def hold(self, wish: "Numbers | None", value: int, reduced: "Numbers", gap: float) -> None:
        """Let a wish reach `value` at least, `gap` below the optimum of the linear program."""
        import numpy as np

        self._close(reduced, gap)
        new = self.lower.size
        self.lower, self.upper = np.append(self.lower, value), np.append(self.upper, np.inf)
        cost = self._cost(wish, self.place)
        held = np.flatnonzero(cost)
        self.linear.add_rows(
            np.array([value]), np.array([np.inf]), np.zeros(1, dtype=np.int32), held, -cost[held]
        )
        if wish is None:
            self.even = [new]
            return
        column = np.flatnonzero(wish)
        columns = np.concatenate([self.column, column])
        order = np.argsort(columns, kind="stable")
        self.column = columns[order]
        self.row = np.concatenate([self.row, np.full(column.size, new)])[order]
        self.weight = np.concatenate([self.weight, wish[column]])[order]

    def near(self, reduced: "Numbers", solved: Solved, value: int | None) -> "Numbers":
        """Return the free columns that a better choice than `value` may hold."""
        if value is None:
            return self.free
        return self.fixed | (self.free & (reduced <= -solved.value - value - 1 + NEAR))

    def search(
        self, wish: "Numbers | None", which: "Numbers", start: "Numbers | None", effort: float
    ) -> "tuple[Numbers | None, int, bool]":
        """Solve the 0/1 program over some columns; return what was found, its bound and whether it is proven."""
        import numpy as np

        part = self.part
        if not which.size:
            return None, 0, True
        cost = self._cost(wish, which)
        chosen = columns_of(self.column, self.row, self.weight, which)
        lower, upper = self.fixed[which].astype(float), np.ones(which.size)
        whole = np.ones(which.size, dtype=bool)
        if self.fair:
            count = part.pieces.width.size
            held = self.even
            starts = np.concatenate(
                [np.arange(count) * (1 + len(held)), count * (1 + len(held)) + chosen.starts]
            )
            rows = np.stack([part.pieces.row, *[np.full(count, one) for one in held]], axis=1).ravel()
            weights = np.stack([np.ones(count), *[part.pieces.worth for _ in held]], axis=1).ravel()
            columns = Columns(
                starts,
                np.concatenate([rows, chosen.row]),
                np.concatenate([weights, chosen.weight]),
                np.concatenate([self.pieces[0], lower]),
                np.concatenate([self.pieces[1], upper]),
            )
            whole = np.concatenate([np.zeros(count, dtype=bool), whole])
        else:
            cost = cost[part.pieces.width.size :]
            columns = Columns(chosen.starts, chosen.row, chosen.weight, lower, upper)
        begin = None
        if start is not None and (start <= np.isin(np.arange(part.pairs.size), which)).all():
            begin = start[which].astype(float)
            if self.fair:
                begin = np.concatenate([part.pieces.filled(part.hours(start)), begin])
        done = least_whole(cost, columns, whole, (self.lower, self.upper), begin, self.control, effort)
        bound = int(np.floor(-done.bound + NEAR)) if np.isfinite(done.bound) else 0
        if done.columns is None:
            return None, bound, done.proven
        found = np.zeros(part.pairs.size, dtype=bool)
        found[which] = done.columns[-which.size :] > HALF
        return found, bound, done.proven
