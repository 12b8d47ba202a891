"""`python -m benchmarks run`.

Measures, prints a table of ratios, and writes docs/developers/benchmarks.md when asked.
"""

import argparse
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from benchmarks import check, document, engines, growth, kpi, load, match, profiles, sample, start, xlsx
from benchmarks.answers import AnswersDifferError
from benchmarks.data import Data
from benchmarks.document import Section
from benchmarks.measuring import CommandFailedError, Row

RATIOS = {"kpi": kpi.benchmark, "load": load.benchmark, "xlsx": xlsx.benchmark, "start": start.benchmark}
LINES_TOO = {"check": check.benchmark, "match": match.benchmark}
LINES = {"sample": sample.benchmark, "engines": engines.benchmark, "profile": profiles.benchmark}
PEERS = ("duckdb", "openpyxl", "ortools", "pandas", "xlsxwriter")
NAMES = (*RATIOS, *LINES_TOO, *LINES, "growth")


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True)
    runs = commands.add_parser("run", help="measure")
    runs.add_argument(
        "--rows", type=_sizes, default=[1_000_000], help="bookings: 1e6 or 1e6,1e7 (default 1e6)"
    )
    runs.add_argument("--only", type=_names, default=list(NAMES), help=f"some of {','.join(NAMES)}")
    runs.add_argument("--times", type=int, default=5, help="pairs of runs that count (default 5)")
    runs.add_argument(
        "--data",
        type=Path,
        default=Path(tempfile.gettempdir()) / "tcw-benchmarks",
        help="folder to keep made-up sources in (default: in the temporary folder)",
    )
    runs.add_argument(
        "--write",
        action="store_true",
        help="write what was measured into docs/developers/benchmarks.md, and what README.md shows of it; "
        "what was not is kept",
    )
    asked = parser.parse_args()
    if missing := [name for name in PEERS if find_spec(name) is None]:
        print(f"benchmarks: {', '.join(missing)} not installed: pip install -e '.[bench]'", file=sys.stderr)
        return 2
    data = Data(asked.data)
    for name in asked.only:
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            rows, lines = _measured(name, data, asked.rows, asked.times)
        except (AnswersDifferError, CommandFailedError) as fault:
            print(f"benchmarks: {name}: {fault}", file=sys.stderr)
            return 1
        print(*document.result(rows, lines), sep="\n", flush=True)
        if asked.write:
            document.write({name: (rows, lines)}, sys.argv[1:])
    return 0


def _measured(name: str, data: Data, sizes: list[int], times: int) -> Section:
    rows: list[Row] = []
    lines: list[str] = []
    if name == "growth":
        return rows, growth.benchmark(data, sizes, times)
    for size in sizes if name != "start" else sizes[:1]:
        if name in LINES:
            lines += LINES[name](data, size)
        elif name in LINES_TOO:
            found, told = LINES_TOO[name](data, size, times)
            rows += found
            lines += told
        elif name != "xlsx" or size <= xlsx.MOST or size == min(sizes):
            rows += RATIOS[name](data, size, times)
    return rows, lines


def _sizes(text: str) -> list[int]:
    return [int(float(size)) for size in text.split(",")]


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(NAMES):
        message = f"{', '.join(sorted(unknown))}: choose from {', '.join(NAMES)}"
        raise argparse.ArgumentTypeError(message)
    return names


if __name__ == "__main__":
    sys.exit(main())
