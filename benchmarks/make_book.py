"""Writes one sheet of a workbook into a workbook of its own: `python -m benchmarks.make_book BOOK SHEET NEW`.

A process of its own, because the operating system counts what a parent has in memory as its child's peak.
"""

import sys

import fastexcel
import polars as pl


def main() -> None:
    """Write the workbook."""
    book, sheet, new = sys.argv[1:]
    rows = fastexcel.read_excel(book).load_sheet(sheet).to_polars()
    rows.write_excel(new, sheet, dtype_formats={pl.Datetime: "yyyy-mm-dd hh:mm"}, autofit=False)


if __name__ == "__main__":
    main()
