"""`files:`, `headers:`, `words:`, `grid:`: how to read exports; `activities:`, `assume:`: what they lack."""

import codecs
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import InitErrorDetails

from tcw.model.config.values import (
    ClockTime,
    Day,
    Flag,
    Rate,
    Section,
    Texts,
    also,
    not_one_of,
    one_of,
    refuse,
    refuse_unknown,
    setting,
    whole_within,
)
from tcw.wording import Phrase

EmploymentType = Literal["monthly", "hourly"]
TimeKind = Literal[
    "work",
    "additional",
    "overtime",
    "emergency_overtime",
    "on_call",
    "standby",
    "absence",
    "break",
    "none",
]
Billing = Literal["billable", "non_billable", "excluded"]
ServiceType = Literal["invoice", "payroll", "absence"]
Tier = Literal["own", "family", "friend", "acquaintance"]

ALLOWED: dict[str, tuple[str, ...]] = {
    "employment_type": get_args(EmploymentType),
    "time_kind": get_args(TimeKind),
    "billing": get_args(Billing),
    "service_type": get_args(ServiceType),
    "status": ("planned", "worked", "cancelled", "open", "booked", "returned", "stopped"),
    "kind": ("resource", "flexible", "own", "office", "competence", "register"),
    "tier": get_args(Tier),
    "answer": ("yes", "no", "waiting"),
}
"""Columns that hold one of a few words, and the words; bookings and orders share `status`, others `kind`."""


def _unknown_words(columns: object) -> Iterator[InitErrorDetails]:
    """Tell words that their column cannot hold."""
    for column, words in columns.items() if isinstance(columns, Mapping) else ():
        if column not in ALLOWED or not isinstance(words, Mapping):
            continue
        for word in words:
            if word not in ALLOWED[column]:
                yield not_one_of(ALLOWED[column], (column, word, "[key]"), word)


WordColumn = Annotated[str, one_of(ALLOWED), WithJsonSchema({"type": "string", "enum": list(ALLOWED)})]
Words = Annotated[dict[WordColumn, dict[str, Texts]], also(_unknown_words)]


ENCODING = Phrase(
    "config-encoding",
    '{file}, line {line}: {key} is "{value}", which is no known encoding; write for example utf-8, '
    "cp1252 or cp850.",
)
DELIMITER = Phrase(
    "config-delimiter",
    '{file}, line {line}: {key} is "{value}"; write one character, as in ";" or ",", or the word tab.',
)
COLUMN = Phrase(
    "config-column",
    "{file}, line {line}: {key}: the table {table} has no column {value}; its columns are {known}.",
)
COLUMN_SIMILAR = Phrase(
    "config-column-similar",
    "{file}, line {line}: {key}: the table {table} has no column {value}; did you mean {suggestion}?",
)

TableName = Literal[
    "staff",
    "activities",
    "bookings",
    "orders",
    "availability",
    "competences",
    "agreement_links",
    "interests",
    "units",
    "introductions",
    "red_days",
    "requests",
    "time_bank",
]
"""The tables of `tcw.model.tables`, which is not loaded here: checking settings needs no Polars."""
DateOrder = Literal["ymd", "dmy", "mdy"]
DecimalMark = Literal[",", "."]
LAST_EXCEL_ROW = 1_048_576
NO_DELIMITER = frozenset("\"'\r\n")


def _read_encoding(name: str) -> str:
    """Return Python's name of a text encoding: windows-1252 is cp1252."""
    try:
        "x".encode(name)  # base64 and its like are codecs, too, but not of text
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise refuse(ENCODING) from None


def _read_delimiter(value: object) -> object:
    if not isinstance(value, str):
        raise refuse(DELIMITER)
    if value.lower() in ("tab", "\\t"):
        return "\t"
    if len(value) != 1 or value.isalnum() or value in NO_DELIMITER:
        raise refuse(DELIMITER)
    return value


Delimiter = Annotated[
    str,
    BeforeValidator(_read_delimiter, json_schema_input_type=str),
    PlainSerializer(lambda delimiter: "tab" if delimiter == "\t" else delimiter, when_used="json"),
]


TABLE_NAMES: tuple[str, ...] = get_args(TableName)
TableKey = Annotated[str, one_of(TABLE_NAMES), WithJsonSchema({"type": "string", "enum": list(TABLE_NAMES)})]


class FileSettings(Section):
    """How to read the files whose names match; what is not said here is found out."""

    table: TableName | None = setting("The table the file holds.")
    encoding: Annotated[str, AfterValidator(_read_encoding)] | None = setting(
        "Text encoding: utf-8, cp1252, cp850, utf-16 …"
    )
    delimiter: Delimiter | None = setting('What separates columns: ";", "," or tab.')
    header_row: Annotated[int, whole_within(1, LAST_EXCEL_ROW)] | None = setting(
        "The row with the headers; 1 is the file's first."
    )
    date_order: DateOrder | None = setting("How to read 03/04/2026: dmy is 3 April.")
    decimal: DecimalMark | None = setting("The decimal mark.")
    ignore: Flag = setting("Leave the file unread.", default=False)


def _unknown_columns(headers: object) -> Iterator[InitErrorDetails]:
    """Tell columns that their table does not have."""
    from tcw.model.tables import TABLES

    tables = headers.items() if isinstance(headers, Mapping) else ()
    for table, columns in tables:
        if table not in TABLES or not isinstance(columns, Mapping):
            continue
        known = list(TABLES[table].columns)
        for column in columns:
            if column not in known:
                yield refuse_unknown((table, column), column, known, COLUMN, COLUMN_SIMILAR, table=table)


Headers = Annotated[dict[TableKey, dict[str, Texts]], also(_unknown_columns)]


GRID_CODE = Phrase(
    "config-grid-code",
    '{file}, line {line}: {key} is "{value}"; write ignore, or what it stands for, as in {{activity: DAG}}.',
)
FIRST_YEAR, LAST_YEAR = 1990, 2100
MINUTES_PER_DAY = 1440


class GridCode(Section):
    """What a code in a grid's cell stands for; without times, the cell's or the row's times hold."""

    activity: str | None = setting("The activity's id.")
    start: ClockTime | None = setting('When it starts, as in "07:00".')
    end: ClockTime | None = setting("When it ends; at or before the start is the next day.")
    break_minutes: Annotated[int, whole_within(0, MINUTES_PER_DAY)] | None = setting(
        "Unpaid break, in minutes."
    )
    ignore: Flag = setting("The code books nothing (a day off).", default=False)


def _ignore_or_settings(value: object) -> object:
    if isinstance(value, str):
        if value.strip().lower() == "ignore":
            return {"ignore": True}
        raise refuse(GRID_CODE)
    return value


GridCodeOrIgnore = Annotated[
    GridCode, BeforeValidator(_ignore_or_settings, json_schema_input_type=GridCode | Literal["ignore"])
]


class Grid(Section):
    """Settings for grids."""

    year: Annotated[int, whole_within(FIRST_YEAR, LAST_YEAR)] | None = setting(
        "The year of dates written without one."
    )
    codes: dict[str, GridCodeOrIgnore] = setting("Code in a cell -> what it stands for, or ignore.", {})


class ActivityOverride(Section):
    """Fields of the activities table to set or override for one activity."""

    name: str | None = setting("Name shown in reports.")
    time_kind: TimeKind | None = setting("Kind of time (tidslag).")
    billing: Billing | None = setting("Billing type (debiteringstyp, Anställdrapport 3.3).")
    service_type: ServiceType | None = setting("Service type (tjänstetyp).")
    counts_as_worked: Flag | None = setting("Counts as worked time in averages (Arbetstidslagen 10 b §).")
    valid_from: Day | None = setting("First day it may be booked.")
    valid_to: Day | None = setting("Last day it may be booked, included.")
    message: str | None = setting("Message shown to the employee.")


class Assume(Section):
    """What to take for granted so that tcw can go on without a staff or activities file."""

    employment_rate: Rate | None = setting(
        "Employment rate of everybody whose rate is not known, as in 100 %."
    )
    billing: Billing | None = setting("Billing type of activities that have none.")
