"""Reads a sheet with pandas: `python -m benchmarks.peers.xlsx_pandas FILE SHEET`."""

import json
import sys

import pandas as pd


def main() -> None:
    """Print how many rows the sheet has below its header."""
    print(json.dumps(len(pd.read_excel(sys.argv[1], sheet_name=sys.argv[2]))))


if __name__ == "__main__":
    main()
