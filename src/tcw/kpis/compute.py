"""From a schedule to key figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tcw.kpis import catalogue
from tcw.kpis.catalogue import Figure
from tcw.kpis.employment import Employments, employments
from tcw.kpis.grains import at_grain, by_week, employee_week_figures, sums_at
from tcw.kpis.ledger import KEY_WEEKS, UNCLASSIFIED, activity_classes, ledger
from tcw.kpis.levels import warnings_of
from tcw.kpis.period import Period, clock_of, period_of, red_days_in_force
from tcw.kpis.result import GRAINS, Grain, KpiResult, Level
from tcw.kpis.selection import Selection, check_filter_values
from tcw.kpis.weekly import ALL_DAYS, employee_week_hours, normal_hours, outside_employment, outside_findings
from tcw.model.intake_report import Doubt
from tcw.model.pieces import Everywhere
from tcw.model.schedule import Schedule
from tcw.quality.doubts import (
    KINDS,
    UNBILLED_ACTIVITIES,
    UNKNOWN_ACTIVITIES,
    UNKNOWN_STAFF,
    doubts_among,
    evidence_of,
)
from tcw.wording import Message, Phrase
from tcw.worktime.clock import Clock
from tcw.worktime.red_days import red_share_by_week
from tcw.worktime.weeks import label, monday, week_number

NOBODY = Phrase("kpi-nobody", "Nobody in the selection was employed in the period: there are no figures.")


def _booked_weeks(schedule: Schedule, period: Period) -> tuple[int, int]:
    """Return the first and last week that bookings touch; without any, those of the period."""
    if schedule.first_day is None or schedule.last_day is None:
        return period.first, period.last
    return week_number(schedule.first_day), week_number(schedule.last_day)


@dataclass(frozen=True, slots=True)
class KpiPlan:
    """All that is settled before bookings are read. Every part of the people is computed by it."""

    schedule: Schedule
    selection: Selection
    grains: tuple[Grain, ...]
    period: Period
    who: Employments
    normal: pl.DataFrame
    zone: Clock
    classes: pl.DataFrame
    figures: tuple[Figure, ...]
    levels: Mapping[str, Level]
    notes: tuple[Message, ...]

    @property
    def mean_of_ratios(self) -> bool:
        """Whether the employee-weeks' figures are averaged."""
        return self.schedule.config.kpis.averages == "mean_of_ratios"


@dataclass(frozen=True, slots=True)
class Part:
    """What some people's bookings come to.

    `sums`: by grain, see `tcw.kpis.grains.sums_at`; `weeks`: the rows of the grain employee-week where it is
    asked for; `warnings`: see `warnings_of`; `lost`: see `outside_employment`; `rows`: employee-weeks of the
    selection.
    """

    sums: Mapping[Grain, pl.DataFrame]
    weeks: pl.DataFrame | None
    warnings: pl.DataFrame
    lost: pl.DataFrame
    rows: int
    unknown_staff: bool
    uncounted: bool


def plan(schedule: Schedule, selection: Selection, grains: Iterable[Grain] = GRAINS) -> KpiPlan:
    """Settle what is to be computed. Raises as `compute`."""
    config = schedule.config
    check_filter_values(schedule.staff, schedule.units, selection)
    period, notes = period_of(schedule, selection)
    working_days = config.red_days.iso_weekdays
    red, red_notes = red_days_in_force(schedule, monday(period.first), monday(period.last + 1))
    return KpiPlan(
        schedule=schedule,
        selection=selection,
        grains=tuple(dict.fromkeys(grains)),
        period=period,
        who=employments(schedule.staff, schedule.units, period.first, period.last),
        normal=normal_hours(
            config.normal_week_hours,
            red_share_by_week(red, working_days),
            working_days,
            period.first,
            period.last,
        ),
        zone=clock_of(schedule, period),
        classes=activity_classes(schedule.activities),
        figures=tuple(catalogue.figures(config.kpis.difference)),
        levels={code: Level(level.below, level.above) for code, level in config.kpis.warnings.items()},
        notes=(*notes, *red_notes),
    )


def part(plan: KpiPlan, bookings: pl.LazyFrame, codes: tuple[int, int] | None = None) -> Part:
    """Compute the figures of bookings: of everybody, or of people whose codes are in a range.

    `codes`: from the first up to but not including the second.
    """
    who, config, period = plan.who, plan.schedule.config, (plan.period.first, plan.period.last)
    people, rows, low = who.people, who.rows, 0
    if codes is not None:
        low = codes[0]
        in_part = (pl.col("code") >= low) & (pl.col("code") < codes[1])
        people, rows = people.filter(in_part), rows.filter(in_part)
    # Codes from 0, so that the array of the ledger is no larger than these people need.
    numbered = people.with_columns(pl.col("code") - low)
    booked = ledger(
        bookings,
        numbered,
        plan.classes,
        plan.zone,
        plan.schedule.longest,
        _booked_weeks(plan.schedule, plan.period),
    )
    hours = booked.hours.with_columns(pl.col("key") + low * KEY_WEEKS) if low else booked.hours
    weekdays = ALL_DAYS if config.kpis.rate_weighting == "calendar_days" else config.red_days.iso_weekdays
    everybody = employee_week_hours(
        rows, hours, plan.normal, weekdays, absence_in_booked=config.kpis.absence_in_booked_time
    )
    weeks = _selected(everybody, who.rows, plan.selection)
    by_weeks = "employee-week" in plan.grains
    lazy = weeks.lazy()
    if plan.mean_of_ratios or plan.levels or by_weeks:
        lazy = lazy.with_columns(employee_week_figures(plan.figures)).collect().lazy()
    chosen = people if weeks.height == everybody.height else people.join(weeks, on="code", how="semi")
    return Part(
        sums={
            grain: sums_at(lazy, grain, plan.figures, who, mean_of_ratios=plan.mean_of_ratios)
            for grain in plan.grains
            if grain != "employee-week"
        },
        weeks=by_week(lazy.collect(), plan.figures, who, period) if by_weeks else None,
        warnings=warnings_of(lazy, plan.levels, who, period),
        lost=outside_employment(hours, chosen, everybody, *period),
        rows=weeks.height,
        unknown_staff=booked.unknown_staff,
        uncounted=booked.uncounted,
    )


def compute(
    schedule: Schedule, selection: Selection, grains: Iterable[Grain] = GRAINS
) -> tuple[KpiResult, tuple[Doubt, ...]]:
    """Return the key figures of a selection at the grains asked for, and what the data costs them.

    Source: Anställdrapport 2 (figures), 3.1 (normal week, warning levels, red days), 3.2 (filters).

    Raises:
        InputFault, UsageFault: see `period_of` and `check_filter_values`.
    """
    settled = plan(schedule, selection, grains)
    whole = part(settled, schedule.active)
    weeks: dict[Grain, pl.DataFrame] = {} if whole.weeks is None else {"employee-week": whole.weeks}
    return result_of(settled, [whole], weeks, whole.warnings), costs_of(settled, [whole])


def result_of(
    plan: KpiPlan, parts: Sequence[Part], weeks: Mapping[Grain, pl.DataFrame], warnings: pl.DataFrame
) -> KpiResult:
    """Return the figures of all parts, in the order of their people.

    `weeks`: rows of the grain employee-week, if any are wanted in memory; `warnings`: the worst of all parts.
    """
    config, period = plan.schedule.config, (plan.period.first, plan.period.last)
    frames: dict[Grain, pl.DataFrame] = {
        grain: at_grain(
            [one.sums[grain] for one in parts],
            grain,
            plan.figures,
            plan.who,
            plan.schedule.units,
            period,
            mean_of_ratios=plan.mean_of_ratios,
        )
        for grain in plan.grains
        if grain != "employee-week"
    }
    frames |= weeks
    return KpiResult(
        figures={grain: frames[grain] for grain in plan.grains if grain in frames},
        warnings=warnings,
        levels=plan.levels,
        shown=tuple(
            figure.code
            for figure in plan.figures
            if config.kpis.show is None or figure.code in config.kpis.show
        ),
        first_week=label(period[0]),
        last_week=label(period[1]),
        filters={},
        settings={},
        notes=(*plan.notes, *(() if any(one.rows for one in parts) else (Message(NOBODY),))),
    )


def costs_of(plan: KpiPlan, parts: Sequence[Part], ask: Everywhere | None = None) -> tuple[Doubt, ...]:
    """Return what the data costs the figures; `ask`: asks the bookings that are not cancelled, None: here."""
    codes = set(KINDS)
    # The ledger tells cheaply whether there is anything to look for.
    if not any(one.unknown_staff for one in parts):
        codes.discard(UNKNOWN_STAFF.code)
    if not any(one.uncounted for one in parts):
        codes -= {UNKNOWN_ACTIVITIES.code, UNBILLED_ACTIVITIES.code}
    unbilled = plan.classes.filter(pl.col("hours_class") == UNCLASSIFIED)
    doubts = doubts_among(evidence_of(plan.schedule, plan.zone, ask, unbilled), codes)
    return (*doubts, *outside_findings([one.lost for one in parts]))


def _selected(weeks: pl.DataFrame, rows: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    """Return the employee-weeks of the selection, by the employment and the rate of the week.

    Filtering employments instead would keep all hours of a week and only some of its bookable time.
    """
    by_employment, by_rate = selection.keeps_employment(), selection.keeps_rate()
    if by_employment is not None:
        of_selection = rows.filter(by_employment)["row"]
        weeks = weeks.filter(pl.col("row").is_in(of_selection.implode()))
    return weeks if by_rate is None else weeks.filter(by_rate)
