"""The rules run on both sides: which findings are new, which are gone, which remain."""

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from tcw.errors import InputFault
from tcw.model.export import Export
from tcw.model.finding import FINDINGS_SCHEMA
from tcw.rules.choice import chosen
from tcw.rules.engine import run
from tcw.rules.engine.findings import CheckResult, identity
from tcw.rules.rule import Rule
from tcw.wording import Message, Phrase

RULE_FAILED = Phrase(
    "checklist-rule-failed",
    "{side}: rule {code} failed inside tcw ({kind}) and judged nothing. "
    "Run tcw check with --debug, and report it.",
)
STATES = ("new", "remaining", "gone")
PAIR_SCHEMA = pl.Schema({**FINDINGS_SCHEMA, "state": pl.String()})


@dataclass(frozen=True, slots=True)
class FindingsPair:
    """Findings of both sides (PAIR_SCHEMA): first those of AFTER, then those of BEFORE that are gone."""

    findings: pl.DataFrame
    rules: tuple[Rule, ...]
    notes: tuple[Message, ...] = field(default=())

    def of(self, *codes: str) -> pl.DataFrame:
        """Return the findings of AFTER whose code begins with one of these."""
        of_codes = pl.any_horizontal(
            pl.lit(value=False), *(pl.col("code").str.starts_with(code) for code in codes)
        )
        return self.findings.filter(of_codes & (pl.col("state") != "gone"))

    def counts(self) -> dict[str, int]:
        """Return the number of findings by state."""
        number = dict(self.findings.group_by("state").len().rows())
        return {state: number.get(state, 0) for state in STATES}


def findings_of(before: Export, after: Export, as_of: date) -> FindingsPair:
    """Run the rules of the later side's settings on both.

    Raises UsageFault for settings that contradict themselves.
    """
    rules = tuple(chosen(after.schedule.config.rules.select, after.schedule.config.rules.ignore))
    results = [_checked(side, as_of, rules) for side in (before, after)]
    earlier, later = (
        (
            result.findings.frame().select(FINDINGS_SCHEMA.names())
            if result
            else pl.DataFrame(schema=FINDINGS_SCHEMA)
        ).with_columns(identity().alias("identity_"))
        for result in results
    )
    on_both = pl.col("identity_").is_in(earlier["identity_"].implode())
    now = later.with_columns(state=pl.when(on_both).then(pl.lit("remaining")).otherwise(pl.lit("new")))
    gone = earlier.filter(~pl.col("identity_").is_in(later["identity_"].implode()))
    both = pl.concat([now, gone.with_columns(state=pl.lit("gone"))]).drop("identity_")
    notes = (
        Message(RULE_FAILED, {"side": side.name, "code": failure.code, "kind": failure.kind})
        for side, result in zip((before, after), results, strict=True)
        for failure in (result.failures if result else ())
    )
    return FindingsPair(both, rules, tuple(notes))


def _checked(side: Export, as_of: date, rules: tuple[Rule, ...]) -> CheckResult | None:
    """Return what the rules find on one side; None where it has nothing that they can judge."""
    try:
        return run.check(side.schedule, as_of, rules=rules)
    except InputFault as fault:
        if fault.phrase is run.NOTHING:
            return None
        raise
