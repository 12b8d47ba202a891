"""Ways in which exports spell a value: the reverse of reading, tried on the cells an export has."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

DATES = (
    "%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%Y.%m.%d",
    "%-d/%-m/%Y", "%-m/%-d/%Y", "%-d/%-m %Y", "%-d.%-m.%Y", "%-d/%-m-%Y", "%y-%m-%d", "%y%m%d", "%d/%m/%y", "%m/%d/%y",
    "%d.%m.%y", "%-d/%-m-%y", "%G-W%V-%u", "%-d %b %Y", "%-d %B %Y", "%d %b %Y", "%d %B %Y", "%b %-d, %Y", "%B %-d, %Y",
)  # fmt: skip
"""The likeliest first, padded ones before others: where every day of a sample has two figures, both fit."""
CLOCKS = (
    "%H:%M",
    "%H:%M:%S",
    "%H.%M",
    "%H%M",
    "%-H:%M",
    "%-H.%M",
    "%H:%M:%S%.3f",
    "%I:%M %p",
    "%-I:%M %p",
    "%-H",
)
BETWEEN = (" ", "T", ", ", " kl ", " kl. ", "")
ZONES = ("", "Z", "%:z", "%z")
EXCEL_DATE = "%Y-%m-%d 00:00:00"
EXCEL_CLOCK = "1899-12-31 %H:%M:%S"
MIDNIGHTS = ("%Y-%m-%d 24:00", "%Y-%m-%d 24.00", "%Y-%m-%d 2400", "%Y-%m-%d 24:00:00")
DIGITS = 12
MINUTES = 60


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way: its name, and the text (String) of the canonical bookings that it makes a cell of."""

    name: str
    text: pl.Expr


def dates(day: pl.Expr) -> Iterator[Spelling]:
    """Return the ways of spelling a Date."""
    yield from (Spelling(way, day.dt.to_string(way)) for way in (*DATES, EXCEL_DATE))


def clocks(moment: pl.Expr, *, ends: bool) -> Iterator[Spelling]:
    """Return the ways of spelling the clock time of a Datetime; an end at midnight may be 24:00."""
    yield from (Spelling(way, moment.dt.to_string(way)) for way in (*CLOCKS, EXCEL_CLOCK))
    if ends:
        midnight = moment.dt.time() == pl.time(0)
        for way, late in zip(CLOCKS[:5], ("24:00", "24:00:00", "24.00", "2400", "24:00"), strict=True):
            text = pl.when(midnight).then(pl.lit(late)).otherwise(moment.dt.to_string(way))
            yield Spelling(f"{way} {late}", text)


def moments(moment: pl.Expr, zone: str) -> Iterator[Spelling]:
    """Return the ways of spelling a local Datetime, with its date and perhaps its distance from UTC."""
    for day in DATES:
        for between in BETWEEN:
            for clock in CLOCKS:
                way = f"{day}{between}{clock}"
                yield Spelling(way, moment.dt.to_string(way))
    yield Spelling(EXCEL_DATE, moment.dt.to_string("%Y-%m-%d %H:%M:%S"))
    there = moment.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    for clock in CLOCKS[:2]:
        for between in BETWEEN[:2]:
            way = f"%Y-%m-%d{between}{clock}"
            yield Spelling(f"{way}Z", there.dt.convert_time_zone("UTC").dt.to_string(f"{way}Z"))
            yield from (Spelling(f"{way}{offset}", there.dt.to_string(way + offset)) for offset in ZONES[2:])


def lengths(hours: pl.Expr) -> Iterator[Spelling]:
    """Return the ways of spelling a length given in hours (Float64), in hours or in parts of them."""
    yield from numbers(hours)
    minutes = (hours * MINUTES).round().cast(pl.Int64)
    whole, rest = minutes // MINUTES, (minutes % MINUTES).cast(pl.String).str.zfill(2)
    for name, first in (("h:mm", whole.cast(pl.String)), ("hh:mm", whole.cast(pl.String).str.zfill(2))):
        yield from (
            Spelling(f"{name}{sign}", pl.concat_str(first, pl.lit(sign), rest)) for sign in (":", ".")
        )
        yield Spelling(f"{name}:ss", pl.concat_str(first, pl.lit(":"), rest, pl.lit(":00")))


def numbers(value: pl.Expr) -> Iterator[Spelling]:
    """Return the ways of spelling a number: as short as can be, or with one or two decimals; comma or point."""
    # Far decimals are the noise of a sum.
    rounded = value.round(DIGITS)
    shortest = rounded.cast(pl.String).str.strip_suffix(".0")
    fixed = [(f"%.{places}f", _fixed(rounded, places)) for places in (2, 1)]
    for name, text in (("shortest", shortest), *fixed):
        yield Spelling(f"{name},", text.str.replace(".", ",", literal=True))
        yield Spelling(f"{name}.", text)


def _fixed(value: pl.Expr, places: int) -> pl.Expr:
    scaled = (value * 10**places).round().cast(pl.Int64)
    rest = (scaled % 10**places).cast(pl.String).str.zfill(places)
    return pl.concat_str((scaled // 10**places).cast(pl.String), pl.lit("."), rest)
