"""Checks by window queries in DuckDB: `python -m benchmarks.peers.check_duckdb FOLDER CODE …`."""

import json
import sys
from pathlib import Path

import duckdb

from benchmarks.data import FIRST, LAST, WEEKS
from benchmarks.peers.zone import changes

COUNTS = {"BK01": "overlap", "WT01": "daily", "WT03": "weekly", "WT04": "four"}


def main() -> None:
    """Print how many findings of each code there are, as JSON."""
    folder, codes = Path(sys.argv[1]), sys.argv[2:]
    base, steps = changes(FIRST, LAST)

    def offset(local: str) -> str:
        return (
            f"({base}{''.join(f' + CASE WHEN {local} >= {at} THEN {step} ELSE 0 END' for at, step in steps)})"
        )

    facts = {name: f"read_parquet('{folder / name}.parquet')" for name in ("bookings", "activities", "staff")}
    text = (Path(__file__).parent / "check.sql").read_text("utf-8")
    query = text.format(
        **facts,
        offset_start=offset('epoch(b."start")'),
        offset_end=offset('epoch(b."end")'),
        begin_w=f"w - {offset('w')}",
        begin_next=f"next - {offset('next')}",
        weeks=WEEKS + 2,
        chosen=", ".join(f'(SELECT n FROM {COUNTS[code]}) AS "{code}"' for code in codes),
    )
    row = duckdb.execute(query).fetchone()
    assert row is not None
    print(json.dumps(dict(zip(codes, row, strict=True))))


if __name__ == "__main__":
    main()
