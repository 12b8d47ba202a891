"""Ordinary working time above 40 hours a week, on average over the calculation period.

"Den ordinarie arbetstiden får uppgå till högst 40 timmar i veckan. När det behövs med hänsyn till arbetets
natur eller arbetsförhållandena i övrigt, får arbetstiden uppgå till 40 timmar i veckan i genomsnitt för en
tid av högst fyra veckor." (Arbetstidslagen 5 §) Agreements have longer calculation periods:
`calculation_weeks`, for AB 16.

Counted are the net hours of kind work of each calculation period: double-booked time once, pauses taken off,
nights over its boundary cut at midnight. Periods follow each other from `rules: calculation_start`, or from
the Monday of the export's first week. With `red_days_reduce` each red working day takes `ordinary_week`
divided by the working days off the period's limit. Measured and limit are per week.

The agreement is the one on the period's first day. A period that sticks out of the export's days is flagged
when the known hours are above the limit already, and not judged when the rest could take them there.
Additional time, overtime and on-call are no ordinary time: WT05 to WT07. Where a system books overtime as
ordinary time, what is above the limit is found here and derived as overtime by WT06.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.full_time import calculation_periods
from tcw.rules.measures.hours_by_period import judge_windows, judgement
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.kinds import WORK


def judge(context: Context) -> Judgement:
    """Return a finding for each calculation period with too many ordinary hours."""
    return judgement(
        judge_windows(
            context,
            windows.filter(pl.col("work") > 0).with_columns(net="work", allowed="full"),
            every,
            pl.col("kind") == WORK,
            per=float(every.number),
        )
        for every, windows in calculation_periods(context)
    )


RULE = Rule(
    code="WT04",
    name="long-ordinary-time",
    label=Phrase("rule.WT04", "Long ordinary working time"),
    message=Phrase(
        "rule.WT04.message", "works {measured} of ordinary time a week, {shortfall} above {limit}"
    ),
    source="Arbetstidslagen 5 §",
    judge=judge,
    direction="at_most",
    terms=("ordinary_week", "calculation_weeks", "red_days_reduce"),
    settings=("calculation_start",),
)
