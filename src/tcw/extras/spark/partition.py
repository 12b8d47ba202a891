"""Bookings partitioned on disk: each piece of them a file with a block of rows for every part.

Whoever works through a part reads its block of every file. Every row is written once and read once, however
many parts there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal
from uuid import uuid4

import polars as pl

SUFFIX = ".blocks"
SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")
INDEX = pl.Schema({"part": pl.UInt32(), "file": pl.UInt32(), "begin": pl.Int64(), "end": pl.Int64()})
STRAYS = pl.Schema({"staff_id": pl.String(), "part": pl.UInt32()})


@dataclass(frozen=True, slots=True)
class Partitioning:
    """Which part the people are in: the order of their ids says it, with exceptions.

    It is small, since every task gets it.

    `first`: the lowest staff id of each part (String, rising). `strays`: STRAYS, who is in another part than
    the order says: second employments are in the part of the person's first, people whom nobody knows in a
    part of their own.
    """

    first: pl.Series
    strays: pl.DataFrame

    @staticmethod
    def of(people: pl.DataFrame) -> "Partitioning":
        """Return the partitioning of people (`staff_id`, `part`, from 0 and without gaps)."""
        lowest = people.group_by("part").agg(pl.col("staff_id").min()).sort("part")["staff_id"]
        rising = (lowest > lowest.shift()).fill_null(value=True).cast(pl.UInt8).cum_min().cast(pl.Boolean)
        first = lowest.filter(rising)
        # The last part may be of people whose ids are among those of all others.
        options = [
            Partitioning._by_order(first.head(height), people)
            for height in (len(first), max(len(first) - 1, 0))
        ]
        return min(options, key=lambda option: option.strays.height)

    @staticmethod
    def _by_order(first: pl.Series, people: pl.DataFrame) -> "Partitioning":
        by_order = Partitioning(first, pl.DataFrame(schema=STRAYS))
        strays = people.filter(by_order.part_of(people["staff_id"]) != people["part"])
        return Partitioning(first, strays.select(STRAYS.names()))

    def part_of(self, staff: pl.Series) -> pl.Series:
        """Return the part (UInt32) of each staff id."""
        after = self.first.search_sorted(staff, side="right").cast(pl.Int64)
        part = (after - 1).clip(lower_bound=0).cast(pl.UInt32).alias("part")
        if self.strays.is_empty():
            return part
        joined = (
            staff.to_frame("staff_id")
            .with_columns(by_order=part)
            .join(self.strays, on="staff_id", how="left", maintain_order="left")
        )
        return joined.select(pl.coalesce("part", "by_order").alias("part")).to_series()


@dataclass(frozen=True, slots=True)
class Blocks:
    """A file of blocks: `parts` (UInt32, rising), and `ends`, the byte after each one's block."""

    path: Path
    parts: pl.Series
    ends: pl.Series
    rows: int


@dataclass(frozen=True, slots=True)
class Block:
    """The bytes of a file from `begin` up to but not including `end`."""

    path: Path
    begin: int
    end: int


def write_blocks(rows: pl.DataFrame, parts: pl.Series, folder: Path) -> Blocks:
    """Write rows to a new file, those of one part together and in their order.

    Raises OSError: the disk is full.
    """
    ordered = rows.with_columns(parts.alias("part")).sort("part", maintain_order=True)
    runs = ordered["part"].rle().struct.unnest()
    ordered = ordered.drop("part")
    # A name of its own: a task that runs twice must not change the file of the other try.
    path = folder / f"{uuid4().hex}{SUFFIX}"
    ends, first = [], 0
    with path.open("wb") as out:
        for height in runs["len"].to_list():
            # Through memory: Polars writes to a file of its own otherwise.
            block = BytesIO()
            ordered.slice(first, height).write_ipc_stream(block, compression="zstd")
            out.write(block.getbuffer())
            ends.append(out.tell())
            first += height
    return Blocks(path, runs["value"], pl.Series(ends, dtype=pl.Int64), rows.height)


class PartIndex:
    """Where the blocks of every part are: a few bytes each, since pieces times parts may be millions."""

    def __init__(self, files: Iterable[Blocks]) -> None:
        """Take what was written, in the order of the bookings."""
        self._paths: list[Path] = []
        frames = [pl.DataFrame(schema=INDEX)]
        for number, file in enumerate(files):
            self._paths.append(file.path)
            begins = file.ends.shift(fill_value=0)
            columns = {"part": file.parts, "file": number, "begin": begins, "end": file.ends}
            frames.append(pl.DataFrame(columns, schema_overrides=INDEX))
        self._index = pl.concat(frames).sort("part", maintain_order=True)

    def blocks_of(self, part: int) -> list[Block]:
        """Return the blocks of a part, in the bookings' order."""
        first, after = (self._index["part"].search_sorted(part, side=side) for side in SIDES)
        blocks = self._index.slice(first, after - first).select("file", "begin", "end")
        return [Block(self._paths[file], begin, end) for file, begin, end in blocks.rows()]


def read_blocks(blocks: Sequence[Block], schema: pl.Schema) -> pl.DataFrame:
    """Return the rows of blocks under each other. Raises OSError: a file is gone."""
    frames = [pl.DataFrame(schema=schema)]
    for block in blocks:
        with block.path.open("rb") as opened:
            opened.seek(block.begin)
            frames.append(pl.read_ipc_stream(BytesIO(opened.read(block.end - block.begin))))
    return pl.concat(frames, rechunk=True)
