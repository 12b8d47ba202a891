"""The key figures at every grain, with warnings and notes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from tcw.parts.spill import Order, Spill
from tcw.wording import Message

Grain = Literal["employee-week", "employee", "week", "unit", "area", "all"]
GRAINS: tuple[Grain, ...] = ("employee-week", "employee", "week", "unit", "area", "all")

KEYS: Mapping[Grain, tuple[str, ...]] = {
    "employee-week": ("staff_id", "week"),
    "employee": ("staff_id",),
    "week": ("week",),
    "unit": ("unit_id",),
    "area": ("planning_area",),
    "all": (),
}
HOURS = ("billable_h", "non_billable_h", "absence_h", "bookable_h", "normal_h")


@dataclass(frozen=True, slots=True)
class Level:
    """A warning level of one figure, as fractions; red when the figure is below or above it."""

    below: float | None = None
    above: float | None = None


@dataclass(frozen=True, slots=True)
class KpiResult:
    """Figures at every grain asked for, and what a reader has to know about them.

    `figures[grain]`: the grain's keys (KEYS; ids String, `week` String "2026-W10"), descriptive columns
    (`name` where a staff_id or unit_id has one; for employees also `unit_id`, `planning_area`,
    `employment_type`, `category`), HOURS (Float64 hours), `employees` (UInt32, distinct, where the grain sums
    several), and one Float64 per figure code of `tcw.kpis.catalogue` as a fraction (0.4375), null where
    undefined. Sorted by key. `warnings`: `staff_id`, `name`, `week`, `figure` (code), `value`, `level`
    (Float64), `side` ("below" | "above"), worst first.
    """

    figures: Mapping[Grain, pl.DataFrame]
    warnings: pl.DataFrame
    levels: Mapping[str, Level]
    shown: tuple[str, ...]  # figure codes, in report order
    first_week: str
    last_week: str
    filters: Mapping[str, str]  # option -> what was asked for, as text; empty when none
    settings: Mapping[str, str]  # setting of tcw.yaml -> value in force, as text
    notes: tuple[Message, ...]  # about the period, red days, what is missing
    spilled: "SpilledRows | None" = None

    @property
    def weeks(self) -> pl.LazyFrame | None:
        """All rows of the grain employee-week; None when not computed."""
        if self.spilled is not None and self.spilled.weeks is not None:
            return self.spilled.weeks.rows()
        return self.figures["employee-week"].lazy() if "employee-week" in self.figures else None

    @property
    def warned(self) -> pl.DataFrame:
        """How many warnings there are: `staff_id`, `figure`, `number`."""
        if self.spilled is not None:
            return self.spilled.warned
        return self.warnings.group_by("staff_id", "figure").agg(number=pl.len())

    def rows(self, grain: Grain) -> Iterator[pl.DataFrame]:
        """Yield all rows of a grain, sorted by key, in frames. Raises KeyError when it was not computed."""
        if grain == "employee-week" and self.spilled is not None and self.spilled.weeks is not None:
            yield from self.spilled.weeks.each()
        else:
            yield self.figures[grain]

    def all_warnings(self) -> Iterator[pl.DataFrame]:
        """Yield all warnings, worst first, in frames."""
        if self.spilled is None:
            yield self.warnings
        else:
            yield from self.spilled.warnings.ordered(None, -self.spilled.distance, self.spilled.worst_first)


@dataclass(frozen=True, slots=True)
class SpilledRows:
    """Rows in files, for want of memory; `figures` and `warnings` have only the first of them."""

    weeks: Spill | None
    warnings: Spill
    warned: pl.DataFrame
    distance: pl.Expr
    worst_first: Order
