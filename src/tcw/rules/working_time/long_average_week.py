"""All working time above 48 hours per seven days, on average over the averaging period.

"Den sammanlagda arbetstiden under varje period om sju dagar får uppgå till högst 48 timmar i genomsnitt under
en beräkningsperiod om högst fyra månader. Vid beräkningen av den sammanlagda arbetstiden ska semester och
sjukfrånvaro under tid då arbetstagaren annars skulle ha arbetat likställas med fullgjord arbetstid."
(Arbetstidslagen 10 b §; 2003/88/EG articles 6, 16 and 19: up to 12 months by agreement)

Counted are net hours of work, additional time, overtime, emergency overtime and on-call of each averaging
period, double-booked time once, and of absence whose activity counts as worked. An absence of 20 hours or
more in one booking is booked by the day: each Monday to Friday that such absences touch counts a fifth of
`normal_week_hours`.

The averaging period is `average_months` calendar months, from the month of the export's first day on, or
`average_weeks` weeks from `rules: calculation_start` (the Monday of the export's first week). Measured and
limit are per seven days. A period that sticks out of the export is flagged when the known hours are above the
whole period's limit already, and not judged when the rest could take them there: four months can be judged
only from an export that covers most of them.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.measures.hours_by_period import WEEK, averaging_periods, counted, judge_windows, judgement
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR


def judge(context: Context) -> Judgement:
    """Return a finding for each averaging period with too many hours."""
    weeks = pl.col("days") / WEEK
    allowed = (context.term("average_week") * US_PER_HOUR * pl.col("days") / WEEK).round()
    return judgement(
        judge_windows(context, windows.with_columns(allowed=allowed), every, counted(context), per=weeks)
        for every, windows in averaging_periods(context)
    )


RULE = Rule(
    code="WT08",
    name="long-average-week",
    label=Phrase("rule.WT08", "Long average week"),
    message=Phrase(
        "rule.WT08.message", "works {measured} per seven days on average, {shortfall} above {limit}"
    ),
    source="Arbetstidslagen 10 b §",
    judge=judge,
    direction="at_most",
    terms=("average_week", "average_months", "average_weeks"),
    settings=("calculation_start",),
)
