"""Run one tcw command in this process; print as JSON how many processor seconds its phases took.

A phase is a function of tcw's; what other phases inside it take is theirs. What no phase takes is the rest:
starting up, the command line, and small work everywhere. One thing is done at a time here, so that seconds
can be told apart.
"""

import contextlib
import functools
import importlib
import io
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

REST = "the rest"
KPI = {
    "reading the Parquet files through": "tcw.intake.discover.parquet:_read_through",
    "looking for what is doubtful in the tables": "tcw.quality.doubts:doubts_among",
    "hours laid on days and weeks, and summed": "tcw.kpis.ledger:ledger",
    "figures from the sums": "tcw.kpis.compute:compute",
}
CHECK = {
    "reading the Parquet files through": "tcw.intake.discover.parquet:_read_through",
    "looking for what is doubtful in the tables": "tcw.quality.doubts:doubts_among",
    "the timeline: clocks, kinds, sorting": "tcw.worktime.timeline:prepare",
    "judging": "tcw.rules.engine.run:_judge",
    "ids of the bookings that findings name": "tcw.rules.engine.findings_table:_booking_ids",
    "the table of findings": "tcw.rules.engine.findings_table:people_table",
    "sentences of the findings": "tcw.reports.tables.finding_text:with_messages",
    "writing Parquet": "tcw.reports.data.rows:write_parquet",
}
MATCH = {
    "reading the source": "tcw.intake.load:load",
    "who may take what, with the rules on each pair": "tcw.matching.problem:problem",
    "rows of what excludes what": "tcw.matching.solve:bind",
    "the rules over whole plans": "tcw.matching.search.loop:check",
    "what else the rules flag near a finding": "tcw.matching.search.loop:forbid",
    "one order at a time": "tcw.matching.search.loop:Search.greedy",
    "linear programs": "tcw.matching.search.highs:LinearProgram.minimise",
    "0/1 programs": "tcw.matching.search.linear_program:minimise_integer",
    "putting the programs together": "tcw.matching.search.lexicographic:optimise",
    "what stays unfilled, and why": "tcw.matching.solve:answer",
}
PHASES = {"kpi": KPI, "check": CHECK, "match": MATCH}


class Watch:
    """Processor seconds by phase, without those of the phases inside."""

    def __init__(self) -> None:
        """Begin with the rest."""
        self.taken: defaultdict[str, float] = defaultdict(float)
        self.stack = [REST]
        self.last = 0.0

    def turn(self) -> None:
        """Give what has passed to the phase that is on."""
        now = time.process_time()
        self.taken[self.stack[-1]] += now - self.last
        self.last = now

    def of(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time taken."""

        @functools.wraps(function)
        def watched(*words: object, **named: object) -> object:
            self.turn()
            self.stack.append(_named(name, words))
            try:
                return function(*words, **named)
            finally:
                self.turn()
                self.stack.pop()

        return watched


def _named(name: str, words: tuple[object, ...]) -> str:
    """Return the phase; for a rule, with its code."""
    code = getattr(words[0], "code", None) if words else None
    return f"{name} {code}" if name == "judging" and code else name


def watch_phases(watch: Watch, phases: Mapping[str, str]) -> None:
    """Put watched functions where the phases' functions are, wherever they have been imported."""
    for name, place in phases.items():
        module, _, path = place.partition(":")
        owner: Any = importlib.import_module(module)
        *outer, last = path.split(".")
        for one in outer:
            owner = getattr(owner, one)
        function = getattr(owner, last)
        watched = watch.of(name, function)
        setattr(owner, last, watched)
        for other in [known for label, known in sys.modules.items() if label.startswith("tcw.")]:
            if getattr(other, last, None) is function:
                setattr(other, last, watched)


def main() -> None:
    """Run `tcw WORDS` and print what its phases took."""
    watch = Watch()
    watch_phases(watch, PHASES[sys.argv[1]])
    for module, name in (
        ("tcw.rules.engine.run", "CHUNKS_AT_ONCE"),
        ("tcw.matching.search.lexicographic", "_processors"),
    ):
        setattr(importlib.import_module(module), name, 1 if name.isupper() else lambda: 1)
    from tcw.cli.app import main as tcw

    sys.argv = ["tcw", *sys.argv[1:]]
    written = io.TextIOWrapper(io.BytesIO(), "utf-8")
    code: object = 0
    with contextlib.redirect_stdout(written):
        try:
            tcw()
        except SystemExit as end:
            code = end.code
    watch.turn()
    print(json.dumps({"code": code, "seconds": watch.taken}))


if __name__ == "__main__":
    main()
