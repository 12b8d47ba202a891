"""One component, wish after wish, on linear programs: what a wish cannot go beyond, and mostly what it reaches.

A linear program's optimum is a bound. Where whole numbers reach it, complementary slackness says which plans do: those without columns whose
reduced cost is not 0, and that fill the rows whose price is not 0. So nothing has to be held by a row, and each wish leaves a smaller program to the
next, which goes on where the last one ended. Only where the last optimum has fractions a 0/1 program is solved, over what is left.

Columns come in as they are worth it: a few for each order at first, and more until none that is out has a good reduced cost. That is exact.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tcw.matching.control import Control, StoppedError
from tcw.matching.ejection import ejected
from tcw.matching.part import Part, columns_of
from tcw.matching.solver import HALF, Columns, Linear, Solved, least_whole

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

TINY: Final = 1e-6
NEAR: Final = 1e-4
"""Sums of whole numbers this near to one are it."""
HARD: Final = 10
"""How much more a wish before fairness is worth."""
QUICK: Final = 0.5
"""How much of that is tried at first."""
MANY: Final = 1_500
"""Columns from which orders are moved about before branching: in smaller programs that is quicker."""
AT_ONCE: Final = 4_000
"""Columns that come in at a time."""


class _TooSureError(Exception):
    """A wish was taken to reach its bound, and does not."""


@dataclass(frozen=True, slots=True)
class Climbed:
    """`chosen` (Boolean, one for each column), what each wish reached as (value, bound, proven), and the columns that came `inside` (Boolean)."""

    chosen: "Numbers"
    reached: list[tuple[int, int, bool]]
    inside: "Numbers"


def climb(
    part: Part, wishes: "Sequence[Numbers | None]", began: "Numbers", inside: "Numbers", control: Control
) -> Climbed:
    """Meet the wishes.

    Args:
        part: the component.
        wishes: the weightiest first: what each column is worth; None is fairness.
        began: Boolean, a choice of columns that breaks no row.
        inside: Boolean, the columns to begin with.
        control: when to stop.
    """
    sure = 0
    while True:
        way = _Way(part, wishes, began, inside, control)
        try:
            way.up(sure)
        except _TooSureError:
            sure, began, inside = len(way.reached), way.best, way.inside
            continue
        except StoppedError:
            pass
        return Climbed(way.best, way.told(), way.inside)


class _Way:
    """What is known on the way up. `free`: columns that may be chosen still; `fixed`: columns that must be."""

    def __init__(
        self,
        part: Part,
        wishes: "Sequence[Numbers | None]",
        began: "Numbers",
        inside: "Numbers",
        control: Control,
    ) -> None:
        import numpy as np

        self.part, self.wishes, self.control = part, wishes, control
        self.best = began
        self.column, self.row, self.weight = part.column, part.row, part.weight
        self.lower, self.upper = np.full(part.upper.size, -np.inf), part.upper.copy()
        # Hours bind nothing before fairness is come to.
        self.owners = np.arange(part.upper.size - part.owners, part.upper.size)
        self.upper[self.owners] = np.inf
        self.free = np.ones(part.pairs.size, dtype=bool)
        self.fixed = np.zeros(part.pairs.size, dtype=bool)
        self.inside = np.zeros(part.pairs.size, dtype=bool)
        self.place = np.zeros(0, dtype=np.int64)
        self.reached: list[tuple[int, int, bool]] = []
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
        self._let_in(np.flatnonzero(inside | began))

    def told(self) -> list[tuple[int, int, bool]]:
        """Return what each wish reached, also those that were not come to."""
        import numpy as np

        told: list[tuple[int, int, bool]] = []
        kept = True
        for place, wish in enumerate(self.wishes):
            value = self._value(wish, self.best)
            if kept and place < len(self.reached):
                wanted, bound, proven = self.reached[place]
                # What was taken for granted when time ran out has no plan yet; what it holds for the wishes after it is not known either.
                kept = value >= wanted
                told.append((wanted, bound, proven) if kept else (value, bound, False))
                continue
            if wish is None:
                most = round(float(self.part.pieces.width @ self.part.pieces.worth))
            else:
                of_order = np.zeros(int(self.part.order.max()) + 1)
                np.maximum.at(of_order, self.part.order, wish)
                most = round(float(of_order.sum()))
            told.append((value, most, value >= most))
        return told

    def up(self, sure: int) -> None:
        """Meet wish after wish; before the wish number `sure` nothing is taken for granted.

        Raises:
            StoppedError: time ran out.
            _TooSureError: something was taken for granted that does not hold.
        """
        import numpy as np

        for level, wish in enumerate(self.wishes):
            if wish is None:
                self._come_to_whole()
                self.fair = True
                self.upper[self.owners] = 0
                self.linear.bound_rows(self.owners, self.lower[self.owners], self.upper[self.owners])
            if wish is not None and not wish.any():
                self.reached.append((0, 0, True))
                continue
            solved, reduced = self._priced(wish, again=level > 0)
            top = bound = int(np.floor(-solved.value + NEAR))
            tight = -solved.value - bound < NEAR
            whole = self._whole(solved)
            if whole is not None and self._reaches(wish, bound, whole):
                self.best = whole
                value, proven = bound, True
            elif tight and level >= sure and level + 1 < len(self.wishes):
                value, proven = bound, True
            else:
                value, bound, proven = self._by_whole(wish, solved, reduced, bound)
            self.reached.append((value, bound, proven))
            if tight and value == top:
                self._onto_face(solved, reduced)
            else:
                self._hold(wish, value, reduced, -solved.value - value)

    def _come_to_whole(self) -> None:
        """Find whole numbers that reach what was reached so far: with fairness in the program that is harder."""
        import numpy as np

        if not self.reached or self._keeps(self.best):
            return
        nothing, inside = np.zeros(self.part.pairs.size), self.inside & self.free
        for which, effort in ((inside, QUICK), (inside, HARD), (self.free, HARD)):
            found, _, proven = self._search(nothing, np.flatnonzero(which), start=False, effort=effort)
            if found is not None and self._keeps(found):
                self.best = found
                return
            if not proven and (effort > QUICK or self._eject(self._keeps)):
                return
        raise _TooSureError

    def _eject(self, enough: "Callable[[Numbers], bool]") -> bool:
        """Look for a choice that is enough among what is free, and say whether one was found: it is the best then."""
        import numpy as np

        part = self.part
        if part.pairs.size < MANY or self.fair:
            return False
        rows = part.upper.size - part.owners
        mine = part.row < rows
        settled = np.zeros(int(part.order.max()) + 1, dtype=bool)
        settled[part.order[self.fixed]] = True
        # Where the linear program fills an order whatever else, it stands first.
        own = mine & (self.lower[part.row] > HALF)
        rank = np.full(settled.size, 2, dtype=np.int64)
        rank[part.order[part.column[own & (part.upper[part.row] == 1)]]] = 1
        rank[settled] = 1
        found = ejected(
            (part.column[mine], part.row[mine], part.weight[mine]),
            part.upper[:rows],
            part.order,
            self.best,
            self.free & (self.fixed | ~settled[part.order]),
            rank,
            enough,
            self.control,
        )
        if found is not None:
            self.best = found
        return found is not None

    def _value(self, wish: "Numbers | None", chosen: "Numbers") -> int:
        return self.part.evenness(chosen) if wish is None else round(float(wish @ chosen))

    def _reaches(self, wish: "Numbers | None", value: int, chosen: "Numbers") -> bool:
        return self._value(wish, chosen) >= value and self._keeps(chosen)

    def _keeps(self, chosen: "Numbers") -> bool:
        """Return whether a choice reaches all that was reached before."""
        return all(
            self._value(wish, chosen) >= value
            for wish, (value, _, _) in zip(self.wishes, self.reached, strict=False)
        )

    def _whole(self, solved: Solved) -> "Numbers | None":
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

    def _priced(self, wish: "Numbers | None", *, again: bool) -> "tuple[Solved, Numbers]":
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

    def _onto_face(self, solved: Solved, reduced: "Numbers") -> None:
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

    def _hold(self, wish: "Numbers | None", value: int, reduced: "Numbers", gap: float) -> None:
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

    def _by_whole(
        self, wish: "Numbers | None", solved: Solved, reduced: "Numbers", bound: int
    ) -> tuple[int, int, bool]:
        """Return value, bound, proven of whole numbers: first over the columns inside, then over all that could reach more."""
        value = self._value(wish, self.best) if self._keeps(self.best) else None
        tried = self.inside & self._near(reduced, solved, value)
        proven = False
        for again in range(3):
            if again:
                more = self._near(reduced, solved, value)
                if proven and not (more & ~tried).any():
                    break
                tried = more
            found, told, proven = self._tried(wish, tried, bound, start=value is not None)
            if found is not None:
                reached = self._value(wish, found)
                if value is None or reached >= value:
                    self.best, value = found, reached
            if value is not None and value >= bound:
                return value, value, True
            if not proven:
                # Nodes ran out: the bound of all columns stands.
                if value is None:
                    raise _TooSureError
                limit = max(value, min(bound, told)) if tried.sum() == self.free.sum() else bound
                return value, limit, False
        if value is None:
            raise _TooSureError
        return value, value, True

    def _near(self, reduced: "Numbers", solved: Solved, value: int | None) -> "Numbers":
        """Return the free columns that a better choice than `value` may hold."""
        if value is None:
            return self.free
        return self.fixed | (self.free & (reduced <= -solved.value - value - 1 + NEAR))

    def _tried(
        self, wish: "Numbers | None", which: "Numbers", bound: int, *, start: bool
    ) -> "tuple[Numbers | None, int, bool]":
        """Do as `_search`; where branching comes to nothing quickly, move orders about before it is given more time."""
        import numpy as np

        columns = np.flatnonzero(which)
        if self.fair or columns.size < MANY:
            return self._search(wish, columns, start=start, effort=1 if self.fair else HARD)
        found, told, proven = self._search(wish, columns, start=start, effort=QUICK)
        if proven or (found is not None and self._reaches(wish, bound, found)):
            return found, told, proven
        if self._eject(partial(self._reaches, wish, bound)):
            return self.best, bound, True
        return self._search(wish, columns, start=start, effort=HARD)

    def _search(
        self, wish: "Numbers | None", which: "Numbers", *, start: bool, effort: float
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
        if start and (self.best <= np.isin(np.arange(part.pairs.size), which)).all():
            begin = self.best[which].astype(float)
            if self.fair:
                begin = np.concatenate([part.pieces.filled(part.hours(self.best)), begin])
        done = least_whole(cost, columns, whole, (self.lower, self.upper), begin, self.control, effort)
        bound = int(np.floor(-done.bound + NEAR)) if np.isfinite(done.bound) else 0
        if done.columns is None:
            return None, bound, done.proven
        found = np.zeros(part.pairs.size, dtype=bool)
        found[which] = done.columns[-which.size :] > HALF
        return found, bound, done.proven
