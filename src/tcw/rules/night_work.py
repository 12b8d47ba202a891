"""Night workers: who works at night to such an extent that Arbetstidslagen 13 a § protects them.

"Med natt förstås perioden mellan klockan 22 och klockan 6. Med nattarbetande arbetstagare förstås den som normalt utför minst tre timmar
av sitt arbetspass under natt eller den som troligen kommer att utföra minst en tredjedel av sin årsarbetstid under natt."
What is normal is taken from the duty periods that begin in the averaging period: more than half of them.
"""

from typing import TYPE_CHECKING, Final

import polars as pl

from tcw.rules.hours_by_period import Every, run_sums
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, Clock

if TYPE_CHECKING:
    from tcw.rules.context import Context

MORNING: Final = 6 * US_PER_HOUR
EVENING: Final = 22 * US_PER_HOUR
LEAST: Final = 3 * US_PER_HOUR
"""Hours of a duty period at night that make it a night's."""
THIRD: Final = 3


def night_time(clock: Clock, start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Return the elapsed time (Int64 µs) of a span between 22 and 06 local; clocks change at night, so its hour is the night's."""
    begin, stop = clock.local(start), clock.local(end)
    changed = (stop - begin) - (end - start)
    return _nights_until(stop) - _nights_until(begin) - changed


def night_stretches(context: "Context", people: pl.DataFrame) -> pl.DataFrame:
    """Return the stretches of these people (column `person`) with `night` (Int64 µs)."""
    mine = context.stretches.join(people, on="person", how="semi", maintain_order="left")
    return mine.with_columns(night=night_time(context.clock, pl.col("start"), pl.col("end")))


def night_workers(context: "Context", every: Every) -> pl.DataFrame:
    """Return `person` and `day` of the averaging periods in which a person is a night worker, by the duty periods known."""
    duties, stretches = context.duties, context.stretches
    if duties.is_empty():
        return pl.DataFrame(schema={"person": pl.UInt32, "day": pl.Int32})
    nights = stretches.select(
        night_time(context.clock, pl.col("start"), pl.col("end")).cum_sum().alias("night")
    ).to_series()
    # A duty period ends with the stretch before the one that begins the next: positions in `work` rise through both.
    last = stretches["last"].search_sorted(duties["last"]) if duties.height < stretches.height else None
    until = nights if last is None else nights.gather(last)
    at_night = duties.select("person", "start", "worked", night=until - until.shift(1, fill_value=0))
    begins = pl.Series("day", context.hours.begins(every), dtype=pl.Int32)
    placed = at_night.with_columns(number=_number(context, at_night, begins))
    summed = run_sums(
        placed,
        {
            "long": (pl.col("night") >= LEAST).cast(pl.Int64),
            "duties": pl.col("worked").is_not_null().cast(pl.Int64),
            "night": pl.col("night"),
            "worked": pl.col("worked"),
        },
    )
    often = pl.col("long") * 2 > pl.col("duties")
    much = pl.col("night") * THIRD >= pl.col("worked")
    return summed.filter(often | much).select("person", day=pl.lit(begins).gather(pl.col("number")))


def _number(context: "Context", duties: pl.DataFrame, begins: pl.Series) -> pl.Series:
    """Return which of the periods that begin on these days each duty period begins in."""
    days = duties.select(context.day(pl.col("start"))).to_series()
    of_day = begins.search_sorted(context.hours.periods.begins[:-1], side="right") - 1
    return (
        days.to_frame("day")
        .select(pl.lit(of_day).gather(context.hours.periods.number(pl.col("day"))).cast(pl.Int32))
        .to_series()
    )


def _nights_until(local: pl.Expr) -> pl.Expr:
    """Return how much of all nights lies before a local time, counted from the epoch."""
    clock_time = local % US_PER_DAY
    today = pl.min_horizontal(clock_time, MORNING) + (clock_time - EVENING).clip(lower_bound=0)
    return local // US_PER_DAY * (MORNING + US_PER_DAY - EVENING) + today
