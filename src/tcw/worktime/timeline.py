"""The shared timeline: every booking with clock times, prepared once, sorted by person and start.

Ids are small integers, times are instants in µs. Ten million bookings take about half a gigabyte.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, Clock, physical
from tcw.worktime.keys import time_keys
from tcw.worktime.whole import REACH, Whole

YEAR = 365 * US_PER_DAY
CHUNK = 1_000_000
"""Bookings judged at a time: enough to keep two processors busy, few enough to need little memory."""

NUMBERS = ("row", "person", "staff", "activity", "unit")
TIMED_SCHEMA = pl.Schema(
    {
        **dict.fromkeys(NUMBERS, pl.UInt32()),
        "start": pl.Int64(),  # µs instant
        "end": pl.Int64(),
        "kind": pl.UInt8(),
        "planned": pl.Boolean(),
    }
)
"""Bookings with clock times; those of a source that has them also `pause`, `created`, `order`."""
BY_HOURS_SCHEMA = pl.Schema(
    {
        **dict.fromkeys(NUMBERS, pl.UInt32()),
        "day": pl.Int32(),  # local, since 1970
        "net": pl.Int64(),  # µs
        "kind": pl.UInt8(),
        "planned": pl.Boolean(),
    }
)
TIES = ("start", "end", "kind", "activity", "pause", "staff", "unit", "planned", "row")
"""What tells apart bookings of a person that start in the same millisecond."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A schedule prepared for rules.

    `bookings`: `row` (UInt32: its place among the bookings it is made of), `person`, `staff`, `activity`,
    `unit` (UInt32; `unit` null when neither the booking nor the employee has one), `start`, `end` (Int64 µs
    instants), `kind` (UInt8, see `tcw.worktime.kinds`), `planned` (Boolean), and where the source has them
    `pause` (Int32 minutes), `created` (Int64 µs local), `order` (String); sorted by `person`, `start`, `end`,
    `row`. Spans that end at or before their start, and those years away from all others, are in `implausible`
    instead, with the same columns. `by_hours`: bookings without clock times: `row`, `person`, `staff`,
    `activity`, `unit`, `day` (Int32 days since 1970), `net` (Int64 µs), `kind`, `planned`. `staff`: `staff`
    (UInt32, its position), `staff_id`, `person` (UInt32), `home` (UInt32 unit); `activities`: `activity`
    (UInt32, its position), `activity_id`, `kind`, `counts_as_worked` (Boolean); `units`: `unit`, `unit_id`.
    """

    bookings: pl.DataFrame
    implausible: pl.DataFrame
    by_hours: pl.DataFrame
    staff: pl.DataFrame
    activities: pl.DataFrame
    units: pl.DataFrame
    clock: Clock
    first: int
    """First instant of the horizon (µs): the first start, or earlier when the user says so."""
    after: int
    """The instant after the horizon: the last end, or later."""
    whole: Whole | None = None
    """What is known of the whole source, where these are the bookings of a part of its people only."""

    @property
    def origin(self) -> int:
        """An instant before everything on the timeline: a UTC midnight, in whole milliseconds."""
        return (self.first - YEAR) // US_PER_DAY * US_PER_DAY

    def books(self, low: int, high: int) -> bool:
        """Tell whether any sound booking with clock times in the source has a kind from `low` to `high`."""
        if self.whole is not None:
            return any(low <= kind <= high for kind in self.whole.kinds)
        return bool(self.bookings.lazy().select(pl.col("kind").is_between(low, high).any()).collect().item())

    def books_hours(self, low: int, high: int) -> bool:
        """Tell the same of bookings without clock times."""
        if self.whole is not None:
            return any(low <= kind <= high for kind in self.whole.hour_kinds)
        return bool(self.by_hours.select(pl.col("kind").is_between(low, high).any()).item())

    def used(self) -> pl.DataFrame:
        """Return `activity` (UInt32) of those that somebody in the source is booked on."""
        if self.whole is not None:
            return self.whole.used
        parts = (self.bookings, self.implausible, self.by_hours)
        return pl.concat([part.select("activity").unique() for part in parts]).unique()

    def chunks(self, rows: int = CHUNK) -> Iterator[tuple[int, int]]:
        """Yield (first booking, number) of runs of whole people with about so many bookings each."""
        person = self.bookings["person"]
        begin = 0
        while begin < person.len():
            last = min(begin + rows, person.len()) - 1
            stop = int(person.search_sorted(person[last], side="right"))
            yield begin, stop - begin
            begin = stop


def prepare(
    bookings: pl.LazyFrame, whole: Whole, as_of: int, *, cancelled: bool, part: bool = False
) -> Timeline:
    """Return the timeline of bookings that are not cancelled.

    Args:
        bookings: as `tcw.model.schedule.Schedule.bookings`, of everybody or of some people.
        whole: the numbers and the horizon of the source.
        as_of: instant (µs); what starts at or after it is planned, as is what has that status.
        cancelled: some bookings are.
        part: the bookings are not all of the source's; what rules ask of all is then answered from `whole`.
    """
    columns = bookings.collect_schema().names()
    rows = _coded(bookings, columns, whole, cancelled=cancelled)
    timed, by_hours = _timed(rows, columns, whole.clock, as_of), _by_hours(rows, columns, whole.clock, as_of)
    sound = pl.col("end") > pl.col("start")
    if whole.middle is not None:
        lowest, highest = (whole.middle - REACH) * US_PER_DAY, (whole.middle + REACH) * US_PER_DAY
        sound &= (pl.col("start") >= lowest) & (pl.col("end") < highest)
    good = timed.with_columns(sound=sound)
    return Timeline(
        bookings=_sorted(good.filter("sound").drop("sound"), whole.first - YEAR),
        implausible=good.filter(pl.col("sound").not_()).drop("sound").sort("person", "start", "end", "row"),
        by_hours=by_hours.sort("person", "day", "row"),
        staff=whole.staff,
        activities=whole.activities,
        units=whole.units,
        clock=whole.clock,
        first=whole.first,
        after=whole.after,
        whole=whole if part else None,
    )


def _coded(bookings: pl.LazyFrame, columns: list[str], whole: Whole, *, cancelled: bool) -> pl.LazyFrame:
    """Replace ids by numbers; `row` is the place among all these bookings, cancelled ones too."""
    rows = bookings.with_row_index("row")
    if cancelled:
        rows = rows.filter(pl.col("status").ne_missing(pl.lit("cancelled")))
    rows = rows.join(whole.staff.lazy(), on="staff_id", how="left").join(
        whole.activities.lazy().select("activity_id", "activity", "kind"), on="activity_id", how="left"
    )
    if "unit_id" not in columns:
        return rows.with_columns(unit="home")
    named = rows.join(whole.units.lazy(), on="unit_id", how="left")
    return named.with_columns(unit=pl.coalesce("unit", "home"))


def _planned(columns: list[str], start: pl.Expr, as_of: int) -> pl.Expr:
    later = start >= as_of
    return (later | (pl.col("status") == "planned").fill_null(value=False)) if "status" in columns else later


def _timed(rows: pl.LazyFrame, columns: list[str], clock: Clock, as_of: int) -> pl.DataFrame:
    if "start_local" not in columns:
        return pl.DataFrame(schema=TIMED_SCHEMA)
    extra = {"break_minutes": ("pause", pl.Int32), "order_id": ("order", pl.String)}
    start = clock.instant(physical(pl.col("start_local")))
    chosen = [
        *NUMBERS,
        start.alias("start"),
        clock.instant(physical(pl.col("end_local"))).alias("end"),
        pl.col("kind"),
        _planned(columns, start, as_of).alias("planned"),
        *(pl.col(name).cast(dtype).alias(alias) for name, (alias, dtype) in extra.items() if name in columns),
        *((physical(pl.col("created_at")).alias("created"),) if "created_at" in columns else ()),
    ]
    timed = rows.filter(pl.col("start_local").is_not_null()) if "hours" in columns else rows
    return timed.select(chosen).collect(engine="streaming")


def _by_hours(rows: pl.LazyFrame, columns: list[str], clock: Clock, as_of: int) -> pl.DataFrame:
    if "hours" not in columns:
        return pl.DataFrame(schema=BY_HOURS_SCHEMA)
    midnight = clock.instant(pl.col("date").to_physical().cast(pl.Int64) * US_PER_DAY)
    return (
        rows.filter(pl.col("hours").is_not_null())
        .select(
            *NUMBERS,
            pl.col("date").to_physical().cast(pl.Int32).alias("day"),
            (pl.col("hours") * US_PER_HOUR).round().cast(pl.Int64).alias("net"),
            pl.col("kind"),
            _planned(columns, midnight, as_of).alias("planned"),
        )
        .collect(engine="streaming")
    )


def _sorted(timed: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Sort by person and start: one key is several times cheaper than two columns, and rows move once."""
    key = time_keys(timed, "start", origin).alias("key")
    rising = key.is_sorted()
    order = pl.int_range(timed.height, dtype=pl.UInt32, eager=True) if rising else key.arg_sort()
    ordered = _ties_in_order(timed, key if rising else key.gather(order), order)
    return timed if rising and ordered is order else timed.select(pl.all().gather(ordered))


def _ties_in_order(timed: pl.DataFrame, key: pl.Series, order: pl.Series) -> pl.Series:
    """Return the order with rows of the same key sorted by TIES: the files' order does not matter.

    `key` is sorted; `order` says which row of `timed` each stands for.
    """
    like_before = (pl.col("key") == pl.col("key").shift()).fill_null(value=False)
    tied = key.to_frame().select(like_before | like_before.shift(-1, fill_value=False)).to_series()
    if not tied.any():
        return order
    positions = tied.arg_true()
    rows = order.gather(positions)
    names = [name for name in TIES if name in timed.columns]
    few = timed.select(pl.col(names).gather(rows)).with_columns(key=key.gather(positions), position=rows)
    return order.scatter(positions, few.sort("key", *names)["position"])
