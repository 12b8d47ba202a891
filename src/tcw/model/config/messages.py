"""`messages:`: what whoever is booked or asked is told."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from string import Formatter
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import InitErrorDetails

from tcw.model.config.section import Section
from tcw.model.config.values import refuse, refuse_at
from tcw.wording import Phrase

PLACES: Final = ("unit", "date", "start", "end", "activity", "name", "order", "message")
SHIPPED: Final = ("booked", "request")
"""Messages there are without tcw.yaml; it may replace them."""
PLACE = Phrase(
    "config-message-place", "{file}, line {line}: {key}: there is no place {{{place}}}; places are {places}."
)
PLACE_SIMILAR = Phrase(
    "config-message-place-similar",
    "{file}, line {line}: {key}: there is no place {{{place}}}; did you mean {{{suggestion}}}? Places are {places}.",
)
BRACES = Phrase(
    "config-message-braces",
    "{file}, line {line}: {key}: braces stand around places, as in {{unit}}; write {{{{ and }}}} for braces themselves.",
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
    """A message to whoever is booked or asked; places: {unit} {date} {start} {end} {activity} {name} {order} {message}."""

    channel: Literal["sms", "email"] = Field(default="sms", description="sms or email.")
    subject: Template = Field(default="", description="Subject of an e-mail.")
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
        similar = get_close_matches(message, known, n=1)
        if similar:
            yield refuse_at(loc, message, MESSAGE_SIMILAR, suggestion=similar[0])
        else:
            yield refuse_at(loc, message, MESSAGE, known=", ".join(known))
