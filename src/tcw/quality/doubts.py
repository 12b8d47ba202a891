"""What is doubtful in what was read: one list of doubts, made once and shown by every command.

A new doubt is a `Phrase`, a function that looks for it in the `Evidence`, and a line in `KINDS`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import polars as pl

from tcw.model.intake_report import Doubt
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
    "Activities in bookings that activities lacks: {activities} ({examples}). Bookings in no figure: "
    "{rows}, {hours}. Add them to the activities export, or under activities: in tcw.yaml.",
)
UNBILLED_ACTIVITIES = Phrase(
    "IN53",
    "Activities without a billing type: {activities} ({examples}). Bookings in no figure: {rows}, {hours}. "
    "Give them billable, non_billable or excluded, in the export or under activities: in tcw.yaml.",
)
REPEATED_IDS = Phrase(
    "IN54",
    "Booking ids used more than once: {ids} ({examples}). Rows beyond the first: {rows}, {hours}, "
    "counted as they stand. Set duplicate_bookings: drop in tcw.yaml to keep only the first of each.",
)
LONG_BREAKS = Phrase(
    "IN56",
    "Staff ids with bookings whose break is longer than they are: {people} ({examples}). Bookings that "
    "count as 0 h: {rows}, {hours} from start to end. Breaks are read as minutes: correct the export, or "
    "the column that is taken for break_minutes under files: in tcw.yaml.",
)
MOST_EXAMPLES = 5
AT_ONCE = 15_000_000
"""Booking ids counted at a time; each takes about a hundred bytes."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What doubts are looked for in.

    `bookings` are those that are not cancelled, and `ask` asks them something, in one place or in many.
    `unbilled` holds the `activity_id` of activities whose hours no figure counts because they have no billing
    type.
    """

    bookings: pl.LazyFrame
    ask: Everywhere
    clock: Clock
    staff: pl.DataFrame
    activities: pl.DataFrame
    unbilled: pl.DataFrame | None = None


def evidence_of(
    schedule: Schedule, clock: Clock, ask: Everywhere | None = None, unbilled: pl.DataFrame | None = None
) -> Evidence:
    """Return the evidence of a schedule; without `ask`, its bookings are asked here and all at once."""
    ask = ask or at_once(schedule.active)
    return Evidence(schedule.active, ask, clock, schedule.staff, schedule.activities, unbilled)


def doubts_of(
    schedule: Schedule, ask: Everywhere | None = None, *, without: Collection[str] = ()
) -> list[Doubt]:
    """Return all doubts about a schedule. Reads the bookings once more for each kind of doubt.

    Args:
        schedule: as loaded.
        ask: asks the bookings that are not cancelled, where they lie in several places.
        without: codes of doubts that the caller knows to be unfounded.
    """
    if "bookings" not in schedule.given or schedule.first_day is None or schedule.last_day is None:
        return []
    lacking = {code for code, table in NEEDED.items() if table not in schedule.given}
    zone = clock(schedule.config.timezone, schedule.first_day, schedule.last_day)
    return doubts_among(evidence_of(schedule, zone, ask), set(KINDS) - lacking - set(without))


def doubts_among(evidence: Evidence, codes: Collection[str]) -> list[Doubt]:
    """Return the doubts of the kinds with these codes, in the order of `KINDS`."""
    return [doubt for code, look_for in KINDS.items() if code in codes for doubt in look_for(evidence)]


def unknown_staff(evidence: Evidence) -> list[Doubt]:
    """Doubt bookings of staff ids that the staff table lacks: they are in no figure."""
    staff = evidence.staff.lazy().select("staff_id")
    # The query goes to other machines: it refers to the clock, not to all the evidence.
    zone = evidence.clock

    def of_strangers(bookings: pl.LazyFrame) -> pl.LazyFrame:
        return net_time(bookings, zone).join(staff, on="staff_id", how="anti")

    return _doubts(UNKNOWN_STAFF, _cost_by("staff_id", of_strangers, evidence), "people")


def unknown_activities(evidence: Evidence) -> list[Doubt]:
    """Doubt bookings on activities that the activities table lacks: they are in no figure."""
    activities = evidence.activities.lazy().select("activity_id").unique()
    # The query goes to other machines: it refers to the clock, not to all the evidence.
    zone = evidence.clock

    def on_unknown(bookings: pl.LazyFrame) -> pl.LazyFrame:
        time = net_time(bookings, zone).join(activities, on="activity_id", how="anti")
        return _without_own_billing(time, bookings)

    return _doubts(
        UNKNOWN_ACTIVITIES, _cost_by("activity_id", on_unknown, evidence), "activities", "activities"
    )


def unbilled_activities(evidence: Evidence) -> list[Doubt]:
    """Doubt bookings on activities without a billing type: they are in no figure."""
    if evidence.unbilled is None:
        return []
    unbilled = evidence.unbilled.lazy().select("activity_id")
    # The query goes to other machines: it refers to the clock, not to all the evidence.
    zone = evidence.clock

    def on_unbilled(bookings: pl.LazyFrame) -> pl.LazyFrame:
        time = net_time(bookings, zone).join(unbilled, on="activity_id", how="semi")
        return _without_own_billing(time, bookings)

    return _doubts(
        UNBILLED_ACTIVITIES, _cost_by("activity_id", on_unbilled, evidence), "activities", "activities"
    )


def repeated_ids(evidence: Evidence) -> list[Doubt]:
    """Doubt booking ids that occur more than once: the rows after the first may count hours twice."""
    if "booking_id" not in evidence.bookings.collect_schema().names():
        return []
    ids = _ids(evidence.bookings)
    # Systems number upwards: a sorted column is proof enough, at a tenth of the cost of counting distinct
    # ids.
    pieces = evidence.ask(_rising).filter(pl.col("rows") > 0)
    follows = (pieces["first"] > pieces["last"].shift()).fill_null(value=True)
    if pieces["rising"].all() and follows.all():
        return []
    repeated = _repeated(ids, -(-int(pieces["rows"].sum()) // AT_ONCE))
    if repeated.is_empty():
        return []
    cost = (
        net_time(evidence.bookings, evidence.clock)
        .join(repeated.lazy().select("booking_id"), on="booking_id", how="semi")
        .group_by("booking_id")
        .agg(rows=pl.len() - 1, hours=(pl.col("net").sum() - pl.col("net").first()) / US_PER_HOUR)
        .sort("rows", "booking_id", descending=[True, False])
    )
    return _doubts(REPEATED_IDS, cost.collect(), "ids", "duplicate_bookings")


def long_breaks(evidence: Evidence) -> list[Doubt]:
    """Doubt breaks longer than their bookings: hours from start to end count as none."""
    columns = evidence.bookings.collect_schema().names()
    if not {"break_minutes", "start_local"} <= set(columns):
        return []
    start, end = (physical(pl.col(name)) for name in ("start_local", "end_local"))
    # The query goes to other machines: it refers to the clock, not to all the evidence.
    zone = evidence.clock

    def swallowed(bookings: pl.LazyFrame) -> pl.LazyFrame:
        # Clock times alone decide nearly all rows; over a clock change an hour may be missing.
        perhaps = break_time(columns) + US_PER_HOUR > end - start
        return (
            bookings.filter(pl.col("break_minutes") > 0, end > start, perhaps)
            .with_columns(net=zone.elapsed(start, end))
            .filter(break_time(columns) > pl.col("net"), pl.col("net") > 0)
        )

    return _doubts(LONG_BREAKS, _cost_by("staff_id", swallowed, evidence), "people", "files")


KINDS: Mapping[str, Callable[[Evidence], list[Doubt]]] = {
    REPEATED_IDS.code: repeated_ids,
    LONG_BREAKS.code: long_breaks,
    UNKNOWN_STAFF.code: unknown_staff,
    UNKNOWN_ACTIVITIES.code: unknown_activities,
    UNBILLED_ACTIVITIES.code: unbilled_activities,
}
"""Code of a doubt -> the function that looks for it, in the order in which doubts are told."""
NEEDED: Mapping[str, str] = {UNKNOWN_STAFF.code: "staff", UNKNOWN_ACTIVITIES.code: "activities"}
"""The table without which there is nothing to compare with."""


def _without_own_billing(time: pl.LazyFrame, bookings: pl.LazyFrame) -> pl.LazyFrame:
    """Leave out bookings that have a billing type of their own, which overrides the activity's."""
    if "billing" not in bookings.collect_schema().names():
        return time
    return time.filter(pl.col("billing").is_null())


def _ids(bookings: pl.LazyFrame) -> pl.LazyFrame:
    return bookings.select("booking_id").filter(pl.col("booking_id").is_not_null())


def _rising(bookings: pl.LazyFrame) -> pl.LazyFrame:
    """Say whether each booking id is greater than the one before; the first, the last, and their number."""
    booking_id = pl.col("booking_id")
    return _ids(bookings).select(
        rising=(booking_id > booking_id.shift()).fill_null(value=True).all(),
        first=booking_id.first(),
        last=booking_id.last(),
        rows=pl.len(),
    )


def _repeated(ids: pl.LazyFrame, rounds: int) -> pl.DataFrame:
    """Return the ids that occur more than once, counted in rounds: all texts may not fit in memory."""
    repeated = []
    for number in range(rounds):
        share = ids if rounds == 1 else ids.filter(pl.col("booking_id").hash(seed=0) % rounds == number)
        counts = share.group_by("booking_id").len().filter(pl.col("len") > 1)
        repeated.append(counts.collect(engine="streaming"))
    return pl.concat([pl.DataFrame(schema={"booking_id": pl.String, "len": pl.UInt32}), *repeated])


def _cost_by(column: str, doubtful: Query, evidence: Evidence) -> pl.DataFrame:
    """Return `column`, `rows` and `hours` of doubtful bookings (with `net`, µs), the costliest first."""
    pieces = evidence.ask(
        lambda bookings: (
            doubtful(bookings).group_by(column).agg(rows=pl.len().cast(pl.Int64), net=pl.col("net").sum())
        )
    )
    return (
        pieces.group_by(column)
        .agg(pl.col("rows").sum(), hours=pl.col("net").sum() / US_PER_HOUR)
        .sort("hours", column, descending=[True, False])
    )


def _doubts(phrase: Phrase, cost: pl.DataFrame, counted: str, setting: str | None = None) -> list[Doubt]:
    """Return one doubt with what it costs, or none when nothing is doubtful.

    Args:
        phrase: has the places `examples`, `rows`, `hours` and the one that `counted` names.
        cost: one row per person, activity or id (its first column), `rows`, `hours`.
        counted: the place of the phrase that says how many of them there are.
        setting: the setting of tcw.yaml that answers the doubt.
    """
    if cost.is_empty():
        return []
    rows, hours = int(cost["rows"].sum()), float(cost["hours"].sum())
    examples = ", ".join(str(example) for example in cost.to_series(0).head(MOST_EXAMPLES))
    facts = {
        counted: Count(cost.height),
        "rows": Count(rows),
        "hours": Hours(hours),
        "examples": masked(examples) + (", …" if cost.height > MOST_EXAMPLES else ""),
    }
    return [Doubt(phrase.code, "warning", Message(phrase, facts), rows, hours, setting)]
