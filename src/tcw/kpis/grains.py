"""The same figures by employee and week, employee, week, unit, area, or all: summed first, divided last.

The sums do not depend on the order of rows, or on the part of the people in which they were made: hours are
summed as whole microseconds and ratios as whole 2^-52, and divided once all parts are added.
"""

from collections.abc import Sequence

import polars as pl

from tcw.kpis.catalogue import Figure
from tcw.kpis.employment import Employments
from tcw.kpis.result import HOURS, KEYS, Grain
from tcw.kpis.weekly import described
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.weeks import labels

FINEST = 2.0**52
ABOUT_EMPLOYEE = ("name", "unit_id", "unit_name", "planning_area", "employment_type", "category")


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

    part, whole = (series.cast(pl.Float64) for series in both)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = pl.Series(part.name, np.divide(part.fill_null(0).to_numpy(), whole.fill_null(0).to_numpy()))
    return pl.select(pl.when(part.is_not_null() & whole.is_not_null()).then(values)).to_series()


def sums(figures: Sequence[Figure], *, mean_of_ratios: bool) -> list[pl.Expr]:
    """Return aggregations of employee-weeks (`tcw.kpis.weekly`) that can be `added` and `finished`.

    A figure has two sums, of its part and its whole, which are divided at the end. With `mean_of_ratios`,
    they are the sum and the number of the employee-weeks' own figures (`employee_week_figures`):

        employee-week   absence   bookable   figure        ratio of sums    mean of ratios
        Anna, W10       8 h       40 h       20 %          part:  8 + 0     part:  20 % + 0 %
        Bo, W10         0 h       10 h       0 %           whole: 40 + 10   whole: 2
        both                                               16 %             10 %

    Part-timers count by their hours in the first, and as much as anybody else in the second.
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
        _whole(_of_figure(side, figure)).alias(f"{name} {figure.code}")
        for figure in figures
        for name, side in (("part", figure.part), ("whole", figure.whole))
    ]


def _of_figure(hours: pl.Expr, figure: Figure) -> pl.Expr:
    """Return the hours of the employee-weeks that a figure is about."""
    # An employee-week whose rate is missing has no whole; its part must then stay out as well.
    defined = figure.part.is_not_null() & figure.whole.is_not_null()
    return pl.when(defined if figure.applies == "all" else defined & pl.col(figure.applies)).then(hours)


def _whole(hours: pl.Expr) -> pl.Expr:
    return (hours * US_PER_HOUR).round(0).cast(pl.Int64).sum().cast(pl.Int128)


def added(parts: Sequence[pl.DataFrame], keys: Sequence[str]) -> pl.DataFrame:
    """Return the sums of several parts by key; `employees` add up, since nobody is in two parts."""
    sums_of_all = pl.concat(parts)
    if len(parts) == 1:
        return sums_of_all
    return sums_of_all.group_by(keys).agg(pl.all().sum()) if keys else sums_of_all.sum()


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


def employee_week_figures(figures: Sequence[Figure]) -> list[pl.Expr]:
    """Return one expression per figure over the columns of `tcw.kpis.weekly.employee_week_hours`."""
    values = {figure.code: quotient(figure.part, figure.whole) for figure in figures}
    # The rate itself, so that a week of red days only still has one.
    values["employment_rate"] = pl.col("rate")
    return [
        (
            values[figure.code]
            if figure.applies == "all"
            else pl.when(pl.col(figure.applies)).then(values[figure.code])
        ).alias(figure.code)
        for figure in figures
    ]


def sums_at(
    weeks: pl.LazyFrame, grain: Grain, figures: Sequence[Figure], who: Employments, *, mean_of_ratios: bool
) -> pl.DataFrame:
    """Return the sums of one grain (any but employee-week) by its key: what parts of the people can add.

    Args:
        weeks: of `tcw.kpis.weekly.employee_week_hours`, with `employee_week_figures` if they are averaged.
        grain: what a row is about.
        figures: of the catalogue, in report order.
        who: people and their employments.
        mean_of_ratios: average the employee-weeks' figures instead of dividing sums.
    """
    employees = pl.col("code").n_unique().cast(pl.UInt32).alias("employees")
    summed = sums(figures, mean_of_ratios=mean_of_ratios)
    match grain:
        case "employee":
            return weeks.group_by("code", maintain_order=True).agg(pl.col("row").last(), *summed).collect()
        case "week":
            people = pl.len().cast(pl.UInt32).alias("employees")
            return weeks.group_by("number").agg(people, *summed).collect()
        case "unit" | "area":
            places = who.rows.select("row", unit_id="home_unit", planning_area="planning_area").lazy()
            joined = weeks.join(places.select("row", KEYS[grain][0]), on="row", how="left")
            return joined.group_by(KEYS[grain][0]).agg(employees, *summed).collect()
        case _:
            return weeks.select(employees, *summed).collect()


def at_grain(
    parts: Sequence[pl.DataFrame],
    grain: Grain,
    figures: Sequence[Figure],
    who: Employments,
    units: pl.DataFrame,
    period: tuple[int, int],
    *,
    mean_of_ratios: bool,
) -> pl.DataFrame:
    """Return the frame of one grain (any but employee-week), as `KpiResult.figures` describes it.

    `parts`: `sums_at` of all parts of the people, in their order; `units`: the table; `period`: first and
    last week.
    """
    codes = [figure.code for figure in figures]
    values = finished(figures, mean_of_ratios=mean_of_ratios)
    if grain == "employee":
        frame = pl.concat(parts).select("code", "row", *values)
        return described(frame, who).select(*KEYS[grain], *ABOUT_EMPLOYEE, *HOURS, *codes)
    keys = {"week": ["number"], "unit": ["unit_id"], "area": ["planning_area"]}.get(grain, [])
    frame = added(parts, keys).select(*keys, "employees", *values)
    if keys:
        frame = frame.sort(keys, nulls_last=True)
    if grain == "week":
        frame = frame.join(labels(*period), on="number", how="left", maintain_order="left")
    elif grain == "unit":
        names = units.select("unit_id", "name", "planning_area").unique("unit_id", keep="first")
        frame = frame.join(names, on="unit_id", how="left", maintain_order="left")
        return frame.select(*KEYS[grain], "name", "planning_area", "employees", *HOURS, *codes)
    return frame.select(*KEYS[grain], "employees", *HOURS, *codes)


def by_week(
    weeks: pl.DataFrame, figures: Sequence[Figure], who: Employments, period: tuple[int, int]
) -> pl.DataFrame:
    """Return the frame of the grain employee-week; `weeks` has the columns of `employee_week_figures`."""
    named = described(weeks, who).join(labels(*period), on="number", how="left", maintain_order="left")
    return named.select(*KEYS["employee-week"], *ABOUT_EMPLOYEE, *HOURS, *(figure.code for figure in figures))
