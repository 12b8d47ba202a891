"""Judging in memory or in parts, as the source needs; then everything the user asked for, and the exit code."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import polars as pl

from tcw.cli import loading
from tcw.cli.check_files import write
from tcw.cli.check_wish import Answer, Output, Wish
from tcw.cli.shell.faults import tell
from tcw.cli.shell.progress import progress_bar
from tcw.errors import ExitCode
from tcw.intake.findings_file import read_accepted, read_baseline
from tcw.kpis.selection import Selection, check_filter_values
from tcw.model.intake_report import Doubt
from tcw.model.schedule import Schedule
from tcw.model.severity import SEVERITIES
from tcw.parts.folder import scratch
from tcw.parts.people import number_of_parts
from tcw.quality.doubts import UNKNOWN_ACTIVITIES, UNKNOWN_STAFF, doubts_of
from tcw.rules.engine import run
from tcw.rules.engine.found import Found
from tcw.rules.engine.ground import Site, survey
from tcw.rules.engine.standing import standing
from tcw.rules.engine.weighed import Earlier, Weighed

if TYPE_CHECKING:
    from tcw.extras.spark.cluster import Cluster


def deliver(
    schedule: Schedule, wish: Wish, output: Output, stdout: TextIO, cluster: "Cluster | None" = None
) -> ExitCode:
    """Judge, here or on a cluster, and write everything the user asked for; data goes to stdout, words to stderr.

    Return the exit code.
    """
    check_filter_values(schedule.staff, schedule.units, Selection(units=wish.units))
    bookings = sum(file.accepted for file in schedule.intake.files if file.table == "bookings")
    parts = number_of_parts(bookings, wish.parts, spread=cluster is not None)
    if cluster is not None:
        answer, references = _on_cluster(schedule, wish, output, parts, cluster)
        return _told(answer, schedule, wish, output, stdout, references)
    if parts == 1:
        answer, references = _in_memory(schedule, wish, output)
        return _told(answer, schedule, wish, output, stdout, references)
    with scratch(wish.scratch) as folder:
        return _told(_in_parts(schedule, wish, output, parts, folder), schedule, wish, output, stdout)


def _in_memory(schedule: Schedule, wish: Wish, output: Output) -> tuple[Answer, list[Doubt]]:
    """Judge all at once; return also what is said of references between tables, found meanwhile: rules leave processors idle."""
    earlier = _earlier(wish)
    with ThreadPoolExecutor(1) as beside, progress_bar(quiet=output.quiet) as told:
        references = beside.submit(doubts_of, schedule)
        result = run.check(
            schedule,
            wish.as_of,
            first_day=wish.first_day,
            last_day=wish.last_day,
            rules=wish.rules,
            progress=told,
        )
    keep = _at_units(schedule.units, wish.units)
    weighed = standing(
        result.findings if keep is None else result.findings.filter(keep), earlier.baseline, earlier.accepted
    )
    found = Found()
    found.add(weighed.findings)
    return Answer(result, weighed, found), references.result()


def _in_parts(schedule: Schedule, wish: Wish, output: Output, parts: int, folder: Path) -> Answer:
    from tcw.cli.check_parts import MOST_LISTED, gather
    from tcw.rules.engine.portions import cut_of, portions
    from tcw.rules.engine.weighed import earlier_of, weigh

    earlier, keep = _earlier(wish), _at_units(schedule.units, wish.units)
    asked = (wish.first_day, wish.last_day)
    with progress_bar(quiet=output.quiet) as told:
        site = survey(schedule, wish.as_of, *asked)
        run.refuse_nothing(site)
        about_people = (
            weigh(one, earlier.filter(earlier_of(one.people, site.people, wish.rules)), keep)
            for one in portions(site, wish.rules, asked, cut_of(site, parts), told)
        )
        about_settings = (_settings(site, wish, earlier, keep) for _ in range(1))
        facts, weighed, found = gather(chain(about_people, about_settings), site, wish.rules, folder)
    return Answer(facts, weighed, found, MOST_LISTED)


def _on_cluster(
    schedule: Schedule, wish: Wish, output: Output, parts: int, cluster: "Cluster"
) -> tuple[Answer, list[Doubt]]:
    """Judge on a cluster; return also what its machines say of references between tables."""
    from tcw.cli.check_parts import MOST_LISTED, gather
    from tcw.extras.spark.bookings import Bookings
    from tcw.extras.spark.check import judged
    from tcw.rules.engine.ground import clock_of
    from tcw.rules.engine.portions import cut_of

    earlier, keep = _earlier(wish), _at_units(schedule.units, wish.units)
    asked, bookings = (wish.first_day, wish.last_day), Bookings(cluster, schedule)
    with progress_bar(quiet=output.quiet) as told:
        counted = bookings.counted(clock_of(schedule, *asked))
        site = survey(schedule, wish.as_of, *asked, counted)
        run.refuse_nothing(site)
        about_people = judged(
            cluster, bookings, site, wish.rules, asked, cut_of(site, parts), earlier, keep, told
        )
        about_settings = (_settings(site, wish, earlier, keep) for _ in range(1))
        facts, weighed, found = gather(chain(about_people, about_settings), site, wish.rules, cluster.folder)
    booked = pl.concat([counted.spans["activity_id"], counted.hours["activity_id"]])
    in_staff = schedule.staff["staff_id"].implode()
    in_activities = schedule.activities["activity_id"].implode()
    references = doubts_of(
        schedule,
        bookings.ask,
        without=[
            *([UNKNOWN_STAFF.code] if counted.staff["staff_id"].is_in(in_staff).all() else []),
            *([UNKNOWN_ACTIVITIES.code] if booked.is_in(in_activities).all() else []),
        ],
    )
    facts = replace(facts, bookings_of=lambda persons: site.timeline_of(persons, bookings.ask))
    return Answer(facts, weighed, found, MOST_LISTED), references


def _settings(site: Site, wish: Wish, earlier: Earlier, keep: pl.Expr | None) -> Weighed:
    """Judge the settings, and say which earlier findings about people nobody can find again."""
    from tcw.rules.engine.portions import settings_portion
    from tcw.rules.engine.weighed import earlier_of, weigh

    found = settings_portion(site, wish.rules, (wish.first_day, wish.last_day))
    return weigh(found, earlier.filter(earlier_of(None, site.people, wish.rules)), keep)


def _earlier(wish: Wish) -> Earlier:
    """Return the baseline and the accepted findings, of the rules of this run."""
    # What was not judged now, and what reading found (IN…), is not gone.
    judged = pl.col("code").is_in([rule.code for rule in wish.rules])
    baseline = read_baseline(wish.baseline).filter(judged) if wish.baseline else None
    accepted = read_accepted(wish.accepted).filter(judged) if wish.accepted else None
    return Earlier(baseline, accepted)


def _told(
    answer: Answer,
    schedule: Schedule,
    wish: Wish,
    output: Output,
    stdout: TextIO,
    references: list[Doubt] | None = None,
) -> ExitCode:
    if output.debug:
        for failure in answer.facts.failures:
            tell(failure.trace)
    found = doubts_of(schedule) if references is None else references
    intake = replace(schedule.intake, findings=(*schedule.intake.findings, *found))
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
