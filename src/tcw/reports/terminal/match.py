"""A plan on a terminal: how many orders are filled, by whom, what stays unfilled and why."""

from __future__ import annotations

import polars as pl
from rich.console import Console

from tcw.matching.plan import Plan
from tcw.matching.time_bank import ledger
from tcw.model.schedule import Schedule
from tcw.reports.tables.match import TITLE_MATCH, filled_text, filling_table
from tcw.reports.tables.match_words import smallest_table
from tcw.reports.tables.names import with_names
from tcw.reports.tables.table import Column, Table, present
from tcw.reports.terminal.printer import Printer
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count, Hours

MODES = Phrase("match.modes", "One order at a time would fill {greedy}, assistant by assistant {staggered}.")
BANK = Phrase("match.bank", "Time bank: {credit} credited and {debit} debited; people it concerns: {people}.")
ASSIGNED = Phrase("match.assigned", "Filled orders")
UNFILLED = Phrase("match.unfilled", "Unfilled orders")
ORDER = Phrase("column.order", "Order")
UNIT = Phrase("column.order_unit", "Unit")
START = Phrase("column.order_start", "Start")
STAFF = Phrase("column.taken_by", "Staff")
MODE = Phrase("column.mode", "Mode")
REASONS = Phrase("column.people_by_reason", "Why")
MODE_WORDS = {
    "book": Phrase("mode.book", "booked"),
    "request": Phrase("mode.request", "request"),
}
REASON_WORDS = {
    "not-introduced": Phrase("why.not-introduced", "not introduced"),
    "other-area": Phrase("why.other-area", "other planning area"),
    "not-available": Phrase("why.not-available", "not available"),
    "not-selected": Phrase("why.not-selected", "no assistant's"),
    "taken": Phrase("why.taken", "take other orders"),
}
TOLD = 3
COUNTED = frozenset({"day", "orders", "filled", "requested", "rate"})


def print_match(console: Console, plan: Plan, schedule: Schedule, lang: Language) -> None:
    """Print the summary; it fits 80 columns."""
    printer = Printer(console, lang)
    printer.line(TITLE_MATCH.say(lang), "bold")
    printer.line(filled_text(plan, lang))
    modes = dict(zip(plan.compare["mode"], plan.compare["filled"], strict=True))
    if {"greedy", "staggered"} <= set(modes):
        printer.line(MODES.say(lang, **{mode: Count(modes[mode]) for mode in ("greedy", "staggered")}))
    bank = ledger(plan, schedule).balances
    if bank.height:
        credit, debit = (Hours(float(bank[name].sum())) for name in ("credit", "debit"))
        printer.line(BANK.say(lang, people=Count(bank.height), credit=credit, debit=debit))
    tables = []
    if plan.orders:
        tables += [_narrow(filling_table(plan, schedule, grain)) for grain in ("unit", "day")]
    if plan.assignments.height:
        tables.append(assigned_table(plan, schedule))
    if plan.unfilled.height:
        tables.append(unfilled_table(plan, schedule, lang))
    if plan.relaxations.height:
        tables.append(smallest_table(plan, lang))
    for table in tables:
        printer.line()
        printer.table(table)


def _narrow(table: Table) -> Table:
    """Return orders by unit or day with few columns, the unit by its name."""
    frame = table.frame
    if "unit_id" in frame.columns:
        frame = frame.with_columns(where=pl.coalesce("unit_name", "unit_id"))
    columns = (Column("where", UNIT), *(one for one in table.columns if one.key in COUNTED))
    return Table(table.name, table.title, present(columns, frame), frame)


def assigned_table(plan: Plan, schedule: Schedule) -> Table:
    """Return the filled orders: order, unit, start, who, how."""
    frame = _with_unit(plan.assignments, schedule)
    columns = (
        Column("order_id", ORDER, "id"),
        Column("where", UNIT),
        Column("start", START, "moment"),
        Column("staff_id", STAFF, "id"),
        Column("mode", MODE, words=MODE_WORDS),
    )
    return Table("assignments", ASSIGNED, columns, frame)


def unfilled_table(plan: Plan, schedule: Schedule, lang: Language) -> Table:
    """Return the unfilled orders: order, unit, start, and how many people fail what."""
    told = plan.reasons.with_columns(
        rank=pl.int_range(pl.len()).over("order_id"),
        text=pl.format(
            "{} {}",
            "people",
            pl.col("code").replace({code: word.say(lang) for code, word in REASON_WORDS.items()}),
        ),
    )
    words = (
        told.filter(pl.col("rank") < TOLD)
        .group_by("order_id", maintain_order=True)
        .agg(why=pl.col("text").str.join(", "))
    )
    frame = _with_unit(plan.unfilled, schedule).join(words, on="order_id", how="left", maintain_order="left")
    columns = (
        Column("order_id", ORDER, "id"),
        Column("where", UNIT),
        Column("start", START, "moment"),
        Column("why", REASONS),
    )
    return Table("unfilled", UNFILLED, columns, frame)


def _with_unit(frame: pl.DataFrame, schedule: Schedule) -> pl.DataFrame:
    return with_names(frame, schedule).with_columns(where=pl.coalesce("unit_name", "unit_id"))
