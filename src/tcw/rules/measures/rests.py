"""The rests of a person: full rests and the runs between them, and the longest rest inside any window.

A rest is full when it is at least as long as the agreement on the local day on which it begins asks. A *run* is what a
person does between two full rests: its windows begin with it and again every 24 hours (Arbetstidslagen 13 §, AB 13 §), and
seven days without weekly rest are a run that is too long (14 §).

A window that sticks out of the horizon holds time nobody knows. So it has two lengths of its longest rest: `known`, what lies
between the bookings and the horizon's ends, and `at_most`, what it is if all that is unknown is rest. A window is decided
when `known` reaches the limit (passed) or `at_most` does not (failed); else it is not judged.
"""

from dataclasses import dataclass
from datetime import time
from typing import Final

import polars as pl

from tcw.model.config.kpis import WEEKDAYS, Weekday
from tcw.rules.engine.context import Context
from tcw.rules.engine.in_force import InForce
from tcw.rules.engine.terms import Terms
from tcw.worktime import stretches
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR, Clock
from tcw.worktime.kinds import LAST_WORKING, STANDBY
from tcw.worktime.stretches import PER_PERSON, TICK
from tcw.worktime.weeks import MONDAY_SHIFT

NEVER: Final = 1 << 60
"""A limit (µs) that nothing reaches."""


def microseconds(in_force: InForce, name: str, without: int) -> pl.Expr:
    """Return a limit in hours of the column `agreement` as Int64 µs; `without` where the agreement has no such limit."""
    return pl.col("agreement").replace_strict(
        pl.Series(range(len(in_force.terms)), dtype=pl.UInt16),
        pl.Series(limits(in_force, name, without), dtype=pl.Int64),
        return_dtype=pl.Int64,
    )


def limits(in_force: InForce, name: str, without: int) -> list[int]:
    """Return a limit in hours of every agreement as µs; `without` where it has no such limit."""
    hours = [getattr(terms, name) for terms in in_force.terms]
    return [
        without if value is None or value == float("inf") else round(value * US_PER_HOUR) for value in hours
    ]


def runs(context: Context, united: pl.DataFrame, term: str) -> pl.DataFrame:
    """Return what lies between full rests.

    Args:
        context: of the chunk.
        united: stretches, sorted.
        term: the limit that makes a rest full.

    Returns:
        `person`, `start`, `end` (of the first and the last stretch), `head`, `tail` (UInt32: their places in `united`), `came`, `goes`
        (the end of the stretch before and the start of the one after, of the same person; null where there is none), sorted.
    """
    demanded = limits(context.in_force, term, 0)
    low, high = min(demanded), max(demanded)
    same = pl.col("person") == pl.col("person").shift()
    walked = united.select(
        "person",
        "start",
        "end",
        place=pl.int_range(pl.len(), dtype=pl.UInt32),
        came=pl.when(same).then(pl.col("end").shift()),
    )
    rest = pl.col("start") - pl.col("came")
    full = (rest >= high).fill_null(value=True)
    if low < high:
        between = walked.filter(rest >= low, rest < high)
        placed = context.with_agreement(between, context.day(pl.col("came")))
        enough = placed.filter(rest >= microseconds(context.in_force, term, 0))["place"]
        full |= pl.col("place").is_in(enough.implode())
    marked = walked.lazy().with_columns(new=full)
    heads = marked.filter("new").select("person", "start", "came", head="place")
    tails = marked.filter(pl.col("new").shift(-1).fill_null(value=True)).select("end", tail="place")
    mine = pl.col("person") == pl.col("person").shift(-1)
    return (
        pl.concat([heads, tails], how="horizontal")
        .with_columns(goes=pl.when(mine).then(pl.col("start").shift(-1)))
        .collect()
    )


def day_windows(context: Context) -> pl.DataFrame:
    """Return the 24-hour windows from each run's start, as long as one begins before the run ends.

    Returns `person`, `start`, `end` (the window), `stop` (the run's end), `goes` (the person's next start after the run, or null).
    """
    walked = runs(context, context.stretches, "daily_rest").select(
        "person",
        "start",
        stop="end",
        goes="goes",
        windows=(pl.col("end") - pl.col("start") + US_PER_DAY - 1) // US_PER_DAY,
    )
    columns = ("person", "start", "stop", "goes")
    single = walked.filter(pl.col("windows") == 1).select(columns)
    several = (
        walked.filter(pl.col("windows") > 1)
        .with_columns(number=pl.int_ranges(0, "windows"))
        .explode("number")
        .with_columns(start=pl.col("start") + pl.col("number") * US_PER_DAY)
        .select(columns)
    )
    return pl.concat([single, several]).with_columns(end=pl.col("start") + US_PER_DAY)


def longest_rests(
    windows: pl.DataFrame, united: pl.DataFrame, origin: int, first: int, after: int
) -> pl.DataFrame:
    """Add the longest rest inside each window, of whatever length and place.

    Args:
        windows: `person`, `start`, `end`, each with time of a stretch of the person in it.
        united: stretches, sorted.
        origin: an instant before them all.
        first: first instant of the horizon.
        after: the instant after it.

    Returns:
        The windows with `known` and `at_most` (Int64 µs; see `tcw.rules.measures.rests`), `resumes` (the start of the stretch that ends the
        longest rest, the later of two; null when none does), `low`, `high` (UInt32: the first stretch in it and the one after the
        last), `first`, `last` (positions of the bookings that touch it).
    """
    found = with_places(windows, united, origin)
    spread = (
        found.select("person", "start", "low", "high")
        .with_row_index("window")
        .with_columns(place=pl.int_ranges("low", "high", dtype=pl.UInt32))
        .explode("place")
    )
    place = spread["place"]
    begins = united["start"].gather(place)
    before = united["end"].gather(spread.select((pl.col("place").cast(pl.Int64) - 1).clip(0)).to_series())
    inside = (
        spread.with_columns(begins=begins, before=before)
        .with_columns(
            rest=pl.col("begins")
            - pl.when(pl.col("place") == pl.col("low")).then("start").otherwise("before"),
            sure=pl.col("begins")
            - pl.when(pl.col("place") == pl.col("low"))
            .then(pl.col("start").clip(lower_bound=first))
            .otherwise("before"),
        )
        .group_by("window")
        .agg(
            pl.col("sure").max(),
            pl.col("rest").max(),
            resumes=pl.col("begins").filter(pl.col("rest") == pl.col("rest").max()).max(),
        )
        .sort("window")
    )
    stop = pl.col("stop_")
    return (
        pl.concat([found, inside.drop("window")], how="horizontal")
        .with_columns(
            goes_=pl.min_horizontal("end", "goes_"),
            then_=pl.col("goes_"),
        )
        .with_columns(
            known=pl.max_horizontal("sure", pl.col("goes_").clip(upper_bound=after) - stop, 0),
            at_most=pl.max_horizontal("rest", pl.col("goes_") - stop, 0),
            resumes=pl.when(pl.col("goes_") - stop >= pl.col("rest")).then("then_").otherwise("resumes"),
        )
        .drop("sure", "rest", "stop_", "goes_", "then_")
    )


def with_places(windows: pl.DataFrame, united: pl.DataFrame, origin: int) -> pl.DataFrame:
    """Add `low`, `high`, `first`, `last` of `longest_rests`, `stop_` (the last end in the window) and `goes_` (the person's next start)."""
    low = (
        united.select(in_order("end", origin))
        .to_series()
        .search_sorted(windows.select(in_order("start", origin)).to_series(), side="right")
    )
    high = (
        united.select(in_order("start", origin))
        .to_series()
        .search_sorted(windows.select(in_order("end", origin)).to_series(), side="left")
    )
    last = (high.cast(pl.Int64) - 1).clip(0)
    beyond = high.clip(upper_bound=max(united.height - 1, 0))
    mine = (united["person"].gather(beyond) == windows["person"]) & (high < united.height)
    return (
        windows.with_columns(
            low=low.cast(pl.UInt32),
            high=high.cast(pl.UInt32),
            first=united["first"].gather(low),
            last=united["last"].gather(last),
            stop_=united["end"].gather(last),
            goes_=united["start"].gather(beyond),
            mine_=mine,
        )
        .with_columns(goes_=pl.when("mine_").then("goes_"))
        .drop("mine_")
    )


def days_of_hours_only(context: Context) -> int:
    """Return of how many days of a person working time is known by its hours only: their rests nobody knows."""
    working = context.by_hours.filter(pl.col("kind") <= LAST_WORKING)
    return working.select("person", "day").n_unique() if working.height else 0


def any_planned(work: pl.DataFrame, first: pl.Series, last: pl.Series) -> pl.Series:
    """Return whether one of the bookings at positions `first` to `last` of `work` is planned."""
    return _any(work["planned"], first, last).alias("planned")


def any_of_kinds(work: pl.DataFrame, kinds: range, first: pl.Series, last: pl.Series) -> pl.Series:
    """Return whether one of the bookings at positions `first` to `last` of `work` is of a kind."""
    return _any(work["kind"].is_between(kinds.start, kinds.stop - 1), first, last)


def _any(flags: pl.Series, first: pl.Series, last: pl.Series) -> pl.Series:
    if first.is_empty():
        return pl.Series([], dtype=pl.Boolean)
    seen = flags.cast(pl.UInt32).cum_sum()
    return seen.gather(last) - seen.gather(first) + flags.gather(first).cast(pl.UInt32) > 0


def in_order(column: str, origin: int) -> pl.Expr:
    """Return one integer that is in the order of person and time."""
    return pl.col("person").cast(pl.Int64) * PER_PERSON + (pl.col(column) - origin) // TICK


ENDLESS: Final = 1 << 41
"""µs (25 days): a rest of which nobody knows that it ended; longer ones are measured as this too."""
WALKED: Final = ("person", "number", "begin", "stop", "best", "came", "goes", "head", "tail")
"""Of a window: its first start and last end, the longest gap between them, the end before and the start after (null: none), and the
places of the first and last stretch."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Fixed windows of `days` local days each; one of them begins `shift` µs after 1970-01-01 00:00 local time."""

    days: int
    shift: int

    def number(self, local: pl.Expr) -> pl.Expr:
        """Return the window's number (Int32) of a local time in Int64 µs."""
        return ((local - self.shift) // (self.days * US_PER_DAY)).cast(pl.Int32)

    def begins(self, number: pl.Expr) -> pl.Expr:
        """Return the local time (Int64 µs) at which a window begins."""
        return number.cast(pl.Int64) * (self.days * US_PER_DAY) + self.shift


def days_from(day_break: time) -> Grid:
    """Return the local days that begin at a clock time."""
    return Grid(1, _of_day(day_break))


def weeks_from(day: Weekday, clock_time: time) -> Grid:
    """Return the seven-day windows that begin on a weekday at a clock time."""
    return Grid(7, (WEEKDAYS.index(day) - MONDAY_SHIFT) * US_PER_DAY + _of_day(clock_time))


def fixed_windows(
    united: pl.DataFrame, grid: Grid, clock: Clock, first: int, after: int, *, whole: bool = False
) -> pl.DataFrame:
    """Return the longest rest of each window that holds time of a person.

    Args:
        united: stretches as of `tcw.worktime.stretches.stretches`: `person`, `start`, `end`, `first`, `last`, sorted, no two touching.
        grid: the windows.
        clock: the zone's offsets.
        first: first instant of the horizon (µs).
        after: the instant after it.
        whole: measure rests that begin in the window whole, wherever they end, and no others but the time before a person's first
            stretch; else every rest is cut at the window's ends.

    Returns:
        `person`, `start`, `end` (Int64 µs instants: the window), `known`, `at_most` (Int64 µs, see above), `first`, `last` (positions
        of bookings that span all those that touch it: see `with_bookings`). Windows without such time are not there.
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
        tail=pl.col("tail") + (pl.col("goes") < pl.col("end")).fill_null(value=False)
    )
    found = measured.select("person", "start", "end", "known", "at_most", "head", "tail").collect()
    return found.with_columns(
        first=united["first"].gather(found["head"]), last=united["last"].gather(found["tail"])
    ).drop("head", "tail")


def with_bookings(found: pl.DataFrame, bookings: pl.DataFrame) -> pl.DataFrame:
    """Add `rows` (List(UInt32)) and `planned` (Boolean) of the bookings that lie in each window.

    Args:
        found: `start`, `end` of windows, `first`, `last`: positions in `bookings` among which those are.
        bookings: `row`, `start`, `end`, `planned`.
    """
    if found.is_empty():
        return found.with_columns(
            rows=pl.lit(None, dtype=pl.List(pl.UInt32)), planned=pl.lit(None, dtype=pl.Boolean)
        )
    spread = (
        found.select("start", "end", "first", "last")
        .with_row_index("window")
        .with_columns(place=pl.int_ranges("first", pl.col("last") + 1, dtype=pl.UInt32))
        .explode("place")
    )
    place = spread["place"]
    inside = (
        spread.with_columns(
            rows=bookings["row"].gather(place),
            planned=bookings["planned"].gather(place),
            begins=bookings["start"].gather(place),
            stops=bookings["end"].gather(place),
        )
        .filter(pl.col("begins") < pl.col("end"), pl.col("stops") > pl.col("start"))
        .group_by("window", maintain_order=True)
        .agg("rows", pl.col("planned").any())
    )
    return pl.concat([found, inside.drop("window")], how="horizontal")


def _numbered(united: pl.DataFrame, grid: Grid, clock: Clock) -> pl.DataFrame:
    """Return stretches with their windows and neighbours.

    Returns `person`, `start`, `end`, `place` (in `united`), `number`, `final` (the windows of start and end), and of the same person
    `came`, `was` (the end before and its window) and `goes` (the start after); null where there is none.
    """
    same = pl.col("person") == pl.col("person").shift()
    return (
        united.lazy()
        .select(
            "person",
            "start",
            "end",
            place=pl.int_range(pl.len(), dtype=pl.UInt32),
            number=_number_at(pl.col("start"), grid, clock),
            final=_number_at(pl.col("end") - 1, grid, clock),
            same=same,
        )
        .with_columns(
            came=pl.when("same").then(pl.col("end").shift()),
            was=pl.when("same").then(pl.col("final").shift()),
            goes=pl.when(pl.col("same").shift(-1)).then(pl.col("start").shift(-1)),
        )
        .drop("same")
        .collect()
    )


def _number_at(instant: pl.Expr, grid: Grid, clock: Clock) -> pl.Expr:
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
    # Windows begin at a clock time that a clock change skips, or has twice: go by the instant at which they do.
    late = instant >= clock.instant(grid.begins(number + 1))
    early = instant < clock.instant(grid.begins(number))
    return number + late.cast(pl.Int32) - early.cast(pl.Int32)


def _that_end_stretches(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the windows in which a stretch ends: WALKED."""
    # The window's place in front of the rest makes one running maximum do for all windows.
    marked = rows.lazy().with_columns(new=pl.col("final").ne_missing(pl.col("was")))
    inner = pl.when("new").then(0).otherwise((pl.col("start") - pl.col("came")).clip(0, ENDLESS))
    best = (pl.col("new").cum_sum().cast(pl.Int64) * (2 * ENDLESS) + inner).cum_max() % (2 * ENDLESS)
    marked = marked.with_columns(best=best)
    heads = marked.filter("new").select("person", "came", number="final", begin="start", head="place")
    tails = marked.filter(pl.col("new").shift(-1).fill_null(value=True)).select(
        "best", "goes", stop="end", tail="place"
    )
    return pl.concat([heads, tails], how="horizontal").select(WALKED).collect()


def _that_stretches_leave(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the other windows, which hold one stretch that goes on beyond them and nothing before it: WALKED."""
    crossing = rows.lazy().filter(pl.col("number") != pl.col("final"))
    return (
        crossing.with_columns(
            number=pl.int_ranges("number", pl.col("final"), dtype=pl.Int32),
        )
        .explode("number")
        .filter(pl.col("number").ne_missing(pl.col("was")))
        .select(
            *("person", "came", "number"),
            begin="start",
            head="place",
            best=pl.lit(0, dtype=pl.Int64),
            goes="goes",
            stop="end",
            tail="place",
        )
        .select(WALKED)
        .collect()
    )


def _cut(windows: pl.LazyFrame, first: int, after: int) -> pl.LazyFrame:
    """Add `known` and `at_most`: rests cut at the window's ends."""
    begin, stop = pl.col("begin"), pl.col("stop")
    goes = pl.min_horizontal("end", "goes")
    return windows.with_columns(
        known=pl.max_horizontal(
            "best", begin - pl.col("start").clip(lower_bound=first), goes.clip(upper_bound=after) - stop
        ),
        at_most=pl.max_horizontal("best", begin - pl.col("start"), goes - stop),
    )


def _whole(windows: pl.LazyFrame, first: int, after: int) -> pl.LazyFrame:
    """Add `known` and `at_most`: rests that begin in the window, to their ends."""
    begin, stop = pl.col("begin"), pl.col("stop")
    new_here = pl.col("came").is_null()
    # A rest that begins on the stroke of the window begins in it.
    on_the_stroke = pl.when(pl.col("came") == pl.col("start")).then(begin - pl.col("start")).otherwise(0)
    lead = pl.when(new_here).then(begin - pl.col("start")).otherwise(on_the_stroke)
    known_lead = (
        pl.when(new_here).then(begin - pl.col("start").clip(lower_bound=first)).otherwise(on_the_stroke)
    )
    inside = stop < pl.col("end")
    known_trail = pl.when(inside).then(pl.col("goes").fill_null(after) - stop).otherwise(0)
    unending = inside & pl.col("goes").is_null()
    return windows.with_columns(
        known=pl.max_horizontal("best", known_lead, known_trail),
        at_most=pl.max_horizontal("best", lead, pl.when(unending).then(ENDLESS).otherwise(known_trail)),
    )


def _of_day(clock_time: time) -> int:
    seconds = clock_time.hour * 3600 + clock_time.minute * 60 + clock_time.second
    return seconds * 1_000_000


def disposal(context: Context) -> pl.DataFrame:
    """Return bookings of working time and standby, sorted by person and start."""
    if not (context.bookings["kind"] == STANDBY).any():
        return context.work
    return context.bookings.filter(pl.col("kind") <= STANDBY)


def disposal_stretches(context: Context) -> pl.DataFrame:
    """Return working time and standby united; `first` and `last` are positions in `disposal`."""
    bookings = context.once(disposal)
    if bookings.height == context.work.height:
        return context.stretches
    return stretches.stretches(bookings, context.timeline.origin)


def weeks_of(context: Context, terms: Terms) -> pl.DataFrame:
    """Return the longest rest of each seven-day window as the agreement lays them, in modes `week` and `straddle`.

    Windows that hold working time or standby of a person; columns: see `tcw.rules.measures.rests.fixed_windows`.
    """
    return fixed_windows(
        context.once(disposal_stretches),
        weeks_from(terms.week_break_day, terms.week_break_time),
        context.clock,
        context.first,
        context.after,
        whole=terms.weekly_rest_mode == "straddle",
    )
