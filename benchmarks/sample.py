"""`tcw sample`: seconds for so many bookings."""

import shutil

from benchmarks.data import LARGE, Data
from benchmarks.measuring import MIB

TARGET = 60


def benchmark(data: Data, rows: int) -> list[str]:
    """Return a line for each kind of files; the first run counts."""
    lines = []
    for kind in ("parquet", "csv"):
        target = data.folder / f"{rows}-{kind}-timed"
        made = data.sample(rows, kind, target)
        shutil.rmtree(target)
        limit = f" (at most {TARGET})" if rows == LARGE else ""
        lines.append(
            f"sample, {kind}, {rows:,} bookings: {made.seconds:.1f} s{limit}, "
            f"{made.seconds / rows * 1e6:.1f} s a million, peak {made.peak / MIB:,.0f} MiB"
        )
    return lines
