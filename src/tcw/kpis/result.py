"""What the KPI calculator answers with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

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
    """Figures at every grain asked for, and what a reader needs to trust them.

    `figures[grain]`: the grain's keys (KEYS; ids String, `week` String "2026-W10"), descriptive columns
    (`name` where a staff_id or unit_id has one; for employees also `unit_id`, `planning_area`, `employment_type`,
    `category`), HOURS (Float64 hours), `employees` (UInt32, distinct, where the grain sums several), and one
    Float64 per figure code of `tcw.kpis.catalogue` as a fraction (0.4375), null where undefined. Sorted by key.
    `warnings`: `staff_id`, `name`, `week`, `figure` (code), `value`, `level` (Float64), `side` ("below" | "above"),
    worst first.
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
