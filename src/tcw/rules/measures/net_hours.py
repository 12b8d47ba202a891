"""Net hours: what bookings amount to, double-booked time once and pauses taken off.

For the net working time of a person per local day use `by_day(context, work)`, per ISO week `by_week(context,
work)`.

Bookings are walked by start, end, kind and activity. Each counts the part of its span that no earlier one of
the person has covered, less its pause in the same proportion; where a period ends inside it, in proportion
again. Whole microseconds throughout, so that sums do not depend on the order of rows. Bookings with hours
only count whole on their day, on top of everything else.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

from tcw.worktime.clock import US_PER_DAY, US_PER_MINUTE, Clock
from tcw.worktime.keys import same_person
from tcw.worktime.stretches import running_end
from tcw.worktime.weeks import MONDAY_SHIFT

if TYPE_CHECKING:
    from tcw.rules.engine.context import Context

SUMS_SCHEMA: Final = pl.Schema({"person": pl.UInt32(), "day": pl.Int32(), "net": pl.Int64()})


@dataclass(frozen=True, slots=True)
class PeriodGrid:
    """Periods of whole local days, numbered in order.

    `first`: the day (Int32 days since 1970) on which the table begins; `numbers`: the number (Int32) of each
    day from there on; `begins`: the first day of each number, from number 0, and one more at the end;
    `instants`: their midnights (Int64 µs).
    """

    first: int
    numbers: pl.Series
    begins: pl.Series
    instants: pl.Series

    def number(self, day: pl.Expr) -> pl.Expr:
        """Return the number (Int32) of the period a day lies in; of days outside, the first or last."""
        return pl.lit(self.numbers).gather((day - self.first).clip(0, len(self.numbers) - 1))

    def begin(self, number: pl.Expr) -> pl.Expr:
        """Return the first day (Int32) of a period."""
        return pl.lit(self.begins).gather(number)


def grid(clock: Clock, first: int, last: int, starts: pl.Expr) -> PeriodGrid:
    """Return the grid over the local days `first` to `last`.

    `starts` is an expression over `day` (Int32): whether a period begins on that day. The first always begins
    one.
    """
    days = pl.DataFrame({"day": pl.int_range(first, last + 1, dtype=pl.Int32, eager=True)})
    marked = days.with_columns(new=starts | (pl.col("day") == first))
    begins = pl.concat([marked.filter("new")["day"], pl.Series([last + 1], dtype=pl.Int32)]).alias("day")
    numbers = marked.select((pl.col("new").cum_sum() - 1).cast(pl.Int32)).to_series()
    midnights = clock.instant(pl.col("day").cast(pl.Int64) * US_PER_DAY)
    return PeriodGrid(first, numbers, begins, begins.to_frame().select(midnights).to_series())


def net_spans(spans: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Return what each span adds to the person's net time.

    Args:
        spans: `person`, `start`, `end` and maybe `pause` (minutes), in the order of the timeline.
        origin: an instant before the first start.

    Returns:
        The same rows less those that add nothing, with `start` moved to where the new part begins, and `net`
        (Int64 µs).
    """
    start, end = pl.col("start"), pl.col("end")
    # The running end is in whole milliseconds; a first row's start is its own.
    covered = running_end("end", origin).shift()
    fresh = pl.when(same_person() & (covered > start)).then(covered).otherwise(start)
    net = end - pl.col("fresh")
    if "pause" in spans.columns:
        whole = less_pause(spans.columns)
        part = (whole * (net / (end - start))).round().cast(pl.Int64)
        net = pl.when(pl.col("fresh") == start).then(whole).otherwise(part)
    return (
        spans.lazy()
        .with_columns(fresh=fresh)
        .filter(pl.col("fresh") < end)
        .with_columns(net=net)
        .with_columns(start="fresh")
        .drop("fresh")
        .collect()
    )


def less_pause(columns: Collection[str]) -> pl.Expr:
    """Return the length of a booking less its pause (Int64 µs, never below 0)."""
    pause = pl.col("pause").cast(pl.Int64) * US_PER_MINUTE if "pause" in columns else pl.lit(0)
    return (pl.col("end") - pl.col("start") - pause.fill_null(0)).clip(lower_bound=0)


def cut(spans: pl.DataFrame, clock: Clock, periods: PeriodGrid) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add the period of net spans, `number` (Int32): those inside one, and the pieces of the others."""
    marked = spans.with_columns(number=periods.number(_day(clock, pl.col("start"))))
    begins = pl.lit(periods.instants).gather(pl.col("number"))
    ends = pl.lit(periods.instants).gather(pl.col("number") + 1)
    across = marked.select(pl.col("end") > ends).to_series()
    if not across.any():
        return marked, marked.clear()
    last = periods.number(_day(clock, pl.col("end") - 1))
    pieces = (
        marked.filter(across)
        .with_columns(number=pl.int_ranges("number", last + 1, dtype=pl.Int32))
        .explode("number")
    )
    length = pl.col("end") - pl.col("start")
    # Rounding what has run up to either side, not the piece, keeps the pieces' sum the whole's.
    before = (pl.max_horizontal(begins, "start") - pl.col("start")) / length
    until = (pl.min_horizontal(ends, "end") - pl.col("start")) / length
    net = (pl.col("net") * until).round().cast(pl.Int64) - (pl.col("net") * before).round().cast(pl.Int64)
    return marked.filter(~across), pieces.with_columns(net=net)


def by_day(context: "Context", work: pl.DataFrame, by_hours: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return net time per person and local day (SUMS_SCHEMA), sorted.

    Args:
        context: of the chunk.
        work: the bookings to count, as rows of `Context.work` or `Context.bookings` in their order.
        by_hours: the bookings with hours only to count, as rows of `Context.by_hours`.
    """
    return _summed(context, work, by_hours, pl.lit(value=True))


def by_week(context: "Context", work: pl.DataFrame, by_hours: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return net time per person and ISO week, as `by_day`; `day` is the Monday."""
    mondays = (pl.col("day") + MONDAY_SHIFT) % 7 == 0
    return _summed(context, work, by_hours, mondays)


def _summed(
    context: "Context", work: pl.DataFrame, by_hours: pl.DataFrame | None, starts: pl.Expr
) -> pl.DataFrame:
    hours_only = context.by_hours.clear() if by_hours is None else by_hours
    if work.is_empty() and hours_only.is_empty():
        return pl.DataFrame(schema=SUMS_SCHEMA)
    first, last = horizon_days(context)
    # From a Monday, so that the first week is a whole one.
    periods = grid(context.clock, first - (first + MONDAY_SHIFT) % 7, last, starts)
    whole, pieces = cut(net_spans(work, context.timeline.origin), context.booked_clock, periods)
    listed = hours_only.select("person", number=periods.number(pl.col("day")), net="net")
    together = pl.concat([frame.select("person", "number", "net") for frame in (whole, pieces, listed)])
    return (
        together.group_by("person", "number")
        .agg(pl.col("net").sum())
        .sort("person", "number")
        .select("person", day=periods.begin(pl.col("number")), net="net")
    )


def horizon_days(context: "Context") -> tuple[int, int]:
    """Return the first and the last local day (days since 1970) that the horizon touches."""
    ends = pl.DataFrame({"at": [context.first, max(context.first, context.after - 1)]})
    first, last = ends.select(context.day(pl.col("at"))).to_series().to_list()
    return int(first), int(last)


def _day(clock: Clock, instant: pl.Expr) -> pl.Expr:
    return (clock.local(instant) // US_PER_DAY).cast(pl.Int32)
