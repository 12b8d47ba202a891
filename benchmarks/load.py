"""Loading and validating a CSV file, next to reading it as text."""

import json

from benchmarks.answers import AnswersDifferError
from benchmarks.data import LARGE, Data
from benchmarks.measuring import MIB, Row, in_turn, python, run

TARGET = 2.0
MEMORY_TARGET = 4


def benchmark(data: Data, rows: int, times: int) -> list[Row]:
    """Return tcw's load of a source in CSV against Polars' read of its bookings as text."""
    source = data.source(rows, "csv")
    ours = python("-m", "benchmarks.peers.load_tcw", source)
    theirs = python("-m", "benchmarks.peers.load_polars", source / "bookings.csv")
    first, other = run(ours), run(theirs)
    accepted, text = json.loads(first.output), json.loads(other.output)
    if accepted["rows"] != text["rows"]:
        message = f"tcw accepted {accepted['rows']} rows, Polars read {text['rows']}"
        raise AnswersDifferError(message)
    print(
        f"load, {rows:,} bookings: tcw and Polars agree in {text['rows']:,} rows; the accepted frame has "
        f"{accepted['bytes'] / MIB:,.0f} MiB, the peak is {first.peak / accepted['bytes']:.1f} times that"
        f"{f' (at most {MEMORY_TARGET})' if rows >= LARGE else ''}"
    )
    return [
        Row(
            f"load, csv, {rows:,}",
            "Polars, as text",
            in_turn(ours, theirs, times),
            TARGET if rows >= LARGE else None,
        )
    ]
