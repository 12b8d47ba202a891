"""Which competences bookings require, and who holds which: for BK04 and BK05."""

from typing import Final

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.bookings import BOOKED_DAYS, booked_days
from tcw.worktime.kinds import working

REQUIREMENT: Final = (*BOOKED_DAYS, "competence")
ACTIVITY_NEEDS_SCHEMA: Final = pl.Schema({"activity_id": pl.String(), "competence": pl.String()})


def required(context: Context) -> pl.DataFrame:
    """Return bookings of working time once for each competence they require.

    The order they fill or their activity may require it. Returns REQUIREMENT, `competence` as it is written
    first, and `folded`, as it is compared.
    """
    return (
        pl.concat([_by_order(context), _by_activity(context)])
        .with_columns(folded=folded(pl.col("competence")))
        .unique(["row", "folded"], keep="first", maintain_order=True)
    )


def demanding(orders: pl.DataFrame) -> pl.DataFrame:
    """Return `order_id`, `competences` of orders that ask for any: rules read nothing else of orders."""
    return orders.select("order_id", "competences").filter(pl.col("competences").list.len() > 0)


def holdings(context: Context) -> pl.DataFrame:
    """Return the rows of the competences table that match a competence required.

    Returns `person`, `folded` (that competence), `valid_from`, `valid_to`. A row matches by its competence's
    id or its name.
    """
    needed = context.once(required)["folded"].unique().implode()
    table = context.tables["competences"]
    return (
        pl.concat([_matching(table, name, needed) for name in ("competence_id", "name")])
        .join(context.employments.select("staff_id", "person"), on="staff_id")
        .select("person", "folded", "valid_from", "valid_to")
        .unique(maintain_order=True)
    )


def _matching(table: pl.DataFrame, name: str, needed: pl.Series) -> pl.DataFrame:
    """Return the rows whose id or name is required; there are few spellings, and many rows."""
    spellings = table.select(pl.col(name).unique()).filter(folded(pl.col(name)).is_in(needed)).to_series()
    rows = table.filter(pl.col(name).is_in(spellings.implode()))
    return rows.select("staff_id", folded(pl.col(name)).alias("folded"), "valid_from", "valid_to")


def folded(name: pl.Expr) -> pl.Expr:
    """Return a competence as it is compared, capitals and blanks aside.

    Orders, registers and tcw.yaml are written by different people.
    """
    return name.str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase()


def folded_text(name: str) -> str:
    """Return one name as `folded` does."""
    return " ".join(name.split()).lower()


def _by_order(context: Context) -> pl.DataFrame:
    if "order" not in context.bookings.columns:
        return _nothing(context)
    filling = context.work.select("row", "order").filter(pl.col("order").is_not_null())
    # Few bookings fill an order, and most orders are filled by nobody of this chunk.
    filled = context.tables["orders"].join(
        filling.select(order_id="order").unique(), on="order_id", how="semi", maintain_order="left"
    )
    orders = demanding(filled).rename({"order_id": "order"}).unique("order", keep="last", maintain_order=True)
    needed = (
        filling.join(orders, on="order")
        .select("row", competence="competences")
        .explode("competence")
        .drop_nulls("competence")
    )
    rows = needed["row"].unique().implode()
    return booked_days(context, pl.col("row").is_in(rows)).join(needed, on="row").select(REQUIREMENT)


def _by_activity(context: Context) -> pl.DataFrame:
    pairs = [
        (activity, competence)
        for activity, competences in context.settings.competences.items()
        for competence in competences
    ]
    needed = pl.DataFrame(pairs, schema=ACTIVITY_NEEDS_SCHEMA, orient="row")
    numbered = context.timeline.activities.select("activity", "activity_id").join(needed, on="activity_id")
    if numbered.is_empty():
        return _nothing(context)
    kept = pl.col("activity").is_in(numbered["activity"].unique().implode())
    return (
        booked_days(context, working(), kept)
        .join(numbered.select("activity", "competence"), on="activity")
        .select(REQUIREMENT)
    )


def _nothing(context: Context) -> pl.DataFrame:
    return (
        booked_days(context, pl.lit(value=False))
        .with_columns(competence=pl.lit(None, dtype=pl.String))
        .select(REQUIREMENT)
    )
