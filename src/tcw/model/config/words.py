"""`words:`: canonical words, and the spellings one's own exports use for them."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, get_args

from pydantic import WithJsonSchema
from pydantic_core import InitErrorDetails

from tcw.model.config.values import Texts, also, not_one_of, one_of

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
Status = Literal["planned", "worked", "cancelled", "open", "booked", "returned", "stopped"]
Kind = Literal["resource", "flexible", "own", "office", "competence", "register"]
Tier = Literal["own", "family", "friend", "acquaintance"]
Answer = Literal["yes", "no", "waiting"]


ALLOWED: dict[str, tuple[str, ...]] = {
    "employment_type": get_args(EmploymentType),
    "time_kind": get_args(TimeKind),
    "billing": get_args(Billing),
    "service_type": get_args(ServiceType),
    "status": get_args(Status),
    "kind": get_args(Kind),
    "tier": get_args(Tier),
    "answer": get_args(Answer),
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
