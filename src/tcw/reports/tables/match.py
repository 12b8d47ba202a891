"""The plan as tables: bookings, requests, unfilled orders, time bank, wishes, and what is filled where."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from tcw.matching.orders import LOWEST
from tcw.matching.plan import Grain, Plan, filling
from tcw.matching.time_bank import TimeBankLedger
from tcw.model.schedule import Schedule
from tcw.reports.tables.columns import NAME_OF_UNIT, UNIT_ID, YES_NO
from tcw.reports.tables.match_words import (
    AVAILABLE_AS,
    EMPLOYED_AS,
    FILLED_WITHOUT,
    SHIPPED_ASSISTANTS,
    TIERS,
    WISHES,
    failed_text,
    with_texts,
)
from tcw.reports.tables.names import with_names
from tcw.reports.tables.table import Column, Table, without_empty
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count, Share

ORDER = Column("order_id", Phrase("column.order", "Order"), "id")
STAFF = Column("staff_id", Phrase("column.taken_by", "Staff"), "id")
START = Column("start", Phrase("column.order_start", "Start"), "moment")
END = Column("end", Phrase("column.order_end", "End"), "moment")
HOURS = Column("hours", Phrase("column.net_hours", "Hours"), "hours", summed=True)
ACTIVITY = Column("activity_id", Phrase("column.activity", "Activity"), "id")
ACTIVITY_NAME = Column("activity_name", Phrase("column.activity_name", "Activity name"))
MODES = {"book": Phrase("mode.book", "booked"), "request": Phrase("mode.request", "request")}
MODE = Column("mode", Phrase("column.mode", "Mode"), words=MODES)
ASSISTANT = Column("assistant", Phrase("column.assistant", "Booking assistant"))
AVAILABILITY = Column("availability", Phrase("column.availability", "Available"), words=AVAILABLE_AS)
EMPLOYMENT = Column("employment", Phrase("column.employment_class", "Employment"), words=EMPLOYED_AS)
TIER = Column("tier", Phrase("column.tier", "Circle"), words=TIERS)
REASON = Column("reason", Phrase("column.order_reason", "Order reason"))
PRIORITY = Column("priority", Phrase("column.priority", "Priority"), "row")
INTERESTED = Column("interested", Phrase("column.interested", "Registered interest"), words=YES_NO)
PREVIOUS = Column("previous", Phrase("column.had_before", "Had it before"), words=YES_NO)
RANK = Column("rank", Phrase("column.rank", "Ask as no."), "row")
CHOSEN = Column("chosen", Phrase("column.counted_on", "The plan counts on"), words=YES_NO)
LAST_ASKED = Column("last_asked", Phrase("column.last_asked", "Last asked"), "moment")
ANSWERS = {
    "yes": Phrase("answer.yes", "yes"),
    "no": Phrase("answer.no", "no"),
    "waiting": Phrase("answer.waiting", "waiting"),
}
ANSWER = Column("answer", Phrase("column.answer", "Answered"), words=ANSWERS)
WHY = Column("why", Phrase("column.people_by_reason", "Why"), lines=True)
NEAREST = Column("nearest", Phrase("column.nearest", "Who misses least"), lines=True)
RELAXED = Column("relaxed", Phrase("column.relaxed", "Smallest changes that would fill it"), lines=True)
BEFORE = Column("before", Phrase("column.balance_before", "Balance before (h)"), "hours")
CHANGE = Column("change", Phrase("column.balance_change", "Change (h)"), "hours", summed=True)
CREDIT = Column("credit", Phrase("column.credit", "Credited (h)"), "hours", summed=True)
DEBIT = Column("debit", Phrase("column.debit", "Debited (h)"), "hours", summed=True)
AFTER = Column("after", Phrase("column.balance_after", "Balance after (h)"), "hours")
DAY = Column("day", Phrase("column.day", "Day"), "date")
ORDERS = Column("orders", Phrase("column.orders", "Orders"), "count", summed=True)
FILLED = Column("filled", Phrase("column.filled", "Filled"), "count", summed=True)
REQUESTED = Column("requested", Phrase("column.by_request", "Of them by request"), "count", summed=True)
LEFT = Column("unfilled", Phrase("column.unfilled", "Unfilled"), "count", summed=True)
RATE = Column("rate", Phrase("column.fill_rate", "Fill rate"), "share")
WISH = Column("wording", Phrase("column.wish", "Wish"))
VALUE = Column("value", Phrase("column.reached", "Reached"), "count")
BOUND = Column("bound", Phrase("column.bound", "No plan reaches more than"), "count")
PROVEN = Column("proven", Phrase("column.proven", "Proven"), words=YES_NO)
FILLING_MODES = {
    "greedy": Phrase("way.greedy", "one order at a time"),
    "staggered": Phrase("way.staggered", "one booking assistant at a time"),
    "joint": Phrase("way.joint", "all at once"),
}
FILLING_MODE = Column("filling", Phrase("column.way", "Way of filling"), words=FILLING_MODES)

MOST_RELAXED = 5
"""Changes told of an order; the JSON has all."""

TITLE_MATCH = Phrase("title.match", "Booking assistant")
FILLED_OF = Phrase(
    "match.filled", "{filled} of {orders:order|orders} filled ({share}); {requests} of them by request"
)
TITLE_BOOKINGS = Phrase("title.match_bookings", "Bookings")
TITLE_REQUESTS = Phrase("title.match_requests", "Requests")
TITLE_UNFILLED = Phrase("title.match_unfilled", "Unfilled")
TITLE_TIME_BANK = Phrase("title.match_time_bank", "Time bank")
TITLE_BALANCES = Phrase("title.match_balances", "Balances")
TITLE_WISHES = Phrase("title.match_wishes", "Wishes, in their order")
TITLE_COMPARE = Phrase("title.match_compare", "Ways of filling")
TITLE_BY_UNIT = Phrase("title.match_by_unit", "Filled by unit")
TITLE_BY_DAY = Phrase("title.match_by_day", "Filled by day")


def filled_text(plan: Plan, lang: Language) -> str:
    """Return in a sentence how many orders are filled, and how many of them by request."""
    filled = plan.assignments.height
    return FILLED_OF.say(
        lang,
        filled=Count(filled),
        orders=Count(plan.orders),
        share=Share(filled / plan.orders if plan.orders else 0.0),
        requests=Count(plan.assignments.filter(pl.col("mode") == "request").height),
    )


def bookings_table(plan: Plan, schedule: Schedule) -> Table:
    """Return what the plan books, a row for each order."""
    frame = with_names(plan.assignments.filter(pl.col("mode") == "book"), schedule).sort(
        "start", "unit_id", "staff_id"
    )
    columns = (
        ORDER, UNIT_ID, NAME_OF_UNIT, START, END, HOURS, ACTIVITY, ACTIVITY_NAME, STAFF,
        AVAILABILITY, EMPLOYMENT, TIER, INTERESTED, PREVIOUS, ASSISTANT, REASON, PRIORITY,
    )  # fmt: skip
    return _lean("match_bookings", TITLE_BOOKINGS, _with_assistants(columns, schedule), frame)


def requests_table(plan: Plan, schedule: Schedule) -> Table:
    """Return whom to ask, in which order."""
    spans = plan.assignments.select(
        "order_id", "unit_id", "start", "end", "activity_id", "reason", "priority"
    )
    frame = with_names(plan.requests.join(spans, on="order_id", how="left", maintain_order="left"), schedule)
    columns = (
        ORDER, RANK, STAFF, UNIT_ID, NAME_OF_UNIT, START, END, ACTIVITY, ACTIVITY_NAME, AVAILABILITY,
        EMPLOYMENT, TIER, CHOSEN, LAST_ASKED, ANSWER, ASSISTANT, REASON, PRIORITY,
    )  # fmt: skip
    return _lean("match_requests", TITLE_REQUESTS, _with_assistants(columns, schedule), frame)


def _with_assistants(columns: tuple[Column, ...], schedule: Schedule) -> tuple[Column, ...]:
    """Let the shipped assistants be called in the reader's language."""
    shipped = replace(ASSISTANT, words=SHIPPED_ASSISTANTS)
    return tuple(
        shipped if column is ASSISTANT and not schedule.config.assistants else column for column in columns
    )


def unfilled_table(plan: Plan, schedule: Schedule, lang: Language) -> Table:
    """Return the unfilled orders: why, who misses least, and what would fill them."""
    frame = with_names(plan.unfilled, schedule)
    for told in (_reasons(plan, lang), _nearest(plan, lang), _relaxed(plan, lang)):
        frame = frame.join(told, on="order_id", how="left", maintain_order="left")
    columns = (ORDER, UNIT_ID, NAME_OF_UNIT, START, END, PRIORITY, WHY, NEAREST, RELAXED)
    return _lean("match_unfilled", TITLE_UNFILLED, columns, frame)


def time_bank_tables(ledger: TimeBankLedger, schedule: Schedule) -> tuple[Table, Table]:
    """Return the balances of whoever's changes, and every change."""
    entries = with_names(ledger.entries, schedule)
    columns = (STAFF, START, ORDER, UNIT_ID, NAME_OF_UNIT, AVAILABILITY, HOURS, BEFORE, CHANGE, AFTER)
    return (
        Table("match_balances", TITLE_BALANCES, (STAFF, BEFORE, CREDIT, DEBIT, AFTER), ledger.balances),
        _lean("match_time_bank", TITLE_TIME_BANK, columns, entries),
    )


def wishes_table(plan: Plan, lang: Language) -> Table:
    """Return how far each wish was met."""
    without = pl.col("part") == pl.lit(LOWEST)
    named = plan.wishes["name"].unique(maintain_order=True).to_list()
    word: pl.Expr = pl.col("name")
    for name in named:
        before, _, after = WISHES[name].template(lang).partition("{part}")
        text = pl.concat_str(pl.lit(before), pl.col("part").cast(pl.String).fill_null(""), pl.lit(after))
        word = pl.when(pl.col("name") == name).then(text).otherwise(word)
    frame = plan.wishes.with_columns(
        wording=pl.when((pl.col("name") == "filled") & without)
        .then(pl.lit(FILLED_WITHOUT.template(lang)))
        .otherwise(word)
    )
    return Table("match_wishes", TITLE_WISHES, (WISH, VALUE, BOUND, PROVEN), frame)


def compare_table(plan: Plan) -> Table:
    """Return what each way of filling gives: orders and hours."""
    frame = plan.compare.with_columns(filling="mode")
    return Table("match_compare", TITLE_COMPARE, (FILLING_MODE, FILLED, HOURS), frame)


def filling_table(plan: Plan, schedule: Schedule, grain: Grain) -> Table:
    """Return orders and what becomes of them, by unit or by day."""
    frame = filling(plan, grain)
    totals = {"rate": plan.assignments.height / plan.orders} if plan.orders else {}
    counts = (ORDERS, FILLED, REQUESTED, LEFT, HOURS, RATE)
    if grain == "day":
        return Table("match_by_day", TITLE_BY_DAY, (DAY, *counts), frame, totals)
    columns = (UNIT_ID, NAME_OF_UNIT, *counts)
    return _lean("match_by_unit", TITLE_BY_UNIT, columns, with_names(frame, schedule), totals)


def _lean(
    name: str,
    title: Phrase,
    columns: tuple[Column, ...],
    frame: pl.DataFrame,
    totals: dict[str, float] | None = None,
) -> Table:
    """Return a table without columns that say nothing here."""
    keys = (
        "unit_name",
        "activity_id",
        "activity_name",
        "tier",
        "reason",
        "priority",
        "last_asked",
        "answer",
        "relaxed",
    )
    return Table(name, title, without_empty(columns, frame, keys), frame, totals or {})


def _conditions(codes: pl.Series, lang: Language) -> dict[str, str]:
    return {code: failed_text(code, lang) for code in codes.unique(maintain_order=True)}


def _reasons(plan: Plan, lang: Language) -> pl.DataFrame:
    words = _conditions(plan.reasons["code"], lang)
    said = pl.concat_str(pl.col("people").cast(pl.String), pl.col("code").replace(words), separator=" ")
    return plan.reasons.group_by("order_id", maintain_order=True).agg(why=said.str.join("\n"))


def _nearest(plan: Plan, lang: Language) -> pl.DataFrame:
    rows = plan.nearest.with_row_index("place")
    codes = rows.select("place", "codes").explode("codes")
    words = _conditions(codes["codes"].drop_nulls(), lang)
    said = codes.group_by("place", maintain_order=True).agg(
        what=pl.col("codes").replace(words).str.join(", ")
    )
    text = pl.concat_str(pl.col("staff_id"), pl.lit(" ("), pl.col("what"), pl.lit(")"))
    return (
        rows.join(said, on="place", how="left", maintain_order="left")
        .group_by("order_id", maintain_order=True)
        .agg(nearest=text.str.join("\n"))
    )


def _relaxed(plan: Plan, lang: Language) -> pl.DataFrame:
    if plan.relaxations.is_empty():
        return pl.DataFrame(schema={"order_id": pl.String, "relaxed": pl.String})
    return (
        with_texts(plan.relaxations, lang)
        .group_by("order_id", maintain_order=True)
        .agg(relaxed=pl.col("text").head(MOST_RELAXED).str.join("\n"))
    )
