"""`red_days:`: where red days come from, and which working days they shorten."""

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from tcw.model.config.section import Section
from tcw.model.config.values import Day, MonthDay, Part, one_or_many

RedDaySource = Literal["auto", "export", "holidays", "none"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""Days of the week in ISO order; the first has number 1."""


class RedDaySettings(Section):
    """Days that are not, or only partly, working days (Anställdrapport 3.1)."""

    source: RedDaySource = Field(
        default="auto",
        description="auto: the export's red days, else the public holidays of Sweden; or one of them; or none.",
    )
    half_days: dict[MonthDay, Part] = Field(
        default={},
        description="Month-day, or an eve's name (midsommarafton) -> share of the day that is red, added to the public holidays.",
    )
    days: dict[Day, Part] = Field(default={}, description="Own dates -> share of the day that is red.")
    working_days: Annotated[
        list[Weekday], BeforeValidator(one_or_many, json_schema_input_type=Weekday | list[Weekday])
    ] = Field(
        default=["mon", "tue", "wed", "thu", "fri"],
        description="Days of the week that a red day takes time from.",
    )

    @property
    def iso_weekdays(self) -> frozenset[int]:
        """The working days as ISO weekdays; 1 is Monday."""
        return frozenset(WEEKDAYS.index(day) + 1 for day in self.working_days)
