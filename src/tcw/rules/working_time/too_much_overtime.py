"""Overtime above 48 hours in four weeks or 50 in a calendar month, or above 200 in a calendar year.

"När det finns särskilt behov av ökad arbetstid, får övertid tas ut med högst 48 timmar per arbetstagare under
en tid av fyra veckor eller 50 timmar under en kalendermånad, dock med högst 200 timmar under ett kalenderår
(allmän övertid)." (Arbetstidslagen 8 §) Beyond that, with special reasons and when nothing else is
reasonable, extra overtime of at most 150 hours a calendar year; extra and general overtime together stay
within the same 48 or 50 hours (8 a §). Emergency overtime (9 §) is not counted.

`overtime_basis` says whether four weeks (`overtime_four_weeks`) or months (`overtime_month`) count: one per
agreement. A year above `overtime_year` is a warning, since what is above must be extra overtime; above
`overtime_year` and `extra_overtime_year` together it is an error.

Counted are the net hours of kind overtime. Where no booking of the whole source is overtime or additional
time, overtime follows from the hours: in each calculation period, what is worked above full time (WT04's
limit). Absence that counts as worked is then time fulfilled, as 7 § says of leave during ordinary time, but
never overtime itself. Four weeks are then judged only where calculation periods are four weeks, months not at
all, and a year by the calculation periods that begin in it.

A period that sticks out of the export is flagged when the known hours are above the limit already, and not
judged when the rest could take them there.
"""

from tcw.rules.engine.context import Context
from tcw.rules.measures.beyond_ordinary import Beyond
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase
from tcw.worktime.kinds import OVERTIME

BEYOND = Beyond(column="overtime", kind=OVERTIME, year="overtime_year", extra="extra_overtime_year")


def judge(context: Context) -> Judgement:
    """Return a finding for each four weeks, month or year with too much overtime."""
    return BEYOND.judge(context)


RULE = Rule(
    code="WT06",
    name="too-much-overtime",
    label=Phrase("rule.WT06", "Too much overtime"),
    message=Phrase("rule.WT06.message", "works {measured} of overtime, {shortfall} above {limit}"),
    source="Arbetstidslagen 8 and 8 a §§",
    judge=judge,
    direction="at_most",
    terms=BEYOND.terms,
    settings=("calculation_start",),
)
