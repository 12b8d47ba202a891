"""Overtime that is planned: a planned booking of overtime, or planned hours above full time.

Overtime is for what could not be foreseen ("särskilt behov av ökad arbetstid", Arbetstidslagen 8 §), so a
schedule may not hold it: planned ordinary time is at most full time in each calculation period (5 §). A
planned breach is forbidden and can never be waived.

Found are each planned booking of kind overtime, with its net hours, and each calculation period with planned
work or additional time whose net hours of these two kinds, planned and actual, exceed full time (WT04's
limit: `ordinary_week` for each week, less red days where the agreement says so). Measured and limit are hours
of the whole period.

A booking is planned by its status, or when it starts at or after `--as-of`. A period that sticks out of the
export is flagged when the known hours are above full time already, and not judged when the rest could take
them there.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import failing, with_midnights
from tcw.rules.measures.full_time import calculation_periods
from tcw.rules.measures.hours_by_period import judge_windows, judgement
from tcw.rules.measures.net_hours import less_pause
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.kinds import ADDITIONAL, OVERTIME

COLUMNS = ("person", "staff", "unit", "row", "planned", "from", "to", "net")


def judge(context: Context) -> Judgement:
    """Return a finding for each planned booking of overtime, and each planned period above full time."""
    parts = [_planned_overtime(context)]
    for every, windows in calculation_periods(context):
        planned = windows.filter(pl.col("planned") > 0).with_columns(net="ordinary", allowed="full")
        parts.append(judge_windows(context, planned, every, pl.col("kind") <= ADDITIONAL))
    return judgement(parts)


def _planned_overtime(context: Context) -> Judgement:
    """Judge the planned bookings of overtime: all of them fail."""
    planned = pl.col("planned") & (pl.col("kind") == OVERTIME)
    timed = context.work.filter(planned).with_columns(
        pl.col("start").alias("from"), pl.col("end").alias("to"), net=less_pause(context.work.columns)
    )
    by_hours = with_midnights(context, context.by_hours.lazy().filter(planned)).collect()
    bookings = pl.concat([timed.select(COLUMNS), by_hours.select(COLUMNS)])
    return failing(
        context.with_agreement(bookings, context.day(pl.col("from"))),
        judged=bookings.height,
        measured=pl.col("net") / US_PER_HOUR,
        limit=0.0,
        agreement="agreement",
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
