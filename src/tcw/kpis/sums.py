"""Sums of employee-weeks that do not depend on the order of rows, or on the part in which they were made.

Hours are summed as whole microseconds and ratios as whole 2^-52, so that the figures of a source are the same to the last digit
however its people were cut into parts. Divided last, once all parts are added.
"""

from collections.abc import Sequence

import polars as pl

from tcw.kpis.catalogue import Figure
from tcw.kpis.result import HOURS
from tcw.worktime.clock import US_PER_HOUR

FINEST = 2.0**52


def quotient(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Return part over whole; null when the whole is zero or negative: such a figure does not exist."""
    # Sums of hours carry float noise: a billionth of an hour is nothing.
    return pl.when(whole > 1e-9).then(divided(part, whole))  # noqa: PLR2004


def divided(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Return part over whole (Float64), with the same last digit wherever rows are cut for threads.

    Polars multiplies by the inverse where what it divides by has one row: -14 / 40 is then another number.
    """
    return pl.map_batches([part, whole], _quotients, pl.Float64(), is_elementwise=True)


def _quotients(both: Sequence[pl.Series]) -> pl.Series:
    import numpy as np

    part, whole = (one.cast(pl.Float64) for one in both)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = pl.Series(part.name, np.divide(part.fill_null(0).to_numpy(), whole.fill_null(0).to_numpy()))
    return pl.select(pl.when(part.is_not_null() & whole.is_not_null()).then(values)).to_series()


def sums(figures: Sequence[Figure], *, mean_of_ratios: bool) -> list[pl.Expr]:
    """Return aggregations of `tcw.kpis.weekly.employee_week_hours` that can be added (`added`) and `finished`.

    With `mean_of_ratios` the columns of `tcw.kpis.grains.employee_week_figures` are summed.
    """
    hours = [
        expression
        for name in HOURS
        for expression in (
            _whole(pl.col(name)).alias(f"sum {name}"),
            pl.col(name).count().cast(pl.Int64).alias(f"known {name}"),
        )
    ]
    return [
        pl.len().cast(pl.Int64).alias("rows"),
        *hours,
        *_of_figures(figures, mean_of_ratios=mean_of_ratios),
    ]


def _of_figures(figures: Sequence[Figure], *, mean_of_ratios: bool) -> list[pl.Expr]:
    if mean_of_ratios:
        return [
            expression
            for figure in figures
            for expression in (
                (pl.col(figure.code) * FINEST).cast(pl.Int128).sum().alias(f"part {figure.code}"),
                pl.col(figure.code).count().cast(pl.Int128).alias(f"whole {figure.code}"),
            )
        ]
    return [
        _whole(_kept(side, figure)).alias(f"{name} {figure.code}")
        for figure in figures
        for name, side in (("part", figure.part), ("whole", figure.whole))
    ]


def _kept(hours: pl.Expr, figure: Figure) -> pl.Expr:
    # An employee-week whose rate is missing has no whole; its part must then stay out as well.
    kept = figure.part.is_not_null() & figure.whole.is_not_null()
    return pl.when(kept if figure.applies == "all" else kept & pl.col(figure.applies)).then(hours)


def _whole(hours: pl.Expr) -> pl.Expr:
    return (hours * US_PER_HOUR).round(0).cast(pl.Int64).sum().cast(pl.Int128)


def added(parts: Sequence[pl.DataFrame], keys: Sequence[str]) -> pl.DataFrame:
    """Return the sums of several parts by key; `employees` add up, since nobody is in two parts."""
    both = pl.concat(parts)
    if len(parts) == 1:
        return both
    return both.group_by(keys).agg(pl.all().sum()) if keys else both.sum()


def finished(figures: Sequence[Figure], *, mean_of_ratios: bool) -> list[pl.Expr]:
    """Return HOURS and the figures (Float64) of added sums."""
    # A sum of nothing known is not known either (a rate is missing); a sum over nobody is none.
    hours = [
        pl.when((pl.col(f"known {name}") > 0) | (pl.col("rows") == 0)).then(_hours(f"sum {name}")).alias(name)
        for name in HOURS
    ]
    return [*hours, *(_finished(figure.code, mean_of_ratios=mean_of_ratios) for figure in figures)]


def _finished(code: str, *, mean_of_ratios: bool) -> pl.Expr:
    part, whole = f"part {code}", f"whole {code}"
    if mean_of_ratios:
        number = pl.col(whole).cast(pl.Float64)
        # A power of two costs no digit.
        return pl.when(number > 0).then(divided(pl.col(part).cast(pl.Float64) / FINEST, number)).alias(code)
    return quotient(_hours(part), _hours(whole)).alias(code)


def _hours(name: str) -> pl.Expr:
    return divided(pl.col(name), pl.lit(float(US_PER_HOUR)))
