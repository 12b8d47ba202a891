"""One order, or a pair of order and person, explained: every condition with its evidence; for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import polars as pl
from rich.padding import Padding
from rich.text import Text

from tcw.matching.orders import LOWEST
from tcw.reports.tables.finding_text import with_messages
from tcw.reports.tables.match_words import STATES, failed_text, holds_text, with_texts
from tcw.reports.tables.table import Column, Table
from tcw.reports.terminal.kpi import print_frame
from tcw.reports.terminal.printer import fitting, grid_of
from tcw.rules.catalogue import RULES
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count, Hours, Share

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


PAIR_HEADING = Phrase("explain.pair", "Order {order} ({span}) and {staff}")
YES = Phrase("explain.yes", "yes")
NO = Phrase("explain.no", "no")
ALWAYS = Phrase("explain.always", "always")
SINCE = Phrase("explain.since", "from {first}")
UNTIL = Phrase("explain.until", "until {last}")
NEVER_EMPLOYED = Phrase("explain.never_employed", "no employment in the staff file")
NO_CIRCLE = Phrase("explain.no_circle", "neither home unit, introduction nor planning area")
SILENT = Phrase("explain.silent", "nothing said for that day")
ONLY_UNITS = Phrase("explain.only_units", "{span} ({kind}, at {units})")
SAID = Phrase("explain.available_as", "{span} ({kind})")
LONGEST = Phrase("explain.longest", "{window}, at most {hours} a shift")
NO_ASSISTANT = Phrase("explain.no_assistant", "no booking assistant takes this order with this person")
OVERLAPS = Phrase("explain.overlaps", "{activity} {span}")
HELD = Phrase("explain.held", "{competence} {days}")
NOT_HELD = Phrase("explain.not_held", "{competence} is not held")
HOURS = Phrase("explain.hours", "{hours} of {full} planned {days}, with this order")
IS_CHOSEN = Phrase("explain.is_chosen", "The plan has this pair.")
IMPOSSIBLE = Phrase("explain.impossible", "This pair cannot be booked: {count} of the conditions fail.")
IMPOSSIBLE_ONE = Phrase("explain.impossible_one", "This pair cannot be booked: one of the conditions fails.")
BOTH_HOLD = Phrase("explain.both_hold", "All conditions hold; the plan chose otherwise.")
TAKES = Phrase("explain.takes", "It gives {staff} {orders} instead.")
WORSE = Phrase("explain.worse", "With this pair, {wish} would be {forced} instead of {plan}.")
EQUAL = Phrase(
    "explain.equal", "With this pair, every wish would be met as well: the plan took the lowest id."
)
WISHES: Final = {
    "filled": Phrase("wish.filled", "filled orders of priority {part}"),
    "employment": Phrase("wish.employment", "the order of employment"),
    "tier": Phrase("wish.tier", "introduced circle"),
    "continuity": Phrase("wish.continuity", "continuity"),
    "fairness": Phrase("wish.fairness", "fairness"),
    "stability": Phrase("wish.stability", "stability"),
}
FILLED_WITHOUT = Phrase("wish.filled_without", "filled orders without a priority")
PAID: Final = {
    "monthly": Phrase("paid.monthly", "monthly"),
    "hourly": Phrase("paid.hourly", "hourly"),
}


def wish_text(name: str, part: int | None, lang: Language) -> str:
    """Return a wish in words."""
    if part is None:
        return WISHES[name].say(lang)
    return FILLED_WITHOUT.say(lang) if part == LOWEST else WISHES[name].say(lang, part=part)


def print_pair(console: Console, answer: PairAnswer, lang: Language) -> None:
    """Print every condition with its evidence, and why the plan does what it does; it fits 80 columns."""

    def line(text: str, style: str = "") -> None:
        console.print(Text(fitting(text, console), style=style), highlight=False)

    row = answer.order.row(0, named=True)
    span = span_text({"start": row["start_local"], "end": row["end_local"]})
    line(PAIR_HEADING.say(lang, order=row["order_id"], span=span, staff=answer.staff_id), "bold")
    for one in conditions(answer, lang):
        mark = (YES if one["holds"] else NO).say(lang)
        line(f"  {mark:<4} {one['text']}", "" if one["holds"] else "red")
        for text in one["evidence"]:
            console.print(Padding(Text(fitting(text, console), style="dim"), (0, 0, 0, 9), expand=False))
    line("")
    for text in verdict(answer, lang):
        line(text)


def verdict(answer: PairAnswer, lang: Language) -> list[str]:
    """Return why the plan does what it does, in sentences."""
    if answer.chosen:
        return [IS_CHOSEN.say(lang)]
    broken = answer.conditions.filter(~pl.col("holds")).height
    if broken:
        return [IMPOSSIBLE_ONE.say(lang) if broken == 1 else IMPOSSIBLE.say(lang, count=Count(broken))]
    said = [BOTH_HOLD.say(lang)]
    if answer.instead:
        said.append(TAKES.say(lang, staff=answer.staff_id, orders=", ".join(answer.instead)))
    worse = answer.forced.filter(pl.col("forced").fill_null(0) != pl.col("plan")).head(1).to_dicts()
    said += [
        WORSE.say(
            lang,
            wish=wish_text(one["name"], one["part"], lang),
            forced=one["forced"] or 0,
            plan=one["plan"],
        )
        for one in worse
    ] or [EQUAL.say(lang)]
    return said


def conditions(answer: PairAnswer, lang: Language) -> list[dict[str, Any]]:
    """Return `code`, `holds`, `text`, `evidence` (texts) of every condition, in the order they are judged."""
    messages = with_messages(answer.findings, RULES, lang).select("code", "message").to_dicts()
    evidence = {
        "BK03": _employments(answer, lang),
        "not-introduced": _tiers(answer, lang),
        "other-area": _tiers(answer, lang),
        "not-available": _availability(answer, lang),
        "not-selected": [_assistant(answer, lang)],
        "BK02": _overlaps(answer, lang, absence=True),
        "BK01": _overlaps(answer, lang, absence=False),
        "BK04": _competences(answer, lang, ("BK04",)),
        "BK05": _competences(answer, lang, ("BK05", None)),
        "rules": _hours(answer, lang),
    }
    return [
        {
            "code": one["code"],
            "holds": one["holds"],
            "text": holds_text(one["code"], lang),
            "evidence": evidence.get(
                one["code"],
                [message["message"] for message in messages if message["code"] == one["code"]],
            ),
        }
        for one in answer.conditions.to_dicts()
    ]


def _days(first: object, last: object, lang: Language) -> str:
    match first, last:
        case None, None:
            return ALWAYS.say(lang)
        case _, None:
            return SINCE.say(lang, first=first)
        case None, _:
            return UNTIL.say(lang, last=last)
    return f"{first} – {last}"


def _employments(answer: PairAnswer, lang: Language) -> list[str]:
    rows = answer.employments.to_dicts()
    return [
        ", ".join(
            [
                _days(one["valid_from"], one["valid_to"], lang),
                *([PAID[one["employment_type"]].say(lang)] if one["employment_type"] in PAID else []),
                *([Share(one["employment_rate"]).say(lang)] if one["employment_rate"] is not None else []),
            ]
        )
        for one in rows
    ] or [NEVER_EMPLOYED.say(lang)]


def _tiers(answer: PairAnswer, lang: Language) -> list[str]:
    if answer.units.is_empty():
        return [NO_CIRCLE.say(lang)]
    return [TIERS[tier].say(lang) for tier in answer.units["tier"].drop_nulls().to_list()]


def _availability(answer: PairAnswer, lang: Language) -> list[str]:
    return [_window(one, lang) for one in answer.availability.to_dicts()] or [SILENT.say(lang)]


def _window(row: dict[str, Any], lang: Language) -> str:
    window = (ONLY_UNITS if row["units"] else SAID).say(
        lang,
        span=span_text(row),
        kind=AVAILABLE_AS.get(row["kind"], AVAILABLE_AS["own"]).say(lang),
        units=", ".join(row["units"] or []),
    )
    most = row["max_hours"] or 0
    return LONGEST.say(lang, window=window, hours=Hours(most)) if most > 0 else window


def _assistant(answer: PairAnswer, lang: Language) -> str:
    if answer.assistant is None:
        return NO_ASSISTANT.say(lang)
    return SHIPPED_ASSISTANTS[answer.assistant].say(lang) if answer.shipped else answer.assistant


def _overlaps(answer: PairAnswer, lang: Language, *, absence: bool) -> list[str]:
    return [
        OVERLAPS.say(lang, activity=one["activity_id"], span=span_text(one))
        for one in answer.in_the_way.filter(pl.col("absence") == absence).to_dicts()
    ]


def _competences(answer: PairAnswer, lang: Language, codes: tuple[str | None, ...]) -> list[str]:
    return [
        (NOT_HELD if one["code"] == "BK04" else HELD).say(
            lang, competence=one["competence"], days=_days(one["valid_from"], one["valid_to"], lang)
        )
        for one in answer.competences.to_dicts()
        if one["code"] in codes
    ]


def _hours(answer: PairAnswer, lang: Language) -> list[str]:
    return [
        HOURS.say(
            lang,
            hours=Hours(one["hours"]),
            full=Hours(one["full"]),
            days=_days(one["from"], one["to"], lang),
        )
        for one in answer.hours.to_dicts()
    ]


def write_pair_json(out: BinaryIO, answer: PairAnswer, lang: Language) -> None:
    """Write `{"order_id", "staff_id", "chosen", "instead", "conditions", "findings", "forced", "verdict"}`; evidence and verdict in words."""
    facts = {
        "order_id": answer.order["order_id"][0],
        "staff_id": answer.staff_id,
        "chosen": answer.chosen,
        "instead": list(answer.instead),
        "conditions": conditions(answer, lang),
        "findings": answer.findings.with_columns(pl.col("from", "to").dt.to_string(LOCAL)).to_dicts(),
        "forced": answer.forced.to_dicts(),
        "verdict": verdict(answer, lang),
    }
    out.write((json.dumps(facts, ensure_ascii=False, allow_nan=False) + "\n").encode())
