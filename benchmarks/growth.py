"""How time and memory grow with the bookings.

`tcw kpi` and `tcw check` at several sizes, and the exponent that fits.
"""

import math
from collections.abc import Sequence
from statistics import median

from benchmarks.check import AS_OF, FINDINGS
from benchmarks.data import Data
from benchmarks.measuring import MIB, python, run

TIMES = 3


def benchmark(data: Data, sizes: Sequence[int], times: int) -> list[str]:
    """Return a line per command and size, and the exponents; the smallest of a few runs counts."""
    lines = []
    for name, words, codes in (
        ("kpi", (), (0,)),
        ("check", ("--as-of", AS_OF, "--format", "parquet"), FINDINGS),
    ):
        taken: list[float] = []
        for size in sizes:
            source = data.source(size, "parquet")
            command = python("-m", "tcw", name, source, *words, "--quiet")
            done = [run(command, exit_codes=codes) for _ in range(min(times, TIMES))]
            taken.append(min(one.seconds for one in done))
            lines.append(
                f"{name}, {size:,} bookings: {median(one.seconds for one in done):.1f} s (best "
                f"{taken[-1]:.1f}), peak {max(one.peak for one in done) / MIB:,.0f} MiB"
            )
        if len(sizes) > 1:
            lines.append(f"{name}: time grows with bookings to the power of {exponent(sizes, taken):.2f}")
    return lines


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Return the slope of a straight line through the logarithms: 1 is linear."""
    xs, ys = [math.log(size) for size in sizes], [math.log(one) for one in seconds]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    rise = sum((one - x) * (other - y) for one, other in zip(xs, ys, strict=True))
    return rise / sum((one - x) ** 2 for one in xs)
