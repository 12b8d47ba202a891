"""Bookings in Parquet cut into pieces: together they are the bookings, row numbers and rejects included,
wherever the cuts fall.
"""

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from tcw.extras.spark.partition import PartIndex, Partitioning, read_blocks, write_blocks
from tcw.intake.accept import accept, accept_some, accepted_together, with_cells
from tcw.intake.discover.parquet import open_parquet
from tcw.intake.headers.aliases import shipped_aliases
from tcw.intake.headers.recognise import recognise
from tcw.intake.pieces import cells_of, cut, pieces_of
from tcw.intake.typed import read_sheet
from tcw.intake.values import Hints

HEIGHTS = (7, 0, 1, 30, 12)
HINTS = Hints(zone="Europe/Stockholm")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    start = datetime(2026, 3, 2, 7)
    rows = sum(HEIGHTS)
    place = pl.int_range(rows, eager=True)
    bookings = pl.DataFrame(
        {
            "staff_id": [f"{number * 7 % 11:02}" if number % 13 else None for number in range(rows)],
            "activity_id": ["A"] * rows,
            "start": [start + timedelta(hours=number) for number in range(rows)],
            "end": [start + timedelta(hours=number + (8 if number % 9 else -1)) for number in range(rows)],
            "booking_id": place.cast(pl.String),
        }
    )
    made = tmp_path / "bookings"
    made.mkdir()
    begin = 0
    for number, height in enumerate(HEIGHTS):
        bookings.slice(begin, height).write_parquet(made / f"{number}.parquet", row_group_size=5)
        begin += height
    return made


@pytest.mark.parametrize("rows", [1, 4, 11, 1000])
def test_pieces_are_the_whole(folder: Path, tmp_path: Path, rows: int) -> None:
    sheet = open_parquet(folder, "bookings")
    headers = tuple(str(name) for name in sheet.head[0])
    typed = read_sheet(
        sheet, recognise(headers, "bookings", None, aliases=shipped_aliases()), headers, HINTS, {}
    )
    whole = accept(typed, HINTS)
    assert whole.rejected > 5
    assert sheet.scan is not None
    pieces = cut(sheet.scan, rows)
    assert sum(span.number for piece in pieces for span in piece) == sum(HEIGHTS)
    each = [accept_some(with_cells(typed, cells_of(sheet.scan, piece)), HINTS) for piece in pieces]
    together = accepted_together(typed, HINTS, each)
    assert (together.rows_read, together.rejected, together.extent) == (
        whole.rows_read,
        whole.rejected,
        whole.extent,
    )
    assert together.rejects.equals(whole.rejects)
    assert together.frame.collect().equals(whole.frame.collect())
    bookings = whole.frame.drop("row")
    there = pieces_of([together], bookings, HINTS, tmp_path)
    frames = [there.frame(place).collect() for place in range(there.number)]
    assert pl.concat(frames).equals(bookings.collect())


def test_every_row_is_moved_to_its_part_in_order(tmp_path: Path) -> None:
    ids = [f"{number * 7 % 23:02}" for number in range(200)]
    rows = pl.DataFrame({"staff_id": ids, "place": range(200)})
    others = pl.DataFrame({"staff_id": ["03", "21"], "part": [3, 0]}, schema_overrides={"part": pl.UInt32})
    placing = Partitioning(pl.Series(["01", "05", "09", "20"]), others)
    files = [
        write_blocks(piece, placing.part_of(piece["staff_id"]), tmp_path) for piece in rows.iter_slices(30)
    ]
    placed = PartIndex(files)
    meant = {
        name: 3
        if name == "03"
        else 0
        if name == "21" or name < "05"
        else 1
        if name < "09"
        else 2
        if name < "20"
        else 3
        for name in ids
    }
    for part in range(4):
        found = read_blocks(placed.blocks_of(part), rows.schema)
        assert found.equals(rows.filter([meant[name] == part for name in ids])), part
    assert read_blocks(placed.blocks_of(4), rows.schema).is_empty()
