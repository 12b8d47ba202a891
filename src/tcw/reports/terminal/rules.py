"""A rule's page, and the list of rules, on a terminal. No Polars."""

from collections.abc import Mapping, Sequence
from datetime import time
from textwrap import fill

from tcw.model.config.agreements import NO_LIMIT, Agreement
from tcw.rules.codes import FAMILIES
from tcw.rules.engine.terms import Terms
from tcw.rules.pages import Page
from tcw.wording import Language, Phrase

SEVERITIES = {
    "error": Phrase("word.error", "error"),
    "warning": Phrase("word.warning", "warning"),
    "info": Phrase("word.info", "note"),
}
SAID = Phrase("explain.said", "Said as")
LIMITS = Phrase("explain.limits", "Limits in force")
SETTINGS = Phrase("explain.settings", "Settings under rules: in tcw.yaml")
NEEDS = Phrase("explain.needs", "Needs")
HOW = Phrase("explain.how", "To change a limit, write under agreements: in tcw.yaml")
READING = Phrase("family.IN", "Reading")
NONE = Phrase("explain.none", "none")
YES, NO = Phrase("word.yes", "Yes"), Phrase("word.no", "No")
EXAMPLE = Phrase("explain.example", "Example")
FINDS = Phrase("explain.finds", "What is found:")
NOTHING = Phrase("explain.nothing", "Nothing is found.")
WIDTH = 100


def explained(page: Page, agreements: Mapping[str, Terms], lang: Language, width: int = WIDTH) -> str:
    """Return a rule's page as text.

    Meaning, source, limits in force, how to change them, a flagged and a clean example.
    """
    width = min(width, WIDTH)
    parts = [
        f"{page.code} {page.name}",
        f"{page.label[lang]} · {SEVERITIES[page.severity].template(lang)} · {page.source}",
        "",
        _wrapped(page.page, width),
        "",
        fill(f"{SAID.template(lang)}: {page.message[lang]}", width),
    ]
    if page.terms:
        parts += ["", f"{LIMITS.template(lang)}:", *_limits(page.terms, agreements, lang), ""]
        parts += [*_meanings(page.terms, width), "", *_how(page, lang)]
    if page.settings:
        parts += ["", fill(f"{SETTINGS.template(lang)}: {', '.join(page.settings)}", width)]
    if page.needs:
        parts += ["", fill(f"{NEEDS.template(lang)}: {', '.join(page.needs)}", width)]
    for example in page.examples:
        findings = example["findings"].strip().splitlines()
        found = (
            [FINDS.template(lang), *_indented(findings)] if len(findings) > 1 else [NOTHING.template(lang)]
        )
        parts += [
            "",
            f"{EXAMPLE.template(lang)}: {example['title']}",
            *_indented(example["bookings"].splitlines()),
            *found,
        ]
    return "\n".join(parts) + "\n"


def listed(pages: Sequence[Page], lang: Language) -> str:
    """Return all rules, a line each, by family."""
    lines: list[str] = []
    for family, heading in (FAMILIES | {"IN": READING}).items():
        mine = [page for page in pages if page.family == family]
        if not mine:
            continue
        lines += ["", heading.template(lang)] if lines else [heading.template(lang)]
        wide = max(len(page.label[lang]) for page in mine)
        lines += [
            f"  {page.code}  {page.label[lang]:{wide}}  "
            f"{SEVERITIES[page.severity].template(lang):10} {page.source}".rstrip()
            for page in mine
        ]
    return "\n".join(lines) + "\n"


def _wrapped(text: str, width: int) -> str:
    """Wrap paragraphs; lists and examples keep their lines."""
    blocks = text.split("\n\n")
    return "\n\n".join(
        block if block.startswith((" ", "- ", "|", "```")) else fill(" ".join(block.split()), width)
        for block in blocks
    )


def _limits(terms: Sequence[str], agreements: Mapping[str, Terms], lang: Language) -> list[str]:
    names = list(agreements)
    width = max(len(name) for name in terms) + 2
    columns = [max(len(name), 9) + 2 for name in names]
    lines = [
        "  "
        + " " * width
        + "".join(f"{name:<{room}}" for name, room in zip(names, columns, strict=True)).rstrip()
    ]
    for term in terms:
        values = [_value(getattr(one, term), lang) for one in agreements.values()]
        cells = "".join(f"{value:<{room}}" for value, room in zip(values, columns, strict=True))
        lines.append(f"  {term:<{width}}{cells}".rstrip())
    return lines


def _meanings(terms: Sequence[str], width: int) -> list[str]:
    """Say what each limit is, in the words of the setting."""
    return [
        fill(
            f"{term}: {Agreement.model_fields[term].description}",
            width,
            initial_indent="  ",
            subsequent_indent="    ",
        )
        for term in terms
    ]


def _value(value: object, lang: Language) -> str:
    if value is None or value == NO_LIMIT:
        return NONE.template(lang)
    if isinstance(value, bool):
        return (YES if value else NO).template(lang).lower()
    if isinstance(value, float):
        return f"{value:g}".replace(".", "," if lang == "sv" else ".")
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def _how(page: Page, lang: Language) -> list[str]:
    shown = {"daily_rest_mode": "shift_gap", "weekly_rest_mode": "straddle", "day_break": '"07:00"'}
    term = page.terms[0]
    return [
        f"{HOW.template(lang)}:",
        "  agreements:",
        "    AB25:",
        "      based_on: ab",
        f"      {term}: {shown.get(term, '…')}",
    ]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]
