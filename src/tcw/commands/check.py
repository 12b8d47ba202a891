"""The rule checker: working-time law, collective agreements, bookings and settings."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO, ClassVar, Literal

import polars as pl
from rich.console import Console

from tcw.commands.engine import HERE, EngineRequest, executor_of
from tcw.commands.listener import SILENT, Listener
from tcw.commands.loading import OpenedSource, SourceRequest, open_source, with_findings
from tcw.commands.output import Format, Outcome
from tcw.errors import ExitCode
from tcw.intake.findings_file import read_accepted, read_baseline
from tcw.kpis.selection import Selection, check_filter_values
from tcw.model.intake_report import Doubt
from tcw.model.schedule import Schedule
from tcw.model.severity import SEVERITIES, Severity
from tcw.parts.executor import Executor
from tcw.quality.doubts import UNKNOWN_ACTIVITIES, UNKNOWN_STAFF, doubts_of
from tcw.reports.about import About
from tcw.reports.data.check import findings_pieces, write_check_json
from tcw.reports.tables.check import CheckReport, report_of, tables
from tcw.reports.tables.table import Table
from tcw.rules.choice import chosen
from tcw.rules.engine.findings import CheckResult, EarlierFindings
from tcw.rules.engine.prepare import survey_schedule
from tcw.rules.engine.run import judge
from tcw.rules.measures.requirements import demanding
from tcw.rules.rule import Rule
from tcw.wording import Message

__all__ = ["CheckOutcome", "CheckRequest", "run"]

FailOn = Severity | Literal["never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What to judge, and against what.

    Args:
        source: where from.
        as_of: bookings from this day on are planned.
        select, ignore: rules to judge and to leave out, by code, name or family; none: those of tcw.yaml.
        first_day, last_day: only findings that touch this period, None for an open end.
        units: only findings at these units, by id or name.
        baseline: findings of an earlier run: only new ones count.
        accepted: findings that somebody has accepted: they do not count.
        fail_on: the exit code is 1 when a finding this severe counts.
        engine: see `EngineRequest`.
    """

    source: SourceRequest
    as_of: date
    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    first_day: date | None = None
    last_day: date | None = None
    units: tuple[str, ...] = ()
    baseline: Path | None = None
    accepted: Path | None = None
    fail_on: FailOn = "error"
    engine: EngineRequest = HERE

    def rules(self) -> tuple[Rule, ...]:
        """Return the rules to judge. Raises UsageFault."""
        settings = self.source.config.rules
        return chosen(self.select or settings.select, self.ignore or settings.ignore)


@dataclass(frozen=True, kw_only=True)
class CheckOutcome(Outcome):
    """Findings, and the schedule they are about."""

    request: CheckRequest
    result: CheckResult
    schedule: Schedule

    suffixes: ClassVar[tuple[str, ...]] = (".xlsx", ".html", ".htm", ".parquet", ".csv", ".json")

    @property
    def exit_code(self) -> ExitCode:
        """3 when a rule failed inside, 1 when a finding is severe enough and counts."""
        if self.result.failures:
            return ExitCode.INPUT
        worst, fail_on = self.result.findings.worst(), self.request.fail_on
        if worst is None or fail_on == "never":
            return ExitCode.CLEAN
        fails = SEVERITIES.index(worst) <= SEVERITIES.index(fail_on)
        return ExitCode.FINDINGS if fails else ExitCode.CLEAN

    @property
    def row_count(self) -> int:
        """How many findings there are, those of reading the source included."""
        return int(self.result.findings.counted["number"].sum()) + len(self.intake.findings)

    @property
    def is_spilled(self) -> bool:
        """Whether the findings may be more than fit in memory, and stand in files."""
        return not self.result.findings.in_memory

    @cached_property
    def report(self) -> CheckReport:
        """The findings as people read them."""
        schedule, as_of = self.schedule, self.request.as_of
        return report_of(self.result, schedule.staff, schedule.units, as_of, self.lang)

    def notes(self, format: str | None) -> Sequence[Message]:  # noqa: A002 - the option's name
        """Return what tables and pages say themselves, and data does not."""
        return () if format in {None, Format.table} else self.result.notes

    def rows(self) -> Iterator[pl.DataFrame]:
        """Yield the findings, then what reading the source found."""
        return findings_pieces(self.result, self.intake, self.lang)

    def csv_rows(self) -> Iterator[pl.DataFrame]:
        """Yield the rows with the booking ids as one text."""
        return (piece.with_columns(pl.col("booking_ids").list.join(" ")) for piece in self.rows())

    def write_json(self, out: BinaryIO) -> None:
        """Write the findings, how much each rule judged, and what became of the source's rows."""
        write_check_json(out, self.rows(), self.result, self.intake, self.lang)

    def tables(self) -> list[Table]:
        """Return the summary, the findings one by one, by person and by unit, and what was not judged."""
        return tables(self.report)

    def write_page(self, path: Path, about: About) -> None:
        """Write the page, with the worst findings on a time line."""
        from tcw.reports.page.check import write_check_page

        write_check_page(path, self.report, self.intake, about, self.lang)

    def print_to(self, console: Console) -> None:
        """Print counts, and the worst findings on a time line."""
        from tcw.reports.terminal.check import print_check

        print_check(console, self.report, self.intake, self.lang)


def run(
    request: CheckRequest, listener: Listener = SILENT, opened: OpenedSource | None = None
) -> CheckOutcome:
    """Judge a source, which may be `opened` already (with ages).

    Raises TcwError: no such rule or unit, the source or the earlier findings cannot be
    used; see `open_source`, `judge`.
    """
    rules = request.rules()
    with ExitStack() as stack:
        executor = stack.enter_context(executor_of(request.engine))
        source = opened or open_source(request.source, listener, ages=True, executor=executor)
        schedule = _with_judged_orders(source.schedule)
        # There may be millions of orders, and they would be held while all parts are judged.
        del source
        check_filter_values(schedule.staff, schedule.units, Selection(units=request.units))
        result, doubts = _check_result(schedule, request, rules, executor, listener)
        for failure in result.failures:
            listener.trace(failure.trace)
        return CheckOutcome(
            lang=request.source.lang,
            intake=with_findings(schedule.intake, doubts),
            resources=stack.pop_all(),
            request=request,
            result=result,
            schedule=schedule,
        )


def _check_result(
    schedule: Schedule,
    request: CheckRequest,
    rules: tuple[Rule, ...],
    executor: Executor,
    listener: Listener,
) -> tuple[CheckResult, list[Doubt]]:
    """Judge the schedule; return also what is doubtful in it."""
    earlier = _earlier(request, rules)
    parts = request.engine.parts_of(schedule)
    with ThreadPoolExecutor(1) as beside, listener.working() as progress:
        survey = survey_schedule(
            schedule, request.as_of, request.first_day, request.last_day, count=executor.count
        )
        unfounded = {
            *(() if survey.books_unknown_staff() else (UNKNOWN_STAFF.code,)),
            *(() if survey.books_unknown_activities() else (UNKNOWN_ACTIVITIES.code,)),
        }
        doubts = partial(doubts_of, schedule, executor.ask(schedule), without=unfounded)
        # Rules leave processors idle; where memory is short, the doubts wait until all parts are judged.
        in_memory = parts == 1 and not executor.distributed
        started = beside.submit(doubts) if in_memory else None
        result = judge(
            survey,
            rules,
            earlier,
            shown=_at_units(schedule, request.units),
            parts=parts,
            executor=executor,
            progress=progress,
        )
    return result, started.result() if started else doubts()


def _with_judged_orders(schedule: Schedule) -> Schedule:
    """Return the schedule with the orders that rules read, and no others."""
    orders = demanding(schedule.tables["orders"])
    return replace(schedule, tables={**schedule.tables, "orders": orders})


def _earlier(request: CheckRequest, rules: tuple[Rule, ...]) -> EarlierFindings:
    """Return the baseline and the accepted findings, of the rules of this run."""
    return EarlierFindings(
        read_baseline(request.baseline) if request.baseline else None,
        read_accepted(request.accepted) if request.accepted else None,
        # What was not judged now, and what reading found (IN…), is not gone.
    ).filter(pl.col("code").is_in([rule.code for rule in rules]))


def _at_units(schedule: Schedule, names: tuple[str, ...]) -> pl.Expr | None:
    """Return which findings are at units named by id or name; None when none is named."""
    if not names:
        return None
    ids = [name.lower() for name in (*names, *schedule.unit_ids(names))]
    return pl.col("unit_id").str.to_lowercase().is_in(ids).fill_null(value=False)
