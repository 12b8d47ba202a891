"""Overtime and additional time against the limits of four weeks, months and calendar years (WT06, WT07)."""

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tcw.rules.measures.full_time import MISSING_KIND, MISSING_RATE, books_overtime, derived, with_contract
from tcw.rules.measures.hours_by_period import FOUR_WEEKS, MONTH, YEAR, Every, decide, findings, judgement
from tcw.rules.rule import Judgement
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.kinds import WORK

if TYPE_CHECKING:
    from tcw.rules.engine.context import Context

Part = tuple[pl.DataFrame | None, int, int]
BASES = (
    ("four_weeks", FOUR_WEEKS, "overtime_four_weeks"),
    ("month", MONTH, "overtime_month"),
)


class Beyond(NamedTuple):
    """What is summed: the column of hours, the kind of its bookings, the limits of a year, and whether it is part-timers' only."""

    column: str
    kind: int
    year: str
    extra: str
    part_timers: bool


def judge_beyond(context: "Context", what: Beyond) -> Judgement:
    """Judge the hours beyond ordinary time, booked as such or derived."""
    if books_overtime(context):
        return judgement(_booked(context, what))
    return _derived(context, what)


def _booked(context: "Context", what: Beyond) -> list[Part]:
    chosen = pl.col("kind") == what.kind
    parts = []
    for basis, every, limit in BASES:
        if basis in context.in_force.values("overtime_basis"):
            windows = context.hours.windows(every).filter(context.in_force.having("overtime_basis", basis))
            parts.append(_short(context, _concerned(context, windows, what), every, limit, chosen))
    years = _concerned(context, context.hours.windows(YEAR), what)
    parts.append(_year(context, years.with_columns(net=what.column), what, chosen))
    return parts


def _concerned(context: "Context", windows: pl.DataFrame, what: Beyond) -> pl.DataFrame:
    """Leave out windows without such hours and, where it is about part-timers, people known to be full time throughout; add `net`."""
    summed = windows.filter(pl.col(what.column) > 0).with_columns(net=what.column)
    if not what.part_timers:
        return summed
    full_time = (pl.col("contract") > 0) & ~pl.col("part") & ~pl.col("unrated")
    return with_contract(context, summed).filter(~full_time)


def _short(context: "Context", windows: pl.DataFrame, every: Every, limit: str, chosen: pl.Expr) -> Part:
    done = decide(windows.with_columns(allowed=(context.term(limit) * US_PER_HOUR).round()))
    return findings(context, done.flagged, every, chosen), done.judged, done.not_judged


def _year(context: "Context", years: pl.DataFrame, what: Beyond, chosen: pl.Expr) -> Part:
    """Judge calendar years: a warning above the general limit, an error above the extra one too."""
    general = (context.term(what.year) * US_PER_HOUR).round()
    most = general + (context.term(what.extra) * US_PER_HOUR).round()
    done = decide(years.with_columns(allowed=general))
    flagged = done.flagged.with_columns(
        severity=pl.when(pl.col("net") > most).then(pl.lit("error")).otherwise(pl.lit("warning")),
        allowed=pl.when(pl.col("net") > most).then(most).otherwise("allowed"),
    )
    found = findings(context, flagged, YEAR, chosen, severity=pl.col("severity"))
    return found, done.judged, done.not_judged


def _derived(context: "Context", what: Beyond) -> Judgement:
    """Judge what follows from the hours of calculation periods, where nothing is booked as beyond ordinary time."""
    periods = derived(context).filter(pl.col("work") > 0).with_columns(net=what.column)
    chosen = pl.col("kind") == WORK
    why = MISSING_KIND
    missing = 0
    if what.part_timers:
        missing = int(periods["unrated"].sum())
        why = MISSING_RATE if missing else MISSING_KIND
        periods = periods.filter(_part_time())
    fours = periods.filter(
        context.in_force.having("overtime_basis", "four_weeks"), pl.col("weeks") == FOUR_WEEKS.number
    )
    parts = [
        (None, 0, missing),
        (None, 0, _underivable(context, what)),
        _short(context, fours, FOUR_WEEKS, "overtime_four_weeks", chosen),
        _year(context, _years(context, periods), what, chosen),
    ]
    return judgement(parts, why)


def _part_time() -> pl.Expr:
    return pl.col("part") & ~pl.col("unrated")


def _underivable(context: "Context", what: Beyond) -> int:
    """Count the four weeks and months of which calculation periods say nothing."""
    count = 0
    for basis, every, limit in BASES:
        open_ = context.hours.windows(every).filter(
            pl.col("work") > 0,
            context.in_force.having("overtime_basis", basis),
            context.term(limit).is_finite(),
        )
        if every == FOUR_WEEKS:
            open_ = open_.filter(~context.in_force.having("calculation_weeks", FOUR_WEEKS.number))
        if what.part_timers:
            open_ = with_contract(context, open_).filter(_part_time())
        count += open_.height
    return count


def _years(context: "Context", periods: pl.DataFrame) -> pl.DataFrame:
    """Return the calendar years of `periods`, each with the sum of the calculation periods that begin in it.

    `unknown` reaches to the end of the last of them.
    """
    year = pl.col("day").cast(pl.Date).dt.year()
    summed = (
        periods.with_columns(year_=pl.date(year, 1, 1).to_physical().cast(pl.Int32))
        .group_by("person", "year_")
        .agg(pl.col("net").sum(), reaches=pl.col("until").max())
    )
    reaches = pl.max_horizontal("until", "reaches")
    return (
        context.hours.windows(YEAR)
        .join(summed, left_on=["person", "day"], right_on=["person", "year_"], how="inner")
        .with_columns(unknown=context.hours.unknown(pl.col("day"), reaches))
    )
