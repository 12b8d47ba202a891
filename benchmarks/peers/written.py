"""The rows that the writers of workbooks write."""

from pathlib import Path

import polars as pl

COLUMNS = ("booking_id", "staff_id", "activity_id", "unit_id", "start", "end", "break_minutes", "status")


def rows(folder: Path, count: int) -> pl.DataFrame:
    """Return the first bookings of a source, eight columns: text, moments, whole numbers."""
    return pl.scan_parquet(folder / "bookings.parquet").select(COLUMNS).head(count).collect()
