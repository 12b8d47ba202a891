"""Double bookings by a window query in DuckDB: `python -m benchmarks.peers.check_duckdb FOLDER`."""

import json
import sys
from pathlib import Path

import duckdb

QUERY = """
WITH work AS (
  SELECT coalesce(s.person_id, b.staff_id) AS person, b."start" AS s, b."end" AS e, b.booking_id AS id
  FROM read_parquet('{folder}/bookings.parquet') b
  JOIN read_parquet('{folder}/activities.parquet') a USING (activity_id)
  LEFT JOIN (SELECT staff_id, any_value(person_id) AS person_id FROM read_parquet('{folder}/staff.parquet') GROUP BY 1) s
    USING (staff_id)
  WHERE a.time_kind IN ('work', 'additional', 'overtime', 'emergency_overtime', 'on_call')
    AND b.status IS DISTINCT FROM 'cancelled'
), walked AS (
  SELECT s, max(e) OVER (PARTITION BY person ORDER BY s, e, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
  FROM work
)
SELECT count(*) FROM walked WHERE s < reach
"""


def main() -> None:
    """Print how many bookings begin while an earlier one of the same person goes on."""
    row = duckdb.execute(QUERY.format(folder=Path(sys.argv[1]))).fetchone()
    assert row is not None
    print(json.dumps({"BK01": row[0]}))


if __name__ == "__main__":
    main()
