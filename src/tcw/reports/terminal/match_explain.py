"""One order explained, on a terminal and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import polars as pl
from rich.padding import Padding
from rich.text import Text

from tcw.reports.tables.match_relax_text import with_texts
from tcw.reports.tables.match_why import STATES, failed_text
from tcw.reports.tables.table import Column, Table
from tcw.reports.terminal.kpi_terminal import print_frame
from tcw.reports.terminal.terminal_grid import fitting, grid_of
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count

if TYPE_CHECKING:
    from rich.console import Console

    from tcw.matching.explain.explain_order import OrderAnswer

HEADING = Phrase("explain.order", "Order {order}: {unit}, {span}")
ASKS = Phrase("explain.asks", "Activity {activity}; competences: {competences}; priority {priority}")
TAKEN_BY = Phrase("explain.taken_by", "Taken by {staff} ({how}).")
COUNTS = Phrase(
    "explain.counts", "Of {count} people employed that day, how many fail what; some fail several"
)
CONDITION = Phrase("column.condition", "Condition")
PEOPLE = Phrase("column.people", "People")
CANDIDATES = Phrase("explain.candidates", "Who could take it")
INSTEAD = Phrase("column.instead", "Takes instead")
STAFF = Phrase("column.taken_by", "Staff")
AVAILABILITY = Phrase("column.availability", "Available")
EMPLOYMENT = Phrase("column.employment_class", "Employment")
TIER = Phrase("column.tier", "Circle")
NEAREST = Phrase("explain.nearest", "Who misses least")
MISSES = Phrase("column.misses", "Misses")
RELAXED = Phrase("explain.relaxed", "Smallest changes that would fill it (one of them is enough)")
NONE_SMALL = Phrase("explain.none_small", "No one or two changes would fill it.")
NO_VALUE = Phrase("explaining.nothing", "none")
SHIPPED_ASSISTANTS: Final = {
    "resource": Phrase("assistant.resource", "resource"),
    "part-time": Phrase("assistant.part-time", "part-time"),
    "hourly": Phrase("assistant.hourly", "hourly"),
    "office": Phrase("assistant.office", "office"),
}
"""What the assistants are called that run where tcw.yaml has none; those of tcw.yaml are called what it calls them."""
AVAILABLE_AS: Final = {
    "resource": Phrase("available.resource", "resource shift"),
    "flexible": Phrase("available.flexible", "acute window"),
    "own": Phrase("available.own", "own availability"),
    "interest": Phrase("available.interest", "interest"),
    "none": Phrase("available.none", "free"),
    "office": Phrase("available.office", "office staff"),
}
EMPLOYED_AS: Final = {
    "contract": Phrase("employed.contract", "within contract"),
    "part_time": Phrase("employed.part_time", "part-timer above contract"),
    "hourly": Phrase("employed.hourly", "hourly paid"),
    "office": Phrase("employed.office", "office staff"),
}
TIERS: Final = {
    "own": Phrase("tier.own", "own"),
    "family": Phrase("tier.family", "family"),
    "friend": Phrase("tier.friend", "friends"),
    "acquaintance": Phrase("tier.acquaintance", "acquaintances"),
}
LOCAL: Final = "%Y-%m-%dT%H:%M:%S"
SHOWN: Final = 15


def span_text(row: dict[str, Any]) -> str:
    """Return `start` and `end` of a row as people write them; the end's date only where it is another."""
    start, end = row["start"], row["end"]
    return (
        f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}"
        if start.date() == end.date()
        else f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"
    )


def print_order(console: Console, answer: OrderAnswer, units: pl.DataFrame, lang: Language) -> None:
    """Print what is known of an order; it fits 80 columns. `units`: the units table."""

    def line(text: str, style: str = "") -> None:
        console.print(Text(fitting(text, console), style=style), highlight=False)

    row = answer.order.row(0, named=True)
    named = units.filter(pl.col("unit_id") == row["unit_id"])["name"].drop_nulls().to_list()
    unit = named[-1] if named else row["unit_id"]
    line(HEADING.say(lang, order=row["order_id"], unit=unit, span=span_text(row)), "bold")
    none = NO_VALUE.say(lang)
    line(
        ASKS.say(
            lang,
            activity=row["activity_id"] or none,
            competences=", ".join(row["competences"] or []) or none,
            priority=none if row["priority"] is None else row["priority"],
        )
    )
    line(STATES[answer.reason or answer.state].say(lang))
    if answer.state == "not-vacant":
        return
    for one in answer.candidates.filter("chosen").to_dicts():
        how = AVAILABLE_AS[one["availability"]].say(lang)
        line(TAKEN_BY.say(lang, staff=one["staff_id"], how=how))
    line("")
    line(COUNTS.say(lang, count=Count(answer.employed)), "bold")
    console.print(grid_of(counts_table(answer, lang), lang, console))
    others = answer.candidates.filter(~pl.col("chosen"))
    if others.height:
        line("")
        print_frame(console, candidates_table(others), lang, SHOWN)
    if answer.nearest.height:
        line("")
        print_frame(console, nearest_table(answer.nearest, lang), lang)
    if answer.state == "unfilled":
        line("")
        line(RELAXED.say(lang), "bold")
        for text in with_texts(answer.relaxations, lang)["text"].to_list() or [NONE_SMALL.say(lang)]:
            console.print(Padding(Text(fitting(text, console)), (0, 0, 0, 2), expand=False))


def counts_table(answer: OrderAnswer, lang: Language) -> Table:
    """Return how many people fail what."""
    codes = answer.reasons["code"].unique().to_list()
    frame = answer.reasons.with_columns(
        condition=pl.col("code").replace({code: failed_text(code, lang) for code in codes})
    )
    return Table(
        "reasons", CONDITION, (Column("condition", CONDITION), Column("people", PEOPLE, "count")), frame
    )


def candidates_table(candidates: pl.DataFrame) -> Table:
    """Return who could take the order, and which orders they take."""
    columns = (
        Column("staff_id", STAFF, "id"),
        Column("availability", AVAILABILITY, words=AVAILABLE_AS),
        Column("employment", EMPLOYMENT, words=EMPLOYED_AS),
        Column("tier", TIER, words=TIERS),
        Column("instead", INSTEAD, "id"),
    )
    return Table("candidates", CANDIDATES, columns, candidates)


def nearest_table(nearest: pl.DataFrame, lang: Language) -> Table:
    """Return who misses least, and what they miss."""
    codes = nearest["codes"].explode().drop_nulls().unique().to_list()
    words = {code: failed_text(code, lang) for code in codes}
    frame = nearest.with_columns(
        misses=pl.col("codes").list.eval(pl.element().replace(words)).list.join(", ")
    )
    return Table("nearest", NEAREST, (Column("staff_id", STAFF, "id"), Column("misses", MISSES)), frame)


def write_order_json(out: BinaryIO, answer: OrderAnswer) -> None:
    """Write `{"order", "state", "reason", "employed", "reasons", "candidates", "nearest", "relaxations"}`; codes, not words."""
    order = answer.order.with_columns(pl.col(pl.Datetime).dt.to_string(LOCAL)).row(0, named=True)
    facts = {
        "order": order,
        "state": answer.state,
        "reason": answer.reason,
        "employed": answer.employed,
        "reasons": answer.reasons.drop("order_id").to_dicts(),
        "candidates": answer.candidates.to_dicts(),
        "nearest": answer.nearest.drop("order_id").to_dicts(),
        "relaxations": answer.relaxations.drop("order_id").to_dicts(),
    }
    out.write((json.dumps(facts, ensure_ascii=False, allow_nan=False) + "\n").encode())
