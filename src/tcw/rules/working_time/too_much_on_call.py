"""On-call (jour) above 48 hours in four weeks, or 50 in a calendar month.

"Om det på grund av verksamhetens natur är nödvändigt att en arbetstagare står till arbetsgivarens förfogande
på arbetsstället för att vid behov utföra arbete, får jourtid tas ut med högst 48 timmar under en tid av fyra
veckor eller 50 timmar under en kalendermånad. Som jourtid anses inte tid då arbetstagaren utför arbete för
arbetsgivarens räkning." (Arbetstidslagen 6 §)

One basis per agreement, never both: `on_call_basis` is `four_weeks` (on_call_four_weeks) or `month`
(on_call_month). Counted are the net hours of kind on-call; what is worked during it must be booked as work to
be told apart. Standby (beredskap), off the workplace, is not on-call. Four weeks follow each other from
`rules: calculation_start`, or from the Monday of the export's first week.

A period that sticks out of the export is flagged when the known hours are above the limit already, and not
judged when the rest could take them there.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.hours_by_period import FOUR_WEEKS, MONTH, judge_windows, judgement
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.kinds import ON_CALL

BASES = (("four_weeks", FOUR_WEEKS, "on_call_four_weeks"), ("month", MONTH, "on_call_month"))


def judge(context: Context) -> Judgement:
    """Return a finding for each four weeks or month with too much on-call."""
    parts = []
    for basis, every, limit in BASES:
        if basis in context.in_force.values("on_call_basis"):
            windows = context.hours.windows(every).filter(
                context.in_force.having("on_call_basis", basis), pl.col("on_call") > 0
            )
            allowed = (context.term(limit) * US_PER_HOUR).round()
            bounded = windows.with_columns(net="on_call", allowed=allowed)
            parts.append(judge_windows(context, bounded, every, pl.col("kind") == ON_CALL))
    return judgement(parts)


RULE = Rule(
    code="WT05",
    name="too-much-on-call",
    label=Phrase("rule.WT05", "Too much on-call"),
    message=Phrase("rule.WT05.message", "is on call for {measured}, {shortfall} above {limit}"),
    source="Arbetstidslagen 6 §",
    judge=judge,
    direction="at_most",
    terms=("on_call_basis", "on_call_four_weeks", "on_call_month"),
    settings=("calculation_start",),
)
