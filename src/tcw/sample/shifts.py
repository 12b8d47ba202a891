"""The shifts of one week before any orders: who works, who is away, where, and which visits they make."""

from datetime import timedelta
from itertools import pairwise

import polars as pl

from tcw.sample import activities as act
from tcw.sample.activities import LUNCH, PARENTAL, SICK, SICK_CHILD, TRAVEL, VACATION, VISIT
from tcw.sample.dice import Dice
from tcw.sample.red_days import FULL, red_days_between
from tcw.sample.town import (
    DAY,
    EVENING,
    HALF_TIME,
    NURSES,
    OFFICE,
    ON_CALL,
    STANDBY,
    THIRD_WEEKEND,
    Town,
    shift_times,
    slots,
)

PRESENT = -1
_SUMMER = range(26, 33)  # ISO weeks of the main vacation period
_SHORT_SICKNESS = 0.12  # of all person-weeks
_LONG_SICKNESS = 0.06  # of all people, once a year
_PARENTAL = 0.02
_PARENTS = 0.35
_SICK_CHILD = 0.06
_LONG_SICKNESS_WEEKS = range(3, 9)
_PARENTAL_WEEKS = range(10, 31)
_WEEKS_A_YEAR = 52


def with_absence(people: pl.DataFrame, town: Town, week: int) -> pl.DataFrame:
    """Add what decides absence in a week.

    Columns added: `sick_from`, `sick_to` (Int8 weekdays, both included; sick_from > sick_to: not sick),
    `child_from`, `child_to` (the same for a sick child), `week_off` (Int8, an activity's number, PRESENT for
    none). Hourly substitutes are never absent: they are not booked then.
    """
    dice, i = town.dice, pl.col("i")
    first_day = 7 * week
    known = first_day < town.plan.as_of_day  # nobody knows of sickness to come
    start = town.plan.start + timedelta(days=first_day)
    vacation = 0.30 if start.isocalendar().week in _SUMMER else 0.035
    sick_from = dice.below("sick from", 7, i, week)
    child_from = dice.below("child from", 5, i, week)
    sick = dice.chance("sick", _SHORT_SICKNESS if known else 0.0, i, week)
    parent = dice.chance("parent", _PARENTS, i)
    child = parent & dice.chance("sick child", _SICK_CHILD if known else 0.0, i, week)
    week_off = (
        pl.when(_spell(town, "parental", _PARENTAL, _PARENTAL_WEEKS, week))
        .then(PARENTAL)
        .when(dice.chance("vacation", vacation, i, week))
        .then(VACATION)
        .when(_spell(town, "long sickness", _LONG_SICKNESS, _LONG_SICKNESS_WEEKS, week) & known)
        .then(SICK)
        .otherwise(PRESENT)
    )
    salaried = ~pl.col("hourly")
    return people.with_columns(
        sick_from=sick_from.cast(pl.Int8),
        sick_to=pl.when(sick & salaried)
        .then(sick_from + dice.below("sick days", 4, i, week))
        .otherwise(-1)
        .cast(pl.Int8),
        child_from=child_from.cast(pl.Int8),
        child_to=pl.when(child & salaried)
        .then(child_from + dice.below("child days", 2, i, week))
        .otherwise(-1)
        .cast(pl.Int8),
        week_off=pl.when(salaried).then(week_off).otherwise(PRESENT).cast(pl.Int8),
    )


def away() -> pl.Expr:
    """Return the absence's activity number (Int8, PRESENT for none) of rows with `weekday` and the above."""
    weekday = pl.col("weekday")
    return (
        pl.when(pl.col("week_off") != PRESENT)
        .then("week_off")
        .when(weekday.is_between("sick_from", "sick_to"))
        .then(SICK)
        .when(weekday.is_between("child_from", "child_to"))
        .then(SICK_CHILD)
        .otherwise(PRESENT)
        .cast(pl.Int8)
    )


def _spell(town: Town, question: str, share: float, lasts: range, week: int) -> pl.Expr:
    """Return whether a spell of weeks, one a year for a share of people, covers the week."""
    dice, i = town.dice, pl.col("i")
    year, week_of_year = divmod(week, _WEEKS_A_YEAR)
    begins = dice.below(f"{question} begins", _WEEKS_A_YEAR, i, year) - lasts.start
    length = lasts.start + dice.below(f"{question} lasts", len(lasts), i, year)
    hit = dice.chance(question, share, i, year)
    return hit & (begins <= week_of_year) & (week_of_year < begins + length)


TUESDAY = 1
_MEETING_EVERY = 4  # weeks
_HALF_DAY_ENDS = 12 * 60
_SUBSTITUTE_WORKS = 0.5  # of the shifts of a full-timer's roster
_EXTRA_SHIFT = 0.06  # of the shifts a part-timer does not have
_BORROWED = 0.04
_SUBSTITUTE_BORROWED = 0.25
_TRAINING = 0.015
_INTRODUCTION = 0.07  # of a substitute's shifts: beside somebody else, on nobody's order
_DELEGATED = 0.6
_PLANTED = 0.003
_PLANTED_DOUBLE = 0.001


SHIFT_COLUMNS = (
    *("i", "person", "category", "unit", "at", "day", "shift", "activity", "absence"),
    *("hourly", "filler", "splittable", "from_minute", "to_minute", "break_minutes"),
)


def shifts_of_week(town: Town, week: int) -> pl.DataFrame:
    """Return one row per shift that starts in a week: SHIFT_COLUMNS.

    They are `i`, `unit` (home), `at` (where worked), `day` (Int32, from the start), `weekday`, `shift`,
    `activity`, `absence` (PRESENT or an activity's number), all small integers; `hourly`, `filler` (Boolean:
    it fills an order), `splittable` (Boolean: a home-care day that may be told visit by visit),
    `from_minute`, `to_minute`, `break_minutes`, `person` and `category`.
    """
    dice = town.dice
    rows = _rostered(town, week).with_columns(absence=away())
    work = pl.col("absence") == PRESENT
    duty_only = pl.col("shift").is_in([ON_CALL, STANDBY]) | pl.col("filler")
    rows = rows.filter(work | ~duty_only)
    rows = _quick_returns(rows, town).join(shift_times(), on="shift", maintain_order="left")
    rows = _on_red_days(rows, town, week)
    i, day = pl.col("i"), pl.col("day")
    borrowed = (
        work
        & pl.col("shift").is_in([DAY, EVENING])
        & (pl.col("roster") != NURSES)
        & (
            pl.when("hourly")
            .then(dice.chance("borrowed substitute", _SUBSTITUTE_BORROWED, i, day))
            .otherwise(dice.chance("borrowed", _BORROWED, i, day))
        )
    )
    rows = rows.with_columns(at=pl.when(borrowed).then("borrower").otherwise("unit"))
    rows = rows.with_columns(activity=_activity(town))
    rows = rows.with_columns(
        splittable=(pl.col("activity") == act.VISIT) & (pl.col("shift") == DAY) & ~pl.col("filler")
    )
    return pl.concat([rows, *_beside(rows, town, week)]).select(SHIFT_COLUMNS)


def _rostered(town: Town, week: int) -> pl.DataFrame:
    """The shifts of everybody's roster that they work, with what decides absence; `filler` for extra ones."""
    dice, i = town.dice, pl.col("i")
    first_day = 7 * week
    there = (pl.col("first_day") < first_day + 7) & (pl.col("last_day") >= first_day)
    people = with_absence(town.people.filter(there), town, week).with_columns(
        cycle_week=((week + pl.col("phase").cast(pl.Int32)) % pl.col("cycle")).cast(pl.Int8)
    )
    rows = people.join(slots(), on=["roster", "cycle_week"], maintain_order="left").with_columns(
        day=first_day + pl.col("weekday").cast(pl.Int32)
    )
    day, needs = pl.col("day"), pl.col("needs")
    rate = pl.when(day >= pl.col("change_day")).then("later_rate").otherwise("rate")
    contracted = rate >= needs
    substitutes = dice.chance("substitute works", _SUBSTITUTE_WORKS, i, day) & (
        ~pl.col("second") | (needs > HALF_TIME)  # the first employment of the same person has the others
    )
    extra = (
        dice.chance("extra shift", _EXTRA_SHIFT, i, day)
        & pl.col("shift").is_in([DAY, EVENING])
        & (pl.col("roster") != NURSES)
    )
    introduced = pl.col("hourly") & dice.chance("introduction", _INTRODUCTION, i, day)
    return rows.with_columns(filler=(pl.col("hourly") | ~contracted) & ~introduced).filter(
        day.is_between("first_day", "last_day"),
        pl.when("hourly").then(substitutes).otherwise(contracted | (extra & pl.col("sole"))),
    )


def _quick_returns(rows: pl.DataFrame, town: Town) -> pl.DataFrame:
    """Plant evenings before a day shift: 9 h 30 min of rest."""
    planted = (
        (pl.col("roster") == THIRD_WEEKEND)
        & (pl.col("cycle_week") == 1)
        & (pl.col("weekday") == TUESDAY)
        & (pl.col("absence") == PRESENT)
        & ~pl.col("hourly")
        & town.dice.chance("quick return", 10 * _PLANTED, pl.col("i"), pl.col("day"))
    )
    return rows.with_columns(shift=pl.when(planted).then(EVENING).otherwise("shift").cast(pl.Int8))


def _on_red_days(rows: pl.DataFrame, town: Town, week: int) -> pl.DataFrame:
    """Office staff are off on red days and go home at noon on half ones; care goes on."""
    monday = town.plan.start + timedelta(weeks=week)
    red = red_days_between(monday, monday + timedelta(days=6))
    full = [day.weekday() for day, share, _ in red if share == FULL]
    half = [day.weekday() for day, share, _ in red if share != FULL]
    office, weekday = pl.col("shift") == OFFICE, pl.col("weekday")
    short = office & weekday.is_in(half)
    return rows.filter(~(office & weekday.is_in(full))).with_columns(
        to_minute=pl.when(short).then(_HALF_DAY_ENDS).otherwise("to_minute").cast(pl.Int32),
        break_minutes=pl.when(short).then(0).otherwise("break_minutes").cast(pl.Int32),
    )


def _activity(town: Town) -> pl.Expr:
    dice, i, day, shift = town.dice, pl.col("i"), pl.col("day"), pl.col("shift")
    return (
        pl.when(pl.col("absence") != PRESENT)
        .then("absence")
        .when(shift == ON_CALL)
        .then(act.ON_CALL)
        .when(shift == STANDBY)
        .then(act.STANDBY)
        .when(pl.col("hourly") & ~pl.col("filler"))
        .then(act.TRAINING)
        .when((shift == DAY) & ~pl.col("filler") & dice.chance("training", _TRAINING, i, day))
        .then(act.TRAINING)
        .when(shift == OFFICE)
        .then(act.DESK)
        .when(pl.col("filler") & ~pl.col("hourly"))
        .then(act.ADDITIONAL)
        .when((pl.col("roster") == NURSES) & dice.chance("delegated", _DELEGATED, i, day))
        .then(act.DELEGATED)
        .when(town.is_home_care(pl.col("at")))
        .then(act.VISIT)
        .otherwise(act.CARE)
        .cast(pl.Int8)
    )


def _beside(rows: pl.DataFrame, town: Town, week: int) -> list[pl.DataFrame]:
    """What is booked beside a day shift: meetings after it, and planted overtime and double bookings."""
    i, day, hourly = pl.col("i"), pl.col("day"), pl.col("hourly")
    day_shift = (pl.col("shift") == DAY) & (pl.col("absence") == PRESENT)
    meeting = ~hourly & (pl.col("weekday") == TUESDAY) & ((week + pl.col("unit")) % _MEETING_EVERY == 0)
    overtime = (
        ~hourly & ~meeting & (pl.col("roster") != NURSES) & town.dice.chance("overtime", _PLANTED, i, day)
    )
    double = ~meeting & town.dice.chance("double booking", _PLANTED_DOUBLE, i, day)
    return [
        rows.filter(day_shift & chosen).with_columns(
            at=pl.col("unit") if activity == act.MEETING else pl.col("at"),
            activity=pl.lit(activity, dtype=pl.Int8),
            from_minute=pl.lit(starts, dtype=pl.Int32),
            to_minute=pl.lit(ends, dtype=pl.Int32),
            break_minutes=pl.lit(0, dtype=pl.Int32),
            filler=pl.lit(value=False),
            splittable=pl.lit(value=False),
        )
        for chosen, activity, starts, ends in (
            (meeting, act.MEETING, 16 * 60, 17 * 60),
            (overtime, act.OVERTIME, 16 * 60, 21 * 60 + 30),
            (double, act.TRAINING, 13 * 60, 15 * 60),
        )
    ]


_SHORT_FORM = ((420, VISIT), (690, LUNCH), (720, VISIT), (960, None))
_LONG_FORM = (
    (420, VISIT),
    (540, TRAVEL),
    (555, VISIT),
    (690, LUNCH),
    (720, VISIT),
    (825, TRAVEL),
    (840, VISIT),
    (960, None),
)
_FORMS = (_SHORT_FORM, _LONG_FORM)
_LONG_SHARE = 0.25  # of the days told visit by visit, as long as that is enough


def split_by_visit(shifts: pl.DataFrame, dice: Dice, rows_wanted: int) -> pl.DataFrame:
    """Split some of the rows marked `splittable`, so that about `rows_wanted` rows come out.

    Fewer come out when all are split the long way and it is not enough; none is split when there are enough.
    """
    short_gain, long_gain = (len(form) - 2 for form in _FORMS)
    splittable = max(1, shifts.filter("splittable").height)
    gain = (rows_wanted - shifts.height) / splittable
    mean_gain = short_gain + _LONG_SHARE * (long_gain - short_gain)
    split = min(max(gain / mean_gain, 0.0), 1.0)
    long = _LONG_SHARE if split < 1.0 else min(max((gain - short_gain) / (long_gain - short_gain), 0.0), 1.0)
    i, day = pl.col("i"), pl.col("day")
    form = (
        pl.when(pl.col("splittable") & dice.chance("told by visit", split, i, day))
        .then(dice.chance("many visits", long, i, day).cast(pl.Int8))
        .otherwise(-1)
        .cast(pl.Int8)
        .alias("form")
    )
    shifts = shifts.with_columns(form)
    parts = pl.DataFrame(
        [
            (number, start, following[0], activity)
            for number, points in enumerate(_FORMS)
            for (start, activity), following in pairwise(points)
        ],
        schema={"form": pl.Int8, "from_minute": pl.Int32, "to_minute": pl.Int32, "activity": pl.Int8},
        orient="row",
    )
    replaced = ["from_minute", "to_minute", "activity"]
    visits = (
        shifts.filter(pl.col("form") >= 0)
        .drop(replaced)
        .join(parts, on="form", maintain_order="left")
        .with_columns(break_minutes=pl.lit(0, dtype=pl.Int32))
    )
    return pl.concat([shifts.filter(pl.col("form") < 0), visits.select(shifts.columns)]).drop("form")
