"""docs/developers/benchmarks.md, a section for each benchmark, and what README.md shows of it.

A run writes the sections of what it measured and keeps the others.
"""

import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

from benchmarks.measuring import Row, table

ROOT: Final = Path(__file__).parents[1]
DOCUMENT: Final = ROOT / "docs" / "developers" / "benchmarks.md"
README: Final = ROOT / "README.md"
REASONS: Final = Path(__file__).parent / "reasons.md"
"""What was learned of the targets that are missed, written by hand."""
MARKS: Final = ("<!-- benchmarks -->", "<!-- /benchmarks -->")
PACKAGES: Final = (
    "polars",
    "numpy",
    "pyarrow",
    "fastexcel",
    "xlsxwriter",
    "duckdb",
    "pandas",
    "openpyxl",
    "typer",
    "highspy",
    "ortools",
)
TITLES: Final = {
    "kpi": "Key figures",
    "check": "Rules",
    "match": "The booking assistant",
    "load": "Reading",
    "xlsx": "Excel",
    "start": "Starting up",
    "sample": "Making data",
    "growth": "Growth",
    "engines": "In memory, in parts, on Spark",
    "profile": "Where the time goes",
}
HEAD: Final = """# Benchmarks

Whole processes, in turn (tcw, peer, tcw, peer …), after one run of each that does not count. A ratio is tcw's
seconds over the peer's, pair by pair; below 1 tcw is faster. Before anything is timed, both must give the same
answers, to a billionth. What is compared, and what favours whom, is told in [benchmarks/README.md](../../benchmarks/README.md).

This page is written by `python -m benchmarks run … --write`, section by section.
"""  # noqa: E501 - text
SHOWN: Final = (
    "kpi, parquet",
    "kpi, csv",
    "check, four rules",
    "inspect, xlsx",
    "write, xlsx",
    "match, town",
)
"""Beginnings of the lines that README.md shows, each at its largest size."""
OTHER_PROBLEMS: Final = {
    "fastexcel": "no: it reads cells and judges none",
    "CP-SAT": "no: it knows no rules of working time",
    "one order at a time": "no: it proves nothing and weighs no wishes",
}
"""Peers that README.md shows and that do less than tcw does; all others solve the same problem."""
Section = tuple[Sequence[Row], Sequence[str]]


def result(rows: Sequence[Row], lines: Sequence[str]) -> list[str]:
    """Return what was measured as lines of text."""
    found = ["", table(rows)] if rows else []
    return [*found, *(["", *(f"- {line}" for line in lines)] if lines else [])]


def write(sections: Mapping[str, Section], command: Sequence[str]) -> None:
    """Write these sections anew, and README.md's excerpt."""
    known = _known()
    for name, (rows, lines) in sections.items():
        known[name] = "\n".join(
            [f"`{_said(command, name)}`, {_machine()}", *result(rows, lines)],
        ).strip()
    DOCUMENT.write_text(
        "\n".join(
            [
                HEAD.rstrip(),
                *(
                    f"\n## {title}\n\n<!-- {name} -->\n{known[name]}\n<!-- /{name} -->"
                    for name, title in TITLES.items()
                    if name in known
                ),
                "\n" + REASONS.read_text("utf-8").strip(),
                "",
            ]
        ),
        "utf-8",
    )
    _show()


def _known() -> dict[str, str]:
    text = DOCUMENT.read_text("utf-8") if DOCUMENT.exists() else ""
    return {
        name: found[1]
        for name in TITLES
        if (found := re.search(rf"<!-- {name} -->\n(.*?)\n<!-- /{name} -->", text, re.DOTALL))
    }


def _show() -> None:
    """Write the excerpt into README.md, between its marks."""
    text = DOCUMENT.read_text("utf-8")
    chosen = []
    for beginning in SHOWN:
        lines = [line for line in text.splitlines() if line.startswith(f"| {beginning}")]
        largest = max((_size(line) for line in lines), default=0)
        chosen += [line for line in lines if _size(line) == largest]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in chosen]
    head = [
        (
            "| tcw, and how many bookings | next to | the same problem? "
            "| tcw's seconds over the other's (least–most) | s | s, the other |"
        ),
        "|---|---|---|---:|---:|---:|",
    ]
    excerpt = [
        f"| {what} | {peer} | {OTHER_PROBLEMS.get(peer, 'yes')} | {middle} ({least}–{most}) | {ours} | "
        f"{theirs} |"
        for what, peer, middle, least, most, _, ours, theirs, *_ in cells
    ]
    before, mark, rest = README.read_text("utf-8").partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if mark and end:
        README.write_text("\n".join([before + mark, *head, *excerpt, end + after]), "utf-8")


def _size(line: str) -> int:
    """Return the size that the first cell ends with; 0: it has none."""
    found = re.search(r" (\d[\d,]*)$", line.split("|")[1].rstrip())
    return int(found[1].replace(",", "")) if found else 0


def _said(words: Sequence[str], name: str) -> str:
    """Return the command that measures one section, less the folder, which is nobody's business."""
    kept, skip = [], False
    for word in words:
        option = word.partition("=")[0]
        if option in {"--data", "--only"}:
            skip = "=" not in word
        elif skip:
            skip = False
        else:
            kept.append(word)
    return " ".join(["python -m benchmarks", *kept, "--only", name])


def _machine() -> str:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores, {memory:.0f} GiB memory, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}, {packages}."
    )
