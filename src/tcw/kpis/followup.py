"""Follow-up (uppföljning): booked hours by person, workplace, activity, order reason and period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

from tcw.errors import InputFault, UsageFault
from tcw.kpis.employment import attributes_on
from tcw.kpis.period import days_of
from tcw.kpis.selection import Selection, check_filter_values
from tcw.model.schedule import Schedule
from tcw.privacy.small_groups import merge_small_groups
from tcw.wording import Phrase
from tcw.worktime.clock import US_PER_HOUR, clock
from tcw.worktime.periods import Every, label_of, pieces

By = Literal["person", "workplace", "activity", "reason", "borrowed", "substitute"]
KEYS: dict[By, str] = {
    "person": "staff_id",
    "workplace": "unit_id",
    "activity": "activity_id",
    "reason": "order_reason",
    "borrowed": "borrowed",
    "substitute": "substitute",
}
BY: tuple[By, ...] = tuple(KEYS)

NOTHING_BOOKED = Phrase("followup-no-bookings", "There are no bookings to follow up in the period.")
PEOPLE_ARE_SMALL = Phrase(
    "followup-person-min-group",
    "--min-group {least} hides groups of fewer than {least} people, and every person is a group of one: "
    "leave person out of --by, or leave out --min-group.",
)


@dataclass(frozen=True, slots=True)
class FollowupResult:
    """Hours by the keys of the request.

    `frame`: the keys (String; `borrowed` and `substitute` Boolean), `name` and `unit_name`, `activity_name`
    where a key has one, `week` (String "2026-W10") or `month` ("2026-03") unless the whole period is one,
    `employees` (UInt32), `bookings` (UInt32, those that start in the period), `hours` (Float64). Sorted by
    the keys. With a comparison: `before`, `after`, `difference` (Float64 hours) instead, for the whole
    periods.
    """

    frame: pl.DataFrame
    keys: tuple[str, ...]
    first_day: date
    last_day: date
    total_hours: float
    hidden_groups: int = 0
    """Groups too small to be shown; one row stands for all: its keys are null, and its `hidden` is true."""


def followup(
    schedule: Schedule,
    selection: Selection,
    by: Sequence[By],
    every: Every,
    least: int = 0,
    *,
    margin: By | None = None,
) -> FollowupResult:
    """Return hours by group and period.

    Args:
        schedule: bookings and who is employed where.
        selection: days (exact, not widened to weeks) and filters on the employee.
        by: what a row is about.
        every: "week", "month" or "all".
        least: groups of fewer different people than this are hidden, together with as many more as it takes
            that they cannot be found by subtraction.
        margin: a key of `by` whose sums others know, from the key figures: nothing is to follow from those
            either.

    Raises:
        InputFault: nothing is booked.
        UsageFault: `least` above one by person; see also `check_filter_values` and `days_of`.
    """
    if least > 1 and "person" in by:
        raise UsageFault(PEOPLE_ARE_SMALL, least=least)
    check_filter_values(schedule.staff, schedule.units, selection)
    days = days_of(schedule, selection)
    if days is None:
        raise InputFault(NOTHING_BOOKED)
    first_day, last_day = days
    hours = _hours(schedule, selection, by, every, first_day, last_day)
    keys = tuple(KEYS[name] for name in by)
    grouped = [*keys, *(["number"] if every != "all" else [])]
    by_person = "staff_id" in grouped
    sums = [
        (pl.lit(1, dtype=pl.UInt32) if by_person else pl.col("staff_id").n_unique()).alias("employees"),
        pl.col("begins").sum().cast(pl.UInt32).alias("bookings"),
        (pl.col("net").sum() / US_PER_HOUR).alias("hours"),
    ]
    totals = hours.group_by(grouped).agg(sums) if grouped else hours.select(sums)
    frame = totals.collect(engine="streaming")
    frame = frame.sort(grouped, nulls_last=True) if grouped else frame
    hidden = 0
    if least > 1:
        who = hours.select(*dict.fromkeys([*grouped, "staff_id"])).unique().collect(engine="streaming")
        known_sums = KEYS[margin] if margin is not None and margin in by else None
        frame, hidden = merge_small_groups(frame, grouped, who, least, known_sums)
    if every != "all":
        frame = frame.with_columns(label_of("number", every).alias(every)).drop("number")
        frame = frame.select(*keys, every, pl.exclude(*keys, every))
    return FollowupResult(
        _with_names(frame, schedule, keys), keys, first_day, last_day, float(frame["hours"].sum()), hidden
    )


def _hours(
    schedule: Schedule, selection: Selection, by: Sequence[By], every: Every, first_day: date, last_day: date
) -> pl.LazyFrame:
    """Return one row per booking and period, with `net` (Int64 µs), `begins` (Boolean) and the keys."""
    days = [day for day in (schedule.first_day, schedule.last_day, first_day, last_day) if day is not None]
    zone = clock(schedule.config.timezone, min(days), max(days))
    bookings = schedule.active
    names = bookings.collect_schema().names()
    absent = [
        pl.lit(None, dtype=dtype).alias(column)
        for column, dtype in (("unit_id", pl.String), ("order_reason", pl.String), ("borrowed", pl.Boolean))
        if column not in names
    ]
    bookings = bookings.with_columns(absent) if absent else bookings
    cut = pieces(bookings, zone, every, first_day, last_day + timedelta(days=1))
    keeps = selection.keeps()
    if keeps is None and not {"borrowed", "substitute"} & set(by):
        return cut
    about = attributes_on(cut, schedule.staff, schedule.units)
    if keeps is not None:
        about = about.filter(keeps)
    return about.with_columns(
        borrowed=pl.coalesce("borrowed", pl.col("unit_id") != pl.col("home_unit")),
        substitute=pl.col("employment_type") == "hourly",
    )


def _with_names(frame: pl.DataFrame, schedule: Schedule, keys: Sequence[str]) -> pl.DataFrame:
    """Add the names behind ids, where the source has them."""
    for key, table, name in (
        ("staff_id", schedule.staff, "name"),
        ("unit_id", schedule.units, "unit_name"),
        ("activity_id", schedule.activities, "activity_name"),
    ):
        if key in keys:
            names = table.select(key, pl.col("name").alias(name)).unique(
                key, keep="last", maintain_order=True
            )
            frame = frame.join(names, on=key, how="left", maintain_order="left")
    return frame


def compared(before: FollowupResult, after: FollowupResult) -> FollowupResult:
    """Return two periods side by side: `before`, `after`, `difference` hours by key."""
    keys = [*after.keys]
    if not keys:
        joined = before.frame.select(before="hours").hstack(after.frame.select(after="hours"))
    else:
        flags = [*keys, *(["hidden"] if "hidden" in after.frame.columns else [])]
        names = [column for column in ("name", "unit_name", "activity_name") if column in after.frame.columns]
        left = before.frame.select(*flags, *names, before="hours")
        right = after.frame.select(*flags, *names, after="hours")
        joined = left.join(right, on=[*flags, *names], how="full", coalesce=True, nulls_equal=True)
        joined = joined.sort(keys, nulls_last=True)
    frame = joined.with_columns(pl.col("before", "after").fill_null(0.0)).with_columns(
        difference=pl.col("after") - pl.col("before")
    )
    return FollowupResult(
        frame,
        after.keys,
        before.first_day,
        after.last_day,
        after.total_hours,
        before.hidden_groups + after.hidden_groups,
    )
