"""tcw.yaml does not say how long a full-timer's week is (normal arbetsvecka).

Key figures are shares of it, and a day of absence counts a fifth of it in averages. Without
`normal_week_hours` it is taken to be 40 hours; where the agreement says 37, every key figure is too low. One
finding, for the reader to know.
"""

import polars as pl

from tcw.rules.engine.context import Context
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Phrase

SETTING = "normal_week_hours"


def judge(context: Context) -> Judgement:
    """Return a finding when the setting is not set."""
    config = context.schedule.config
    if SETTING in config.model_fields_set:
        return Judgement(judged=1)
    hours = config.normal_week_hours
    return Judgement(pl.DataFrame({"measured": [hours], "limit": [hours], "subject": [SETTING]}), judged=1)


RULE = Rule(
    code="ST02",
    name="normal-week-missing",
    label=Phrase("rule.ST02", "Normal week missing"),
    message=Phrase(
        "rule.ST02.message", "tcw.yaml has no {subject}: a full-timer's week is taken to be {measured}"
    ),
    source="Anställdrapport 3.1",
    judge=judge,
    severity="info",
    scope="settings",
    timeless=True,
)
