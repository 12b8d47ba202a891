"""`kpis:`, `followup:` and `red_days:`: key figures, statistics, and the days that shorten a week."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from tcw.model.config.exports import EmploymentType
from tcw.model.config.values import (
    Day,
    Flag,
    MonthDay,
    Part,
    Rate,
    Section,
    Share,
    also,
    one_of,
    one_or_many,
    read_share,
    refuse,
    refuse_at,
    setting,
    whole_within,
)
from tcw.wording import Phrase

LEVEL = Phrase(
    "config-level",
    '{file}, line {line}: {key} is "{value}"; a warning level is at least 0.1 % (only '
    "booking_vs_employment may have a lower one).",
)
LEVELS_CROSSED = Phrase(
    "config-levels-crossed",
    "{file}, line {line}: {key}: below must be lower than above, or every value would warn.",
)
RATES_CROSSED = Phrase(
    "config-rates-crossed", "{file}, line {line}: {key}: rate_min must not be higher than rate_max."
)
NO_FIGURES = Phrase(
    "config-no-figures",
    "{file}, line {line}: {key} is empty; name at least one figure, or remove the line to show all.",
)

Figure = Literal[
    "employment_rate",
    "absence_rate",
    "booking_rate",
    "booking_vs_employment",
    "billing_rate_1a",
    "billing_rate_1b",
    "billing_rate_2a",
    "billing_rate_2b",
]
FIGURES: tuple[Figure, ...] = get_args(Figure)
Difference = Literal["points", "relative"]
Averages = Literal["ratio_of_sums", "mean_of_ratios"]
RateWeighting = Literal["calendar_days", "working_days"]
LOWEST_LEVEL = 0.001
LARGEST_GROUP = 1000


class WarningLevel(Section):
    """A figure is red when it is below or above these (Anställdrapport 3.1)."""

    below: Share | None = setting("Red below this share, as in 95 %.")
    above: Share | None = setting("Red above this share, as in 10 %.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.below is not None and self.above is not None and self.below >= self.above:
            raise refuse(LEVELS_CROSSED)
        return self


def _too_low(levels: object) -> Iterator[InitErrorDetails]:
    """Tell levels below 0.1 %, which the difference alone may have, as it alone can be negative."""
    for figure, sides in levels.items() if isinstance(levels, Mapping) else ():
        if figure == "booking_vs_employment" or not isinstance(sides, Mapping):
            continue
        for side in ("below", "above"):
            given = sides.get(side)
            # What is no share at all is told elsewhere.
            with suppress(PydanticCustomError):
                if given is not None and read_share(given) < LOWEST_LEVEL:
                    yield refuse_at((figure, side), given, LEVEL)


FigureCode = Annotated[str, one_of(FIGURES), WithJsonSchema({"type": "string", "enum": list(FIGURES)})]
Warnings = Annotated[dict[FigureCode, WarningLevel], also(_too_low)]


def _some_figure(figures: list[Figure]) -> list[Figure]:
    if not figures:
        raise refuse(NO_FIGURES)
    return list(dict.fromkeys(figures))


class Kpis(Section):
    """Key figures (nyckeltal)."""

    show: Annotated[
        list[Figure],
        BeforeValidator(one_or_many, json_schema_input_type=Figure | list[Figure]),
        AfterValidator(_some_figure),
    ] = setting("Figures to show, in this order.", list(FIGURES))
    difference: Difference = setting(
        "Booking rate against employment rate: in percentage points, or relative.", "points"
    )
    absence_in_booked_time: Flag = setting(
        "Count absence as booked, non-billable time (Anställdrapport 3.3).", default=False
    )
    averages: Averages = setting("How averages are formed.", "ratio_of_sums")
    rate_weighting: RateWeighting = setting(
        "How an employment rate that changes inside a week is averaged.", "calendar_days"
    )
    employment_type: EmploymentType | None = setting(
        "Preset filter: only these employees (Anställdrapport 3.1)."
    )
    rate_min: Rate | None = setting("Preset filter: lowest employment rate, as in 50 %.")
    rate_max: Rate | None = setting("Preset filter: highest employment rate.")
    warnings: Warnings = setting(
        "Figure -> warning levels; at least 0.1 %, booking_vs_employment alone may have negative ones.", {}
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.rate_min is not None and self.rate_max is not None and self.rate_min > self.rate_max:
            raise refuse(RATES_CROSSED)
        return self


class Followup(Section):
    """Statistics by person and workplace."""

    min_group: Annotated[int, whole_within(0, LARGEST_GROUP)] = setting(
        "Suppress groups with fewer people than this; 0 suppresses none.", 0
    )


RedDaySource = Literal["auto", "export", "holidays", "none"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""Days of the week in ISO order; the first has number 1."""


class RedDaySettings(Section):
    """Days that are not, or only partly, working days (Anställdrapport 3.1)."""

    source: RedDaySource = setting(
        "auto: the export's red days, else the public holidays of Sweden; or one of them; or none.", "auto"
    )
    half_days: dict[MonthDay, Part] = setting(
        "Month-day, or an eve's name (midsommarafton) -> share of the day that is red, added to the "
        "public holidays.",
        {},
    )
    days: dict[Day, Part] = setting("Own dates -> share of the day that is red.", {})
    working_days: Annotated[
        list[Weekday], BeforeValidator(one_or_many, json_schema_input_type=Weekday | list[Weekday])
    ] = setting("Days of the week that a red day takes time from.", ["mon", "tue", "wed", "thu", "fri"])

    @property
    def iso_weekdays(self) -> frozenset[int]:
        """The working days as ISO weekdays; 1 is Monday."""
        return frozenset(WEEKDAYS.index(day) + 1 for day in self.working_days)
