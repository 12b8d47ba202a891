"""From a question to a plan that the rules do not flag: jointly, assistant by assistant, or one order at a time."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from tcw.matching.answer import Found, answer
from tcw.matching.binding import Rows, bind
from tcw.matching.checking import check, forbid
from tcw.matching.fairness import Spread, spread
from tcw.matching.greedy import greedy
from tcw.matching.judge import errors
from tcw.matching.levels import Clock, Known, Reached, solve
from tcw.matching.objective import FAIRNESS, FILLED, Objective, objectives
from tcw.matching.plan import Plan
from tcw.matching.problem import Problem

Mode = Literal["joint", "staggered", "greedy"]


@dataclass(slots=True)
class _Search:
    """What is known so far: rows that bind all plans, and more with every plan that the rules flag."""

    question: Problem
    wishes: list[Objective]
    rows: Rows
    clock: Clock
    spread: Spread
    rounds: int = 0
    ranked: pl.DataFrame = field(default_factory=pl.DataFrame)

    def reached(self, chosen: pl.Series) -> tuple[Reached, ...]:
        """Return what a choice of pairs reaches, with nothing proven."""
        values = [
            self.spread.worth(chosen) if wish.name == FAIRNESS else int(wish.worth.filter(chosen).sum())
            for wish in self.wishes
        ]
        return tuple(Reached(value, value, proven=False) for value in values)

    def vector(self, chosen: pl.Series) -> list[int]:
        """Return the same as numbers, to be compared."""
        return [one.value for one in self.reached(chosen)]


def match(
    question: Problem,
    mode: Mode = "joint",
    *,
    previous: pl.DataFrame | None = None,
    time_limit: float | None = None,
    compare: bool = True,
    relax: bool = True,
) -> Plan:
    """Answer a question.

    Args:
        question: see `tcw.matching.problem`.
        mode: joint: all orders and people at once; staggered: the assistants one after the other; greedy: one order at a time.
        previous: `order_id`, `staff_id` of the last plan, to change little of it.
        time_limit: seconds; without it the search is bounded by nodes, and the same question has the same answer on every machine.
        compare: work out what the other modes would have filled.
        relax: look for the smallest relaxations that would fill what stays unfilled.
    """
    settings = question.ground.schedule.config.matching
    wishes = objectives(question, settings.wishes, previous)
    clock = Clock(None if time_limit is None else time.monotonic() + time_limit)
    search = _Search(question, wishes, bind(question), clock, spread(question))
    search.ranked = _ranked(question, wishes)
    one_by_one = _greedy(search)
    found = {"greedy": one_by_one}
    if mode == "staggered" or compare:
        found["staggered"] = _better(_staggered(search, last=mode == "staggered"), one_by_one, wishes)
    if mode == "joint" or compare:
        start = max(found.values(), key=lambda one: search.vector(one.chosen))
        found["joint"] = _joint(search, start.chosen)
    return answer(question, wishes, found, mode, search.rounds, relax=relax)


def _ranked(question: Problem, wishes: list[Objective]) -> pl.DataFrame:
    """Return `pair` in the order in which one order after the other tries its candidates."""
    pairs = question.with_pairs().with_columns(
        pl.Series(f"wish{place}", wish.worth) for place, wish in enumerate(wishes) if wish.name != FILLED
    )
    worth = [name for name in pairs.columns if name.startswith("wish")]
    return pairs.sort(
        "priority",
        "start",
        "order",
        *worth,
        "staff",
        descending=[False, False, False, *[True] * len(worth), False],
    ).select("pair")


def _greedy(search: _Search) -> Found:
    chosen = _clean(search, lambda rows: greedy(search.ranked, rows, search.question.pairs.height))
    return Found(chosen, search.reached(chosen), stopped=False)


def _joint(search: _Search, start: pl.Series) -> Found:
    every = pl.repeat(value=True, n=start.len(), eager=True)
    return _optimal(search, every, start, ~every)


def _staggered(search: _Search, *, last: bool) -> Found:
    """Let one assistant after the other do the best it can with what is left."""
    pairs = search.question.pairs
    taken = pl.repeat(value=False, n=pairs.height, eager=True)
    stopped = False
    for place in range(len(search.question.assistants)):
        orders = pairs.filter(taken)["order"]
        mine = (pairs["assistant"] == place) & ~pairs["order"].is_in(orders.implode())
        if not mine.any():
            continue
        stage = search.ranked.filter(pl.col("pair").is_in(pairs.filter(mine)["pair"].implode()))
        start = greedy(stage, search.rows, pairs.height, taken)
        found = _optimal(search, mine, start & ~taken, taken, last=last)
        stopped |= found.stopped
        taken = found.chosen
    return Found(taken, search.reached(taken), stopped=stopped)


def _optimal(
    search: _Search, free: pl.Series, start: pl.Series, fixed: pl.Series, *, last: bool = True
) -> Found:
    """Solve, check, forbid what the rules flag, and solve again, over the `free` pairs; `fixed` ones are taken already.

    `last`: meet the quiet wish, too, which only makes the answer the only one: it waits until the rules flag nothing else.
    """
    known: Known = {}
    left = search.spread.after(fixed).of(free)
    quiet = False
    while True:
        wishes = [
            Objective(wish.name, wish.worth.filter(free), wish.part, wish.quiet)
            for wish in search.wishes
            if quiet or not wish.quiet
        ]
        part = _part(search.rows, free, fixed)
        found = solve(int(free.sum()), part, wishes, start.filter(free), search.clock, left, known)
        chosen = fixed.clone().scatter(free.arg_true(), found.chosen)
        more = _flagged(search, chosen)
        if more is None and (quiet or not last):
            return Found(chosen, found.reached, stopped=found.stopped)
        if more is None:
            quiet, start = True, chosen & free
            continue
        search.rows = search.rows.and_(more)
        stage = search.ranked.filter(pl.col("pair").is_in(free.arg_true().implode()))
        start = greedy(stage, search.rows, free.len(), fixed, chosen) & free


def _clean(search: _Search, choose: Callable[[Rows], pl.Series]) -> pl.Series:
    """Choose, check, forbid and choose again until the rules flag nothing."""
    while True:
        chosen = choose(search.rows)
        more = _flagged(search, chosen)
        if more is None:
            return chosen
        search.rows = search.rows.and_(more)


def _flagged(search: _Search, chosen: pl.Series) -> Rows | None:
    """Return rows that forbid what the rules flag in a plan; None where they flag nothing."""
    search.rounds += 1
    if not chosen.any():
        return None
    verdict = check(search.question, chosen)
    if errors(verdict.found).is_empty():
        return None
    return forbid(search.question, chosen, verdict)


def _part(rows: Rows, free: pl.Series, fixed: pl.Series) -> Rows:
    """Return the rows of the free pairs, numbered anew, with what the fixed ones leave of each."""
    number = free.cum_sum().cast(pl.UInt32) - free.cast(pl.UInt32)
    used = rows.entries.filter(fixed.gather(rows.entries["pair"])).group_by("row").agg(pl.col("weight").sum())
    room = (
        pl.DataFrame({"upper": rows.upper})
        .with_row_index("row")
        .join(used, on="row", how="left", maintain_order="left")
        .select(upper=pl.col("upper") - pl.col("weight").fill_null(0))["upper"]
    )
    entries = rows.entries.filter(free.gather(rows.entries["pair"]))
    return Rows(entries.with_columns(pair=number.gather(entries["pair"])), room)


def _better(found: Found, other: Found, wishes: list[Objective]) -> Found:
    """Return the first plan, unless the other fills more."""
    filled = [wish for wish in wishes if wish.name == FILLED]

    def vector(one: Found) -> list[int]:
        return [int(wish.worth.filter(one.chosen).sum()) for wish in filled]

    return other if vector(other) > vector(found) else found
