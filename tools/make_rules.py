"""The rules' pages, from their docstrings, facts and cases: for docs/reference/rules/ and for tcw explain.

`tcw explain` reads src/tcw/rules/pages.json, so that it need not import the rules, and Polars with them.
"""

import importlib
import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any

from markdown_table import table

from tcw.intake.rejects import NOT_DATA, REASONS
from tcw.model.config import Agreement
from tcw.rules.catalogue import RETIRED, RULES
from tcw.rules.codes import FAMILIES
from tcw.rules.engine.terms import SHIPPED, Terms
from tcw.rules.rule import Rule
from tcw.wording import Phrase

READ_FINDINGS = (
    ("tcw.quality.doubts", "UNKNOWN_STAFF", "UNKNOWN_ACTIVITIES", "UNBILLED_ACTIVITIES", "REPEATED_IDS"),
    ("tcw.kpis.weekly", "OUTSIDE"),
    ("tcw.quality.doubts", "LONG_BREAKS"),
)
REJECTS = (
    "Why a row of an export is rejected: it is left out, counted, and listed with file, sheet, row, column "
    "and cell by `tcw inspect SOURCE --rejects rejects.csv`. It counts towards `max_rejects`."
)
NEVER_DATA = (
    "Why a row of an export is left out that was never data. It is counted and listed with the rejected "
    "rows by `tcw inspect SOURCE --rejects rejects.csv`, but does not count towards `max_rejects`."
)
ACCEPTED = (
    "Found in the data. The rows are accepted; the message says how many they are and what they cost "
    "the result."
)
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.rules.cases import Case, cases  # noqa: E402 - the project's root is no package

INTRODUCTION = (
    "# Rules\n\nWhat `tcw check` judges. `tcw explain CODE` shows a rule's page with the limits in force; "
    "`--select` and `--ignore` take codes, names and families. What exactly is measured: [decision "
    "9](../../developers/adr/0009-what-the-rules-measure.md).\n\n"
)


def page_of(rule: Rule) -> str:
    """Return the docstring of the rule's module: its page."""
    module = importlib.import_module(rule.judge.__module__)
    return inspect.cleandoc(module.__doc__ or "")


def first(known: list[Case], rule: Rule, kind: str) -> Case | None:
    """Return the rule's first case whose title begins with Flagged or Clean."""
    return next((case for case in known if case.rule == rule.code and case.title.startswith(kind)), None)


def facts(rule: Rule, known: list[Case]) -> dict[str, Any]:
    """Return what tcw explain shows of a rule."""
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "severity": rule.severity,
        "label": {"en": rule.label.english, "sv": rule.label.template("sv")},
        "message": {"en": rule.message.english, "sv": rule.message.template("sv")},
        "source": rule.source,
        "unit": rule.unit,
        "page": page_of(rule),
        "terms": list(rule.terms),
        "settings": list(rule.settings),
        "needs": list(rule.needs),
        "examples": [
            {
                "title": case.title,
                "bookings": case.blocks.get("bookings", ""),
                "findings": case.blocks["findings"],
            }
            for kind in ("Flagged", "Clean")
            if (case := first(known, rule, kind)) is not None
        ],
    }


def pages() -> str:
    """Return src/tcw/rules/pages.json: the rules, then the codes of reading."""
    known = cases()
    told = [*(facts(rule, known) for rule in RULES), *(reading(code) for code in (*REASONS, *found()))]
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def found() -> list[Phrase]:
    """Return what is found in the data beside rejected rows, by code."""
    phrases = [
        getattr(importlib.import_module(module), name) for module, *names in READ_FINDINGS for name in names
    ]
    return sorted(phrases, key=lambda phrase: phrase.code)


def reading(phrase: Phrase) -> dict[str, Any]:
    """Return the page of a code of reading (IN…)."""
    rejects = phrase in REASONS
    page = REJECTS if rejects else ACCEPTED
    if phrase.code in NOT_DATA:
        page = NEVER_DATA
    return {
        "code": phrase.code,
        "name": "row-rejected" if rejects else "found-in-the-data",
        "family": "IN",
        "severity": "warning",
        "label": {lang: _label(phrase.template(lang), rejects=rejects) for lang in ("en", "sv")},
        "message": {"en": phrase.english, "sv": phrase.template("sv")},
        "source": "docs/reference/reasons.md",
        "unit": "count",
        "page": page,
        "terms": [],
        "settings": [],
        "needs": [],
        "examples": [],
    }


def _label(sentence: str, *, rejects: bool) -> str:
    """Return the sentence; of a finding with its numbers only what stands before them."""
    return sentence if rejects else sentence.partition(":")[0]


def rules() -> str:
    """Return docs/reference/rules/README.md."""
    parts = [
        INTRODUCTION,
        table(
            ["code", "name", "severity", "English", "Swedish", "source"],
            [
                [
                    f"[{rule.code}]({rule.code}.md)",
                    rule.name,
                    rule.severity,
                    rule.label.english,
                    rule.label.template("sv"),
                    rule.source,
                ]
                for rule in RULES
            ],
        ),
    ]
    if RETIRED:
        parts.append(f"\nCodes no longer in use: {', '.join(RETIRED)}.\n")
    parts.append(_agreements())
    return "".join(parts)


def _agreements() -> str:
    """Return the table of the shipped agreements' limits."""
    names = [
        name
        for name in Terms.__slots__
        if name not in {"code", "name", "decision", "decision_from", "decision_to"}
    ]
    rows = [
        [
            f"`{name}`",
            Agreement.model_fields[name].description or "",
            *_limits(name),
            ", ".join(_users(name)),
        ]
        for name in names
    ]
    return (
        "\n## Agreements\n\nShipped agreements and their limits (hours, unless the name says otherwise). "
        "One's own stand under `agreements:` in tcw.yaml, based on one of these.\n\n"
        + table(["limit", "meaning", *(f"`{code}`" for code in SHIPPED), "rules"], rows)
    )


def _users(term: str) -> list[str]:
    return [rule.code for rule in RULES if term in rule.terms]


def _shown(value: object) -> str:
    if value is None or value == float("inf"):
        return "–"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else re.sub(r"^(\d\d:\d\d):00$", r"\1", str(value))


def rule_page(code: str) -> str:
    """Return docs/reference/rules/CODE.md.

    What the rule does, an example flagged and one clean, its options, its source.
    """
    known = cases()
    (rule,) = (rule for rule in RULES if rule.code == code)
    heading = FAMILIES[rule.family]
    parts = [
        f"# {rule.code} {rule.name}\n\n",
        f"**{rule.label.english}** (*{rule.label.template('sv')}*) · {heading.english} · {rule.severity}\n\n",
        f"## What it does\n\n{page_of(rule)}\n\n",
        f"## What it says\n\n> {rule.message.english}\n\n> {rule.message.template('sv')}\n",
    ]
    for kind, title in (("Flagged", "Example"), ("Clean", "Use instead")):
        if (case := first(known, rule, kind)) is not None:
            bookings = case.blocks.get("bookings", "")
            told = f"```csv\n{case.blocks['findings']}```\n" if kind == "Flagged" else "No finding.\n"
            parts.append(f"\n## {title}\n\n{case.title}:\n\n```csv\n{bookings}```\n\n{told}")
    parts += ["\n## Options\n\n", _options(rule), f"\n## References\n\n{rule.source}.\n"]
    return "".join(parts)


def _options(rule: Rule) -> str:
    """Return what changes the rule.

    Limits of agreements with what is shipped, settings, and how to leave it out.
    """
    limits = [
        [f"`{name}`", Agreement.model_fields[name].description or "", *_limits(name)] for name in rule.terms
    ]
    parts = []
    if limits:
        parts.append(
            "Limits of the agreement (`agreements:` in tcw.yaml), and what the shipped ones say:\n\n"
            + table(["limit", "meaning", *(f"`{code}`" for code in SHIPPED)], limits)
            + "\n"
        )
    if rule.settings:
        named = ", ".join(f"`{name}`" for name in rule.settings)
        parts.append(f"Settings under `rules:` in tcw.yaml: {named}.\n\n")
    if rule.needs:
        named = ", ".join(f"`{name}`" for name in rule.needs)
        parts.append(f"Nothing is judged without the table {named}.\n\n")
    parts.append(
        f"`tcw check SOURCE --select {rule.code}` judges nothing else; `--ignore {rule.code}` leaves it "
        "out.\n"
    )
    return "".join(parts)


def _limits(name: str) -> list[str]:
    """Return what each shipped agreement says of a limit."""
    return [_shown(getattr(terms, name)) for terms in SHIPPED.values()]
