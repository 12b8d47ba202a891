"""One pair of order and person explained: every condition with its evidence, on a terminal and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import polars as pl
from rich.padding import Padding
from rich.text import Text

from tcw.matching.orders import LOWEST
from tcw.reports.tables.finding_text import with_messages
from tcw.reports.tables.match_why import holds_text
from tcw.reports.terminal.match_explain import AVAILABLE_AS, LOCAL, SHIPPED_ASSISTANTS, TIERS, span_text
from tcw.reports.terminal.terminal_grid import fitting
from tcw.rules.catalogue import RULES
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count, Hours, Share

if TYPE_CHECKING:
    from rich.console import Console

    from tcw.matching.explain.explain_pair import PairAnswer

HEADING = Phrase("explain.pair", "Order {order} ({span}) and {staff}")
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
    line(HEADING.say(lang, order=row["order_id"], span=span, staff=answer.staff_id), "bold")
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
