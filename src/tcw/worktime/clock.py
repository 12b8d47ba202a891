"""Local wall-clock time and elapsed time, over clock changes.

Polars can convert zones itself (`dt.replace_time_zone`), at about 35 ns a value. In an export only a handful
of clock changes lie between the first and the last booking, so comparing with those few is several times
cheaper, lazy, and streams. Conversions follow PEP 495 with fold=0: a local time that happens twice is its
first occurrence; one that never happens is read with the offset before the change.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from itertools import pairwise
from zoneinfo import ZoneInfo

import polars as pl

US_PER_HOUR = 3_600_000_000
US_PER_MINUTE = 60_000_000
US_PER_DAY = 24 * US_PER_HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One change of a zone's offset from UTC. All in microseconds."""

    instant: int  # since the epoch, UTC
    before: int  # offset before
    after: int  # offset after


@dataclass(frozen=True, slots=True)
class Clock:
    """A zone's offsets over a period: all that local-time arithmetic needs."""

    zone: str
    offset: int  # microseconds at the start of the period
    changes: tuple[ClockChange, ...]

    def offset_at_local(self, local: pl.Expr) -> pl.Expr:
        """Return the offset (Int64 µs) for a local time given as Int64 µs since the local epoch."""
        return reduce(
            lambda offset, change: (
                offset
                + (local >= change.instant + max(change.before, change.after))
                * (change.after - change.before)
            ),
            self.changes,
            pl.lit(self.offset, dtype=pl.Int64),
        )

    def instant(self, local: pl.Expr) -> pl.Expr:
        """Return Int64 µs UTC for Int64 µs local."""
        return local - self.offset_at_local(local) if self.changes else local - self.offset

    def local(self, instant: pl.Expr) -> pl.Expr:
        """Return Int64 µs local for Int64 µs UTC."""
        return reduce(
            lambda shifted, change: shifted + (instant >= change.instant) * (change.after - change.before),
            self.changes,
            instant + self.offset,
        )

    def within(self, first: int, after: int) -> "Clock":
        """Return the clock for instants (µs) from `first` to `after`, both included: it has fewer changes."""
        offset = self.offset + sum(
            change.after - change.before for change in self.changes if change.instant <= first
        )
        inside = tuple(change for change in self.changes if first < change.instant <= after)
        return Clock(self.zone, offset, inside)

    def elapsed(self, start: pl.Expr, end: pl.Expr) -> pl.Expr:
        """Return elapsed Int64 µs between local times in Int64 µs: 7 or 9 h for a night of a clock change."""
        plain = end - start
        if not self.changes:
            return plain
        return plain - (self.offset_at_local(end) - self.offset_at_local(start))

    def doubtful(self, local: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        """Return (happens twice, never happens) for Int64 µs local times."""
        never: pl.Expr = pl.lit(value=False)
        twice: pl.Expr = pl.lit(value=False)
        for change in self.changes:
            low, high = sorted((change.instant + change.before, change.instant + change.after))
            inside = (local >= low) & (local < high)
            if change.after > change.before:
                never = never | inside
            else:
                twice = twice | inside
        return twice, never


def clock(zone: str, first: date, last: date) -> Clock:
    """Return the zone's offsets from the day before `first` to the day after `last`."""
    info = ZoneInfo(zone)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=2)
    days = (last - first).days + 5
    marks = [start + timedelta(days=day) for day in range(days)]
    changes = tuple(
        _change_between(info, early, late)
        for early, late in pairwise(marks)
        if _offset(info, early) != _offset(info, late)
    )
    return Clock(zone, _offset(info, start), changes)


def _offset(info: ZoneInfo, instant: datetime) -> int:
    offset = instant.astimezone(info).utcoffset()
    assert offset is not None
    return offset // timedelta(microseconds=1)


def _change_between(info: ZoneInfo, early: datetime, late: datetime) -> ClockChange:
    """Find the change between two instants by halving, to the second."""
    before, after = _offset(info, early), _offset(info, late)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if _offset(info, middle) == before:
            early = middle
        else:
            late = middle
    instant = late.replace(microsecond=0)
    return ClockChange((instant - EPOCH) // timedelta(microseconds=1), before, after)


def until_midnight(end: pl.Expr) -> pl.Expr:
    """Return local Datetimes, those in the last minute of a day as its end: systems write 23:59 for 24:00."""
    day = end.dt.truncate("1d")
    late = end - day >= pl.duration(hours=23, minutes=59)
    return pl.when(late).then(day + pl.duration(days=1)).otherwise(end)


def physical(moment: pl.Expr) -> pl.Expr:
    """Return a Datetime expression as Int64 µs since its epoch, whatever its time unit."""
    return moment.cast(pl.Datetime("us")).to_physical()
