"""What a plan is told in: conditions, availability, circles, wishes, and changes that would fill an order."""

from collections.abc import Mapping
from string import Formatter
from typing import Final

import polars as pl

from tcw.matching.orders import LOWEST
from tcw.matching.plan import Plan
from tcw.reports.tables.finding_text import quantity
from tcw.reports.tables.table import Column, Table
from tcw.rules.catalogue import RULES
from tcw.wording import Language, Phrase

FAILED: Final = {
    "not-introduced": Phrase("fails.not-introduced", "not introduced at the unit"),
    "other-area": Phrase("fails.other-area", "belong to another planning area"),
    "not-available": Phrase("fails.not-available", "not available for all of it"),
    "not-selected": Phrase("fails.not-selected", "booked by no booking assistant"),
    "taken": Phrase("fails.taken", "could, but take other orders"),
    "not-chosen": Phrase("fails.not-chosen", "could, but the plan has somebody better"),
}
HOLDS: Final = {
    "BK03": Phrase("holds.employed", "employed"),
    "not-introduced": Phrase("holds.introduced", "may work at the unit"),
    "other-area": Phrase("holds.area", "may work at the unit"),
    "not-available": Phrase("holds.available", "available"),
    "not-selected": Phrase("holds.selected", "a booking assistant's"),
    "BK02": Phrase("holds.present", "not absent"),
    "BK01": Phrase("holds.free", "not booked already"),
    "BK04": Phrase("holds.competent", "has the competences"),
    "BK05": Phrase("holds.valid", "competences valid"),
    "rules": Phrase("holds.rules", "breaks no rule"),
}
STATES: Final = {
    "filled": Phrase("state.filled", "The plan fills it."),
    "unfilled": Phrase("state.unfilled", "The plan does not fill it."),
    "staffed": Phrase("state.staffed", "It is not vacant: somebody is booked on it already."),
    "stopped": Phrase("state.stopped", "It is not vacant: it is cancelled or stopped."),
    "started": Phrase("state.started", "It is not to be filled: it starts before the day of --as-of."),
    "backwards": Phrase("state.backwards", "It cannot be filled: it ends before it starts."),
    "other-unit": Phrase("state.other-unit", "It is not to be filled: it is of another unit than --unit."),
    "too-early": Phrase("state.too-early", "It is not to be filled: it starts before --from."),
    "too-late": Phrase("state.too-late", "It is not to be filled: it starts after --to."),
}
_LABELS: Final = {rule.code: rule.label for rule in RULES}


def failed_text(code: str, lang: Language) -> str:
    """Return a condition as what people fail; a rule by its code and label."""
    if code in FAILED:
        return FAILED[code].say(lang)
    return f"{code} {_LABELS[code].say(lang)}" if code in _LABELS else code


def holds_text(code: str, lang: Language) -> str:
    """Return a condition as what holds; a rule by its code and label."""
    return HOLDS[code].say(lang) if code in HOLDS else failed_text(code, lang)


SHIPPED_ASSISTANTS: Final = {
    "resource": Phrase("assistant.resource", "resource"),
    "part-time": Phrase("assistant.part-time", "part-time"),
    "hourly": Phrase("assistant.hourly", "hourly"),
    "office": Phrase("assistant.office", "office"),
}
"""What the assistants are called that run where tcw.yaml has none; those of tcw.yaml are called what it calls
them."""
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
WISHES: Final = {
    "filled": Phrase("wish.filled", "filled orders of priority {part}"),
    "employment": Phrase("wish.employment", "the order of employment"),
    "tier": Phrase("wish.tier", "introduced circle"),
    "continuity": Phrase("wish.continuity", "continuity"),
    "fairness": Phrase("wish.fairness", "fairness"),
    "stability": Phrase("wish.stability", "stability"),
}
FILLED_WITHOUT = Phrase("wish.filled_without", "filled orders without a priority")
CHANGES: Final[Mapping[str, Phrase]] = {
    "office": Phrase("relax.office", "ask office staff"),
    "assistant": Phrase("relax.assistant", "let a booking assistant cover it"),
    "availability": Phrase("relax.availability", "available {amount} more"),
    "part-time": Phrase("relax.part-time", "part-timers up to full time"),
    "introduce": Phrase("relax.introduce", "introduce at {subject}"),
    "area": Phrase("relax.area", "let people of other planning areas work at {subject}"),
    "validity": Phrase("relax.validity", "competence {subject} valid for longer"),
    "competence": Phrase("relax.competence", "competence {subject}"),
    "extract": Phrase("relax.extract", "extract of the criminal record"),
    "rule": Phrase("relax.rule", "{subject}: limit {amount} instead of {limit}"),
    "booking": Phrase("relax.booking", "end a booking ({amount} in the way)"),
    "absence": Phrase("relax.absence", "end an absence ({amount} in the way)"),
    "employment": Phrase("relax.employment", "employ for longer"),
    "one-more": Phrase("relax.one-more", "one more person like those who take other orders"),
}
SMALLEST: Final = Phrase("relax.smallest", "The smallest change that would fill each")
ORDER: Final = Phrase("column.order", "Order")
CHANGE: Final = Phrase("column.change_needed", "Change")
AND: Final = Phrase("relax.and", "and")
PEOPLE: Final = Phrase("relax.people", "{changes}: for one of {people}")
ONE_PERSON: Final = Phrase("relax.one_person", "{changes}: for 1 person")


def wish_text(name: str, part: int | None, lang: Language) -> str:
    """Return a wish in words."""
    if part is None:
        return WISHES[name].say(lang)
    return FILLED_WITHOUT.say(lang) if part == LOWEST else WISHES[name].say(lang, part=part)


def with_texts(relaxations: pl.DataFrame, lang: Language) -> pl.DataFrame:
    """Add `text` (String) to relaxations (`tcw.matching.plan.RELAXATIONS`).

    What would have to be otherwise, and for how many it is enough.
    """
    spread = relaxations.select("changes").with_row_index("place").explode("changes").unnest("changes")
    units = spread["unit"].drop_nulls().unique().to_list()

    def measure(name: str) -> pl.Expr:
        value: pl.Expr = pl.lit(None, dtype=pl.String)
        for unit in units:
            value = pl.when(pl.col("unit") == unit).then(quantity(pl.col(name), unit, lang)).otherwise(value)
        return value

    places = {
        "subject": pl.col("subject").fill_null("?"),
        "amount": measure("amount").fill_null("?"),
        "limit": measure("limit").fill_null("?"),
    }
    text: pl.Expr = pl.col("kind")
    for kind, phrase in CHANGES.items():
        text = pl.when(pl.col("kind") == kind).then(filled(phrase.template(lang), places)).otherwise(text)
    texts = (
        spread.with_columns(change=text)
        .group_by("place", maintain_order=True)
        .agg(changes=pl.col("change").str.join(f" {AND.template(lang)} "))
        .sort("place")["changes"]
    )
    words = {"changes": pl.lit(texts), "people": pl.col("people").cast(pl.String)}
    return relaxations.with_columns(
        text=pl.when(pl.col("people") == 1)
        .then(filled(ONE_PERSON.template(lang), words))
        .otherwise(filled(PEOPLE.template(lang), words))
    )


def smallest_table(plan: Plan, lang: Language) -> Table:
    """Return the smallest relaxation of each unfilled order that has one."""
    columns = (Column("order_id", ORDER, "id"), Column("text", CHANGE))
    return Table(
        "relaxations", SMALLEST, columns, with_texts(plan.relaxations.filter(pl.col("rank") == 1), lang)
    )


def filled(template: str, places: Mapping[str, pl.Expr]) -> pl.Expr:
    """Return a template with its places filled by expressions (String)."""
    pieces: list[pl.Expr] = []
    for text, place, _, _ in Formatter().parse(template):
        if text:
            pieces.append(pl.lit(text))
        if place is not None:
            pieces.append(places[place])
    return pl.concat_str(pieces)
