"""One order, or a pair of order and person, explained.

Who fails what, and every condition with its evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from tcw.reports.tables.day_lines import period_text
from tcw.reports.tables.finding_text import with_messages
from tcw.reports.tables.match_words import (
    AVAILABLE_AS,
    EMPLOYED_AS,
    SHIPPED_ASSISTANTS,
    TIERS,
    failed_text,
    holds_text,
    wish_text,
)
from tcw.reports.tables.table import Column, Table
from tcw.rules.catalogue import RULES
from tcw.wording import Language, Phrase
from tcw.wording.quantities import Count, Hours, Share

if TYPE_CHECKING:
    from tcw.matching.explain.explain_order import OrderAnswer
    from tcw.matching.explain.explain_pair import PairAnswer

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
PAID: Final = {
    "monthly": Phrase("paid.monthly", "monthly"),
    "hourly": Phrase("paid.hourly", "hourly"),
}


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


def verdict(answer: PairAnswer, lang: Language) -> list[str]:
    """Return why the plan does what it does, in sentences."""
    if answer.chosen:
        return [IS_CHOSEN.say(lang)]
    broken = answer.conditions.filter(~pl.col("holds")).height
    if broken:
        return [IMPOSSIBLE_ONE.say(lang) if broken == 1 else IMPOSSIBLE.say(lang, count=Count(broken))]
    sentences = [BOTH_HOLD.say(lang)]
    if answer.instead:
        sentences.append(TAKES.say(lang, staff=answer.staff_id, orders=", ".join(answer.instead)))
    worse = answer.forced.filter(pl.col("forced").fill_null(0) != pl.col("plan")).head(1).to_dicts()
    sentences += [
        WORSE.say(
            lang,
            wish=wish_text(row["name"], row["part"], lang),
            forced=row["forced"] or 0,
            plan=row["plan"],
        )
        for row in worse
    ] or [EQUAL.say(lang)]
    return sentences


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
            "code": row["code"],
            "holds": row["holds"],
            "text": holds_text(row["code"], lang),
            "evidence": evidence.get(
                row["code"],
                [message["message"] for message in messages if message["code"] == row["code"]],
            ),
        }
        for row in answer.conditions.to_dicts()
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
                _days(row["valid_from"], row["valid_to"], lang),
                *([PAID[row["employment_type"]].say(lang)] if row["employment_type"] in PAID else []),
                *([Share(row["employment_rate"]).say(lang)] if row["employment_rate"] is not None else []),
            ]
        )
        for row in rows
    ] or [NEVER_EMPLOYED.say(lang)]


def _tiers(answer: PairAnswer, lang: Language) -> list[str]:
    if answer.units.is_empty():
        return [NO_CIRCLE.say(lang)]
    return [TIERS[tier].say(lang) for tier in answer.units["tier"].drop_nulls().to_list()]


def _availability(answer: PairAnswer, lang: Language) -> list[str]:
    return [_window(row, lang) for row in answer.availability.to_dicts()] or [SILENT.say(lang)]


def _window(row: dict[str, Any], lang: Language) -> str:
    window = (ONLY_UNITS if row["units"] else SAID).say(
        lang,
        span=period_text(row["start"], row["end"]),
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
        OVERLAPS.say(lang, activity=row["activity_id"], span=period_text(row["start"], row["end"]))
        for row in answer.in_the_way.filter(pl.col("absence") == absence).to_dicts()
    ]


def _competences(answer: PairAnswer, lang: Language, codes: tuple[str | None, ...]) -> list[str]:
    return [
        (NOT_HELD if row["code"] == "BK04" else HELD).say(
            lang, competence=row["competence"], days=_days(row["valid_from"], row["valid_to"], lang)
        )
        for row in answer.competences.to_dicts()
        if row["code"] in codes
    ]


def _hours(answer: PairAnswer, lang: Language) -> list[str]:
    return [
        HOURS.say(
            lang,
            hours=Hours(row["hours"]),
            full=Hours(row["full"]),
            days=_days(row["from"], row["to"], lang),
        )
        for row in answer.hours.to_dicts()
    ]
