"""From a problem to a plan that the rules do not flag.

The plan is made jointly, assistant by assistant, or one order at a time. `match` runs the search in a thread
of its own, and turns the chosen pairs into the frames of a `Plan`.
"""

from collections.abc import Mapping
from dataclasses import replace
from threading import Event, Thread
from typing import Final, Literal

import polars as pl

from tcw.matching.availability import KINDS, TIERS
from tcw.matching.candidates import PREVIOUS_WEIGHT
from tcw.matching.explain.relaxations import relaxations
from tcw.matching.explain.unfilled import explain
from tcw.matching.plan import (
    ASSIGNMENTS,
    COMPARE,
    EMPLOYMENT,
    RELAXATIONS,
    REQUESTS,
    WISHES,
    Plan,
    Status,
)
from tcw.matching.problem import Problem
from tcw.matching.search.constraints import bind
from tcw.matching.search.cuts import clashing
from tcw.matching.search.highs import Control
from tcw.matching.search.loop import Search, SearchResult, first, ranked
from tcw.matching.search.objectives import FILLED, Objective, objectives, spread
from tcw.worktime.clock import US_PER_HOUR

Mode = Literal["joint", "staggered", "greedy"]
BLINK: Final = 0.2
"""Seconds after which whoever waits looks up: on Windows a wait without an end hears no Ctrl-C."""
PATIENCE: Final = 1.0
"""Seconds that an interrupted search has to come to an end."""


def match(
    question: Problem,
    mode: Mode = "joint",
    *,
    previous: pl.DataFrame | None = None,
    time_limit: float | None = None,
    compare: bool = True,
    relax: bool = True,
    workers: int | None = None,
) -> Plan:
    """Answer a question.

    Ctrl-C ends the search with the best plan so far (`Plan.interrupted`); the search runs in a thread of its
    own, so that the main one hears it.

    Args:
        question: see `tcw.matching.problem`.
        mode: joint: all orders and people at once; staggered: the assistants one after the other; greedy: one
            order at a time.
        previous: `order_id`, `staff_id` of the last plan, to change little of it.
        time_limit: seconds since the question was begun to be put; without it the search is bounded by nodes,
            and the same question has the same answer on every machine.
        compare: work out what the other modes would have filled; the staggered one with filled orders as its
            only wish.
        relax: look for the smallest relaxations that would fill what stays unfilled; whoever interrupts does
            not wait for them.
        workers: how many components are solved beside each other; None: as many as there are processors. The
            plan does not depend on it.

    Raises:
        KeyboardInterrupt: there is no plan yet.
    """
    run = _Run(question, mode, previous, time_limit, compare=compare, workers=workers)
    interrupted = run.to_the_end()
    results, wishes, rounds = run.result()
    plan = answer(question, wishes, results, mode, rounds, relax=relax and not interrupted)
    return replace(plan, interrupted=interrupted)


class _Run:
    """A search in a thread."""

    def __init__(
        self,
        question: Problem,
        mode: Mode,
        previous: pl.DataFrame | None,
        time_limit: float | None,
        *,
        compare: bool,
        workers: int | None,
    ) -> None:
        self.question, self.mode, self.previous, self.compare, self.workers = (
            question,
            mode,
            previous,
            compare,
            workers,
        )
        self.control = Control(None if time_limit is None else question.began + time_limit)
        self.results: dict[str, SearchResult] = {}
        self.search: Search | None = None
        self.fault: BaseException | None = None
        self.done = Event()

    def to_the_end(self) -> bool:
        """Run, and wait for it; return whether it was interrupted.

        Raises:
            KeyboardInterrupt: before there was a plan.
        """
        Thread(target=self._work, name="match", daemon=True).start()
        try:
            while not self.done.wait(BLINK):
                pass
        except KeyboardInterrupt:
            self.control.stop.set()
            self.done.wait(PATIENCE)
            if self.search is None or self.search.best is None:
                raise
            return True
        if self.fault is not None:
            raise self.fault
        return False

    def result(self) -> tuple[dict[str, SearchResult], list[Objective], int]:
        """Return what was found, the wishes, and how many plans the rules judged."""
        search = self.search
        assert search is not None
        results = dict(self.results)
        best = search.best
        if best is not None and (
            self.mode not in results
            or (self.control.stop.is_set() and search.better(best, results[self.mode].chosen))
        ):
            results[self.mode] = SearchResult(best, search.reached(best), stopped=True)
        return results, search.objectives, search.rounds

    def _work(self) -> None:
        try:
            self._search()
        except BaseException as fault:  # noqa: BLE001 - the thread that waits raises it
            self.fault = fault
        finally:
            self.done.set()

    def _search(self) -> None:
        question = self.question
        settings = question.prepared.schedule.config.matching
        wishes = objectives(question, settings.wishes, self.previous)
        in_turn = ranked(question, wishes)
        self.search = search = Search(
            question,
            wishes,
            bind(question),
            self.control,
            spread(question),
            self.workers,
            in_turn,
            first(question, in_turn),
        )
        every = pl.repeat(value=True, n=question.pairs.height, eager=True)
        chosen = search.clean(lambda: search.greedy(every))
        self.results["greedy"] = SearchResult(chosen, search.reached(chosen), stopped=False)
        if self.mode == "joint" or self.compare:
            self.results["joint"] = search.optimal(every, chosen, ~every)
        if self.mode == "staggered":
            self.results["staggered"] = self._staggered(None)
        elif self.compare and not self.control.over():
            only = [wish for wish in wishes if wish.name == FILLED]
            self.results["staggered"] = self._staggered(only)

    def _staggered(self, wishes: list[Objective] | None) -> SearchResult:
        """Let one assistant after the other do the best it can with what is left."""
        search, pairs = self.search, self.question.pairs
        assert search is not None
        taken = pl.repeat(value=False, n=pairs.height, eager=True)
        stopped = False
        for place in range(len(self.question.assistants)):
            orders = pairs.filter(taken)["order"]
            free = (pairs["assistant"] == place) & ~pairs["order"].is_in(orders.implode())
            if not free.any():
                continue
            start = search.greedy(free, taken) & ~taken
            stage = search.optimal(free, start, taken, wishes)
            stopped |= stage.stopped
            taken = stage.chosen
        plan = SearchResult(taken, search.reached(taken), stopped=stopped)
        greedy = self.results["greedy"]
        filled = [wish for wish in search.objectives if wish.name == FILLED]

        def vector(outcome: SearchResult) -> list[int]:
            return [int(wish.worth.filter(outcome.chosen).sum()) for wish in filled]

        # What books one order after the other is at hand as well.
        return greedy if vector(greedy) > vector(plan) else plan


def answer(
    question: Problem,
    wishes: list[Objective],
    results: Mapping[str, SearchResult],
    mode: str,
    rounds: int,
    *,
    relax: bool = True,
) -> Plan:
    """Return the plan of one mode, and what the others would have filled.

    `relax`: and the smallest relaxations.
    """
    result = results[mode]
    described = described_pairs(question)
    unfilled, reasons, nearest = explain(question, result.chosen)
    return Plan(
        status=_status(question, result),
        assignments=_assignments(question, described, result.chosen),
        requests=_requests(question, described, result.chosen),
        unfilled=unfilled,
        reasons=reasons,
        nearest=nearest,
        wishes=_wishes(wishes, result),
        compare=_compare(question, results),
        orders=question.orders.height,
        rounds=rounds,
        relaxations=relaxations(question, result.chosen)
        if relax and unfilled.height
        else pl.DataFrame(schema=RELAXATIONS),
    )


def _status(question: Problem, result: SearchResult) -> Status:
    if question.orders.is_empty():
        return "none"
    if not result.chosen.any():
        return "infeasible"
    # One order or one assistant at a time proves nothing, but what it reached may be all that can be.
    proven = not result.stopped and all(one.proven for one in result.reached)
    return "optimal" if proven else "feasible"


def described_pairs(question: Problem) -> pl.DataFrame:
    """Return the pairs in the source's words: what ASSIGNMENTS of `tcw.matching.plan` tell of each."""
    names = list(question.assistants)
    interests = question.prepared.schedule.tables["interests"].select("order_id", "staff_id").unique()
    about = question.orders.select(
        *("order", "order_id", "unit_id", "activity_id", "start_local", "end_local", "net", "break_minutes"),
        *("reason", "priority"),
    )
    return (
        question.pairs.join(about, on="order", how="left", maintain_order="left")
        .join(
            question.prepared.timeline.staff.select("staff", "staff_id"),
            on="staff",
            how="left",
            maintain_order="left",
        )
        .join(
            interests.with_columns(interested=pl.lit(value=True)),
            on=["order_id", "staff_id"],
            how="left",
            maintain_order="left",
        )
        .with_columns(
            _word("assistant", names),
            _word("offer", KINDS).alias("availability"),
            _word("class", EMPLOYMENT).alias("employment"),
            _word("tier", TIERS),
            mode=pl.when("request").then(pl.lit("request")).otherwise(pl.lit("book")),
            start="start_local",
            end="end_local",
            hours=pl.col("net") / US_PER_HOUR,
            previous=pl.col("continuity") >= PREVIOUS_WEIGHT,
            interested=pl.col("interested").fill_null(value=False),
        )
    )


def _word(column: str, words: "list[str] | tuple[str, ...]") -> pl.Expr:
    return pl.col(column).replace_strict(
        list(range(len(words))), list(words), default=None, return_dtype=pl.String
    )


def _assignments(question: Problem, described: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    def hours(kind: str) -> pl.Expr:
        alone = (pl.col("availability") == kind).cast(pl.Float64)
        return (pl.coalesce(kind, alone) * pl.col("hours")).alias(f"{kind}_hours")

    return (
        described.filter(chosen)
        .join(question.offers.mixed, on=["order", "staff", "kinds"], how="left", maintain_order="left")
        .with_columns(hours("resource"), hours("flexible"))
        .select(pl.col(name).cast(dtype) for name, dtype in ASSIGNMENTS.items())
        .sort("order_id", "staff_id")
    )


def _requests(question: Problem, described: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """Return who could be asked for the orders that are filled by request.

    The chosen one comes first; then the objectives decide, then who was asked longest ago. Whoever said no to
    the order already is asked last. People are not asked whose bookings in the plan would break a rule
    together with the order.
    """
    sent = question.prepared.schedule.tables["requests"]
    requested = described.filter(chosen).filter("request")["order"]
    candidates = described["order"].is_in(requested.implode())
    taken = clashing(question, chosen, candidates)
    lately = sent.group_by("staff_id").agg(last_asked=pl.col("asked_at").max())
    answers = (
        sent.drop_nulls("order_id")
        .sort("asked_at", maintain_order=True)
        .unique(["order_id", "staff_id"], keep="last", maintain_order=True)
        .select("order_id", "staff_id", "answer")
    )
    return (
        described.with_columns(chosen=chosen)
        .filter(candidates, ~pl.col("pair").is_in(taken.implode()))
        .join(lately, on="staff_id", how="left")
        .join(answers, on=["order_id", "staff_id"], how="left")
        .sort(
            "order_id",
            pl.col("answer").eq_missing(pl.lit("no")),
            pl.col("chosen").not_(),
            "class",
            pl.col("tier").replace_strict(list(TIERS), list(range(len(TIERS))), default=len(TIERS)),
            -pl.col("continuity"),
            pl.col("last_asked").is_not_null(),
            "last_asked",
            "staff_id",
        )
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("order_id"))
        .select(pl.col(name).cast(dtype) for name, dtype in REQUESTS.items())
    )


def _wishes(wishes: list[Objective], result: SearchResult) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (wish.name, wish.part, reached.value, reached.bound, reached.proven)
            for wish, reached in zip(wishes, result.reached, strict=False)
            if not wish.quiet
        ],
        schema=WISHES,
        orient="row",
    )


def _compare(question: Problem, results: Mapping[str, SearchResult]) -> pl.DataFrame:
    net = question.with_pairs()["net"]
    rows = [
        (mode, int(results[mode].chosen.sum()), float(net.filter(results[mode].chosen).sum()) / US_PER_HOUR)
        for mode in ("greedy", "staggered", "joint")
        if mode in results
    ]
    return pl.DataFrame(rows, schema=COMPARE, orient="row")
