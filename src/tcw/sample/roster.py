"""Rosters (schemarader): which shifts a full-timer works in a cycle of weeks, and which a part-timer gives up.

Every roster keeps 11 hours between shifts, 36 hours off in every week, and at most six days in a row; so does
every roster with shifts left out. That is why absence, part time and chance only ever take shifts away, and why the only
breaches in a sample are the planted ones.
"""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift: minutes from midnight of its first day, and the minutes of it that are an unpaid break."""

    letter: str
    start: int
    end: int
    break_minutes: int


SHIFTS = (
    Shift("D", 7 * 60, 16 * 60, 30),
    Shift("E", 14 * 60, 21 * 60 + 30, 30),
    Shift("N", 21 * 60 + 15, 31 * 60 + 15, 30),
    Shift("A", 8 * 60, 16 * 60 + 30, 30),  # office hours
    Shift("J", 16 * 60, 20 * 60, 0),  # on call (jour) after a day shift
    Shift("S", 8 * 60, 20 * 60, 0),  # standby (beredskap) on a weekend
)
DAY, EVENING, NIGHT, OFFICE, ON_CALL, STANDBY = range(len(SHIFTS))


@dataclass(frozen=True, slots=True)
class Roster:
    """A cycle of weeks. `shifts` has a letter a day (X: a day shift, then on call); `needs` what it takes.

    A digit of `needs` is the least employment rate whose roster has the shift: 5, 7, 8, 9 and 0 for
    50, 75, 80, 85 and 100 %.
    """

    shifts: str
    needs: str


ROSTERS = (
    Roster("-DDEE-- DDDEE-- EE--DDD", "-7595-- 85507-- 70--555"),  # every third weekend
    Roster("DD--EEE -DDDE--", "87--555 -9507--"),  # every second weekend, mostly evenings
    Roster("--NNN-- -NNN--- N---NNN", "--550-- -758--- 0---557"),  # nights
    Roster("AAAAA--", "55555--"),  # office
    Roster("DDDDD-- DDXD-SS -DDDD--", "85555-- 5558-55 -8555--"),  # nurses
)
THIRD_WEEKEND, SECOND_WEEKEND, NIGHTS, OFFICE_WEEK, NURSES = range(len(ROSTERS))

CYCLES = tuple(len(roster.shifts.split()) for roster in ROSTERS)
_RATES = {"5": 50, "7": 75, "8": 80, "9": 85, "0": 100}
_LETTERS = {shift.letter: (number,) for number, shift in enumerate(SHIFTS)} | {"X": (DAY, ON_CALL)}


def slots() -> pl.DataFrame:
    """Return every shift of every roster.

    Columns: `roster`, `cycle_week`, `weekday` (0 is Monday), `shift` (all Int8), `needs` (Int16, per cent).
    """
    rows = [
        (number, cycle_week, weekday, shift, _RATES[need])
        for number, roster in enumerate(ROSTERS)
        for cycle_week, (week, needs) in enumerate(
            zip(roster.shifts.split(), roster.needs.split(), strict=True)
        )
        for weekday, (letter, need) in enumerate(zip(week, needs, strict=True))
        if letter != "-"
        for shift in _LETTERS[letter]
    ]
    small = pl.Int8
    schema = {"roster": small, "cycle_week": small, "weekday": small, "shift": small, "needs": pl.Int16}
    return pl.DataFrame(rows, schema=schema, orient="row")


def shift_times() -> pl.DataFrame:
    """Return `shift` (Int8), `from_minute`, `to_minute`, `break_minutes` (Int32), one row per shift."""
    return pl.DataFrame(
        [(number, s.start, s.end, s.break_minutes) for number, s in enumerate(SHIFTS)],
        schema={
            "shift": pl.Int8,
            "from_minute": pl.Int32,
            "to_minute": pl.Int32,
            "break_minutes": pl.Int32,
        },
        orient="row",
    )
