"""The tables of an export: their columns, how cells are read, and what people call them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from tcw.wording import Message, Phrase

Kind = Literal[
    "id",  # text that names something; leading zeros stay
    "text",
    "moment",  # a date with a clock time, or a clock time alone beside a date column
    "date",
    "hours",  # a duration: 7,5 · 7:30 · 129:25
    "minutes",  # a duration in minutes, or 0:30
    "seconds",
    "share",  # a fraction; exports say 75, 75 % or 0,75
    "number",
    "integer",
    "yes_no",
    "list",  # several ids in one cell
    "word",  # one of a few words, translated through headers.toml
]
DTYPES: Mapping[Kind, pl.DataType] = {
    "id": pl.String(),
    "text": pl.String(),
    "moment": pl.Datetime("us"),
    "date": pl.Date(),
    "hours": pl.Float64(),
    "minutes": pl.Float64(),
    "seconds": pl.Float64(),
    "share": pl.Float64(),
    "number": pl.Float64(),
    "integer": pl.Int32(),
    "yes_no": pl.Boolean(),
    "list": pl.List(pl.String()),
    "word": pl.String(),
}
"""Kind of a column -> the Polars type that holds its values."""


@dataclass(frozen=True, slots=True)
class ColumnSchema:
    """One column of a table: how its cells are read, its Swedish name, what it means."""

    kind: Kind
    swedish: str
    doc: str
    required: bool = False
    whole: bool = False
    """The values are held as whole numbers."""

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type that holds the column's values."""
        return pl.Int32() if self.whole else DTYPES[self.kind]


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table of an export: its columns by canonical name, in the order they are reported."""

    doc: str
    columns: Mapping[str, ColumnSchema]

    @property
    def schema(self) -> pl.Schema:
        """The columns and their Polars types."""
        return pl.Schema({name: column.dtype for name, column in self.columns.items()})


STAFF = TableSchema(
    "Staff (personal): one row per employment and period.",
    {
        "staff_id": ColumnSchema(
            "id", "anställningsnummer", "the employee's number in the system", required=True
        ),
        "name": ColumnSchema("text", "namn", "shown in reports unless pseudonymised"),
        "person_id": ColumnSchema("id", "personnummer", "the person behind several employments"),
        "birth_date": ColumnSchema("date", "födelsedatum", "needed for the rules on minors"),
        "employment_type": ColumnSchema("word", "anställningstyp", "monthly (Månadslön) or hourly (Timlön)"),
        "employment_rate": ColumnSchema("share", "anställningsgrad", "share of full time, 1.0 is full time"),
        "home_unit": ColumnSchema("id", "hemenhet", "the unit the employee belongs to"),
        "category": ColumnSchema("text", "befattning", "the occupation, for filters"),
        "services": ColumnSchema("list", "tjänster", "services the employee can be booked on, for filters"),
        "areas": ColumnSchema("list", "områden", "areas the employee can be booked in, for filters"),
        "phone": ColumnSchema("text", "telefon", "for notifications"),
        "email": ColumnSchema("text", "e-post", "for notifications"),
        "valid_from": ColumnSchema("date", "gäller från", "first day of the employment or period"),
        "valid_to": ColumnSchema("date", "gäller till", "last day, included"),
    },
)

ACTIVITIES = TableSchema(
    "Activities (aktiviteter, tjänster): what booked time is spent on.",
    {
        "activity_id": ColumnSchema(
            "id", "aktivitet", "the activity's id or name in bookings", required=True
        ),
        "name": ColumnSchema("text", "benämning", "shown in reports"),
        "time_kind": ColumnSchema(
            "word",
            "tidslag",
            "work, additional, overtime, emergency_overtime, on_call, standby, absence, break or none",
        ),
        "billing": ColumnSchema(
            "word", "debiteringstyp", "billable, non_billable or excluded (Anställdrapport 3.3)"
        ),
        "service_type": ColumnSchema(
            "word", "tjänstetyp", "invoice, payroll or absence (Anställdrapport 3.3)"
        ),
        "counts_as_worked": ColumnSchema(
            "yes_no",
            "räknas som arbetad tid",
            "vacation and sick leave do, in averages (Arbetstidslagen 10 b §)",
        ),
        "valid_from": ColumnSchema("date", "gäller från", "first day the activity may be booked"),
        "valid_to": ColumnSchema("date", "gäller till", "last day, included"),
        "message": ColumnSchema("text", "meddelande", "shown to the employee"),
    },
)

BOOKINGS = TableSchema(
    "Bookings (bokningar, pass): who works on what, when.",
    {
        "staff_id": ColumnSchema("id", "anställningsnummer", "who", required=True),
        "activity_id": ColumnSchema("id", "aktivitet", "on what", required=True),
        "start": ColumnSchema("moment", "start", "when it starts"),
        "end": ColumnSchema("moment", "slut", "when it ends"),
        "date": ColumnSchema("date", "datum", "the day it starts"),
        "end_date": ColumnSchema("date", "slutdatum", "the day it ends, when given apart"),
        "hours": ColumnSchema("hours", "timmar", "its length, when no clock times are known"),
        "minutes": ColumnSchema("minutes", "minuter", "its length in minutes"),
        "seconds": ColumnSchema("seconds", "sekunder", "its length in seconds"),
        "booking_id": ColumnSchema("id", "bokning", "the booking's id"),
        "unit_id": ColumnSchema("id", "arbetsplats", "where; not the home unit when borrowed"),
        "break_minutes": ColumnSchema("minutes", "rast", "unpaid break inside the span", whole=True),
        "status": ColumnSchema("word", "status", "planned, worked or cancelled"),
        "order_id": ColumnSchema("id", "beställning", "the order it fills"),
        "order_reason": ColumnSchema("text", "beställningsorsak", "why it was ordered"),
        "created_at": ColumnSchema("moment", "skapad", "when it was booked"),
        "borrowed": ColumnSchema("yes_no", "inlånad", "worked outside the home unit"),
        "billing": ColumnSchema("word", "debiteringstyp", "overrides the activity's, as time trackers do"),
    },
)
"""A span is start and end, or start and a duration, or date with start and end as clock times, or date and
hours; which of them an export has is decided by its headers. Times are local wall-clock times here; the
loaded schedule adds the instants (see `tcw.model.schedule`)."""

ORDERS = TableSchema(
    "Orders (beställningar): vacant shifts to fill.",
    {
        "order_id": ColumnSchema("id", "beställning", "the order's id", required=True),
        "unit_id": ColumnSchema("id", "arbetsplats", "where the shift is worked", required=True),
        "start": ColumnSchema("moment", "start", "when the shift starts", required=True),
        "end": ColumnSchema("moment", "slut", "when it ends", required=True),
        "activity_id": ColumnSchema("id", "aktivitet", "what is to be done"),
        "competences": ColumnSchema("list", "kompetenser", "competences the shift requires"),
        "reason": ColumnSchema("text", "beställningsorsak", "why the shift is vacant"),
        "status": ColumnSchema("word", "status", "open, booked, returned, cancelled or stopped"),
        "priority": ColumnSchema("integer", "prioritet", "1 is filled first"),
        "advertised": ColumnSchema("yes_no", "lediga jobb", "whether it is advertised to staff"),
        "previous_staff_id": ColumnSchema("id", "tidigare vikarie", "who held it before it was returned"),
        "replaces_staff_id": ColumnSchema("id", "ersätter", "whose absence it covers"),
        "break_minutes": ColumnSchema("minutes", "rast", "unpaid break inside the shift", whole=True),
        "message": ColumnSchema("text", "meddelande", "text to whoever is asked"),
    },
)

AVAILABILITY = TableSchema(
    "Availability (tillgänglighet, resurspass, akut resurstid): when somebody can be booked.",
    {
        "staff_id": ColumnSchema("id", "anställningsnummer", "who", required=True),
        "start": ColumnSchema("moment", "start", "from when", required=True),
        "end": ColumnSchema(
            "moment", "slut", "until when; 23:59 is the end of that day, as 24:00", required=True
        ),
        "kind": ColumnSchema("word", "typ", "resource, flexible, own or office", required=True),
        "units": ColumnSchema("list", "arbetsplatser", "units it holds for; empty means all"),
        "max_hours": ColumnSchema(
            "hours", "längsta pass", "longest shift booked in it, from start to end; empty or 0 means any"
        ),
        "note": ColumnSchema("text", "notering", "free text"),
    },
)

COMPETENCES = TableSchema(
    "Competences (kompetenser) per person.",
    {
        "staff_id": ColumnSchema("id", "anställningsnummer", "who", required=True),
        "competence_id": ColumnSchema("id", "kompetens", "what", required=True),
        "name": ColumnSchema("text", "benämning", "shown in reports"),
        "kind": ColumnSchema(
            "word", "typ", "competence, or register for a criminal-record extract (belastningsregister)"
        ),
        "valid_from": ColumnSchema("date", "gäller från", "first day held"),
        "valid_to": ColumnSchema("date", "gäller till", "last day, included"),
    },
)

AGREEMENT_LINKS = TableSchema(
    "Agreement links (avtal per person): who follows which agreement when.",
    {
        "staff_id": ColumnSchema("id", "anställningsnummer", "who", required=True),
        "agreement_id": ColumnSchema("id", "avtal", "which agreement", required=True),
        "valid_from": ColumnSchema("date", "gäller från", "first day"),
        "valid_to": ColumnSchema("date", "gäller till", "last day, included"),
    },
)

INTERESTS = TableSchema(
    "Interests (intresseanmälningar) registered on advertised orders.",
    {
        "order_id": ColumnSchema("id", "beställning", "which order", required=True),
        "staff_id": ColumnSchema("id", "anställningsnummer", "who", required=True),
        "registered_at": ColumnSchema("moment", "anmäld", "when; the earliest goes first"),
    },
)

UNITS = TableSchema(
    "Units (arbetsplatser, schemagrupper).",
    {
        "unit_id": ColumnSchema("id", "arbetsplats", "the unit's id or name in other tables", required=True),
        "name": ColumnSchema("text", "benämning", "shown in reports"),
        "planning_area": ColumnSchema("id", "samplaneringsyta", "units planned together"),
        "parent": ColumnSchema("id", "överordnad", "the unit above"),
    },
)

INTRODUCTIONS = TableSchema(
    "Introductions: who has been introduced at which workplace.",
    {
        "staff_id": ColumnSchema("id", "anställningsnummer", "who", required=True),
        "unit_id": ColumnSchema("id", "arbetsplats", "where", required=True),
        "tier": ColumnSchema(
            "word", "krets", "own, family, friend or acquaintance (egen, familj, vänner, bekanta)"
        ),
    },
)

RED_DAYS = TableSchema(
    "Red days (röda dagar): days that are not, or only partly, working days.",
    {
        "date": ColumnSchema("date", "datum", "the day", required=True),
        "percent": ColumnSchema(
            "share", "procent", "share of a working day that is red: 1.0 or 0.5; empty means 1.0"
        ),
        "comment": ColumnSchema("text", "kommentar", "its name"),
    },
)

REQUESTS = TableSchema(
    "Requests (förfrågningar) already sent: who was asked, when, and what they said.",
    {
        "staff_id": ColumnSchema("id", "anställningsnummer", "who", required=True),
        "asked_at": ColumnSchema(
            "moment", "tillfrågad", "when; who was asked longest ago goes first", required=True
        ),
        "order_id": ColumnSchema("id", "beställning", "about which order"),
        "answer": ColumnSchema("word", "svar", "yes, no or waiting"),
    },
)

TIME_BANK = TableSchema(
    "Time bank (tidbank, timbank): the hours people have saved.",
    {
        "staff_id": ColumnSchema("id", "anställningsnummer", "who", required=True),
        "balance": ColumnSchema("hours", "saldo", "hours saved; below zero: owed", required=True),
        "date": ColumnSchema("date", "datum", "the day the balance is of; the last one counts"),
    },
)

TABLES: Mapping[str, TableSchema] = {
    "staff": STAFF,
    "activities": ACTIVITIES,
    "bookings": BOOKINGS,
    "orders": ORDERS,
    "availability": AVAILABILITY,
    "competences": COMPETENCES,
    "agreement_links": AGREEMENT_LINKS,
    "interests": INTERESTS,
    "units": UNITS,
    "introductions": INTRODUCTIONS,
    "red_days": RED_DAYS,
    "requests": REQUESTS,
    "time_bank": TIME_BANK,
}
"""All tables, in the order they are reported."""
REQUIRED = ("staff", "activities", "bookings")
"""Tables without which nothing can be computed."""

TABLE_NAMES = {
    "staff": Phrase("word.staff", "staff"),
    "activities": Phrase("word.activities", "activities"),
    "bookings": Phrase("word.bookings", "bookings"),
    "orders": Phrase("word.orders", "orders"),
    "availability": Phrase("word.availability", "availability"),
    "competences": Phrase("word.competences", "competences"),
    "agreement_links": Phrase("word.agreement_links", "agreement links"),
    "interests": Phrase("word.interests", "interests"),
    "units": Phrase("word.units", "units"),
    "introductions": Phrase("word.introductions", "introductions"),
    "red_days": Phrase("word.red_days", "red days"),
    "requests": Phrase("word.requests", "requests"),
    "time_bank": Phrase("word.time_bank", "time bank"),
}
"""Canonical table -> its name in a sentence."""
REJECTED_END = ".rejected"
"""What the name of a table of rows that could not be read ends with."""
REJECTED_OF = Phrase("word.rejected_of", "{table}, rows rejected")


def called(name: str) -> Message | str:
    """Return what people call a table in a sentence: in their language if it is ours, else as it is."""
    canonical = name.removesuffix(REJECTED_END)
    if canonical not in TABLE_NAMES:
        return name
    word = Message(TABLE_NAMES[canonical])
    return word if canonical == name else Message(REJECTED_OF, {"table": word})
