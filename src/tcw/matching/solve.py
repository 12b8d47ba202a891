"""From a question to a plan that the rules do not flag: jointly, assistant by assistant, or one order at a time."""

from dataclasses import replace
from threading import Event, Thread
from typing import Final, Literal

import polars as pl

from tcw.matching.answer import Found, answer
from tcw.matching.plan import Plan
from tcw.matching.problem import Problem
from tcw.matching.search.binding import bind
from tcw.matching.search.control import Control
from tcw.matching.search.fairness import spread
from tcw.matching.search.objective import FILLED, Objective, objectives
from tcw.matching.search.stages import Search, first, ranked

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

    Ctrl-C ends the search with the best plan so far (`Plan.interrupted`); the search runs in a thread of its own, so that the main one hears it.

    Args:
        question: see `tcw.matching.problem`.
        mode: joint: all orders and people at once; staggered: the assistants one after the other; greedy: one order at a time.
        previous: `order_id`, `staff_id` of the last plan, to change little of it.
        time_limit: seconds since the question was begun to be put; without it the search is bounded by nodes, and the same question has the same
            answer on every machine.
        compare: work out what the other modes would have filled; the staggered one with filled orders as its only wish.
        relax: look for the smallest relaxations that would fill what stays unfilled; whoever interrupts does not wait for them.
        workers: how many components are solved beside each other; None: as many as there are processors. The plan does not depend on it.

    Raises:
        KeyboardInterrupt: there is no plan yet.
    """
    run = _Run(question, mode, previous, time_limit, compare=compare, workers=workers)
    interrupted = run.to_the_end()
    found, wishes, rounds = run.result()
    plan = answer(question, wishes, found, mode, rounds, relax=relax and not interrupted)
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
        self.found: dict[str, Found] = {}
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

    def result(self) -> tuple[dict[str, Found], list[Objective], int]:
        """Return what was found, the wishes, and how many plans the rules judged."""
        search = self.search
        assert search is not None
        found = dict(self.found)
        best = search.best
        if best is not None and (
            self.mode not in found
            or (self.control.stop.is_set() and search.better(best, found[self.mode].chosen))
        ):
            found[self.mode] = Found(best, search.reached(best), stopped=True)
        return found, search.wishes, search.rounds

    def _work(self) -> None:
        try:
            self._search()
        except BaseException as fault:  # noqa: BLE001 - the thread that waits raises it
            self.fault = fault
        finally:
            self.done.set()

    def _search(self) -> None:
        question = self.question
        settings = question.ground.schedule.config.matching
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
        self.found["greedy"] = Found(chosen, search.reached(chosen), stopped=False)
        if self.mode == "joint" or self.compare:
            self.found["joint"] = search.optimal(every, chosen, ~every)
        if self.mode == "staggered":
            self.found["staggered"] = self._staggered(None)
        elif self.compare and not self.control.over():
            only = [wish for wish in wishes if wish.name == FILLED]
            self.found["staggered"] = self._staggered(only)

    def _staggered(self, wishes: list[Objective] | None) -> Found:
        """Let one assistant after the other do the best it can with what is left."""
        search, pairs = self.search, self.question.pairs
        assert search is not None
        taken = pl.repeat(value=False, n=pairs.height, eager=True)
        stopped = False
        for place in range(len(self.question.assistants)):
            orders = pairs.filter(taken)["order"]
            mine = (pairs["assistant"] == place) & ~pairs["order"].is_in(orders.implode())
            if not mine.any():
                continue
            start = search.greedy(mine, taken) & ~taken
            found = search.optimal(mine, start, taken, wishes)
            stopped |= found.stopped
            taken = found.chosen
        plan = Found(taken, search.reached(taken), stopped=stopped)
        greedy = self.found["greedy"]
        filled = [wish for wish in search.wishes if wish.name == FILLED]

        def vector(one: Found) -> list[int]:
            return [int(wish.worth.filter(one.chosen).sum()) for wish in filled]

        # What books one order after the other is at hand as well.
        return greedy if vector(greedy) > vector(plan) else plan
