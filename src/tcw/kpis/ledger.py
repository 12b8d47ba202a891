"""The ledger: hours by employee, ISO week and class, in one pass over the bookings.

Microseconds are summed as integers, so the answer does not depend on the order of rows or threads.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.kpis.classes import ABSENCE, BILLABLE, EXCLUDED, NON_BILLABLE, class_of_billing
from tcw.worktime.clock import Clock
from tcw.worktime.spans import weekly

KEY_WEEKS: Final = 1 << 14
"""An employee-week is one integer: employee code times this, plus the week. Holds until the year 2283."""
UNCOUNTED: Final = -1
"""The key of bookings that are in no figure because their activity is unknown or has no billing type."""

COUNTED = {BILLABLE: "billable", NON_BILLABLE: "non_billable", ABSENCE: "absence"}


@dataclass(frozen=True, slots=True)
class Ledger:
    """Hours by employee-week, and whether bookings were left out.

    `hours`: `key` (Int64, see KEY_WEEKS; in rising order), `billable`, `non_billable`, `absence` (Int64 µs).
    """

    hours: pl.DataFrame
    unknown_staff: bool
    """Some bookings are of staff that the staff table lacks."""
    uncounted: bool
    """Some bookings are on activities that are unknown or have no billing type."""


def ledger(
    bookings: pl.LazyFrame, people: pl.DataFrame, classes: pl.DataFrame, clock: Clock, longest: int
) -> Ledger:
    """Return hours by employee-week and class.

    Args:
        bookings: as `tcw.model.schedule.Schedule.active`.
        people: `staff_id` (String, unique), `code` (UInt32).
        classes: `activity_id` (String, unique), `hours_class` (UInt8), see `tcw.kpis.classes`.
        clock: offsets of the zone over the period of the bookings.
        longest: the longest span in µs; above a week, spans are cut at every Monday they cross.
    """
    placed = (
        classed(weekly(bookings, clock, longest), classes)
        .join(people.lazy(), on="staff_id", how="left")
        .with_columns(key=pl.col("code").cast(pl.Int64) * KEY_WEEKS + pl.col("week"))
        .select("key", "hours_class", "here", "over")
    )
    # Few bookings reach over a Monday: as rows of their own they cost less than as columns of all rows.
    over = placed.filter(pl.col("over") > 0).select(pl.col("key") + 1, "hours_class", time="over")
    parts = pl.concat([placed.select("key", "hours_class", time="here"), over])
    hours_class = pl.col("hours_class")
    uncounted = hours_class.is_null() | (hours_class > EXCLUDED)
    # Three sums over columns made here cost half of what three sums over expressions cost in the aggregation.
    split = parts.select(
        key=pl.when(uncounted.not_()).then(pl.col("key")).otherwise(UNCOUNTED),
        **{name: (hours_class == number) * pl.col("time") for number, name in COUNTED.items()},
    )
    grouped = split.group_by("key").agg(pl.col(*COUNTED.values()).sum()).collect(engine="streaming")
    known = pl.col("key") >= 0
    return Ledger(
        grouped.filter(known).sort("key"),
        unknown_staff=bool(grouped["key"].null_count()),
        uncounted=bool((grouped["key"] == UNCOUNTED).any()),
    )


def classed(bookings: pl.LazyFrame, classes: pl.DataFrame) -> pl.LazyFrame:
    """Add `hours_class` (UInt8, null for an unknown activity): the booking's own billing type, else its activity's."""
    joined = bookings.join(classes.lazy(), on="activity_id", how="left")
    if "billing" not in bookings.collect_schema().names():
        return joined
    own = class_of_billing(pl.col("billing"))
    kept = pl.col("hours_class").is_in([ABSENCE, EXCLUDED])
    return joined.with_columns(
        hours_class=pl.when(kept).then("hours_class").otherwise(pl.coalesce(own, "hours_class"))
    )
