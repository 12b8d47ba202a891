"""The same answer from every way of computing it, compared cell by cell.

In memory, in parts, and on Spark where it is installed.
"""

import io
import shutil
from importlib.util import find_spec

import polars as pl

from benchmarks.answers import AnswersDifferError
from benchmarks.check import AS_OF, FINDINGS
from benchmarks.data import Data
from benchmarks.measuring import MIB, Run, python, run

PARTS = (3, 17)
MASTER = "local[2]"


def benchmark(data: Data, rows: int) -> list[str]:
    """Return what was compared. Raises AnswersDifferError."""
    source, lines = data.source(rows, "parquet"), []
    ways: dict[str, tuple[str, ...]] = {f"{parts} parts": ("--parts", str(parts)) for parts in PARTS}
    if find_spec("pyspark") is not None and shutil.which("java") is not None:
        ways["Spark"] = ("--engine", "spark", "--master", MASTER)
    else:
        print("engines: without Spark, which wants Java and pip install '.[spark]'")
    for name, words, codes in (
        ("kpi", ("--grain", "employee-week"), (0,)),
        ("kpi", ("--grain", "unit"), (0,)),
        ("check", ("--as-of", AS_OF), FINDINGS),
    ):
        command = python("-m", "tcw", name, source, *words, "--format", "parquet", "--quiet")
        whole = run([*command, "--parts", "1"], exit_codes=codes)
        meant = pl.read_parquet(io.BytesIO(whole.output))
        told = [_told("in memory", whole, rows)]
        for way, options in ways.items():
            done = run([*command, *options], exit_codes=codes)
            given = pl.read_parquet(io.BytesIO(done.output))
            if given.schema != meant.schema or not given.equals(meant):
                message = f"{name} {' '.join(words)}, {rows:,} bookings: another answer: {way}"
                raise AnswersDifferError(message)
            told.append(_told(way, done, rows))
        cells = meant.height * meant.width
        lines.append(f"{name} {' '.join(words)}, {rows:,} bookings, {cells:,} cells alike: {'; '.join(told)}")
    return lines


def _told(way: str, done: Run, rows: int) -> str:
    return (
        f"{way} {done.seconds:.1f} s, {done.processor:.1f} processor s "
        f"({done.processor / rows * 1e6:.2f} a million), {done.peak / MIB:,.0f} MiB"
    )
