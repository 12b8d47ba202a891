"""Rows to standard output.

CSV: for people, as their language's Excel opens it; plain, for programs. And Parquet.
"""

import io
from collections.abc import Iterable
from typing import BinaryIO, Literal

import polars as pl

from tcw.wording import Language

Dialect = Literal["sv", "plain"]
DANGEROUS = r"^[=+\-@\t\r]"
"""Text that a spreadsheet would take for a formula when it opens the file."""


def dialect_of(lang: Language) -> Dialect:
    """Return the dialect people of the language can open by a double-click."""
    return "sv" if lang == "sv" else "plain"


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with an apostrophe before text that a spreadsheet would take for a formula."""
    text = pl.col(pl.String)
    return frame.with_columns(
        pl.when(text.str.contains(DANGEROUS)).then(pl.lit("'") + text).otherwise(text).name.keep()
    )


def write_parquet(out: BinaryIO, frame: pl.DataFrame) -> None:
    """Write a frame as Parquet.

    It is made in memory first: Polars would hide why a stream cannot be written.
    """
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    out.write(buffer.getbuffer())


def write_parquet_pieces(out: BinaryIO, pieces: Iterable[pl.DataFrame]) -> None:
    """Write frames of one schema (at least one) as one Parquet file, a row group or more each."""
    from pyarrow import parquet

    writer = None
    try:
        for piece in pieces:
            table = piece.to_arrow()
            if writer is None:
                writer = parquet.ParquetWriter(out, table.schema, compression="zstd")
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def write_csv(out: BinaryIO, frame: pl.DataFrame, dialect: Dialect, *, goes_on: bool = False) -> None:
    """Write a frame with its column names as headings, or without them where it `goes_on` after another.

    "sv": semicolons, decimal commas, a UTF-8 byte order mark and CRLF, so that a double-click opens it right
    in Swedish Excel. "plain": commas, points, no mark. Float noise beyond twelve decimals is rounded away,
    NaN and null are empty.
    """
    floats = pl.col(pl.Float64, pl.Float32)
    clean = harmless(frame).with_columns(pl.when(floats.is_finite()).then(floats.round(12)).name.keep())
    swedish = dialect == "sv"
    buffer = io.BytesIO()
    clean.write_csv(
        buffer,
        separator=";" if swedish else ",",
        decimal_comma=swedish,
        include_bom=swedish and not goes_on,
        include_header=not goes_on,
        line_terminator="\r\n" if swedish else "\n",
    )
    out.write(buffer.getbuffer())
