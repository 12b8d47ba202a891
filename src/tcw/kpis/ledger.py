"""The ledger: hours by employee, ISO week and class, in one pass over the bookings.

Microseconds are summed as integers, so the answer does not depend on the order of rows or threads.
"""

import polars as pl

from tcw.kpis.classes import ABSENCE, BILLABLE, EXCLUDED, NON_BILLABLE, class_of_billing
from tcw.worktime.clock import Clock
from tcw.worktime.spans import weekly

KEY_WEEKS = 1 << 14
"""An employee-week is one integer: employee code times this, plus the week. Holds until the year 2283."""

COUNTED = {BILLABLE: "billable", NON_BILLABLE: "non_billable", ABSENCE: "absence"}


def ledger(bookings: pl.LazyFrame, people: pl.DataFrame, classes: pl.DataFrame, clock: Clock, longest: int) -> pl.DataFrame:
    """Return hours by employee-week and class.

    Args:
        bookings: as `tcw.model.schedule.Schedule.bookings`.
        people: `staff_id` (String, unique), `code` (UInt32).
        classes: `activity_id` (String, unique), `hours_class` (UInt8), see `tcw.kpis.classes`.
        clock: offsets of the zone over the period of the bookings.
        longest: the longest span in µs; above a week, spans are cut at every Monday they cross.

    Returns:
        `key` (Int64, see KEY_WEEKS; null for employees not in the staff table), `billable`, `non_billable`, `absence`
        (Int64 µs) and `lost` (Int64 µs: hours of activities that are unknown or have no billing type). Unsorted.
    """
    placed = classed(weekly(bookings, clock, longest), classes).join(people.lazy(), on="staff_id", how="left")
    key = pl.col("code").cast(pl.Int64) * KEY_WEEKS + pl.col("week")
    hours_class = pl.col("hours_class")
    sums = [
        ((hours_class == number) * pl.col(part)).sum().alias(f"{name}_{part}")
        for number, name in COUNTED.items()
        for part in ("here", "over")
    ]
    lost = ((hours_class.is_null() | (hours_class > EXCLUDED)) * (pl.col("here") + pl.col("over"))).sum()
    grouped = (
        placed.with_columns(key=key).group_by("key").agg(*sums, lost=lost).collect(engine="streaming")
    )
    here = grouped.select("key", *[pl.col(f"{name}_here").alias(name) for name in COUNTED.values()], "lost")
    over = (
        grouped.lazy()
        .filter(pl.any_horizontal(pl.col(f"{name}_over") != 0 for name in COUNTED.values()))
        .select(pl.col("key") + 1, *[pl.col(f"{name}_over").alias(name) for name in COUNTED.values()], lost=pl.lit(0, dtype=pl.Int64))
        .collect()
    )
    if over.is_empty():
        return here
    return pl.concat([here, over]).lazy().group_by("key").sum().collect(engine="streaming")


def classed(bookings: pl.LazyFrame, classes: pl.DataFrame) -> pl.LazyFrame:
    """Add `hours_class` (UInt8, null for an unknown activity): the booking's own billing type, else its activity's."""
    joined = bookings.join(classes.lazy(), on="activity_id", how="left")
    if "billing" not in bookings.collect_schema().names():
        return joined
    own = class_of_billing(pl.col("billing"))
    kept = pl.col("hours_class").is_in([ABSENCE, EXCLUDED])
    return joined.with_columns(hours_class=pl.when(kept).then(pl.col("hours_class")).otherwise(pl.coalesce(own, "hours_class")))
