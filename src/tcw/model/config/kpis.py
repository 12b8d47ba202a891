"""`kpis:` and `followup:`: key figures, their warning levels, and statistics."""

from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from tcw.model.config.section import Section
from tcw.model.config.values import (
    Flag,
    Rate,
    Share,
    one_or_many,
    refuse,
    whole_within,
)
from tcw.model.config.words import EmploymentType
from tcw.wording import Phrase

LEVEL = Phrase(
    "config-level",
    '{file}, line {line}: {key} is "{value}"; a warning level is at least 0.1 % (only booking_vs_employment may have a lower one).',
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
LARGEST_GROUP = 1_000_000


def _high_enough(level: float) -> float:
    if not level >= LOWEST_LEVEL:
        raise refuse(LEVEL)
    return level


Level = Annotated[Share, AfterValidator(_high_enough)]


class DifferenceLevel(Section):
    """Levels of a figure that may be negative; it is red when it is below or above them."""

    below: Share | None = Field(default=None, description="Red below this, as in -10 %.")
    above: Share | None = Field(default=None, description="Red above this.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.below is not None and self.above is not None and self.below >= self.above:
            raise refuse(LEVELS_CROSSED)
        return self


class WarningLevel(DifferenceLevel):
    """Levels of a figure; it is red when it is below or above them (Anställdrapport 3.1)."""

    below: Level | None = Field(default=None, description="Red below this share, as in 95 %; at least 0.1 %.")
    above: Level | None = Field(default=None, description="Red above this share; at least 0.1 %.")


class Warnings(Section):
    """Warning levels by figure; those without a level never warn."""

    employment_rate: WarningLevel = Field(default=WarningLevel(), description="Anställningsgrad.")
    absence_rate: WarningLevel = Field(default=WarningLevel(), description="Frånvarograd.")
    booking_rate: WarningLevel = Field(default=WarningLevel(), description="Bokningsgrad.")
    booking_vs_employment: DifferenceLevel = Field(
        default=DifferenceLevel(),
        description="Bokningsgrad jämfört med anställningsgrad; levels may be negative.",
    )
    billing_rate_1a: WarningLevel = Field(default=WarningLevel(), description="Debiteringsgrad 1a.")
    billing_rate_1b: WarningLevel = Field(default=WarningLevel(), description="Debiteringsgrad 1b.")
    billing_rate_2a: WarningLevel = Field(default=WarningLevel(), description="Debiteringsgrad 2a.")
    billing_rate_2b: WarningLevel = Field(default=WarningLevel(), description="Debiteringsgrad 2b.")

    def levels(self) -> dict[Figure, DifferenceLevel]:
        """Return figure -> levels (fractions), for the figures that have any."""
        every: dict[Figure, DifferenceLevel] = {figure: getattr(self, figure) for figure in FIGURES}
        return {
            figure: level
            for figure, level in every.items()
            if level.below is not None or level.above is not None
        }


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
    ] = Field(default=list(FIGURES), description="Figures to show, in this order.")
    difference: Difference = Field(
        default="points",
        description="Booking rate against employment rate: in percentage points, or relative.",
    )
    absence_in_booked_time: Flag = Field(
        default=False, description="Count absence as booked, non-billable time (Anställdrapport 3.3)."
    )
    averages: Averages = Field(default="ratio_of_sums", description="How averages are formed.")
    rate_weighting: RateWeighting = Field(
        default="calendar_days", description="How an employment rate that changes inside a week is averaged."
    )
    employment_type: EmploymentType | None = Field(
        default=None, description="Preset filter: only these employees (Anställdrapport 3.1)."
    )
    rate_min: Rate | None = Field(
        default=None, description="Preset filter: lowest employment rate, as in 50 %."
    )
    rate_max: Rate | None = Field(default=None, description="Preset filter: highest employment rate.")
    warnings: Warnings = Field(default=Warnings(), description="Warning levels by figure.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.rate_min is not None and self.rate_max is not None and self.rate_min > self.rate_max:
            raise refuse(RATES_CROSSED)
        return self


class Followup(Section):
    """Statistics by person and workplace."""

    min_group: Annotated[int, whole_within(0, LARGEST_GROUP)] = Field(
        default=0, description="Suppress groups with fewer people than this; 0 suppresses none."
    )
