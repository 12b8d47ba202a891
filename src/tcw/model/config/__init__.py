"""The settings of tcw.yaml: pure data. `tcw.intake.settings.config_file` reads the file.

A new section is a class in the file of its subject here, and one field of `Config`.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidatorFunctionWrapHandler, model_validator

from tcw.model.config.agreements import Agreement, Decision, RuleSettings, unknown_codes
from tcw.model.config.batch import Privacy, Run
from tcw.model.config.checklist import Checklist
from tcw.model.config.exports import ActivityOverride, Assume, FileSettings, Grid, GridCode, Headers, Words
from tcw.model.config.kpis import WEEKDAYS, Followup, Kpis, RedDaySettings, WarningLevel
from tcw.model.config.matching import Assistant, Matching, MessageText, TimeBank, unknown_messages
from tcw.model.config.values import Part, Section, WeekHours, also, refuse, with_more
from tcw.wording import Language, Phrase

ZONE = Phrase(
    "config-zone",
    '{file}, line {line}: {key} is "{value}", which is no known time zone; write for example Europe/Stockholm.',
)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    # A folder of the time zone database gives an OSError, a path outside it a ValueError.
    except (KeyError, ValueError, OSError):
        raise refuse(ZONE) from None
    return name


class Config(Section):
    """Settings of tcw, the toolkit for Swedish workforce scheduling on exported files."""

    language: Language | None = Field(
        default=None, description="Language of messages and reports; without it, the computer's."
    )
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        default="Europe/Stockholm", description="Time zone of the clock times in the exports."
    )
    normal_week_hours: WeekHours = Field(
        default=40.0, description="Hours of a full-time week without red days (normal arbetsvecka)."
    )
    max_rejects: Part = Field(
        default=0.01,
        description="Largest share of all rows that may be rejected; above it, or above half of one file, the run stops.",
    )
    duplicate_bookings: Literal["keep", "drop"] = Field(
        default="keep", description="drop: a row whose booking_id was already seen is rejected."
    )
    files: dict[str, FileSettings] = Field(
        default={},
        description="File name pattern (or book.xlsx#Sheet) -> how to read it; later patterns win.",
    )
    headers: Headers = Field(
        default={}, description="Table -> column -> the headers your export uses for it."
    )
    words: Words = Field(
        default=Words(), description="Column -> word -> the spellings your export uses for it."
    )
    grid: Grid = Field(default=Grid(), description="Rosters with one column per date.")
    activities: dict[str, ActivityOverride] = Field(
        default={}, description="Activity -> fields of the activities table to set or override."
    )
    assume: Assume = Field(
        default=Assume(), description="What to take for granted without a staff or activities file."
    )
    kpis: Kpis = Field(default=Kpis(), description="Key figures (nyckeltal).")
    red_days: RedDaySettings = Field(default=RedDaySettings(), description="Red days (röda dagar).")
    followup: Followup = Field(default=Followup(), description="Statistics by person and workplace.")
    rules: RuleSettings = Field(default=RuleSettings(), description="The rule checker (tcw check).")
    agreements: Annotated[dict[str, Agreement], also(unknown_codes)] = Field(
        default={}, description="Agreement (avtal) -> its limits; atl, ab, eu and crisis-example are there."
    )
    matching: Matching = Field(default=Matching(), description="The booking assistant (tcw match).")
    assistants: dict[str, Assistant] = Field(
        default={}, description="Booking assistant -> its orders and people; in staggered mode in this order."
    )
    messages: dict[str, MessageText] = Field(
        default={}, description="Message -> its text; booked and request replace the shipped ones."
    )
    time_bank: TimeBank = Field(default=TimeBank(), description="The time bank (tidbank).")
    run: Run = Field(default=Run(), description="The nightly batch (tcw run).")
    checklist: Checklist = Field(
        default=Checklist(), description="The checklist before and after a change (tcw checklist)."
    )
    privacy: Privacy = Field(default=Privacy(), description="The key of pseudonyms.")

    @model_validator(mode="wrap")
    @classmethod
    def _messages_are_there(cls, data: Any, handler: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401 - pydantic's own signature
        return with_more(unknown_messages(data), data, handler)


def settings_in_force(config: Section) -> dict[str, str]:
    """Return every setting that is set, by its dotted name: "kpis.difference" -> "points".

    Values are as tcw.yaml would have them (shares with a percent sign); what is unset or empty has no force
    and is left out.
    """
    return dict(_flat("", config.model_dump(mode="json")))


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), inner)
    elif value not in (None, []):
        yield name, _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(_text, value)) if isinstance(value, list) else str(value)


__all__ = [
    "WEEKDAYS",
    "ActivityOverride",
    "Agreement",
    "Assistant",
    "Assume",
    "Checklist",
    "Config",
    "Decision",
    "FileSettings",
    "Followup",
    "Grid",
    "GridCode",
    "Kpis",
    "Matching",
    "MessageText",
    "Privacy",
    "RedDaySettings",
    "RuleSettings",
    "Run",
    "Section",
    "TimeBank",
    "WarningLevel",
    "settings_in_force",
]
