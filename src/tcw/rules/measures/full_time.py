"""Full time in each calculation period, and the overtime and additional time that follow from it."""

from typing import TYPE_CHECKING, Final

import polars as pl

from tcw.rules.measures.employment_rates import whole_minutes, with_contract
from tcw.rules.measures.hours_by_period import Every
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.kinds import ADDITIONAL, OVERTIME

if TYPE_CHECKING:
    from tcw.rules.engine.context import Context

MISSING_RATE: Final = "staff.employment_rate"
MISSING_KIND: Final = "activities.time_kind"


def calculation_periods(context: "Context") -> list[tuple[Every, pl.DataFrame]]:
    """Return the windows of each length of calculation period that the agreements have, each with `full` (Float64 µs).

    A person's windows are those of the agreement in force on their first day. `full`: `ordinary_week` for each week, less the red working
    days where the agreement says so; without a limit, such windows are left out.
    """
    days = len(context.schedule.config.red_days.iso_weekdays)
    week = context.term("ordinary_week") * US_PER_HOUR
    reduced = (
        pl.when(context.in_force.having("red_days_reduce", value=True)).then(pl.col("red")).otherwise(0.0)
    )
    periods = []
    for weeks in sorted(int(str(one)) for one in context.in_force.values("calculation_weeks")):
        every = Every("weeks", weeks)
        mine = context.hours.windows(every).filter(context.in_force.having("calculation_weeks", weeks))
        full = (week * weeks - week / max(days, 1) * reduced).round().clip(lower_bound=0.0)
        windows = mine.with_columns(full=full, weeks=pl.lit(weeks, dtype=pl.Int32))
        periods.append((every, windows.filter(pl.col("full").is_finite())))
    return periods


def books_overtime(context: "Context") -> bool:
    """Tell whether any booking of the source is additional time or overtime; if none is, they follow from the hours."""
    beyond = pl.col("kind").is_between(ADDITIONAL, OVERTIME).any()
    # This chunk first: one such booking answers the question for all chunks.
    here = bool(context.work.lazy().select(beyond).collect().item())
    timeline = context.timeline
    return here or timeline.books_hours(ADDITIONAL, OVERTIME) or timeline.books(ADDITIONAL, OVERTIME)


def derived(context: "Context") -> pl.DataFrame:
    """Return the overtime and additional time of each calculation period where the source books ordinary time only.

    Adds to the windows of `calculation_periods` `overtime` (work above full time) and, of part-timers, `additional` (above the contract, up to
    full time; Int64 µs), and `contract`, `part`, `unrated`. Absence that counts as worked is time fulfilled (Arbetstidslagen 7 § and 10 §).
    """
    frames = [windows for _, windows in calculation_periods(context)]
    periods = with_contract(context, pl.concat(frames))
    fulfilled = pl.col("work") + (pl.col("counted") - pl.col("worked"))
    full = pl.col("full").cast(pl.Int64)
    contract = pl.min_horizontal(whole_minutes(pl.col("full") * pl.col("contract")), full)
    # Nobody works overtime by being away: it is at most the hours worked.
    above_full = pl.min_horizontal((fulfilled - full).clip(lower_bound=0), "work")
    above_contract = pl.min_horizontal((fulfilled - contract).clip(lower_bound=0), "work")
    part = pl.col("part") & ~pl.col("unrated")
    return periods.with_columns(
        overtime=above_full, additional=pl.when(part).then(above_contract - above_full).otherwise(0)
    )
