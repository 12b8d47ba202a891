"""How the columns of an export spell what they hold: of all ways the one that makes the cells out of what was read from them."""

from collections.abc import Iterator, Mapping

import polars as pl

from tcw.intake.native_cells import GROSS
from tcw.intake.typed import TypedSheet
from tcw.intake.values.column import ColumnRead
from tcw.reports.handback import spellings
from tcw.reports.handback.spellings import Spelling

PRUNED_BY = 8
"""Rows that all spellings are tried on; only those that fit most of them are tried on the rest."""


def spelled(
    columns: Mapping[int, ColumnRead], sample: pl.DataFrame, zone: str, typed: TypedSheet
) -> dict[int, pl.Expr]:
    """Return how the cells of text columns are made of canonical bookings.

    Args:
        columns: by their places.
        sample: accepted rows: the canonical columns, and the cells as c0, c1 and so on.
        zone: of local times.
        typed: the sheet they are from.
    """
    texts: dict[int, pl.Expr] = {}
    fitting: dict[int, list[Spelling]] = {}
    for place, column in columns.items():
        cells = sample[f"c{place}"]
        if column.kind in {"word", "yes_no"}:
            texts[place] = _by_word(column, cells, sample)
        else:
            fitting[place] = _fitting(list(_ways(column, zone, typed)), cells, sample)
    # Where one column leaves open whether it is 7:15 or 07:15, another may tell.
    clear = {ways[0].name for ways in fitting.values() if len(ways) == 1}
    for place, ways in fitting.items():
        nothing = Spelling("", pl.lit(None, dtype=pl.String))
        texts[place] = next((way for way in ways if way.name in clear), ways[0] if ways else nothing).text
    return texts


def _fitting(ways: list[Spelling], cells: pl.Series, sample: pl.DataFrame) -> list[Spelling]:
    """Return the ways that make most of the cells as they are."""
    cells = (
        cells.cast(pl.String) if cells.dtype != pl.List else cells.cast(pl.List(pl.String)).list.join(", ")
    )
    few = sample.with_columns(cells.alias("cell")).filter(pl.col("cell").is_not_null())
    for rows in (few.gather_every(max(few.height // PRUNED_BY, 1)).head(PRUNED_BY), few):
        fits = _fits(ways, rows)
        most = max(fits, default=0)
        ways = [way for way, fit in zip(ways, fits, strict=True) if fit == most]
    return ways


def _fits(ways: list[Spelling], rows: pl.DataFrame) -> list[int]:
    """Return of each way how many cells it makes as they are."""
    if rows.is_empty() or not ways:
        return [0] * len(ways)
    counts = rows.select(
        (way.text == pl.col("cell")).sum().alias(str(place)) for place, way in enumerate(ways)
    )
    return list(counts.row(0))


def _ways(column: ColumnRead, zone: str, typed: TypedSheet) -> Iterator[Spelling]:
    start, end = pl.col("start_local"), pl.col("end_local")
    shape = column.reading.shape
    match column.name:
        case "start" | "end":
            moment = end if column.name == "end" else start
            if shape == "clock":
                yield from spellings.clocks(moment, ends=column.name == "end")
            elif shape == "date":
                yield from spellings.dates(pl.col("date") if column.name == "start" else end.dt.date())
            else:
                yield from spellings.moments(moment, zone)
        case "date":
            yield from spellings.dates(pl.col("date"))
        case "end_date":
            yield from spellings.dates(end.dt.date())
            yield from spellings.dates((end - pl.duration(microseconds=1)).dt.date())
        case "hours" | "minutes" | "seconds":
            yield from _length(column.name, typed)
        case "break_minutes":
            pause = pl.col("break_minutes").cast(pl.Float64)
            yield from spellings.numbers(pause)
            yield from spellings.lengths(pause / spellings.MINUTES)
        case "staff_id" | "activity_id" | "unit_id" | "order_id" | "order_reason":
            yield Spelling("as it is", pl.col(column.name))
        case _:
            return


def _length(name: str, typed: TypedSheet) -> Iterator[Spelling]:
    """Return the ways of saying a length: with or without the break, in the column's unit or the header's."""
    whole = {"hours": 1, "minutes": spellings.MINUTES, "seconds": spellings.MINUTES**2}[name]
    ends = {"end"} & set(typed.shapes)
    for hours in (
        (pl.col("net_hours"), GROSS) if ends or "start" not in typed.shapes else (GROSS, pl.col("net_hours"))
    ):
        if {"hours", "minutes"} <= set(typed.shapes):
            minutes = (hours * spellings.MINUTES).round().cast(pl.Int64)
            part = minutes // spellings.MINUTES if name == "hours" else minutes % spellings.MINUTES
            yield Spelling("part", part.cast(pl.String))
        yield from spellings.numbers(hours * whole)
        yield from spellings.lengths(hours)
        yield from spellings.numbers(hours * spellings.MINUTES)


def _by_word(column: ColumnRead, cells: pl.Series, sample: pl.DataFrame) -> pl.Expr:
    """Return the most used spelling of each word; nothing for one that the export does not use."""
    if column.name not in sample.columns or column.name == "billing":
        return pl.lit(None, dtype=pl.String)
    used = (
        pl.DataFrame({"word": sample[column.name].cast(pl.String), "cell": cells.cast(pl.String)})
        .drop_nulls()
        .group_by("word", "cell")
        .len()
        .sort("len", "cell", descending=[True, False])
        .unique("word", keep="first", maintain_order=True)
    )
    word = pl.col(column.name).cast(pl.String)
    return word.replace_strict(used["word"], used["cell"], default=None, return_dtype=pl.String)
