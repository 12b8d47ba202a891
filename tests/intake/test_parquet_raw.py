"""Parquet: scanned lazily, types kept, rows counted from 2."""

import datetime as dt
import random
from pathlib import Path

import polars as pl
import pytest

from tcw.errors import InputFault
from tcw.intake.discover.file_faults import BROKEN_PARQUET, reading
from tests.intake.raw_files import opened, rows_of

FRAME = pl.DataFrame(
    {
        "staff_id": ["1", "2"],
        "start": [dt.datetime(2026, 3, 2, 7), None],
        "services": [["a"], []],
        "row": [7, 8],
    }
)


def test_cells_keep_their_types_and_columns_may_be_called_anything(tmp_path: Path) -> None:
    FRAME.write_parquet(tmp_path / "a.parquet")
    (sheet,) = opened(tmp_path / "a.parquet")
    assert sheet.head == (("staff_id", "start", "services", "row"),)
    assert rows_of(sheet) == [(2, "1", dt.datetime(2026, 3, 2, 7), ["a"], 7), (3, "2", None, [], 8)]
    assert [sheet.cells.collect_schema()[f"c{index}"] for index in range(4)] == FRAME.dtypes


def test_only_the_columns_asked_for_are_read(tmp_path: Path) -> None:
    FRAME.write_parquet(tmp_path / "a.parquet")
    (sheet,) = opened(tmp_path / "a.parquet")
    assert "PROJECT 1/4 COLUMNS" in sheet.cells.select("c0").explain()


def test_a_folder_is_one_data_set_with_rows_counted_through(tmp_path: Path) -> None:
    folder = tmp_path / "bookings"
    folder.mkdir()
    FRAME.write_parquet(folder / "b.parquet")
    FRAME.write_parquet(folder / "a.parquet")
    (folder / "_SUCCESS").touch()
    (sheet,) = opened(folder)
    assert [row[:2] for row in rows_of(sheet)] == [(2, "1"), (3, "2"), (4, "1"), (5, "2")]
    assert (sheet.origin.file, sheet.medium) == ("bookings", "parquet")


def test_parts_with_other_columns_are_a_fault(tmp_path: Path) -> None:
    folder = tmp_path / "bookings"
    folder.mkdir()
    FRAME.write_parquet(folder / "a.parquet")
    FRAME.drop("start").write_parquet(folder / "b.parquet")
    with pytest.raises(InputFault) as fault:
        opened(folder)
    assert (fault.value.code, fault.value.facts["file"]) == ("file-parquet-parts", "bookings/b.parquet")


def test_damaged_parquet_is_rows_or_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    FRAME.write_parquet(path)
    whole = path.read_bytes()
    chooser = random.Random(3)
    outcomes: set[str | int] = set()
    for _ in range(150):
        content = bytearray(whole)
        content[chooser.randrange(4, len(whole) - 4)] = chooser.randrange(256)
        path.write_bytes(content)
        try:
            (sheet,) = opened(path)
            with reading("a.parquet", BROKEN_PARQUET):
                outcomes.add(sheet.cells.collect().height)
        except InputFault as fault:
            outcomes.add(fault.code)
    assert outcomes >= {2, "file-broken-parquet"}


@pytest.mark.parametrize("keep", [slice(0, 100), slice(0, -1), slice(0, 11)])
def test_cut_parquet_is_a_fault(tmp_path: Path, keep: slice) -> None:
    path = tmp_path / "a.parquet"
    FRAME.write_parquet(path)
    path.write_bytes(path.read_bytes()[keep])
    with pytest.raises(InputFault) as fault:
        opened(path)
    assert fault.value.code == "file-broken-parquet"
