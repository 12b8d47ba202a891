"""How one value of tcw.yaml is read: shares, hours, clock times, dates, as Swedes write them.

Every value arrives as text, because the file's loader resolves nothing: YAML 1.1 would make `07:00` a number
in base 60 and `0730` an octal one. Python numbers are taken too, so that a Config can be made in code.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError, PydanticKnownError

from tcw.wording import Phrase
from tcw.wording.quantities import Share as Percent


class Section(BaseModel):
    """A group of settings: unknown keys are refused, and a key without a value means its default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_means_default(cls, data: object) -> object:
        """Drop known keys without a value; a section with all its lines commented out is one, too."""
        if data is None:
            return {}
        if isinstance(data, Mapping):
            return {
                key: value for key, value in data.items() if value is not None or key not in cls.model_fields
            }
        return data


SHARE = Phrase(
    "config-share", '{file}, line {line}: {key} is "{value}"; write a share, as in 95 %, 7.5 % or 0.95.'
)
SHARE_UNCLEAR = Phrase(
    "config-share-unclear",
    '{file}, line {line}: {key} is "{value}" without a % sign; write {percent} or {whole}, whichever you '
    "mean.",
)
SHARE_NO_SIGN = Phrase(
    "config-share-no-sign",
    '{file}, line {line}: {key} is "{value}" without a % sign; write {percent} if that is what you mean.',
)
SHARE_RANGE = Phrase(
    "config-share-range", '{file}, line {line}: {key} is "{value}"; it must be from {low} to {high}.'
)
HOURS = Phrase(
    "config-hours",
    '{file}, line {line}: {key} is "{value}"; write hours above 0 and at most 168, as in 40, 37.5 or 38:15.',
)
WHOLE = Phrase(
    "config-whole",
    '{file}, line {line}: {key} is "{value}"; write a whole number from {low} to {high}.',
)
FLAG = Phrase("config-flag", '{file}, line {line}: {key} is "{value}"; write true or false.')
CLOCK = Phrase("config-clock", '{file}, line {line}: {key} is "{value}"; write a clock time, as in "07:30".')
DAY = Phrase("config-day", '{file}, line {line}: {key}: "{value}" is no date; write it as 2026-05-15.')
MONTH_DAY = Phrase(
    "config-month-day",
    '{file}, line {line}: {key}: "{value}" is no day of a year; write month and day, as in "12-24", '
    "or an eve: {eves}.",
)
EVES = (
    "trettondagsafton",
    "skärtorsdagen",
    "påskafton",
    "valborgsmässoafton",
    "pingstafton",
    "midsommarafton",
    "allahelgonsafton",
    "julafton",
    "nyårsafton",
)
"""Eves that the holidays package dates, by its own names; some move from year to year."""

NUMBER = re.compile(r"(?P<sign>[+\-−]?)(?P<whole>[0-9]{1,9})(?:[.,](?P<rest>[0-9]{1,15}))?")
PERCENT = re.compile(NUMBER.pattern + r"\s*%")
HOURS_TEXT = re.compile(r"(?P<number>[0-9]{1,3}(?:[.,][0-9]{1,9})?)\s*(?:h|tim|timmar)?")
HOURS_MINUTES = re.compile(r"(?P<hours>[0-9]{1,3}):(?P<minutes>[0-5][0-9])")
CLOCK_TEXT = re.compile(r"(?P<hour>[01]?[0-9]|2[0-4])(?:[:.]?(?P<minute>[0-5][0-9]))?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MONTH_DAY_TEXT = re.compile(r"[0-9]{2}-[0-9]{2}")
TWO_READINGS_UNTIL = 2
"""`1.5` may mean 1.5 % or 150 %; `95` can hardly mean 9 500 %, but is refused all the same, not guessed."""
WEEK_HOURS = 168
FLAGS = {
    **dict.fromkeys(("true", "yes", "on", "ja", "1"), True),
    **dict.fromkeys(("false", "no", "off", "nej", "0"), False),
}


def setting(description: str, default: Any = None) -> Any:  # noqa: ANN401 - a field is of any type
    """Return a setting that tcw.yaml may leave out. The reference of settings shows `description`."""
    return Field(default=default, description=description)


def refuse(phrase: Phrase, **facts: object) -> PydanticCustomError:
    """Return the error a validator raises; `intake.settings.config_faults` adds file, line, key and value."""
    return PydanticCustomError(phrase.code, phrase.english, {"phrase": phrase, "facts": facts})


def refuse_at(loc: tuple[str | int, ...], given: object, phrase: Phrase, **facts: object) -> InitErrorDetails:
    """Return an error about something inside the validated value, for `also`."""
    return InitErrorDetails(type=refuse(phrase, **facts), loc=loc, input=given)


def refuse_unknown(
    loc: tuple[str | int, ...],
    name: str,
    names: Sequence[str],
    unknown: Phrase,
    similar: Phrase,
    **facts: object,
) -> InitErrorDetails:
    """Return an error about a name that is none of `names`: it suggests a similar one, or tells them all."""
    suggestions = get_close_matches(name, names, n=1)
    if suggestions:
        return refuse_at(loc, name, similar, **facts, suggestion=suggestions[0])
    return refuse_at(loc, name, unknown, **facts, known=", ".join(names))


def also(check: Callable[[Any], Iterable[InitErrorDetails]]) -> WrapValidator:
    """Return a validator that tells what `check` finds in the raw value beside pydantic's own errors.

    A plain "after" validator is not run when anything else is wrong, and all faults are to be told at once.
    """

    def validate(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401 - pydantic's own signature
        return with_more(check(value), value, handler)

    return WrapValidator(validate)


def with_more(
    more: Iterable[InitErrorDetails],
    value: Any,  # noqa: ANN401 - pydantic's own signature
    handler: ValidatorFunctionWrapHandler,
) -> Any:  # noqa: ANN401 - pydantic's own signature
    """Return what the handler reads of a raw value; raise `more` errors beside pydantic's own."""
    found = list(more)
    try:
        read = handler(value)
    except ValidationError as error:
        found += [
            InitErrorDetails(
                type=PydanticCustomError(one["type"], one["msg"], one.get("ctx")),
                loc=one["loc"],
                input=one["input"],
            )
            for one in error.errors(include_url=False)
        ]
        read = None
    if found:
        title = "tcw.yaml"
        raise ValidationError.from_exception_data(title, found)
    return read


def _unlike(names: Iterable[str]) -> PydanticKnownError:
    return PydanticKnownError("literal_error", {"expected": ", ".join(f"'{name}'" for name in names)})


def not_one_of(names: Iterable[str], loc: tuple[str | int, ...], given: object) -> InitErrorDetails:
    """Return pydantic's own error about something that is not one of some names, for `also`."""
    error = _unlike(names)
    return InitErrorDetails(type=error.type, ctx=error.context or {}, loc=loc, input=given)


def one_of(names: Iterable[str]) -> AfterValidator:
    """Return a validator of a text that must be one of some names; a Literal cannot be a Mapping's key."""
    known = tuple(names)

    def validate(name: str) -> str:
        if name not in known:
            raise _unlike(known)
        return name

    return AfterValidator(validate)


def _number(match: re.Match[str]) -> Decimal:
    number = Decimal(f"{match['whole']}.{match['rest'] or '0'}")
    return -number if match["sign"] in ("-", "−") and number else number


def read_share(value: object) -> float:
    """Return `95 %`, `0.95` or `0,95` as a fraction. `1` and `95` are refused: with which sign?"""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    text = value.strip() if isinstance(value, str) else ""
    if match := PERCENT.fullmatch(text):
        return float(_number(match) / 100)
    match = NUMBER.fullmatch(text)
    if match is None:
        raise refuse(SHARE)
    number = _number(match)
    if abs(number) > 1 or (abs(number) == 1 and match["rest"] is None):
        if abs(number) > TWO_READINGS_UNTIL:
            raise refuse(SHARE_NO_SIGN, percent=f"{text} %")
        raise refuse(SHARE_UNCLEAR, percent=f"{text} %", whole=write_share(float(number)))
    return float(number)


def write_share(share: float) -> str:
    """Return 0.95 as `95 %`, exactly: reading it again gives the same number."""
    return f"{(Decimal(repr(share)) * 100).normalize():f} %"


def share_within(low: float, high: float) -> AfterValidator:
    """Return a validator of a fraction's range, bounds included (a NaN is in no range)."""

    def validate(share: float) -> float:
        if not low <= share <= high:
            raise refuse(SHARE_RANGE, low=Percent(low), high=Percent(high))
        return share

    return AfterValidator(validate)


def read_hours(value: object) -> float:
    """Return `40`, `37,5`, `37.5 h` or `38:15` as hours, above 0 and at most a week's 168."""
    hours = 0.0
    if isinstance(value, int | float) and not isinstance(value, bool):
        hours = float(value)
    elif isinstance(value, str):
        if match := HOURS_TEXT.fullmatch(value.strip()):
            hours = float(match["number"].replace(",", "."))
        elif match := HOURS_MINUTES.fullmatch(value.strip()):
            hours = int(match["hours"]) + int(match["minutes"]) / 60
    if not 0 < hours <= WEEK_HOURS:
        raise refuse(HOURS)
    return hours


def whole_within(low: int, high: int) -> BeforeValidator:
    """Return a validator that reads a whole number from `low` to `high`."""

    def read(value: object) -> int:
        number = int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) else value
        if not isinstance(number, int) or isinstance(number, bool) or not low <= number <= high:
            raise refuse(WHOLE, low=low, high=high)
        return number

    return BeforeValidator(read, json_schema_input_type=Annotated[int, Field(ge=low, le=high)])


def read_flag(value: object) -> bool:
    """Return `true`, `yes`, `ja`, `on`, `1` or their opposites as a bool."""
    if isinstance(value, bool):
        return value
    flag = FLAGS.get(value.strip().lower()) if isinstance(value, str) else None
    if flag is None:
        raise refuse(FLAG)
    return flag


def read_clock(value: object) -> time:
    """Return `07:30`, `7.30`, `0730` or `7` as a clock time; `24:00` is midnight, the day's end."""
    if isinstance(value, time):
        return value
    match = CLOCK_TEXT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise refuse(CLOCK)
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour == 24 and minute:  # noqa: PLR2004 - hours of a day
        raise refuse(CLOCK)
    return time(hour % 24, minute)


def read_day(value: object) -> date:
    """Return `2026-05-15` as a date. Other ways to write it are refused, so that one day has one key."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise refuse(DAY)


def read_month_day(value: object) -> str:
    """Return `12-24` if some year has such a day (2000 was a leap year), or an eve's name in lower case."""
    if isinstance(value, str) and value.strip().lower() in EVES:
        return value.strip().lower()
    if isinstance(value, str) and MONTH_DAY_TEXT.fullmatch(value):
        try:
            date.fromisoformat(f"2000-{value}")
        except ValueError:
            pass
        else:
            return value
    raise refuse(MONTH_DAY, eves=", ".join(EVES))


def one_or_many(value: object) -> object:
    """Return a single text as a list of one."""
    return [value] if isinstance(value, str) else value


def number_text(number: float) -> str:
    """Return 40.0 as `40`, 38.25 as `38.25`."""
    return f"{Decimal(repr(number)).normalize():f}"


_SHARE_INPUT = float | Annotated[str, Field(pattern=r"^\s*[+−-]?[0-9]+([.,][0-9]+)?\s*%?\s*$")]

Share = Annotated[
    float,
    BeforeValidator(read_share, json_schema_input_type=_SHARE_INPUT),
    PlainSerializer(write_share, when_used="json"),
]
"""A fraction of any size and sign."""
Part = Annotated[Share, share_within(0, 1)]
"""A fraction from 0 to 1."""
Rate = Annotated[Share, share_within(0, 10)]
"""An employment rate: rarely, but sometimes, above 100 %."""
WeekHours = Annotated[
    float,
    BeforeValidator(read_hours, json_schema_input_type=float | str),
    PlainSerializer(number_text, when_used="json"),
]
Flag = Annotated[bool, BeforeValidator(read_flag, json_schema_input_type=bool)]
ClockTime = Annotated[
    time,
    BeforeValidator(read_clock, json_schema_input_type=str),
    PlainSerializer(lambda clock: f"{clock:%H:%M}", when_used="json"),
]
Day = Annotated[date, BeforeValidator(read_day, json_schema_input_type=date)]
MonthDay = Annotated[str, BeforeValidator(read_month_day, json_schema_input_type=str)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Texts = Annotated[list[str], BeforeValidator(one_or_many, json_schema_input_type=str | list[str])]
