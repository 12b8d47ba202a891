"""The objectives, in strict order, as whole numbers for each pair.

And fairness, which depends on a person's sum of hours.
Fairness counts somebody's hours in the weeks of the orders in tenths of the full time they may work (the
share of the employment rate; all of it without a rate). Booked hours fill the first pieces. Each further
quarter of an hour is worth 14 in the first piece, 13 in the second, and so on down to 0. So the same hours
are worth more for people who have few of them, and nobody's worst case ties all others together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.matching.availability import TIERS
from tcw.matching.candidates import OFFICE
from tcw.matching.problem import Problem
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR
from tcw.worktime.kinds import LAST_WORKING
from tcw.worktime.weeks import MONDAY_SHIFT

FILLED: Final = "filled"
FAIRNESS: Final = "fairness"
LOWEST_IDS: Final = "ids"
EARLIER: Final = 64
"""So many orders in a row are told apart by the last wish."""
WORTH_OF_CLASS: Final = tuple(range(OFFICE, -1, -1))
"""Resource shifts and monthly paid within the contract 3, part-timers above it 2, hourly paid 1, office staff
0."""


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective: the sum of `worth` (Int64, not negative, by pair) over the chosen pairs is maximised.

    `part`: the priority class, for filled orders. `quiet`: it only makes the answer unique, and no report
    shows it.
    """

    name: str
    worth: pl.Series
    part: int | None = None
    quiet: bool = False


def objectives(
    question: Problem, wishes: Sequence[str], previous: pl.DataFrame | None = None
) -> list[Objective]:
    """Return all objectives, the weightiest first.

    Fairness has no worth here (see `tcw.matching.search.objectives`).

    Args:
        question: with its pairs.
        wishes: those of tcw.yaml, in order.
        previous: `order_id`, `staff_id` of the last plan: then stability comes right after filled orders.
    """
    pairs = question.with_pairs()
    ordered = [wish for wish in wishes if wish != "stability"]
    if previous is not None and "stability" in wishes:
        ordered = ["stability", *ordered]
    every = _filled(pairs)
    for wish in ordered:
        if wish == "employment":
            worth = pairs["class"].replace_strict(
                list(range(len(WORTH_OF_CLASS))), list(WORTH_OF_CLASS), return_dtype=pl.Int64
            )
            every.append(Objective(wish, worth))
        elif wish == "tier":
            every.append(Objective(wish, len(TIERS) - pairs["tier"].cast(pl.Int64)))
        elif wish == "continuity":
            every.append(Objective(wish, pairs["continuity"].cast(pl.Int64)))
        elif wish == "stability" and previous is not None:
            every.append(Objective(wish, _unchanged(question, pairs, previous)))
        elif wish == FAIRNESS:
            every.append(Objective(wish, pl.zeros(pairs.height, dtype=pl.Int64, eager=True)))
    every.append(Objective(LOWEST_IDS, _lowest(pairs), quiet=True))
    return every


def _lowest(pairs: pl.DataFrame) -> pl.Series:
    """Return a worth that is higher for lower staff ids among an order's candidates.

    Earlier orders count more.
    """
    rank = pl.int_range(pl.len()).over("order").cast(pl.Int64)
    early = 2 * EARLIER - pl.col("order").cast(pl.Int64) % EARLIER
    return (
        pairs.select("order", rank=rank)
        .select((pl.col("rank").max() + 1 - pl.col("rank")) * early)
        .to_series()
    )


def _filled(pairs: pl.DataFrame) -> list[Objective]:
    """Return one wish for each priority class, highest first."""
    classes = pairs["priority"].unique().sort().to_list()
    return [
        Objective(FILLED, (pairs["priority"] == priority).cast(pl.Int64), priority) for priority in classes
    ]


def _unchanged(question: Problem, pairs: pl.DataFrame, previous: pl.DataFrame) -> pl.Series:
    named = pairs.join(
        question.prepared.timeline.staff.select("staff", "staff_id"),
        on="staff",
        how="left",
        maintain_order="left",
    )
    return named.join(
        previous.select("order_id", "staff_id", unchanged=pl.lit(1, dtype=pl.Int64)).unique(),
        on=["order_id", "staff_id"],
        how="left",
        maintain_order="left",
    )["unchanged"].fill_null(0)


PIECES: Final = 15
"""Tenths of full time that are told apart: up to one and a half times full time, the last of which is worth
nothing."""
TENTHS: Final = 10
QUARTER: Final = US_PER_HOUR // 4
ENDLESS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Spread:
    """Fairness as columns of a program.

    `hours`: `pair`, `owner` (UInt32: the person), `weight` (Int64 quarters of an hour). `pieces`: `owner`,
    `width` (Int64 quarters), `worth` (Int64 for each quarter), sorted by owner and worth, the most first: so
    hours fill them.
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
        """Return it for some of the pairs (Boolean), numbered anew."""
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
        question.prepared.schedule.staff.select("staff_id", "employment_type", "employment_rate")
        .unique("staff_id", keep="last", maintain_order=True)
        .join(question.prepared.timeline.staff.select("staff_id", "person"), on="staff_id")
    )
    full = question.prepared.schedule.config.normal_week_hours * weeks * 4
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
    clock = question.prepared.timeline.clock
    day = clock.local(pl.col("start")) // US_PER_DAY
    worked = question.prepared.timeline.bookings.filter(
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
