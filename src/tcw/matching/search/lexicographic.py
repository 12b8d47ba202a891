"""Lexicographic optimisation: one objective after the other, in each component of the conflict graph.

Components are solved on their own, several beside each other; the result does not depend on how many at once.

Within a component the optimum of a linear program is a bound for the objective. Where an integer solution reaches the
bound, complementary slackness says which plans do: those without columns whose reduced cost is not 0, and that fill the
rows whose dual price is not 0. So no row has to hold the objective, and the next objective has a smaller program, which
starts from the last basis. Only where the optimum is fractional a 0/1 program is solved, over the columns that are left.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tcw.matching.search.component import Part, parts
from tcw.matching.search.constraints import Rows
from tcw.matching.search.ejection_chain import ejected
from tcw.matching.search.highs import HALF, Control, Solved, StoppedError
from tcw.matching.search.linear_program import NEAR, Program
from tcw.matching.search.objectives import FAIRNESS, Objective, Spread

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


QUIET_AT_MOST: Final = 1_000
"""Pairs of a component up to which the quiet wish is met: in larger ones it costs as much as all others together, and tells apart only plans
that are alike in every wish. There the answer is the one that the same solver always gives."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What a wish reached: `value`, the `bound` it cannot go beyond, and whether the two are known to meet."""

    value: int
    bound: int
    proven: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """`chosen` (Boolean, one for each pair), what each objective reached, and whether time or nodes ran out."""

    chosen: pl.Series
    reached: tuple[Reached, ...]
    stopped: bool
    left: bool = False
    """Some component's last wish was left before all of its columns were tried."""


Known = dict[bytes, Climbed]
"""Components by their signature -> what came of them."""


def solve(
    orders: pl.Series,
    rows: Rows,
    wishes: Sequence[Objective],
    start: pl.Series,
    inside: pl.Series,
    control: Control,
    spread: Spread,
    known: Known,
    workers: int | None = None,
    *,
    thorough: bool = True,
) -> tuple[Answer, pl.Series]:
    """Choose pairs.

    Args:
        orders: UInt32, the order of each pair.
        rows: what binds them.
        wishes: the weightiest first; the one called fairness is taken from `spread`.
        start: Boolean, a choice that breaks no row.
        inside: Boolean, the pairs to begin with.
        control: when to stop.
        spread: fairness.
        known: what was solved before, with the same wishes and fairness: components whose rows have not changed are not solved again.
        workers: how many components are solved beside each other; None: as many as there are processors.
        thorough: see `tcw.matching.search.lexicographic.climb`. What is left the first time goes on from there the next time.

    Returns:
        The answer, and the pairs that the search looked at (Boolean).
    """
    import numpy as np

    fair = any(wish.name == FAIRNESS for wish in wishes)
    worth = [None if wish.name == FAIRNESS else wish.worth.to_numpy().astype(float) for wish in wishes]
    loud = [one for one, wish in zip(worth, wishes, strict=True) if not wish.quiet]
    began, first = start.to_numpy(), inside.to_numpy()
    values, seen = np.zeros(start.len(), dtype=bool), np.zeros(start.len(), dtype=bool)
    every = list(parts(start.len(), orders.to_numpy(), rows, spread if fair else None))

    def keep(key: bytes, done: Climbed) -> None:
        known.pop(key, None)
        if done.goes_on is not None or all(proven for _, _, proven in done.reached):
            known[key] = done

    def solved(part: Part) -> Climbed:
        mine = worth if part.pairs.size <= QUIET_AT_MOST else loud
        key = part.signature()
        done = known.get(key)
        if done is not None and done.goes_on is not None and thorough:
            done = done.goes_on()
            keep(key, done)
        if done is None:
            done = climb(
                part,
                [None if one is None else one[part.pairs] for one in mine],
                began[part.pairs],
                first[part.pairs],
                control,
                thorough=thorough,
            )
            keep(key, done)
        return done

    count = min(workers or _processors(), len(every))
    totals = np.zeros((len(wishes), 2), dtype=np.int64)
    sure = np.ones(len(wishes), dtype=bool)
    left = False
    with ThreadPoolExecutor(max(count, 1)) as pool:
        for part, done in zip(every, pool.map(solved, every), strict=True):
            told = done.reached + [(0, 0, True)] * (len(wishes) - len(done.reached))
            totals += np.array([one[:2] for one in told], dtype=np.int64).reshape(-1, 2)
            sure &= np.array([one[2] for one in told], dtype=bool)
            values[part.pairs], seen[part.pairs] = done.chosen, done.inside
            left |= done.goes_on is not None
    # What waits to go on holds a program each; whose rows have changed since will never be asked to.
    signatures = {part.signature() for part in every}
    for key in [one for one, done in known.items() if done.goes_on is not None and one not in signatures]:
        del known[key]
    told_all = zip(totals.tolist(), sure.tolist(), strict=True)
    reached = tuple(Reached(value, bound, proven) for (value, bound), proven in told_all)
    return (
        Answer(pl.Series("chosen", values), reached, not all(one.proven for one in reached), left),
        pl.Series("inside", seen),
    )


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
