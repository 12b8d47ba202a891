"""Agreement links as rows of findings about settings: for AG02, AG03 and AG04."""

import polars as pl

from tcw.rules.engine.context import Context

US_DAY = pl.duration(days=1)


def links(context: Context) -> pl.DataFrame:
    """Return the links that hold on at least one day, one row for each that is different.

    `staff_id`, `valid_from`, `valid_to` (Date, null is open), `agreement` (its code; as the link writes it when nobody has described it),
    `from`, `to` (Datetime, local; `to` is the midnight after the last day), `place` (position in `InForce.terms`, null when not described).
    """
    valid = context.in_force
    codes = {name: valid.terms[place].code for name, place in valid.named.items()}
    rows = context.tables["agreement_links"].filter(
        (pl.col("valid_from") <= pl.col("valid_to")).fill_null(value=True)
    )
    name = pl.col("agreement_id")
    return (
        rows.with_columns(
            place=name.replace_strict(valid.named, default=None, return_dtype=pl.Int64),
            agreement=name.replace_strict(codes, default=name, return_dtype=pl.String),
        )
        .select("staff_id", "valid_from", "valid_to", "agreement", "place", *period())
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
