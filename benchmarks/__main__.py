"""`python -m benchmarks run`: measures, prints a table of ratios, and writes docs/benchmarks.md when asked."""

import argparse
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks import check, engines, growth, kpi, load, match, sample, start, xlsx
from benchmarks.data import Data
from benchmarks.measuring import Row, table

RATIOS = {"kpi": kpi.benchmark, "load": load.benchmark, "xlsx": xlsx.benchmark, "start": start.benchmark}
LINES_TOO = {"check": check.benchmark, "match": match.benchmark}
NAMES = (*RATIOS, *LINES_TOO, "sample", "growth", "engines")
PACKAGES = (
    "polars",
    "numpy",
    "pyarrow",
    "fastexcel",
    "duckdb",
    "pandas",
    "openpyxl",
    "typer",
    "highspy",
    "ortools",
)
DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"


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
    runs.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    asked = parser.parse_args()
    data = Data(asked.data)
    rows: list[Row] = []
    lines: list[str] = []
    for name in asked.only:
        if name == "growth":
            lines += growth.benchmark(data, asked.rows, asked.times)
            continue
        for size in asked.rows if name != "start" else asked.rows[:1]:
            if name == "sample":
                lines += sample.benchmark(data, size)
            elif name == "engines":
                lines += engines.benchmark(data, size)
            elif name in LINES_TOO:
                found, told = LINES_TOO[name](data, size, asked.times)
                rows += found
                lines += told
            elif name != "xlsx" or size <= xlsx.MOST or size == min(asked.rows):
                rows += RATIOS[name](data, size, asked.times)
    print(*_result(rows, lines), sep="\n")
    if asked.write:
        DOCUMENT.write_text(_document(rows, lines), "utf-8")
    return 0


def _sizes(text: str) -> list[int]:
    return [int(float(size)) for size in text.split(",")]


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - set(NAMES):
        message = f"{', '.join(sorted(unknown))}: choose from {', '.join(NAMES)}"
        raise argparse.ArgumentTypeError(message)
    return names


def _result(rows: list[Row], lines: list[str]) -> list[str]:
    found = ["", table(rows)] if rows else []
    return [*found, *(["", *(f"- {line}" for line in lines)] if lines else [])]


def _document(rows: list[Row], lines: list[str]) -> str:
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Whole processes, in turn (tcw, peer, tcw, peer …), after one run of each that does not count. A ratio is tcw's",
            "seconds over the peer's, pair by pair; below 1 tcw is faster. Before anything is timed, both must give the same",
            "answers, to a billionth. What is compared is told in [benchmarks/README.md](../benchmarks/README.md).",
            "",
            "Written by:",
            "",
            "```sh",
            _command(sys.argv[1:]),
            "```",
            "",
            _machine(),
            *_result(rows, lines),
            "",
        ]
    )


def _command(words: list[str]) -> str:
    """Return the command as it was given, less the folder, which is nobody's business."""
    kept = [
        word for at, word in enumerate(words) if "--data" not in (word.partition("=")[0], *words[at - 1 : at])
    ]
    return f"python -m benchmarks {' '.join(kept)}"


def _machine() -> str:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {memory:.0f} GiB memory, {platform.system()}, "
        f"{platform.machine()}, Python {platform.python_version()}, {packages}."
    )


if __name__ == "__main__":
    sys.exit(main())
