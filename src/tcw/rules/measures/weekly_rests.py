"""Time at the employer's disposal, which is all that is no weekly rest, and the rests between.

Standby (beredskap) is no working time, but "till veckovilan räknas inte beredskapstid" (Arbetstidslagen 14 § first paragraph). So weekly
rest is measured between stretches of working time and standby together; positions are in `disposal`, not in `Context.work`.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.engine.terms import Terms
from tcw.rules.measures.rest_windows import fixed_windows, weeks_from
from tcw.worktime import stretches
from tcw.worktime.kinds import STANDBY


def disposal(context: Context) -> pl.DataFrame:
    """Return bookings of working time and standby, sorted by person and start."""
    if not (context.bookings["kind"] == STANDBY).any():
        return context.work
    return context.bookings.filter(pl.col("kind") <= STANDBY)


def disposal_stretches(context: Context) -> pl.DataFrame:
    """Return working time and standby united; `first` and `last` are positions in `disposal`."""
    bookings = context.once(disposal)
    if bookings.height == context.work.height:
        return context.stretches
    return stretches.stretches(bookings, context.timeline.origin)


def weeks_of(context: Context, terms: Terms) -> pl.DataFrame:
    """Return the longest rest of each seven-day window as the agreement lays them, in modes `week` and `straddle`.

    Windows that hold working time or standby of a person; columns: see `tcw.rules.measures.rest_windows.fixed_windows`.
    """
    return fixed_windows(
        context.once(disposal_stretches),
        weeks_from(terms.week_break_day, terms.week_break_time),
        context.clock,
        context.first,
        context.after,
        whole=terms.weekly_rest_mode == "straddle",
    )
