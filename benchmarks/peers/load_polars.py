"""Reads a CSV file as text with Polars: `python -m benchmarks.peers.load_polars FILE`."""

import json
import sys

import polars as pl


def main() -> None:
    """Print how many rows there are."""
    frame = pl.scan_csv(sys.argv[1], separator=";", infer_schema=False).collect(engine="streaming")
    print(json.dumps({"rows": frame.height, "bytes": frame.estimated_size()}))


if __name__ == "__main__":
    main()
