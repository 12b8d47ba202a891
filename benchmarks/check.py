"""`tcw check` with all rules next to one sort of the same table; four rules next to windows in DuckDB."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.answers import AnswersDifferError
from benchmarks.data import LARGE, Data
from benchmarks.measuring import MIB, Row, in_turn, python, run

AS_OF = "2027-12-31"
FINDINGS = (0, 1)
COUNTED = ("BK01", "WT01", "WT03", "WT04")
LIMITS = Path(__file__).parent / "peers" / "check.yaml"
"""Limits that a plain query can judge by, and that made-up schedules break."""
SORTS = 6
MEMORY = 6 * 1024
"""MiB."""


def benchmark(data: Data, rows: int, times: int) -> tuple[list[Row], list[str]]:
    """Return all rules against the sort, some rules against DuckDB; and what the sort alone took."""
    source = data.source(rows, "parquet")
    ours = python("-m", "tcw", "check", source, "--as-of", AS_OF, "--format", "parquet", "--quiet")
    sort = python("-m", "benchmarks.peers.check_sort", source)
    told = [_agree(source, rows, code) for code in COUNTED]
    print(f"check, {rows:,} bookings: tcw and DuckDB agree in {', '.join(told)}")
    pairs = in_turn(ours, sort, times, exit_codes=FINDINGS)
    alone = [json.loads(done.output)["seconds"] for done in pairs.theirs]
    ratios = [mine.seconds / seconds for mine, seconds in zip(pairs.ours, alone, strict=True)]
    most = f"; at most {SORTS}" if rows >= LARGE else ""
    room = f" (at most {MEMORY:,})" if rows >= LARGE else ""
    line = (
        f"check, {rows:,} bookings, whole process: {median(ratios):.1f} times the sort alone "
        f"({min(ratios):.1f} to {max(ratios):.1f}{most}); peak "
        f"{max(done.peak for done in pairs.ours) / MIB:,.0f} MiB{room}"
    )
    by_rule = [
        Row(
            f"check, {what}, {rows:,}",
            "DuckDB, window queries",
            in_turn(_ours(source, codes), _theirs(source, codes), times, exit_codes=FINDINGS),
            None,
        )
        for what, codes in (*((code, (code,)) for code in COUNTED), ("four rules", COUNTED))
    ]
    return [Row(f"check, all rules, {rows:,}", "Polars, read and sort", pairs, None), *by_rule], [line]


def _agree(source: Path, rows: int, code: str) -> str:
    """Return what both find. Raises AnswersDifferError."""
    found = json.loads(run(_ours(source, (code,)), exit_codes=FINDINGS).output)["findings"]
    ours = sum(finding["code"] == code for finding in found)
    other = json.loads(run(_theirs(source, (code,))).output)[code]
    if ours != other:
        message = f"{rows:,} bookings: tcw found {ours} of {code}, DuckDB {other}"
        raise AnswersDifferError(message)
    return f"{other:,} of {code}"


def _ours(source: Path, codes: Sequence[str]) -> list[str]:
    command = ("check", source, "--config", LIMITS, "--as-of", AS_OF, "--select", ",".join(codes))
    return python("-m", "tcw", *command, "--format", "json", "--quiet")


def _theirs(source: Path, codes: Sequence[str]) -> list[str]:
    return python("-m", "benchmarks.peers.check_duckdb", source, *codes)
