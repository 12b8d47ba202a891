"""A warning level of a key figure can never turn anything red.

Somebody has set a level under `kpis: warnings` in tcw.yaml and believes that it warns. It does not when
`kpis: show` leaves the figure out, or when the figure can never be beyond it: the employment rate above the
highest rate there is (at least 100 %), billing rate 2a above 100 % (billable time is part of booked time),
the difference of booking rate and employment rate below what nobody booked at all gives (−100 %, or less
where a rate is above 100 %). Levels below 0.1 % are refused when tcw.yaml is read.

Measured is the level in percent; limit the extreme of the figure, or the level itself where the figure is not
shown.
"""

from collections.abc import Iterator

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase

PERCENT = 100
LEVELS_SCHEMA = pl.Schema(
    {"subject": pl.String(), "measured": pl.Float64(), "extreme": pl.Float64(), "shown": pl.Boolean()}
)


def judge(context: Context) -> Judgement:
    """Return a finding for each level that cannot warn."""
    kpis = context.schedule.config.kpis
    extremes = _extremes(context)
    rows = [
        (f"kpis.warnings.{figure}.{side}", level * PERCENT, extremes.get((figure, side)), figure in kpis.show)
        for figure, side, level in _levels(context)
    ]
    levels = pl.DataFrame(rows, schema=LEVELS_SCHEMA, orient="row")
    level, extreme = pl.col("measured"), pl.col("extreme")
    beyond = (
        pl.when(pl.col("subject").str.ends_with("above")).then(level >= extreme).otherwise(level <= extreme)
    )
    never = beyond.fill_null(value=False)
    idle = levels.filter(~pl.col("shown") | never)
    return Judgement(
        idle.select("subject", "measured", limit=pl.when(never).then(extreme).otherwise(level)),
        judged=levels.height,
    )


def _levels(context: Context) -> Iterator[tuple[str, str, float]]:
    for figure, level in context.schedule.config.kpis.warnings.items():
        if level.below is not None:
            yield figure, "below", level.below
        if level.above is not None:
            yield figure, "above", level.above


def _extremes(context: Context) -> dict[tuple[str, str], float]:
    """Return (figure, side) -> the percentage that the figure never is beyond."""
    highest = context.schedule.staff["employment_rate"].max()
    most = max(1.0, float(highest)) if isinstance(highest, int | float) else 1.0
    relative = context.schedule.config.kpis.difference == "relative"
    return {
        ("employment_rate", "above"): most * PERCENT,
        ("billing_rate_2a", "above"): 1.0 * PERCENT,
        ("booking_vs_employment", "below"): (-1.0 if relative else -most) * PERCENT,
    }


RULE = Rule(
    code="ST04",
    name="warning-level-unreachable",
    label=Phrase("rule.ST04", "Warning level that never warns"),
    message=Phrase(
        "rule.ST04.message",
        "{subject} never warns: kpis.show leaves the figure out, or it is never beyond {limit} %",
    ),
    source="Anställdrapport 3.1",
    judge=judge,
    severity="warning",
    unit="count",
    direction="either",
    scope="settings",
    timeless=True,
)
