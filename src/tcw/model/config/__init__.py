"""The settings of tcw.yaml: pure data. `tcw.intake.settings.config_file` reads the file.

A new section is a class in the file of its subject here, and one field of `Config`.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, ValidatorFunctionWrapHandler, model_validator

from tcw.model.config.agreements import Agreement, Decision, RuleSettings, unknown_codes
from tcw.model.config.batch import Privacy, Run
from tcw.model.config.checklist import Checklist
from tcw.model.config.exports import ActivityOverride, Assume, FileSettings, Grid, GridCode, Headers, Words
from tcw.model.config.kpis import WEEKDAYS, Followup, Kpis, RedDaySettings, WarningLevel
from tcw.model.config.matching import Assistant, Matching, MessageText, TimeBank, unknown_messages
from tcw.model.config.values import Part, Section, WeekHours, also, refuse, setting, with_more
from tcw.wording import Language, Phrase

ZONE = Phrase(
    "config-zone",
    '{file}, line {line}: {key} is "{value}", which is no known time zone; write for example '
    "Europe/Stockholm.",
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

    language: Language | None = setting("Language of messages and reports; without it, the computer's.")
    timezone: Annotated[str, AfterValidator(_known_zone)] = setting(
        "Time zone of the clock times in the exports.", "Europe/Stockholm"
    )
    normal_week_hours: WeekHours = setting(
        "Hours of a full-time week without red days (normal arbetsvecka).", 40.0
    )
    max_rejects: Part = setting(
        "Largest share of all rows that may be rejected; above it, or above half of one file, the run stops.",
        0.01,
    )
    duplicate_bookings: Literal["keep", "drop"] = setting(
        "drop: a row whose booking_id was already seen is rejected.", "keep"
    )
    files: dict[str, FileSettings] = setting(
        "File name pattern (or book.xlsx#Sheet) -> how to read it; later patterns win.", {}
    )
    headers: Headers = setting("Table -> column -> the headers your export uses for it.", {})
    words: Words = setting("Column -> word -> the spellings your export uses for it.", Words())
    grid: Grid = setting("Rosters with one column per date.", Grid())
    activities: dict[str, ActivityOverride] = setting(
        "Activity -> fields of the activities table to set or override.", {}
    )
    assume: Assume = setting("What to take for granted without a staff or activities file.", Assume())
    kpis: Kpis = setting("Key figures (nyckeltal).", Kpis())
    red_days: RedDaySettings = setting("Red days (röda dagar).", RedDaySettings())
    followup: Followup = setting("Statistics by person and workplace.", Followup())
    rules: RuleSettings = setting("The rule checker (tcw check).", RuleSettings())
    agreements: Annotated[dict[str, Agreement], also(unknown_codes)] = setting(
        "Agreement (avtal) -> its limits; atl, ab, eu and crisis-example are there.", {}
    )
    matching: Matching = setting("The booking assistant (tcw match).", Matching())
    assistants: dict[str, Assistant] = setting(
        "Booking assistant -> its orders and people; in staggered mode in this order.", {}
    )
    messages: dict[str, MessageText] = setting(
        "Message -> its text; booked and request replace the shipped ones.", {}
    )
    time_bank: TimeBank = setting("The time bank (tidbank).", TimeBank())
    run: Run = setting("The nightly batch (tcw run).", Run())
    checklist: Checklist = setting("The checklist before and after a change (tcw checklist).", Checklist())
    privacy: Privacy = setting("The key of pseudonyms.", Privacy())

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
