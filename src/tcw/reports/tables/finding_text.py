"""Findings in sentences: a Polars expression per rule, so that a million of them cost no Python loop."""

from collections.abc import Mapping, Sequence
from string import Formatter

import polars as pl

from tcw.reports.tables.texts import decimal_text, duration_text
from tcw.rules.rule import Rule, Unit
from tcw.wording import Language, Phrase

DAYS = Phrase("unit.days", "{number} days")
COUNT = Phrase("unit.count", "{number}")
SUBJECTS = {
    "day": Phrase("subject.day", "hours a day"),
    "week": Phrase("subject.week", "hours a week"),
    "rest": Phrase("subject.rest", "daily rest"),
    "night": Phrase("subject.night", "night work"),
    "break": Phrase("subject.break", "break"),
    "weekly_rest": Phrase("subject.weekly_rest", "weekly rest"),
    "special_risk": Phrase("subject.special_risk", "special risk"),
}
"""Subjects that are words of the rules' own (WT09, WT14); others are the export's ids."""
NOTHING = Phrase("finding.nothing", "?")


def with_messages(findings: pl.DataFrame, rules: Sequence[Rule], lang: Language) -> pl.DataFrame:
    """Add `message` (String) to findings (`tcw.model.finding.FINDINGS_SCHEMA`)."""
    if findings.is_empty():
        return findings.with_columns(message=pl.lit(None, dtype=pl.String))
    by_code = {rule.code: rule for rule in rules}
    runs = findings["code"].rle().struct.unnest()
    if runs["value"].is_duplicated().any() or not set(runs["value"]) <= by_code.keys():
        return _by_code(findings, by_code, lang)
    # The findings of a rule stand together, as they are kept: none need be picked out of millions.
    parts, begin = [], 0
    for height, code in runs.select("len", "value").rows():
        part = findings.slice(begin, height)
        # Some sentences are the same for all findings, and one alone when selected.
        parts.append(part.with_columns(message=_sentence(by_code[code], lang)).select("message"))
        begin += height
    return findings.with_columns(pl.concat(parts))


def _by_code(findings: pl.DataFrame, rules: Mapping[str, Rule], lang: Language) -> pl.DataFrame:
    """Return the findings of such rules with `message`, in whatever order they are."""
    present = set(findings["code"].unique())
    parts = [
        findings.lazy()
        .with_row_index("place_")
        .filter(pl.col("code") == code)
        .with_columns(message=_sentence(rule, lang))
        for code, rule in rules.items()
        if code in present
    ]
    return pl.concat(parts).sort("place_").drop("place_").collect()


def _sentence(rule: Rule, lang: Language) -> pl.Expr:
    """Return the rule's message with its places filled."""
    places: Mapping[str, pl.Expr] = {
        "measured": quantity(pl.col("measured"), rule.unit, lang),
        "limit": quantity(pl.col("limit"), rule.unit, lang),
        "shortfall": quantity(pl.col("shortfall"), rule.unit, lang),
        "subject": subject_text(lang),
        "agreement": pl.col("agreement"),
    }
    pieces: list[pl.Expr] = []
    for text, place, _, _ in Formatter().parse(rule.message.template(lang)):
        if text:
            pieces.append(pl.lit(text))
        if place is not None:
            pieces.append(places[place].fill_null(NOTHING.template(lang)))
    return pl.concat_str(pieces)


def subject_text(lang: Language) -> pl.Expr:
    """Return what a finding is about (String), words of tcw's own in the language: "a day" for day."""
    words = {code: phrase.template(lang) for code, phrase in SUBJECTS.items()}
    return pl.col("subject").replace(list(words), list(words.values()))


def quantity(value: pl.Expr, unit: Unit | str, lang: Language) -> pl.Expr:
    """Return a Float64 quantity as text: "9 h 30 min", "13.5 days", "3"."""
    if unit == "h":
        return duration_text(value)
    whole = (value - value.round(0)).abs() < 0.05  # noqa: PLR2004 - half of the last decimal shown
    number = pl.when(whole).then(decimal_text(value, lang, 0)).otherwise(decimal_text(value, lang, 1))
    before, _, after = (DAYS if unit == "days" else COUNT).template(lang).partition("{number}")
    return pl.concat_str([pl.lit(before), number, pl.lit(after)])
