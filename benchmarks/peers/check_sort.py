"""One Polars sort of the bookings by person and start: `python -m benchmarks.peers.check_sort FOLDER`."""

import json
import sys
import time
from pathlib import Path

import polars as pl


def main() -> None:
    """Print the seconds of the sort alone, the table being in memory."""
    bookings = pl.read_parquet(Path(sys.argv[1]) / "bookings.parquet")
    start = time.perf_counter()
    height = bookings.sort("staff_id", "start").height
    print(json.dumps({"rows": height, "seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main()
