"""Which date each column of a printed roster is, by what stands above its days."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from tcw.errors import InputFault
from tcw.intake.roster.roster_day import (
    FULL_DATE,
    LONGEST,
    PRINTED,
    WEEK,
    YEAR,
    Day,
    DayKind,
    month_in,
    valid,
)
from tcw.wording import Phrase

NO_YEAR = Phrase(
    "grid-no-year", "{where}: the roster's days have no year; write it as year under grid: in tcw.yaml."
)
WRONG_WEEKDAY = Phrase(
    "grid-wrong-weekday",
    "{where}, row {row}: {date} does not fall on the weekday written; write the right year under grid: in tcw.yaml.",
)

KINDS: tuple[DayKind, ...] = ("date", "month_day", "day", "weekday")
"""From what says most to what says least."""
DAYS_IN_WEEK = 7
MOST_MONTHS = 3
DECEMBER = 12


class Dating:
    """What titles say of year, month and week; later blocks go on from earlier ones."""

    def __init__(self, where: str, names: tuple[str | None, ...], year: int | None) -> None:
        self.where, self.names, self.given = where, names, year
        self.year: int | None = None
        self.weeks: dict[int, tuple[int, int | None]] = {}
        self.months: dict[int, tuple[int, int | None]] = {}
        self.begins: date | None = None
        self.rows: set[int] = set()
        self.last: date | None = None

    def learn(self, titles: Iterable[tuple[int, int, str]]) -> None:
        """Take in the cells around a row of days."""
        self.weeks, self.months, self.rows, self.begins = {}, {}, set(), None
        for row, col, text in titles:
            lower = " ".join(text.casefold().split())
            if len(lower) > 4 * LONGEST or PRINTED.search(lower):
                continue
            if found := WEEK.search(lower):
                year = found[1] or found[3]
                self.weeks[col] = (int(found[2]), int(year) if year else None)
                self.rows.add(row)
            if full := FULL_DATE.search(lower):
                day = valid(Day("date", int(full[1]), int(full[2]), int(full[3])))
                self.begins = date(int(full[1]), int(full[2]), int(full[3])) if day else self.begins
            elif named := month_in(lower):
                self.months[col] = named
                self.rows.add(row)
            if years := YEAR.search(lower):
                self.year = int(years[1])

    def resolve(self, cluster: dict[int, dict[int, Day]]) -> dict[int, date | None]:
        """Return the date of each column; empty when nothing says which month or week the days are of."""
        row, days = min(cluster.items(), key=lambda line: KINDS.index(next(iter(line[1].values())).kind))
        kind = next(iter(days.values())).kind
        weekdays = {
            col: day.weekday
            for line in cluster.values()
            for col, day in line.items()
            if day.weekday is not None
        }
        columns = sorted(days)
        if self.last and not (self.months or self.begins) and len(columns) >= DAYS_IN_WEEK:
            following = self.last + timedelta(days=1)
            self.begins = following if days[columns[0]].day == following.day else None
        dates: dict[int, date | None] = {}
        if kind in {"date", "month_day"}:
            dates = self._by_month_day(columns, days)
        elif kind == "day" and len(self.months) <= MOST_MONTHS and (self.months or self.begins):
            dates = self._by_day(columns, days)
        elif weekdays and (self.weeks or self.begins):
            dates = self._by_weekday(sorted(weekdays), weekdays)
        for col, day in dates.items():
            if day is not None and weekdays.get(col, day.weekday()) != day.weekday():
                raise InputFault(WRONG_WEEKDAY, where=self.where, row=row, date=day.isoformat())
        return dates

    def _need_year(self) -> int:
        year = self.given or self.year
        for name in self.names:
            found = re.search(r"(?<!\d)(20\d\d)(?!\d)", name or "")
            year = year or (int(found[1]) if found else None)
        if year is None:
            raise InputFault(NO_YEAR, where=self.where)
        return year

    def _by_month_day(self, columns: list[int], days: dict[int, Day]) -> dict[int, date | None]:
        dates: dict[int, date | None] = {}
        later = 0
        before: Day | None = None
        for col in columns:
            day = days[col]
            if day.year is None and before is not None and (day.month or 0) < (before.month or 0):
                later += 1
            year = day.year if day.year is not None else self._need_year() + later
            _put(dates, col, year, day.month or 1, day.day or 1)
            before = day
        return dates

    def _by_day(self, columns: list[int], days: dict[int, Day]) -> dict[int, date | None]:
        dates: dict[int, date | None] = {}
        titles = dict(self.months)
        if not titles and self.begins:
            titles = {columns[0]: (self.begins.month, self.begins.year)}
        first = min(titles)
        month, written = titles.pop(first)
        year = written or self._need_year()
        before = 0
        for col in columns:
            passed = [at for at in titles if at <= col]
            number = days[col].day or 1
            if passed:
                month, written = titles.pop(max(passed))
                year = written or year
            elif number < before:
                month, year = (1, year + 1) if month == DECEMBER else (month + 1, year)
            _put(dates, col, year, month, number)
            before = number
        return dates

    def _by_weekday(self, columns: list[int], weekdays: dict[int, int]) -> dict[int, date | None]:
        dates: dict[int, date | None] = {}
        titles = dict(self.weeks)
        if titles:
            week, written = titles.pop(min(titles))
            monday = self._monday(written or self._need_year(), week)
        else:
            assert self.begins is not None
            monday = self.begins - timedelta(days=self.begins.weekday())
        before = -1
        for col in columns:
            passed = [at for at in titles if at <= col]
            if passed and monday is not None:
                week, written = titles.pop(max(passed))
                monday = self._monday(written or (monday + timedelta(days=10)).isocalendar()[0], week)
            elif weekdays[col] <= before and monday is not None:
                monday += timedelta(days=DAYS_IN_WEEK)
            if monday is not None:
                dates[col] = monday + timedelta(days=weekdays[col])
            before = weekdays[col]
        return dates

    @staticmethod
    def _monday(year: int, week: int) -> date | None:
        try:
            return date.fromisocalendar(year, week, 1)
        except ValueError:
            return None


def _put(dates: dict[int, date | None], col: int, year: int, month: int, day: int) -> None:
    """Set a column's date; there is no 31 June, but what stands in such a column is still to be told of."""
    try:
        dates[col] = date(year, month, day)
    except ValueError:
        dates[col] = None
