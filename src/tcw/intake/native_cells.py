"""The typed cells of a Parquet export, made of canonical bookings."""

from typing import Final

import polars as pl

from tcw.intake.values.column import ColumnRead

GROSS: Final = pl.col("gross_hours")
"""Hours from start to end, the break in them."""
PARTS: Final = {"hours": 1, "minutes": 60, "seconds": 3600}


def native_cells(column: ColumnRead, dtype: pl.DataType, zone: str, *, whole: bool) -> pl.Expr:
    """Return what a column's cells are of bookings as in `tcw.reports.handback.shape.Shape.written`; to be cast to its dtype.

    Clock times since midnight, instants in their zone, lengths in the column's unit: `whole` ones have the break in them.
    """
    match column.name:
        case "start" | "end":
            return _moment(pl.col(f"{column.name}_local"), column.reading.shape, dtype, zone)
        case "date":
            return pl.col("start_local").dt.date()
        case "end_date":
            return pl.col("end_local").dt.date()
        case "hours" | "minutes" | "seconds":
            hours = GROSS if whole else pl.col("net_hours")
            return _length(hours, PARTS[column.name], dtype, column.factor)
        case "break_minutes":
            return _length(pl.col("break_minutes") / PARTS["minutes"], PARTS["minutes"], dtype, column.factor)
    return pl.col("borrowed") if column.name == "borrowed" else pl.lit(None, dtype=dtype)


def _moment(local: pl.Expr, shape: str, dtype: pl.DataType, zone: str) -> pl.Expr:
    if shape == "instant" and isinstance(dtype, pl.Datetime):
        there = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        return there.dt.convert_time_zone(dtype.time_zone or "UTC")
    if shape == "clock":
        return local.dt.time() if dtype == pl.Time else local - local.dt.truncate("1d")
    return local


def _length(hours: pl.Expr, parts: int, dtype: pl.DataType, factor: float) -> pl.Expr:
    if isinstance(dtype, pl.Duration):
        return pl.duration(microseconds=(hours * 3_600_000_000).round().cast(pl.Int64))
    return hours * parts / factor
