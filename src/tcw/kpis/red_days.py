"""Which red days hold for a report, and what there is to say of where they come from."""

from datetime import date

import polars as pl

from tcw.model.schedule import Schedule
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count
from tcw.worktime import red_days

FROM_EXPORT = Phrase("kpi-red-days-export", "Red days: {days} in the period, from the red days export.")
FROM_HOLIDAYS = Phrase(
    "kpi-red-days-holidays",
    "Red days: {days} in the period, Swedish public holidays and half days of tcw.yaml, since the source has no red days export.",
)
SET_TO_NONE = Phrase(
    "kpi-red-days-none",
    "Red days are switched off (red_days: source: none): every week is a full normal week.",
)
NOT_IN_EXPORT = Phrase(
    "kpi-red-days-missing",
    "No red days are set for the period: every week is a full normal week. If a red day falls in it, the figures are wrong.",
)


def red_days_in_force(
    schedule: Schedule, first: date, last: date
) -> tuple[pl.DataFrame, tuple[Message, ...]]:
    """Return the red days of a period (RED_DAYS_SCHEMA, sorted) and what there is to say of them."""
    days, exported = red_days.red_days_in_force(schedule, first, last)
    if schedule.config.red_days.source == "none":
        return days, (Message(SET_TO_NONE),)
    if days.is_empty():
        return days, (Message(NOT_IN_EXPORT),)
    return days, (
        Message(FROM_EXPORT if exported else FROM_HOLIDAYS, {"days": Count(days["date"].n_unique())}),
    )
