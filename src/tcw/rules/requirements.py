"""Which competences bookings require, and who holds which: for BK04 and BK05."""

import polars as pl

from tcw.rules.booked_days import COLUMNS, booked_days, working
from tcw.rules.context import Context

REQUIRED = (*COLUMNS, "competence")


def required(context: Context) -> pl.DataFrame:
    """Return bookings of working time once for each competence they require: REQUIRED, by the order they fill or their activity."""
    parts = [_by_order(context), _by_activity(context)]
    return pl.concat(parts).unique(["row", "competence"], keep="first", maintain_order=True)


def held(context: Context) -> pl.DataFrame:
    """Return `person`, `held` (a competence's id or name, folded), `valid_from`, `valid_to` of everybody in the competences table."""
    rows = context.tables["competences"].join(
        context.timeline.staff.select("staff_id", "person"), on="staff_id"
    )
    both = [
        rows.select("person", folded(pl.col(name)).alias("held"), "valid_from", "valid_to")
        for name in ("competence_id", "name")
    ]
    return pl.concat(both).drop_nulls("held").unique(maintain_order=True)


def folded(name: pl.Expr) -> pl.Expr:
    """Return a competence as it is compared: orders, registers and tcw.yaml are written by different hands."""
    return name.str.strip_chars().str.to_lowercase()


def _by_order(context: Context) -> pl.DataFrame:
    orders = context.tables["orders"].filter(pl.col("competences").list.len() > 0)
    if "order" not in context.bookings.columns or orders.is_empty():
        return _nothing(context)
    wanted = orders.select("order_id", "competences").unique("order_id", keep="last", maintain_order=True)
    fills = (
        context.work.lazy()
        .filter(pl.col("order").is_not_null())
        .select("row", "order")
        .join(wanted.lazy(), left_on="order", right_on="order_id")
        .select("row", competence="competences")
        .explode("competence")
        .drop_nulls("competence")
        .collect()
    )
    if fills.is_empty():
        return _nothing(context)
    return (
        booked_days(context, pl.col("row").is_in(fills["row"].unique().implode()))
        .join(fills, on="row")
        .select(REQUIRED)
    )


def _by_activity(context: Context) -> pl.DataFrame:
    wanted = [
        (activity, competence)
        for activity, competences in context.settings.competences.items()
        for competence in competences
    ]
    asked = pl.DataFrame(wanted, schema={"activity_id": pl.String, "competence": pl.String}, orient="row")
    numbered = context.timeline.activities.select("activity", "activity_id").join(asked, on="activity_id")
    if numbered.is_empty():
        return _nothing(context)
    kept = pl.col("activity").is_in(numbered["activity"].unique().implode())
    return (
        booked_days(context, working(), kept)
        .join(numbered.select("activity", "competence"), on="activity")
        .select(REQUIRED)
    )


def _nothing(context: Context) -> pl.DataFrame:
    return (
        booked_days(context, pl.lit(value=False))
        .with_columns(competence=pl.lit(None, dtype=pl.String))
        .select(REQUIRED)
    )
