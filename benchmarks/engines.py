"""The same answer from every way of computing it, compared cell by cell: in memory and in parts."""

import io

import polars as pl

from benchmarks.answers import AnswersDifferError
from benchmarks.check import AS_OF, FINDINGS
from benchmarks.data import Data
from benchmarks.measuring import MIB, python, run

PARTS = (3, 17)


def benchmark(data: Data, rows: int) -> list[str]:
    """Return what was compared. Raises AnswersDifferError."""
    source, lines = data.source(rows, "parquet"), []
    for name, words, codes in (
        ("kpi", ("--grain", "employee-week"), (0,)),
        ("kpi", ("--grain", "unit"), (0,)),
        ("check", ("--as-of", AS_OF), FINDINGS),
    ):
        command = python("-m", "tcw", name, source, *words, "--format", "parquet", "--quiet")
        whole = run([*command, "--parts", "1"], exit_codes=codes)
        meant = pl.read_parquet(io.BytesIO(whole.output))
        told = [f"in memory {whole.seconds:.1f} s, {whole.peak / MIB:,.0f} MiB"]
        for parts in PARTS:
            done = run([*command, "--parts", str(parts)], exit_codes=codes)
            given = pl.read_parquet(io.BytesIO(done.output))
            if given.schema != meant.schema or not given.equals(meant):
                message = f"{name} {' '.join(words)}, {rows:,} bookings: {parts} parts give another answer"
                raise AnswersDifferError(message)
            told.append(f"{parts} parts {done.seconds:.1f} s, {done.peak / MIB:,.0f} MiB")
        cells = meant.height * meant.width
        lines.append(f"{name} {' '.join(words)}, {rows:,} bookings, {cells:,} cells alike: {'; '.join(told)}")
    return lines
