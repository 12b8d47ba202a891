"""Which rows of a printed roster hold its days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from tcw.intake.roster.grid_dates import DAYS_IN_WEEK, KINDS, Dating
from tcw.intake.roster.roster_day import (
    WEEK,
    Day,
    day_of,
    month_in,
)

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
class Block:
    """Header rows (as the user counts them) and the date of each column below them, until the next block."""

    rows: tuple[int, ...]
    dates: dict[int, date | None]
    """None where there is no such day: 31 under a month of 30."""


def find_blocks(
    cells: pl.DataFrame, where: str, names: Iterable[str | None], year: int | None
) -> list[Block]:
    """Return the blocks of days of a roster, none when it is not one.

    Args:
        cells: `row` (UInt32), `col` (Int32) and `text` (String), the cells that are not blank, by row and column.
        where: file and sheet, for messages.
        names: of sheet and file, where the year may stand when no cell has it.
        year: of days written without one.

    Raises:
        InputFault: no year anywhere, or weekdays that do not fit it.
    """
    lines = _day_rows(cells)
    if not lines:
        return []
    blocks: list[Block] = []
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
            blocks.append(Block(tuple({*cluster, *context.rows}), dates))
    return blocks


def _titles(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells of rows that can be titles: few cells, or nothing but weeks and months."""
    texts = cells["text"].unique()
    titles = [text for text in texts if WEEK.search(text.casefold()) or month_in(text.casefold())]
    count, named = pl.len().over("row"), pl.col("text").is_in(titles).sum().over("row")
    return cells.filter((count <= MOST_TITLES) | (named == count))


def _day_rows(cells: pl.DataFrame) -> dict[int, dict[int, Day]]:
    """Return the rows that hold days in order: row -> column -> day."""
    known = {text: day for text in cells["text"].unique() if (day := day_of(text))}
    found: dict[int, dict[int, Day]] = {}
    if known:
        days = pl.DataFrame(
            {
                "text": list(known),
                "kind": [d.kind for d in known.values()],
                "place": [d.place for d in known.values()],
            }
        )
        steps = (
            cells.join(days, on="text")
            .sort("row", "col")
            .with_columns(step=pl.col("place").diff().over("row", "kind"))
            .with_columns(
                orderly=pl.when(pl.col("kind") == "day")
                .then((pl.col("step") == 1) | ((pl.col("place") == 1) & (pl.col("step") <= NEW_MONTH)))
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
            found.setdefault(row, {})[col] = known[text]
    for row, letters in _letter_rows(cells).items():
        found.setdefault(row, letters)
    return dict(sorted(found.items()))


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


def _agree(one: dict[int, Day], other: dict[int, Day]) -> bool:
    """Tell whether two rows can say the same days: hours 1 2 3 4 5 below dates do not."""
    both = [(one[col], other[col]) for col in one.keys() & other.keys()]
    same = [a.day == b.day for a, b in both if a.day and b.day]
    return len(both) * 2 >= min(len(one), len(other)) and sum(same) >= ORDERLY * len(same)
