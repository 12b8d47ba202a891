"""One whole number for an owner and a time, in the order of both.

One sort, one search or one running maximum over such keys serves all people at once, and one column of
integers is several times cheaper for Polars than two. With a span of 2^39 ms for each person, and times
counted from an origin before them all:

    person 3, 07:00 on the first day    3 * 2^39 + 25_200_000
    person 3, 16:00 on the first day    3 * 2^39 + 57_600_000
    person 4, 06:00 on the first day    4 * 2^39 + 21_600_000

"Which is person 3's last booking that starts before noon?" is then the place before `search_sorted(3 * 2^39 +
43_200_000)` in the keys of all bookings' starts.
"""

from typing import Final

import polars as pl

TICK: Final = 1000
"""µs in a millisecond, the resolution of times in keys."""
PER_PERSON: Final = 1 << 39
"""Milliseconds a person has in a key: 17 years; a longer horizon is refused as implausible before (BK10)."""
PER_OWNER: Final = 1 << 32
"""What an owner has in a key of days, or of numbers of periods."""


def time_key(time: str | pl.Expr, origin: int, owner: str = "person") -> pl.Expr:
    """Return the key (Int64) of an owner and a time (column or expression, Int64 µs) at or after `origin`."""
    return pl.col(owner).cast(pl.Int64) * PER_PERSON + (_expression(time) - origin) // TICK


def time_keys(frame: pl.DataFrame, time: str, origin: int) -> pl.Series:
    """Return `time_key` of each row: its `person` and the column `time`."""
    return frame.select(time_key(time, origin)).to_series()


def day_key(day: str | pl.Expr, owner: str | pl.Expr = "person") -> pl.Expr:
    """Return the key (Int64) of an owner and a day, or another small number (columns or expressions)."""
    return _expression(owner).cast(pl.Int64) * PER_OWNER + _expression(day).cast(pl.Int64)


def _expression(column: str | pl.Expr) -> pl.Expr:
    return pl.col(column) if isinstance(column, str) else column


def same_person(rows: int = 1) -> pl.Expr:
    """Return whether the row before (with -1, the row after) is the same person's; null if there is none."""
    return pl.col("person") == pl.col("person").shift(rows)
