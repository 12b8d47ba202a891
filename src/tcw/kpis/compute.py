"""From a schedule to key figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from tcw.errors import InputFault
from tcw.intake.references import repeated_ids, unbilled_activities, unknown_activities, unknown_staff
from tcw.kpis import catalogue
from tcw.kpis.classes import UNCLASSIFIED, activity_classes
from tcw.kpis.days import days_of
from tcw.kpis.employment import employments
from tcw.kpis.filter_values import check_filter_values
from tcw.kpis.grains import at_grain, employee_week_figures
from tcw.kpis.ledger import Ledger, ledger
from tcw.kpis.levels import warnings_of
from tcw.kpis.outside import outside_employment
from tcw.kpis.red_days import red_days_in_force
from tcw.kpis.result import GRAINS, Grain, KpiResult, Level
from tcw.kpis.selection import Selection
from tcw.kpis.weekly import ALL_DAYS, employee_week_hours, normal_hours
from tcw.model.intake_report import IntakeFinding
from tcw.model.schedule import Schedule
from tcw.wording import Message, Phrase
from tcw.worktime.clock import Clock, clock
from tcw.worktime.red_days import red_share_by_week
from tcw.worktime.weeks import label, monday, week_number

NO_BOOKINGS = Phrase(
    "kpi-no-bookings",
    "There are no bookings to compute from, and no period is given: add bookings, or --from and --to.",
)
NOBODY = Phrase("kpi-nobody", "Nobody in the selection was employed in the period: there are no figures.")
WIDENED = Phrase(
    "kpi-period-widened", "Key figures are by the week: the period is {first} to {last}, whole weeks."
)
SPILL_OVER = Phrase(
    "kpi-spill-over",
    "{week} holds only hours that go on from the Sunday before, and is left out; --to {week} includes it.",
)
SUNDAY = 7


@dataclass(frozen=True, slots=True)
class Period:
    """First and last week of a report."""

    first: int
    last: int


def period_of(schedule: Schedule, selection: Selection) -> tuple[Period, tuple[Message, ...]]:
    """Return the weeks a report covers: as asked for, else from the first to the last booked day.

    Raises:
        InputFault: nothing is booked and no period is given.
        UsageFault: see `days_of`.
    """
    days = days_of(schedule, selection)
    if days is None:
        raise InputFault(NO_BOOKINGS)
    period = Period(week_number(days[0]), week_number(days[1]))
    cut_first = selection.first_day is not None and selection.first_day != monday(period.first)
    cut_last = selection.last_day is not None and selection.last_day.isoweekday() != SUNDAY
    if cut_first or cut_last:
        return period, (Message(WIDENED, {"first": label(period.first), "last": label(period.last)}),)
    if (
        selection.last_day is None
        and period.first < period.last
        and schedule.last_start is not None
        and week_number(schedule.last_start) == period.last - 1
    ):
        # A week that nobody planned would pull every average down, and be the worst of all in the chart.
        return Period(period.first, period.last - 1), (Message(SPILL_OVER, {"week": label(period.last)}),)
    return period, ()


def clock_of(schedule: Schedule, period: Period | None = None) -> Clock:
    """Return the zone's offsets over the days that bookings (and a period) touch."""
    days: list[date] = [day for day in (schedule.first_day, schedule.last_day) if day is not None]
    if period is not None:
        days += [monday(period.first), monday(period.last + 1)]
    return clock(schedule.config.timezone, min(days), max(days))


def _booked_weeks(schedule: Schedule, period: Period) -> tuple[int, int]:
    """Return the first and last week that bookings touch; without any, those of the period."""
    if schedule.first_day is None or schedule.last_day is None:
        return period.first, period.last
    return week_number(schedule.first_day), week_number(schedule.last_day)


def compute(
    schedule: Schedule, selection: Selection, grains: Iterable[Grain] = GRAINS
) -> tuple[KpiResult, tuple[IntakeFinding, ...]]:
    """Return the key figures of a selection at the grains asked for, and what the data costs them.

    Source: Anställdrapport 2 (figures), 3.1 (normal week, warning levels, red days), 3.2 (filters).

    Raises:
        InputFault, UsageFault: see `period_of` and `check_filter_values`.
    """
    config = schedule.config
    check_filter_values(schedule.staff, schedule.units, selection)
    period, notes = period_of(schedule, selection)
    working_days = config.red_days.iso_weekdays
    red, red_notes = red_days_in_force(schedule, monday(period.first), monday(period.last + 1))
    normal = normal_hours(
        config.normal_week_hours,
        red_share_by_week(red, working_days),
        working_days,
        period.first,
        period.last,
    )
    zone = clock_of(schedule, period)
    who = employments(schedule.staff, schedule.units, period.first, period.last)
    classes = activity_classes(schedule.activities)
    booked = ledger(
        schedule.active, who.people, classes, zone, schedule.longest, _booked_weeks(schedule, period)
    )
    weekdays = ALL_DAYS if config.kpis.rate_weighting == "calendar_days" else working_days
    everybody = employee_week_hours(
        who.rows, booked.hours, normal, weekdays, absence_in_booked=config.kpis.absence_in_booked_time
    )
    weeks = _selected(everybody, who.rows, selection)

    figures = catalogue.figures(config.kpis.difference)
    levels = {code: Level(level.below, level.above) for code, level in config.kpis.warnings.items()}
    mean_of_ratios = config.kpis.averages == "mean_of_ratios"
    wanted = list(dict.fromkeys(grains))
    lazy = weeks.lazy()
    if mean_of_ratios or levels or "employee-week" in wanted:
        lazy = lazy.with_columns(employee_week_figures(figures)).collect().lazy()
    frames = {
        grain: at_grain(
            lazy,
            grain,
            figures,
            who,
            schedule.units,
            (period.first, period.last),
            mean_of_ratios=mean_of_ratios,
        )
        for grain in wanted
    }
    result = KpiResult(
        figures=frames,
        warnings=warnings_of(lazy, levels, who, (period.first, period.last)),
        levels=levels,
        shown=tuple(
            figure.code for figure in figures if config.kpis.show is None or figure.code in config.kpis.show
        ),
        first_week=label(period.first),
        last_week=label(period.last),
        filters={},
        settings={},
        notes=(*notes, *red_notes, *((Message(NOBODY),) if weeks.is_empty() else ())),
    )
    costs = [*repeated_ids(schedule.active, zone), *_uncounted(schedule, booked, classes, zone)]
    people = who.people if weeks.height == everybody.height else who.people.join(weeks, on="code", how="semi")
    costs += outside_employment(booked.hours, people, everybody, period.first, period.last)
    return result, tuple(costs)


def _selected(weeks: pl.DataFrame, rows: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    """Return the employee-weeks asked for, by the employment and the rate that hold in the week.

    Filtering employments instead would keep all hours of a week and only some of its bookable time.
    """
    by_employment, by_rate = selection.keeps_employment(), selection.keeps_rate()
    if by_employment is not None:
        kept = rows.filter(by_employment)["row"]
        weeks = weeks.filter(pl.col("row").is_in(kept.implode()))
    return weeks if by_rate is None else weeks.filter(by_rate)


def _uncounted(schedule: Schedule, booked: Ledger, classes: pl.DataFrame, zone: Clock) -> list[IntakeFinding]:
    """Say which bookings are in no figure. The ledger tells cheaply whether there is anything to look for."""
    found: list[IntakeFinding] = []
    if booked.unknown_staff:
        found += unknown_staff(schedule.active, schedule.staff, zone)
    if booked.uncounted:
        found += unknown_activities(schedule.active, classes, zone)
        found += unbilled_activities(
            schedule.active, classes.filter(pl.col("hours_class") == UNCLASSIFIED), zone
        )
    return found
