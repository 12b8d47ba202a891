"""The elements of a PAXml file that tcw reads, one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from tcw.errors import InputFault
from tcw.intake.discover.file_faults import OTHER_XML, os_fault
from tcw.wording import Phrase
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
