r"""The elements of a PAXml file that tcw reads, one by one.

PAXml 2.x, the Swedish payroll exchange format: time transactions as bookings by hours, persons as staff.

Source: the schema of PAXml 2.0 (paxml.se, 2012-12) and files of systems that write it. What they write beyond the
schema is read too: hours over a range of dates, `antal` for `timmar`, attributes where elements belong, namespaces.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import polars as pl

from tcw.errors import InputFault
from tcw.intake.discover.file_faults import OTHER_XML, os_fault
from tcw.intake.discover.raw import Origin, RawSheet
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

BROKEN = Phrase(
    "paxml-broken",
    "{file}: the XML is damaged or cut off at line {line}, column {column} (time transactions before it: {transactions}); export it again.",
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
UTF8_BOM = b"\xef\xbb\xbf"
PERSON_DIGITS = 10


@dataclass(slots=True)
class Transaction:
    """One tidtrans. `row` is what the user is told: its ordinal among the time transactions, plus one."""

    row: int
    staff: str | None
    person: str | None
    cells: dict[str, str | None]
    first: date | None
    last: date | None
    hours: float | None
    share: float | None


@dataclass(slots=True)
class Document:
    """What was found, element by element."""

    transactions: list[Transaction] = field(default_factory=list)
    schedule: dict[tuple[str, date], float] = field(default_factory=dict)
    scheduled: list[dict[str, str | None]] = field(default_factory=list)
    persons: list[dict[str, str | None]] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    """Last ten digits of a personal number -> employment number."""
    pay: int = 0
    deleted: int = 0


def parse(path: Path, name: str) -> Document:
    """Read a PAXml file. Raises InputFault for XML that breaks off, is not PAXml, or has entities of its own.

    A byte-order mark outweighs the declared encoding; bytes that are no utf-8 in a file that says it is utf-8 are read
    as Windows-1252, which is what such files are written in.
    """
    try:
        with path.open("rb") as file:
            marked = file.read(len(UTF8_BOM)) == UTF8_BOM
        try:
            return _walk(path, name, "utf-8" if marked else None)
        except ParseError as error:
            if error.code != INVALID_TOKEN or _is_utf8(path):
                raise
            return _walk(path, name, "cp1252")
    except OSError as error:
        raise os_fault(error, name) from error
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
    """Walk the file once, forgetting each element when it has been read."""
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
    around: list[Element] = []
    try:
        with path.open("rb") as file:
            parser = XMLParser(encoding=encoding)
            events: Iterator[tuple[str, Element]] = iterparse(file, events=("start", "end"), parser=parser)
            for event, element in events:
                if event == "start":
                    if not around and _local(element.tag) != ROOT:
                        raise InputFault(OTHER_XML, file=name, root=_local(element.tag))
                    around.append(element)
                    continue
                around.pop()
                read = readers.get(_local(element.tag))
                if read is not None:
                    read(document, element)
                    if around:
                        around[-1].remove(element)
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
                # A date that cannot be read stands as it is, so that its row is rejected for it.
                "date": (first.isoformat() if first else facts.get("datum") or facts.get("datumfrom")),
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
            {
                "staff_id": facts.get("anstid"),
                "person": facts.get("persnr"),
                "activity_id": SCHEDULED,
                "date": cells.get("datum"),
                "hours": cells.get("timmar") or (None if hours is None else f"{hours:g}"),
                "status": "planned",
            }
        )


def _read_person(document: Document, element: Element) -> None:
    facts = _facts(element)
    staff, person = facts.get("anstid"), facts.get("persnr")
    if staff and person:
        document.ids[digits(person)] = staff
    if facts.get("delete", "").casefold() in {"1", "true"}:
        document.deleted += 1
        return
    named = " ".join(filter(None, (facts.get("fornamn"), facts.get("efternamn"))))
    document.persons.append(
        {
            "staff_id": staff or person,
            "name": named or None,
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
    """Return the digits that a personal number has in all its spellings."""
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
    """Return the hours from one clock time to another; an end at or before the start is the next day."""
    try:
        times = [datetime.fromisoformat(f"2000-01-01T{clock}") for clock in (start, end) if clock]
    except ValueError:
        return None
    if len(times) != 2:  # noqa: PLR2004 - a start and an end
        return None
    length = (times[1] - times[0]).total_seconds()
    return (length if length > 0 else length + DAY.total_seconds()) / SECONDS_PER_HOUR


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
