"""Reads a sheet into Polars with bare fastexcel: `python -m benchmarks.peers.xlsx_fastexcel FILE SHEET`."""

import json
import sys

import fastexcel


def main() -> None:
    """Print how many rows the sheet has."""
    print(json.dumps(fastexcel.read_excel(sys.argv[1]).load_sheet(sys.argv[2]).to_polars().height))


if __name__ == "__main__":
    main()
