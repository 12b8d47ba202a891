"""Which employees and weeks a report is about (Anställdrapport 3.2)."""

from dataclasses import dataclass
from datetime import date

import polars as pl

NOISE = 1e-9
"""A rate of three sevenths of 100 % and four of 50 % is a sum of floats."""


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
        """Return whether an employee is asked for, on a day or in a week; None when no filter is set.

        Over columns `services`, `areas` (List(String)), `home_unit`, `unit_name`, `planning_area`, `employment_type`,
        `category` (String), `rate` (Float64). Texts are compared without regard to case.
        """
        tests = [test for test in (self.keeps_employment(), self.keeps_rate()) if test is not None]
        return pl.all_horizontal(tests) if tests else None

    def keeps_employment(self) -> pl.Expr | None:
        """Return `keeps`, as far as the employment alone tells."""
        tests = [
            *_lists("services", self.services),
            *_areas(self.areas),
            *_words(("home_unit", "unit_name"), self.units),
            *_words(("employment_type",), self.employment_types),
            *_words(("category",), self.categories),
        ]
        return pl.all_horizontal(tests) if tests else None

    def keeps_rate(self) -> pl.Expr | None:
        """Return `keeps`, as far as the employment rate alone tells; an unknown rate is in no interval."""
        tests = []
        if self.rate_min is not None:
            tests.append((pl.col("rate") >= self.rate_min - NOISE).fill_null(value=False))
        if self.rate_max is not None:
            tests.append((pl.col("rate") <= self.rate_max + NOISE).fill_null(value=False))
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
