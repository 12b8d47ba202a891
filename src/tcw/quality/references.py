"""Bookings that point at nothing or contradict themselves: staff not in staff, activities not in activities, ids used twice, breaks beyond the shift."""

from collections.abc import Collection

import polars as pl

from tcw.model.intake_report import IntakeFinding
from tcw.model.pieces import Everywhere, Query, at_once
from tcw.model.schedule import Schedule
from tcw.privacy.masking import masked
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count, Hours
from tcw.worktime.clock import US_PER_HOUR, Clock, clock, physical
from tcw.worktime.periods import break_time, net_time

UNKNOWN_STAFF = Phrase(
    "IN51",
    "Staff ids in bookings that staff lacks: {people} ({examples}). Bookings in no figure: {rows}, {hours}. "
    "Add them to the staff export.",
)
UNKNOWN_ACTIVITIES = Phrase(
    "IN52",
    "Activities in bookings that activities lacks: {activities} ({examples}). Bookings in no figure: {rows}, {hours}. "
    "Add them to the activities export, or under activities: in tcw.yaml.",
)
UNBILLED_ACTIVITIES = Phrase(
    "IN53",
    "Activities without a billing type: {activities} ({examples}). Bookings in no figure: {rows}, {hours}. "
    "Give them billable, non_billable or excluded, in the export or under activities: in tcw.yaml.",
)
REPEATED_IDS = Phrase(
    "IN54",
    "Booking ids used more than once: {ids} ({examples}). Rows beyond the first: {rows}, {hours}, counted as they stand. "
    "Set duplicate_bookings: drop in tcw.yaml to keep only the first of each.",
)
LONG_BREAKS = Phrase(
    "IN56",
    "Staff ids with bookings whose break is longer than they are: {people} ({examples}). Bookings that count as 0 h: {rows}, {hours} from start "
    "to end. Breaks are read as minutes: correct the export, or the column that is taken for break_minutes under files: in tcw.yaml.",
)
EXAMPLES = 5
AT_ONCE = 15_000_000
"""Booking ids counted at a time; each takes about a hundred bytes."""


def unknown_staff(ask: Everywhere, staff: pl.DataFrame, clock: Clock) -> list[IntakeFinding]:
    """Return a finding when bookings name staff ids that the staff table lacks, with the hours it costs."""
    known = staff.lazy().select("staff_id")
    found = _by(
        ask, lambda bookings: net_time(bookings, clock).join(known, on="staff_id", how="anti"), "staff_id"
    )
    if found.is_empty():
        return []
    return [_finding(UNKNOWN_STAFF, found, "staff_id", "people")]


def unknown_activities(ask: Everywhere, activities: pl.DataFrame, clock: Clock) -> list[IntakeFinding]:
    """Return a finding when bookings name activities that the activities table lacks, with the hours it costs."""
    known = activities.lazy().select("activity_id").unique()
    found = _by(
        ask,
        lambda bookings: _without_billing(
            net_time(bookings, clock).join(known, on="activity_id", how="anti"), bookings
        ),
        "activity_id",
    )
    if found.is_empty():
        return []
    return [_finding(UNKNOWN_ACTIVITIES, found, "activity_id", "activities")]


def unbilled_activities(ask: Everywhere, unbilled: pl.DataFrame, clock: Clock) -> list[IntakeFinding]:
    """Return a finding when bookings are on activities without a billing type (`unbilled`: `activity_id`)."""
    some = unbilled.lazy().select("activity_id")
    found = _by(
        ask,
        lambda bookings: _without_billing(
            net_time(bookings, clock).join(some, on="activity_id", how="semi"), bookings
        ),
        "activity_id",
    )
    if found.is_empty():
        return []
    return [_finding(UNBILLED_ACTIVITIES, found, "activity_id", "activities")]


def _without_billing(found: pl.LazyFrame, bookings: pl.LazyFrame) -> pl.LazyFrame:
    if "billing" not in bookings.collect_schema().names():
        return found
    return found.filter(pl.col("billing").is_null())


def repeated_ids(bookings: pl.LazyFrame, clock: Clock, ask: Everywhere | None = None) -> list[IntakeFinding]:
    """Return a finding when booking ids occur more than once, with the hours of the rows after the first."""
    if "booking_id" not in bookings.collect_schema().names():
        return []
    ids = _ids(bookings)
    # Systems number upwards: a sorted column is proof enough, at a tenth of the cost of counting distinct ids.
    told = (ask or at_once(bookings))(_rising).filter(pl.col("rows") > 0)
    follows = (told["first"] > told["last"].shift()).fill_null(value=True)
    if told["rising"].all() and follows.all():
        return []
    twice = _repeated(ids, -(-int(told["rows"].sum()) // AT_ONCE))
    if twice.is_empty():
        return []
    found = (
        net_time(bookings, clock)
        .join(twice.lazy().select("booking_id"), on="booking_id", how="semi")
        .group_by("booking_id")
        .agg(rows=pl.len() - 1, hours=(pl.col("net").sum() - pl.col("net").first()) / US_PER_HOUR)
        .sort("rows", "booking_id", descending=[True, False])
        .collect()
    )
    return [_finding(REPEATED_IDS, found, "booking_id", "ids")]


def long_breaks(ask: Everywhere, clock: Clock, columns: Collection[str]) -> list[IntakeFinding]:
    """Return a finding when bookings have a break longer than they are, with the hours from start to end that count as none."""
    if not {"break_minutes", "start_local"} <= set(columns):
        return []
    start, end = (physical(pl.col(name)) for name in ("start_local", "end_local"))

    def swallowed(bookings: pl.LazyFrame) -> pl.LazyFrame:
        # Nearly all rows are told by their clock times alone; over a clock change an hour may be missing.
        perhaps = break_time(columns) + US_PER_HOUR > end - start
        return (
            bookings.filter(pl.col("break_minutes") > 0, end > start, perhaps)
            .with_columns(net=clock.elapsed(start, end))
            .filter(break_time(columns) > pl.col("net"), pl.col("net") > 0)
        )

    found = _by(ask, swallowed, "staff_id")
    return [_finding(LONG_BREAKS, found, "staff_id", "people")] if found.height else []


def _ids(bookings: pl.LazyFrame) -> pl.LazyFrame:
    return bookings.select("booking_id").filter(pl.col("booking_id").is_not_null())


def _rising(bookings: pl.LazyFrame) -> pl.LazyFrame:
    """Say whether each booking id is greater than the one before, which are the first and the last, and how many there are."""
    mine = pl.col("booking_id")
    return _ids(bookings).select(
        rising=(mine > mine.shift()).fill_null(value=True).all(),
        first=mine.first(),
        last=mine.last(),
        rows=pl.len(),
    )


def _repeated(ids: pl.LazyFrame, rounds: int) -> pl.DataFrame:
    """Return the ids that occur more than once, in so many rounds: a hundred million different texts do not fit in memory."""
    found = []
    for place in range(rounds):
        mine = ids if rounds == 1 else ids.filter(pl.col("booking_id").hash(seed=0) % rounds == place)
        counted = mine.group_by("booking_id").len().filter(pl.col("len") > 1)
        found.append(counted.collect(engine="streaming"))
    return pl.concat([pl.DataFrame(schema={"booking_id": pl.String, "len": pl.UInt32}), *found])


def _by(ask: Everywhere, query: Query, column: str) -> pl.DataFrame:
    """Return rows and hours by a column of what is asked for."""
    told = ask(
        lambda bookings: (
            query(bookings).group_by(column).agg(rows=pl.len().cast(pl.Int64), net=pl.col("net").sum())
        )
    )
    return (
        told.group_by(column)
        .agg(pl.col("rows").sum(), hours=pl.col("net").sum() / US_PER_HOUR)
        .sort("hours", column, descending=[True, False])
    )


def _finding(phrase: Phrase, found: pl.DataFrame, column: str, counted: str) -> IntakeFinding:
    rows, hours = int(found["rows"].sum()), float(found["hours"].sum())
    examples = found[column].head(EXAMPLES).to_list()
    more = "" if found.height <= EXAMPLES else ", …"
    facts = {
        counted: Count(found.height),
        "rows": Count(rows),
        "hours": Hours(hours),
        "examples": masked(", ".join(str(example) for example in examples)) + more,
    }
    return IntakeFinding(phrase.code, "warning", Message(phrase, facts), rows, hours)


def reference_findings(
    schedule: Schedule, ask: Everywhere | None = None, *, strangers: bool = True, strange: bool = True
) -> list[IntakeFinding]:
    """Return all findings about references between tables; needs the bookings read once more for each kind.

    Args:
        schedule: as loaded.
        ask: asks the bookings that are not cancelled; None: here.
        strangers: there may be bookings of staff that the staff table lacks.
        strange: there may be bookings on activities that the activities table lacks.
    """
    if "bookings" not in schedule.given or schedule.first_day is None or schedule.last_day is None:
        return []
    zone = clock(schedule.config.timezone, schedule.first_day, schedule.last_day)
    asked = ask or at_once(schedule.active)
    found = repeated_ids(schedule.active, zone, asked)
    found += long_breaks(asked, zone, schedule.bookings.collect_schema().names())
    if strangers and "staff" in schedule.given:
        found += unknown_staff(asked, schedule.staff, zone)
    if strange and "activities" in schedule.given:
        found += unknown_activities(asked, schedule.activities, zone)
    return found
