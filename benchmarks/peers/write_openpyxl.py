"""Writes bookings as a workbook with openpyxl, write-only.

`python -m benchmarks.peers.write_openpyxl FOLDER ROWS BOOK`.
"""

import sys
from pathlib import Path

import openpyxl

from benchmarks.peers.written import rows


def main() -> None:
    """Write the book, row by row; openpyxl gives moments a format by itself."""
    frame = rows(Path(sys.argv[1]), int(sys.argv[2]))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Bookings")
    sheet.append(frame.columns)
    for row in frame.iter_rows():
        sheet.append(row)
    book.save(sys.argv[3])


if __name__ == "__main__":
    main()
