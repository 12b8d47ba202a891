"""Full time in each calculation period, a person's share of it, and the overtime that follows.

The rates of all rows of staff that hold on a day add up, over all employments of the person. A row without an
end ends the day before the same employment's next row begins: systems export changes of rate that way. Rows
alike in everything count once.
"""

from typing import TYPE_CHECKING, Final

import polars as pl

from tcw.rules.measures.hours_by_period import PeriodLength
from tcw.worktime.clock import US_PER_HOUR, US_PER_MINUTE
from tcw.worktime.keys import day_key, same_person
from tcw.worktime.kinds import ADDITIONAL, OVERTIME

if TYPE_CHECKING:
    from tcw.rules.engine.context import Context

PARTS: Final = 1_000_000_000
"""A rate in whole numbers, so that the mean of a constant rate is that rate to the last digit."""
REACH: Final = 1100
"""Days around the horizon that periods may stick out: more than two years."""
MISSING_RATE: Final = "staff.employment_rate"
MISSING_KIND: Final = "activities.time_kind"


def employment_rates(context: "Context") -> pl.DataFrame:
    """Return the changes of each person's rate.

    Returns `person` (UInt32), `day` (Int32: from which it holds), sorted, and what holds from there on:
    `rate` (Int64 billionths; 0 when not employed, or hourly paid without a rate), `part` (Int64: 1 when above
    0 and below full time), `unrated` (Int64: 1 when a rate is missing); people without any row of staff are
    not there.
    """
    low, high = context.hours.first - REACH, context.hours.last + REACH
    rows = _rows(context, low, high)
    days = pl.concat([rows.select("person", day="begins"), rows.select("person", day="ends")]).unique()
    held = (
        days.join(rows, on="person", how="left")
        .filter(pl.col("begins") <= pl.col("day"), pl.col("day") < pl.col("ends"))
        .group_by("person", "day")
        .agg(
            rate=(pl.col("rate").fill_null(0.0) * PARTS).round().cast(pl.Int64).sum(),
            unrated=pl.col("rate").is_null().any().cast(pl.Int64),
        )
    )
    return (
        days.join(held, on=["person", "day"], how="left")
        .with_columns(pl.col("rate", "unrated").fill_null(0))
        .with_columns(
            part=((pl.col("rate") > 0) & (pl.col("rate") < PARTS) & (pl.col("unrated") == 0)).cast(pl.Int64)
        )
        .select("person", "day", "rate", "part", "unrated")
        .sort("person", "day")
    )


def _rows(context: "Context", low: int, high: int) -> pl.DataFrame:
    """Return the chunk's rows of staff: `person`, `begins`, `ends` (Int32, not included), `rate`."""
    hourly = pl.col("employment_type").eq_missing(pl.lit("hourly"))
    rows = (
        context.schedule.staff.select(
            "staff_id", "employment_type", "employment_rate", "valid_from", "valid_to"
        )
        .unique()
        .join(context.timeline.staff.select("staff_id", "person"), on="staff_id")
        .join(context.people, on="person", how="semi")
        .with_columns(
            begins=pl.col("valid_from").to_physical().fill_null(low).clip(low, high),
            rate=pl.coalesce("employment_rate", pl.when(hourly).then(0.0)),
        )
    )
    later = (
        rows.select("staff_id", "begins")
        .unique()
        .sort("staff_id", "begins")
        .with_columns(
            next=pl.when(pl.col("staff_id") == pl.col("staff_id").shift(-1)).then(pl.col("begins").shift(-1))
        )
    )
    ends = pl.coalesce(pl.col("valid_to").to_physical() + 1, "next", pl.lit(high))
    return (
        rows.join(later, on=["staff_id", "begins"], how="left")
        .select("person", "begins", "rate", ends=ends.clip(low, high).cast(pl.Int32))
        .filter(pl.col("begins") < pl.col("ends"))
    )


def with_contract(context: "Context", windows: pl.DataFrame) -> pl.DataFrame:
    """Add the contract of each window (`person`, `day`, `until`).

    Adds `contract` (Float64: the mean rate of its days), `part`, `unrated` (Boolean: a day of it is).
    `unrated` also where the person has no row of staff.
    """
    rates = context.employment_rates
    lasted = (pl.col("day") - pl.col("day").shift()).cast(pl.Int64).fill_null(0)
    same = same_person().fill_null(value=False)
    # Sums of days up to each change run on from person to person: only differences inside one are used.
    names = ("rate", "part", "unrated")
    marks = rates.with_columns(
        *[
            pl.when(same).then(pl.col(name).shift() * lasted).otherwise(0).cum_sum().alias(f"{name}_sum")
            for name in names
        ]
    )
    first, last = _reached(windows, "day", marks), _reached(windows, "until", marks)
    sums = {name: last[name] - first[name] for name in names}
    days = (pl.col("until") - pl.col("day")).cast(pl.Int64)
    known = rates["person"].unique()
    missing = ~windows["person"].is_in(known.implode())
    return windows.with_columns(
        contract=pl.lit(sums["rate"]) / (days * PARTS),
        part=pl.lit(sums["part"] > 0),
        unrated=pl.lit((sums["unrated"] > 0) | missing),
    )


def _reached(windows: pl.DataFrame, at: str, marks: pl.DataFrame) -> pl.DataFrame:
    """Return the running sums of rate, part and unrated days up to a day, one row for each window."""
    # The first change of a person is REACH before the horizon or later; from before it nothing is added.
    keyed = windows.select(key=day_key(at), owner="person", at=at).with_row_index("window")
    latest = (
        keyed.sort("key")
        .join_asof(marks.with_columns(key=day_key("day")).sort("key"), on="key")
        .sort("window")
    )
    since = (pl.col("at") - pl.col("day")).cast(pl.Int64)
    own = pl.col("owner") == pl.col("person")
    return latest.select(
        pl.when(own)
        .then(pl.col(f"{name}_sum") + pl.col(name) * since)
        # The last sum of the person before is what this one's begin with.
        .otherwise(pl.col(f"{name}_sum"))
        .fill_null(0)
        .alias(name)
        for name in ("rate", "part", "unrated")
    )


def whole_minutes(hours_us: pl.Expr) -> pl.Expr:
    """Return µs rounded up to a whole minute: rates have two decimals, schedules whole minutes."""
    # What is a hair above a minute is floating point.
    return (hours_us / US_PER_MINUTE - 1e-6).ceil().cast(pl.Int64) * US_PER_MINUTE


def calculation_periods(context: "Context") -> list[tuple[PeriodLength, pl.DataFrame]]:
    """Return the windows of each length of calculation period of the agreements, with `full` (Float64 µs).

    A person's windows are those of the agreement in force on their first day. `full`: `ordinary_week` for
    each week, less the red working days where the agreement says so; without a limit, such windows are left
    out.
    """
    days = len(context.schedule.config.red_days.iso_weekdays)
    week = context.term("ordinary_week") * US_PER_HOUR
    reduced = (
        pl.when(context.in_force.having("red_days_reduce", value=True)).then(pl.col("red")).otherwise(0.0)
    )
    periods = []
    for weeks in sorted(int(str(value)) for value in context.in_force.values("calculation_weeks")):
        every = PeriodLength("weeks", weeks)
        mine = context.hours.windows(every).filter(context.in_force.having("calculation_weeks", weeks))
        full = (week * weeks - week / max(days, 1) * reduced).round().clip(lower_bound=0.0)
        windows = mine.with_columns(full=full, weeks=pl.lit(weeks, dtype=pl.Int32))
        periods.append((every, windows.filter(pl.col("full").is_finite())))
    return periods


def is_part_time() -> pl.Expr:
    """Return whether somebody is known to be part time in a window (see `with_contract`)."""
    return pl.col("part") & ~pl.col("unrated")


def books_overtime(context: "Context") -> bool:
    """Tell whether any booking is additional time or overtime; if none is, they follow from the hours."""
    beyond = pl.col("kind").is_between(ADDITIONAL, OVERTIME).any()
    # This chunk first: one such booking answers the question for all chunks.
    in_chunk = bool(context.work.lazy().select(beyond).collect().item())
    timeline = context.timeline
    return in_chunk or timeline.books_hours(ADDITIONAL, OVERTIME) or timeline.books(ADDITIONAL, OVERTIME)


def derived(context: "Context") -> pl.DataFrame:
    """Return the overtime and additional time of each calculation period of a source without such bookings.

    Adds to the windows of `calculation_periods` `overtime` (work above full time) and, of part-timers,
    `additional` (above the contract, up to full time; Int64 µs), and `contract`, `part`, `unrated`. Absence
    that counts as worked is time fulfilled (Arbetstidslagen 7 § and 10 §).
    """
    frames = [windows for _, windows in calculation_periods(context)]
    periods = with_contract(context, pl.concat(frames))
    fulfilled = pl.col("work") + (pl.col("counted") - pl.col("worked"))
    full = pl.col("full").cast(pl.Int64)
    contract = pl.min_horizontal(whole_minutes(pl.col("full") * pl.col("contract")), full)
    # Nobody works overtime by being away: it is at most the hours worked.
    above_full = pl.min_horizontal((fulfilled - full).clip(lower_bound=0), "work")
    above_contract = pl.min_horizontal((fulfilled - contract).clip(lower_bound=0), "work")
    return periods.with_columns(
        overtime=above_full, additional=pl.when(is_part_time()).then(above_contract - above_full).otherwise(0)
    )
