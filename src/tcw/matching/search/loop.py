"""The outer loop between search and rules, and the greedy plan it starts from.

Each round solves the program, lets the rules judge the plan, and adds a cut for what they flag (`tcw.matching.search.cuts`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from tcw.matching.problem import Problem
from tcw.matching.rules_oracle import errors
from tcw.matching.search.constraints import Rows
from tcw.matching.search.cuts import check, forbid
from tcw.matching.search.highs import Control
from tcw.matching.search.lexicographic import Known, Reached, solve
from tcw.matching.search.objectives import FAIRNESS, FILLED, Objective, Spread

FIRST: Final = 8
"""Candidates of an order that the search begins with."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`chosen` (Boolean, one for each pair), what each wish reached, and whether the search was stopped before the proof."""

    chosen: pl.Series
    reached: tuple[Reached, ...]
    stopped: bool


@dataclass(slots=True)
class Search:
    """What is known so far: rows that bind all plans, and more with every plan that the rules flag."""

    question: Problem
    wishes: list[Objective]
    rows: Rows
    control: Control
    spread: Spread
    workers: int | None
    ranked: pl.DataFrame
    inside: pl.Series
    best: pl.Series | None = None
    """The best plan so far that the rules do not flag."""
    rounds: int = 0
    fine: pl.Series = field(default_factory=pl.Series)
    """The plan that was checked last, less what belongs to people whom the rules flagged."""

    def reached(self, chosen: pl.Series) -> tuple[Reached, ...]:
        """Return what a choice of pairs reaches, with a bound by hand."""
        return tuple(
            Reached(value, most, proven=value >= most)
            for value, most in ((self._value(wish, chosen), self._most(wish)) for wish in self.wishes)
        )

    def _value(self, wish: Objective, chosen: pl.Series) -> int:
        return self.spread.worth(chosen) if wish.name == FAIRNESS else int(wish.worth.filter(chosen).sum())

    def _most(self, wish: Objective) -> int:
        if wish.name == FAIRNESS:
            return int(self.spread.pieces.select((pl.col("width") * pl.col("worth")).sum()).item())
        of_order = pl.DataFrame({"order": self.question.pairs["order"], "worth": wish.worth})
        return int(of_order.group_by("order").agg(pl.col("worth").max())["worth"].sum())

    def better(self, one: pl.Series, other: pl.Series | None) -> bool:
        """Return whether a plan meets the wishes better than another."""
        if other is None:
            return True
        return [self._value(wish, one) for wish in self.wishes] > [
            self._value(wish, other) for wish in self.wishes
        ]

    def greedy(self, free: pl.Series, *taken: pl.Series) -> pl.Series:
        """Give each order in turn the first of its `free` candidates who can still take it, after all that is `taken`."""
        stage = self.ranked.filter(pl.col("pair").is_in(free.arg_true().implode()))
        return greedy(stage, self.rows, free.len(), *taken)

    def clean(self, choose: Callable[[], pl.Series]) -> pl.Series:
        """Choose, check, forbid and choose again until the rules flag nothing."""
        while True:
            chosen = choose()
            if not self.flagged(chosen):
                return chosen

    def flagged(self, chosen: pl.Series) -> bool:
        """Return whether the rules flag a plan; what they flag is forbidden from now on. Who takes the same as last time is not asked again."""
        self.rounds += 1
        people = self.question.pairs["person"]
        known = self.fine if self.fine.len() else pl.repeat(value=False, n=chosen.len(), eager=True)
        changed = people.filter(chosen != known).unique()
        asked = chosen & people.is_in(changed.implode())
        if not asked.any():
            self._note(chosen)
            return False
        verdict = check(self.question, asked)
        wrong = errors(verdict.found)
        if wrong.is_empty():
            self.fine = chosen
            self._note(chosen)
            return False
        owners = people.filter(asked).unique().sort()
        bad = owners.gather(wrong["group"].unique())
        self.fine = chosen & ~people.is_in(bad.implode())
        self.rows = self.rows.and_(forbid(self.question, asked, verdict, self.rows))
        return True

    def _note(self, chosen: pl.Series) -> None:
        if self.better(chosen, self.best):
            self.best = chosen

    def optimal(
        self, free: pl.Series, start: pl.Series, fixed: pl.Series, wishes: list[Objective] | None = None
    ) -> SearchResult:
        """Solve, check, forbid what the rules flag, and solve again, over the `free` pairs; `fixed` ones are taken already.

        `start`: free pairs that break no row with the fixed ones. `wishes`: those to be met; None: all.
        """
        known: Known = {}
        left = self.spread.after(fixed).of(free)
        asked = [
            Objective(wish.name, wish.worth.filter(free), wish.part, wish.quiet)
            for wish in (self.wishes if wishes is None else wishes)
        ]
        thorough = False
        while True:
            found, inside = solve(
                self.question.pairs["order"].filter(free),
                part(self.rows, free, fixed),
                asked,
                start.filter(free),
                self.inside.filter(free),
                self.control,
                left,
                known,
                self.workers,
                thorough=thorough,
            )
            self.inside = self.inside.scatter(free.arg_true(), inside)
            chosen = fixed.clone().scatter(free.arg_true(), found.chosen)
            wrong = self.flagged(chosen)
            # Most plans are flagged, so that proving them the best would be in vain: that comes when the rules have nothing against one.
            if not wrong and not (found.left and not self.control.over()):
                return SearchResult(chosen, found.reached, stopped=found.stopped)
            thorough = not wrong
            if not wrong:
                start = chosen & free
                continue
            mended = self.greedy(free, fixed, chosen)
            if self.control.over():
                plan = fixed if self.flagged(mended) else mended
                return SearchResult(plan, self.reached(plan), stopped=True)
            start = mended & free


def part(rows: Rows, free: pl.Series, fixed: pl.Series) -> Rows:
    """Return the rows of the free pairs, numbered anew, with what the fixed ones leave of each."""
    number = free.cast(pl.UInt32).cum_sum() - free.cast(pl.UInt32)
    used = rows.entries.filter(fixed.gather(rows.entries["pair"])).group_by("row").agg(pl.col("weight").sum())
    room = (
        pl.DataFrame({"upper": rows.upper})
        .with_row_index("row")
        .join(used, on="row", how="left", maintain_order="left")
        .select(upper=pl.col("upper") - pl.col("weight").fill_null(0))["upper"]
    )
    entries = rows.entries.filter(free.gather(rows.entries["pair"]))
    return Rows(entries.with_columns(pair=number.gather(entries["pair"])), room)


def ranked(question: Problem, wishes: list[Objective]) -> pl.DataFrame:
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


def first(question: Problem, in_turn: pl.DataFrame) -> pl.Series:
    """Return the pairs that a search begins with (Boolean): the first few candidates of each order."""
    orders = pl.Series("order", question.pairs["order"].gather(in_turn["pair"]))
    few = in_turn.with_columns(orders).filter(pl.int_range(pl.len()).over("order") < FIRST)["pair"]
    return question.pairs["pair"].is_in(few.implode())


def greedy(ranked: pl.DataFrame, rows: Rows, pairs: int, *taken: pl.Series) -> pl.Series:
    """Give each order in turn the first candidate who can still take it.

    One choice hangs on all before it, so this walks through arrays; it is the only place that does.

    Args:
        ranked: `pair` (UInt32) in the order in which they are tried.
        rows: what binds pairs.
        pairs: how many pairs there are.
        taken: Boolean, one for each pair: chosen before, as far as rows let them; those of the first series before those of the next.

    Returns:
        `chosen` (Boolean), one for each pair.
    """
    by_pair = rows.entries.sort("pair")
    numbers = pl.int_range(pairs + 1, dtype=pl.UInt32, eager=True)
    begins = by_pair["pair"].search_sorted(numbers, side="left").to_list()
    row_of, weight_of = by_pair["row"].to_list(), by_pair["weight"].to_list()
    room = rows.upper.to_list()
    chosen = [False] * pairs
    before = [pair for one in taken for pair in one.arg_true().to_list()]
    for pair in [*before, *ranked["pair"].to_list()]:
        if chosen[pair]:
            continue
        mine = range(begins[pair], begins[pair + 1])
        if all(weight_of[place] <= room[row_of[place]] for place in mine):
            chosen[pair] = True
            for place in mine:
                room[row_of[place]] -= weight_of[place]
    return pl.Series("chosen", chosen, dtype=pl.Boolean)
