"""Night workers: who works at night to such an extent that Arbetstidslagen 13 a § protects them.

"Med natt förstås perioden mellan klockan 22 och klockan 6. Med nattarbetande arbetstagare förstås den som
normalt utför minst tre timmar av sitt arbetspass under natt eller den som troligen kommer att utföra minst en
tredjedel av sin årsarbetstid under natt." What is normal is taken from the duty periods that begin in the
averaging period: more than half of them.
"""

from typing import TYPE_CHECKING, Final

import polars as pl

from tcw.rules.measures.hours_by_period import PeriodLength, run_sums
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, Clock

if TYPE_CHECKING:
    from tcw.rules.engine.context import Context

MORNING: Final = 6 * US_PER_HOUR
EVENING: Final = 22 * US_PER_HOUR
LEAST: Final = 3 * US_PER_HOUR
"""Hours of a duty period at night that make it a night's."""
THIRD: Final = 3


def night_time(clock: Clock, spans: pl.DataFrame) -> pl.Series:
    """Return the elapsed time (Int64 µs) of spans (`start`, `end`) between 22 and 06 local.

    Clocks change at night: the hour that is lost or won is the night's.
    """
    # Local times first: as parts of one expression Polars works them out once for each time they are named.
    both = spans.lazy().select(
        "start", "end", begin=clock.local(pl.col("start")), stop=clock.local(pl.col("end"))
    )
    changed = (pl.col("stop") - pl.col("begin")) - (pl.col("end") - pl.col("start"))
    nights = _nights_until(pl.col("stop")) - _nights_until(pl.col("begin"))
    return both.select((nights - changed).alias("night")).collect().to_series()


def night_workers(context: "Context", every: PeriodLength) -> pl.DataFrame:
    """Return `person` and `day` of the averaging periods in which a person is a night worker."""
    duties, stretches = context.duties, context.stretches
    if duties.is_empty():
        return pl.DataFrame(schema={"person": pl.UInt32, "day": pl.Int32})
    nights = night_time(context.booked_clock, stretches).cum_sum()
    # Both count positions in `work`: the stretches that end where a duty period ends are its last.
    ends = pl.repeat(value=False, n=context.work.height, dtype=pl.Boolean, eager=True)
    ends = ends.scatter(duties["last"], True)  # noqa: FBT003 - what is written there
    until = nights.filter(ends.gather(stretches["last"]))
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
    days = duties.select(
        (context.booked_clock.local(pl.col("start")) // US_PER_DAY).cast(pl.Int32)
    ).to_series()
    of_day = begins.search_sorted(context.hours.periods.begins[:-1], side="right") - 1
    return (
        days.to_frame("day")
        .select(pl.lit(of_day).gather(context.hours.periods.number(pl.col("day"))).cast(pl.Int32))
        .to_series()
    )


def _nights_until(local: pl.Expr) -> pl.Expr:
    """Return how much of all nights lies before a local time, counted from the epoch."""
    day = local // US_PER_DAY
    clock_time = local - day * US_PER_DAY
    today = clock_time.clip(upper_bound=MORNING) + (clock_time - EVENING).clip(lower_bound=0)
    return day * (MORNING + US_PER_DAY - EVENING) + today
