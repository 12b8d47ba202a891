"""An hourly paid substitute is booked at a time for which they have not said they are available.

One finding for each booking of working time of somebody hourly paid on its first day that does not lie whole
inside the person's availability, of any kind (resource, flexible, own, office), that is for all units or for
the booking's. Availability that touches or overlaps counts together; one that says the longest shift to be
booked in it (max_hours) does not count for a longer one, from start to end. `rules:
substitutes_need_availability: false` in tcw.yaml switches the rule off.

Measured and limit: the hours of the booking inside availability (or the longest shift of one that is wide
enough, where that is more), and all of them. Not judged: bookings outside the time that the availability
table covers at all (from its first start to its last end), and hours without clock times; employment types
that are not known are not hourly paid.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import failing
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, physical
from tcw.worktime.coverage import FOREVER, coverage, coverage_of_days, longest_shift

LENGTH = pl.col("end") - pl.col("start")
FITS_UNIT = (
    pl.col("everywhere") | pl.col("unit_id").is_null() | pl.col("units").list.contains(pl.col("unit_id"))
)
"""A window is for the booking's unit; a booking without a unit fits all."""


def judge(context: Context) -> Judgement:
    """Return a finding for each booking of a substitute that is not inside their availability."""
    if not context.settings.substitutes_need_availability:
        return Judgement(why="rules.substitutes_need_availability")
    booked = _substitutes(context)
    if "availability" not in context.schedule.given:
        return Judgement(not_judged=booked.height, why="availability")
    period = context.tables["availability"].select(
        _instant("start", context).min(), _instant("end", context).max()
    )
    known = booked.filter(pl.col("start") >= period["start"].item(), pl.col("end") <= period["end"].item())
    available = _availability(context)
    unlimited = available.filter("everywhere", pl.col("longest") == FOREVER)
    anywhere = coverage(unlimited, context.timeline.origin)
    rest = known.filter(~anywhere.holds(known, "person", "start", "end"))
    outside = rest.with_columns(available=_covered(rest, available, context)).filter(
        pl.col("available") < LENGTH
    )
    longest = _longest_shorter_shift(outside, available, context)
    return failing(
        outside.with_columns(available=pl.max_horizontal("available", longest)),
        judged=known.height,
        not_judged=booked.height - known.height,
        why="availability",
        measured=pl.col("available") / US_PER_HOUR,
        limit=LENGTH / US_PER_HOUR,
    )


def _substitutes(context: Context) -> pl.DataFrame:
    """Return working time of people who are hourly paid on its first day."""
    hourly = context.schedule.staff.filter(pl.col("employment_type") == "hourly").join(
        context.employments.select("staff", "staff_id"), on="staff_id"
    )
    paid = coverage_of_days(hourly, context.timeline.origin, "staff")
    few = context.work.filter(pl.col("staff").is_in(hourly["staff"].unique().implode()))
    begins = context.local(pl.col("start")) // US_PER_DAY * US_PER_DAY
    dated = few.with_columns(begins=begins, ends=begins + US_PER_DAY)
    return dated.filter(paid.holds(dated, "staff", "begins", "ends"))


def _availability(context: Context) -> pl.DataFrame:
    """Return the availability of this chunk's people.

    Returns `owner` (person), `start`, `end` (instants), `everywhere`, `units` and `longest` (Int64 µs).
    """
    unbound = pl.col("units").is_null() | (pl.col("units").list.len() == 0)
    return (
        context.tables["availability"]
        .join(context.employments, on="staff_id")
        .select(
            pl.col("person").alias("owner"),
            _instant("start", context),
            _instant("end", context),
            everywhere=unbound,
            longest=longest_shift(),
            units="units",
        )
        .drop_nulls(["start", "end"])
    )


def _instant(name: str, context: Context) -> pl.Expr:
    return context.clock.instant(physical(pl.col(name))).alias(name)


def _covered(booked: pl.DataFrame, available: pl.DataFrame, context: Context) -> pl.Series:
    """Return how much (Int64 µs) of each booking lies inside availability for its unit, if it has one."""
    limited = available.filter(pl.col("longest") < FOREVER)["owner"].unique().implode()
    # Whose windows are for any length, of them how long a booking is does not matter.
    long = booked.with_columns(length=pl.when(pl.col("person").is_in(limited)).then(LENGTH).otherwise(0))
    key = ["person", "unit", "length"]
    pairs = long.select(key).unique().sort(key).with_row_index("pair")
    numbered = long.join(pairs, on=key, nulls_equal=True, how="left", maintain_order="left")
    named = pairs.join(context.timeline.units, on="unit", how="left")
    spans = named.join(available, left_on="person", right_on="owner").filter(
        FITS_UNIT, pl.col("longest") >= pl.col("length")
    )
    return coverage(spans, context.timeline.origin, "pair").length(numbered, "pair", "start", "end")


def _longest_shorter_shift(outside: pl.DataFrame, available: pl.DataFrame, context: Context) -> pl.Series:
    """Return the longest shift (Int64 µs) of a window around each booking for shorter shifts; null: none."""
    limited = available.filter(pl.col("longest") < FOREVER).rename({"start": "opens", "end": "closes"})
    numbered = outside.select("person", "unit", "start", "end").with_row_index("position")
    around = (
        numbered.join(context.timeline.units, on="unit", how="left")
        .join(limited, left_on="person", right_on="owner")
        .filter(
            FITS_UNIT,
            pl.col("opens") <= pl.col("start"),
            pl.col("closes") >= pl.col("end"),
            pl.col("longest") < LENGTH,
        )
        .group_by("position")
        .agg(pl.col("longest").max())
    )
    return numbered.join(around, on="position", how="left", maintain_order="left")["longest"]


RULE = Rule(
    code="BK07",
    name="outside-availability",
    label=Phrase("rule.BK07", "Booked outside availability"),
    message=Phrase("rule.BK07.message", "is booked {shortfall} outside their availability"),
    source="Booking sense",
    judge=judge,
    severity="warning",
    settings=("substitutes_need_availability",),
    needs=("availability",),
)
