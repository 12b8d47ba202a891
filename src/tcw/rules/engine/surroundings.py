"""What a person was booked on around a finding, for drawing a time line."""

import polars as pl

from tcw.rules.engine.run import CheckFacts
from tcw.worktime.clock import US_PER_DAY

BESIDE = US_PER_DAY
"""So much is shown before and after."""
MOST = 8 * US_PER_DAY
"""A window longer than this is shown at its end, where it went wrong."""


def surroundings(result: CheckFacts, findings: pl.DataFrame) -> pl.DataFrame:
    """Return the bookings of the person around each of (a few) findings.

    Takes findings with `staff_id`, `from`, `to`, `booking_ids`. Returns `finding` (UInt32: its place), `start`, `end`
    (Datetime, local), `kind` (UInt8, see `tcw.worktime.kinds`), sorted by finding and start.
    """
    wanted = (
        findings.select("staff_id", "from", "to")
        .with_row_index("finding")
        .filter(pl.col("from").is_not_null())
        .join(result.staff.select("staff_id", "person"), on="staff_id", how="inner")
        .with_columns(low=pl.col("from").to_physical() - BESIDE, high=pl.col("to").to_physical() + BESIDE)
        .with_columns(low=pl.max_horizontal("low", pl.col("high") - MOST - 2 * BESIDE))
    )
    people = wanted["person"].unique()
    timeline = result.bookings_of(people)
    local = timeline.clock.local
    around = timeline.bookings.lazy().filter(pl.col("person").is_in(people.implode())).collect()
    return (
        wanted.join(
            around.select("person", "kind", start=local(pl.col("start")), end=local(pl.col("end"))),
            on="person",
            how="inner",
        )
        .filter(pl.col("start") < pl.col("high"), pl.col("end") > pl.col("low"))
        .select(
            "finding", pl.col("start").cast(pl.Datetime("us")), pl.col("end").cast(pl.Datetime("us")), "kind"
        )
        .sort("finding", "start", "end")
    )
