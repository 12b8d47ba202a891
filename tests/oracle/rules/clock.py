"""Instants are whole seconds since 1970 in UTC; local times are naive. PEP 495: of a time that the zone has
twice, the first.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Stockholm")
HOUR = 3600
DAY = 24 * HOUR
ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=100_000)
def instant(local: datetime) -> int:
    return round(local.replace(tzinfo=ZONE).timestamp())


@lru_cache(maxsize=100_000)
def local(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, ZONE).replace(tzinfo=None)


def day_of(moment: int) -> date:
    return local(moment).date()


def at(day: date, clock: time = time()) -> int:
    return instant(datetime.combine(day, clock))


def days_touched(start: int, end: int) -> list[date]:
    """The local days of which the span has a part."""
    day, last = day_of(start), day_of(end - 1)
    return [day + timedelta(days=number) for number in range((last - day).days + 1)]


def hours(seconds: int) -> Fraction:
    return Fraction(seconds, HOUR)


def overlap(a: int, b: int, c: int, d: int) -> int:
    """Seconds that two spans share."""
    begin, end = (a if a > c else c), (b if b < d else d)  # noqa: FURB136 - called ten million times
    return end - begin if end > begin else 0


def monday_of(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)


def month_of(day: date) -> date:
    return day.replace(day=1)


def months_later(first: date, number: int) -> date:
    total = first.year * 12 + first.month - 1 + number
    return date(total // 12, total % 12 + 1, 1)


def grid(origin: date, days: int, first: date, last: date) -> Iterator[tuple[date, date]]:
    """Periods of so many days counted from `origin`, those that touch first to last: (first day, day after
    the last).
    """
    begin = origin + timedelta(days=(first - origin).days // days * days)
    while begin <= last:
        yield begin, begin + timedelta(days=days)
        begin += timedelta(days=days)
