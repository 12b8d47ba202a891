"""The rules' pages as `tcw explain` and `tcw rules` show them.

They are read from pages.json, without Polars, so that the commands start at once.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from tcw.errors import UsageFault
from tcw.rules.codes import nearest
from tcw.wording import Language, Phrase

UNKNOWN = Phrase(
    "explain-unknown",
    "{code} is no rule and no code that tcw uses; tcw rules lists the rules. Did you mean {suggestion}?",
)


@dataclass(frozen=True, slots=True)
class Page:
    """A rule as people read of it."""

    code: str
    name: str
    family: str
    severity: str
    label: dict[Language, str]
    message: dict[Language, str]
    source: str
    unit: str
    page: str
    terms: tuple[str, ...]
    settings: tuple[str, ...]
    needs: tuple[str, ...]
    examples: tuple[dict[str, str], ...]


@cache
def pages() -> tuple[Page, ...]:
    """Return every rule's page, in report order, then those of reading (IN…)."""
    entries: list[Any] = json.loads(resources.files("tcw.rules").joinpath("pages.json").read_text("utf-8"))
    return tuple(_page(entry) for entry in entries)


def _page(entry: Any) -> Page:  # noqa: ANN401 - JSON
    facts: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()
    }
    return Page(**facts)


def page_named(text: str) -> Page:
    """Return the page of a rule by its code or name. Raises UsageFault."""
    plain = text.strip()
    for page in pages():
        if plain.upper() == page.code or plain.lower().replace("_", "-") == page.name:
            return page
    suggestion = nearest(plain, (page.code for page in pages()), (page.name for page in pages()))
    raise UsageFault(UNKNOWN, code=plain, suggestion=suggestion)
