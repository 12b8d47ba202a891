"""PAXml 2.x, the Swedish payroll exchange format: time transactions as bookings by hours, persons as staff.

Source: the schema of PAXml 2.0 (paxml.se, 2012-12) and files of systems that write it. What they write beyond the
schema is read too: hours over a range of dates, `antal` for `timmar`, attributes where elements belong, namespaces.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from tcw.errors import InputFault
from tcw.intake.discover.paxml_elements import DAY, SCHEDULED, Document, Transaction, digits, parse
from tcw.intake.discover.raw import Origin, RawSheet
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

NOTHING = Phrase(
    "paxml-nothing", "{file}: has no time transactions, schedules or persons to read; export those."
)
PAY_LEFT = Phrase(
    "paxml-pay-left", "{count} pay transactions (lonetransaktioner) are money, not time, and were left alone."
)
SCHEDULE_USED = Phrase(
    "paxml-schedule-used",
    "{count} date ranges were spread over the days of the file's own schedule (schematransaktioner).",
)
SCHEDULE_ONLY = Phrase(
    "paxml-schedule-only", "There are only schedules: their days are read as planned bookings of {activity}."
)
SCHEDULE_ASIDE = Phrase(
    "paxml-schedule-aside",
    "{count} scheduled days are no bookings beside time transactions; they only give the length of days.",
)
RANGE_UNKNOWN = Phrase(
    "paxml-range-unknown",
    "{count} transactions have no hours that can be put on days (first: transaction {first}): a date range with a "
    "percentage needs the schedule (schematransaktioner), hours over several weeks too; those rows are rejected.",
)
DELETED = Phrase("paxml-deleted", "{count:person is|persons are} marked as deleted and were left out.")

FULL = 100.0
LONGEST_RANGE = 3 * 366
BOOKED = ("staff_id", "activity_id", "date", "hours")


def open_paxml(path: Path, relative_name: str) -> list[RawSheet]:
    """Read a PAXml file as sheets like any other, with canonical column names as the header.

    Sheet `tidtransaktioner`: bookings (staff_id, activity_id, date, hours, and start, end, booking_id, unit_id where
    the file has any). Sheet `schematransaktioner`: scheduled days as planned bookings, only when there are no time
    transactions. Sheet `personal`: staff; hidden when it has neither employment rates nor forms of pay, because names
    alone would only be second, emptier employments beside those of a staff export. All cells are String.

    Row numbers count elements, not lines: the names are row 1, so the first time transaction is row 2, the second
    row 3; all days of a range have the row of their transaction. Scheduled days and persons are counted likewise in
    their own sheets.

    A range of dates becomes one row per scheduled day: that day's hours times the percentage, or its part of the
    hours given. Without a schedule, hours within one week stand on its first day; anything else has no date or no
    hours, and is rejected by whoever reads the rows: how long a day was is not guessed.

    Raises InputFault for XML that breaks off, is not PAXml, has entities or holds nothing to read.
    """
    document = parse(path, relative_name)
    size = path.stat().st_size
    sheets: list[RawSheet] = []
    left = (Message(PAY_LEFT, {"count": Count(document.pay)}),) if document.pay else ()
    if document.transactions:
        rows, notes = _bookings(document)
        sheets.append(_sheet(Origin(relative_name, "tidtransaktioner"), rows, BOOKED, size, (*notes, *left)))
    elif document.scheduled:
        rows = [
            (
                number,
                {
                    "staff_id": _who(document, day["staff_id"], day["person"]),
                    **_without(day, "staff_id", "person"),
                },
            )
            for number, day in enumerate(document.scheduled, 2)
        ]
        notes = (Message(SCHEDULE_ONLY, {"activity": SCHEDULED}), *left)
        sheets.append(_sheet(Origin(relative_name, "schematransaktioner"), rows, BOOKED, size, notes))
    if document.persons:
        telling = any(person["employment_rate"] or person["employment_type"] for person in document.persons)
        gone = (Message(DELETED, {"count": Count(document.deleted)}),) if document.deleted else ()
        people = list(enumerate(document.persons, 2))
        origin = Origin(relative_name, "personal")
        sheets.append(_sheet(origin, people, ("staff_id",), size, gone, hidden=not telling))
    if not sheets:
        raise InputFault(NOTHING, file=relative_name)
    return sheets


Row = tuple[int, Mapping[str, str | None]]


def _bookings(document: Document) -> tuple[list[Row], tuple[Message, ...]]:
    """Return the time transactions as rows, one per day, and what was decided about them."""
    rows: list[Row] = []
    spread = 0
    unknown: list[int] = []
    for transaction in document.transactions:
        who = _who(document, transaction.staff, transaction.person)
        days = _days(document, transaction)
        if days is None:
            days = [{"date": None}] if transaction.hours is not None else [{"hours": None}]
            unknown.append(transaction.row)
        spread += len(days) > 1
        rows += [(transaction.row, {"staff_id": who, **transaction.cells, **day}) for day in days]
    notes: list[Message] = []
    if spread:
        notes.append(Message(SCHEDULE_USED, {"count": Count(spread)}))
    if document.scheduled:
        notes.append(Message(SCHEDULE_ASIDE, {"count": Count(len(document.scheduled))}))
    if unknown:
        notes.append(Message(RANGE_UNKNOWN, {"count": Count(len(unknown)), "first": unknown[0] - 1}))
    return rows, tuple(notes)


def _days(document: Document, transaction: Transaction) -> list[dict[str, str | None]] | None:
    """Return date and hours of each day of a transaction, `[{}]` where they stand as they are, None when unknown."""
    first, last = transaction.first, transaction.last
    timed = transaction.cells["start"] is not None
    # What cannot be read stands as it is: its row is rejected for that very cell.
    garbled = transaction.cells["hours"] is not None and transaction.hours is None
    if first is None or last is None or timed or garbled:
        return [{}]
    if first == last and transaction.hours is not None:
        return [{}]
    lengths = _scheduled(document, transaction, first, last)
    total = sum(lengths.values())
    if total and transaction.hours is not None:
        factor = transaction.hours / total
    elif total:
        factor = (FULL if transaction.share is None else transaction.share) / FULL
    elif transaction.hours is not None and first.isocalendar()[:2] == last.isocalendar()[:2]:
        return [{}]
    else:
        return None
    return [{"date": day.isoformat(), "hours": f"{length * factor:.10g}"} for day, length in lengths.items()]


def _scheduled(document: Document, transaction: Transaction, first: date, last: date) -> dict[date, float]:
    """Return the scheduled hours of each day in a range; empty for one that is backwards or longer than three years."""
    count = (last - first).days + 1
    if not 0 < count <= LONGEST_RANGE:
        return {}
    days = [first + index * DAY for index in range(count)]
    whose = [who for who in (transaction.staff, transaction.person) if who]
    found = {
        day: next((document.schedule[who, day] for who in whose if (who, day) in document.schedule), 0.0)
        for day in days
    }
    return {day: hours for day, hours in found.items() if hours}


def _without(cells: Mapping[str, str | None], *names: str) -> dict[str, str | None]:
    return {name: cell for name, cell in cells.items() if name not in names}


def _who(document: Document, staff: str | None, person: str | None) -> str | None:
    """Return the employment number, by way of the personal number when only that is given."""
    if staff or not person:
        return staff
    return document.ids.get(digits(person), person)


def _sheet(
    origin: Origin,
    rows: Sequence[Row],
    always: Iterable[str],
    size: int,
    notes: tuple[Message, ...],
    *,
    hidden: bool = False,
) -> RawSheet:
    """Return rows as a sheet, with the columns in `always` and those that hold anything."""
    filled = {name for _, cells in rows for name, cell in cells.items() if cell is not None}
    names = [name for name in dict.fromkeys((*always, *rows[0][1])) if name in filled or name in set(always)]
    columns = {f"c{i}": [cells.get(name) for _, cells in rows] for i, name in enumerate(names)}
    frame = pl.DataFrame(
        {"row": [row for row, _ in rows], **columns},
        schema={"row": pl.UInt32, **dict.fromkeys(columns, pl.String)},
    )
    cells = frame.lazy().with_columns(beyond=pl.lit(value=False))
    return RawSheet(origin, "paxml", cells, len(names), (tuple(names),), size, hidden, notes)
