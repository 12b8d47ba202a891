"""scenarios.yaml: what if (tcw whatif).

A scenario is one or more measures. A measure changes the question, never the source.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import InitErrorDetails

from tcw.model.config.agreements import Agreement
from tcw.model.config.exports import EmploymentType
from tcw.model.config.kpis import Weekday
from tcw.model.config.matching import Hours
from tcw.model.config.values import (
    ClockTime,
    Section,
    Text,
    Texts,
    also,
    one_or_many,
    refuse,
    refuse_at,
    setting,
)
from tcw.wording import Phrase

EMPTY_SCENARIO = Phrase("scenario-empty", "{file}, line {line}: {key} has no measure; there are {known}.")
NO_SCENARIOS = Phrase(
    "scenarios-none",
    "{file}, line {line}: there are no scenarios; write scenarios: and below it, indented, a name and "
    "its measures.",
)
ALONE = Phrase(
    "scenario-merge-one",
    "{file}, line {line}: {key} names one only; name at least two to be planned together.",
)
MEASURES = (
    "merge_areas",
    "merge_units",
    "include",
    "part_time",
    "windows",
    "add_competences",
    "agreement",
    "without_agreements",
    "limits",
)
"""Measures of a scenario, in the order in which they are applied and told."""


class Group(Section):
    """Whom a measure is about: those who match all that is said; everybody where nothing is."""

    units: Texts = setting("Home units (id or name); none: all.", [])
    categories: Texts = setting("Occupations (befattning); none: all.", [])
    staff: Texts = setting("Staff ids; none: all.", [])
    employment_type: EmploymentType | None = setting("Only people paid monthly or hourly.")


class Include(Section):
    """People who do not work in the operation today, such as administrative staff. Any order may ask them."""

    categories: Texts = Field(description="Occupations (befattning) of these people.")
    competences: Texts = setting("Competences they are given.", [])
    units: Texts = setting("Units they may work at; none: all.", [])
    free_from: Texts = setting(
        "Activities that give way: their planned bookings in the period are left out, as if nobody did them.",
        [],
    )


class PartTime(Section):
    """Part-timers who may be booked up to full time though they have said nothing."""

    units: Texts = setting("Home units of these people; none: all.", [])


class Windows(Group):
    """Acute resource windows: so many hours of so many days in which a group may be booked."""

    days: Annotated[
        list[Weekday], BeforeValidator(one_or_many, json_schema_input_type=Weekday | list[Weekday])
    ] = setting("Days of the week.", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
    from_: ClockTime = Field(alias="from", description="Clock time at which the window opens, as in 06:00.")
    to: ClockTime = Field(
        description=(
            "Clock time at which it closes, as in 23:00; at or before the opening: the next day. 23:59 "
            "is the end of the day."
        )
    )
    max_hours: Hours = setting("Longest shift booked in it, from start to end, as 8 or 7:30; 0: any.", 0.0)


class AddCompetences(Group):
    """Competences that a group is given, valid always."""

    competences: Texts = Field(description="Competences, as orders name them.")


class FollowAgreement(Group):
    """An agreement that a group follows from the first day on, whatever else it is linked to."""

    name: Text = Field(description="The agreement: atl, ab, eu or one of tcw.yaml.")


class Limits(Agreement):
    """Limits that hold in all agreements, as under agreements: in tcw.yaml."""


NOT_A_LIMIT = ("based_on", "name", "ignores", "decision", "for_assistant")
NO_LIMIT_HERE = Phrase(
    "scenario-no-limit",
    "{file}, line {line}: {key} is no limit; limits are, among others, daily_rest, weekly_rest and "
    "days_in_a_row.",
)


def _only_limits(limits: object) -> Iterator[InitErrorDetails]:
    for name, value in limits.items() if isinstance(limits, Mapping) else ():
        if name in NOT_A_LIMIT:
            yield refuse_at((str(name),), value, NO_LIMIT_HERE)


def _flag_or_group(given: object) -> object:
    """Read `part_time: true` as everybody."""
    if isinstance(given, str) and given.strip().lower() in {"true", "yes", "on", "ja", "1"}:
        return {}
    return {} if given is True else given


def _one_or_many_groups(given: object) -> object:
    return [given] if isinstance(given, Mapping) else given


def _two(names: list[str]) -> list[str]:
    if len(set(names)) < 2:  # noqa: PLR2004 - one is not planned together with anything
        raise refuse(ALONE)
    return names


Merged = Annotated[Texts, AfterValidator(_two)]


class Scenario(Section):
    """One or more measures, taken together."""

    merge_areas: Merged | None = setting("Planning areas (samplaneringsytor) that become one.")
    merge_units: Merged | None = setting("Units (id or name) whose people may work at all of them.")
    include: Annotated[list[Include], BeforeValidator(_one_or_many_groups)] | None = setting(
        "Administrative staff and others who are asked, too."
    )
    part_time: Annotated[PartTime, BeforeValidator(_flag_or_group)] | None = setting(
        "Part-timers up to 100 %: true, or the units of whom."
    )
    windows: Annotated[list[Windows], BeforeValidator(_one_or_many_groups)] | None = setting(
        "Acute resource windows of groups."
    )
    add_competences: Annotated[list[AddCompetences], BeforeValidator(_one_or_many_groups)] | None = setting(
        "Competences that groups are given."
    )
    agreement: Annotated[list[FollowAgreement], BeforeValidator(_one_or_many_groups)] | None = setting(
        "Agreements that groups follow."
    )
    without_agreements: Texts | None = setting(
        "Agreements, such as exceptions, that nobody is linked to any more."
    )
    limits: Annotated[Limits, also(_only_limits)] | None = setting(
        "Limits of working time set otherwise, or lifted (none), in all agreements."
    )

    @model_validator(mode="after")
    def _not_empty(self) -> "Scenario":
        if not self.measures:
            raise refuse(EMPTY_SCENARIO, known=", ".join(MEASURES))
        return self

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that are said, in the order of MEASURES."""
        return tuple(name for name in MEASURES if getattr(self, name) is not None)


class Scenarios(Section):
    """What if: scenarios of tcw whatif."""

    scenarios: dict[str, Scenario] = Field(description="Name -> its measures.")

    @model_validator(mode="after")
    def _some(self) -> "Scenarios":
        if not self.scenarios:
            raise refuse(NO_SCENARIOS)
        return self
