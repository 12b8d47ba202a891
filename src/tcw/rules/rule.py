"""What a rule is: facts that people read, and a function that judges."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from tcw.model.severity import Severity
from tcw.wording import Phrase

if TYPE_CHECKING:
    import polars as pl

    from tcw.rules.engine.context import Context

Unit = Literal["h", "days", "count"]
Direction = Literal["at_least", "at_most", "either"]
"""On which side of its limit a measure is right.

either: limits of both sorts; the shortfall is how far apart they are.
"""
Scope = Literal["people", "settings"]
"""people: judged chunk by chunk of whole people; settings: once, on the tables."""
Why = Literal["", "table", "setting", "clock_times", "column"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule found.

    `findings`: at least `person` (UInt32), `from`, `to` (Int64 µs instants), `measured`, `limit` (Float64, in
    the rule's unit), `planned` (Boolean), and what says which bookings it is about, of which there must be
    one at least: `rows` (List(UInt32): `row` of the timeline) or `first` and `last` (UInt32: positions in
    `Context.work`). May have `staff`, `unit` (UInt32; else those of the first booking), `severity`, `subject`
    (String), `agreement` (UInt16: position in `Context.agreements`; else the one in force on the local day of
    `from`). Rules about settings have `measured`, `limit` and, where it makes sense, `subject`, `staff_id`,
    `agreement` (String), `from`, `to` (Datetime, local), and no bookings.
    `judged`, `not_judged`: windows, gaps or bookings the rule decided and could not decide; flagged ones are
    judged.
    """

    findings: "pl.DataFrame | None" = None
    judged: int = 0
    not_judged: int = 0
    why: str = ""
    """What was missing to judge the rest.

    A table (`orders`), a column (`staff.birth_date`) or a setting (`rules.competences`).
    """


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its code, name, words and limits, and the function that judges it.

    Its module's docstring is its page.
    """

    code: str
    name: str
    label: Phrase
    message: Phrase
    """The finding in a sentence; places: measured, limit, shortfall (worded in the unit), subject."""
    source: str
    judge: Callable[["Context"], Judgement]
    severity: Severity = "error"
    unit: Unit = "h"
    direction: Direction = "at_least"
    scope: Scope = "people"
    terms: tuple[str, ...] = ()
    """The limits of an agreement it goes by (fields of `tcw.rules.engine.terms.Terms`)."""
    settings: tuple[str, ...] = ()
    """Keys of `rules:` in tcw.yaml it goes by."""
    needs: tuple[str, ...] = ()
    """Tables without which nothing is judged."""
    timeless: bool = field(default=False)
    """Its findings have no phase: they are about settings, not about time."""

    @property
    def family(self) -> str:
        """WT, PL, AG, BK or ST."""
        return self.code[:2]
