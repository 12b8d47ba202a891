"""Working time overlaps absence of the same person.

Somebody on vacation or sick leave is booked to work at the same time, in any of their employments: one of the
two bookings is wrong, and hours and salary with it. One finding for each booking of working time, however
many absences it overlaps; standby may overlap absence. Measured: the hours of the booking that are also
absence.

Not judged: working time on a day with absence where one of the two has hours but no clock times; part of a
day may be worked and the rest be absence.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import failing
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.coverage import coverage
from tcw.worktime.keys import time_key
from tcw.worktime.kinds import ABSENCE, working
from tcw.worktime.stretches import running_end


def judge(context: Context) -> Judgement:
    """Return a finding for each booking of working time that overlaps absence."""
    unknown = _unknown(context)
    absences = context.bookings.filter(pl.col("kind") == ABSENCE)
    candidates = _touching(context) if absences.height else context.bookings.clear()
    absent = coverage(absences, context.timeline.origin, "person")
    overlap = absent.length(candidates, "person", "start", "end")
    double = candidates.with_columns(overlap=overlap).filter(pl.col("overlap") > 0)
    return failing(
        _with_absences(double, absences),
        judged=context.work.height + context.by_hours.filter(working()).height - unknown,
        not_judged=unknown,
        why="clock_times",
        measured=pl.col("overlap") / US_PER_HOUR,
        limit=0.0,
        planned=pl.col("planned") | pl.col("absence_planned"),
        rows=pl.concat_list("row", "absence_rows"),
    )


def _touching(context: Context) -> pl.DataFrame:
    """Return working time that an absence before it reaches into, or that reaches into the next absence."""
    origin = context.timeline.origin
    absent = pl.col("kind") == ABSENCE
    # Nothing ends before the origin, so work counts as an absence that ended there.
    end = pl.when(absent).then(pl.col("end")).otherwise(origin)
    return (
        context.bookings.lazy()
        .with_columns(
            reach=running_end(end, origin),
            following=pl.when(absent).then(time_key("start", origin)).backward_fill(),
        )
        .filter(
            working(),
            (pl.col("start") < pl.col("reach"))
            | (pl.col("following") < time_key("end", origin)).fill_null(value=False),
        )
        .drop("reach", "following")
        .collect()
    )


def _with_absences(double: pl.DataFrame, absences: pl.DataFrame) -> pl.DataFrame:
    """Add `absence_rows` (List(UInt32)) and `absence_planned`: the absences each booking overlaps."""
    few = absences.join(double.select("person").unique(), on="person", how="semi")
    pairs = (
        double.select("person", "start", "end", "row")
        .join_where(
            few.select(
                "planned", absent="person", absence_row="row", absence_start="start", absence_end="end"
            ),
            pl.col("person") == pl.col("absent"),
            pl.col("absence_start") < pl.col("end"),
            pl.col("absence_end") > pl.col("start"),
        )
        .sort("row", "absence_start", "absence_row")
        .group_by("row", maintain_order=True)
        .agg(absence_rows="absence_row", absence_planned=pl.col("planned").any())
    )
    return double.join(pairs, on="row")


def _unknown(context: Context) -> int:
    """Count bookings of working time that share a day with absence, one of the two without clock times."""
    if context.by_hours.is_empty():
        return 0
    kept = ("person", "day", "kind")
    by_hours = context.by_hours.select(kept)
    clocked = context.bookings.join(by_hours.select("person").unique(), on="person", how="semi")
    started = clocked.select("person", context.day(pl.col("start")).alias("day"), "kind")
    absent = pl.col("kind") == ABSENCE
    days = ["person", "day"]
    by_hours_work = by_hours.filter(working()).join(
        pl.concat([by_hours, started]).filter(absent), on=days, how="semi"
    )
    clocked_work = started.filter(working()).join(by_hours.filter(absent), on=days, how="semi")
    return by_hours_work.height + clocked_work.height


RULE = Rule(
    code="BK02",
    name="booked-while-absent",
    label=Phrase("rule.BK02", "Booked while absent"),
    message=Phrase("rule.BK02.message", "is booked to work for {measured} of absence"),
    source="Booking sense",
    judge=judge,
    direction="at_most",
)
