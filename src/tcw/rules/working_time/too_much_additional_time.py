"""A part-timer's additional time (mertid) above 200 hours in a calendar year, or above 48 in four weeks or 50 in a month.

Additional time is what a part-timer works above the contract. "När det finns särskilt behov av ökad
arbetstid, får mertid tas ut med högst 200 timmar per arbetstagare under ett kalenderår (allmän mertid)."
(Arbetstidslagen 10 §) With special reasons, extra additional time of at most 150 hours a calendar year:
"Extra mertid och allmän mertid får tillsammans inte överstiga 48 timmar per arbetstagare under en tid av fyra
veckor eller 50 timmar under en kalendermånad." (10 a §) Overtime is not part of that sum; it has its own
(WT06).

A year above `additional_year` is a warning, since what is above must be extra additional time; above
`additional_year` and `extra_additional_year` together it is an error. Four weeks or months by
`overtime_basis`, against `overtime_four_weeks` or `overtime_month`.

Counted are the net hours of kind additional, but not of people known to be full time on every day of the
period they are employed. Where no booking of the whole source is overtime or additional time, it follows from
the hours: in each calculation period, what a part-timer works above the mean rate of the period's days times
full time (rounded up to a whole minute), up to full time. Absence that counts as worked is time fulfilled. A
person whose rate is not known is then not judged. Four weeks, months and years as in WT06.
"""  # noqa: E501 - the summary is shown as it is

from tcw.rules.engine.context import Context
from tcw.rules.measures.beyond_ordinary import Beyond
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.kinds import ADDITIONAL

BEYOND = Beyond(
    column="additional",
    kind=ADDITIONAL,
    year="additional_year",
    extra="extra_additional_year",
    part_timers=True,
)


def judge(context: Context) -> Judgement:
    """Return a finding for each four weeks, month or year with too much additional time."""
    return BEYOND.judge(context)


RULE = Rule(
    code="WT07",
    name="too-much-additional-time",
    label=Phrase("rule.WT07", "Too much additional time"),
    message=Phrase("rule.WT07.message", "works {measured} of additional time, {shortfall} above {limit}"),
    source="Arbetstidslagen 10 and 10 a §§",
    judge=judge,
    direction="at_most",
    terms=BEYOND.terms,
    settings=("calculation_start",),
)
