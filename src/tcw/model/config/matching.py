"""`matching:`, `assistants:`, `messages:`, `time_bank:`: what the booking assistant follows and writes."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from string import Formatter
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer
from pydantic_core import InitErrorDetails

from tcw.model.config.agreements import read_limit
from tcw.model.config.exports import EmploymentType, Tier
from tcw.model.config.values import (
    Flag,
    Part,
    Section,
    Texts,
    number_text,
    one_or_many,
    refuse,
    refuse_unknown,
    setting,
    whole_within,
)
from tcw.wording import Phrase

Wish = Literal["employment", "tier", "continuity", "fairness", "stability"]
AvailabilityKind = Literal["resource", "flexible", "own", "office", "interest", "none"]
AvailabilityKinds = Annotated[
    list[AvailabilityKind],
    BeforeValidator(one_or_many, json_schema_input_type=AvailabilityKind | list[AvailabilityKind]),
]
Mode = Literal["book", "request"]
Hours = Annotated[
    float,
    BeforeValidator(read_limit, json_schema_input_type=float | str),
    PlainSerializer(number_text, when_used="json"),
]
_MOST_DAYS = 3650


def _once(names: list[str]) -> list[str]:
    return list(dict.fromkeys(names))


class Matching(Section):
    """The booking assistant (tcw match)."""

    wishes: Annotated[
        list[Wish], BeforeValidator(one_or_many, json_schema_input_type=list[Wish]), AfterValidator(_once)
    ] = setting(
        "Wishes after filled orders, the weightiest first; what is left out is not wished for.",
        ["employment", "tier", "continuity", "fairness", "stability"],
    )
    request_availability: AvailabilityKinds = setting(
        "Kinds of availability that are asked, not booked.", ["office"]
    )
    request_below: Hours = setting(
        "Shifts shorter than these hours are asked for, not booked; 0: never.", 4.0
    )
    request_same_day: Flag = setting("Shifts on the day of --as-of are asked for, not booked.", default=True)
    request_weekends: Flag = setting(
        "Shifts that begin on a Saturday, Sunday or red day are asked for.", default=False
    )
    across_areas: Flag = setting(
        "Without introductions, people may be booked outside their planning area, too.", default=False
    )


class Assistant(Section):
    """A booking assistant: which orders it fills, with whom, and how."""

    days_from: Annotated[int, whole_within(0, _MOST_DAYS)] | None = setting(
        "Orders from so many days after --as-of."
    )
    days_to: Annotated[int, whole_within(0, _MOST_DAYS)] | None = setting(
        "Orders up to so many days after --as-of, included."
    )
    units: Texts = setting("Units whose orders it fills; none: all.", [])
    activities: Texts = setting("Activities of these orders; none: all.", [])
    reasons: Texts = setting("Order reasons of these orders; none: all.", [])
    advertised: Flag | None = setting("Only orders that are advertised (true) or not (false).")
    employment_type: EmploymentType | None = setting("Only people paid monthly or hourly.")
    availability: AvailabilityKinds = setting(
        "Kinds of availability it books on; none: part-timers with no availability at all.",
        ["resource", "flexible", "own", "office", "interest"],
    )
    home_units: Texts = setting("Home units of these people; none: all.", [])
    tiers: Annotated[list[Tier], BeforeValidator(one_or_many, json_schema_input_type=Tier | list[Tier])] = (
        setting("Tiers of these people at the order's unit; none: all.", [])
    )
    mode: Mode = setting("book, or request: a list of whom to ask instead of a booking.", "book")
    message: str | None = setting("Which of messages: tells whoever it books (or asks, in mode request).")


class TimeBank(Section):
    """The time bank: what booked availability gives and takes."""

    flexible_credit: Part = setting("Share of the hours booked on a flexible window that is credited.", 1.0)
    resource_debit: Part = setting("Share of the hours booked on a resource shift that is debited.", 0.0)
    balances: dict[str, float] = setting(
        "Staff id -> balance in hours before this run; others: the export's time bank, else 0.", {}
    )


PLACES: Final = ("unit", "date", "start", "end", "activity", "name", "order", "message")
SHIPPED: Final = ("booked", "request")
"""Messages there are without tcw.yaml; it may replace them."""
PLACE = Phrase(
    "config-message-place", "{file}, line {line}: {key}: there is no place {{{place}}}; places are {places}."
)
PLACE_SIMILAR = Phrase(
    "config-message-place-similar",
    "{file}, line {line}: {key}: there is no place {{{place}}}; did you mean {{{suggestion}}}? Places "
    "are {places}.",
)
BRACES = Phrase(
    "config-message-braces",
    "{file}, line {line}: {key}: braces stand around places, as in {{unit}}; write {{{{ and }}}} for "
    "braces themselves.",
)
MESSAGE = Phrase(
    "config-message-unknown",
    '{file}, line {line}: {key} is "{value}", which is none of messages:; there are {known}.',
)
MESSAGE_SIMILAR = Phrase(
    "config-message-unknown-similar",
    '{file}, line {line}: {key} is "{value}", which is none of messages:; did you mean {suggestion}?',
)


def _checked(text: str) -> str:
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise refuse(BRACES) from None
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if form or conversion or not name:
            raise refuse(BRACES)
        if name not in PLACES:
            facts = {"place": name, "places": ", ".join(f"{{{one}}}" for one in PLACES)}
            similar = get_close_matches(name.lower(), PLACES, n=1)
            if similar:
                raise refuse(PLACE_SIMILAR, **facts, suggestion=similar[0])
            raise refuse(PLACE, **facts)
    return text


Template = Annotated[str, AfterValidator(_checked)]


class MessageText(Section):
    """A message to whoever is booked or asked; places: {unit} {date} {start} {end} {activity} {name} {order} {message}."""  # noqa: E501 - the schema of settings shows it

    channel: Literal["sms", "email"] = setting("sms or email.", "sms")
    subject: Template = setting("Subject of an e-mail.", "")
    text: Template = Field(description="The text, with places such as {unit}, {date}, {start} and {end}.")


def unknown_messages(data: object) -> Iterator[InitErrorDetails]:
    """Tell messages that assistants name and that are not there."""
    settings = data if isinstance(data, Mapping) else {}
    messages, assistants = settings.get("messages"), settings.get("assistants")
    named = [str(name) for name in messages] if isinstance(messages, Mapping) else []
    known = list(dict.fromkeys([*named, *SHIPPED]))
    for name, assistant in assistants.items() if isinstance(assistants, Mapping) else ():
        message = assistant.get("message") if isinstance(assistant, Mapping) else None
        if not isinstance(message, str) or message in known:
            continue
        loc = ("assistants", str(name), "message")
        yield refuse_unknown(loc, message, known, MESSAGE, MESSAGE_SIMILAR)
