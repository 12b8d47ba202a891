"""What no plan can use of the source: unread files, rejected rows, unknown people, shared order ids."""

from datetime import date, datetime, time

import polars as pl

from tcw.matching.orders import VACANT
from tcw.model.intake_report import IntakeReport
from tcw.model.schedule import Schedule
from tcw.privacy.masking import masked
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

UNREAD = Phrase(
    "match-unread",
    "Not recognised, and left out: {files}. tcw inspect SOURCE says what each of them lacks.",
)
REJECTED = Phrase(
    "match-rejected", "Rejected, and left out: {rejected} of {rows:row|rows}. tcw inspect SOURCE lists them."
)
STRANGERS = Phrase(
    "match-strangers",
    "Staff ids in availability or interests that staff lacks: {people} ({examples}); nobody is available by "
    "them. Write the ids alike in both exports, leading zeros too.",
)
SHARED_IDS = Phrase(
    "match-shared-ids",
    "Order ids that stand for several shifts: {ids} ({examples}); only the last row of each is filled. "
    "Give each shift an id of its own in the orders export.",
)
LONG_BREAKS = Phrase(
    "match-long-breaks",
    "Orders whose break is longer than they are: {orders} ({examples}); they are planned as 0 h. "
    "Breaks are read as minutes: correct the orders export.",
)
EXAMPLES = 5


def left_out(schedule: Schedule, as_of: date) -> tuple[Message, ...]:
    """Return a note of each thing in the source that no plan from `as_of` on can take into account."""
    orders = (*_shared_ids(schedule, as_of), *_long_breaks(schedule, as_of))
    return (*_of_files(schedule.intake), *_strangers(schedule, as_of), *orders)


def _of_files(intake: IntakeReport) -> list[Message]:
    notes = []
    unread = list(dict.fromkeys(file.file for file in intake.files if file.table is None))
    if unread:
        notes.append(Message(UNREAD, {"files": _examples(unread)}))
    if intake.rejected:
        notes.append(Message(REJECTED, {"rejected": Count(intake.rejected), "rows": Count(intake.rows_read)}))
    return notes


def _strangers(schedule: Schedule, as_of: date) -> list[Message]:
    vacant = _vacant(schedule, as_of).select("order_id")
    staff_ids = pl.concat(
        [
            schedule.tables["availability"].filter(pl.col("end") > _midnight(as_of)).select("staff_id"),
            schedule.tables["interests"].join(vacant, on="order_id", how="semi").select("staff_id"),
        ]
    )
    unknown = staff_ids.unique().join(schedule.staff, on="staff_id", how="anti")["staff_id"].sort().to_list()
    if not unknown:
        return []
    return [Message(STRANGERS, {"people": Count(len(unknown)), "examples": _examples(unknown)})]


def _shared_ids(schedule: Schedule, as_of: date) -> list[Message]:
    # The same row in two files that overlap is one shift.
    shifts = _vacant(schedule, as_of).select("order_id", "unit_id", "start", "end").unique()
    shared = shifts.filter(pl.col("order_id").is_duplicated())["order_id"].unique().sort().to_list()
    if not shared:
        return []
    return [Message(SHARED_IDS, {"ids": Count(len(shared)), "examples": _examples(shared)})]


def _long_breaks(schedule: Schedule, as_of: date) -> list[Message]:
    length = pl.col("end") - pl.col("start")
    longer = pl.duration(minutes=pl.col("break_minutes")) > length
    orders = _vacant(schedule, as_of).filter(longer)["order_id"].unique().sort().to_list()
    if not orders:
        return []
    return [Message(LONG_BREAKS, {"orders": Count(len(orders)), "examples": _examples(orders)})]


def _vacant(schedule: Schedule, as_of: date) -> pl.DataFrame:
    return schedule.tables["orders"].filter(
        pl.col("status").is_in(VACANT) | pl.col("status").is_null(), pl.col("start") >= _midnight(as_of)
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _examples(names: list[str]) -> str:
    return masked(", ".join(names[:EXAMPLES])) + (", …" if len(names) > EXAMPLES else "")
