"""The same figures by employee and week, employee, week, unit, area, or all: summed first, divided last."""

from collections.abc import Sequence

import polars as pl

from tcw.kpis.catalogue import Figure
from tcw.kpis.employment import Employments
from tcw.kpis.result import HOURS, KEYS, Grain
from tcw.kpis.weekly import described
from tcw.worktime.weeks import labels

ABOUT_EMPLOYEE = ("name", "unit_id", "unit_name", "planning_area", "employment_type", "category")


def quotient(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """Return part over whole; null when the whole is zero or negative: such a figure does not exist."""
    # Sums of hours carry float noise: a billionth of an hour is nothing.
    return pl.when(whole > 1e-9).then(part / whole)  # noqa: PLR2004


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


def _averages(figures: Sequence[Figure], *, mean_of_ratios: bool) -> list[pl.Expr]:
    if mean_of_ratios:
        return [pl.col(figure.code).mean() for figure in figures]
    return [
        quotient(_sum(figure.part, figure), _sum(figure.whole, figure)).alias(figure.code)
        for figure in figures
    ]


def _sum(hours: pl.Expr, figure: Figure) -> pl.Expr:
    # An employee-week whose rate is missing has no whole; its part must then stay out as well.
    kept = figure.part.is_not_null() & figure.whole.is_not_null()
    return pl.when(kept if figure.applies == "all" else kept & pl.col(figure.applies)).then(hours).sum()


def at_grain(
    weeks: pl.LazyFrame,
    grain: Grain,
    figures: Sequence[Figure],
    who: Employments,
    units: pl.DataFrame,
    period: tuple[int, int],
    *,
    mean_of_ratios: bool,
) -> pl.DataFrame:
    """Return the frame of one grain, as `tcw.kpis.result.KpiResult.figures` describes it.

    Args:
        weeks: `tcw.kpis.weekly.employee_week_hours`, with the columns of `employee_week_figures` when they are needed.
        grain: what a row is about.
        figures: of the catalogue, in report order.
        who: people and their employments, for names.
        units: the units table.
        period: first and last week.
        mean_of_ratios: average the employee-weeks' figures instead of dividing sums.
    """
    codes = [figure.code for figure in figures]
    # Order is kept, so that sums are formed in one order and the same input gives the same last digit. Sorted after
    # collecting: the optimizer takes order for unseen below a sort, and forgets it.
    # A sum of nothing known is not known either (a rate is missing); a sum over nobody is none.
    known = pl.col(HOURS).is_not_null().any() | (pl.len() == 0)
    hours = [pl.when(known).then(pl.col(HOURS).sum())]
    averages = _averages(figures, mean_of_ratios=mean_of_ratios)
    week_names = labels(*period)
    match grain:
        case "employee-week":
            frame = described(weeks.collect(), who).join(
                week_names, on="number", how="left", maintain_order="left"
            )
            return frame.select(*KEYS[grain], *ABOUT_EMPLOYEE, *HOURS, *codes)
        case "employee":
            frame = (
                weeks.group_by("code", maintain_order=True)
                .agg(pl.col("row").last(), *hours, *averages)
                .collect()
            )
            return described(frame, who).select(*KEYS[grain], *ABOUT_EMPLOYEE, *HOURS, *codes)
        case "week":
            frame = (
                weeks.group_by("number", maintain_order=True)
                .agg(pl.len().cast(pl.UInt32).alias("employees"), *hours, *averages)
                .collect()
                .sort("number")
            )
            frame = frame.join(week_names, on="number", how="left", maintain_order="left")
            return frame.select("week", "employees", *HOURS, *codes)
        case "unit" | "area":
            key = KEYS[grain][0]
            places = who.rows.select("row", unit_id="home_unit", planning_area="planning_area").select(
                "row", key
            )
            frame = (
                weeks.join(places.lazy(), on="row", how="left", maintain_order="left")
                .group_by(key, maintain_order=True)
                .agg(*_employees(), *hours, *averages)
                .collect()
                .sort(key, nulls_last=True)
            )
            if grain == "area":
                return frame.select(key, "employees", *HOURS, *codes)
            names = units.select("unit_id", "name", "planning_area").unique("unit_id", keep="first")
            frame = frame.join(names, on="unit_id", how="left", maintain_order="left")
            return frame.select(key, "name", "planning_area", "employees", *HOURS, *codes)
        case "all":
            frame = weeks.select(*_employees(), *hours, *averages).collect()
            return frame.select("employees", *HOURS, *codes)


def _employees() -> list[pl.Expr]:
    return [pl.col("code").n_unique().cast(pl.UInt32).alias("employees")]
