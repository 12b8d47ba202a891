"""The steps of a run: each computes, writes its files into the folder that is being built, and says what it came to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tcw.batch.wish import Wish
from tcw.errors import ExitCode
from tcw.model.config.batch import Step
from tcw.model.intake_report import IntakeReport
from tcw.model.schedule import Schedule
from tcw.model.severity import SEVERITIES, Severity
from tcw.reports.about import About
from tcw.wording import Message

if TYPE_CHECKING:
    from tcw.reports.handback.shape import Shape

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Work:
    """What every step has at hand. `about` has no clock, so that the same night gives the same bytes."""

    wish: Wish
    schedule: Schedule
    folder: Path
    about: About
    shape: "Callable[[], Shape | None]"
    """Finds out the shape of the source's bookings, to hand new ones back in."""
    coded: bool
    """People are shown by codes."""
    tell: Callable[[Message], None]
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a step came to: rows of its main result, and the exit code it would have by itself."""

    rows: int
    code: ExitCode = ExitCode.CLEAN
    traces: tuple[str, ...] = ()


def fails(severity: Severity | None, fail_on: str) -> bool:
    """Say whether the worst severity found makes the exit code 1."""
    if severity is None or fail_on == "never":
        return False
    return SEVERITIES.index(severity) <= [str(one) for one in SEVERITIES].index(fail_on)


def check(work: Work) -> Done:
    """Judge all rules of tcw.yaml: check.xlsx, check.html, findings.parquet, findings.csv."""
    import polars as pl

    from tcw.quality.doubts import doubts_of
    from tcw.reports.data.check import findings_rows
    from tcw.reports.data.rows import write_csv, write_parquet
    from tcw.reports.deliver import delivered
    from tcw.reports.excel.report import write_tables
    from tcw.reports.page.check import write_check_page
    from tcw.reports.tables.check import report_of, tables
    from tcw.rules.choice import chosen
    from tcw.rules.engine import run
    from tcw.rules.engine.standing import standing

    wish, schedule, lang = work.wish, work.schedule, work.wish.lang
    rules = chosen(wish.config.rules.select, wish.config.rules.ignore)
    result = run.check(schedule, wish.as_of, rules=rules, progress=work.progress)
    found = standing(result.findings, None, None)
    intake = _with(schedule.intake, doubts_of(schedule))
    rows = findings_rows(result, found, intake, lang)
    shown = report_of(result, found, schedule.staff, schedule.units, wish.as_of, lang)
    write_tables(work.folder / "check.xlsx", tables(shown), intake, work.about, lang)
    write_check_page(work.folder / "check.html", shown, intake, work.about, lang)
    with delivered(work.folder / "findings.parquet") as path, path.open("wb") as opened:
        write_parquet(opened, rows)
    with delivered(work.folder / "findings.csv") as path, path.open("wb") as opened:
        write_csv(opened, rows.with_columns(pl.col("booking_ids").list.join(" ")), wish.dialect)
    traces = tuple(failure.trace for failure in result.failures)
    if result.failures:
        return Done(rows.height, ExitCode.INPUT, traces)
    failed = fails(found.worst(), wish.config.run.fail_on)
    return Done(rows.height, ExitCode.FINDINGS if failed else ExitCode.CLEAN)


def match(work: Work) -> Done:
    """Fill the vacant orders: bookings to import, notifications, and what else `write_match_folder` writes."""
    from tcw.matching.orders import Asked
    from tcw.matching.problem import problem
    from tcw.matching.solve import match as solve
    from tcw.reports.handback.folder import Handout, write_match_folder

    wish = work.wish
    plan = solve(problem(work.schedule, Asked(wish.as_of)), "joint", time_limit=wish.config.run.match_seconds)
    handout = Handout(
        about=work.about,
        as_of=wish.as_of,
        lang=wish.lang,
        shape=work.shape(),
        dialect=wish.dialect,
        coded=work.coded,
        tell=work.tell,
    )
    write_match_folder(work.folder, plan, work.schedule, handout)
    none = plan.status == "infeasible"
    return Done(plan.assignments.height, ExitCode.NO_PLAN if none else ExitCode.CLEAN)


def kpi(work: Work) -> Done:
    """Compute the key figures of the whole export: kpi.xlsx, kpi.html."""
    from dataclasses import replace

    from tcw.kpis.compute import compute
    from tcw.kpis.hidden_groups import hide_small
    from tcw.kpis.result import GRAINS
    from tcw.kpis.selection import Selection
    from tcw.model.config import settings_in_force
    from tcw.reports.excel.kpi import write_workbook
    from tcw.reports.page.kpi_page import write_page

    schedule, lang, settings = work.schedule, work.wish.lang, work.wish.config.run
    preset = schedule.config.kpis
    selection = Selection(
        employment_types=(preset.employment_type,) if preset.employment_type else (),
        rate_min=preset.rate_min,
        rate_max=preset.rate_max,
    )
    result, costs = compute(schedule, selection, GRAINS)
    rows, red = result.figures["employee-week"].height, bool(result.warnings.height)
    if settings.min_group > 1:
        result = hide_small(result, settings.min_group, hours=False)
    result = replace(result, settings=settings_in_force(schedule.config))
    intake = _with(schedule.intake, costs)
    write_workbook(work.folder / "kpi.xlsx", result, intake, work.about, lang)
    write_page(work.folder / "kpi.html", result, intake, work.about, lang)
    failed = red and fails("warning", settings.fail_on)
    return Done(rows, ExitCode.FINDINGS if failed else ExitCode.CLEAN)


def followup(work: Work) -> Done:
    """Follow up the booked hours of the whole export: followup.xlsx, followup.csv."""
    from tcw.kpis.followup import followup as compute
    from tcw.kpis.selection import Selection
    from tcw.reports.data.rows import write_csv
    from tcw.reports.deliver import delivered
    from tcw.reports.excel.report import write_tables
    from tcw.reports.tables.followup import followup_table

    wish, settings = work.wish, work.wish.config.run
    result = compute(
        work.schedule,
        Selection(),
        settings.followup_by,
        settings.followup_every,
        settings.min_group,
        margin="workplace",
    )
    table = followup_table(result.frame)
    write_tables(work.folder / "followup.xlsx", [table], work.schedule.intake, work.about, wish.lang)
    with delivered(work.folder / "followup.csv") as path, path.open("wb") as opened:
        write_csv(opened, result.frame, wish.dialect)
    return Done(result.frame.height)


def _with(intake: IntakeReport, findings: object) -> IntakeReport:
    from dataclasses import replace

    return replace(intake, findings=(*intake.findings, *findings))  # type: ignore[misc]


STEPS: Mapping[Step, Callable[[Work], Done]] = {
    "check": check,
    "match": match,
    "kpi": kpi,
    "followup": followup,
}
