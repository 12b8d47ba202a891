"""A sentence in two languages."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal

from tcw.wording.quantities import CountText, Quantity

Language = Literal["en", "sv"]
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Line ends, and what a terminal takes for a command."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence that a user reads, with places for facts; a count inflects its word: `{rows:row|rows}`.

    `code` is the key of the Swedish wording in `sv/*.toml`; it is also what documentation and
    the error gallery list. `english` stands beside the fact it states, in the code.
    """

    code: str
    english: str

    def template(self, lang: Language) -> str:
        """Return the sentence with its places unfilled; in English if there is no Swedish."""
        return self.english if lang == "en" else swedish().get(self.code, self.english)

    def say(self, lang: Language, **facts: object) -> str:
        """Return the sentence with its places filled; quantities and messages follow the language."""
        return self.template(lang).format(**{name: _as_text(fact, lang) for name, fact in facts.items()})


@dataclass(frozen=True, slots=True)
class Message:
    """A phrase with its facts: something noticed, decided or found, worded when the language is known."""

    phrase: Phrase
    facts: Mapping[str, object] = field(default_factory=dict)

    def say(self, lang: Language) -> str:
        """Return the message in the language."""
        return self.phrase.say(lang, **self.facts)


def _as_text(fact: object, lang: Language) -> object:
    """Return a fact as it may stand in a sentence of one line: a cell or a file name may hold anything."""
    if isinstance(fact, Quantity | Message):
        return fact.say(lang)
    if isinstance(fact, int) and not isinstance(fact, bool):
        return CountText(str(fact), fact)
    if isinstance(fact, str) and not fact.isprintable():
        return CONTROLS.sub(lambda found: " " if found[0].isspace() else "?", fact)
    return fact


@cache
def swedish() -> dict[str, str]:
    """Return all Swedish wordings by code, from every file of `wording/sv/`."""
    wordings: dict[str, str] = {}
    for file in resources.files("tcw.wording").joinpath("sv").iterdir():
        if file.name.endswith(".toml"):
            wordings.update(tomllib.loads(file.read_text("utf-8")))
    return wordings
