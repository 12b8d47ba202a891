"""Which red days hold for a report: the export's, else Sweden's public holidays with the configured half days."""

from datetime import date

import polars as pl

from tcw.model.schedule import Schedule
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count
from tcw.worktime.red_days import RED_DAYS_SCHEMA, swedish_red_days

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
    """Return the red days of a period (RED_DAYS_SCHEMA, sorted) and what there is to say of them.

    Source: Anställdrapport 3.1 (Röda dagar). Dates set in tcw.yaml win over both export and public holidays.
    """
    settings = schedule.config.red_days
    if settings.source == "none":
        return pl.DataFrame(schema=RED_DAYS_SCHEMA), (Message(SET_TO_NONE),)
    exported = settings.source == "export" or (settings.source == "auto" and "red_days" in schedule.given)
    if exported:
        days = (
            schedule.tables["red_days"]
            .select(RED_DAYS_SCHEMA.names())
            .filter(pl.col("date").is_between(first, last))
        )
    else:
        days = swedish_red_days(first, last, settings.half_days)
    own = pl.DataFrame(
        {
            "date": list(settings.days),
            "percent": list(settings.days.values()),
            "comment": [""] * len(settings.days),
        },
        schema=RED_DAYS_SCHEMA,
    ).filter(pl.col("date").is_between(first, last))
    days = pl.concat([days.join(own, on="date", how="anti"), own]).sort("date")
    if days.is_empty():
        return days, (Message(NOT_IN_EXPORT),)
    return days, (
        Message(FROM_EXPORT if exported else FROM_HOLIDAYS, {"days": Count(days["date"].n_unique())}),
    )
