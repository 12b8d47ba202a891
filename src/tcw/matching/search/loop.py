"""The outer loop between search and rules, and the greedy plan it starts from.

Each round solves the program, lets the rules judge the plan, and adds a cut for what they flag
(`tcw.matching.search.cuts`).
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
from tcw.matching.search.lexicographic import ObjectiveValue, SolvedComponents, optimise
from tcw.matching.search.objectives import FAIRNESS, FILLED, Objective, Spread

FIRST: Final = 8
"""Candidates of an order that are active at first."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A plan: `chosen` (Boolean, one for each pair), and what each objective reached.

    `stopped`: the search ended before the proof.
    """

    chosen: pl.Series
    reached: tuple[ObjectiveValue, ...]
    stopped: bool


@dataclass(slots=True)
class Search:
    """The incumbent, and the rows so far.

    Rows bind all plans, and a cut is added for every plan that the rules flag.
    """

    question: Problem
    objectives: list[Objective]
    rows: Rows
    control: Control
    spread: Spread
    workers: int | None
    ranked: pl.DataFrame
    active: pl.Series
    best: pl.Series | None = None
    """The best plan so far that the rules do not flag."""
    rounds: int = 0
    fine: pl.Series = field(default_factory=pl.Series)
    """The plan that was checked last, without the people whom the rules flagged."""

    def reached(self, chosen: pl.Series) -> tuple[ObjectiveValue, ...]:
        """Return what a choice of pairs reaches, with a simple bound."""
        return tuple(
            ObjectiveValue(value, most, proven=value >= most)
            for value, most in (
                (self._value(objective, chosen), self._most(objective)) for objective in self.objectives
            )
        )

    def _value(self, objective: Objective, chosen: pl.Series) -> int:
        return (
            self.spread.worth(chosen)
            if objective.name == FAIRNESS
            else int(objective.worth.filter(chosen).sum())
        )

    def _most(self, objective: Objective) -> int:
        if objective.name == FAIRNESS:
            return int(self.spread.pieces.select((pl.col("width") * pl.col("worth")).sum()).item())
        of_order = pl.DataFrame({"order": self.question.pairs["order"], "worth": objective.worth})
        return int(of_order.group_by("order").agg(pl.col("worth").max())["worth"].sum())

    def better(self, plan: pl.Series, than: pl.Series | None) -> bool:
        """Return whether a plan is lexicographically better than another."""
        if than is None:
            return True
        return [self._value(objective, plan) for objective in self.objectives] > [
            self._value(objective, than) for objective in self.objectives
        ]

    def greedy(self, free: pl.Series, *fixed: pl.Series) -> pl.Series:
        """Assign each order in turn to its first `free` candidate possible beside the `fixed` pairs."""
        stage = self.ranked.filter(pl.col("pair").is_in(free.arg_true().implode()))
        return greedy(stage, self.rows, free.len(), *fixed)

    def clean(self, choose: Callable[[], pl.Series]) -> pl.Series:
        """Choose, check, forbid and choose again until the rules flag nothing."""
        while True:
            chosen = choose()
            if not self.flagged(chosen):
                return chosen

    def flagged(self, chosen: pl.Series) -> bool:
        """Return whether the rules flag a plan.

        A cut forbids what they flag. Who has the same as last time is not judged again.
        """
        self.rounds += 1
        people = self.question.pairs["person"]
        checked = self.fine if self.fine.len() else pl.repeat(value=False, n=chosen.len(), eager=True)
        changed = people.filter(chosen != checked).unique()
        changed_pairs = chosen & people.is_in(changed.implode())
        if not changed_pairs.any():
            self._note(chosen)
            return False
        verdict = check(self.question, changed_pairs)
        wrong = errors(verdict.findings)
        if wrong.is_empty():
            self.fine = chosen
            self._note(chosen)
            return False
        owners = people.filter(changed_pairs).unique().sort()
        bad = owners.gather(wrong["group"].unique())
        self.fine = chosen & ~people.is_in(bad.implode())
        self.rows = self.rows.and_(forbid(self.question, changed_pairs, verdict, self.rows))
        return True

    def _note(self, chosen: pl.Series) -> None:
        if self.better(chosen, self.best):
            self.best = chosen

    def optimal(
        self, free: pl.Series, start: pl.Series, fixed: pl.Series, objectives: list[Objective] | None = None
    ) -> SearchResult:
        """Optimise over the `free` pairs beside the `fixed` ones, in rounds, until the rules flag nothing.

        `start`: free pairs that break no row with the fixed ones. `objectives`: which to optimise; None: all.
        """
        solved: SolvedComponents = {}
        pieces_left = self.spread.after(fixed).of(free)
        objectives = [
            Objective(objective.name, objective.worth.filter(free), objective.part, objective.quiet)
            for objective in (self.objectives if objectives is None else objectives)
        ]
        thorough = False
        while True:
            result = optimise(
                self.question.pairs["order"].filter(free),
                rows_left(self.rows, free, fixed),
                objectives,
                start.filter(free),
                self.active.filter(free),
                self.control,
                pieces_left,
                solved,
                self.workers,
                thorough=thorough,
            )
            self.active = self.active.scatter(free.arg_true(), result.active)
            chosen = fixed.clone().scatter(free.arg_true(), result.chosen)
            wrong = self.flagged(chosen)
            # Most plans are flagged, and proving them optimal would be in vain: only a plan without findings
            # is proven.
            if not wrong and not (result.unfinished and not self.control.over()):
                return SearchResult(chosen, result.reached, stopped=result.stopped)
            thorough = not wrong
            if not wrong:
                start = chosen & free
                continue
            repaired = self.greedy(free, fixed, chosen)
            if self.control.over():
                plan = fixed if self.flagged(repaired) else repaired
                return SearchResult(plan, self.reached(plan), stopped=True)
            start = repaired & free


def rows_left(rows: Rows, free: pl.Series, fixed: pl.Series) -> Rows:
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


def ranked(question: Problem, objectives: list[Objective]) -> pl.DataFrame:
    """Return `pair` in the order in which one order after the other tries its candidates."""
    pairs = question.with_pairs().with_columns(
        pl.Series(f"objective{place}", objective.worth)
        for place, objective in enumerate(objectives)
        if objective.name != FILLED
    )
    worth = [name for name in pairs.columns if name.startswith("objective")]
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


def greedy(ranked: pl.DataFrame, rows: Rows, pairs: int, *fixed: pl.Series) -> pl.Series:
    """Assign each order in turn to the first candidate who can still take it.

    Each choice depends on all before it, so this loops over arrays; no other function does.

    Args:
        ranked: `pair` (UInt32) in the order in which they are tried.
        rows: what binds pairs.
        pairs: how many pairs there are.
        fixed: Boolean, one for each pair: chosen first, as far as rows allow; those of the first series
            before those of the next.

    Returns:
        `chosen` (Boolean), one for each pair.
    """
    by_pair = rows.entries.sort("pair")
    numbers = pl.int_range(pairs + 1, dtype=pl.UInt32, eager=True)
    begins = by_pair["pair"].search_sorted(numbers, side="left").to_list()
    row_of, weight_of = by_pair["row"].to_list(), by_pair["weight"].to_list()
    room = rows.upper.to_list()
    chosen = [False] * pairs
    before = [pair for choice in fixed for pair in choice.arg_true().to_list()]
    for pair in [*before, *ranked["pair"].to_list()]:
        if chosen[pair]:
            continue
        entries = range(begins[pair], begins[pair + 1])
        if all(weight_of[entry] <= room[row_of[entry]] for entry in entries):
            chosen[pair] = True
            for entry in entries:
                room[row_of[entry]] -= weight_of[entry]
    return pl.Series("chosen", chosen, dtype=pl.Boolean)
