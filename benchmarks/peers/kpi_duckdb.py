"""The key figures by hand in DuckDB.

`python -m benchmarks.peers.kpi_duckdb FOLDER parquet|csv FIRST LAST`.
"""

import json
import sys
from pathlib import Path

import duckdb

from benchmarks.peers.zone import changes

TYPED_CSV = {
    "bookings": """(SELECT staff_id, activity_id, status, break_minutes, "date" + "start" AS "start",
        "date" + "end" + CASE WHEN "end" <= "start" THEN INTERVAL 1 DAY ELSE INTERVAL 0 DAY END AS "end"
        FROM read_csv('{file}', delim = ';', header = true, auto_detect = false, columns = {{
            booking_id: 'VARCHAR', staff_id: 'VARCHAR', activity_id: 'VARCHAR', date: 'DATE', start: 'TIME',
            "end": 'TIME', unit_id: 'VARCHAR', break_minutes: 'INTEGER', status: 'VARCHAR', order_id: 'VARCHAR',
            order_reason: 'VARCHAR', created_at: 'TIMESTAMP'}}, timestampformat = '%Y-%m-%d %H:%M'))""",  # noqa: E501 - text
    "staff": """(SELECT staff_id, employment_type, valid_from::DATE AS valid_from, valid_to::DATE AS valid_to,
        replace(employment_rate, ',', '.')::DOUBLE / 100 AS employment_rate
        FROM read_csv('{file}', delim = ';', header = true, all_varchar = true))""",
    "activities": "read_csv('{file}', delim = ';', header = true, all_varchar = true)",
    "red_days": """(SELECT date::DATE AS date, replace(percent, ',', '.')::DOUBLE / 100 AS percent
        FROM read_csv('{file}', delim = ';', header = true, all_varchar = true))""",
}


def main() -> None:
    """Print the figures of all, and of each week, as JSON."""
    folder, kind, first, last = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    tables = {
        name: form.format(file=folder / f"{name}.csv")
        if kind == "csv"
        else f"read_parquet('{folder / name}.parquet')"
        for name, form in TYPED_CSV.items()
    }
    base, steps = changes(first, last)
    offsets = {
        f"offset_{name}": f"({base}{''.join(f' + CASE WHEN {local} >= {at} THEN {step} ELSE 0 END' for at, step in steps)})"  # noqa: E501 - SQL
        for name, local in (("s", "s"), ("e", "e"), ("next", "(w + 604800)"))
    }
    text = (Path(__file__).parent / "kpi.sql").read_text("utf-8")
    answer = duckdb.execute(text.format(**tables, **offsets, first=first, last=last))
    names = [column[0] for column in answer.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    for row in rows:
        row.pop("week")
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
