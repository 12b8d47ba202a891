"""Who works when, a row for each person and a column for each day.

What was booked, and what the plan adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import polars as pl

from tcw.matching.plan import Plan
from tcw.model.schedule import Schedule
from tcw.reports.tables.names import staff_facts
from tcw.worktime.red_days import red_days_in_force

NEW, ASKED = "●", "○"
"""Before what the plan books, and before what it asks for."""
MOST_DAYS: Final = 62
"""Columns that are still a grid somebody can read: two months."""
WEEK, WORKING_DAYS = 7, 5


@dataclass(frozen=True, slots=True)
class DayGrid:
    """Who works when.

    `frame`: `staff_id`, `name`, `home_unit`, then a column for each of `days` by its ISO date: text, null
    where nothing is booked.

    `red`: those of them that are Saturdays, Sundays or red days. `cut`: the plan goes on after the last day.
    """

    frame: pl.DataFrame
    days: tuple[date, ...]
    red: frozenset[date]
    cut: bool


def day_grid(plan: Plan, schedule: Schedule) -> DayGrid:
    """Return the whole weeks that orders touch, and everybody who is booked or asked in them.

    Existing bookings are clock times ("07:00–16:00"), absences the activity's name, hours without clock times
    "8 h"; what the plan adds has ● (booked) or ○ (asked) before it and the unit after it. Several of one day
    stand under each other.
    """
    starts = pl.concat([plan.assignments["start"], plan.unfilled["start"]])
    first, last = starts.min(), starts.max()
    if not (isinstance(first, datetime) and isinstance(last, datetime)):
        nobody = pl.DataFrame(schema={"staff_id": pl.String, "name": pl.String, "home_unit": pl.String})
        return DayGrid(nobody, (), frozenset(), cut=False)
    monday = first.date() - timedelta(days=first.weekday())
    sunday = last.date() + timedelta(days=WEEK - 1 - last.weekday())
    days = tuple(monday + timedelta(days=number) for number in range((sunday - monday).days + 1))
    shown = days[:MOST_DAYS]
    cells = pl.concat([_existing(schedule, shown), _added(plan, shown)]).sort(
        "staff_id", "day", "new", "start", "text"
    )
    by_day = cells.group_by("staff_id", "day", maintain_order=True).agg(pl.col("text").str.join("\n"))
    names = [day.isoformat() for day in shown]
    wide = by_day.with_columns(pl.col("day").dt.to_string("%Y-%m-%d")).pivot(
        "day", on_columns=names, index="staff_id", values="text"
    )
    frame = wide.join(staff_facts(schedule, "name", "home_unit"), on="staff_id", how="left").select(
        "staff_id", "name", "home_unit", *names
    )
    holidays, _ = red_days_in_force(schedule, shown[0], shown[-1])
    red = {day for day in shown if day.isoweekday() > WORKING_DAYS} | set(holidays["date"])
    sorted_frame = frame.sort("home_unit", "staff_id", nulls_last=True)
    return DayGrid(sorted_frame, shown, frozenset(red), cut=len(days) > len(shown))


def _existing(schedule: Schedule, days: tuple[date, ...]) -> pl.DataFrame:
    kinds = schedule.activities.unique("activity_id", keep="last", maintain_order=True).select(
        "activity_id", "time_kind", activity_name="name"
    )
    names = schedule.bookings.collect_schema().names()
    clocked = {"start_local", "end_local"} <= set(names)
    start = pl.col("start_local") if clocked else pl.lit(None, dtype=pl.Datetime("us"))
    end = pl.col("end_local") if clocked else pl.lit(None, dtype=pl.Datetime("us"))
    day = pl.coalesce(start.dt.date(), pl.col("date")) if "date" in names else start.dt.date()
    hours = pl.col("hours") if "hours" in names else pl.lit(None, dtype=pl.Float64)
    rows = (
        schedule.active.select("staff_id", "activity_id", start=start, end=end, day=day, hours=hours)
        .filter(pl.col("day").is_between(days[0], days[-1]))
        .join(kinds.lazy(), on="activity_id", how="left")
        .collect(engine="streaming")
    )
    absent = pl.col("time_kind").eq_missing(pl.lit("absence"))
    text = (
        pl.when(absent)
        .then(pl.coalesce("activity_name", "activity_id"))
        .when(pl.col("start").is_not_null())
        .then(_span())
        .otherwise(pl.format("{} h", pl.col("hours").round(1)))
    )
    return rows.select("staff_id", "day", "start", text=text, new=pl.lit(value=False))


def _added(plan: Plan, days: tuple[date, ...]) -> pl.DataFrame:
    mark = pl.when(pl.col("mode") == "book").then(pl.lit(NEW)).otherwise(pl.lit(ASKED))
    return (
        plan.assignments.with_columns(day=pl.col("start").dt.date())
        .filter(pl.col("day").is_between(days[0], days[-1]))
        .select(
            "staff_id",
            "day",
            "start",
            text=pl.concat_str(pl.concat_str(mark, _span(), separator=" "), "unit_id", separator="\n"),
            new=pl.lit(value=True),
        )
    )


def _span() -> pl.Expr:
    return pl.concat_str(
        pl.col("start").dt.to_string("%H:%M"), pl.lit("–"), pl.col("end").dt.to_string("%H:%M")
    )
