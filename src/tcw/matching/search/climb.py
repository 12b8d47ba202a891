"""One component, wish after wish, on linear programs: what a wish cannot go beyond, and mostly what it reaches.

A linear program's optimum is a bound. Where whole numbers reach it, complementary slackness says which plans do: those without columns whose
reduced cost is not 0, and that fill the rows whose price is not 0. So nothing has to be held by a row, and each wish leaves a smaller program to the
next, which goes on where the last one ended. Only where the last optimum has fractions a 0/1 program is solved, over what is left.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from tcw.matching.search.control import Control, StoppedError
from tcw.matching.search.ejection import ejected
from tcw.matching.search.part import Part
from tcw.matching.search.program import NEAR, Program
from tcw.matching.search.solver import HALF, Solved

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, np.dtype[Any]]

HARD: Final = 10
"""How much more a wish before fairness is worth."""
QUICK: Final = 0.5
"""How much of that is tried at first."""
MANY: Final = 1_500
"""Columns from which orders are moved about before branching: in smaller programs that is quicker."""


class _PausedError(Exception):
    """What has been found is to be asked about before more work goes into it."""


class _TooSureError(Exception):
    """A wish was taken to reach its bound, and does not."""


@dataclass(frozen=True, slots=True)
class Climbed:
    """`chosen` (Boolean, one for each column), what each wish reached as (value, bound, proven), and the columns that came `inside` (Boolean).

    `goes_on`: where the last wish was left before all columns were tried, goes on there; None where nothing is left to do.
    """

    chosen: "Numbers"
    reached: list[tuple[int, int, bool]]
    inside: "Numbers"
    goes_on: "Callable[[], Climbed] | None" = None


def climb(
    part: Part,
    wishes: "Sequence[Numbers | None]",
    began: "Numbers",
    inside: "Numbers",
    control: Control,
    *,
    thorough: bool = True,
) -> Climbed:
    """Meet the wishes.

    Args:
        part: the component.
        wishes: the weightiest first: what each column is worth; None is fairness.
        began: Boolean, a choice of columns that breaks no row.
        inside: Boolean, the columns to begin with.
        control: when to stop.
        thorough: meet the last wish to the end; else it may be left when the columns inside have been tried.
    """
    sure = 0
    while True:
        way = _Way(part, wishes, began, inside, control, thorough=thorough)
        try:
            way.up(sure)
        except _TooSureError:
            sure, began, inside = len(way.reached), way.best, way.program.inside
            continue
        except _PausedError:
            return Climbed(way.best, way.told(), way.program.inside, way.rest)
        except StoppedError:
            pass
        return Climbed(way.best, way.told(), way.program.inside)


class _Way:
    """What is known on the way up: the best choice so far, what each wish reached, and the program of what is left."""

    def __init__(
        self,
        part: Part,
        wishes: "Sequence[Numbers | None]",
        began: "Numbers",
        inside: "Numbers",
        control: Control,
        *,
        thorough: bool,
    ) -> None:
        self.thorough = thorough
        self.part, self.wishes, self.control = part, wishes, control
        self.best = began
        self.reached: list[tuple[int, int, bool]] = []
        self.program = Program(part, inside | began, control)
        self.left: Callable[[], tuple[int, int, bool]]
        """What goes on where the last wish was left."""

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
            _PausedError: the last wish is left for now.
        """
        import numpy as np

        for level, wish in enumerate(self.wishes):
            if wish is None:
                self._come_to_whole()
                self.program.be_fair()
            if wish is not None and not wish.any():
                self.reached.append((0, 0, True))
                continue
            solved, reduced = self.program.priced(wish, again=level > 0)
            top = bound = int(np.floor(-solved.value + NEAR))
            tight = -solved.value - bound < NEAR
            whole = self.program.whole(solved)
            if whole is not None and self._reaches(wish, bound, whole):
                self.best = whole
                value, proven = bound, True
            elif tight and level >= sure and level + 1 < len(self.wishes):
                value, proven = bound, True
            else:
                last = level + 1 == len(self.wishes)
                value, bound, proven = self._by_whole(wish, solved, reduced, bound, last=last)
            self.reached.append((value, bound, proven))
            if tight and value == top:
                self.program.onto_face(solved, reduced)
            else:
                self.program.hold(wish, value, reduced, -solved.value - value)

    def _come_to_whole(self) -> None:
        """Find whole numbers that reach what was reached so far: with fairness in the program that is harder."""
        import numpy as np

        if not self.reached or self._keeps(self.best):
            return
        nothing, inside = np.zeros(self.part.pairs.size), self.program.inside & self.program.free
        for which, effort in ((inside, QUICK), (inside, HARD), (self.program.free, HARD)):
            found, _, proven = self.program.search(nothing, np.flatnonzero(which), None, effort)
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
        if part.pairs.size < MANY or self.program.fair:
            return False
        rows = part.upper.size - part.owners
        mine = part.row < rows
        settled = np.zeros(int(part.order.max()) + 1, dtype=bool)
        settled[part.order[self.program.fixed]] = True
        # Where the linear program fills an order whatever else, it stands first.
        own = mine & (self.program.lower[part.row] > HALF)
        rank = np.full(settled.size, 2, dtype=np.int64)
        rank[part.order[part.column[own & (part.upper[part.row] == 1)]]] = 1
        rank[settled] = 1
        found = ejected(
            (part.column[mine], part.row[mine], part.weight[mine]),
            part.upper[:rows],
            part.order,
            self.best,
            self.program.free & (self.program.fixed | ~settled[part.order]),
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

    def rest(self) -> Climbed:
        """Go on where the last wish was left."""
        with suppress(StoppedError):
            self.reached[-1] = self.left()
        return Climbed(self.best, self.told(), self.program.inside)

    def _by_whole(
        self, wish: "Numbers | None", solved: Solved, reduced: "Numbers", bound: int, *, last: bool
    ) -> tuple[int, int, bool]:
        """Return value, bound, proven of whole numbers: first over the columns inside, then over all that could reach more."""
        value = self._value(wish, self.best) if self._keeps(self.best) else None
        near = partial(self.program.near, reduced, solved)
        pause = last and not self.thorough
        return self._over(self.program.inside & near(value), near, wish, bound, value, pause=pause)

    def _over(
        self,
        tried: "Numbers",
        near: "Callable[[int | None], Numbers]",
        wish: "Numbers | None",
        bound: int,
        value: int | None,
        *,
        pause: bool,
    ) -> tuple[int, int, bool]:
        """Return the same, over the columns `tried` and then over those `near` enough to the bound to reach more."""
        while True:
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
                limit = max(value, min(bound, told)) if tried.sum() == self.program.free.sum() else bound
                return value, limit, False
            more = near(value)
            if not (more & ~tried).any():
                break
            if pause and value is not None:
                self.left = partial(self._over, more, near, wish, bound, value, pause=False)
                self.reached.append((value, bound, False))
                raise _PausedError
            tried = more
        if value is None:
            raise _TooSureError
        return value, value, True

    def _tried(
        self, wish: "Numbers | None", which: "Numbers", bound: int, *, start: bool
    ) -> "tuple[Numbers | None, int, bool]":
        """Do as `Program.search`; where branching comes to nothing quickly, move orders about before it is given more time."""
        import numpy as np

        columns, begin = np.flatnonzero(which), self.best if start else None
        if self.program.fair or columns.size < MANY:
            return self.program.search(wish, columns, begin, 1 if self.program.fair else HARD)
        found, told, proven = self.program.search(wish, columns, begin, QUICK)
        if proven or (found is not None and self._reaches(wish, bound, found)):
            return found, told, proven
        if self._eject(partial(self._reaches, wish, bound)):
            return self.best, bound, True
        return self.program.search(wish, columns, self.best if start else None, HARD)
