"""Where a plan goes, and the exit code."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import polars as pl

from tcw.cli import loading, match_explain, match_files
from tcw.cli.match_source import left_out
from tcw.cli.shell.faults import language
from tcw.errors import ExitCode, InputFault, UsageFault
from tcw.kpis.selection import Selection, check_filter_values
from tcw.matching import candidates
from tcw.matching.orders import Asked
from tcw.matching.plan import Plan
from tcw.matching.problem import problem
from tcw.matching.solve import Mode, match
from tcw.model.config import Assistant, Config
from tcw.model.schedule import Schedule
from tcw.reports.data.match_json import write_match_json
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

if TYPE_CHECKING:
    from tcw.matching.problem import Problem

UNKNOWN_ASSISTANT = Phrase(
    "match-unknown-assistant", "--assistant: {name} is no booking assistant; there are {known}."
)
UNKNOWN_ASSISTANT_SIMILAR = Phrase(
    "match-unknown-assistant-similar",
    "--assistant: {name} is no booking assistant; did you mean {suggestion}?",
)
PREVIOUS_UNREADABLE = Phrase(
    "match-previous-unreadable",
    "--previous: {path} is no plan of tcw's: a Parquet file with order_id and staff_id is needed.",
)
NO_ORDERS = Phrase(
    "match-no-orders", "There are no open or returned orders to fill from {day} on: nothing was booked."
)
NO_PLAN = Phrase(
    "match-no-plan",
    "No order can be filled: of {count} orders none has a candidate. The reasons are in the output.",
)
INTERRUPTED = Phrase(
    "match-interrupted",
    "Interrupted: this is the best plan found until then, and no rule flags it. The bounds are in the output.",
)
STOPPED = Phrase(
    "match-stopped",
    "The search stopped before everything was proven: this is the best plan found. The bounds are in the output.",
)
NOT_PROVEN = Phrase(
    "match-not-proven",
    "This way of filling orders does not prove that no plan is better; --mode joint does. The bounds are in the output.",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, and how it is to be shown."""

    asked: Asked
    mode: Mode
    assistants: Mapping[str, Assistant] | None
    previous: pl.DataFrame | None
    time_limit: float | None
    explain: str | None
    format: str
    quiet: bool
    debug: bool


def assistants_named(config: Config, names: Sequence[str]) -> Mapping[str, Assistant] | None:
    """Return the booking assistants the user names; None when none is named.

    Raises:
        UsageFault: there is no such assistant.
    """
    known = config.assistants or candidates.SHIPPED
    for name in names:
        if name not in known:
            similar = get_close_matches(name, known, n=1)
            if similar:
                raise UsageFault(UNKNOWN_ASSISTANT_SIMILAR, name=name, suggestion=similar[0])
            raise UsageFault(UNKNOWN_ASSISTANT, name=name, known=", ".join(known))
    return {name: one for name, one in known.items() if name in names} or None


def read_previous(path: Path | None) -> pl.DataFrame | None:
    """Read the last plan's `order_id` and `staff_id`.

    Raises:
        InputFault: it is no such file.
    """
    if path is None:
        return None
    try:
        return pl.read_parquet(path, columns=["order_id", "staff_id"]).cast(pl.String)
    except (OSError, pl.exceptions.PolarsError):
        raise InputFault(PREVIOUS_UNREADABLE, path=path) from None


def deliver(schedule: Schedule, wish: Wish, stdout: TextIO, files: match_files.Written) -> ExitCode:
    """Match, and write what the user asked for; data goes to stdout, words to stderr. Return the exit code."""
    check_filter_values(schedule.staff, schedule.units, Selection(units=wish.asked.units))
    asked = replace(wish.asked, units=unit_ids(schedule, wish.asked.units))
    wanted = None if wish.explain is None else match_explain.target(schedule, wish.explain)
    question = problem(schedule, asked, wish.assistants)

    def solve() -> Plan:
        return match(
            question,
            wish.mode,
            previous=wish.previous,
            time_limit=wish.time_limit,
            compare=wanted is None,
        )

    if wanted is not None:
        return match_explain.explain(
            question,
            solve,
            wanted,
            wish.mode,
            time_limit=wish.time_limit,
            as_json=wish.format == "json",
            stdout=stdout,
        )
    plan = solve()
    files.write(plan, schedule, wish.asked.as_of, quiet=wish.quiet)
    if wish.format == "json":
        buffer = io.BytesIO()
        write_match_json(buffer, plan)
        stdout.buffer.write(buffer.getbuffer())
        stdout.buffer.flush()
    else:
        from rich.console import Console

        from tcw.reports.terminal.match_terminal import print_match

        print_match(Console(file=stdout, highlight=False), plan, schedule, language())
    loading.notes((*left_out(schedule, asked.as_of), *_notes(question, plan, wish.mode)), quiet=wish.quiet)
    return ExitCode.NO_PLAN if plan.status == "infeasible" else ExitCode.CLEAN


def _notes(question: "Problem", plan: Plan, mode: Mode) -> tuple[Message, ...]:
    if plan.status == "none":
        return (Message(NO_ORDERS, {"day": question.asked.as_of.isoformat()}),)
    if plan.status == "infeasible":
        return (Message(NO_PLAN, {"count": Count(plan.orders)}),)
    if plan.interrupted:
        return (Message(INTERRUPTED),)
    if plan.status == "feasible":
        return (Message(STOPPED if mode == "joint" else NOT_PROVEN),)
    return ()


def unit_ids(schedule: Schedule, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids of units named by id or name, whatever their capitals."""
    folded = [name.lower() for name in wanted]
    units = schedule.units.filter(
        pl.col("unit_id").str.to_lowercase().is_in(folded) | pl.col("name").str.to_lowercase().is_in(folded)
    )
    return tuple(dict.fromkeys([*units["unit_id"].to_list(), *wanted])) if wanted else ()
