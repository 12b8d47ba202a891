"""Numbers as people read them: 9 h 30 min; 72,5 %; 1 234."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


@dataclass(frozen=True, slots=True)
class Count(Quantity):
    """A whole number, with the language's thousands separator."""

    number: int

    def say(self, lang: Language) -> str:
        """`Count(12345)` is "12,345" in English and "12 345" in Swedish."""
        from babel.numbers import format_decimal

        return format_decimal(self.number, format="#,##0", locale=lang)
