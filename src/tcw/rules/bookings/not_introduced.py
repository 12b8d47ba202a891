"""Somebody is booked at a workplace where they have not been introduced.

Where the source has introductions, a booking of working time shall be at a home unit of the person, of any of
their employments and whenever they had it, or at a unit that an introduction names. One finding for each
booking.

Not judged: bookings whose unit nobody knows; everything where the source has no introductions.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import booked_days, failing
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.kinds import working


def judge(context: Context) -> Judgement:
    """Return a finding for each booking at a unit that is neither home nor introduced."""
    by_hours = context.by_hours.filter(working())
    every = context.work.height + by_hours.height
    if "introductions" not in context.schedule.given:
        return Judgement(not_judged=every, why="introductions")
    unknown = context.work["unit"].null_count() + by_hours["unit"].null_count()
    home = pl.lit(context.timeline.staff["home"]).gather(pl.col("staff"))
    away = booked_days(
        context,
        working(),
        pl.col("unit").is_not_null(),
        # Most bookings are at home, and cost no join.
        (pl.col("unit") != home).fill_null(value=True),
    )
    strange = away.join(_introduced(context), on=["person", "unit"], how="anti")
    return failing(
        strange.join(context.timeline.units, on="unit", how="left", maintain_order="left"),
        judged=every - unknown,
        not_judged=unknown,
        why="bookings.unit_id",
        subject="unit_id",
    )


def _introduced(context: Context) -> pl.DataFrame:
    """Return `person`, `unit` of all introductions and home units."""
    introduced = context.tables["introductions"].select("staff_id", "unit_id")
    home = context.schedule.staff.select("staff_id", unit_id="home_unit")
    return (
        pl.concat([introduced, home])
        .join(context.timeline.units, on="unit_id")
        .join(context.employments.select("staff_id", "person"), on="staff_id")
        .select("person", "unit")
        .unique()
    )


RULE = Rule(
    code="BK08",
    name="not-introduced",
    label=Phrase("rule.BK08", "Not introduced"),
    message=Phrase("rule.BK08.message", "is booked at {subject} without having been introduced there"),
    source="Booking sense",
    judge=judge,
    severity="warning",
    unit="count",
    needs=("introductions",),
)
