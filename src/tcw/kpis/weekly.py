"""Employee-weeks: what was worked, what could have been, and hours in weeks without employment."""

from collections.abc import Sequence

import polars as pl

from tcw.kpis.employment import Employments, employee_weeks
from tcw.kpis.ledger import COUNTED, KEY_WEEKS
from tcw.model.intake_report import Doubt
from tcw.privacy.masking import masked
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count, Hours
from tcw.worktime.clock import US_PER_HOUR

HOURS_IN_US = 1 / US_PER_HOUR
"""Polars divides one row, but multiplies several by the inverse; with this, the last digit is the same."""
ALL_DAYS = frozenset(range(1, 8))
OUTSIDE = Phrase(
    "IN55",
    "Booked in weeks without employment: {hours}, in {weeks} employee-weeks of {people} ({examples}). "
    "These hours are in no figure. Check valid_from and valid_to of the staff export.",
)
EXAMPLES = 5
LOST_SCHEMA = pl.Schema({"staff_id": pl.String(), "time": pl.Int64(), "weeks": pl.UInt32()})


def employee_week_hours(
    rows: pl.DataFrame,
    hours: pl.DataFrame,
    normal: pl.DataFrame,
    weekdays: frozenset[int],
    *,
    absence_in_booked: bool,
) -> pl.DataFrame:
    """Return hours by employee-week.

    Args:
        rows: `Employments.rows` of the selection.
        hours: `tcw.kpis.ledger.Ledger.hours`.
        normal: `number` (Int32 week), `normal_h` (Float64): hours of a full-timer's week, red days taken off;
            every week of the period, in order.
        weekdays: ISO weekdays over which a rate that changes inside a week is averaged.
        absence_in_booked: absence counts as booked time (Anställdrapport 3.3 against 2.9).

    Returns:
        `key` (Int64, in rising order), `code` (UInt32), `number` (Int32), `row` (UInt32), `rate` (Float64),
        `monthly`, `hourly` (Boolean; both true when the employment type is not known), `billable_h`,
        `non_billable_h`, `absence_h`, `booked_h`, `bookable_h`, `normal_h` (Float64), `met` (Boolean: the
        ledger has the employee-week). `bookable_h` is null where a rate is missing.
    """
    in_hours = [(pl.col(name).fill_null(0) * HOURS_IN_US).alias(f"{name}_h") for name in COUNTED.values()]
    booked = pl.col("billable_h") + pl.col("non_billable_h")
    first_week = int(normal["number"][0])
    full_weeks = pl.lit(normal["normal_h"])
    # Both sides in order of the key: joining is then a walk along both, ten times cheaper than hashing.
    rising = pl.col("key").set_sorted()
    joined = (
        employee_weeks(rows, weekdays)
        .with_columns(rising)
        .join(hours.with_columns(rising), on="key", how="left", maintain_order="left")
    )
    return (
        joined.lazy()
        .with_columns(
            *in_hours,
            met=pl.col(next(iter(COUNTED.values()))).is_not_null(),
            normal_h=full_weeks.gather(pl.col("number") - first_week),
        )
        .with_columns(
            booked_h=booked + pl.col("absence_h") if absence_in_booked else booked,
            bookable_h=pl.col("normal_h") * pl.col("rate"),
        )
        .drop(*COUNTED.values())
        .collect()
    )


def normal_hours(
    normal_week_hours: float, red: pl.DataFrame, working_days: frozenset[int], first: int, last: int
) -> pl.DataFrame:
    """Return `number` (Int32 week) and `normal_h` (Float64): the normal week less its red days.

    `red` is `number`, `red` (Float64 days) of `tcw.worktime.red_days.red_share_by_week`. Source:
    Anställdrapport 3.1.
    """
    weeks = pl.DataFrame({"number": pl.int_range(first, last + 1, dtype=pl.Int32, eager=True)})
    day = normal_week_hours / len(working_days)
    return weeks.join(red, on="number", how="left", maintain_order="left").select(
        "number", normal_h=normal_week_hours - pl.col("red").fill_null(0.0) * day
    )


def described(frame: pl.DataFrame, who: Employments) -> pl.DataFrame:
    """Add to rows with `code` and `row` who they are about: staff_id, name, unit, area, type, category."""
    about = who.rows.select(
        "row", "name", "unit_name", "planning_area", "employment_type", "category", unit_id="home_unit"
    )
    people = who.people.select("code", "staff_id")
    return frame.join(people, on="code", how="left", maintain_order="left").join(
        about, on="row", how="left", maintain_order="left"
    )


def outside_employment(
    hours: pl.DataFrame, people: pl.DataFrame, employed: pl.DataFrame, first_week: int, last_week: int
) -> pl.DataFrame:
    """Return the hours of `people` inside the period that met no employee-week: LOST_SCHEMA (`time` in µs).

    Args:
        hours: `tcw.kpis.ledger.Ledger.hours`.
        people: `code`, `staff_id` of those the selection is about.
        employed: all employee-weeks, as `tcw.kpis.weekly.employee_week_hours` gives them: when all hours of
            the period met one, nothing is looked for.
        first_week: of the period.
        last_week: of the period.
    """
    in_period = (pl.col("key") % KEY_WEEKS).is_between(first_week, last_week)
    if employed["met"].sum() == hours.select(in_period.sum()).item():
        return pl.DataFrame(schema=LOST_SCHEMA)
    rising = pl.col("key").set_sorted()
    met = employed.select(rising, met=pl.lit(value=True))
    return (
        # A left join of sorted sides is a walk; an anti join would hash.
        hours.with_columns(rising)
        .join(met, on="key", how="left", maintain_order="left")
        .filter(pl.col("met").is_null(), in_period)
        .lazy()
        .with_columns(total=pl.sum_horizontal(COUNTED.values()))
        .filter(pl.col("total") > 0)
        .with_columns(code=(pl.col("key") // KEY_WEEKS).cast(pl.UInt32))
        .join(people.lazy().select("code", "staff_id"), on="code", how="inner")
        .group_by("staff_id")
        .agg(time=pl.col("total").sum(), weeks=pl.len())
        .select(pl.col(name).cast(dtype) for name, dtype in LOST_SCHEMA.items())
        .collect(engine="streaming")
    )


def outside_findings(parts: Sequence[pl.DataFrame]) -> list[Doubt]:
    """Return a finding for what `outside_employment` found in all parts of the people, if anything."""
    lost = pl.concat([pl.DataFrame(schema=LOST_SCHEMA), *parts]).sort(
        "time", "staff_id", descending=[True, False]
    )
    if lost.is_empty():
        return []
    examples = masked(", ".join(lost["staff_id"].head(EXAMPLES))) + (", …" if lost.height > EXAMPLES else "")
    amount, number_of_weeks = int(lost["time"].sum()) / US_PER_HOUR, int(lost["weeks"].sum())
    facts = {
        "people": Count(lost.height),
        "hours": Hours(amount),
        "weeks": Count(number_of_weeks),
        "examples": examples,
    }
    return [Doubt(OUTSIDE.code, "warning", Message(OUTSIDE, facts), number_of_weeks, amount)]
