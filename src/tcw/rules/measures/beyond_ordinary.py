"""Overtime and additional time against the limits of four weeks, months and calendar years (WT06, WT07)."""

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tcw.rules.measures.full_time import (
    MISSING_KIND,
    MISSING_RATE,
    books_overtime,
    derived,
    is_part_time,
    with_contract,
)
from tcw.rules.measures.hours_by_period import (
    FOUR_WEEKS,
    MONTH,
    YEAR,
    PeriodLength,
    judge_windows,
    judgement,
)
from tcw.rules.rule import Judgement
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.kinds import WORK

if TYPE_CHECKING:
    from tcw.rules.engine.context import Context

BASES = (("four_weeks", FOUR_WEEKS, "overtime_four_weeks"), ("month", MONTH, "overtime_month"))


class Beyond(NamedTuple):
    """What is summed: column of hours, kind of booking, limits of a year, and whether of part-timers only."""

    column: str
    kind: int
    year: str
    extra: str
    part_timers: bool = False

    @property
    def terms(self) -> tuple[str, ...]:
        """The limits of an agreement that it goes by."""
        short = ("overtime_basis", "overtime_four_weeks", "overtime_month")
        return (*short, self.year, self.extra, "ordinary_week", "calculation_weeks")

    def judge(self, context: "Context") -> Judgement:
        """Return a finding for each four weeks, month or year with too many such hours, booked or derived."""
        if books_overtime(context):
            return judgement(_booked(context, self))
        return _derived(context, self)


def _booked(context: "Context", what: Beyond) -> list[Judgement]:
    bookings = pl.col("kind") == what.kind
    parts = []
    for basis, every, limit in BASES:
        if basis in context.in_force.values("overtime_basis"):
            windows = context.hours.windows(every).filter(context.in_force.having("overtime_basis", basis))
            parts.append(_short(context, _concerned(context, windows, what), every, limit, bookings))
    years = _concerned(context, context.hours.windows(YEAR), what)
    parts.append(_year(context, years, what, bookings))
    return parts


def _concerned(context: "Context", windows: pl.DataFrame, what: Beyond) -> pl.DataFrame:
    """Add `net`; leave out windows without such hours and, if so asked, of people known to be full time."""
    summed = windows.filter(pl.col(what.column) > 0).with_columns(net=what.column)
    if not what.part_timers:
        return summed
    full_time = (pl.col("contract") > 0) & ~pl.col("part") & ~pl.col("unrated")
    return with_contract(context, summed).filter(~full_time)


def _short(
    context: "Context", windows: pl.DataFrame, every: PeriodLength, limit: str, bookings: pl.Expr
) -> Judgement:
    allowed = (context.term(limit) * US_PER_HOUR).round()
    return judge_windows(context, windows.with_columns(allowed=allowed), every, bookings)


def _year(context: "Context", years: pl.DataFrame, what: Beyond, bookings: pl.Expr) -> Judgement:
    """Judge calendar years: a warning above the general limit, an error above the extra one too."""
    general = (context.term(what.year) * US_PER_HOUR).round()
    most = general + (context.term(what.extra) * US_PER_HOUR).round()
    above = pl.col("net") > most
    return judge_windows(
        context,
        years.with_columns(allowed=general),
        YEAR,
        bookings,
        limit=pl.when(above).then(most).otherwise("allowed"),
        severity=pl.when(above).then(pl.lit("error")).otherwise(pl.lit("warning")),
    )


def _derived(context: "Context", what: Beyond) -> Judgement:
    """Judge what follows from the hours of calculation periods, where no booking says overtime."""
    periods = derived(context).filter(pl.col("work") > 0).with_columns(net=what.column)
    bookings = pl.col("kind") == WORK
    why = MISSING_KIND
    missing = 0
    if what.part_timers:
        missing = int(periods["unrated"].sum())
        why = MISSING_RATE if missing else MISSING_KIND
        periods = periods.filter(is_part_time())
    fours = periods.filter(
        context.in_force.having("overtime_basis", "four_weeks"), pl.col("weeks") == FOUR_WEEKS.number
    )
    parts = [
        Judgement(not_judged=missing + _underivable(context, what)),
        _short(context, fours, FOUR_WEEKS, "overtime_four_weeks", bookings),
        _year(context, _years(context, periods), what, bookings),
    ]
    return judgement(parts, why)


def _underivable(context: "Context", what: Beyond) -> int:
    """Count the four weeks and months of which calculation periods say nothing."""
    count = 0
    for basis, every, limit in BASES:
        underivable = context.hours.windows(every).filter(
            pl.col("work") > 0,
            context.in_force.having("overtime_basis", basis),
            context.term(limit).is_finite(),
        )
        if every == FOUR_WEEKS:
            underivable = underivable.filter(~context.in_force.having("calculation_weeks", FOUR_WEEKS.number))
        if what.part_timers:
            underivable = with_contract(context, underivable).filter(is_part_time())
        count += underivable.height
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
