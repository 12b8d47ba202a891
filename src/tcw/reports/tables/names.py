"""Names beside ids: what units, activities and people are called.

Of an id that is listed twice, the last row names it.
"""

import polars as pl

from tcw.model.schedule import Schedule


def unit_names(schedule: Schedule) -> pl.DataFrame:
    """Return `unit_id`, `unit_name` (String) of all units."""
    return _last_of(schedule.units, "unit_id").select("unit_id", unit_name="name")


def activity_names(schedule: Schedule) -> pl.DataFrame:
    """Return `activity_id`, `activity_name` (String) of all activities."""
    return _last_of(schedule.activities, "activity_id").select("activity_id", activity_name="name")


def staff_facts(schedule: Schedule, *columns: str) -> pl.DataFrame:
    """Return `staff_id` and other columns of the staff table, a row for each person."""
    return _last_of(schedule.staff, "staff_id").select("staff_id", *columns)


def with_names(frame: pl.DataFrame, schedule: Schedule) -> pl.DataFrame:
    """Add `unit_name`, and `activity_name` where the frame has activities; the rows stay in their order."""
    with_units = frame.join(unit_names(schedule), on="unit_id", how="left", maintain_order="left")
    if "activity_id" not in frame.columns:
        return with_units
    return with_units.join(activity_names(schedule), on="activity_id", how="left", maintain_order="left")


def _last_of(table: pl.DataFrame, key: str) -> pl.DataFrame:
    return table.unique(key, keep="last", maintain_order=True)
