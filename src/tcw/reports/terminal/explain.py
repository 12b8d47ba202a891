"""One order, or a pair of order and person, explained on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from tcw.reports.tables.day_lines import period_text
from tcw.reports.tables.explain import candidates_table, conditions, counts_table, nearest_table, verdict
from tcw.reports.tables.match_words import AVAILABLE_AS, STATES, with_texts
from tcw.reports.terminal.printer import Printer
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

if TYPE_CHECKING:
    from rich.console import Console

    from tcw.matching.explain.explain_order import OrderAnswer
    from tcw.matching.explain.explain_pair import PairAnswer

HEADING = Phrase("explain.order", "Order {order}: {unit}, {span}")
ASKS = Phrase("explain.asks", "Activity {activity}; competences: {competences}; priority {priority}")
TAKEN_BY = Phrase("explain.taken_by", "Taken by {staff} ({how}).")
COUNTS = Phrase(
    "explain.counts", "Of {count} people employed that day, how many fail what; some fail several"
)
RELAXED = Phrase("explain.relaxed", "Smallest changes that would fill it (one of them is enough)")
NONE_SMALL = Phrase("explain.none_small", "No one or two changes would fill it.")
NO_VALUE = Phrase("explaining.nothing", "none")
SHOWN: Final = 15
PAIR_HEADING = Phrase("explain.pair", "Order {order} ({span}) and {staff}")
YES = Phrase("explain.yes", "yes")
NO = Phrase("explain.no", "no")


def print_order(console: Console, answer: OrderAnswer, units: pl.DataFrame, lang: Language) -> None:
    """Print what is known of an order; it fits 80 columns. `units`: the units table."""
    printer = Printer(console, lang)
    order = answer.order.row(0, named=True)
    names = units.filter(pl.col("unit_id") == order["unit_id"])["name"].drop_nulls().to_list()
    unit = names[-1] if names else order["unit_id"]
    span = period_text(order["start"], order["end"])
    printer.line(HEADING.say(lang, order=order["order_id"], unit=unit, span=span), "bold")
    nothing = NO_VALUE.say(lang)
    needs = {
        "activity": order["activity_id"] or nothing,
        "competences": ", ".join(order["competences"] or []) or nothing,
        "priority": nothing if order["priority"] is None else order["priority"],
    }
    printer.line(ASKS.say(lang, **needs))
    printer.line(STATES[answer.reason or answer.state].say(lang))
    if answer.state == "not-vacant":
        return
    for chosen in answer.candidates.filter("chosen").to_dicts():
        how = AVAILABLE_AS[chosen["availability"]].say(lang)
        printer.line(TAKEN_BY.say(lang, staff=chosen["staff_id"], how=how))
    printer.heading(COUNTS.say(lang, count=Count(answer.employed)))
    printer.grid(counts_table(answer, lang))
    others = answer.candidates.filter(~pl.col("chosen"))
    if others.height:
        printer.line()
        printer.table(candidates_table(others), SHOWN)
    if answer.nearest.height:
        printer.line()
        printer.table(nearest_table(answer.nearest, lang))
    if answer.state == "unfilled":
        printer.heading(RELAXED.say(lang))
        for text in with_texts(answer.relaxations, lang)["text"].to_list() or [NONE_SMALL.say(lang)]:
            printer.hanging(text, 2, fill=False)


def print_pair(console: Console, answer: PairAnswer, lang: Language) -> None:
    """Print every condition with its evidence, and why the plan does what it does; it fits 80 columns."""
    printer = Printer(console, lang)
    order = answer.order.row(0, named=True)
    span = period_text(order["start_local"], order["end_local"])
    heading = PAIR_HEADING.say(lang, order=order["order_id"], span=span, staff=answer.staff_id)
    printer.line(heading, "bold")
    for condition in conditions(answer, lang):
        mark = (YES if condition["holds"] else NO).say(lang)
        printer.line(f"  {mark:<4} {condition['text']}", "" if condition["holds"] else "red")
        for text in condition["evidence"]:
            printer.hanging(text, 9, "dim", fill=False)
    printer.line()
    for text in verdict(answer, lang):
        printer.line(text)
