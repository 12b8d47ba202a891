"""Somebody under eighteen works too long, at night, or with too little rest.

Arbetsmiljöverket's provisions on the work environment of minors, AFS 2012:3 (*Minderårigas arbetsmiljö*),
hold beside Arbetstidslagen, and no collective agreement can replace them. On 1 January 2025 the agency's new
structure of provisions replaced AFS 2012:3; the limits here are those of AFS 2012:3. What is flagged, with
the subject of the finding:

- `day`: more than 8 hours of working time on a local day.
- `week`: more than 40 hours in a calendar week, from Monday 00:00.
- `rest`: less than 12 hours between two duty periods.
- `night`: working time between 00:00 and 05:00.
- `break`: more than 4 h 30 min of work without a break of at least 30 minutes.
- `weekly_rest`: no 36 hours of unbroken rest in a calendar week. The provisions ask for two days off in every
  seven, consecutive if possible, and never less than 36 hours.

Before 1 July of the year of the sixteenth birthday, when compulsory school ends for most, the limits are
those of children: 7 and 35 hours (of school holidays of a week or more), 14 hours of rest, and no work
between 20:00 and 06:00.

Working time is all of a person's employments together, on-call too. Nothing counts after the midnight that
begins the eighteenth birthday. The birth date is the staff table's, else the personal number's.

Not judged: people without either; weeks that reach beyond the export and are not decided; work whose breaks
are known as a sum of 30 minutes or more, or not at all (as WT10). Not looked at: the 2 hours a day and 12
hours a week of school weeks, the evening hours of young people (06–22 or 07–23), and the exceptions where the
work needs them, such as 8 hours a day and 40 a week on average: a decision on one can waive an actual breach
as any other.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.intake.values import personal_number
from tcw.intake.values.words import COORDINATION
from tcw.rules.engine.context import Context
from tcw.rules.engine.terms import ATL
from tcw.rules.measures.bookings import with_midnights
from tcw.rules.measures.breaks import unbroken
from tcw.rules.measures.net_hours import by_day, by_week
from tcw.rules.measures.rests import fixed_windows, too_short, weeks_from
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, US_PER_MINUTE
from tcw.worktime.coverage import coverage
from tcw.worktime.kinds import BREAK, LAST_DUTY, LAST_WORKING, STANDBY, is_duty, working
from tcw.worktime.stretches import duty_periods, gaps, stretches

ADULT: Final = "18y"
YOUNG: Final = 16
"""The year of this birthday is that of the last school term (skolplikt); a child is a young person from 1
July of it."""

YOUNG_LIMITS = {"day": 8.0, "week": 40.0, "rest": 12.0}
CHILD_LIMITS = {"day": 7.0, "week": 35.0, "rest": 14.0}
YOUNG_NIGHT = (0, 5)
CHILD_NIGHT = (-4, 6)
"""Hours from midnight."""
WORK_WITHOUT_BREAK = 4.5
SHORTEST_BREAK = 30
"""Minutes."""
WEEKLY_REST = 36.0
SPAN = ("person", "staff", "unit", "row", "planned", "kind")
COLUMNS = ("person", "from", "to", "measured", "limit", "subject")


@dataclass(frozen=True, slots=True)
class Minors:
    """People under eighteen on the first day of the horizon.

    `people`: `person`, `young` (Int32 day: the first that the milder limits hold), `adult` (Int64 µs: the
    instant of the midnight that begins the eighteenth birthday). `bookings`: theirs, as `Context.bookings`,
    what lies after that cut off, of all kinds up to standby and breaks; `by_hours` likewise. `known`,
    `unknown`: people whose birth date is known, and not.
    """

    people: pl.DataFrame
    bookings: pl.DataFrame
    by_hours: pl.DataFrame
    dated: int
    undated: int


def judge(context: Context) -> Judgement:
    """Return a finding for each limit that a minor's work does not keep."""
    minors = minors_of(context)
    why = "staff.birth_date" if minors.undated else ""
    if minors.people.is_empty():
        return Judgement(judged=minors.dated, not_judged=minors.undated, why=why)
    work = minors.bookings.filter(working())
    weeks, undecided_weeks = _weekly_rest(context, minors)
    breaks, undecided_breaks = _breaks(context, minors)
    by_hours = minors.by_hours.filter(working())
    sums = [
        _beyond(by_day(context, work, by_hours), minors, context, "day", 1),
        _beyond(by_week(context, work, by_hours), minors, context, "week", 7),
    ]
    rest = _rests(context, minors, work)
    flagged = pl.concat(
        [frame.select(COLUMNS) for frame in (*sums, rest, _nights(context, minors, work), breaks, weeks)]
    )
    undecided = undecided_weeks + undecided_breaks
    return Judgement(
        _with_rows(flagged, context, minors),
        judged=minors.dated,
        not_judged=minors.undated + undecided,
        why=why or ("bookings.break_minutes" if undecided_breaks else ""),
    )


def _limit(name: str, day: pl.Expr) -> pl.Expr:
    """Return the limit of a person (column `young`) on a day."""
    return pl.when(day >= pl.col("young")).then(YOUNG_LIMITS[name]).otherwise(CHILD_LIMITS[name])


def _beyond(sums: pl.DataFrame, minors: Minors, context: Context, subject: str, length: int) -> pl.DataFrame:
    """Return days or weeks with too many net hours; by the milder limits when any of its days has them."""
    day = pl.col("day")
    return (
        sums.join(minors.people, on="person", maintain_order="left")
        .with_columns(measured=pl.col("net") / US_PER_HOUR, limit=_limit(subject, day + (length - 1)))
        .filter(pl.col("measured") > pl.col("limit"))
        .with_columns(
            context.midnight(day).alias("from"),
            context.midnight(day + length).alias("to"),
            subject=pl.lit(subject),
        )
    )


def _rests(context: Context, minors: Minors, work: pl.DataFrame) -> pl.DataFrame:
    """Return gaps between duty periods that are too short."""
    united = context.with_agreement(stretches(work, context.timeline.origin))
    between = gaps(duty_periods(united, context.term("break_at_most") * US_PER_HOUR))
    return (
        between.join(minors.people, on="person", maintain_order="left")
        .with_columns(
            measured=(pl.col("end") - pl.col("start")) / US_PER_HOUR,
            limit=_limit("rest", context.day(pl.col("end"))),
            subject=pl.lit("rest"),
        )
        .filter(pl.col("measured") < pl.col("limit"))
        .rename({"start": "from", "end": "to"})
    )


def _nights(context: Context, minors: Minors, work: pl.DataFrame) -> pl.DataFrame:
    """Return nights with working time in the hours that are forbidden."""
    united = stretches(work, context.timeline.origin).join(minors.people, on="person", maintain_order="left")
    morning = pl.col("morning")
    touched = united.with_columns(
        morning=pl.int_ranges(context.day(pl.col("start")), context.day(pl.col("end")) + 2, dtype=pl.Int32)
    ).explode("morning")
    bounds = [
        pl.when(morning >= pl.col("young")).then(young).otherwise(child)
        for young, child in zip(YOUNG_NIGHT, CHILD_NIGHT, strict=True)
    ]
    begin, end = (
        context.clock.instant(morning.cast(pl.Int64) * US_PER_DAY + hour.cast(pl.Int64) * US_PER_HOUR)
        for hour in bounds
    )
    worked = pl.min_horizontal("end", "to") - pl.max_horizontal("start", "from")
    return (
        touched.with_columns(begin.alias("from"), end.alias("to"))
        .with_columns(worked=worked)
        .filter(pl.col("worked") > 0)
        .group_by("person", "from", "to", maintain_order=True)
        .agg(measured=pl.col("worked").sum() / US_PER_HOUR)
        .with_columns(limit=pl.lit(0.0), subject=pl.lit("night"))
    )


def _breaks(context: Context, minors: Minors) -> tuple[pl.DataFrame, int]:
    """Return parts of work without a break that is long enough, and how many nobody can decide."""
    work = minors.bookings.filter(is_duty())
    if "pause" in work.columns:
        # A sum of less than 30 minutes holds no break of 30.
        work = work.with_columns(
            pause=pl.when(pl.col("pause") >= SHORTEST_BREAK).then("pause").otherwise(pl.col("pause") * 0)
        )
    pauses = minors.bookings.filter(pl.col("kind") == BREAK)
    origin = context.timeline.origin
    longest = round(WORK_WITHOUT_BREAK * US_PER_HOUR)
    parts, _ = unbroken(work, pauses, origin, longest, shortest=SHORTEST_BREAK * US_PER_MINUTE)
    # Shorter gaps and breaks do not end the part, but are no work either.
    worked, paused = coverage(work, origin, "person"), coverage(pauses, origin, "person")
    net = worked.length(parts, "person", "start", "end") - paused.length(parts, "person", "start", "end")
    long = parts.with_columns(measured=net / US_PER_HOUR).filter(pl.col("measured") > WORK_WITHOUT_BREAK)
    keeps_breaks = context.timeline.books(BREAK, BREAK)
    sure = long.filter(~pl.col("paused"), pl.col("says_break") | keeps_breaks)
    named = sure.rename({"start": "from", "end": "to"}).with_columns(
        limit=pl.lit(WORK_WITHOUT_BREAK), subject=pl.lit("break")
    )
    return named, long.height - sure.height


def _weekly_rest(context: Context, minors: Minors) -> tuple[pl.DataFrame, int]:
    """Return calendar weeks without enough rest, and how many nobody can decide."""
    weeks = fixed_windows(
        stretches(at_disposal(minors), context.timeline.origin),
        weeks_from(ATL.week_break_day, ATL.week_break_time),
        context.clock,
        context.first,
        context.after,
    )
    failed, undecided = too_short(weeks, WEEKLY_REST * US_PER_HOUR)
    named = failed.rename({"start": "from", "end": "to"}).with_columns(
        measured=pl.col("at_most") / US_PER_HOUR, limit=pl.lit(WEEKLY_REST), subject=pl.lit("weekly_rest")
    )
    return named, undecided


def _with_rows(flagged: pl.DataFrame, context: Context, minors: Minors) -> pl.DataFrame:
    """Add `rows` and `planned`: the bookings in each period, or on either side of a rest."""
    by_hours = with_midnights(context, minors.by_hours.lazy().filter(working())).collect()
    spans = [
        at_disposal(minors).select(*SPAN, begin="start", stop="end", clocked=pl.lit(value=True)),
        by_hours.select(*SPAN, begin="from", stop="to", clocked=pl.lit(value=False)),
    ]
    numbered = flagged.with_row_index("finding")
    aside = pl.col("subject") == "rest"
    # Standby is no matter but to weekly rest, on-call none to breaks.
    counted = (
        pl.when(pl.col("subject") == "weekly_rest")
        .then(STANDBY)
        .when(pl.col("subject") == "break")
        .then(LAST_DUTY)
        .otherwise(LAST_WORKING)
    )
    lists = (
        numbered.select("finding", "person", "from", "to", "subject")
        .join(pl.concat(spans), on="person")
        .filter(
            pl.col("kind") <= counted,
            # Hours without clock times count in sums only.
            pl.col("clocked") | pl.col("subject").is_in(["day", "week"]),
            pl.when(aside)
            .then((pl.col("stop") == pl.col("from")) | (pl.col("begin") == pl.col("to")))
            .otherwise((pl.col("begin") < pl.col("to")) & (pl.col("stop") > pl.col("from"))),
        )
        .sort("finding", "begin", "stop", "staff", "unit", "row")
        .group_by("finding", maintain_order=True)
        .agg(pl.col("planned").any(), rows="row")
    )
    return numbered.join(lists, on="finding", maintain_order="left").drop("finding")


def minors_of(context: Context) -> Minors:
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


def at_disposal(minors: Minors) -> pl.DataFrame:
    """Return working time and standby: what is no weekly rest."""
    return minors.bookings.filter(pl.col("kind") <= STANDBY)


def _births(context: Context) -> pl.DataFrame:
    """Return `person`, `born` (Date): as the staff table says, else as the personal number does."""
    number = personal_number(pl.col("person_id"), context.year)
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


RULE = Rule(
    code="WT14",
    name="minor-works-too-much",
    label=Phrase("rule.WT14", "Minor works too much"),
    message=Phrase("rule.WT14.message", "is under 18 ({subject}): {measured}, {shortfall} beyond {limit}"),
    source="AFS 2012:3",
    judge=judge,
    direction="either",
    terms=("break_at_most",),
)
