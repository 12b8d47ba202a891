"""Red days (röda dagar): how much of each working day of a week is not working time."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from tcw.model.schedule import Schedule
from tcw.worktime.weeks import week_of_date

RED_DAYS_SCHEMA = pl.Schema({"date": pl.Date, "percent": pl.Float64, "comment": pl.String})


def swedish_red_days(first: date, last: date, half_days: Mapping[str, float]) -> pl.DataFrame:
    """Return Swedish public holidays of a period, with configured half days.

    `half_days` maps "MM-DD", or an eve's Swedish name in lower case ("midsommarafton"), to the red share of
    the day (1.0 for Christmas Eve where the agreement gives it). Returns RED_DAYS_SCHEMA sorted by date;
    `percent` is a fraction. Source: lag (1989:253) om allmänna helgdagar, through the holidays package.
    Sundays are not listed: they are no working days.
    """
    import holidays

    years = range(first.year, last.year + 1)
    public = holidays.country_holidays("SE", years=years, include_sundays=False, language="sv")
    days = {day: (1.0, str(name)) for day, name in public.items()}
    eves = holidays.country_holidays(
        "SE", years=years, include_sundays=False, language="sv", categories=("bank", "de_facto", "optional")
    )
    named = {day: str(name).partition(" (")[0] for day, name in eves.items()}
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        name = named.get(day, "")
        share = half_days.get(f"{day:%m-%d}", half_days.get(name.lower()))
        if share is not None and day not in days:
            days[day] = (share, name)
    ordered = sorted(day for day in days if first <= day <= last)
    return pl.DataFrame(
        {
            "date": ordered,
            "percent": [days[day][0] for day in ordered],
            "comment": [days[day][1] for day in ordered],
        },
        schema=RED_DAYS_SCHEMA,
    )


def red_share_by_week(red_days: pl.DataFrame, working_days: frozenset[int]) -> pl.DataFrame:
    """Return `number` (Int32 week) and `red` (Float64: working days of it that are red, halves counted).

    `working_days` are ISO weekdays (1 is Monday). Two rows for one date count once, the larger share.
    """
    return (
        red_days.group_by("date")
        .agg(pl.col("percent").fill_null(1.0).max().clip(0.0, 1.0))
        .filter(pl.col("date").dt.weekday().is_in(sorted(working_days)))
        .group_by(week_of_date(pl.col("date")).alias("number"))
        .agg(pl.col("percent").sum().alias("red"))
        .sort("number")
    )


def red_days_in_force(schedule: Schedule, first: date, last: date) -> tuple[pl.DataFrame, bool]:
    """Return the red days of a period (RED_DAYS_SCHEMA, sorted), and whether they are the export's.

    The export's, else Sweden's public holidays with the configured half days. Source: Anställdrapport 3.1
    (Röda dagar). Dates set in tcw.yaml win over both; with `source: none` there are none.
    """
    settings = schedule.config.red_days
    if settings.source == "none":
        return pl.DataFrame(schema=RED_DAYS_SCHEMA), False
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
    return pl.concat([days.join(own, on="date", how="anti"), own]).sort("date"), exported
