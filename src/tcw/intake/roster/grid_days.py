"""Which rows of a printed roster hold its days, and which date each column is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from tcw.errors import InputFault
from tcw.intake.headers.day_headers import (
    FULL_DATE,
    LONGEST,
    PRINTED,
    WEEK,
    YEAR,
    Day,
    DayKind,
    day_of,
    month_in,
    valid,
)
from tcw.wording import Phrase

NO_YEAR = Phrase(
    "grid-no-year", "{where}: the roster's days have no year; write it as year under grid: in tcw.yaml."
)
WRONG_WEEKDAY = Phrase(
    "grid-wrong-weekday",
    "{where}, row {row}: {date} does not fall on the weekday written; write the right year under grid: "
    "in tcw.yaml.",
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


LEAST_DAYS = {"date": 3, "month_day": 3, "day": 5, "weekday": 5}
ORDERLY = 0.8
LETTERS = "mtotfls"
NEAR = 3
"""So many rows above the days may say week, month and year."""
SUNDAY_TO_MONDAY, FRIDAY_TO_MONDAY = -6, -4
NEW_MONTH = -25
"""From the last working days of a month to its first day."""
MOST_TITLES = 3
"""A row of more cells is a title row only when they all name weeks or months."""


@dataclass(frozen=True, slots=True)
class DayBlock:
    """Header rows (as the user counts them) and the date of each column below them, until the next block."""

    rows: tuple[int, ...]
    dates: dict[int, date | None]
    """None where there is no such day: 31 under a month of 30."""


def find_blocks(
    cells: pl.DataFrame, where: str, names: Iterable[str | None], year: int | None
) -> list[DayBlock]:
    """Return the blocks of days of a roster, none when it is not one.

    Args:
        cells: `row` (UInt32), `col` (Int32) and `text` (String), the cells that are not blank, by row and
            column.
        where: file and sheet, for messages.
        names: of sheet and file, where the year may stand when no cell has it.
        year: of days written without one.

    Raises:
        InputFault: no year anywhere, or weekdays that do not fit it.
    """
    lines = _day_rows(cells)
    if not lines:
        return []
    blocks: list[DayBlock] = []
    context = Dating(where, tuple(names), year)
    for cluster in _clusters(lines):
        top = min(cluster)
        above = cells.filter(pl.col("row") < top)
        if blocks:
            above = _titles(
                above.filter((pl.col("row") >= top - NEAR) & (pl.col("row") > max(blocks[-1].rows)))
            )
        around = pl.concat([above, cells.filter(pl.col("row").is_in(list(cluster)))])
        titles = [
            (row, col, text)
            for row, col, text in around.rows()
            if row not in cluster or col not in cluster[row]
        ]
        context.learn(titles)
        dates = context.resolve(cluster)
        if dates:
            context.last = max(filter(None, dates.values()), default=context.last)
            blocks.append(DayBlock(tuple({*cluster, *context.rows}), dates))
    return blocks


def _titles(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells of rows that can be titles: few cells, or nothing but weeks and months."""
    texts = cells["text"].unique()
    titles = [text for text in texts if WEEK.search(text.casefold()) or month_in(text.casefold())]
    count, named = pl.len().over("row"), pl.col("text").is_in(titles).sum().over("row")
    return cells.filter((count <= MOST_TITLES) | (named == count))


def _day_rows(cells: pl.DataFrame) -> dict[int, dict[int, Day]]:
    """Return the rows that hold days in order: row -> column -> day."""
    days_by_text = {text: day for text in cells["text"].unique() if (day := day_of(text))}
    day_rows: dict[int, dict[int, Day]] = {}
    if days_by_text:
        days = pl.DataFrame(
            {
                "text": list(days_by_text),
                "kind": [day.kind for day in days_by_text.values()],
                "order": [day.order for day in days_by_text.values()],
            }
        )
        steps = (
            cells.join(days, on="text")
            .sort("row", "col")
            .with_columns(step=pl.col("order").diff().over("row", "kind"))
            .with_columns(
                orderly=pl.when(pl.col("kind") == "day")
                .then((pl.col("step") == 1) | ((pl.col("order") == 1) & (pl.col("step") <= NEW_MONTH)))
                .when(pl.col("kind") == "weekday")
                .then(pl.col("step").is_in([1, SUNDAY_TO_MONDAY, FRIDAY_TO_MONDAY]))
                .otherwise(pl.col("step").is_between(1, DAYS_IN_WEEK))
            )
        )
        enough = pl.col("kind").replace_strict(LEAST_DAYS, return_dtype=pl.Int64)
        rows = (
            steps.group_by("row", "kind")
            .agg(count=pl.len(), orderly=pl.col("orderly").sum())
            .filter((pl.col("count") >= enough) & (pl.col("orderly") >= ORDERLY * (pl.col("count") - 1)))
            .with_columns(
                best=pl.col("kind").replace_strict(
                    {kind: i for i, kind in enumerate(KINDS)}, return_dtype=pl.Int8
                )
            )
            .sort("best")
            .unique("row", keep="first", maintain_order=True)
        )
        for row, col, text in steps.join(rows, on=["row", "kind"]).select("row", "col", "text").rows():
            day_rows.setdefault(row, {})[col] = days_by_text[text]
    for row, letters in _letter_rows(cells).items():
        day_rows.setdefault(row, letters)
    return dict(sorted(day_rows.items()))


def _letter_rows(cells: pl.DataFrame) -> dict[int, dict[int, Day]]:
    """Return rows of single letters that go M T O T F L S, the week round."""
    single = cells.filter(pl.col("text").str.len_chars() == 1).sort("row", "col")
    joined = single.group_by("row", maintain_order=True).agg(
        "col", pl.col("text").str.to_lowercase().str.join("")
    )
    likely = joined.filter(pl.col("text").str.contains("mtotf"))
    rows: dict[int, dict[int, Day]] = {}
    for row, columns, text in likely.rows():
        begin = next((i for i in range(DAYS_IN_WEEK) if (LETTERS * 60)[i:].startswith(text)), None)
        if begin is not None:
            rows[row] = {
                col: Day("weekday", weekday=(begin + i) % DAYS_IN_WEEK) for i, col in enumerate(columns)
            }
    return rows


def _clusters(lines: dict[int, dict[int, Day]]) -> list[dict[int, dict[int, Day]]]:
    """Return rows of days that stand on top of each other together: weekdays above day numbers."""
    clusters: list[dict[int, dict[int, Day]]] = []
    for row, days in lines.items():
        if (
            clusters
            and row - max(clusters[-1]) == 1
            and all(_agree(line, days) for line in clusters[-1].values())
        ):
            clusters[-1][row] = days
        else:
            clusters.append({row: days})
    return clusters


def _agree(upper: dict[int, Day], lower: dict[int, Day]) -> bool:
    """Tell whether two rows can say the same days: hours 1 2 3 4 5 below dates do not."""
    both = [(upper[col], lower[col]) for col in upper.keys() & lower.keys()]
    same = [a.day == b.day for a, b in both if a.day and b.day]
    return len(both) * 2 >= min(len(upper), len(lower)) and sum(same) >= ORDERLY * len(same)
