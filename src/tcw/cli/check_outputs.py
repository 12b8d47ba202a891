"""Where the findings go: standard output, a workbook, a page, files for programs; and the exit code."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

import polars as pl

from tcw.cli import loading
from tcw.cli.kpi_outputs import dialect_named
from tcw.cli.options import Format
from tcw.cli.outcome import language, tell
from tcw.errors import ExitCode, UsageFault
from tcw.intake.findings_file import read_accepted, read_baseline
from tcw.intake.references import reference_findings
from tcw.kpis.filter_values import check_filter_values
from tcw.kpis.selection import Selection
from tcw.model.intake_report import IntakeReport
from tcw.model.schedule import Schedule
from tcw.model.severity import SEVERITIES
from tcw.reports.check_json import findings_rows, write_check_json
from tcw.reports.csvfile import Dialect, write_csv, write_parquet
from tcw.reports.deliver import check_target, delivered
from tcw.rules import run
from tcw.rules.rule import Rule
from tcw.rules.standing import Standing, standing
from tcw.wording import Phrase

if TYPE_CHECKING:
    from tcw.reports.check_tables import CheckReport

SUFFIXES = (".xlsx", ".html", ".htm", ".parquet", ".csv", ".json")
TWICE = Phrase("out-twice", "--out: {path} is named twice.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be judged, and against what."""

    rules: tuple[Rule, ...]
    as_of: date
    first_day: date | None
    last_day: date | None
    units: tuple[str, ...]
    baseline: Path | None
    accepted: Path | None


@dataclass(frozen=True, slots=True)
class Output:
    """Where the user wants it."""

    format: Format
    source: Path
    dialect: str | None
    out: tuple[Path, ...]
    into: Path | None
    rejects: Path | None
    quiet: bool
    debug: bool
    fail_on: str

    def check_targets(self) -> None:
        """Refuse before a long computation what cannot be written after it."""
        dialect_named(self.dialect)
        for path in self.out:
            check_target(path, *SUFFIXES)
            if self.out.count(path) > 1:
                raise UsageFault(TWICE, path=path)
        if self.into is not None:
            check_target(self.into, ".xlsx", ".xlsm")
        if self.rejects is not None:
            check_target(self.rejects, ".csv")


def deliver(schedule: Schedule, wish: Wish, output: Output, stdout: TextIO) -> ExitCode:
    """Judge, and write everything the user asked for; data goes to stdout, words to stderr. Return the exit code."""
    check_filter_values(schedule.staff, schedule.units, Selection(units=wish.units))
    # What was not judged now, and what reading found (IN…), is not gone.
    judged = pl.col("code").is_in([rule.code for rule in wish.rules])
    baseline = read_baseline(wish.baseline).filter(judged) if wish.baseline else None
    accepted = read_accepted(wish.accepted).filter(judged) if wish.accepted else None
    with _progress(quiet=output.quiet) as told:
        result = run.check(
            schedule,
            wish.as_of,
            first_day=wish.first_day,
            last_day=wish.last_day,
            rules=wish.rules,
            progress=told,
        )
    if output.debug:
        for failure in result.failures:
            tell(failure.trace)
    if wish.units:
        result = replace(result, findings=_at_units(result.findings, schedule.units, wish.units))
    found = standing(result.findings, baseline, accepted)
    intake = replace(schedule.intake, findings=(*schedule.intake.findings, *reference_findings(schedule)))
    loading.write_rejects(output.rejects, intake)
    _write(result, found, intake, schedule, wish, output, stdout)
    return _exit_code(result, found, output.fail_on)


def _exit_code(result: run.CheckResult, found: Standing, fail_on: str) -> ExitCode:
    if result.failures:
        return ExitCode.INPUT
    worst = found.worst()
    if worst is None or fail_on == "never":
        return ExitCode.CLEAN
    return ExitCode.FINDINGS if SEVERITIES.index(worst) <= SEVERITIES.index(fail_on) else ExitCode.CLEAN


def _at_units(findings: pl.DataFrame, units: pl.DataFrame, wanted: tuple[str, ...]) -> pl.DataFrame:
    """Return the findings at units named by id or name."""
    folded = [name.lower() for name in wanted]
    ids = units.filter(pl.col("name").str.to_lowercase().is_in(folded))["unit_id"].to_list()
    named = pl.col("unit_id").str.to_lowercase().is_in([*folded, *(one.lower() for one in ids)])
    return findings.filter(named.fill_null(value=False))


def _write(
    result: run.CheckResult,
    found: Standing,
    intake: IntakeReport,
    schedule: Schedule,
    wish: Wish,
    output: Output,
    stdout: TextIO,
) -> None:
    lang = language()
    dialect = dialect_named(output.dialect)
    rows = findings_rows(result, found, intake, lang)
    shown = None
    if (
        output.format is Format.table
        or output.into
        or any(path.suffix in {".xlsx", ".html", ".htm"} for path in output.out)
    ):
        from tcw.reports.check_tables import report_of

        shown = report_of(result, found, schedule.staff, schedule.units, wish.as_of, lang)
    about = loading.about(output.source, intake) if output.out or output.into else None
    for path in output.out:
        suffix = path.suffix.lower()
        if suffix == ".xlsx":
            from tcw.reports.check_tables import tables
            from tcw.reports.tables_book import write_tables

            assert shown is not None
            assert about is not None
            write_tables(path, tables(shown), intake, about, lang)
        elif suffix in {".html", ".htm"}:
            from tcw.reports.check_page import write_check_page

            assert shown is not None
            assert about is not None
            write_check_page(path, shown, intake, about, lang)
        else:
            with delivered(path, *SUFFIXES) as temporary, temporary.open("wb") as opened:
                _data(suffix, opened, rows, result, found, intake, dialect)
    if output.into is not None:
        from tcw.reports.check_tables import tables
        from tcw.reports.tables_book import write_tables_into

        assert shown is not None
        assert about is not None
        write_tables_into(output.into, tables(shown), intake, about, lang)
    _print(shown, rows, result, found, intake, output, dialect, stdout)


def _data(
    suffix: str,
    out: BinaryIO,
    rows: pl.DataFrame,
    result: run.CheckResult,
    found: Standing,
    intake: IntakeReport,
    dialect: Dialect,
) -> None:
    """Write findings for programs: Parquet, CSV or JSON."""
    if suffix == ".json":
        write_check_json(out, rows, result, found, intake, language())
    elif suffix == ".csv":
        write_csv(out, rows.with_columns(pl.col("booking_ids").list.join(" ")), dialect)
    else:
        write_parquet(out, rows)


def _print(
    shown: "CheckReport | None",
    rows: pl.DataFrame,
    result: run.CheckResult,
    found: Standing,
    intake: IntakeReport,
    output: Output,
    dialect: Dialect,
    stdout: TextIO,
) -> None:
    if output.format is Format.table:
        from rich.console import Console

        from tcw.reports.check_terminal import print_check

        assert shown is not None
        print_check(Console(file=stdout, highlight=False), shown, intake, language())
        return
    buffer = io.BytesIO()
    _data(f".{output.format.value}", buffer, rows, result, found, intake, dialect)
    stdout.buffer.write(buffer.getbuffer())
    stdout.buffer.flush()
    loading.notes(result.notes, quiet=output.quiet)


class _progress:  # noqa: N801 - reads as a verb
    """A bar on a terminal's stderr, told the share done; nothing elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        self._shown = not quiet and sys.stderr.isatty()

    def __enter__(self) -> "Callable[[float], None] | None":
        if not self._shown:
            return None
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True), transient=True)
        self._bar.start()
        task = self._bar.add_task("", total=1.0)
        return lambda done: self._bar.update(task, completed=done)

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._bar.stop()
