"""Which competences bookings require, and who holds which: for BK04 and BK05."""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.booked_days import COLUMNS, booked_days, working

REQUIRED = (*COLUMNS, "competence", "held")


_ASKED = (*COLUMNS, "competence")


def required(context: Context) -> pl.DataFrame:
    """Return bookings of working time once for each competence they require: REQUIRED, by the order they fill or their activity.

    `competence` is as written first, `held` as it is compared.
    """
    every = pl.concat([_by_order(context), _by_activity(context)])
    return (
        every.with_columns(held=folded(pl.col("competence")))
        .unique(["row", "held"], keep="first", maintain_order=True)
        .select(REQUIRED)
    )


def demanding(orders: pl.DataFrame) -> pl.DataFrame:
    """Return `order_id` and `competences` of the orders that ask for a competence: rules read nothing else of orders."""
    return orders.select("order_id", "competences").filter(pl.col("competences").list.len() > 0)


def held(context: Context) -> pl.DataFrame:
    """Return `person`, `held` (what is required, folded), `valid_from`, `valid_to`: rows of the competences table that match it.

    A row matches by its competence's id or its name.
    """
    wanted = context.once(required)
    asked = wanted["held"].unique().implode()
    table = context.tables["competences"]
    parts = [_matching(table, name, asked) for name in ("competence_id", "name")]
    return (
        pl.concat(parts)
        .join(context.employments.select("staff_id", "person"), on="staff_id")
        .select("person", "held", "valid_from", "valid_to")
        .unique(maintain_order=True)
    )


def _matching(table: pl.DataFrame, name: str, asked: pl.Series) -> pl.DataFrame:
    """Return the rows whose id or name is asked for; there are few spellings, and many rows."""
    spellings = table.select(pl.col(name).unique()).filter(folded(pl.col(name)).is_in(asked)).to_series()
    mine = table.filter(pl.col(name).is_in(spellings.implode()))
    return mine.select("staff_id", folded(pl.col(name)).alias("held"), "valid_from", "valid_to")


def folded(name: pl.Expr) -> pl.Expr:
    """Return a competence as it is compared, capitals and blanks aside: orders, registers and tcw.yaml are written by different hands."""
    return name.str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase()


def folded_text(name: str) -> str:
    """Return one name as `folded` does."""
    return " ".join(name.split()).lower()


def _by_order(context: Context) -> pl.DataFrame:
    if "order" not in context.bookings.columns:
        return _nothing(context)
    filling = context.work.select("row", "order").filter(pl.col("order").is_not_null())
    # Few bookings fill an order, and most orders are filled by nobody of this chunk.
    mine = context.tables["orders"].join(
        filling.select(order_id="order").unique(), on="order_id", how="semi", maintain_order="left"
    )
    orders = demanding(mine).rename({"order_id": "order"}).unique("order", keep="last", maintain_order=True)
    wanted = (
        filling.join(orders, on="order")
        .select("row", competence="competences")
        .explode("competence")
        .drop_nulls("competence")
    )
    rows = wanted["row"].unique().implode()
    return booked_days(context, pl.col("row").is_in(rows)).join(wanted, on="row").select(_ASKED)


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
        .select(_ASKED)
    )


def _nothing(context: Context) -> pl.DataFrame:
    return (
        booked_days(context, pl.lit(value=False))
        .with_columns(competence=pl.lit(None, dtype=pl.String))
        .select(_ASKED)
    )
