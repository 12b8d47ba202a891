"""What rules have found so far: added up over chunks and parts, whatever they were."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from tcw.rules.rule import Rule

TOLD_FIRST = {"staff.birth_date": 0, "clock_times": 2}
"""Reasons told before or after others, where a rule has several."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that failed inside; the others went on."""

    code: str
    kind: str
    trace: str


@dataclass(slots=True)
class Tally:
    """What one rule has found so far."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    judged: int = 0
    not_judged: int = 0
    why: str = ""

    def add(self, other: "Tally") -> None:
        """Add what the rule found in another chunk or part."""
        self.frames += other.frames
        self.judged += other.judged
        self.not_judged += other.not_judged
        self.why = min(self.why, other.why, key=_place_of_why)


def _place_of_why(why: str) -> int:
    """Return how early a reason is told: which one must not depend on who is judged together."""
    return 2 * len(TOLD_FIRST) if not why else TOLD_FIRST.get(why, 1)


@dataclass(slots=True)
class Judged:
    """What rules found in some part of the people, or in the settings."""

    tallies: dict[str, Tally]
    failures: dict[str, Failure]

    def frames(self, rules: Sequence[Rule]) -> list[pl.DataFrame]:
        """Return the findings of the rules that did not fail."""
        return [
            frame
            for rule in rules
            if rule.code not in self.failures
            for frame in self.tallies[rule.code].frames
        ]

    def add(self, other: "Judged") -> None:
        """Add what was found in another part."""
        for code, tally in other.tallies.items():
            self.tallies[code].add(tally)
        self.failures |= other.failures


def none_yet(rules: Sequence[Rule]) -> Judged:
    """Return that nothing has been found."""
    return Judged({rule.code: Tally() for rule in rules}, {})
