"""Which findings count: new ones against a baseline, those somebody has accepted, those a decision waives."""

from dataclasses import dataclass

import polars as pl

from tcw.model.finding import IDENTITY
from tcw.model.severity import SEVERITIES, Severity


@dataclass(frozen=True, slots=True)
class Standing:
    """Findings with what they count for.

    `findings`: FINDINGS_SCHEMA and `state` (String: new or remaining against the baseline, accepted; null without either) and
    `counts` (Boolean: towards the exit code). `gone`: those of the baseline that are found no more. `stale`: acceptances whose finding is gone or has
    another measure than when it was accepted, with `why` (gone or changed).
    """

    findings: pl.DataFrame
    gone: int
    stale: pl.DataFrame

    def worst(self) -> Severity | None:
        """Return the worst severity that counts."""
        counting = set(self.findings.filter("counts")["severity"].unique())
        return next((one for one in SEVERITIES if one in counting), None)


STALE_SCHEMA = pl.Schema(
    {
        "code": pl.String(),
        "staff_id": pl.String(),
        "from": pl.Datetime("us"),
        "to": pl.Datetime("us"),
        "subject": pl.String(),
        "who": pl.String(),
        "why": pl.String(),
    }
)
TOLERANCE = 0.01
"""Hours or days by which a measure may differ and still be the one accepted: files round."""


def standing(
    findings: pl.DataFrame, baseline: pl.DataFrame | None, accepted: pl.DataFrame | None
) -> Standing:
    """Return what counts.

    Args:
        findings: FINDINGS_SCHEMA.
        baseline: findings of an earlier run (at least IDENTITY): only those not in it count.
        accepted: IDENTITY, `measured` (may be null) and `who`: what somebody has seen and accepted. It counts no longer, but for a
            planned breach: nobody can accept that, only see it.
    """
    if baseline is None and accepted is None:
        plain = findings.with_columns(
            state=pl.lit(None, dtype=pl.String), counts=pl.col("waived_by").is_null()
        )
        return Standing(plain, 0, pl.DataFrame(schema=STALE_SCHEMA))
    keyed = findings.with_columns(_identity().alias("identity_"))
    state = pl.lit(None, dtype=pl.String)
    gone = 0
    if baseline is not None:
        before = baseline.select(_identity().alias("identity_"))["identity_"].unique()
        known = pl.col("identity_").is_in(before.implode())
        state = pl.when(known).then(pl.lit("remaining")).otherwise(pl.lit("new"))
        gone = before.filter(~before.is_in(keyed["identity_"].implode())).len()
    stale = pl.DataFrame(schema=STALE_SCHEMA)
    if accepted is not None:
        marked = accepted.with_columns(_identity().alias("identity_")).unique("identity_", keep="last")
        held = marked.join(
            keyed.select("identity_", now="measured").unique("identity_"), on="identity_", how="left"
        )
        found = pl.col("identity_").is_in(keyed["identity_"].implode())
        moved = ((pl.col("measured") - pl.col("now")).abs() > TOLERANCE).fill_null(value=False)
        told = held.with_columns(
            state_=pl.when(~found).then(pl.lit("gone")).when(moved).then(pl.lit("changed"))
        )
        stale = (
            told.filter(pl.col("state_").is_not_null())
            .with_columns(why="state_")
            .select(pl.col(name).cast(dtype) for name, dtype in STALE_SCHEMA.items())
            .sort("code", "staff_id", "from", nulls_last=True)
        )
        sound = told.filter(pl.col("state_").is_null())["identity_"]
        state = pl.when(pl.col("identity_").is_in(sound.implode())).then(pl.lit("accepted")).otherwise(state)
    stated = keyed.with_columns(state=state)
    excused = pl.col("state").eq_missing(pl.lit("accepted")) & pl.col("phase").ne_missing(pl.lit("planned"))
    old = pl.col("state").eq_missing(pl.lit("remaining"))
    counts = pl.col("waived_by").is_null() & ~excused & ~old
    return Standing(stated.with_columns(counts=counts).drop("identity_"), gone, stale)


def _identity() -> pl.Expr:
    """Return one text that is the same for the same finding in two runs."""
    return pl.concat_str(
        [
            (
                pl.col(name).dt.to_string("%Y-%m-%dT%H:%M")
                if name in {"from", "to"}
                else pl.col(name).cast(pl.String)
            ).fill_null("")
            for name in IDENTITY
        ],
        separator="\x1f",
    )
