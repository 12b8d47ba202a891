"""From sums over periods to findings: what is decided, what sticks out of the horizon, and which bookings it is about."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tcw.rules.measures.hours_by_period import Every
from tcw.rules.rule import Judgement
from tcw.worktime.clock import US_PER_HOUR

if TYPE_CHECKING:
    from tcw.rules.engine.context import Context


class Decided(NamedTuple):
    """The windows whose known hours are above what is allowed, and how many windows are decided and not."""

    flagged: pl.DataFrame
    judged: int
    not_judged: int


def decide(windows: pl.DataFrame) -> Decided:
    """Judge windows with `net` (Int64 µs), `allowed` (Float64 µs) and `unknown` (Int64 µs); those without a limit are left out.

    What is not known can only add hours, at most one each hour: a window that sticks out of the horizon is flagged as soon as its known
    part is above the limit, and passes when the rest cannot take it there.
    """
    bounded = windows.filter(pl.col("allowed").is_finite())
    above = pl.col("net") > pl.col("allowed")
    open_ = ~above & (pl.col("net") + pl.col("unknown") > pl.col("allowed"))
    left = int(bounded.select(open_.sum()).item())
    return Decided(bounded.filter(above), bounded.height - left, left)


def findings(
    context: "Context",
    flagged: pl.DataFrame,
    every: Every,
    bookings: pl.Expr,
    per: pl.Expr | None = None,
    **more: pl.Expr,
) -> pl.DataFrame:
    """Return the findings of flagged windows of one kind of period.

    Args:
        context: of the chunk.
        flagged: `person`, `day`, `until`, `net`, `allowed`, `agreement`.
        every: the periods they are.
        bookings: which bookings of a window it is about (over `kind` and `activity`).
        per: what hours are divided by to be told, 1 unless given.
        more: further columns of the findings.
    """
    per_ = pl.lit(1.0) if per is None else per
    about = _bookings(context, flagged, every, bookings)
    told = flagged.join(about, on=["person", "day"], how="left", maintain_order="left")
    return told.select(
        "person",
        context.midnight(pl.col("day")).alias("from"),
        context.midnight(pl.col("until")).alias("to"),
        pl.col("planned_").alias("planned"),
        "rows",
        "agreement",
        measured=pl.col("net") / US_PER_HOUR / per_,
        limit=pl.col("allowed") / US_PER_HOUR / per_,
        **more,
    )


def judgement(parts: Iterable[tuple[pl.DataFrame | None, int, int]], why: str = "") -> Judgement:
    """Put together what several kinds of periods gave: findings, judged, not judged."""
    listed = list(parts)
    frames = [found for found, _, _ in listed if found is not None and found.height]
    not_judged = sum(left for _, _, left in listed)
    return Judgement(
        pl.concat(frames, how="diagonal") if frames else None,
        judged=sum(done for _, done, _ in listed),
        not_judged=not_judged,
        why=why if not_judged else "",
    )


def _bookings(context: "Context", flagged: pl.DataFrame, every: Every, chosen: pl.Expr) -> pl.DataFrame:
    """Return `person`, `day`, `rows` and `planned_` of flagged windows: the bookings of each, in order."""
    if flagged.is_empty():
        nothing = pl.Series("rows", [], dtype=pl.List(pl.UInt32))
        return flagged.select("person", "day", nothing, planned_=pl.lit(value=False))
    begins = pl.Series("day", context.hours.begins(every), dtype=pl.Int32)
    people = flagged.select("person").unique()
    timed = (
        context.bookings.join(people, on="person", how="semi", maintain_order="left")
        .filter(chosen)
        .select(
            "person",
            "row",
            "planned",
            first=context.day(pl.col("start")),
            last=context.day(pl.col("end") - 1),
        )
    )
    by_hours = (
        context.by_hours.join(people, on="person", how="semi", maintain_order="left")
        .filter(chosen)
        .select("person", "row", "planned", first="day", last="day")
    )
    rows = pl.concat([timed, by_hours])
    first, last = (begins.search_sorted(rows[name], side="right") - 1 for name in ("first", "last"))
    touched = rows.with_columns(number=pl.int_ranges(first, last + 1, dtype=pl.UInt32)).explode("number")
    placed = touched.with_columns(day=pl.lit(begins).gather(pl.col("number")))
    return (
        placed.join(
            flagged.select("person", "day").unique(), on=["person", "day"], how="semi", maintain_order="left"
        )
        .group_by("person", "day", maintain_order=True)
        .agg(rows="row", planned_=pl.col("planned").any())
    )
