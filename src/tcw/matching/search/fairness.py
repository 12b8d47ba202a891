"""Fairness: hours relative to what each may work, as pieces that are worth less and less.

Somebody's hours in the weeks of the orders are counted in tenths of the full time they may work (the employment rate's share; all of it where
there is none). What stands booked fills the first pieces; each quarter of an hour more is worth 14 in the first piece, 13 in the second, and so
on down to nothing. So the same hours are worth more with who has few of them, and nobody's worst case ties all others together.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.matching.problem import Problem
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR
from tcw.worktime.kinds import LAST_WORKING
from tcw.worktime.weeks import MONDAY_SHIFT

PIECES: Final = 15
"""Tenths of full time that are told apart: up to one and a half times full time, the last of which is worth nothing."""
TENTHS: Final = 10
QUARTER: Final = US_PER_HOUR // 4
ENDLESS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """Fairness as columns of a program.

    `hours`: `pair`, `owner` (UInt32: the person), `weight` (Int64 quarters of an hour). `pieces`: `owner`, `width` (Int64 quarters), `worth` (Int64
    for each quarter), sorted by owner and worth, the most first: so hours fill them.
    """

    hours: pl.DataFrame
    pieces: pl.DataFrame

    def worth(self, chosen: pl.Series) -> int:
        """Return what a choice of pairs (Boolean) is worth."""
        totals = self.hours.filter(chosen).group_by("owner").agg(pl.col("weight").sum())
        before = pl.col("width").cum_sum().over("owner") - pl.col("width")
        filled = (pl.col("weight") - before).clip(0, pl.col("width"))
        return int(
            self.pieces.join(totals, on="owner", how="inner", maintain_order="left")
            .select((filled * pl.col("worth")).sum())
            .item()
        )

    def of(self, free: pl.Series) -> "Spread":
        """Return it for some of the pairs, numbered anew, after what the others of `hours` have not filled."""
        return Spread(
            self.hours.filter(free).with_columns(pair=pl.int_range(pl.len(), dtype=pl.UInt32)), self.pieces
        )

    def after(self, fixed: pl.Series) -> "Spread":
        """Return what is left of the pieces when some pairs (Boolean) are taken."""
        return Spread(
            self.hours,
            _left(self.pieces, self.hours.filter(fixed).group_by("owner").agg(had=pl.col("weight").sum())),
        )


def spread(question: Problem) -> Spread:
    """Return the pieces of everybody with a candidate pair."""
    pairs = question.with_pairs()
    days = question.orders["day"]
    first, last = days.min(), days.max()
    if not isinstance(first, int) or not isinstance(last, int):
        first, last = 0, 0
    monday = first - (first + MONDAY_SHIFT) % 7
    weeks = (last - monday) // 7 + 1
    staff = (
        question.ground.schedule.staff.select("staff_id", "employment_type", "employment_rate")
        .unique("staff_id", keep="last", maintain_order=True)
        .join(question.ground.timeline.staff.select("staff_id", "person"), on="staff_id")
    )
    full = question.ground.schedule.config.normal_week_hours * weeks * 4
    may = (
        staff.group_by("person")
        .agg(rate=pl.col("employment_rate").sum())
        .select(
            owner="person",
            width=(pl.when(pl.col("rate") > 0).then("rate").otherwise(1.0) * full / TENTHS)
            .ceil()
            .cast(pl.Int64),
        )
    )
    owners = pairs.select(owner="person").unique().join(may, on="owner", how="left")
    pieces = (
        owners.with_columns(pl.col("width").fill_null(int(full) // TENTHS + 1))
        .join(pl.DataFrame({"worth": range(PIECES)}, schema={"worth": pl.Int64}), how="cross")
        .with_columns(width=pl.when(pl.col("worth") == 0).then(ENDLESS).otherwise("width"))
        .sort("owner", "worth", descending=[False, True])
    )
    hours = pairs.select("pair", owner="person", weight=-(-pl.col("net") // QUARTER))
    return Spread(hours, _left(pieces, _had(question, monday, weeks)))


def _had(question: Problem, monday: int, weeks: int) -> pl.DataFrame:
    """Return `owner`, `had`: quarters of an hour that stand booked in the weeks of the orders."""
    clock = question.ground.timeline.clock
    day = clock.local(pl.col("start")) // US_PER_DAY
    worked = question.ground.timeline.bookings.filter(
        pl.col("kind") <= LAST_WORKING, day.is_between(monday, monday + 7 * weeks - 1)
    )
    return worked.group_by(owner="person").agg(had=((pl.col("end") - pl.col("start")) // QUARTER).sum())


def _left(pieces: pl.DataFrame, had: pl.DataFrame) -> pl.DataFrame:
    """Return pieces less what has been had of them, the first first."""
    before = pl.col("width").cum_sum().over("owner") - pl.col("width")
    return (
        pieces.join(had, on="owner", how="left", maintain_order="left")
        .with_columns(used=(pl.col("had").fill_null(0) - before).clip(0, pl.col("width")))
        .select("owner", (pl.col("width") - pl.col("used")).alias("width"), "worth")
    )
