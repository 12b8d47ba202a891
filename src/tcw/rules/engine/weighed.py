"""What is found in a part, weighed against earlier findings and counted: of the findings themselves, nothing need stay in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from tcw.parts.pile import write
from tcw.rules.engine.found import SCHEMA, tally_of
from tcw.rules.engine.judged import Judged
from tcw.rules.engine.portions import Portion
from tcw.rules.engine.standing import STALE_SCHEMA, standing
from tcw.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Earlier:
    """Findings of an earlier run, and those that somebody has accepted; None where the user names none."""

    baseline: pl.DataFrame | None = None
    accepted: pl.DataFrame | None = None

    def filter(self, rows: pl.Expr) -> "Earlier":
        """Return some of them."""
        return Earlier(*(None if one is None else one.filter(rows) for one in (self.baseline, self.accepted)))


@dataclass(frozen=True, slots=True)
class Weighed:
    """A part's findings (`tcw.rules.engine.found.SCHEMA`, in the order of FINDINGS_SCHEMA's sort), or the file they are in.

    `tally`: see `tally_of`. `flagged`: all findings by rule, also those nobody wants. `gone`, `stale`: see `tcw.rules.engine.standing.Standing`.
    """

    findings: pl.DataFrame
    tally: pl.DataFrame
    judged: Judged
    flagged: dict[str, int]
    gone: int
    stale: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=STALE_SCHEMA))
    path: Path | None = None
    height: int = 0

    def filed(self, path: Path) -> "Weighed":
        """Return the same with its findings in a file. Raises OSError: the disk is full."""
        rows = self.findings.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
        write(rows, path)
        return replace(self, findings=rows.clear(), path=path, height=rows.height)


def weigh(portion: Portion, earlier: Earlier, keep: pl.Expr | None) -> Weighed:
    """Weigh a part's findings against the earlier ones that it would find again.

    `keep`: which findings the user wants; None: all.
    """
    wanted = portion.findings if keep is None else portion.findings.filter(keep)
    weighed = standing(wanted, earlier.baseline, earlier.accepted)
    return Weighed(
        findings=weighed.findings,
        tally=tally_of(weighed.findings.lazy()),
        judged=portion.judged,
        flagged=dict(portion.findings.group_by("code").len().rows()),
        gone=weighed.gone,
        stale=weighed.stale,
    )


def earlier_of(people: pl.DataFrame | None, everybody: pl.DataFrame, rules: Sequence[Rule]) -> pl.Expr:
    """Return which earlier findings a part would find again: of its people (`staff_id`), or, for None, all that no people's part does."""
    codes = [rule.code for rule in rules if rule.scope == "people"]
    ids = (everybody if people is None else people)["staff_id"]
    theirs = pl.col("code").is_in(codes) & pl.col("staff_id").is_in(ids.implode()).fill_null(value=False)
    return theirs.not_() if people is None else theirs
