"""Who is who: one person may have several employments, and rests are a person's, not an employment's."""

import polars as pl

from tcw.intake.values import personal_number
from tcw.model.schedule import Schedule

BEFORE_ANY = 2026
"""The year that two-digit years of birth are before, where nothing is booked."""


def people(schedule: Schedule, booked: pl.DataFrame) -> pl.DataFrame:
    """Return everybody in staff and bookings (`booked`: `staff_id`).

    Employments with the same personal number (with or without century and hyphen) are one person; without one, each is its
    own. Returns `staff_id` (String, unique), `person` (UInt32: numbered by the person's lowest staff_id), sorted by both.
    """
    known = schedule.staff.select("staff_id", identity=_identity(schedule)).unique(
        "staff_id", keep="last", maintain_order=True
    )
    everybody = (
        pl.concat([known.select("staff_id"), booked.select("staff_id")])
        .drop_nulls()
        .unique()
        .join(known, on="staff_id", how="left")
        # A mark keeps a personal number from meeting an employment number that happens to be alike.
        .with_columns(identity=pl.coalesce("identity", "#" + pl.col("staff_id")))
    )
    return (
        everybody.with_columns(lowest=pl.col("staff_id").min().over("identity"))
        .with_columns(person=pl.col("lowest").rank("dense").cast(pl.UInt32) - 1)
        .select("staff_id", pl.col("person").cast(pl.UInt32))
        .sort("person", "staff_id")
    )


def _identity(schedule: Schedule) -> pl.Expr:
    """Return the personal number in one form; other ids of persons as they stand."""
    year = schedule.last_day.year if schedule.last_day is not None else BEFORE_ANY
    return pl.coalesce(personal_number(pl.col("person_id"), year), pl.col("person_id"))
