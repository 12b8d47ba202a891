"""The rests of a person: full rests and the runs between them, and the longest rest inside any window.

A rest is full when it is at least as long as the agreement on the local day on which it begins asks. A *run*
is what a person does between two full rests: its windows begin with it and again every 24 hours
(Arbetstidslagen 13 §, AB 13 §), and seven days without weekly rest are a run that is too long (14 §).

A window that sticks out of the horizon holds time nobody knows. So its longest rest has two lengths:
`at_least`, what lies between the bookings and the horizon's ends, and `at_most`, what it is if all that is
unknown is rest. A window is decided when `at_least` reaches the limit (passed) or `at_most` does not
(failed); else it is not judged.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time
from typing import Final

import polars as pl

from tcw.model.config.agreements import NO_LIMIT
from tcw.model.config.kpis import WEEKDAYS, Weekday
from tcw.rules.engine.context import Context
from tcw.rules.engine.in_force import InForce
from tcw.rules.engine.terms import Terms
from tcw.rules.measures.bookings import spread
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, Clock
from tcw.worktime.keys import same_person, time_keys
from tcw.worktime.kinds import STANDBY, working
from tcw.worktime.stretches import joined_rows, next_start, previous_end, stretches
from tcw.worktime.weeks import MONDAY_SHIFT

NEVER: Final = 1 << 60
"""A limit (µs) that nothing reaches."""
ENDLESS: Final = 1 << 41
"""µs (25 days): a rest of which nobody knows that it ended; longer ones are measured as this too."""
US_PER_SECOND: Final = 1_000_000


# Limits of agreements


def limits(in_force: InForce, name: str, without: int) -> list[int]:
    """Return a limit in hours of every agreement as µs; `without` where it has no such limit."""
    hours = [getattr(terms, name) for terms in in_force.terms]
    return [without if limit is None or limit == NO_LIMIT else round(limit * US_PER_HOUR) for limit in hours]


def limit_of_agreement(limits: list[int]) -> pl.Expr:
    """Return the limit (Int64) of the column `agreement`, out of a list with one for each agreement."""
    return pl.col("agreement").replace_strict(
        pl.Series(range(len(limits)), dtype=pl.UInt16),
        pl.Series(limits, dtype=pl.Int64),
        return_dtype=pl.Int64,
    )


def microseconds(in_force: InForce, name: str, without: int) -> pl.Expr:
    """Return a limit in hours of the column `agreement` as Int64 µs; `without` where there is no limit."""
    return limit_of_agreement(limits(in_force, name, without))


def laid_alike(
    context: Context, term: str, windows_of: Callable[[Terms], object]
) -> Iterator[tuple[Terms, list[int]]]:
    """Yield the agreements with a limit, grouped by `windows_of`: one of each group, and all positions."""
    alike: dict[object, list[int]] = {}
    for position, terms in enumerate(context.in_force.terms):
        if getattr(terms, term) != NO_LIMIT:
            alike.setdefault(windows_of(terms), []).append(position)
    for positions in alike.values():
        yield context.in_force.terms[positions[0]], positions


def of_agreements(context: Context, windows: pl.DataFrame, positions: list[int]) -> pl.DataFrame:
    """Return the windows on whose first day one of these agreements is in force."""
    if len(positions) == len(context.in_force.terms):
        return windows
    return context.with_agreement(windows).filter(pl.col("agreement").is_in(positions)).drop("agreement")


def with_demanded(context: Context, windows: pl.DataFrame, term: str) -> pl.DataFrame:
    """Add `agreement`, in force on the first day, and `demanded`: its limit (Int64 µs; 0 where none)."""
    return context.with_agreement(windows).with_columns(demanded=microseconds(context.in_force, term, 0))


def too_short(windows: pl.DataFrame, demanded: pl.Expr | float) -> tuple[pl.DataFrame, int]:
    """Return the windows whose longest rest is shorter than demanded (µs), and how many nobody can decide."""
    doubtful = windows.filter(pl.col("at_least") < demanded)
    failed = doubtful.filter(pl.col("at_most") < demanded)
    return failed, doubtful.height - failed.height


def days_of_hours_only(context: Context) -> int:
    """Return the number of a person's days whose rests nobody knows: working time without clock times."""
    hours_only = context.by_hours.filter(working())
    return hours_only.select("person", "day").n_unique() if hours_only.height else 0


# Runs between full rests


def runs(context: Context, united: pl.DataFrame, term: str) -> pl.DataFrame:
    """Return what lies between full rests.

    Args:
        context: of the chunk.
        united: stretches, sorted.
        term: the limit that makes a rest full.

    Returns:
        `person`, `start`, `end` (of the first and the last stretch), `previous_end`, `next_start` (of the
        same person's stretch before and after; null where there is none), sorted.
    """
    demanded = limits(context.in_force, term, 0)
    low, high = min(demanded), max(demanded)
    walked = united.select(
        *("person", "start", "end"),
        position=pl.int_range(pl.len(), dtype=pl.UInt32),
        previous_end=previous_end(),
    )
    rest = pl.col("start") - pl.col("previous_end")
    full = (rest >= high).fill_null(value=True)
    if low < high:
        between = walked.filter(rest >= low, rest < high)
        bounded = context.with_agreement(between, context.day(pl.col("previous_end")))
        enough = bounded.filter(rest >= microseconds(context.in_force, term, 0))["position"]
        full |= pl.col("position").is_in(enough.implode())
    return (
        joined_rows(walked.lazy(), full, first=("person", "start", "previous_end"), last=("end",))
        .with_columns(next_start=next_start())
        .collect()
    )


def day_windows(context: Context) -> pl.DataFrame:
    """Return the 24-hour windows from each run's start, as long as one begins before the run ends.

    Returns `person`, `start`, `end` (the window), `run_end`, `next_start` (the person's next start after the
    run, or null).
    """
    walked = runs(context, context.stretches, "daily_rest").select(
        *("person", "start", "next_start"),
        run_end="end",
        windows=(pl.col("end") - pl.col("start") + US_PER_DAY - 1) // US_PER_DAY,
    )
    columns = ("person", "start", "run_end", "next_start")
    single = walked.filter(pl.col("windows") == 1).select(columns)
    several = (
        walked.filter(pl.col("windows") > 1)
        .with_columns(number=pl.int_ranges(0, "windows"))
        .explode("number")
        .with_columns(start=pl.col("start") + pl.col("number") * US_PER_DAY)
        .select(columns)
    )
    return pl.concat([single, several]).with_columns(end=pl.col("start") + US_PER_DAY)


# The longest rest inside windows of whatever length and place


def longest_rests(
    windows: pl.DataFrame, united: pl.DataFrame, origin: int, first: int, after: int
) -> pl.DataFrame:
    """Add the longest rest inside each window.

    Args:
        windows: `person`, `start`, `end`, each with time of a stretch of the person in it.
        united: stretches, sorted.
        origin: an instant before them all.
        first: first instant of the horizon.
        after: the instant after it.

    Returns:
        The windows with `at_least` and `at_most` (Int64 µs; see above), `resumes` (the start of the stretch
        that ends the longest rest, the later of two; null when none does), `low`, `high` (UInt32: the first
        stretch in it and the one after the last), `first`, `last` (positions of the bookings that touch it).
    """
    placed = with_stretches_in(windows, united, origin)
    stretch = spread(placed.select("start", "low", "high"), pl.col("low"), pl.col("high"))
    position = stretch["position"]
    before = united["end"].gather(stretch.select((pl.col("position").cast(pl.Int64) - 1).clip(0)).to_series())
    leads = pl.col("position") == pl.col("low")
    rests = (
        stretch.with_columns(begins=united["start"].gather(position), before=before)
        .with_columns(
            rest=pl.col("begins") - pl.when(leads).then("start").otherwise("before"),
            sure=pl.col("begins")
            - pl.when(leads).then(pl.col("start").clip(lower_bound=first)).otherwise("before"),
        )
        .group_by("item")
        .agg(
            pl.col("sure").max(),
            pl.col("rest").max(),
            resumes=pl.col("begins").filter(pl.col("rest") == pl.col("rest").max()).max(),
        )
        .sort("item")
    )
    last_end, trail_ends = pl.col("last_end_"), pl.min_horizontal("end", "next_start_")
    trail = trail_ends - last_end
    return (
        pl.concat([placed, rests.drop("item")], how="horizontal")
        .with_columns(
            at_least=pl.max_horizontal("sure", trail_ends.clip(upper_bound=after) - last_end, 0),
            at_most=pl.max_horizontal("rest", trail, 0),
            resumes=pl.when(trail >= pl.col("rest")).then("next_start_").otherwise("resumes"),
        )
        .drop("sure", "rest", "last_end_", "next_start_")
    )


def with_stretches_in(windows: pl.DataFrame, united: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Add which stretches and bookings lie in each window, and what is next.

    Adds `low`, `high`, `first`, `last` (see `longest_rests`), `last_end_` (the last end in the window) and
    `next_start_` (the person's next start after it, null where there is none).
    """
    low = time_keys(united, "end", origin).search_sorted(time_keys(windows, "start", origin), side="right")
    high = time_keys(united, "start", origin).search_sorted(time_keys(windows, "end", origin), side="left")
    last = (high.cast(pl.Int64) - 1).clip(0)
    beyond = high.clip(upper_bound=max(united.height - 1, 0))
    same = (united["person"].gather(beyond) == windows["person"]) & (high < united.height)
    return windows.with_columns(
        low=low.cast(pl.UInt32),
        high=high.cast(pl.UInt32),
        first=united["first"].gather(low),
        last=united["last"].gather(last),
        last_end_=united["end"].gather(last),
        next_start_=pl.when(pl.lit(same)).then(pl.lit(united["start"].gather(beyond))),
    )


# The longest rest inside fixed windows: local days, or seven days, that begin at a clock time


@dataclass(frozen=True, slots=True)
class FixedWindows:
    """Windows of `days` local days each; one of them begins `shift` µs after 1970-01-01 00:00 local time."""

    days: int
    shift: int

    def number(self, local: pl.Expr) -> pl.Expr:
        """Return the window's number (Int32) of a local time in Int64 µs."""
        return ((local - self.shift) // (self.days * US_PER_DAY)).cast(pl.Int32)

    def begins(self, number: pl.Expr) -> pl.Expr:
        """Return the local time (Int64 µs) at which a window begins."""
        return number.cast(pl.Int64) * (self.days * US_PER_DAY) + self.shift


def days_from(day_break: time) -> FixedWindows:
    """Return the local days that begin at a clock time."""
    return FixedWindows(1, _of_day(day_break))


def weeks_from(day: Weekday, clock_time: time) -> FixedWindows:
    """Return the seven-day windows that begin on a weekday at a clock time."""
    return FixedWindows(7, (WEEKDAYS.index(day) - MONDAY_SHIFT) * US_PER_DAY + _of_day(clock_time))


def _of_day(clock_time: time) -> int:
    seconds = clock_time.hour * 3600 + clock_time.minute * 60 + clock_time.second
    return seconds * US_PER_SECOND


def fixed_windows(
    united: pl.DataFrame, grid: FixedWindows, clock: Clock, first: int, after: int, *, whole: bool = False
) -> pl.DataFrame:
    """Return the longest rest of each window that holds time of a person.

    Every window in which a stretch ends is one run of stretches, so one walk measures all of them. Seven days
    from Monday 00:00, and a person who works thrice:

        stretch            window of start, end   previous_end
        Mon 07 – Mon 16    1, 1                   –
        Wed 07 – Wed 16    1, 1                   Mon 16
        Sun 22 – Mon 06    1, 2                   Wed 16

    Two stretches end in window 1: it begins with `begin` Mon 07 and ends with `stop` Wed 16, the longest gap
    between is `best` 39 h, and next comes Sun 22. So its rests are 7 h, 39 h and 102 h. One ends in window 2,
    whose first rest is then after Mon 06. A stretch that goes on for days also has windows in which it does
    not end.

    Args:
        united: stretches as of `tcw.worktime.stretches.stretches`: `person`, `start`, `end`, `first`, `last`,
            sorted, no two touching.
        grid: the windows.
        clock: the zone's offsets.
        first: first instant of the horizon (µs).
        after: the instant after it.
        whole: measure rests that begin in the window whole, wherever they end, and no others but the time
            before a person's first stretch; else every rest is cut at the window's ends.

    Returns:
        `person`, `start`, `end` (Int64 µs instants: the window), `at_least`, `at_most` (Int64 µs, see above),
        `first`, `last` (positions of bookings that span all those that touch it: see
        `tcw.rules.measures.bookings.with_bookings`). Windows without such time are not there.
    """
    rows = _numbered(united, grid, clock)
    walked = pl.concat([_that_end_stretches(rows), _that_stretches_leave(rows)])
    windows = walked.lazy().with_columns(
        start=clock.instant(grid.begins(pl.col("number"))),
        end=clock.instant(grid.begins(pl.col("number") + 1)),
    )
    windows = windows.with_columns(
        begin=pl.max_horizontal("begin", "start"), stop=pl.min_horizontal("stop", "end")
    )
    measured = (_whole if whole else _cut)(windows, first, after).with_columns(
        # The next stretch begins in the window already.
        tail=pl.col("tail") + (pl.col("next_start") < pl.col("end")).fill_null(value=False)
    )
    laid = measured.select("person", "start", "end", "at_least", "at_most", "head", "tail").collect()
    return laid.with_columns(
        first=united["first"].gather(laid["head"]), last=united["last"].gather(laid["tail"])
    ).drop("head", "tail")


WALKED: Final = ("person", "number", "begin", "stop", "best", "previous_end", "next_start", "head", "tail")
"""Of a window: its first start and last end, the longest gap between them, the end before and the start after
(null: none), and the positions of the first and last stretch."""


def _numbered(united: pl.DataFrame, grid: FixedWindows, clock: Clock) -> pl.DataFrame:
    """Return stretches with their windows and neighbours.

    Returns `person`, `start`, `end`, `position` (in `united`), `number`, `final` (the windows of start and
    end), and of the same person `previous_end`, `previous_final` (the window of that end) and `next_start`;
    null where there is none.
    """
    return (
        united.lazy()
        .select(
            *("person", "start", "end"),
            position=pl.int_range(pl.len(), dtype=pl.UInt32),
            number=_number_at(pl.col("start"), grid, clock),
            final=_number_at(pl.col("end") - 1, grid, clock),
            previous_end=previous_end(),
            next_start=next_start(),
        )
        .with_columns(previous_final=pl.when(same_person()).then(pl.col("final").shift()))
        .collect()
    )


def _number_at(instant: pl.Expr, grid: FixedWindows, clock: Clock) -> pl.Expr:
    """Return the window's number of an instant."""
    number = grid.number(clock.local(instant))
    clock_time = grid.shift % US_PER_DAY
    in_change = any(
        low % US_PER_DAY <= clock_time < low % US_PER_DAY + abs(change.after - change.before)
        for change in clock.changes
        for low in (change.instant + min(change.before, change.after),)
    )
    if not in_change:
        return number
    # Windows begin at a clock time that a clock change skips, or has twice: go by the instant of it.
    late = instant >= clock.instant(grid.begins(number + 1))
    early = instant < clock.instant(grid.begins(number))
    return number + late.cast(pl.Int32) - early.cast(pl.Int32)


def _that_end_stretches(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the windows in which a stretch ends: WALKED."""
    # The window's position in front of the rest makes one running maximum do for all windows.
    marked = rows.lazy().with_columns(new=pl.col("final").ne_missing(pl.col("previous_final")))
    inner = pl.when("new").then(0).otherwise((pl.col("start") - pl.col("previous_end")).clip(0, ENDLESS))
    best = (pl.col("new").cum_sum().cast(pl.Int64) * (2 * ENDLESS) + inner).cum_max() % (2 * ENDLESS)
    return (
        joined_rows(
            marked.with_columns(best=best, number="final", begin="start", stop="end", head="position"),
            pl.col("new"),
            first=("person", "previous_end", "number", "begin", "head"),
            last=("best", "next_start", "stop", pl.col("position").alias("tail")),
        )
        .select(WALKED)
        .collect()
    )


def _that_stretches_leave(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the windows that hold one stretch that goes on beyond them, and nothing before it: WALKED."""
    return (
        rows.lazy()
        .filter(pl.col("number") != pl.col("final"))
        .with_columns(
            number=pl.int_ranges("number", pl.col("final"), dtype=pl.Int32),
            best=pl.lit(0, dtype=pl.Int64),
            begin="start",
            stop="end",
            head="position",
            tail="position",
        )
        .explode("number")
        .filter(pl.col("number").ne_missing(pl.col("previous_final")))
        .select(WALKED)
        .collect()
    )


def _cut(windows: pl.LazyFrame, first: int, after: int) -> pl.LazyFrame:
    """Add `at_least` and `at_most`: rests cut at the window's ends."""
    begin, stop = pl.col("begin"), pl.col("stop")
    trail_ends = pl.min_horizontal("end", "next_start")
    return windows.with_columns(
        at_least=pl.max_horizontal(
            "best", begin - pl.col("start").clip(lower_bound=first), trail_ends.clip(upper_bound=after) - stop
        ),
        at_most=pl.max_horizontal("best", begin - pl.col("start"), trail_ends - stop),
    )


def _whole(windows: pl.LazyFrame, first: int, after: int) -> pl.LazyFrame:
    """Add `at_least` and `at_most`: rests that begin in the window, to their ends."""
    begin, start, stop = pl.col("begin"), pl.col("start"), pl.col("stop")
    first_ever = pl.col("previous_end").is_null()
    # A rest that begins on the stroke of the window begins in it.
    on_the_stroke = pl.when(pl.col("previous_end") == start).then(begin - start).otherwise(0)
    sure_lead = pl.when(first_ever).then(begin - start.clip(lower_bound=first)).otherwise(on_the_stroke)
    lead = pl.when(first_ever).then(begin - start).otherwise(on_the_stroke)
    trails = stop < pl.col("end")
    sure_trail = pl.when(trails).then(pl.col("next_start").fill_null(after) - stop).otherwise(0)
    endless = trails & pl.col("next_start").is_null()
    return windows.with_columns(
        at_least=pl.max_horizontal("best", sure_lead, sure_trail),
        at_most=pl.max_horizontal("best", lead, pl.when(endless).then(ENDLESS).otherwise(sure_trail)),
    )


# Weekly rest


def disposal(context: Context) -> pl.DataFrame:
    """Return time at the employer's disposal, which is all that is no weekly rest: working time and standby.

    Standby (beredskap) is no working time, but "till veckovilan räknas inte beredskapstid" (Arbetstidslagen
    14 § first paragraph). Sorted by person and start.
    """
    if not (context.bookings["kind"] == STANDBY).any():
        return context.work
    return context.bookings.filter(pl.col("kind") <= STANDBY)


def disposal_stretches(context: Context) -> pl.DataFrame:
    """Return working time and standby united; `first` and `last` are positions in `disposal`."""
    bookings = context.once(disposal)
    if bookings.height == context.work.height:
        return context.stretches
    return stretches(bookings, context.timeline.origin)


def weeks_of(context: Context, terms: Terms) -> pl.DataFrame:
    """Return the longest rest of each seven-day window of the agreement, in modes `week` and `straddle`.

    Windows that hold working time or standby of a person; columns: see `fixed_windows`.
    """
    return fixed_windows(
        context.once(disposal_stretches),
        weeks_from(terms.week_break_day, terms.week_break_time),
        context.clock,
        context.first,
        context.after,
        whole=terms.weekly_rest_mode == "straddle",
    )
