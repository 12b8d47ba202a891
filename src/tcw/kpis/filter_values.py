"""Whether the export has what a filter asks for: a misspelt unit would otherwise be an empty report."""

from collections.abc import Iterator
from difflib import get_close_matches

import polars as pl

from tcw.errors import ManyFaults, TcwError, UsageFault
from tcw.kpis.selection import Selection
from tcw.wording import Phrase

UNKNOWN = Phrase("filter-unknown", "{option} {value}: nothing in the export is called that; it has {known}.")
SIMILAR = Phrase(
    "filter-unknown-similar",
    "{option} {value}: nothing in the export is called that; did you mean {suggestion}?",
)
NO_VALUES = Phrase(
    "filter-no-values",
    "{option} {value}: the export says nothing of that kind, so nobody can be selected by it.",
)
NAMED = 8
"""So many values are named; the rest are an ellipsis."""


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
    known = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    return UsageFault(UNKNOWN, **facts, known=known)
