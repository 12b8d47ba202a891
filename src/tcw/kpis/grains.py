"""The same figures by employee and week, employee, week, unit, area, or all: summed first, divided last."""

from collections.abc import Sequence

import polars as pl

from tcw.kpis.catalogue import Figure
from tcw.kpis.employment import Employments
from tcw.kpis.result import HOURS, KEYS, Grain
from tcw.kpis.sums import added, finished, quotient, sums
from tcw.kpis.weekly import described
from tcw.worktime.weeks import labels

ABOUT_EMPLOYEE = ("name", "unit_id", "unit_name", "planning_area", "employment_type", "category")


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
    """Return the sums of one grain (any but employee-week), by `KEY[grain]`: what several parts of the people can add.

    Args:
        weeks: `tcw.kpis.weekly.employee_week_hours`, with the columns of `employee_week_figures` when they are needed.
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
    """Return the frame of one grain (any but employee-week), as `tcw.kpis.result.KpiResult.figures` describes it.

    `parts`: `sums_at` of all parts of the people, in their order; `units`: the table; `period`: first and last week.
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
