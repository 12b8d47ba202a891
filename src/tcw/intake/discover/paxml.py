"""PAXml 2.x, the Swedish payroll exchange format: time transactions as bookings by hours, persons as staff.

Source: the schema of PAXml 2.0 (paxml.se, 2012-12) and files of systems that write it. tcw also reads what
they write beyond the schema: hours over a range of dates, `antal` for `timmar`, attributes in place of
elements, namespaces.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import polars as pl

from tcw.errors import InputFault
from tcw.intake.discover.encoding import UTF8_BOM
from tcw.intake.discover.file_faults import OTHER_XML, os_faults
from tcw.intake.discover.raw import Origin, RawSheet, cell_names
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

BROKEN = Phrase(
    "paxml-broken",
    "{file}: the XML is damaged or cut off at line {line}, column {column} (time transactions before it: "
    "{transactions}); export it again.",
)
ENTITIES = Phrase(
    "paxml-entities",
    "{file}: has entities of its own, which PAXml never needs and which are refused; export it again.",
)
ENCODING = Phrase(
    "paxml-encoding",
    "{file}: says it is written in an encoding that cannot be read; export it again as utf-8.",
)

ROOT = "paxml"
SCHEDULED = "SCH"
"""The activity of scheduled days: PAXml's own code for them since 2.2."""
DAY = timedelta(days=1)
SECONDS_PER_HOUR = 3600
UNIT_DIMENSION = "1"
"""Dimension 1 is the cost centre by convention (as in SIE)."""
UNKNOWN_ENCODING, UNFIT_ENCODING, INVALID_TOKEN = 18, 19, 4
"""Error codes of expat."""
PERSON_DIGITS = 10
Cells = dict[str, str | None]


# The elements of a file.


@dataclass(slots=True)
class Transaction:
    """One tidtrans. `row` is the row number in messages: its number among the time transactions, plus one."""

    row: int
    staff: str | None
    person: str | None
    cells: Cells
    first: date | None
    last: date | None
    hours: float | None
    share: float | None


@dataclass(slots=True)
class Document:
    """The elements of a file that tcw reads."""

    transactions: list[Transaction] = field(default_factory=list)
    schedule: dict[tuple[str, date], float] = field(default_factory=dict)
    """Hours by employment or personal number and day."""
    scheduled: list[tuple[str | None, str | None, Cells]] = field(default_factory=list)
    """Employment number, personal number and cells of each scheduled day."""
    persons: list[Cells] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    """Last ten digits of a personal number -> employment number."""
    pay: int = 0
    deleted: int = 0


def parse(path: Path, name: str) -> Document:
    """Read a PAXml file. Raises InputFault for XML that breaks off, is not PAXml, or has entities of its own.

    A byte order mark counts more than the declared encoding. A file that declares utf-8 but has other bytes
    is read as Windows-1252, because systems that make this mistake write that encoding.
    """
    try:
        with os_faults(name):
            with path.open("rb") as file:
                marked = file.read(len(UTF8_BOM)) == UTF8_BOM
            try:
                return _walk(path, name, "utf-8" if marked else None)
            except ParseError as error:
                if error.code != INVALID_TOKEN or _is_utf8(path):
                    raise
                return _walk(path, name, "cp1252")
    except ParseError as error:
        if error.code in {UNKNOWN_ENCODING, UNFIT_ENCODING}:
            raise InputFault(ENCODING, file=name) from error
        line, column = error.position
        read = getattr(error, "transactions", 0)
        raise InputFault(BROKEN, file=name, line=line, column=column + 1, transactions=Count(read)) from error
    except (LookupError, ValueError) as error:
        raise InputFault(ENCODING, file=name) from error


def _is_utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _walk(path: Path, name: str, encoding: str | None) -> Document:
    """Go through the file once, and drop each element after reading it to save memory."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import XMLParser, iterparse

    document = Document()
    readers: dict[str, Callable[[Document, Element], None]] = {
        "tidtrans": _read_transaction,
        "tidtransaktion": _read_transaction,
        "schema": _read_schedule,
        "person": _read_person,
        "lonetrans": _count_pay,
        "lonetransaktion": _count_pay,
    }
    ancestors: list[Element] = []
    try:
        with path.open("rb") as file:
            parser = XMLParser(encoding=encoding)
            events: Iterator[tuple[str, Element]] = iterparse(file, events=("start", "end"), parser=parser)
            for event, element in events:
                if event == "start":
                    if not ancestors and _local(element.tag) != ROOT:
                        raise InputFault(OTHER_XML, file=name, root=_local(element.tag))
                    ancestors.append(element)
                    continue
                ancestors.pop()
                read = readers.get(_local(element.tag))
                if read is not None:
                    read(document, element)
                    if ancestors:
                        ancestors[-1].remove(element)
    except DefusedXmlException as error:
        raise InputFault(ENTITIES, file=name) from error
    except ParseError as error:
        error.transactions = len(document.transactions)  # type: ignore[attr-defined]
        raise
    return document


def _local(tag: object) -> str:
    """Return an element's name without its namespace, in lower case; "ö" as it was written in 2.0."""
    return str(tag).rpartition("}")[2].casefold().replace("ö", "o")


def _facts(element: Element) -> dict[str, str]:
    """Return the attributes and the texts of the children, by name; blank ones are left out."""
    facts = {_local(key): value.strip() for key, value in element.attrib.items()}
    for child in element:
        facts[_local(child.tag)] = (child.text or "").strip()
    return {key: value for key, value in facts.items() if value}


def _read_transaction(document: Document, element: Element) -> None:
    facts = _facts(element)
    start, end = facts.get("starttid"), facts.get("sluttid")
    first = _date(facts.get("datum") or facts.get("datumfrom") or start)
    last = _date(facts.get("datum") or facts.get("datumtom") or facts.get("datumfrom")) or first
    hours = facts.get("timmar") or facts.get("antal")
    document.transactions.append(
        Transaction(
            row=len(document.transactions) + 2,
            staff=facts.get("anstid"),
            person=facts.get("persnr"),
            cells={
                "activity_id": facts.get("tidkod"),
                # A date that cannot be read stays as it is, so that intake rejects its row.
                "date": first.isoformat() if first else facts.get("datum") or facts.get("datumfrom"),
                "hours": hours,
                "start": start if start and end else None,
                "end": end if start and end else None,
                "booking_id": facts.get("postid"),
                "unit_id": _unit(element),
            },
            first=first,
            last=last,
            hours=_number(hours),
            share=_number(facts.get("omfattning") or facts.get("procent")),
        )
    )


def _read_schedule(document: Document, element: Element) -> None:
    facts = _facts(element)
    for day in element:
        if _local(day.tag) != "dag":
            continue
        cells = _facts(day)
        when, hours = _date(cells.get("datum")), _number(cells.get("timmar"))
        if hours is None:
            hours = _between(cells.get("starttid"), cells.get("sluttid"))
        for who in (facts.get("anstid"), facts.get("persnr")):
            if who and when and hours:
                document.schedule[who, when] = document.schedule.get((who, when), 0.0) + hours
        document.scheduled.append(
            (
                facts.get("anstid"),
                facts.get("persnr"),
                {
                    "activity_id": SCHEDULED,
                    "date": cells.get("datum"),
                    "hours": cells.get("timmar") or (None if hours is None else f"{hours:g}"),
                    "status": "planned",
                },
            )
        )


def _read_person(document: Document, element: Element) -> None:
    facts = _facts(element)
    staff, person = facts.get("anstid"), facts.get("persnr")
    if staff and person:
        document.ids[digits(person)] = staff
    if facts.get("delete", "").casefold() in {"1", "true"}:
        document.deleted += 1
        return
    full_name = " ".join(filter(None, (facts.get("fornamn"), facts.get("efternamn"))))
    document.persons.append(
        {
            "staff_id": staff or person,
            "name": full_name or None,
            "person_id": person,
            "employment_type": facts.get("lonform"),
            "employment_rate": facts.get("sysgrad"),
            "home_unit": _unit(element),
            "category": facts.get("befattning") or facts.get("kategori"),
            "phone": facts.get("mobiltelefon") or facts.get("arbetstelefon") or facts.get("hemtelefon"),
            "email": facts.get("epostarb") or facts.get("eposthem"),
            "valid_from": facts.get("anstdatum"),
            "valid_to": facts.get("avgdatum"),
        }
    )


def _count_pay(document: Document, element: Element) -> None:
    del element
    document.pay += 1


def _unit(element: Element) -> str | None:
    """Return the cost centre among the transaction's units, else its first unit."""
    units = [_facts(unit) for unit in element.iter() if _local(unit.tag) == "resenhet"]
    units.sort(key=lambda facts: facts.get("dim") != UNIT_DIMENSION)
    return units[0].get("id") if units else None


def digits(person: str) -> str:
    """Return the last ten digits of a personal number, which all its spellings share."""
    return "".join(filter(str.isdigit, person))[-PERSON_DIGITS:]


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _number(text: str | None) -> float | None:
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        return None


def _between(start: str | None, end: str | None) -> float | None:
    """Return the hours from one clock time to another. An end at or before the start is on the next day."""
    try:
        times = [datetime.fromisoformat(f"2000-01-01T{clock}") for clock in (start, end) if clock]
    except ValueError:
        return None
    if len(times) != 2:  # noqa: PLR2004 - a start and an end
        return None
    length = (times[1] - times[0]).total_seconds()
    return (length if length > 0 else length + DAY.total_seconds()) / SECONDS_PER_HOUR


# Elements as sheets.

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
    "{count} transactions have no hours that can be put on days (first: transaction {first}): a date range "
    "with a percentage needs the schedule (schematransaktioner), hours over several weeks too; those rows "
    "are rejected.",
)
DELETED = Phrase("paxml-deleted", "{count:person is|persons are} marked as deleted and were left out.")

FULL = 100.0
LONGEST_RANGE = 3 * 366
BOOKED = ("staff_id", "activity_id", "date", "hours")


def open_paxml(path: Path, relative_name: str) -> list[RawSheet]:
    """Read a PAXml file as sheets like any other, with canonical column names as the header.

    Sheet `tidtransaktioner` has bookings: staff_id, activity_id, date, hours, and start, end, booking_id,
    unit_id where the file has any. Sheet `schematransaktioner` has the scheduled days as planned bookings,
    but only when there are no time transactions. Sheet `personal` has the staff. It is hidden when it has
    neither employment rates nor forms of pay: names alone would only repeat the employments of a staff export
    with less in them. All cells are String.

    Row numbers count elements, not lines. The names are row 1, so the first time transaction is row 2, the
    second row 3. All days of a range have the row of their transaction. Scheduled days and persons are
    counted in the same way in their own sheets.

    A range of dates becomes one row per scheduled day: that day's hours times the percentage, or its part of
    the hours given. Without a schedule, hours within one week go on its first day. Any other range gets no
    date or no hours, so that intake rejects its row: tcw does not guess how long a day was. Example, 2 to 3
    March, scheduled for 8 and 4 hours:

        50 per cent       4 h on 2 March, 2 h on 3 March
        6 hours           4 h on 2 March, 2 h on 3 March (6 of 12 scheduled hours: half of each day)

    Raises InputFault for XML that breaks off, is not PAXml, has entities or has nothing to read.
    """
    document = parse(path, relative_name)
    size = path.stat().st_size
    sheets: list[RawSheet] = []
    pay = (Message(PAY_LEFT, {"count": Count(document.pay)}),) if document.pay else ()
    if document.transactions:
        rows, notes = _bookings(document)
        sheets.append(_sheet(Origin(relative_name, "tidtransaktioner"), rows, BOOKED, size, (*notes, *pay)))
    elif document.scheduled:
        rows = [
            (number, {"staff_id": _staff_id(document, staff, person), **cells})
            for number, (staff, person, cells) in enumerate(document.scheduled, 2)
        ]
        notes = (Message(SCHEDULE_ONLY, {"activity": SCHEDULED}), *pay)
        sheets.append(_sheet(Origin(relative_name, "schematransaktioner"), rows, BOOKED, size, notes))
    if document.persons:
        complete = any(person["employment_rate"] or person["employment_type"] for person in document.persons)
        notes = (Message(DELETED, {"count": Count(document.deleted)}),) if document.deleted else ()
        people = list(enumerate(document.persons, 2))
        origin = Origin(relative_name, "personal")
        sheets.append(_sheet(origin, people, ("staff_id",), size, notes, hidden=not complete))
    if not sheets:
        raise InputFault(NOTHING, file=relative_name)
    return sheets


Row = tuple[int, Mapping[str, str | None]]


def _bookings(document: Document) -> tuple[list[Row], tuple[Message, ...]]:
    """Return the time transactions as rows, one per day, and notes about the decisions."""
    rows: list[Row] = []
    spread = 0
    unknown: list[int] = []
    for transaction in document.transactions:
        staff = _staff_id(document, transaction.staff, transaction.person)
        days = _days(document, transaction)
        if days is None:
            days = [{"date": None}] if transaction.hours is not None else [{"hours": None}]
            unknown.append(transaction.row)
        spread += len(days) > 1
        rows += [(transaction.row, {"staff_id": staff, **transaction.cells, **day}) for day in days]
    notes: list[Message] = []
    if spread:
        notes.append(Message(SCHEDULE_USED, {"count": Count(spread)}))
    if document.scheduled:
        notes.append(Message(SCHEDULE_ASIDE, {"count": Count(len(document.scheduled))}))
    if unknown:
        notes.append(Message(RANGE_UNKNOWN, {"count": Count(len(unknown)), "first": unknown[0] - 1}))
    return rows, tuple(notes)


def _days(document: Document, transaction: Transaction) -> list[Cells] | None:
    """Return date and hours of each day of a transaction: `[{}]` leaves them unchanged, None is unknown."""
    first, last = transaction.first, transaction.last
    timed = transaction.cells["start"] is not None
    # A cell that cannot be read stays as it is, so that intake rejects its row for that cell.
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
    """Return the scheduled hours of each day in a range, none if it is backwards or over three years long."""
    count = (last - first).days + 1
    if not 0 < count <= LONGEST_RANGE:
        return {}
    days = [first + index * DAY for index in range(count)]
    numbers = [number for number in (transaction.staff, transaction.person) if number]
    hours = {
        day: next((h for n in numbers if (h := document.schedule.get((n, day))) is not None), 0.0)
        for day in days
    }
    return {day: length for day, length in hours.items() if length}


def _staff_id(document: Document, staff: str | None, person: str | None) -> str | None:
    """Return the employment number, found by the personal number when only that is given."""
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
    """Return rows as a sheet, with the columns in `always` and all other columns that have a filled cell."""
    filled = {name for _, cells in rows for name, cell in cells.items() if cell is not None}
    names = [name for name in dict.fromkeys((*always, *rows[0][1])) if name in filled or name in set(always)]
    columns = {
        cell: [cells.get(name) for _, cells in rows]
        for cell, name in zip(cell_names(len(names)), names, strict=True)
    }
    frame = pl.DataFrame(
        {"row": [row for row, _ in rows], **columns},
        schema={"row": pl.UInt32, **dict.fromkeys(columns, pl.String)},
    )
    cells = frame.lazy().with_columns(beyond=pl.lit(value=False))
    return RawSheet(origin, "paxml", cells, len(names), (tuple(names),), size, hidden, notes)
