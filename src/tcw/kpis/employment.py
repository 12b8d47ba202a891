"""Who is employed in which week, at what rate, where."""

from dataclasses import dataclass

import polars as pl

from tcw.kpis.ledger import KEY_WEEKS
from tcw.worktime.weeks import MONDAY_SHIFT

BEFORE_ALL, AFTER_ALL = -(2**30), 2**30
ATTRIBUTES = ("name", "home_unit", "employment_type", "category", "services", "areas")
"""What a staff row tells of an employee for its period."""


@dataclass(frozen=True, slots=True)
class Employments:
    """Who was employed when: the staff table, with no row in doubt.

    `people`: `staff_id` (String, unique, sorted), `code` (UInt32, its position). `rows`: `code`, `row`
    (UInt32, its position), `rate` (Float64, null when missing), `first`, `last` (Int32 days since 1970,
    clipped to the period), ATTRIBUTES, and `unit_name`, `planning_area` (String) of the home unit.
    """

    people: pl.DataFrame
    rows: pl.DataFrame


def employments(staff: pl.DataFrame, units: pl.DataFrame, first_week: int, last_week: int) -> Employments:
    """Return who was employed when, from a staff table with one row per employment and period.

    A row without an end ends the day before the same employee's next row begins: systems export rate changes
    that way. Rows that overlap after that are several employments at once, and their rates add up. Equal rows
    count once.

        staff_id  rate  valid_from  valid_to         employed at
        1         75 %  2026-01-01                   75 % until 28 February
        1         100 % 2026-03-01                   100 % from 1 March, and 25 % more in June
        1         25 %  2026-06-01  2026-06-30
    """
    start = first_week * 7 - MONDAY_SHIFT
    stop = (last_week + 1) * 7 - MONDAY_SHIFT - 1
    people = staff.select(pl.col("staff_id").unique().sort()).with_row_index("code")
    rows = (
        _bounded(staff)
        .join(people, on="staff_id", how="left", maintain_order="left")
        .with_columns(
            first=pl.max_horizontal(pl.col("begins"), pl.lit(start)).cast(pl.Int32),
            last=pl.min_horizontal(pl.col("ends"), pl.lit(stop)).cast(pl.Int32),
            rate=pl.col("employment_rate"),
        )
        .filter(pl.col("first") <= pl.col("last"))
        .with_row_index("row")
        .select("code", "row", "rate", "first", "last", *ATTRIBUTES)
        .join(_units_of(units), on="home_unit", how="left", maintain_order="left")
    )
    return Employments(people, rows)


def _bounded(staff: pl.DataFrame) -> pl.DataFrame:
    """Return the staff rows with `begins` and `ends` (Int32 days since 1970), equal rows once.

    Sorted by `staff_id`, `begins`. A row without an end ends the day before the same employee's next row
    begins.
    """
    rows = (
        staff.select("staff_id", "employment_rate", "valid_from", "valid_to", *ATTRIBUTES)
        .unique(maintain_order=True)
        .with_columns(begins=pl.col("valid_from").to_physical().fill_null(BEFORE_ALL))
        .sort("staff_id", "begins", maintain_order=True)
    )
    # The next row that begins later, not merely the next row: two employments may begin on the same day.
    later = (
        rows.select("staff_id", "begins")
        .unique()
        .sort("staff_id", "begins")
        .with_columns(ends=pl.col("begins").shift(-1).over("staff_id") - 1)
    )
    return rows.join(later, on=["staff_id", "begins"], how="left", maintain_order="left").with_columns(
        ends=pl.coalesce(pl.col("valid_to").to_physical(), "ends", pl.lit(AFTER_ALL)).cast(pl.Int32)
    )


def _units_of(units: pl.DataFrame) -> pl.DataFrame:
    return units.select(home_unit="unit_id", unit_name="name", planning_area="planning_area").unique(
        "home_unit", keep="first"
    )


def employee_weeks(rows: pl.DataFrame, weekdays: frozenset[int]) -> pl.DataFrame:
    """Return one row per employee and week with at least one employed day.

    Takes `Employments.rows`. Returns `key` (Int64, see `tcw.kpis.ledger.KEY_WEEKS`; in rising order), `code`
    (UInt32), `number` (Int32 week), `rate` (Float64: the rate of each day averaged over `weekdays` (ISO, 1 is
    Monday) of the week, 0 on days not employed; null when any rate is missing), `row` (UInt32: the employment
    that holds last in the week) and its `monthly`, `hourly` (Boolean; both true when the employment type is
    not known).
    """
    ordered = rows.sort("code", "first")
    several = pl.col("code").is_duplicated()
    alone = _by_week(ordered.filter(several.not_()), weekdays).drop("last")
    shared = _by_week(ordered.filter(several), weekdays)
    if shared.is_empty():
        return alone
    # Grouping is slow, and only those with several employments need it.
    together = (
        shared.sort("key", "last", "row")
        .group_by("key", maintain_order=True)
        .agg(
            pl.col("code", "number").first(),
            pl.when(pl.col("rate").is_null().any()).then(None).otherwise(pl.col("rate").sum()).alias("rate"),
            pl.col("row", "monthly", "hourly").last(),
        )
    )
    return alone.merge_sorted(together.select(alone.columns), key="key")


def _by_week(rows: pl.DataFrame, weekdays: frozenset[int]) -> pl.DataFrame:
    """Return one row per employment and week, with the share of the week's rate it stands for."""
    first_week = (pl.col("first") + MONDAY_SHIFT) // 7
    last_week = (pl.col("last") + MONDAY_SHIFT) // 7
    monday = pl.col("number") * 7 - MONDAY_SHIFT
    if len(weekdays) == 7:  # noqa: PLR2004 - a week has seven days
        days = pl.min_horizontal(pl.col("last"), monday + 6) - pl.max_horizontal(pl.col("first"), monday) + 1
    else:
        days = pl.sum_horizontal(
            [
                ((monday + day - 1 >= pl.col("first")) & (monday + day - 1 <= pl.col("last"))).cast(pl.Int32)
                for day in sorted(weekdays)
            ]
        )
    return (
        rows.lazy()
        .select(
            "code",
            "row",
            "rate",
            "first",
            "last",
            monthly=pl.col("employment_type").ne_missing("hourly"),
            hourly=pl.col("employment_type").ne_missing("monthly"),
            number=pl.int_ranges(first_week, last_week + 1, dtype=pl.Int32),
        )
        .explode("number")
        .select(
            (pl.col("code").cast(pl.Int64) * KEY_WEEKS + pl.col("number")).alias("key"),
            "code",
            "number",
            # A row that holds on none of these weekdays adds nothing, be its rate known or not.
            pl.when(days > 0).then(pl.col("rate") * days * (1 / len(weekdays))).otherwise(0.0).alias("rate"),
            "row",
            "monthly",
            "hourly",
            # Who holds last in this week must not depend on the weeks after it.
            pl.min_horizontal(pl.col("last"), monday + 6).alias("last"),
        )
        .collect()
    )


def attributes_on(bookings: pl.LazyFrame, staff: pl.DataFrame, units: pl.DataFrame) -> pl.LazyFrame:
    """Add ATTRIBUTES, rate, unit name and planning area of the staff row valid on the day a booking starts.

    Of several rows valid that day, it is the one that began last; of several of those, the last one. Bookings
    of unknown staff, and on days without employment, get nulls.
    """
    rows = _bounded(staff).select(
        "staff_id", *ATTRIBUTES, rate="employment_rate", begins_on="begins", ends_on="ends"
    )
    rows = rows.join(_units_of(units), on="home_unit", how="left", maintain_order="left")
    names = bookings.collect_schema().names()
    day = pl.col("start_local").dt.date() if "start_local" in names else pl.col("date")
    if "start_local" in names and "hours" in names:
        day = pl.coalesce(day, "date")
    dated = bookings.with_columns(starts_on=day.to_physical())
    if rows["staff_id"].is_unique().all():
        is_valid = pl.col("starts_on").is_between("begins_on", "ends_on")
        attributes = [name for name in rows.columns if name not in ("staff_id", "begins_on", "ends_on")]
        return (
            dated.join(rows.lazy(), on="staff_id", how="left")
            .with_columns(pl.when(is_valid).then(pl.col(attributes)))
            .drop("starts_on", "begins_on", "ends_on")
        )
    # Who somebody is changes only on the days on which a row begins or has ended.
    days = pl.concat(
        [rows.select("staff_id", day="begins_on"), rows.select("staff_id", day=pl.col("ends_on") + 1)]
    ).unique()
    valid = (
        days.join(rows, on="staff_id", how="left")
        .filter(pl.col("day").is_between("begins_on", "ends_on"))
        .sort("begins_on", maintain_order=True)
        .unique(["staff_id", "day"], keep="last", maintain_order=True)
        .drop("begins_on", "ends_on")
    )
    changes = (
        days.join(valid, on=["staff_id", "day"], how="left").rename({"day": "changes_on"}).sort("changes_on")
    )
    return (
        dated.sort("starts_on")
        .join_asof(
            changes.lazy(), left_on="starts_on", right_on="changes_on", by="staff_id", check_sortedness=False
        )
        .drop("starts_on", "changes_on", strict=False)
    )
