"""Overtime that is planned: a planned booking of overtime, or planned hours above full time.

Overtime is for what could not be foreseen ("särskilt behov av ökad arbetstid", Arbetstidslagen 8 §), so a schedule may not hold it: planned
ordinary time is at most full time in each calculation period (5 §). A planned breach is forbidden and can never be waived.

Found are each planned booking of kind overtime, with its net hours, and each calculation period with planned work or additional time
whose net hours of these two kinds, planned and actual, exceed full time (WT04's limit: `ordinary_week` for each week, less red days where the
agreement says so). Measured and limit are hours of the whole period.

A booking is planned by its status, or when it starts at or after `--as-of`. A period that sticks out of the export is flagged when the
known hours are above full time already, and not judged when the rest could take them there.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.full_time import calculation_periods
from tcw.rules.measures.hours_by_period import decide, findings, judgement
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR, US_PER_MINUTE
from tcw.worktime.kinds import ADDITIONAL, OVERTIME


def judge(context: Context) -> Judgement:
    """Return a finding for each planned booking of overtime, and each planned calculation period above full time."""
    booked = _bookings(context)
    parts: list[tuple[pl.DataFrame | None, int, int]] = [(booked, booked.height, 0)]
    for every, windows in calculation_periods(context):
        planned = windows.filter(pl.col("planned") > 0).with_columns(net="ordinary", allowed="full")
        done = decide(planned)
        found = findings(context, done.flagged, every, pl.col("kind") <= ADDITIONAL)
        parts.append((found, done.judged, done.not_judged))
    return judgement(parts)


def _bookings(context: Context) -> pl.DataFrame:
    """Return the planned bookings of overtime."""
    mine = pl.col("planned") & (pl.col("kind") == OVERTIME)
    timed = context.work.filter(mine)
    pause = pl.col("pause").cast(pl.Int64) * US_PER_MINUTE if "pause" in timed.columns else pl.lit(0)
    net = (pl.col("end") - pl.col("start") - pause.fill_null(0)).clip(lower_bound=0)
    listed = context.by_hours.filter(mine)
    both = [
        timed.select(
            "person", "staff", "unit", "row", "planned", pl.col("start").alias("from"), to="end", net=net
        ),
        listed.select(
            "person",
            "staff",
            "unit",
            "row",
            "planned",
            context.midnight(pl.col("day")).alias("from"),
            to=context.midnight(pl.col("day") + 1),
            net="net",
        ),
    ]
    bookings = pl.concat(both)
    found = context.with_agreement(bookings, context.day(pl.col("from")))
    return found.select(
        "person",
        "from",
        "to",
        "planned",
        # A list of one, also where there are none at all.
        pl.col("row").cast(pl.UInt32).reshape((-1, 1)).arr.to_list().alias("rows"),
        "agreement",
        "staff",
        "unit",
        measured=pl.col("net") / US_PER_HOUR,
        limit=pl.lit(0.0),
    )


RULE = Rule(
    code="PL01",
    name="planned-overtime",
    label=Phrase("rule.PL01", "Planned overtime"),
    message=Phrase("rule.PL01.message", "is planned for {shortfall} of overtime"),
    source="Arbetstidslagen 5 and 8 §§",
    judge=judge,
    direction="at_most",
    terms=("ordinary_week", "calculation_weeks", "red_days_reduce"),
    settings=("calculation_start",),
)
