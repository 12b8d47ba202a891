"""Who is away when: sickness, vacation, a sick child, parental leave."""

from datetime import timedelta

import polars as pl

from tcw.sample.activities import PARENTAL, SICK, SICK_CHILD, VACATION
from tcw.sample.town import Town

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
