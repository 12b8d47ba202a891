"""What is valid from one day to another: agreement links, and rows that cover the days of bookings or not."""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import booked_days
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.coverage import Coverage, coverage_of_days

US_DAY = pl.duration(days=1)


def links(context: Context) -> pl.DataFrame:
    """Return the links that hold on at least one day, one row for each that is different.

    `staff_id`, `valid_from`, `valid_to` (Date, null is open), `agreement` (its code; as the link writes it
    when nobody has described it), `from`, `to` (Datetime, local; `to` is the midnight after the last day),
    `position` (in `InForce.terms`, null when not described).
    """
    valid = context.in_force
    codes = {name: valid.terms[position].code for name, position in valid.positions.items()}
    rows = context.tables["agreement_links"].filter(
        (pl.col("valid_from") <= pl.col("valid_to")).fill_null(value=True)
    )
    name = pl.col("agreement_id")
    return (
        rows.with_columns(
            position=name.replace_strict(valid.positions, default=None, return_dtype=pl.Int64),
            agreement=name.replace_strict(codes, default=name, return_dtype=pl.String),
        )
        .select("staff_id", "valid_from", "valid_to", "agreement", "position", *period())
        .unique(maintain_order=True)
    )


def why(context: Context) -> str:
    """Return the table without which there are no links."""
    return "" if "agreement_links" in context.schedule.given else "agreement_links"


def period() -> tuple[pl.Expr, pl.Expr]:
    """Return `from` and `to` (local Datetime) of a row's `valid_from` and `valid_to`."""
    return (
        pl.col("valid_from").cast(pl.Datetime("us")).alias("from"),
        (pl.col("valid_to").cast(pl.Datetime("us")) + US_DAY).alias("to"),
    )


def covered_days(
    context: Context, rows: pl.DataFrame, owner: str, *keep: pl.Expr
) -> tuple[Coverage, pl.DataFrame]:
    """Return the days that rows cover, and the bookings that may lie on others, with their days.

    Args:
        context: of the chunk.
        rows: the owner, `valid_from`, `valid_to`.
        owner: what has the rows: a column of `rows` and of the bookings.
        keep: which bookings to look at (see `tcw.rules.measures.bookings.booked_days`).
    """
    valid = coverage_of_days(rows, context.timeline.origin, owner)
    first, after = context.local(pl.lit(context.first)), context.local(pl.lit(context.after))
    horizon = rows.select(pl.col(owner).unique()).with_columns(
        begins=first // US_PER_DAY * US_PER_DAY, ends=(after + (US_PER_DAY - 1)) // US_PER_DAY * US_PER_DAY
    )
    # Most owners are covered from the first to the last day of the horizon: their bookings cost nothing more.
    always = horizon.filter(valid.holds(horizon, owner, "begins", "ends"))[owner]
    return valid, booked_days(context, *keep, ~pl.col(owner).is_in(always.implode()))
