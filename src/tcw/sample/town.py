"""Who works where: units in planning areas, the people of each unit, and the rosters they work by.

Every roster (schemarad) says which shifts a full-timer works in a cycle of weeks, and which a part-timer
gives up. It keeps 11 hours between shifts, 36 hours off in every week, and at most six days in a row; so does
every roster with shifts left out. That is why absence, part time and chance only ever take shifts away, and
why the only breaches in a sample are the planted ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from tcw.sample.dice import Dice
from tcw.sample.plan import SamplePlan


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift: minutes from midnight of its first day, and the minutes of it that are an unpaid break."""

    letter: str
    start: int
    end: int
    break_minutes: int


SHIFTS = (
    Shift("D", 7 * 60, 16 * 60, 30),
    Shift("E", 14 * 60, 21 * 60 + 30, 30),
    Shift("N", 21 * 60 + 15, 31 * 60 + 15, 30),
    Shift("A", 8 * 60, 16 * 60 + 30, 30),  # office hours
    Shift("J", 16 * 60, 20 * 60, 0),  # on call (jour) after a day shift
    Shift("S", 8 * 60, 20 * 60, 0),  # standby (beredskap) on a weekend
)
DAY, EVENING, NIGHT, OFFICE, ON_CALL, STANDBY = range(len(SHIFTS))


@dataclass(frozen=True, slots=True)
class Roster:
    """A cycle of weeks. `shifts` has a letter a day (X: a day shift, then on call); `needs` what it takes.

    A digit of `needs` is the least employment rate whose roster has the shift: 5, 7, 8, 9 and 0 for
    50, 75, 80, 85 and 100 %.
    """

    shifts: str
    needs: str


ROSTERS = (
    Roster("-DDEE-- DDDEE-- EE--DDD", "-7595-- 85507-- 70--555"),  # every third weekend
    Roster("DD--EEE -DDDE--", "87--555 -9507--"),  # every second weekend, mostly evenings
    Roster("--NNN-- -NNN--- N---NNN", "--550-- -758--- 0---557"),  # nights
    Roster("AAAAA--", "55555--"),  # office
    Roster("DDDDD-- DDXD-SS -DDDD--", "85555-- 5558-55 -8555--"),  # nurses
)
THIRD_WEEKEND, SECOND_WEEKEND, NIGHTS, OFFICE_WEEK, NURSES = range(len(ROSTERS))

CYCLES = tuple(len(roster.shifts.split()) for roster in ROSTERS)
_RATE_OF_DIGIT = {"5": 50, "7": 75, "8": 80, "9": 85, "0": 100}
_LETTERS = {shift.letter: (number,) for number, shift in enumerate(SHIFTS)} | {"X": (DAY, ON_CALL)}


def slots() -> pl.DataFrame:
    """Return every shift of every roster.

    Columns: `roster`, `cycle_week`, `weekday` (0 is Monday), `shift` (all Int8), `needs` (Int16, per cent).
    """
    rows = [
        (number, cycle_week, weekday, shift, _RATE_OF_DIGIT[need])
        for number, roster in enumerate(ROSTERS)
        for cycle_week, (week, needs) in enumerate(
            zip(roster.shifts.split(), roster.needs.split(), strict=True)
        )
        for weekday, (letter, need) in enumerate(zip(week, needs, strict=True))
        if letter != "-"
        for shift in _LETTERS[letter]
    ]
    small = pl.Int8
    schema = {"roster": small, "cycle_week": small, "weekday": small, "shift": small, "needs": pl.Int16}
    return pl.DataFrame(rows, schema=schema, orient="row")


def shift_times() -> pl.DataFrame:
    """Return `shift` (Int8), `from_minute`, `to_minute`, `break_minutes` (Int32), one row per shift."""
    return pl.DataFrame(
        [(number, s.start, s.end, s.break_minutes) for number, s in enumerate(SHIFTS)],
        schema={"shift": pl.Int8, "from_minute": pl.Int32, "to_minute": pl.Int32, "break_minutes": pl.Int32},
        orient="row",
    )


PEOPLE_PER_UNIT = 15
MOST_UNITS_PER_AREA = 5
NEVER = 1_000_000  # a day beyond every sample

ADMINISTRATOR, NURSE, ASSISTANT_NURSE, CARE_ASSISTANT = range(4)
CATEGORIES = ("Administratör", "Sjuksköterska", "Undersköterska", "Vårdbiträde")

# What each of the fifteen posts of a unit is.
_OFFICE_POST = 0
_NURSE_POST = 1
_HALF_TIME_POST = 8  # in some units this person also has an hourly employment
_NIGHT_POSTS = (9, 10)
_CARE_ASSISTANT_POSTS = (11, 13)
FIRST_HOURLY_POST = 12
_SECOND_EMPLOYMENT_POST = 12
_SHARED_POSTS = (_HALF_TIME_POST, _SECOND_EMPLOYMENT_POST)
_OFFICE_EVERY = 4  # units share an administrator
_SECOND_EMPLOYMENT_EVERY = 10
_SECOND_EMPLOYMENT_UNIT = 3

FULL_TIME = 100
HALF_TIME = 50
_RATES = {100: 0.40, 85: 0.15, 80: 0.12, 75: 0.23, 50: 0.10}
_NURSES_RATES = {100: 0.7, 80: 0.3}
_CHANGES_RATE = 0.05
_STARTS_INSIDE = 0.03
_ENDS_INSIDE = 0.02


@dataclass(frozen=True, slots=True)
class Town:
    """The units and the people of a sample, as numbers; texts are made where tables are.

    `people`, one row per employment, sorted by `i`: `i` (Int32, its number), `person` (Int32, the number of
    the person behind it), `unit`, `area`, `borrower` (Int32: the unit that borrows this one's people; itself
    when alone), `post` (Int8, which of the fifteen of the unit), `category`, `roster`, `cycle`, `phase`
    (Int8), `hourly`, `second`, `sole` (Boolean: an hourly employment beside another; the person's only one),
    `rate`, `later_rate` (Int16, per cent), `change_day` (Int32, day from which `later_rate` holds),
    `first_day`, `last_day` (Int32, relative to the start, of the employment). `staff_ids` and `unit_ids` are
    the ids by number.
    """

    plan: SamplePlan
    dice: Dice
    units: int
    units_per_area: int
    people: pl.DataFrame
    staff_ids: pl.Series
    unit_ids: pl.Series

    def area_of(self, unit: pl.Expr) -> pl.Expr:
        """Return the planning area's number."""
        return pl.min_horizontal(unit // self.units_per_area, pl.lit(self.areas - 1)).cast(pl.Int32)

    @property
    def areas(self) -> int:
        """How many planning areas; the last takes the units that are left over."""
        return max(1, self.units // self.units_per_area)

    def planning_area(self, area: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        """Return the first unit of a planning area, and how many units it has."""
        first = area * self.units_per_area
        size = pl.when(area == self.areas - 1).then(self.units - first).otherwise(self.units_per_area)
        return first, size

    def staff_id(self, number: pl.Expr) -> pl.Expr:
        """Return the id of an employment; null for null."""
        return pl.lit(self.staff_ids).gather(number.cast(pl.UInt32))

    def unit_id(self, number: pl.Expr) -> pl.Expr:
        """Return the id of a unit."""
        return pl.lit(self.unit_ids).gather(number.cast(pl.UInt32))

    @staticmethod
    def is_home_care(unit: pl.Expr) -> pl.Expr:
        """Return whether a unit makes home visits; the others are care homes."""
        return unit % 2 == 1


def town_of(plan: SamplePlan) -> Town:
    """Return the town of a plan."""
    dice = Dice(plan.seed)
    units = max(1, (plan.staff + PEOPLE_PER_UNIT // 2) // PEOPLE_PER_UNIT)
    units_per_area = min(max(units // 2, 1), MOST_UNITS_PER_AREA)
    width = max(5, len(str(plan.staff)))
    town = Town(
        plan=plan,
        dice=dice,
        units=units,
        units_per_area=units_per_area,
        people=pl.DataFrame(),
        staff_ids=pl.select(_numbered(plan.staff, first=1, width=width))["id"],
        unit_ids=pl.select(_numbered(units, first=1101, width=4))["id"],
    )
    return replace(town, people=_people(town))


def text_of(texts: Sequence[str], number: pl.Expr) -> pl.Expr:
    """Return the text with a number, counted from 0."""
    return pl.lit(pl.Series(texts)).gather(number.cast(pl.UInt32))


def _numbered(length: int, *, first: int, width: int) -> pl.Expr:
    number = pl.int_range(first, first + length, dtype=pl.Int64)
    return number.cast(pl.String).str.zfill(width).alias("id")


def _people(town: Town) -> pl.DataFrame:
    plan, dice = town.plan, town.dice
    i, unit, post = pl.col("i"), pl.col("unit"), pl.col("post")
    people = (
        pl.select(i=pl.int_range(plan.staff, dtype=pl.Int32))
        .with_columns(
            unit=(i % town.units).cast(pl.Int32), post=(i // town.units % PEOPLE_PER_UNIT).cast(pl.Int8)
        )
        .with_columns(
            area=town.area_of(unit), category=_category(unit, post), hourly=post >= FIRST_HOURLY_POST
        )
        .with_columns(
            roster=_roster(town),
            second=(post == _SECOND_EMPLOYMENT_POST)
            & _shares_person(unit)
            & (i < PEOPLE_PER_UNIT * town.units),
        )
        .with_columns(
            person=pl.when("second")
            .then(i - (_SECOND_EMPLOYMENT_POST - _HALF_TIME_POST) * town.units)
            .otherwise(i),
            borrower=_borrower(town),
            # Two employments of one person last all the period and never change, so that they stay apart.
            sole=~(_shares_person(unit) & post.is_in(_SHARED_POSTS)),
        )
    )
    cycle = pl.col("roster").replace_strict(dict(enumerate(CYCLES)), return_dtype=pl.Int8)
    return (
        people.with_columns(cycle=cycle, rate=_rate(town, "rate"), later_rate=_rate(town, "later rate"))
        .with_columns(phase=(dice.below("phase", 6, pl.col("person")) % pl.col("cycle")).cast(pl.Int8))
        .with_columns(change_day=_change_day(town))
        .with_columns(
            later_rate=pl.when(pl.col("change_day") < NEVER).then("later_rate").otherwise("rate"),
            first_day=pl.when(pl.col("sole") & dice.chance("starts inside", _STARTS_INSIDE, i))
            .then(dice.below("first day", plan.days, i))
            .otherwise(-1 - dice.below("hired", 6000, pl.col("person"))),
            last_day=pl.when(pl.col("sole") & dice.chance("ends inside", _ENDS_INSIDE, i))
            .then(dice.below("last day", plan.days, i))
            .otherwise(NEVER),
        )
        .with_columns(last_day=pl.max_horizontal("first_day", "last_day"))
    )


def _shares_person(unit: pl.Expr) -> pl.Expr:
    return unit % _SECOND_EMPLOYMENT_EVERY == _SECOND_EMPLOYMENT_UNIT


def _category(unit: pl.Expr, post: pl.Expr) -> pl.Expr:
    return (
        pl.when((post == _OFFICE_POST) & (unit % _OFFICE_EVERY == 0))
        .then(ADMINISTRATOR)
        .when(post == _NURSE_POST)
        .then(NURSE)
        .when(post.is_in(_CARE_ASSISTANT_POSTS))
        .then(CARE_ASSISTANT)
        .otherwise(ASSISTANT_NURSE)
        .cast(pl.Int8)
    )


def _roster(town: Town) -> pl.Expr:
    pair = _shares_person(pl.col("unit")) & pl.col("post").is_in(_SHARED_POSTS)
    return (
        pl.when(pl.col("category") == ADMINISTRATOR)
        .then(OFFICE_WEEK)
        .when(pl.col("category") == NURSE)
        .then(NURSES)
        .when(pl.col("post").is_in(_NIGHT_POSTS))
        .then(NIGHTS)
        .when(~pair & town.dice.chance("second weekend", 0.35, pl.col("i")))
        .then(SECOND_WEEKEND)
        .otherwise(THIRD_WEEKEND)
        .cast(pl.Int8)
    )


def _borrower(town: Town) -> pl.Expr:
    """The next unit round the planning area."""
    first, size = town.planning_area(pl.col("area"))
    return (first + (pl.col("unit") - first + 1) % size).cast(pl.Int32)


def _rate(town: Town, question: str) -> pl.Expr:
    """Employment rate in per cent as care staff have it; nurses and administrators mostly full time."""
    i = pl.col("i")
    half_time_pair = _shares_person(pl.col("unit")) & (pl.col("post") == _HALF_TIME_POST)
    return (
        pl.when(half_time_pair)
        .then(HALF_TIME)
        .when(pl.col("category") == ADMINISTRATOR)
        .then(FULL_TIME)
        .when(pl.col("category") == NURSE)
        .then(town.dice.pick(f"{question} of nurses", _NURSES_RATES, i))
        .otherwise(town.dice.pick(question, _RATES, i))
        .cast(pl.Int16)
    )


def _change_day(town: Town) -> pl.Expr:
    """The first of a month inside the period for some monthly-paid people, else NEVER."""
    firsts = first_days_of_months(town.plan.start, town.plan.days)
    if not firsts:
        return pl.lit(NEVER, dtype=pl.Int32)
    i = pl.col("i")
    which = town.dice.below("which month", len(firsts), i)
    changes = (
        pl.col("sole")
        & ~pl.col("hourly")
        & (pl.col("rate") != pl.col("later_rate"))
        & town.dice.chance("changes rate", _CHANGES_RATE, i)
    )
    day = which.replace_strict(dict(enumerate(firsts)), return_dtype=pl.Int32)
    return pl.when(changes).then(day).otherwise(NEVER)


def first_days_of_months(start: date, days: int) -> list[int]:
    """Return the days (from the start) that are the first of a month, the start itself excluded."""
    return [day for day in range(1, days) if (start + timedelta(days=day)).day == 1]
