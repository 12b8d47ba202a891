"""The key figures by hand in DuckDB, as a process of its own: `python kpi_duckdb.py FOLDER parquet|csv`."""

import json
import sys
from pathlib import Path

import duckdb



def main() -> None:
    """Print the whole selection's sums and figures as JSON."""
    folder, kind = Path(sys.argv[1]), sys.argv[2]
    tables = {
        name: f"read_parquet('{folder / name}.parquet')" for name in ("bookings", "staff", "activities", "red_days")
    }
    if kind == "csv":
        # Plain English CSV beside the Parquet, made by the benchmark: DuckDB needs no renaming then.
        tables["bookings"] = f"read_csv('{folder}/bookings.csv', header = true, all_varchar = false)"
    query = (Path(__file__).parent / "kpi.sql").read_text("utf-8").format(**tables)
    answer = duckdb.execute(query)
    names = [column[0] for column in answer.description or []]
    row = answer.fetchone()
    assert row is not None
    print(json.dumps(dict(zip(names, row, strict=True)), default=str))


if __name__ == "__main__":
    main()
