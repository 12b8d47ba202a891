"""The days and weeks a report is about, and the red days in force in them."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from tcw.errors import InputFault, UsageFault
from tcw.kpis.selection import Selection
from tcw.model.schedule import Schedule
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count
from tcw.worktime import red_days
from tcw.worktime.clock import Clock, clock
from tcw.worktime.weeks import label, monday, week_number

NO_BOOKINGS = Phrase(
    "kpi-no-bookings",
    "There are no bookings to compute from, and no period is given: add bookings, or --from and --to.",
)
WIDENED = Phrase(
    "kpi-period-widened", "Key figures are by the week: the period is {first} to {last}, whole weeks."
)
SPILL_OVER = Phrase(
    "kpi-spill-over",
    "{week} holds only hours that go on from the Sunday before, and is left out; --to {week} includes it.",
)
PERIOD_BACKWARDS = Phrase(
    "kpi-period-backwards", "The period ends before it begins: {first} is after {last}."
)
BEGINS_AFTER = Phrase(
    "kpi-period-after",
    "Nothing is booked from {first} on: the bookings end on {last}. Begin the period earlier.",
)
ENDS_BEFORE = Phrase(
    "kpi-period-before",
    "Nothing is booked until {last}: the bookings begin on {first}. End the period later.",
)
FROM_EXPORT = Phrase("kpi-red-days-export", "Red days: {days} in the period, from the red days export.")
FROM_HOLIDAYS = Phrase(
    "kpi-red-days-holidays",
    "Red days: {days} in the period, Swedish public holidays and half days of tcw.yaml, "
    "since the source has no red days export.",
)
SET_TO_NONE = Phrase(
    "kpi-red-days-none",
    "Red days are switched off (red_days: source: none): every week is a full normal week.",
)
NOT_IN_EXPORT = Phrase(
    "kpi-red-days-missing",
    "No red days are set for the period: every week is a full normal week. "
    "If a red day falls in it, the figures are wrong.",
)
SUNDAY = 7


def days_of(schedule: Schedule, selection: Selection) -> tuple[date, date] | None:
    """Return the first and last day, None when nothing is booked and they are not given.

    Raises:
        UsageFault: the period ends before it begins, or lies outside all bookings where only one end of it is
            given.
    """
    first, last = selection.first_day or schedule.first_day, selection.last_day or schedule.last_day
    if first is None or last is None:
        return None
    if first > last:
        phrase = PERIOD_BACKWARDS
        if selection.last_day is None:
            phrase = BEGINS_AFTER
        elif selection.first_day is None:
            phrase = ENDS_BEFORE
        raise UsageFault(phrase, first=first, last=last)
    return first, last


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


def red_days_in_force(
    schedule: Schedule, first: date, last: date
) -> tuple[pl.DataFrame, tuple[Message, ...]]:
    """Return the red days of a period (RED_DAYS_SCHEMA, sorted) and what there is to say of them."""
    days, exported = red_days.red_days_in_force(schedule, first, last)
    if schedule.config.red_days.source == "none":
        return days, (Message(SET_TO_NONE),)
    if days.is_empty():
        return days, (Message(NOT_IN_EXPORT),)
    return days, (
        Message(FROM_EXPORT if exported else FROM_HOLIDAYS, {"days": Count(days["date"].n_unique())}),
    )
