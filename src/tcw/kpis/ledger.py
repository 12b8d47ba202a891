"""The ledger: hours by employee, ISO week and class, in one pass over the bookings.

Microseconds are summed as integers, so the answer does not depend on the order of rows or threads.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.worktime.clock import Clock
from tcw.worktime.periods import weekly

BILLABLE: Final = 0
NON_BILLABLE: Final = 1
ABSENCE: Final = 2
EXCLUDED: Final = 3
UNCLASSIFIED: Final = 4
"""No billing type: in no figure, which ST01 reports."""
CLASS_NAMES = ("billable", "non_billable", "absence", "excluded", "unclassified")
KEY_WEEKS: Final = 1 << 14
"""An employee-week is one integer: employee code times this, plus the week. Holds until the year 2283."""
UNCOUNTED: Final = -1
"""The key of bookings that are in no figure because their activity is unknown or has no billing type."""
COUNTED = {BILLABLE: "billable", NON_BILLABLE: "non_billable", ABSENCE: "absence"}
NUMBER_OF_CLASSES: Final = EXCLUDED + 1
ROWS_AT_ONCE: Final = 100_000
MOST_CELLS: Final = 1 << 24
"""Employee-weeks summed in an array (half a gigabyte); 45,000 employees over a year are 2.4 million."""


def class_of_billing(billing: pl.Expr) -> pl.Expr:
    """Return the class (UInt8) of a billing word alone; null for a null word."""
    return billing.replace_strict(
        {"billable": BILLABLE, "non_billable": NON_BILLABLE, "excluded": EXCLUDED},
        default=None,
        return_dtype=pl.UInt8,
    )


def activity_classes(activities: pl.DataFrame) -> pl.DataFrame:
    """Return `activity_id` (String, unique) and `hours_class` (UInt8).

    Excluded (*Ej underlag*) wins over all; then absence, by time kind or service type; then the billing type.
    Breaks, and activities whose time kind is none, are excluded when nobody gave them a billing type. An
    activity listed several times (periods of validity) takes its last row that has a billing type. Source:
    Anställdrapport 3.3; absence is its own class by decision 4 of docs/developers/adr.
    """
    billing = class_of_billing(pl.col("billing"))
    absence = (pl.col("time_kind") == "absence") | (pl.col("service_type") == "absence")
    hours_class = (
        pl.when(billing == EXCLUDED)
        .then(pl.lit(EXCLUDED, dtype=pl.UInt8))
        .when(absence)
        .then(pl.lit(ABSENCE, dtype=pl.UInt8))
        .when(billing.is_null() & pl.col("time_kind").is_in(["break", "none"]))
        .then(pl.lit(EXCLUDED, dtype=pl.UInt8))
        .otherwise(billing.fill_null(UNCLASSIFIED))
    )
    return (
        activities.select("activity_id", hours_class.alias("hours_class"))
        .sort(pl.col("hours_class") == UNCLASSIFIED, descending=True, maintain_order=True)
        .unique("activity_id", keep="last", maintain_order=True)
    )


@dataclass(frozen=True, slots=True)
class Ledger:
    """Hours by employee-week, and whether bookings were left out.

    `hours`: `key` (Int64, see KEY_WEEKS; in rising order), `billable`, `non_billable`, `absence` (Int64 µs),
    not all 0.
    """

    hours: pl.DataFrame
    unknown_staff: bool
    """Some bookings are of staff that the staff table lacks."""
    uncounted: bool
    """Some bookings are on activities that are unknown or have no billing type."""


def ledger(
    bookings: pl.LazyFrame,
    people: pl.DataFrame,
    classes: pl.DataFrame,
    clock: Clock,
    longest: int,
    weeks: tuple[int, int],
) -> Ledger:
    """Return hours by employee-week and class.

    Args:
        bookings: as `tcw.model.schedule.Schedule.active`.
        people: `staff_id` (String, unique), `code` (UInt32, its position).
        classes: `activity_id` (String, unique), `hours_class` (UInt8), see `tcw.kpis.ledger`.
        clock: offsets of the zone over the period of the bookings.
        longest: the longest span in µs; above a week, spans are cut at every Monday they cross.
        weeks: the first and the last that bookings touch.
    """
    placed = (
        classed(weekly(bookings, clock, longest), classes)
        .join(people.lazy(), on="staff_id", how="left")
        .select("code", "week", "hours_class", "this_week", "over")
    )
    if people.height * (weeks[1] - weeks[0] + 1) <= MOST_CELLS:
        return _in_array(placed, people.height, weeks)
    return _grouped(placed)


def _in_array(placed: pl.LazyFrame, people: int, weeks: tuple[int, int]) -> Ledger:
    """Sum into an array that has a cell for every employee-week and class.

    Nothing is hashed, which takes a fifth of the time that grouping takes. With 2 people, weeks 10 to 12 and
    the classes billable, non-billable, absence and excluded, the array has 4 × 2 × 3 cells and one for what
    is not counted:

        class          person 0     person 1
        billable       0  1  2      3  4  5       weeks 10, 11, 12
        non-billable   6  7  8      9  10 11
        …              …            …             24: not counted

    A shift of person 1 on absence in week 11 adds to cell 2 × 6 + 1 × 3 + 1 = 16; what it has after Sunday,
    to 17.
    """
    import numpy as np

    first, width = weeks[0], weeks[1] - weeks[0] + 1
    cells = people * width
    # Excluded hours have cells of their own, which nobody reads. The last cell takes what is not counted.
    not_counted = cells * NUMBER_OF_CLASSES
    place = (pl.col("hours_class").cast(pl.Int64) * people + pl.col("code")) * width + pl.col("week") - first
    placed_rows = placed.select(
        pl.col("this_week", "over").fill_null(0),
        cell=pl.when(_uncounted()).then(pl.lit(not_counted, dtype=pl.Int64)).otherwise(place),
    ).collect(engine="streaming")
    unknown_staff = bool(placed_rows["cell"].null_count())
    if unknown_staff:
        placed_rows = placed_rows.drop_nulls("cell")
    uncounted = bool((placed_rows["cell"] == not_counted).any())
    array = np.zeros(not_counted + 1, dtype=np.int64)
    # In pieces that stay in the cache, and that need no copy.
    for piece in placed_rows.iter_slices(ROWS_AT_ONCE):
        np.add.at(array, piece["cell"].to_numpy(), piece["this_week"].to_numpy())
        over = piece.filter(pl.col("over") > 0)
        next_week = (over["cell"] + 1).clip(upper_bound=not_counted)
        np.add.at(array, next_week.to_numpy(), over["over"].to_numpy())
    by_class = array[: cells * len(COUNTED)].reshape(len(COUNTED), cells)
    filled = np.flatnonzero(by_class.any(axis=0))
    key = filled // width * KEY_WEEKS + filled % width + first
    hours = {name: by_class[number][filled] for number, name in COUNTED.items()}
    return Ledger(pl.DataFrame({"key": key, **hours}), unknown_staff=unknown_staff, uncounted=uncounted)


def _grouped(placed: pl.LazyFrame) -> Ledger:
    """Sum by groups, for so many people or weeks that an array of them would not fit in memory."""
    keyed = placed.with_columns(key=pl.col("code").cast(pl.Int64) * KEY_WEEKS + pl.col("week"))
    # Few bookings reach over a Monday: as rows of their own they cost less than as columns of all rows.
    over = keyed.filter(pl.col("over") > 0).select(pl.col("key") + 1, "hours_class", time="over")
    parts = pl.concat([keyed.select("key", "hours_class", time="this_week"), over])
    # Three sums over columns made here cost half of what three sums over expressions cost in the aggregation.
    split = parts.select(
        key=pl.when(_uncounted().not_()).then(pl.col("key")).otherwise(UNCOUNTED),
        **{name: (pl.col("hours_class") == number) * pl.col("time") for number, name in COUNTED.items()},
    )
    grouped = split.group_by("key").agg(pl.col(*COUNTED.values()).sum()).collect(engine="streaming")
    some_time = pl.any_horizontal(pl.col(*COUNTED.values()) != 0)
    return Ledger(
        grouped.filter(pl.col("key") >= 0, some_time).sort("key"),
        unknown_staff=bool(grouped["key"].null_count()),
        uncounted=bool((grouped["key"] == UNCOUNTED).any()),
    )


def _uncounted() -> pl.Expr:
    hours_class = pl.col("hours_class")
    return hours_class.is_null() | (hours_class > EXCLUDED)


def classed(bookings: pl.LazyFrame, classes: pl.DataFrame) -> pl.LazyFrame:
    """Add `hours_class` (UInt8): by the booking's billing type, else its activity's; null if unknown."""
    joined = bookings.join(classes.lazy(), on="activity_id", how="left")
    if "billing" not in bookings.collect_schema().names():
        return joined
    own = class_of_billing(pl.col("billing"))
    fixed = pl.col("hours_class").is_in([ABSENCE, EXCLUDED])
    return joined.with_columns(
        hours_class=pl.when(fixed).then("hours_class").otherwise(pl.coalesce(own, "hours_class"))
    )
