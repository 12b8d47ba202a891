"""The rules run on both sides: what is new, what is gone, what remains."""

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from tcw.errors import InputFault
from tcw.model.export import Export
from tcw.model.finding import FINDINGS_SCHEMA, IDENTITY, JUDGED_SCHEMA
from tcw.rules.choice import chosen
from tcw.rules.engine import run
from tcw.rules.rule import Rule
from tcw.wording import Message, Phrase

RULE_FAILED = Phrase(
    "checklist-rule-failed",
    "{side}: rule {code} failed inside tcw ({kind}) and judged nothing. Run tcw check with --debug, and report it.",
)
STATES = ("new", "remaining", "gone")


@dataclass(frozen=True, slots=True)
class FindingsPair:
    """Findings of both sides.

    `findings`: FINDINGS_SCHEMA and `state` (String): those of AFTER, new or remaining, then those of BEFORE that are gone.
    `judged`: JUDGED_SCHEMA of AFTER. `ran`: both sides had something to judge.
    """

    findings: pl.DataFrame
    judged: pl.DataFrame
    rules: tuple[Rule, ...]
    ran: bool
    notes: tuple[Message, ...] = field(default=())

    def of(self, *codes: str) -> pl.DataFrame:
        """Return the findings of AFTER whose code begins with one of these."""
        mine = pl.any_horizontal(
            pl.lit(value=False), *(pl.col("code").str.starts_with(code) for code in codes)
        )
        return self.findings.filter(mine & (pl.col("state") != "gone"))

    def counts(self) -> dict[str, int]:
        """Return the number of findings by state."""
        number = dict(self.findings.group_by("state").len().rows())
        return {state: number.get(state, 0) for state in STATES}


def findings_of(before: Export, after: Export, as_of: date) -> FindingsPair:
    """Run the rules of the later side's settings on both. Raises UsageFault for settings that contradict themselves."""
    rules = tuple(chosen(after.schedule.config.rules.select, after.schedule.config.rules.ignore))
    results = [_checked(side, as_of, rules) for side in (before, after)]
    frames = [one.findings if one else pl.DataFrame(schema=FINDINGS_SCHEMA) for one in results]
    keyed = [frame.with_columns(_identity().alias("identity_")) for frame in frames]
    known = pl.col("identity_").is_in(keyed[0]["identity_"].implode())
    now = keyed[1].with_columns(state=pl.when(known).then(pl.lit("remaining")).otherwise(pl.lit("new")))
    gone = keyed[0].filter(~pl.col("identity_").is_in(keyed[1]["identity_"].implode()))
    both = pl.concat([now, gone.with_columns(state=pl.lit("gone"))]).drop("identity_")
    notes = [
        Message(RULE_FAILED, {"side": side.name, "code": failure.code, "kind": failure.kind})
        for side, result in zip((before, after), results, strict=True)
        for failure in (result.failures if result else ())
    ]
    judged = results[1].judged if results[1] else pl.DataFrame(schema=JUDGED_SCHEMA)
    return FindingsPair(both, judged, rules, all(results), tuple(notes))


def _checked(side: Export, as_of: date, rules: tuple[Rule, ...]) -> run.CheckResult | None:
    try:
        return run.check(side.schedule, as_of, rules=rules)
    except InputFault as fault:
        if fault.phrase is run.NOTHING:
            return None
        raise


def _identity() -> pl.Expr:
    """Return one text that is the same for the same finding in two runs."""
    return pl.concat_str(
        [
            (
                pl.col(name).dt.to_string("%Y-%m-%dT%H:%M") if name in {"from", "to"} else pl.col(name)
            ).fill_null("")
            for name in IDENTITY
        ],
        separator="\x1f",
    )
