"""Bookings that point at nothing: staff not in staff, activities not in activities, ids used twice."""

import polars as pl

from tcw.model.intake_report import IntakeFinding
from tcw.model.schedule import Schedule
from tcw.wording import Message, Phrase
from tcw.wording.masking import masked
from tcw.wording.quantities import Count, Hours
from tcw.worktime.clock import US_PER_HOUR, Clock, clock
from tcw.worktime.spans import net_time

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
EXAMPLES = 5
AT_ONCE = 15_000_000
"""Booking ids counted at a time; each takes about a hundred bytes."""


def unknown_staff(bookings: pl.LazyFrame, staff: pl.DataFrame, clock: Clock) -> list[IntakeFinding]:
    """Return a finding when bookings name staff ids that the staff table lacks, with the hours it costs."""
    strangers = net_time(bookings, clock).join(staff.lazy().select("staff_id"), on="staff_id", how="anti")
    found = _by(strangers, "staff_id")
    if found.is_empty():
        return []
    return [_finding(UNKNOWN_STAFF, found, "staff_id", "people")]


def unknown_activities(bookings: pl.LazyFrame, activities: pl.DataFrame, clock: Clock) -> list[IntakeFinding]:
    """Return a finding when bookings name activities that the activities table lacks, with the hours it costs."""
    known = activities.lazy().select("activity_id").unique()
    unknown = net_time(bookings, clock).join(known, on="activity_id", how="anti")
    if "billing" in bookings.collect_schema().names():
        unknown = unknown.filter(pl.col("billing").is_null())
    found = _by(unknown, "activity_id")
    if found.is_empty():
        return []
    return [_finding(UNKNOWN_ACTIVITIES, found, "activity_id", "activities")]


def unbilled_activities(bookings: pl.LazyFrame, unbilled: pl.DataFrame, clock: Clock) -> list[IntakeFinding]:
    """Return a finding when bookings are on activities without a billing type (`unbilled`: `activity_id`)."""
    rows = net_time(bookings, clock).join(unbilled.lazy().select("activity_id"), on="activity_id", how="semi")
    if "billing" in bookings.collect_schema().names():
        rows = rows.filter(pl.col("billing").is_null())
    found = _by(rows, "activity_id")
    if found.is_empty():
        return []
    return [_finding(UNBILLED_ACTIVITIES, found, "activity_id", "activities")]


def repeated_ids(bookings: pl.LazyFrame, clock: Clock) -> list[IntakeFinding]:
    """Return a finding when booking ids occur more than once, with the hours of the rows after the first."""
    if "booking_id" not in bookings.collect_schema().names():
        return []
    ids = bookings.select("booking_id").filter(pl.col("booking_id").is_not_null())
    # Systems number upwards: a sorted column is proof enough, at a tenth of the cost of counting distinct ids.
    rising = ids.select((pl.col("booking_id") > pl.col("booking_id").shift()).fill_null(value=True).all())
    if rising.collect(engine="streaming").item():
        return []
    rows = int(ids.select(pl.len()).collect(engine="streaming").item())
    twice = _repeated(ids, -(-rows // AT_ONCE))
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


def _repeated(ids: pl.LazyFrame, rounds: int) -> pl.DataFrame:
    """Return the ids that occur more than once, in so many rounds: a hundred million different texts do not fit in memory."""
    found = []
    for place in range(rounds):
        mine = ids if rounds == 1 else ids.filter(pl.col("booking_id").hash(seed=0) % rounds == place)
        counted = mine.group_by("booking_id").len().filter(pl.col("len") > 1)
        found.append(counted.collect(engine="streaming"))
    return pl.concat([pl.DataFrame(schema={"booking_id": pl.String, "len": pl.UInt32}), *found])


def _by(bookings: pl.LazyFrame, column: str) -> pl.DataFrame:
    return (
        bookings.group_by(column)
        .agg(rows=pl.len(), hours=pl.col("net").sum() / US_PER_HOUR)
        .sort("hours", column, descending=[True, False])
        .collect(engine="streaming")
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


def reference_findings(schedule: Schedule) -> list[IntakeFinding]:
    """Return all findings about references between tables; needs the bookings read once more for each kind."""
    if "bookings" not in schedule.given or schedule.first_day is None or schedule.last_day is None:
        return []
    zone = clock(schedule.config.timezone, schedule.first_day, schedule.last_day)
    found = repeated_ids(schedule.active, zone)
    if "staff" in schedule.given:
        found += unknown_staff(schedule.active, schedule.staff, zone)
    if "activities" in schedule.given:
        found += unknown_activities(schedule.active, schedule.activities, zone)
    return found
