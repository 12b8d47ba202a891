"""A person works between midnight and five.

The daily rest shall hold the hours from midnight to five: "I den dygnsvila som alla arbetstagare har rätt
till ska tiden mellan midnatt och klockan 5 ingå", and work may be done then only where its nature, the
public's need or other special circumstances make it necessary (Arbetstidslagen 13 § third paragraph). So this
is something to know of, not a breach: list the activities that are night work in `rules: night_activities` of
tcw.yaml, and their hours are left out.

One finding per person and night, local time: the working time between 00:00 and 05:00 on all other
activities, on-call (jour) included, double-booked time once. Standby (beredskap) and absence are rest. In the
night of a clock change these five hours on the wall are four, or six, in life.

Not judged: days of which only hours, and no clock times, are known.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import window_findings, with_bookings
from tcw.rules.measures.rests import days_of_hours_only
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR
from tcw.worktime.stretches import stretches

FIVE = 5 * US_PER_HOUR
NIGHTS_SCHEMA = pl.Schema(
    {
        "person": pl.UInt32(),
        "start": pl.Int64(),  # instants: 00:00
        "end": pl.Int64(),  # and 05:00
        "worked": pl.Int64(),  # µs between
        "first": pl.UInt32(),  # positions of bookings
        "last": pl.UInt32(),
    }
)


def judge(context: Context) -> Judgement:
    """Return a finding for each night with working time that is not night work."""
    unknown = days_of_hours_only(context)
    work = _touching_night(context)
    return Judgement(
        window_findings(with_bookings(_nights(context, work), work), "worked", None),
        judged=context.duties.height,
        not_judged=unknown,
        why="bookings.start" if unknown else "",
    )


def _touching_night(context: Context) -> pl.DataFrame:
    """Return bookings of working time that touch 00:00–05:00 and are not night work, sorted."""
    named = context.timeline.activities.filter(pl.col("activity_id").is_in(context.settings.night_activities))
    start, end = context.local(pl.col("start")), context.local(pl.col("end") - 1)
    touches = (start % US_PER_DAY < FIVE) | (start // US_PER_DAY != end // US_PER_DAY)
    # A booking without an activity is nobody's night work.
    other = pl.col("activity").is_in(named["activity"].implode()).fill_null(value=False).not_()
    return context.work.filter(touches & other)


def _nights(context: Context, work: pl.DataFrame) -> pl.DataFrame:
    """Return the nights with working time (NIGHTS_SCHEMA); positions are in `work`."""
    if work.is_empty():
        return pl.DataFrame(schema=NIGHTS_SCHEMA)
    day = pl.col("day")
    days = pl.int_ranges(context.day(pl.col("start")), context.day(pl.col("end") - 1) + 1, dtype=pl.Int32)
    return (
        stretches(work, context.timeline.origin)
        .lazy()
        .with_columns(day=days)
        .explode("day")
        .with_columns(
            midnight=context.midnight(day), five=context.clock.instant(day.cast(pl.Int64) * US_PER_DAY + FIVE)
        )
        .with_columns(worked=pl.min_horizontal("end", "five") - pl.max_horizontal("start", "midnight"))
        .filter(pl.col("worked") > 0)
        .group_by("person", start="midnight", end="five")
        .agg(pl.col("worked").sum(), pl.col("first").min(), pl.col("last").max())
        .sort("person", "start")
        .collect()
    )


RULE = Rule(
    code="WT02",
    name="night-rest-missed",
    label=Phrase("rule.WT02", "Night rest missed"),
    message=Phrase("rule.WT02.message", "works {measured} between midnight and five"),
    source="Arbetstidslagen 13 §",
    judge=judge,
    severity="info",
    direction="at_most",
    settings=("night_activities",),
)
