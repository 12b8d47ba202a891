"""Numbers as people read them: 9 h 30 min; 72,5 %; 1 234."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tcw.wording.phrase import Language

MINUTES_PER_HOUR = 60
THOUSAND = 1000


class Quantity(ABC):
    """A number with a unit, worded by language."""

    @abstractmethod
    def say(self, lang: Language) -> str:
        """Return the quantity as text in the language."""


@dataclass(frozen=True, slots=True)
class Hours(Quantity):
    """A duration in hours, worded as hours and whole minutes."""

    hours: float

    def say(self, lang: Language) -> str:
        """`Hours(9.5)` is "9 h 30 min" in both languages; a negative one has a minus sign."""
        minutes = round(abs(self.hours) * MINUTES_PER_HOUR)
        whole, rest = divmod(minutes, MINUTES_PER_HOUR)
        sign = "−" if self.hours < 0 and minutes else ""
        if rest and not whole:
            return f"{sign}{rest} min"
        hours = Count(whole).say(lang) if whole >= THOUSAND else str(whole)
        return f"{sign}{hours} h {rest} min" if rest else f"{sign}{hours} h"


@dataclass(frozen=True, slots=True)
class Share(Quantity):
    """A fraction, worded as a percentage with at most two decimals."""

    fraction: float

    def say(self, lang: Language) -> str:
        """`Share(0.4375)` is "43.75%" in English and "43,75 %" in Swedish."""
        from babel.numbers import format_percent

        return format_percent(
            self.fraction, format="#,##0.##%" if lang == "en" else "#,##0.## %", locale=lang
        )


class CountText(str):
    """A count in words, which inflects the word after it in a sentence.

    `{rows:row|rows}` is "1 row" or "2 rows", `{rows:~is|are}` the word alone.
    """

    __slots__ = ("number",)
    number: int

    def __new__(cls, text: str, number: int) -> Self:
        """Keep the number beside its text."""
        counted = super().__new__(cls, text)
        counted.number = number
        return counted

    def __format__(self, spec: str) -> str:
        """Return the text, with the word for one or for many where the place names both."""
        if BETWEEN not in spec:
            return super().__format__(spec)
        alone = spec.startswith(ALONE)
        one, many = spec.removeprefix(ALONE).split(BETWEEN)
        word = one if self.number == 1 else many
        return word if alone else f"{self} {word}"


BETWEEN, ALONE = "|", "~"


@dataclass(frozen=True, slots=True)
class Count(Quantity):
    """A whole number, with the language's thousands separator; see `CountText` for the word after it."""

    number: int

    def say(self, lang: Language) -> CountText:
        """`Count(12345)` is "12,345" in English and "12 345" in Swedish."""
        from babel.numbers import format_decimal

        return CountText(format_decimal(self.number, format="#,##0", locale=lang), self.number)
