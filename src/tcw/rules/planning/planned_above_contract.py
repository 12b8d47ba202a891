"""A part-timer is planned for more than the contract.

Additional time (mertid), like overtime, is for what could not be foreseen (Arbetstidslagen 10 §); hours a
part-timer is planned for again and again belong in the contract. Up to full time it is an info, above full
time an error (and PL01).

Judged is each calculation period with planned work or additional time of a part-timer: net hours of these two
kinds, planned and actual, against the contract, which is the mean rate of the period's days (0 on days not
employed; employments add up) times full time (WT04's limit), rounded up to a whole minute since rates have
two decimals. Measured and limit are hours of the whole period. Whose rate is missing is not judged; who is
full time on every day employed, or hourly paid with no rate, is not concerned.

A period that sticks out of the export is flagged when the known hours are above the contract already, and not
judged when the rest could take them there.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.full_time import MISSING_RATE, calculation_periods, whole_minutes, with_contract
from tcw.rules.measures.hours_by_period import judge_windows, judgement
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.kinds import ADDITIONAL


def judge(context: Context) -> Judgement:
    """Return a finding for each calculation period in which a part-timer is planned above the contract."""
    contract = whole_minutes(pl.col("full") * pl.col("contract")).cast(pl.Float64)
    above_full_time = pl.col("net") > pl.col("full")
    parts = []
    missing = 0
    for every, windows in calculation_periods(context):
        planned = with_contract(context, windows.filter(pl.col("planned") > 0))
        missing += int(planned["unrated"].sum())
        part_time = planned.filter("part", ~pl.col("unrated"), pl.col("contract") < 1)
        parts.append(
            judge_windows(
                context,
                part_time.with_columns(net="ordinary", allowed=contract),
                every,
                pl.col("kind") <= ADDITIONAL,
                severity=pl.when(above_full_time).then(pl.lit("error")).otherwise(pl.lit("info")),
            )
        )
    parts.append(Judgement(not_judged=missing))
    return judgement(parts, MISSING_RATE if missing else "")


RULE = Rule(
    code="PL02",
    name="planned-above-contract",
    label=Phrase("rule.PL02", "Planned above the contract"),
    message=Phrase(
        "rule.PL02.message", "is planned for {measured}, {shortfall} above the contract's {limit}"
    ),
    source="Arbetstidslagen 10 §",
    judge=judge,
    severity="info",
    direction="at_most",
    terms=("ordinary_week", "calculation_weeks", "red_days_reduce"),
    settings=("calculation_start",),
)
