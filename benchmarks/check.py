"""`tcw check` with all rules, next to one Polars sort of the same table and to a window query in DuckDB."""

import json
from statistics import median

from benchmarks.answers import AnswersDifferError
from benchmarks.data import LARGE, Data
from benchmarks.measuring import MIB, Row, in_turn, python, run

AS_OF = "2027-12-31"
FINDINGS = (0, 1)
SORTS = 6
MEMORY = 6 * 1024
"""MiB."""


def benchmark(data: Data, rows: int, times: int) -> tuple[list[Row], list[str]]:
    """Return all rules against the sort, and double bookings alone against DuckDB; and what the sort alone took."""
    source = data.source(rows, "parquet")
    ours = python("-m", "tcw", "check", source, "--as-of", AS_OF, "--format", "parquet", "--quiet")
    one = python(
        "-m", "tcw", "check", source, "--as-of", AS_OF, "--select", "BK01", "--format", "json", "--quiet"
    )
    sort = python("-m", "benchmarks.peers.check_sort", source)
    query = python("-m", "benchmarks.peers.check_duckdb", source)
    found = sum(
        finding["code"] == "BK01" for finding in json.loads(run(one, exit_codes=FINDINGS).output)["findings"]
    )
    other = json.loads(run(query).output)["BK01"]
    if found != other:
        message = f"tcw found {found} double bookings, DuckDB {other}"
        raise AnswersDifferError(message)
    print(f"check, {rows:,} bookings: tcw and DuckDB agree in {found:,} double bookings")
    pairs = in_turn(ours, sort, times, exit_codes=FINDINGS)
    alone = [json.loads(done.output)["seconds"] for done in pairs.theirs]
    ratios = [mine.seconds / seconds for mine, seconds in zip(pairs.ours, alone, strict=True)]
    most = f"; at most {SORTS}" if rows >= LARGE else ""
    room = f" (at most {MEMORY:,})" if rows >= LARGE else ""
    line = (
        f"check, {rows:,} bookings, whole process: {median(ratios):.1f} times the sort alone ({min(ratios):.1f} to "
        f"{max(ratios):.1f}{most}); peak {max(done.peak for done in pairs.ours) / MIB:,.0f} MiB{room}"
    )
    return [
        Row(f"check, all rules, {rows:,}", "Polars, read and sort", pairs, None),
        Row(f"check, BK01, {rows:,}", "DuckDB", in_turn(one, query, times, exit_codes=FINDINGS), None),
    ], [line]
