"""Judging in memory or in parts, as the source needs; then everything the user asked for, and the exit code."""

from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TextIO

import polars as pl

from tcw.cli import loading
from tcw.cli.check_files import write
from tcw.cli.check_wish import Answer, Output, Wish
from tcw.cli.outcome import tell
from tcw.cli.progress import progress_bar
from tcw.errors import ExitCode
from tcw.intake.findings_file import read_accepted, read_baseline
from tcw.intake.references import reference_findings
from tcw.kpis.filter_values import check_filter_values
from tcw.kpis.selection import Selection
from tcw.model.schedule import Schedule
from tcw.model.severity import SEVERITIES
from tcw.parts.folder import scratch
from tcw.parts.people import number_of_parts
from tcw.rules import run
from tcw.rules.found import Found
from tcw.rules.ground import survey
from tcw.rules.standing import standing


def deliver(schedule: Schedule, wish: Wish, output: Output, stdout: TextIO) -> ExitCode:
    """Judge, and write everything the user asked for; data goes to stdout, words to stderr. Return the exit code."""
    check_filter_values(schedule.staff, schedule.units, Selection(units=wish.units))
    bookings = sum(file.accepted for file in schedule.intake.files if file.table == "bookings")
    parts = number_of_parts(bookings, wish.parts, spread=wish.master is not None)
    if parts == 1 and wish.master is None:
        return _told(_in_memory(schedule, wish, output), schedule, wish, output, stdout)
    with scratch(wish.scratch) as folder:
        return _told(_in_parts(schedule, wish, output, parts, folder), schedule, wish, output, stdout)


def _in_memory(schedule: Schedule, wish: Wish, output: Output) -> Answer:
    baseline, accepted = _earlier(wish)
    with progress_bar(quiet=output.quiet) as told:
        result = run.check(
            schedule,
            wish.as_of,
            first_day=wish.first_day,
            last_day=wish.last_day,
            rules=wish.rules,
            progress=told,
        )
    keep = _at_units(schedule.units, wish.units)
    weighed = standing(result.findings if keep is None else result.findings.filter(keep), baseline, accepted)
    found = Found()
    found.add(weighed.findings)
    return Answer(result, weighed, found)


def _in_parts(schedule: Schedule, wish: Wish, output: Output, parts: int, folder: Path) -> Answer:
    from tcw.cli.check_parts import MOST_LISTED, gather
    from tcw.cli.engine import worked
    from tcw.rules.portions import portions, settings_portion, tasks_of

    baseline, accepted = _earlier(wish)
    asked = (wish.first_day, wish.last_day)
    with progress_bar(quiet=output.quiet) as told:
        site = survey(schedule, wish.as_of, *asked)
        run.refuse_nothing(site)
        tasks = tasks_of(site, wish.rules, asked, parts)
        about_people = worked(
            tasks, len(tasks.parts), lambda: portions(tasks, told), wish.master, folder, told
        )
        facts, weighed, found = gather(
            chain(about_people, (settings_portion(site, wish.rules, asked) for _ in range(1))),
            site,
            wish.rules,
            folder,
            keep=_at_units(schedule.units, wish.units),
            baseline=baseline,
            accepted=accepted,
        )
    return Answer(facts, weighed, found, MOST_LISTED)


def _earlier(wish: Wish) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """Return the baseline and the accepted findings, of the rules of this run."""
    # What was not judged now, and what reading found (IN…), is not gone.
    judged = pl.col("code").is_in([rule.code for rule in wish.rules])
    baseline = read_baseline(wish.baseline).filter(judged) if wish.baseline else None
    accepted = read_accepted(wish.accepted).filter(judged) if wish.accepted else None
    return baseline, accepted


def _told(answer: Answer, schedule: Schedule, wish: Wish, output: Output, stdout: TextIO) -> ExitCode:
    if output.debug:
        for failure in answer.facts.failures:
            tell(failure.trace)
    intake = replace(schedule.intake, findings=(*schedule.intake.findings, *reference_findings(schedule)))
    loading.write_rejects(output.rejects, intake)
    write(answer, intake, schedule, wish, output, stdout)
    return _exit_code(answer, output.fail_on)


def _exit_code(answer: Answer, fail_on: str) -> ExitCode:
    if answer.facts.failures:
        return ExitCode.INPUT
    worst = answer.found.worst()
    if worst is None or fail_on == "never":
        return ExitCode.CLEAN
    return ExitCode.FINDINGS if SEVERITIES.index(worst) <= SEVERITIES.index(fail_on) else ExitCode.CLEAN


def _at_units(units: pl.DataFrame, wanted: tuple[str, ...]) -> pl.Expr | None:
    """Return which findings are at units named by id or name; None when none is named."""
    if not wanted:
        return None
    folded = [name.lower() for name in wanted]
    ids = units.filter(pl.col("name").str.to_lowercase().is_in(folded))["unit_id"].to_list()
    named = pl.col("unit_id").str.to_lowercase().is_in([*folded, *(one.lower() for one in ids)])
    return named.fill_null(value=False)
