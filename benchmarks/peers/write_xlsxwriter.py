"""Writes bookings as a workbook with bare XlsxWriter.

`python -m benchmarks.peers.write_xlsxwriter FOLDER ROWS BOOK`.
"""

import sys
from pathlib import Path

import xlsxwriter

from benchmarks.peers.written import rows


def main() -> None:
    """Write the book, row by row, moments in a format of theirs."""
    frame = rows(Path(sys.argv[1]), int(sys.argv[2]))
    options = {
        "constant_memory": True,
        "default_date_format": "yyyy-mm-dd hh:mm",
        "strings_to_formulas": False,
    }
    with xlsxwriter.Workbook(sys.argv[3], options) as book:
        sheet = book.add_worksheet("Bookings")
        sheet.write_row(0, 0, frame.columns)
        for at, row in enumerate(frame.iter_rows(), 1):
            sheet.write_row(at, 0, row)


if __name__ == "__main__":
    main()
