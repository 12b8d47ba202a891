"""Reads a sheet with openpyxl: `python -m benchmarks.peers.xlsx_openpyxl FILE SHEET`."""

import json
import sys

import openpyxl


def main() -> None:
    """Print how many rows the sheet has below its header."""
    sheet = openpyxl.load_workbook(sys.argv[1], read_only=True, data_only=True)[sys.argv[2]]
    print(json.dumps(sum(1 for _ in sheet.iter_rows(values_only=True)) - 1))


if __name__ == "__main__":
    main()
