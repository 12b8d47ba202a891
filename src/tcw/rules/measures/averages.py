"""Averaging periods, and the limits of average working time over them."""

from typing import TYPE_CHECKING, Final

import polars as pl

from tcw.rules.measures.hours_by_period import Every, counts_as_worked
from tcw.worktime.kinds import LAST_WORKING

if TYPE_CHECKING:
    from tcw.rules.engine.context import Context

WEEK: Final = 7


def averaging_periods(context: "Context") -> list[tuple[Every, pl.DataFrame]]:
    """Return the windows of each length of averaging period that the agreements have, with `net` (counted hours, µs) and `days`.

    A person's windows are those of the agreement in force on their first day.
    """
    places: dict[Every, list[int]] = {}
    for place, terms in enumerate(context.in_force.terms):
        weeks = terms.average_weeks
        every = Every("months", terms.average_months) if weeks is None else Every("weeks", weeks)
        places.setdefault(every, []).append(place)
    return [
        (
            every,
            context.hours.windows(every)
            .filter(pl.col("agreement").is_in(places[every]), pl.col("counted") > 0)
            .with_columns(net="counted", days=pl.col("until") - pl.col("day")),
        )
        for every in sorted(places)
    ]


def counted(context: "Context") -> pl.Expr:
    """Return whether a booking counts in averages: working time, and absence that counts as worked."""
    return (pl.col("kind") <= LAST_WORKING) | counts_as_worked(context)
