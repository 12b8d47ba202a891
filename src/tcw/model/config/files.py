"""`files:` and `headers:`: how to read an export that tcw does not read right by itself."""

import codecs
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema
from pydantic_core import InitErrorDetails

from tcw.model.config.section import Section
from tcw.model.config.values import Flag, Texts, also, one_of, refuse, refuse_at, whole_within
from tcw.wording import Phrase

ENCODING = Phrase(
    "config-encoding",
    '{file}, line {line}: {key} is "{value}", which is no known encoding; write for example utf-8, cp1252 or cp850.',
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


class FileSettings(Section):
    """How to read the files whose names match; what is not said here is found out."""

    table: TableName | None = Field(default=None, description="The table the file holds.")
    encoding: Annotated[str, AfterValidator(_read_encoding)] | None = Field(
        default=None, description="Text encoding: utf-8, cp1252, cp850, utf-16 …"
    )
    delimiter: Delimiter | None = Field(default=None, description='What separates columns: ";", "," or tab.')
    header_row: Annotated[int, whole_within(1, LAST_EXCEL_ROW)] | None = Field(
        default=None, description="The row with the headers; 1 is the file's first."
    )
    date_order: DateOrder | None = Field(default=None, description="How to read 03/04/2026: dmy is 3 April.")
    decimal: DecimalMark | None = Field(default=None, description="The decimal mark.")
    ignore: Flag = Field(default=False, description="Leave the file unread.")


def _unknown_columns(headers: object) -> Iterator[InitErrorDetails]:
    """Tell columns that their table does not have."""
    from difflib import get_close_matches

    from tcw.model.tables import TABLES

    tables = headers.items() if isinstance(headers, Mapping) else ()
    for table, columns in tables:
        if table not in TABLES or not isinstance(columns, Mapping):
            continue
        known = list(TABLES[table].columns)
        for column in columns:
            if column in known:
                continue
            facts = {"table": table}
            loc = (table, column)
            similar = get_close_matches(column, known, n=1)
            if similar:
                yield refuse_at(loc, column, COLUMN_SIMILAR, **facts, suggestion=similar[0])
            else:
                yield refuse_at(loc, column, COLUMN, **facts, known=", ".join(known))


TABLE_NAMES: tuple[str, ...] = get_args(TableName)
TableKey = Annotated[str, one_of(TABLE_NAMES), WithJsonSchema({"type": "string", "enum": list(TABLE_NAMES)})]
Headers = Annotated[dict[TableKey, dict[str, Texts]], also(_unknown_columns)]
