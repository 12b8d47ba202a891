"""Night workers: who works at night to such an extent that Arbetstidslagen 13 a § protects them.

"Med natt förstås perioden mellan klockan 22 och klockan 6. Med nattarbetande arbetstagare förstås den som normalt utför minst tre timmar
av sitt arbetspass under natt eller den som troligen kommer att utföra minst en tredjedel av sin årsarbetstid under natt."
What is normal is taken from the duty periods that begin in the averaging period: more than half of them.
"""

from typing import TYPE_CHECKING, Final

import polars as pl

from tcw.rules.hours_by_period import Every
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


def night_workers(context: "Context", windows: pl.DataFrame, every: Every) -> pl.DataFrame:
    """Return the windows (`person`, `day`) in which the person is a night worker, of averaging periods of one kind."""
    people = windows.select("person").unique()
    duties = (
        context.duties.join(people, on="person", how="semi", maintain_order="left")
        .select("person", "start", "worked", "first")
        .with_columns(duty=pl.col("first"))
    )
    if duties.is_empty():
        return windows.select("person", "day").clear()
    # Positions in `work` rise through people and duty periods alike: a stretch is of the last duty period that begins before it.
    nights = (
        night_stretches(context, people)
        .select("first", "night")
        .join_asof(duties.select("first", "duty"), on="first")
        .group_by("duty")
        .agg(pl.col("night").sum())
    )
    begins = pl.Series("day", context.hours.begins(every), dtype=pl.Int32)
    days = duties.select(context.day(pl.col("start"))).to_series()
    placed = duties.with_columns(day=begins.gather(begins.search_sorted(days, side="right") - 1))
    return (
        placed.join(nights, on="duty", how="left")
        .group_by("person", "day")
        .agg(
            long=(pl.col("night") >= LEAST).sum(),
            duties=pl.len(),
            night=pl.col("night").sum(),
            worked=pl.col("worked").sum(),
        )
        .filter((pl.col("long") * 2 > pl.col("duties")) | (pl.col("night") * THIRD >= pl.col("worked")))
        .select("person", "day")
        .join(windows, on=["person", "day"], how="semi")
    )


def _nights_until(local: pl.Expr) -> pl.Expr:
    """Return how much of all nights lies before a local time, counted from the epoch."""
    clock_time = local % US_PER_DAY
    today = pl.min_horizontal(clock_time, MORNING) + (clock_time - EVENING).clip(lower_bound=0)
    return local // US_PER_DAY * (MORNING + US_PER_DAY - EVENING) + today
