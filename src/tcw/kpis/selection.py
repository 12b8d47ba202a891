"""Which employees a report is about (Anställdrapport 3.2), and whether the export has what a filter names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import polars as pl

from tcw.errors import ManyFaults, TcwError, UsageFault
from tcw.wording import Phrase

NOISE = 1e-9
"""A rate of three sevenths of 100 % and four of 50 % is a sum of floats."""
UNKNOWN = Phrase("filter-unknown", "{option} {value}: nothing in the export is called that; it has {known}.")
SIMILAR = Phrase(
    "filter-unknown-similar",
    "{option} {value}: nothing in the export is called that; did you mean {suggestion}?",
)
NO_VALUES = Phrase(
    "filter-no-values",
    "{option} {value}: the export says nothing of that kind, so nobody can be selected by it.",
)
MOST_NAMED = 8
"""So many values are named; an ellipsis stands for others."""


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

        Over columns `services`, `areas` (List(String)), `home_unit`, `unit_name`, `planning_area`,
        `employment_type`, `category` (String), `rate` (Float64). Texts are compared without regard to case.
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


def _words(columns: tuple[str, ...], values: tuple[str, ...]) -> list[pl.Expr]:
    """Return whether a text column has one of the values; nothing without values."""
    lower = [value.lower() for value in values]
    tests = (pl.col(column).str.to_lowercase().is_in(lower).fill_null(value=False) for column in columns)
    return [pl.any_horizontal(tests)] if values else []


def _areas(values: tuple[str, ...]) -> list[pl.Expr]:
    """An area is one the employee can be booked in, or the planning area of the employee's unit."""
    tests = [*_lists("areas", values), *_words(("planning_area",), values)]
    return [pl.any_horizontal(tests)] if values else []


def _lists(column: str, values: tuple[str, ...]) -> list[pl.Expr]:
    """Return whether a list column has one of the values in it; nothing without values."""
    lower = [value.lower() for value in values]
    has_one = pl.col(column).list.eval(pl.element().str.to_lowercase().is_in(lower)).list.any()
    return [has_one.fill_null(value=False)] if values else []


def check_filter_values(staff: pl.DataFrame, units: pl.DataFrame, selection: Selection) -> None:
    """Refuse filters that nobody in the export could ever match.

    Args:
        staff: `home_unit`, `category` (String), `services`, `areas` (List(String)).
        units: `unit_id`, `name`, `planning_area` (String).
        selection: as asked for.

    Raises:
        UsageFault: of every value that does not occur (ManyFaults when several).
    """
    faults = list(_faults(staff, units, selection))
    if faults:
        raise faults[0] if len(faults) == 1 else ManyFaults(faults)


def _faults(staff: pl.DataFrame, units: pl.DataFrame, selection: Selection) -> Iterator[TcwError]:
    by_option = {
        "--service": (selection.services, (staff["services"].explode(),)),
        "--area": (selection.areas, (staff["areas"].explode(), units["planning_area"])),
        "--unit": (selection.units, (staff["home_unit"], units["unit_id"], units["name"])),
        "--category": (selection.categories, (staff["category"],)),
    }
    for option, (wanted, columns) in by_option.items():
        if not wanted:
            continue
        known = (
            pl.concat([column.cast(pl.String) for column in columns]).drop_nulls().unique().sort().to_list()
        )
        folded = {value.lower(): value for value in known}
        for value in wanted:
            if value.lower() not in folded:
                yield _fault(option, value, folded)


def _fault(option: str, value: str, folded: dict[str, str]) -> UsageFault:
    facts = {"option": option, "value": value}
    if not folded:
        return UsageFault(NO_VALUES, **facts)
    similar = get_close_matches(value.lower(), folded, n=1)
    if similar:
        return UsageFault(SIMILAR, **facts, suggestion=folded[similar[0]])
    names = list(folded.values())
    known = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    return UsageFault(UNKNOWN, **facts, known=known)
