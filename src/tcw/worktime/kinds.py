"""Kinds of time (tidslag) as small integers, ordered so that working time is a range."""

from typing import Final

import polars as pl

WORK: Final = 0
ADDITIONAL: Final = 1  # mertid
OVERTIME: Final = 2
EMERGENCY: Final = 3  # nödfallsövertid
ON_CALL: Final = 4  # jour
STANDBY: Final = 5  # beredskap
ABSENCE: Final = 6
BREAK: Final = 7
NONE: Final = 8
LAST_WORKING: Final = ON_CALL
"""Kinds up to this one break rest. Standby does not (Arbetstidslagen 6 §: it is not working time)."""
LAST_DUTY: Final = EMERGENCY
"""Kinds up to this one are work; on-call above it is working time for rests only."""

CODES = {
    "work": WORK,
    "additional": ADDITIONAL,
    "overtime": OVERTIME,
    "emergency_overtime": EMERGENCY,
    "on_call": ON_CALL,
    "standby": STANDBY,
    "absence": ABSENCE,
    "break": BREAK,
    "none": NONE,
}


def kind_of(time_kind: pl.Expr, service_type: pl.Expr) -> pl.Expr:
    """Return the kind (UInt8): the activity's time kind, else absence by its service type, else work.

    What nobody has described is booked time, and booked time is work until somebody says otherwise.
    """
    known = time_kind.replace_strict(CODES, default=None, return_dtype=pl.UInt8)
    absent = pl.when(service_type == "absence").then(pl.lit(ABSENCE, dtype=pl.UInt8))
    return pl.coalesce(known, absent, pl.lit(WORK, dtype=pl.UInt8))


def working() -> pl.Expr:
    """Return whether a booking (column `kind`) is working time: what breaks rest, on-call too."""
    return pl.col("kind") <= LAST_WORKING


def is_duty() -> pl.Expr:
    """Return whether a booking (column `kind`) is work: working time without on-call."""
    return pl.col("kind") <= LAST_DUTY
