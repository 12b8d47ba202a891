"""Who is under eighteen, and what they work until they are not."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.intake.values import personal_number
from tcw.intake.values.words import COORDINATION
from tcw.rules.engine.context import Context
from tcw.rules.engine.people import BEFORE_ANY
from tcw.worktime.kinds import STANDBY

ADULT: Final = "18y"
YOUNG: Final = 16
"""The year of this birthday is that of the last school term (skolplikt); a child is a young person from 1 July of it."""


@dataclass(frozen=True, slots=True)
class Minors:
    """People under eighteen on the first day of the horizon.

    `people`: `person`, `young` (Int32 day: the first that the milder limits hold), `adult` (Int64 µs: the instant of the midnight that
    begins the eighteenth birthday). `bookings`: theirs, as `Context.bookings`, what lies after that cut off, of all kinds up to standby
    and breaks; `by_hours` likewise. `known`, `unknown`: people whose birth date is known, and not.
    """

    people: pl.DataFrame
    bookings: pl.DataFrame
    by_hours: pl.DataFrame
    known: int
    unknown: int


def minors(context: Context) -> Minors:
    """Return the minors of this chunk."""
    born = _births(context)
    everybody = context.people
    known = everybody.join(born, on="person")
    eighteenth = pl.col("born").dt.offset_by(ADULT).to_physical().cast(pl.Int64)
    first = pl.date(pl.col("born").dt.year() + YOUNG, 7, 1).to_physical().cast(pl.Int32)
    people = known.select("person", young=first, adult=context.midnight(eighteenth), day=eighteenth).filter(
        pl.col("adult") > context.first
    )
    adult = people.select("person", "adult")
    bookings = (
        context.bookings.join(adult, on="person", how="inner", maintain_order="left")
        .filter(pl.col("start") < pl.col("adult"))
        .with_columns(end=pl.min_horizontal("end", "adult"))
        .drop("adult")
    )
    by_hours = (
        context.by_hours.join(people.select("person", born="day"), on="person", maintain_order="left")
        .filter(pl.col("day") < pl.col("born"))
        .drop("born")
    )
    return Minors(people.drop("day"), bookings, by_hours, known.height, everybody.height - known.height)


def at_disposal(mine: Minors) -> pl.DataFrame:
    """Return working time and standby: what is no weekly rest."""
    return mine.bookings.filter(pl.col("kind") <= STANDBY)


def _births(context: Context) -> pl.DataFrame:
    """Return `person`, `born` (Date): as the staff table says, else as the personal number does."""
    year = context.schedule.last_day.year if context.schedule.last_day is not None else BEFORE_ANY
    number = personal_number(pl.col("person_id"), year)
    day = number.str.slice(6, 2).cast(pl.Int8, strict=False)
    numbered = pl.date(
        number.str.slice(0, 4).cast(pl.Int32, strict=False),
        number.str.slice(4, 2).cast(pl.Int8, strict=False),
        pl.when(day > COORDINATION).then(day - COORDINATION).otherwise(day),
    )
    staff = context.schedule.staff.join(context.employments.select("staff_id", "person"), on="staff_id")
    return (
        staff.select("person", born=pl.coalesce("birth_date", numbered))
        .drop_nulls("born")
        # Of two dates the earlier is the one that invents no finding.
        .sort("person", "born")
        .unique("person", keep="first", maintain_order=True)
    )
