"""The hours of each person in each period that a rule sums over, and the findings where they are too many.

Weeks and months do not nest, so a person's net hours are first summed in *cells*, the parts of weeks that lie
in one month. PeriodLength period a rule asks for is made of whole cells: bookings are walked once, and ten
rules add up a few dozen numbers per person and year.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import polars as pl

from tcw.rules.measures.net_hours import PeriodGrid, cut, grid, horizon_days, less_pause, net_spans
from tcw.rules.rule import Judgement
from tcw.worktime.clock import US_PER_HOUR
from tcw.worktime.keys import day_key, same_person
from tcw.worktime.kinds import ABSENCE, ADDITIONAL, LAST_WORKING, ON_CALL, OVERTIME, WORK, working
from tcw.worktime.red_days import red_days_in_force
from tcw.worktime.stretches import running_end
from tcw.worktime.weeks import MONDAY_SHIFT

if TYPE_CHECKING:
    from tcw.rules.engine.context import Context

WORKING: Final = tuple(range(LAST_WORKING + 1))
SETS: Final[Mapping[str, tuple[int, ...]]] = {
    "work": (WORK,),
    "additional": (ADDITIONAL,),
    "overtime": (OVERTIME,),
    "on_call": (ON_CALL,),
    "ordinary": (WORK, ADDITIONAL),
    "worked": WORKING,
    "counted": (*WORKING, ABSENCE),
}
"""What hours are summed: bookings of these kinds, walked together; absence only where it counts as worked."""
LONG_ABSENCE: Final = 20 * US_PER_HOUR
"""An absence this long is booked by the day, not by its hours: it counts a fifth of a normal week for each
weekday."""
WEEKDAYS: Final = 5
WEEK: Final = 7
MONTHS: Final = 12
EPOCH: Final = date(1970, 1, 1).toordinal()


class PeriodLength(NamedTuple):
    """How long periods are: weeks from the calculation start, months from the horizon's first, or years."""

    unit: Literal["weeks", "months", "years"]
    number: int


FOUR_WEEKS: Final = PeriodLength("weeks", 4)
MONTH: Final = PeriodLength("months", 1)
YEAR: Final = PeriodLength("years", 1)


class HoursByPeriod:
    """Net hours of the people of a chunk, by period.

    `cells`: `person`, `number` (Int32) and one column of net µs (Int64) for each of SETS, and `planned`
    (Int64: how many planned bookings of work or additional time it has), sorted; a row for every cell in
    which a person has any booking.
    """

    def __init__(self, context: "Context") -> None:
        self.context = context
        self.first, self.last = horizon_days(context)
        said = context.settings.calculation_start
        monday = self.first - (self.first + MONDAY_SHIFT) % 7
        self.anchor = monday if said is None else said.toordinal() - EPOCH
        """A day on which a period of weeks begins."""
        day = pl.col("day")
        starts = ((day - self.anchor) % 7 == 0) | (day.cast(pl.Date).dt.day() == 1)
        self.periods = grid(context.clock, self.first, self.last, starts)
        self.cells = _cells(context, self.periods)
        self._windows: dict[PeriodLength, pl.DataFrame] = {}

    def windows(self, every: PeriodLength) -> pl.DataFrame:
        """Return the sums by person and period, for every period in which the person has any booking.

        Returns `person`, `day`, `until` (Int32: first day, and the one after the last), `unknown` (Int64 µs:
        how much of it lies outside the horizon's days), `red` (Float64: red working days), `agreement` (on
        its first day), the columns of SETS and `planned`; sorted by person and day.
        """
        if every not in self._windows:
            begins = self.begins(every)
            of_cell = pl.Series(begins).search_sorted(self.periods.begins[:-1], side="right") - 1
            placed = self.cells.with_columns(number=pl.lit(of_cell.cast(pl.Int32)).gather(pl.col("number")))
            summed = run_sums(placed, {name: pl.col(name) for name in (*SETS, "planned")})
            self._windows[every] = self.context.with_agreement(
                summed.join(self._described(begins), on="number", how="left", maintain_order="left"),
                pl.col("day"),
            ).drop("number")
        return self._windows[every]

    def begins(self, every: PeriodLength) -> list[int]:
        """Return the first days of the periods that touch the horizon, in order, and the one after."""
        if every.unit == "weeks":
            step = 7 * every.number
            begin = self.anchor + (self.first - self.anchor) // step * step
            return list(range(begin, self.last + step + 1, step))
        first, last = date.fromordinal(self.first + EPOCH), date.fromordinal(self.last + EPOCH)
        if every.unit == "years":
            return [date(year, 1, 1).toordinal() - EPOCH for year in range(first.year, last.year + 2)]
        begin, stop = first.year * MONTHS + first.month - 1, last.year * MONTHS + last.month - 1
        months = range(begin, stop + every.number + 1, every.number)
        return [date(month // MONTHS, month % MONTHS + 1, 1).toordinal() - EPOCH for month in months]

    def unknown(self, day: pl.Expr, until: pl.Expr) -> pl.Expr:
        """Return how much (Int64 µs) of the days from `day` until `until` lies outside the horizon's days."""
        midnight = self.context.midnight
        first, after = pl.lit(self.first, dtype=pl.Int32), pl.lit(self.last + 1, dtype=pl.Int32)
        known = midnight(pl.min_horizontal(until, after)) - midnight(pl.max_horizontal(day, first))
        return midnight(until) - midnight(day) - known.clip(lower_bound=0)

    def _described(self, begins: list[int]) -> pl.DataFrame:
        """Return `number`, `day`, `until`, `unknown` and `red` of each period."""
        periods = pl.DataFrame(
            {"day": begins[:-1], "until": begins[1:]}, schema={"day": pl.Int32, "until": pl.Int32}
        )
        red = self._red_days(begins[0], begins[-1] - 1)
        places = periods["day"].search_sorted(red["day"], side="right") - 1
        shares = (
            red.with_columns(number=places.cast(pl.Int32)).group_by("number").agg(pl.col("percent").sum())
        )
        return (
            periods.with_columns(
                number=pl.int_range(pl.len(), dtype=pl.Int32),
                unknown=self.unknown(pl.col("day"), pl.col("until")),
            )
            .join(shares, on="number", how="left", maintain_order="left")
            .with_columns(red=pl.col("percent").fill_null(0.0))
            .drop("percent")
        )

    def _red_days(self, first: int, last: int) -> pl.DataFrame:
        """Return `day`, `percent` (0 to 1) of the red days that are working days."""
        if True not in self.context.in_force.values("red_days_reduce"):
            return pl.DataFrame(schema={"day": pl.Int32, "percent": pl.Float64})
        schedule = self.context.schedule
        days, _ = red_days_in_force(schedule, date.fromordinal(first + EPOCH), date.fromordinal(last + EPOCH))
        working = sorted(schedule.config.red_days.iso_weekdays)
        return (
            days.filter(pl.col("date").dt.weekday().is_in(working))
            .group_by(day=pl.col("date").to_physical())
            .agg(pl.col("percent").fill_null(1.0).max().clip(0.0, 1.0))
        )


def run_sums(rows: pl.DataFrame, sums: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Return sums of rows sorted by `person` and `number`: running sums cost a fraction of grouping."""
    new = (~same_person() | (pl.col("number") != pl.col("number").shift())).shift(-1)
    return (
        rows.lazy()
        .select("person", "number", *[term.cum_sum().alias(name) for name, term in sums.items()], tail=new)
        .filter(pl.col("tail").fill_null(value=True))
        .select("person", "number", *[pl.col(name) - pl.col(name).shift(fill_value=0) for name in sums])
        .collect()
    )


def counts_as_worked(context: "Context") -> pl.Expr:
    """Return whether a booking is absence that counts as worked (10 b §: vacation and sick leave)."""
    flags = context.timeline.activities["counts_as_worked"].fill_null(value=False)
    return (pl.col("kind") == ABSENCE) & pl.lit(flags).gather(pl.col("activity")).fill_null(value=False)


def _cells(context: "Context", periods: PeriodGrid) -> pl.DataFrame:
    names = ("person", "start", "end", "kind", "activity", "planned", "pause")
    bookings = context.bookings.select(name for name in names if name in context.bookings.columns)
    absent = counts_as_worked(context)
    long = pl.col("end") - pl.col("start") >= LONG_ABSENCE
    summed = (working()) | (absent & ~long)
    spans = bookings.filter(summed)
    covered = running_end("end", context.timeline.origin).shift()
    overlaps = spans.select((same_person() & (covered > pl.col("start"))).fill_null(value=False)).to_series()
    # Where bookings overlap, what each adds depends on the set's kinds: walk those few once for each set.
    tangled = overlaps | overlaps.shift(-1, fill_value=False)
    plain = spans.filter(~tangled) if tangled.any() else spans
    whole, pieces = cut(plain.with_columns(net=less_pause(spans.columns)), context.booked_clock, periods)
    rare = whole.filter(pl.col("kind") != WORK)
    parts = [
        run_sums(whole, {"all": pl.col("net"), "planned": _planned().cast(pl.Int64)}),
        run_sums(rare, _correction()),
        pieces.select("person", "number", **_by_kind()),
        *_tangled(context, spans.filter(tangled), periods),
        _presence(context, bookings.filter(~summed), periods),
        _by_hours(context, periods),
        _long_absence(context, bookings.filter(absent & long), periods),
    ]
    together = (
        pl.concat(parts, how="diagonal_relaxed").with_columns(key=day_key("number")).sort("key").fill_null(0)
    )
    every = pl.col("all")
    return run_sums(
        together,
        {name: pl.col(name) + every if WORK in kinds else pl.col(name) for name, kinds in SETS.items()}
        | {"planned": pl.col("planned")},
    )


def _correction() -> dict[str, pl.Expr]:
    """Return what other bookings than work add to SETS after all bookings have first been taken for work.

    Nearly all bookings are work. So `_cells` sums all of them once, and then corrects each set by the few
    others. Somebody has 30 h of work, 8 h of overtime and 2 h on call in a cell: the first sum is 40 h.

        set         kinds                 all, where work is in it    correction      is
        work        work                  40                          -8, -2          30
        ordinary    work, additional      40                          -8, -2          30
        worked      all working time      40                          0, 0            40
        overtime    overtime              0                           8, 0            8
        on_call     on-call               0                           0, 2            2
    """
    kind, net = pl.col("kind"), pl.col("net")
    return {
        name: pl.when(kind.is_in(kinds)).then(0).otherwise(-net)
        if WORK in kinds
        else pl.when(kind.is_in(kinds)).then(net).otherwise(0)
        for name, kinds in SETS.items()
    }


def _by_kind() -> dict[str, pl.Expr]:
    """Return the sums of SETS and `planned` over `net` of bookings that do not overlap."""
    kind, net = pl.col("kind"), pl.col("net")
    sums = {name: pl.when(kind.is_in(kinds)).then(net).otherwise(0) for name, kinds in SETS.items()}
    return sums | {"planned": _planned().cast(pl.Int64)}


def _planned() -> pl.Expr:
    return pl.col("planned") & (pl.col("kind") <= ADDITIONAL)


def _tangled(context: "Context", spans: pl.DataFrame, periods: PeriodGrid) -> list[pl.DataFrame]:
    """Return the hours of bookings that overlap, a frame for each of SETS, and the cells they touch."""
    if spans.is_empty():
        return []
    parts = [_presence(context, spans, periods)]
    for name, kinds in SETS.items():
        once = net_spans(spans.filter(pl.col("kind").is_in(kinds)), context.timeline.origin)
        parts += [
            half.select("person", "number", pl.col("net").alias(name))
            for half in cut(once, context.booked_clock, periods)
        ]
    return parts


def _presence(context: "Context", spans: pl.DataFrame, periods: PeriodGrid) -> pl.DataFrame:
    """Return the cells that bookings touch, with `planned`."""
    halves = cut(spans.with_columns(net=pl.lit(0, dtype=pl.Int64)), context.booked_clock, periods)
    return pl.concat([half.select("person", "number", planned=_planned().cast(pl.Int64)) for half in halves])


def _by_hours(context: "Context", periods: PeriodGrid) -> pl.DataFrame:
    """Return the hours of bookings without clock times, whole on their day."""
    absent = counts_as_worked(context)
    usable = (working()) | (absent & (pl.col("net") < LONG_ABSENCE))
    # What does not count is there all the same: the person has a booking in this period.
    return context.by_hours.with_columns(
        number=periods.number(pl.col("day")), net=pl.when(usable).then("net").otherwise(0)
    ).select("person", "number", **_by_kind())


def _long_absence(context: "Context", spans: pl.DataFrame, periods: PeriodGrid) -> pl.DataFrame:
    """Return `counted` of absence booked by the day: a fifth of the normal week for each weekday."""
    begins = context.day(pl.col("start"))
    ends = context.day(pl.col("end") - 1)
    timed = spans.select("person", day=pl.int_ranges(begins, ends + 1, dtype=pl.Int32)).explode("day")
    whole_days = counts_as_worked(context) & (pl.col("net") >= LONG_ABSENCE)
    by_hours = context.by_hours.filter(whole_days).select("person", "day")
    day_off = round(context.schedule.config.normal_week_hours / WEEKDAYS * US_PER_HOUR)
    return (
        pl.concat([timed, by_hours])
        .unique()
        .filter((pl.col("day") + MONDAY_SHIFT) % 7 < WEEKDAYS)
        .select("person", number=periods.number(pl.col("day")), counted=pl.lit(day_off, dtype=pl.Int64))
    )


# Averaging periods, and the limits of average working time over them


def averaging_periods(context: "Context") -> list[tuple[PeriodLength, pl.DataFrame]]:
    """Return the windows of each length of averaging period that the agreements have.

    Adds `net` (counted hours, µs) and `days`. A person's windows are those of the agreement in force on their
    first day.
    """
    positions: dict[PeriodLength, list[int]] = {}
    for position, terms in enumerate(context.in_force.terms):
        weeks = terms.average_weeks
        every = (
            PeriodLength("months", terms.average_months) if weeks is None else PeriodLength("weeks", weeks)
        )
        positions.setdefault(every, []).append(position)
    return [
        (
            every,
            context.hours.windows(every)
            .filter(pl.col("agreement").is_in(positions[every]), pl.col("counted") > 0)
            .with_columns(net="counted", days=pl.col("until") - pl.col("day")),
        )
        for every in sorted(positions)
    ]


def counted(context: "Context") -> pl.Expr:
    """Return whether a booking counts in averages: working time, and absence that counts as worked."""
    return working() | counts_as_worked(context)


# From sums to findings: what is decided, what sticks out of the horizon, and which bookings it is about


class Decided(NamedTuple):
    """The windows whose known hours are above what is allowed, and how many windows are decided and not."""

    flagged: pl.DataFrame
    judged: int
    not_judged: int


def decide(windows: pl.DataFrame) -> Decided:
    """Judge windows with `net`, `unknown` (Int64 µs) and `allowed` (Float64 µs).

    Those without a limit are left out. What is not known can only add hours, at most one each hour: a window
    that sticks out of the horizon is flagged as soon as its known part is above the limit, and passes when
    the rest cannot take it there.
    """
    bounded = windows.filter(pl.col("allowed").is_finite())
    above = pl.col("net") > pl.col("allowed")
    undecided = ~above & (pl.col("net") + pl.col("unknown") > pl.col("allowed"))
    number = int(bounded.select(undecided.sum()).item())
    return Decided(bounded.filter(above), bounded.height - number, number)


def judge_windows(
    context: "Context",
    windows: pl.DataFrame,
    every: PeriodLength,
    bookings: pl.Expr,
    per: pl.Expr | float = 1.0,
    limit: pl.Expr | None = None,
    **more: pl.Expr,
) -> Judgement:
    """Judge the windows of one kind of period.

    Args:
        context: of the chunk.
        windows: `person`, `day`, `until`, `net`, `allowed` and `unknown` (see `decide`), `agreement`.
        every: the periods they are.
        bookings: which bookings of a window it is about (over `kind` and `activity`).
        per: what hours are divided by when they are shown.
        limit: the limit that is shown (µs), where it is not `allowed`.
        more: further columns of the findings.
    """
    decided = decide(windows)
    flagged = decided.flagged.join(
        _bookings(context, decided.flagged, every, bookings),
        on=["person", "day"],
        how="left",
        maintain_order="left",
    )
    findings = flagged.select(
        *("person", "rows", "agreement"),
        context.midnight(pl.col("day")).alias("from"),
        context.midnight(pl.col("until")).alias("to"),
        planned="any_planned",
        measured=pl.col("net") / US_PER_HOUR / per,
        limit=(pl.col("allowed") if limit is None else limit) / US_PER_HOUR / per,
        **more,
    )
    return Judgement(findings, decided.judged, decided.not_judged)


def judgement(parts: Iterable[Judgement], why: str = "") -> Judgement:
    """Put together what several kinds of periods gave."""
    listed = list(parts)
    frames = [part.findings for part in listed if part.findings is not None and part.findings.height]
    not_judged = sum(part.not_judged for part in listed)
    return Judgement(
        pl.concat(frames, how="diagonal") if frames else None,
        judged=sum(part.judged for part in listed),
        not_judged=not_judged,
        why=why if not_judged else "",
    )


def _bookings(
    context: "Context", flagged: pl.DataFrame, every: PeriodLength, chosen: pl.Expr
) -> pl.DataFrame:
    """Return `person`, `day`, `rows` and `any_planned` of flagged windows: the bookings of each, in order."""
    if flagged.is_empty():
        nothing = pl.Series("rows", [], dtype=pl.List(pl.UInt32))
        return flagged.select("person", "day", nothing, any_planned=pl.lit(value=False))
    begins = pl.Series("day", context.hours.begins(every), dtype=pl.Int32)
    days = {"first": context.day(pl.col("start")), "last": context.day(pl.col("end") - 1)}
    rows = pl.concat(
        [
            bookings.join(flagged, on="person", how="semi", maintain_order="left")
            .filter(chosen)
            .select("person", "row", "planned", **columns)
            for bookings, columns in (
                (context.bookings, days),
                (context.by_hours, dict.fromkeys(days, pl.col("day"))),
            )
        ]
    )
    first, last = (begins.search_sorted(rows[name], side="right") - 1 for name in ("first", "last"))
    touched = rows.with_columns(number=pl.int_ranges(first, last + 1, dtype=pl.UInt32)).explode("number")
    placed = touched.with_columns(day=pl.lit(begins).gather(pl.col("number")))
    return (
        placed.join(flagged, on=["person", "day"], how="semi", maintain_order="left")
        .group_by("person", "day", maintain_order=True)
        .agg(rows="row", any_planned=pl.col("planned").any())
    )
