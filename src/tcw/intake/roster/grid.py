"""Printed rosters: one row per person and one column per date, unfolded to one row per shift."""

from collections.abc import Mapping, Sequence

import polars as pl

from tcw.intake.discover.raw import RawSheet
from tcw.intake.headers.aliases import shipped_aliases
from tcw.intake.roster.grid_cells import CARRIED, SHIFT, CodeMeaning, one_row_per_shift, with_meanings
from tcw.intake.roster.grid_days import DayBlock, find_blocks
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

UNFOLDED = Phrase(
    "grid-unfolded",
    "Read as a roster: {cells:filled cell|filled cells} of {days:day|days} ({first} to {last}) became "
    "{shifts:shift|shifts}.",
)
IGNORED = Phrase(
    "grid-ignored",
    "{count:cell holds a code that books|cells hold codes that book} nothing, as tcw.yaml says: {codes}.",
)
UNMAPPED = Phrase(
    "grid-unmapped",
    "{count} cells hold codes without clock times that tcw.yaml does not explain: {codes}. Say under "
    "grid: codes: what they stand for, or ignore.",
)
NO_CODE = Phrase(
    "grid-no-code",
    '{count} cells have clock times or hours but no code; they are activity {activity}. The code "" '
    "under grid: codes: in tcw.yaml gives them another.",
)

__all__ = ["CodeMeaning", "unfold"]

NAMED, SHORT = 12, 6
"""So many codes are named in a message, and none longer than a code is: a remark may have a person's name."""
COLUMNS = ("staff_id", "activity_id", "date", "start", "end", "hours", "break_minutes", "unit_id", "cell")
ALWAYS = ("staff_id", "activity_id", "date", "start", "end", "cell")


def unfold(
    sheet: RawSheet, codes: Mapping[str, CodeMeaning | None], *, year: int | None = None
) -> RawSheet | None:
    """Return a roster as a sheet of bookings, or None when the sheet is not a roster.

    A roster has rows of days (dates, "mån 2/3", day numbers below a month, weekdays below a week; several
    blocks below each other too) and below them rows of people with shifts in the columns: `07:00-16:00`,
    `07–16 D`, `7.30-16 R30`, `D`, hours `7,5`, several in a cell on lines of their own.

    Args:
        sheet: as it was found.
        codes: code in a cell -> what it stands for, None where it books nothing. Capitals do not matter. The
            code "" is for cells with times and no code.
        year: of days written without one; else a title's, the sheet's or the file's name.

    Returns:
        A sheet with the canonical names as its head and the columns staff_id, activity_id, date (2026-03-02),
        start, end (07:00; the end at or before the start is the next day), hours, break_minutes, unit_id
        where there are any, and `cell`, the text it was made of. `row` is the row of the person, so that
        several shifts have the same. A code that is neither explained nor has times is kept as activity_id
        without start, end and hours.

    Raises:
        InputFault: no year anywhere, or weekdays that do not fit the year.
    """
    if sheet.medium not in {"text", "excel"} or sheet.width < 1 + len(ALWAYS) // 2:
        return None
    where = sheet.origin.file if sheet.origin.sheet is None else f"{sheet.origin.file}, {sheet.origin.sheet}"
    names = (sheet.origin.sheet, sheet.origin.file)
    if not find_blocks(_head_cells(sheet), where, names, year):
        return None
    cells = sheet.cells.drop("beyond").collect()
    long = _long(cells)
    blocks = find_blocks(long, where, names, year)
    left = _left_columns(long, blocks)
    if "staff_id" not in left:
        return None
    shifts = _shifts(cells, blocks, left)
    return _as_sheet(sheet, with_meanings(one_row_per_shift(shifts), codes), blocks, filled=shifts.height)


def _head_cells(sheet: RawSheet) -> pl.DataFrame:
    cells = [
        (row, col, text) for row, line in enumerate(sheet.head, 1) for col, text in enumerate(line) if text
    ]
    return pl.DataFrame(cells, schema=_LONG, orient="row")


_LONG = pl.Schema({"row": pl.UInt32, "col": pl.Int32, "text": pl.String})


def _long(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells that are not blank: row, col, text."""
    return (
        cells.unpivot(index="row", variable_name="col", value_name="text")
        .drop_nulls("text")
        .with_columns(pl.col("col").str.strip_prefix("c").cast(pl.Int32))
        .sort("row", "col")
    )


def _left_columns(long: pl.DataFrame, blocks: Sequence[DayBlock]) -> dict[str, int]:
    """Return which columns beside the days say who, and what else holds for a whole row."""
    days = {col for block in blocks for col in block.dates}
    first = blocks[0]
    headers = long.filter(
        pl.col("row").is_between(min(first.rows) - 1, max(first.rows))
        & pl.col("col").is_in(list(days)).not_()
    )
    best: dict[str, tuple[int, int]] = {}
    aliases = shipped_aliases()
    for col, text in headers.select("col", "text").rows():
        match = aliases.matches(text).get("bookings")
        if match and match.column in {"staff_id", *CARRIED}:
            best[match.column] = min(best.get(match.column, (match.rank, col)), (match.rank, col))
    columns = {name: col for name, (_, col) in best.items()}
    if "staff_id" not in columns:
        # Without a header that says so: the first column left of the days with text below them.
        named = long.filter(
            (pl.col("row") > max(first.rows))
            & (pl.col("col") < min(days))
            & pl.col("col").is_in([col for name, col in columns.items() if name != "staff_id"]).not_()
            & pl.col("text").str.contains(r"\pL")
        )["col"]
        if named.len():
            columns["staff_id"] = named.sort().to_list()[0]
    return columns


def _shifts(cells: pl.DataFrame, blocks: Sequence[DayBlock], left: Mapping[str, int]) -> pl.DataFrame:
    """Return one row per filled cell below the days: row, the columns of `left` as r_…, date, cell."""
    days = pl.DataFrame(
        [(number, f"c{col}", day) for number, block in enumerate(blocks) for col, day in block.dates.items()],
        schema={"block": pl.UInt32, "column": pl.String, "date": pl.Date},
        orient="row",
    )
    starts = pl.DataFrame(
        {"row": [max(block.rows) for block in blocks], "block": range(len(blocks))},
        schema={"row": pl.UInt32, "block": pl.UInt32},
    ).sort("row")
    titles = [row for block in blocks for row in block.rows]
    columns = days["column"].unique().to_list()
    return (
        cells.filter(pl.col("row").is_in(titles).not_())
        .sort("row")
        .join_asof(starts, on="row", strategy="backward")
        .drop_nulls("block")
        # A person with several lines is named on the first.
        .with_columns(pl.col(f"c{left['staff_id']}").forward_fill().over("block"))
        .select("row", "block", *columns, **{f"r_{name}": pl.col(f"c{col}") for name, col in left.items()})
        .unpivot(
            on=columns,
            index=["row", "block", *[f"r_{name}" for name in left]],
            variable_name="column",
            value_name="cell",
        )
        .drop_nulls("cell")
        .join(days, on=["block", "column"], maintain_order="left")
        .sort("row", "date", maintain_order=True)
    )


def _as_sheet(sheet: RawSheet, shifts: pl.DataFrame, blocks: Sequence[DayBlock], *, filled: int) -> RawSheet:
    booked = shifts.filter(pl.col("ignored").not_())
    days = sorted({day for block in blocks for day in block.dates.values() if day})
    facts = {
        "cells": Count(filled),
        "days": Count(len(days)),
        "first": days[0].isoformat(),
        "last": days[-1].isoformat(),
        "shifts": Count(booked.height),
    }
    notes = [*sheet.notes, Message(UNFOLDED, facts)]
    for phrase, flag in ((IGNORED, "ignored"), (UNMAPPED, "unmapped")):
        flagged = (shifts if flag == "ignored" else booked).filter(flag)
        if flagged.height:
            facts = {"count": Count(flagged.height), "codes": _listed(flagged["code"])}
            notes.append(Message(phrase, facts))
    bare = booked.filter("bare").height
    if bare:
        notes.append(Message(NO_CODE, {"count": Count(bare), "activity": SHIFT}))
    names = [name for name in COLUMNS if name in ALWAYS or booked[name].count()]
    cells = booked.select("row", **{f"c{i}": name for i, name in enumerate(names)}).with_columns(
        beyond=pl.lit(value=False)
    )
    return RawSheet(
        sheet.origin,
        sheet.medium,
        cells.lazy(),
        len(names),
        (tuple(names),),
        sheet.size,
        sheet.hidden,
        tuple(notes),
        unfolded=True,
    )


def _listed(codes: pl.Series) -> str:
    unique = codes.drop_nulls().unique().sort().to_list()
    short = [code for code in unique if len(code) <= SHORT][:NAMED]
    return ", ".join(short) + (" …" if len(short) < len(unique) else "")
