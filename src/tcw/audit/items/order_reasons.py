"""C08: order reasons introduced during the change (*Skapa en ny beställningsorsak*): how much they were used, and whether they are still open.

Introduced is a reason that only the later side has: in orders, in bookings, or in a table of order reasons. It is open while that table has it
without an end date that has passed; without such a table, while an order from the day of the check on has it.
"""

import polars as pl

from tcw.audit.item import NOTHING_NEW, Answer, Ground, Item, problem, problems, without
from tcw.audit.settings_tables import names_of, of_family
from tcw.model.export import Export
from tcw.model.tables import TABLE_NAMES
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

FAIL = Phrase(
    "item.C08.fail", "{number} of {new:order reason|order reasons} introduced {number:~is|are} still open."
)
PASS = Phrase(
    "item.C08.pass",
    "{new:order reason was introduced; it is not|order reasons were introduced; none is} open any more.",
)
SCHEMA = pl.Schema(
    {"reason": pl.String(), "orders": pl.Int64(), "bookings": pl.Int64(), "open_orders": pl.Int64()}
)


def judge(ground: Ground) -> Answer:
    """List the order reasons introduced, with their use."""
    tables = of_family(ground.changes, "reasons", ground.config.checklist)
    if not tables and not ground.given("orders") and not ground.given("bookings"):
        return without(Message(TABLE_NAMES["orders"]))
    listed = [rows for table in tables if (rows := names_of(table.pair.after)) is not None]
    listed_before = [rows for table in tables if (rows := names_of(table.pair.before)) is not None]
    known = {
        *_used(ground.before, ground)["reason"],
        *(name for rows in listed_before for name in rows["name"]),
    }
    known |= {name for rows in listed_before for name in rows["code"]}
    used = _used(ground.after, ground)
    settings = (
        pl.concat(listed)
        if listed
        else pl.DataFrame(
            schema={"code": pl.String, "name": pl.String, "valid_to": pl.Date, "active": pl.Boolean}
        )
    )
    settings = settings.filter(~(pl.col("code").is_in(list(known)) | pl.col("name").is_in(list(known))))
    # Orders name a reason by its code or by its name.
    renamed = used.join(
        settings.select(reason="code", as_="name").drop_nulls(), on="reason", how="left"
    ).with_columns(reason=pl.coalesce("as_", "reason"))
    counted = renamed.group_by("reason").agg(pl.col("orders", "bookings", "open_orders").sum())
    new = counted.filter(~pl.col("reason").is_in(list(known)))
    rows = settings.select(
        reason=pl.coalesce("name", "code"), valid_to="valid_to", active="active", listed=pl.lit(value=True)
    )
    evidence = new.join(rows, on="reason", how="full", coalesce=True)
    if evidence.is_empty():
        return Answer("pass", Message(NOTHING_NEW))
    ended = (pl.col("valid_to") < ground.as_of).fill_null(value=False) | ~pl.col("active").fill_null(
        value=True
    )
    in_table = pl.col("listed").fill_null(value=False)
    evidence = (
        evidence.with_columns(pl.col("orders", "bookings", "open_orders").fill_null(0))
        .with_columns(
            problem(
                still_open=pl.when(in_table)
                .then(~ended)
                .otherwise(pl.lit(not listed) & (pl.col("open_orders") > 0))
            )
        )
        .select("reason", "orders", "bookings", "open_orders", "valid_to", "problem")
        .sort("reason")
    )
    wrong = problems(evidence)
    facts = {"number": Count(wrong), "new": Count(evidence.height)}
    return Answer("fail" if wrong else "pass", Message(FAIL if wrong else PASS, facts), evidence)


def _used(side: Export, ground: Ground) -> pl.DataFrame:
    """Return SCHEMA: how many orders and bookings have each reason, and how many orders from the day of the check on."""
    orders = side.schedule.tables["orders"].filter(pl.col("reason").is_not_null())
    later = (pl.col("start").dt.date() >= ground.as_of) & ~pl.col("status").is_in(
        ["cancelled", "stopped"]
    ).fill_null(value=False)
    found = [
        pl.DataFrame(schema=SCHEMA),
        orders.group_by("reason").agg(
            orders=pl.len().cast(pl.Int64),
            bookings=pl.lit(0, dtype=pl.Int64),
            open_orders=later.sum().cast(pl.Int64),
        ),
    ]
    if "order_reason" in side.schedule.bookings.collect_schema().names():
        found.append(
            side.schedule.bookings.filter(pl.col("order_reason").is_not_null())
            .group_by(reason="order_reason")
            .agg(
                orders=pl.lit(0, dtype=pl.Int64),
                bookings=pl.len().cast(pl.Int64),
                open_orders=pl.lit(0, dtype=pl.Int64),
            )
            .collect()
        )
    return pl.concat([one.select(SCHEMA.names()) for one in found]).group_by("reason").sum()


ITEM = Item(
    "C08",
    "order-reasons",
    "automatic",
    Phrase("item.C08", "Order reasons introduced during the change are counted, and closed."),
    Phrase("item.C08.label", "Order reasons"),
    judge,
)
