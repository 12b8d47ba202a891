"""The shared, prepared timeline: every booking with clock times as whole numbers, sorted by person and start, once.

Ids are small integers, times are instants in µs. Ten million bookings take about half a gigabyte.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from tcw.model.schedule import Schedule
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, Clock, physical
from tcw.worktime.kinds import kind_of

YEARS_FROM_MIDDLE = 5
YEAR = 365 * US_PER_DAY
CHUNK = 1_000_000
"""Bookings judged at a time: enough to keep two processors busy, few enough to need little memory."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A schedule prepared for rules.

    `bookings`: `row` (UInt32: its place in `Schedule.bookings`), `person`, `staff`, `activity`, `unit` (UInt32; `unit` null
    when neither the booking nor the employee has one), `start`, `end` (Int64 µs instants), `kind` (UInt8, see
    `tcw.worktime.kinds`), `planned` (Boolean), and where the source has them `pause` (Int32 minutes), `created` (Int64 µs
    local), `order` (String); sorted by `person`, `start`, `end`, `row`. Spans that end at or before their start, and those years
    away from all others, are in `implausible` instead, with the same columns.
    `by_hours`: bookings without clock times: `row`, `person`, `staff`, `activity`, `unit`, `day` (Int32 days since 1970),
    `net` (Int64 µs), `kind`, `planned`.
    `staff`: `staff` (UInt32, its position), `staff_id`, `person` (UInt32), `home` (UInt32 unit); `activities`: `activity` (UInt32, its
    position), `activity_id`, `kind`, `counts_as_worked` (Boolean); `units`: `unit`, `unit_id`.
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

    @property
    def origin(self) -> int:
        """An instant before everything on the timeline; a whole day, so that whole milliseconds from it are whole ones anyway."""
        return (self.first - YEAR) // US_PER_DAY * US_PER_DAY

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
    schedule: Schedule,
    clock: Clock,
    people: pl.DataFrame,
    as_of: int,
    known: tuple[int | None, int | None] = (None, None),
) -> Timeline:
    """Return the timeline of a schedule's bookings that are not cancelled.

    Args:
        schedule: as loaded.
        clock: the zone's offsets over the bookings' days.
        people: `staff_id` (String, unique), `person` (UInt32), for everybody in staff and bookings.
        as_of: instant (µs); what starts at or after it is planned, as is what has that status.
        known: first instant and the one after the last that the export is said to cover (µs), where the user says so.
    """
    columns = schedule.bookings.collect_schema().names()
    staff, activities, units = _codes(schedule, people, columns)
    rows = _coded(schedule, columns, staff, activities, units)
    timed, by_hours = _timed(rows, columns, clock, as_of), _by_hours(rows, columns, clock, as_of)
    middle = timed["start"].median() if timed.height else None
    sound = pl.col("end") > pl.col("start")
    if isinstance(middle, int | float):
        reach = YEARS_FROM_MIDDLE * YEAR
        sound &= (pl.col("start") > middle - reach) & (pl.col("end") < middle + reach)
    good = timed.with_columns(sound=sound)
    kept = good.filter("sound").drop("sound")
    first, after = _horizon(kept, by_hours, clock, known)
    return Timeline(
        bookings=_sorted(kept, first - YEAR),
        implausible=good.filter(pl.col("sound").not_()).drop("sound"),
        by_hours=by_hours.sort("person", "day", "row"),
        staff=staff,
        activities=activities,
        units=units,
        clock=clock,
        first=first,
        after=after,
    )


def _codes(
    schedule: Schedule, people: pl.DataFrame, columns: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Number everybody, every activity and every unit, those that only bookings name, too."""
    booked_units = (
        schedule.active.select(pl.col("unit_id").drop_nulls().unique()).collect(engine="streaming")["unit_id"]
        if "unit_id" in columns
        else pl.Series("unit_id", [], dtype=pl.String)
    )
    every = pl.concat([schedule.units["unit_id"], schedule.staff["home_unit"], booked_units])
    units = every.drop_nulls().unique().sort().alias("unit_id").to_frame().with_row_index("unit")
    home = schedule.staff.select("staff_id", unit_id="home_unit").unique(
        "staff_id", keep="last", maintain_order=True
    )
    staff = (
        people.sort("person", "staff_id")
        .join(home, on="staff_id", how="left", maintain_order="left")
        .join(units.rename({"unit": "home"}), on="unit_id", how="left", maintain_order="left")
        .drop("unit_id")
        .with_row_index("staff")
    )
    booked = schedule.active.select(pl.col("activity_id").unique()).collect(engine="streaming")
    described = schedule.activities.select(
        "activity_id", "counts_as_worked", kind=kind_of(pl.col("time_kind"), pl.col("service_type"))
    ).unique("activity_id", keep="last", maintain_order=True)
    activities = (
        pl.concat([schedule.activities["activity_id"], booked["activity_id"]])
        .drop_nulls()
        .unique()
        .sort()
        .to_frame()
        .join(described, on="activity_id", how="left", maintain_order="left")
        .with_columns(pl.col("kind").fill_null(0))
        .with_row_index("activity")
    )
    return staff, activities, units


def _coded(
    schedule: Schedule, columns: list[str], staff: pl.DataFrame, activities: pl.DataFrame, units: pl.DataFrame
) -> pl.LazyFrame:
    """Replace ids by numbers; `row` is the place among all bookings, cancelled ones too."""
    rows = schedule.bookings.with_row_index("row")
    if schedule.cancelled:
        rows = rows.filter(pl.col("status").ne_missing(pl.lit("cancelled")))
    rows = rows.join(staff.lazy(), on="staff_id", how="left").join(
        activities.lazy().select("activity_id", "activity", "kind"), on="activity_id", how="left"
    )
    if "unit_id" not in columns:
        return rows.with_columns(unit="home")
    named = rows.join(units.lazy(), on="unit_id", how="left")
    return named.with_columns(unit=pl.coalesce("unit", "home"))


def _planned(columns: list[str], start: pl.Expr, as_of: int) -> pl.Expr:
    later = start >= as_of
    return (later | (pl.col("status") == "planned").fill_null(value=False)) if "status" in columns else later


def _timed(rows: pl.LazyFrame, columns: list[str], clock: Clock, as_of: int) -> pl.DataFrame:
    if "start_local" not in columns:
        return pl.DataFrame(
            schema={
                "row": pl.UInt32,
                "person": pl.UInt32,
                "staff": pl.UInt32,
                "activity": pl.UInt32,
                "unit": pl.UInt32,
                "start": pl.Int64,
                "end": pl.Int64,
                "kind": pl.UInt8,
                "planned": pl.Boolean,
            }
        )
    extra = {"break_minutes": ("pause", pl.Int32), "order_id": ("order", pl.String)}
    start = clock.instant(physical(pl.col("start_local")))
    chosen = [
        *("row", "person", "staff", "activity", "unit"),
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
        return pl.DataFrame(
            schema={
                "row": pl.UInt32,
                "person": pl.UInt32,
                "staff": pl.UInt32,
                "activity": pl.UInt32,
                "unit": pl.UInt32,
                "day": pl.Int32,
                "net": pl.Int64,
                "kind": pl.UInt8,
                "planned": pl.Boolean,
            }
        )
    midnight = clock.instant(pl.col("date").to_physical().cast(pl.Int64) * US_PER_DAY)
    return (
        rows.filter(pl.col("hours").is_not_null())
        .select(
            *("row", "person", "staff", "activity", "unit"),
            pl.col("date").to_physical().cast(pl.Int32).alias("day"),
            (pl.col("hours") * US_PER_HOUR).round().cast(pl.Int64).alias("net"),
            pl.col("kind"),
            _planned(columns, midnight, as_of).alias("planned"),
        )
        .collect(engine="streaming")
    )


def _horizon(
    timed: pl.DataFrame, by_hours: pl.DataFrame, clock: Clock, known: tuple[int | None, int | None]
) -> tuple[int, int]:
    """Return the first instant of the horizon and the one after its last."""
    firsts, lasts = [known[0]], [known[1]]
    if timed.height:
        firsts.append(int(timed.select(pl.col("start").min()).item()))
        lasts.append(int(timed.select(pl.col("end").max()).item()))
    if by_hours.height:
        days = by_hours.select(
            first=clock.instant(pl.col("day").cast(pl.Int64).min() * US_PER_DAY),
            after=clock.instant((pl.col("day").cast(pl.Int64).max() + 1) * US_PER_DAY),
        )
        firsts.append(int(days["first"].item()))
        lasts.append(int(days["after"].item()))
    return min((one for one in firsts if one is not None), default=0), max(
        (one for one in lasts if one is not None), default=0
    )


def _sorted(timed: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Sort by person and start: one integer as the key is several times cheaper than two columns, and rows are moved once."""
    seconds = (pl.col("start") - origin) // 1_000_000
    key = timed.select(key=pl.col("person").cast(pl.Int64) * (1 << 31) + seconds)["key"]
    rising = key.is_sorted()
    order = pl.int_range(timed.height, dtype=pl.UInt32, eager=True) if rising else key.arg_sort()
    ordered = _ties_in_order(timed, key if rising else key.gather(order), order)
    return timed if rising and ordered is order else timed.select(pl.all().gather(ordered))


def _ties_in_order(timed: pl.DataFrame, key: pl.Series, order: pl.Series) -> pl.Series:
    """Return the order with rows of the same person and second by all that tells them apart: the files' order is no matter.

    `key` is sorted; `order` says which row of `timed` each stands for.
    """
    twins = (
        key.to_frame("key")
        .select(twin=(pl.col("key") == pl.col("key").shift()).fill_null(value=False))
        .select(pl.col("twin") | pl.col("twin").shift(-1).fill_null(value=False))
        .to_series()
    )
    if not twins.any():
        return order
    places = twins.arg_true()
    told = ("start", "end", "kind", "activity", "pause", "staff", "unit", "planned", "row")
    mine = order.gather(places)
    few = timed.select(pl.col([name for name in told if name in timed.columns]).gather(mine)).with_columns(
        key=key.gather(places), place=mine
    )
    few = few.sort(["key", *[name for name in told if name in few.columns]])
    return order.scatter(places, few["place"])
