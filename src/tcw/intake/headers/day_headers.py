"""What the cells of a printed roster say of days, weeks, months and years."""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from tcw.intake.headers.aliases import folded

DayKind = Literal["date", "month_day", "day", "weekday"]
LONGEST = 40
"""A longer cell is no day."""
LEAP_YEAR = 2024
MONTHS_IN_YEAR = 12
DAYS_IN_MONTH = 31

_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "må mån månd måndag mo mon monday",
            "ti tis tisd tisdag tu tue tues tuesday",
            "on ons onsd onsdag we wed wednesday",
            "to tor tors torsd torsdag th thu thur thurs thursday",
            "fr fre fred fredag fri friday",
            "lö lör lörd lördag sa sat saturday",
            "sö sön sönd söndag su sun sunday",
        )
    )
    for name in (*names.split(), *folded(names).split())
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january", "februari feb february", "mars mar march", "april apr", "maj may",
            "juni jun june",
            "juli jul july", "augusti aug august", "september sep sept", "oktober okt october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[ t]00:00(?::00)?(?:\.0+)?)?")
_DAY_MONTH = re.compile(r"(\d{1,2})[/.](\d{1,2})\.?(?:[-/. ]'?(\d{2}|\d{4}))?")
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
_DAY_NAMED = re.compile(r"(\d{1,2})\.? ?([a-zåäö]+)\.?(?: (\d{4}))?")
_NAMED_DAY = re.compile(r"([a-zåäö]+)\.? (\d{1,2})(?:, ?(\d{4}))?")
_DAY = re.compile(r"(\d{1,2})\.?")
WEEK = re.compile(r"\b(?:(\d{4})-?w|v|vecka|week|w)[ .:]*(\d{1,2})\b(?:[ ,:/-]+(\d{4})\b)?")
YEAR = re.compile(r"\b(19[9]\d|20\d\d)\b")
_MONTH_TITLE = re.compile(r"\b([a-zåäö]{3,9})\b\.?(?:[ ,]+(\d{4})\b)?")
_YEAR_MONTH = re.compile(r"\b(\d{4})-(\d{2})\b")
FULL_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
PRINTED = re.compile(r"utskr|print|skapad|created|export")


@dataclass(frozen=True, slots=True)
class Day:
    """What a header cell says of a day; what it leaves open is None."""

    kind: DayKind
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    @property
    def order(self) -> int:
        """A number that grows along a row of days of one kind."""
        if self.kind == "weekday":
            return self.weekday or 0
        return ((self.year or 0) * MONTHS_IN_YEAR + (self.month or 0)) * DAYS_IN_MONTH + (self.day or 0)


@lru_cache(maxsize=4096)
def day_of(text: str) -> Day | None:
    """Return what a cell says of a day, if it is one: "2026-03-02", "mån 2/3", "2", "Tisdag"."""
    lower = " ".join(text.casefold().split())
    if not lower or len(lower) > LONGEST:
        return None
    words = lower.split(" ")
    weekday = None
    for place in (0, -1):
        name = words[place].strip(".,:")
        if name in _WEEKDAYS:
            weekday = _WEEKDAYS[name]
            words.pop(place)
            break
    rest = " ".join(words).strip(" ,()")
    if not rest:
        return Day("weekday", weekday=weekday) if weekday is not None else None
    return _dated(rest, weekday)


def _dated(rest: str, weekday: int | None) -> Day | None:
    if found := _ISO.fullmatch(rest):
        return valid(Day("date", int(found[1]), int(found[2]), int(found[3]), weekday))
    if found := _DAY_MONTH.fullmatch(rest):
        year = None if found[3] is None else int(found[3]) + (0 if len(found[3]) == len("2026") else 2000)
        kind: DayKind = "month_day" if year is None else "date"
        return valid(Day(kind, year, int(found[2]), int(found[1]), weekday))
    if found := _MONTH_DAY.fullmatch(rest):
        return valid(Day("month_day", None, int(found[1]), int(found[2]), weekday))
    if found := _DAY_NAMED.fullmatch(rest):
        return _with_month_name(found[1], found[2], found[3], weekday)
    if found := _NAMED_DAY.fullmatch(rest):
        return _with_month_name(found[2], found[1], found[3], weekday)
    found = _DAY.fullmatch(rest)
    return valid(Day("day", None, None, int(found[1]), weekday)) if found else None


def _with_month_name(day: str, month: str, year: str | None, weekday: int | None) -> Day | None:
    if month not in _MONTHS:
        return None
    kind: DayKind = "month_day" if year is None else "date"
    return valid(Day(kind, int(year) if year else None, _MONTHS[month], int(day), weekday))


def valid(day: Day) -> Day | None:
    """Return the day if there is one like it in some year."""
    try:
        date(day.year or LEAP_YEAR, day.month or 1, day.day or 1)
    except ValueError:
        return None
    return day


def month_in(lower: str) -> tuple[int, int | None] | None:
    """Return the month a title names, and its year if that stands with it."""
    if found := _YEAR_MONTH.search(lower):
        month = int(found[2])
        return (month, int(found[1])) if 1 <= month <= MONTHS_IN_YEAR else None
    for found in _MONTH_TITLE.finditer(lower):
        if found[1] in _MONTHS:
            return _MONTHS[found[1]], int(found[2]) if found[2] else None
    return None
