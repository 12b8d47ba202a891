"""Which employees and weeks a report is about (Anställdrapport 3.2)."""

from dataclasses import dataclass
from datetime import date

import polars as pl


@dataclass(frozen=True, slots=True)
class Selection:
    """What a user asked to see. Empty means all. Several values of one filter mean any of them.

    `first_day` and `last_day` are widened to whole ISO weeks: key figures are by the week.
    """

    first_day: date | None = None
    last_day: date | None = None
    services: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    employment_types: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    rate_min: float | None = None  # fraction
    rate_max: float | None = None

    def keeps(self) -> pl.Expr | None:
        """Return whether an employment row is asked for; None when no filter is set.

        Over columns `services`, `areas` (List(String)), `home_unit`, `unit_name`, `planning_area`, `employment_type`,
        `category` (String), `rate` (Float64). Texts are compared without regard to case.
        """
        tests = [
            *_lists("services", self.services),
            *_areas(self.areas),
            *_words(("home_unit", "unit_name"), self.units),
            *_words(("employment_type",), self.employment_types),
            *_words(("category",), self.categories),
        ]
        if self.rate_min is not None:
            tests.append((pl.col("rate") >= self.rate_min).fill_null(value=False))
        if self.rate_max is not None:
            tests.append((pl.col("rate") <= self.rate_max).fill_null(value=False))
        return pl.all_horizontal(tests) if tests else None


def _words(columns: tuple[str, ...], wanted: tuple[str, ...]) -> list[pl.Expr]:
    if not wanted:
        return []
    folded = [word.lower() for word in wanted]
    return [
        pl.any_horizontal(
            pl.col(column).str.to_lowercase().is_in(folded).fill_null(value=False) for column in columns
        )
    ]


def _areas(wanted: tuple[str, ...]) -> list[pl.Expr]:
    """An area is one the employee can be booked in, or the planning area of the employee's unit."""
    return (
        [pl.any_horizontal(*_lists("areas", wanted), *_words(("planning_area",), wanted))] if wanted else []
    )


def _lists(column: str, wanted: tuple[str, ...]) -> list[pl.Expr]:
    if not wanted:
        return []
    folded = [word.lower() for word in wanted]
    found = pl.col(column).list.eval(pl.element().str.to_lowercase().is_in(folded)).list.any()
    return [found.fill_null(value=False)]
