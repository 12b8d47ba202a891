"""C08: order reasons introduced during the change (*Skapa en ny beställningsorsak*) are closed.

Introduced is a reason that only the later side has: in orders, in bookings, or in a table of order reasons.
It is open while that table has it without an end date that has passed; without such a table, while an order
from the day of the check on has it.
"""

from collections.abc import Iterable
from typing import Literal

import polars as pl

from tcw.audit.compare import TableChanges
from tcw.audit.item import NOTHING_NEW, AuditContext, Item, ItemAnswer, by_problems, problem, without_table
from tcw.audit.settings_tables import NAMES_SCHEMA, names_of, of_family
from tcw.model.export import Export
from tcw.wording import Message, Phrase

FAIL = Phrase(
    "item.C08.fail", "{number} of {new:order reason|order reasons} introduced {number:~is|are} still open."
)
PASS = Phrase(
    "item.C08.pass",
    "{new:order reason was introduced; it is not|order reasons were introduced; none is} open any more.",
)
USE_SCHEMA = pl.Schema(
    {"reason": pl.String(), "orders": pl.Int64(), "bookings": pl.Int64(), "open_orders": pl.Int64()}
)
"""How many orders and bookings have a reason, and how many orders from the day of the check on."""


def judge(context: AuditContext) -> ItemAnswer:
    """List the order reasons introduced, with their use."""
    tables = of_family(context.changes, "reasons", context.config.checklist)
    if not tables and not context.given("orders") and not context.given("bookings"):
        return without_table("orders")
    in_tables = [_names(tables, "before"), _names(tables, "after")]
    old = {*_use(context.before, context)["reason"], *in_tables[0]["name"], *in_tables[0]["code"]}
    is_old = (pl.col(name).is_in(list(old)) for name in ("code", "name"))
    new_names = in_tables[1].filter(~pl.any_horizontal(is_old))
    # Orders name a reason by its code or by its name.
    use = (
        _use(context.after, context)
        .join(new_names.select(reason="code", by_name="name").drop_nulls(), on="reason", how="left")
        .with_columns(reason=pl.coalesce("by_name", "reason"))
        .group_by("reason")
        .agg(pl.col("orders", "bookings", "open_orders").sum())
    )
    evidence = use.filter(~pl.col("reason").is_in(list(old))).join(
        new_names.select(
            "valid_to", "active", reason=pl.coalesce("name", "code"), in_table=pl.lit(value=True)
        ),
        on="reason",
        how="full",
        coalesce=True,
    )
    if evidence.is_empty():
        return ItemAnswer("pass", Message(NOTHING_NEW))
    has_ended = (pl.col("valid_to") < context.as_of).fill_null(value=False)
    has_ended |= ~pl.col("active").fill_null(value=True)
    has_table = any(table.pair.after is not None and table.pair.after.compared for table in tables)
    open_by_use = pl.lit(not has_table) & (pl.col("open_orders") > 0)
    is_open = pl.when(pl.col("in_table").fill_null(value=False)).then(~has_ended).otherwise(open_by_use)
    evidence = (
        evidence.with_columns(pl.col("orders", "bookings", "open_orders").fill_null(0))
        .select(*("reason", "orders", "bookings", "open_orders", "valid_to"), problem(still_open=is_open))
        .sort("reason")
    )
    return by_problems(evidence, FAIL, PASS, "new")


def _names(tables: Iterable[TableChanges], side: Literal["before", "after"]) -> pl.DataFrame:
    """Return NAMES_SCHEMA of the reasons that a side's tables list."""
    lists = [names_of(table.pair.before if side == "before" else table.pair.after) for table in tables]
    return pl.concat([pl.DataFrame(schema=NAMES_SCHEMA), *(names for names in lists if names is not None)])


def _use(side: Export, context: AuditContext) -> pl.DataFrame:
    """Return USE_SCHEMA of every reason."""
    orders = side.schedule.tables["orders"].filter(pl.col("reason").is_not_null())
    is_cancelled = pl.col("status").is_in(["cancelled", "stopped"]).fill_null(value=False)
    still_open = (pl.col("start").dt.date() >= context.as_of) & ~is_cancelled
    parts = [
        orders.lazy().select(
            "reason", orders=pl.lit(1), bookings=pl.lit(0), open_orders=still_open.cast(pl.Int64)
        )
    ]
    if "order_reason" in side.schedule.bookings.collect_schema().names():
        booked = side.schedule.bookings.filter(pl.col("order_reason").is_not_null())
        parts.append(
            booked.select(
                reason="order_reason",
                orders=pl.lit(0),
                bookings=pl.lit(1),
                open_orders=pl.lit(0, dtype=pl.Int64),
            )
        )
    return pl.concat(parts).cast(USE_SCHEMA).group_by("reason").sum().collect()


ITEM = Item(
    "C08",
    "order-reasons",
    "automatic",
    Phrase("item.C08", "Order reasons introduced during the change are counted, and closed."),
    Phrase("item.C08.label", "Order reasons"),
    judge,
)
