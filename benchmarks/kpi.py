"""`tcw kpi` without report files, next to the same figures by hand."""

import json
from pathlib import Path

from benchmarks.answers import check, figures
from benchmarks.data import FIRST, FROM_TO, LARGE, LAST, Data
from benchmarks.measuring import Row, in_turn, python, run

FOR_PANDAS = 1_000_000
"""Rows up to which pandas is asked."""
TARGETS = {"parquet": 1.0, "csv": 1.5}


def benchmark(data: Data, rows: int, times: int) -> list[Row]:
    """Return `tcw kpi` against DuckDB (Parquet and CSV), plain Polars and pandas (Parquet)."""
    found: list[Row] = []
    for kind, target in TARGETS.items():
        source = data.source(rows, kind)
        tcw = python("-m", "tcw", "kpi", source, *FROM_TO, "--quiet")
        answer = _answer(source)
        for peer, command in _peers(source, kind, rows).items():
            count = check(answer, json.loads(run(command).output), peer)
            print(f"kpi, {kind}, {rows:,} bookings: tcw and {peer} agree in {count} numbers")
            goal = target if peer == "DuckDB" and rows >= LARGE else None
            found.append(Row(f"kpi, {kind}, {rows:,}", peer, in_turn(tcw, command, times), goal))
    return found


def _answer(source: Path) -> list[dict[str, float]]:
    """Return tcw's figures of all, and of each week."""
    return [
        row
        for grain in ("all", "week")
        for row in figures(
            run(
                python("-m", "tcw", "kpi", source, *FROM_TO, "--grain", grain, "--format", "json", "--quiet")
            ).output
        )
    ]


def _peers(source: Path, kind: str, rows: int) -> dict[str, list[str]]:
    by_module = {
        "DuckDB": python("-m", "benchmarks.peers.kpi_duckdb", source, kind, FIRST, LAST),
        "Polars by hand": python("-m", "benchmarks.peers.kpi_polars", source, FIRST, LAST),
        "pandas": python("-m", "benchmarks.peers.kpi_pandas", source, FIRST, LAST),
    }
    if kind == "csv":
        return {"DuckDB": by_module["DuckDB"]}
    return {peer: command for peer, command in by_module.items() if peer != "pandas" or rows <= FOR_PANDAS}
