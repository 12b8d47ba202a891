"""`checklist:` and items.yaml: what `tcw checklist` needs to know that no export says, and own items."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import InitErrorDetails

from tcw.model.config.values import Day, Section, Text, Texts, also, one_or_many, refuse, refuse_at, setting
from tcw.wording import Phrase

BACKWARDS = Phrase("config-change-backwards", "{file}, line {line}: {key}: change_to is before change_from.")
LASTING = [
    "staff",
    "bookings",
    "orders",
    "availability",
    "interests",
    "introductions",
    "red_days",
    "requests",
    "time_bank",
]


class Checklist(Section):
    """The checklist before and after a change (tcw checklist)."""

    keys: dict[str, Texts] = setting("Table -> the columns that tell its rows apart, by their headers.", {})
    renamed: dict[str, Texts] = setting(
        "Header -> other headers for the same column, in one of the exports.", {}
    )
    lasting: Texts = setting(
        "Tables whose changes are meant to stay: they are compared, but not in the restore plan.", LASTING
    )
    change_from: Day | None = setting("First day of the change, as of a crisis.")
    change_to: Day | None = setting("Last day of the change: nothing introduced for it should hold longer.")
    retain_until: Day | None = setting("Day until which the exports may be kept (gallringsdatum).")
    exceptions: Texts = setting(
        "Agreements that let rules be ignored, beside those with ignores: (* stands for any text).", []
    )
    assistant_agreements: Texts = setting(
        "Agreements of the booking assistant, beside those with for_assistant:.", []
    )
    permissions: Texts = setting(
        "Tables (file or sheet names) of permissions, roles and function groups.", []
    )
    reasons: Texts = setting("Tables of order reasons.", [])
    messages: Texts = setting("Tables of message texts.", [])
    time_bank: Texts = setting("Tables of time-bank balances.", [])

    @model_validator(mode="after")
    def _in_order(self) -> "Checklist":
        if self.change_from and self.change_to and self.change_to < self.change_from:
            raise refuse(BACKWARDS)
        return self


NO_ITEMS = Phrase(
    "items-none",
    "{file}, line {line}: there are no items; write items: and below it a list, each with id, text and "
    "check.",
)
TWICE = Phrase(
    "items-twice", "{file}, line {line}: the id {value} is used twice; each item needs one of its own."
)
TAKEN = Phrase("items-taken", "{file}, line {line}: {value} is the id of a shipped item; take another.")
NO_TABLE = Phrase("items-no-table", "{file}, line {line}: {key}: the check {check} needs a table.")
NO_MUST = Phrase(
    "items-no-must", "{file}, line {line}: {key}: every_row needs must:, with what every row has to meet."
)
NO_TEXT = Phrase("items-no-text", "{file}, line {line}: {key} needs a text, or one for sv and one for en.")
NOT_A_DAY = Phrase(
    "items-not-a-day",
    '{file}, line {line}: {key}: "{value}" is no day; write 2026-06-30, or as_of for the day of the check.',
)
Check = Literal["no_rows", "every_row", "changed_only", "unchanged", "manual"]
AS_OF = "as_of"


def _blank_as_text(value: object) -> object:
    """Read nothing as the empty text: `valid_to:` asks for an empty cell."""
    if value is None:
        return [""]
    if isinstance(value, list):
        return ["" if one is None else one for one in value]
    return one_or_many(value)


Cells = Annotated[list[str], BeforeValidator(_blank_as_text, json_schema_input_type=str | list[str])]


def _day(value: object) -> object:
    from datetime import date

    text = str(value).strip()
    if text.lower() in {AS_OF, "as-of"}:
        return AS_OF
    try:
        date.fromisoformat(text)
    except ValueError:
        raise refuse(NOT_A_DAY) from None
    return text


DayText = Annotated[str, BeforeValidator(_day), WithJsonSchema({"type": "string"})]


class Test(Section):
    """What a cell must be, in all respects given. Capitals do not matter; * is any text, "" an empty cell."""

    is_: Cells | None = Field(default=None, alias="is", description="One of these texts.")
    not_: Cells | None = Field(default=None, alias="not", description="None of these texts.")
    before: DayText | None = setting("A day before this one.")
    after: DayText | None = setting("A day after this one.")
    at_least: float | None = setting("A number at least as large.")
    at_most: float | None = setting("A number at most as large.")


def _as_test(value: object) -> object:
    return value if isinstance(value, Mapping) else {"is": [""] if value is None else value}


Filters = dict[str, Annotated[Test, BeforeValidator(_as_test)]]


def _as_texts(value: object) -> object:
    return {"sv": value, "en": value} if isinstance(value, str) else value


class ItemText(Section):
    """An item's text, in one language or both."""

    sv: Text | None = setting("In Swedish.")
    en: Text | None = setting("In English.")

    @model_validator(mode="after")
    def _one_at_least(self) -> "ItemText":
        if not (self.sv or self.en):
            raise refuse(NO_TEXT)
        return self


class OwnItem(Section):
    """An item of one's own."""

    id: Text = Field(description="Its id, beside C01 to C15.")
    text: Annotated[ItemText, BeforeValidator(_as_texts)] = Field(
        description="What is asked, or sv: and en:."
    )
    check: Check = Field(
        description=(
            "no_rows (none matches where), every_row (each that matches where meets must), changed_only "
            "(only rows and columns named changed), unchanged (rows and columns named did not), manual "
            "(a person looks)."
        )
    )
    table: Text | None = setting("The table, by its name in tcw or its file's name.")
    side: Literal["before", "after"] = setting("Which export no_rows, every_row and manual look at.", "after")
    where: Filters = setting("Column -> what its cell is; by its name in tcw or its header.", {})
    must: Filters = setting("Column -> what its cell must be (every_row).", {})
    columns: Texts = setting("Columns that may change (changed_only) or must not (unchanged); none: all.", [])

    @model_validator(mode="after")
    def _whole(self) -> "OwnItem":
        if self.check != "manual" and self.table is None:
            raise refuse(NO_TABLE, check=self.check)
        if self.check == "every_row" and not self.must:
            raise refuse(NO_MUST)
        return self


def _ids(items: object) -> Iterator[InitErrorDetails]:
    """Tell ids used twice, and those of shipped items."""
    seen: set[str] = set()
    for place, item in enumerate(items if isinstance(items, list) else []):
        name = item.get("id") if isinstance(item, Mapping) else None
        if not isinstance(name, str):
            continue
        plain = name.strip().upper()
        if plain in seen:
            yield refuse_at((place, "id"), name, TWICE)
        elif plain in SHIPPED:
            yield refuse_at((place, "id"), name, TAKEN)
        seen.add(plain)


SHIPPED = frozenset(f"C{number:02}" for number in range(1, 16))
"""Ids of the shipped items; `tcw.audit.catalogue` has them."""


class ItemsFile(Section):
    """The file of own items."""

    shipped: Texts = setting("Ids of the shipped items to ask, too; * is all.", ["*"])
    items: Annotated[list[OwnItem], also(_ids)] = Field(description="The items.")
