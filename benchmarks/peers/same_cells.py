"""Compares the bookings in two workbooks: `python -m benchmarks.peers.same_cells BOOK BOOK`."""

import json
import sys

import fastexcel


def main() -> None:
    """Print whether they are the same, and not none; titles and headings of their own are left out."""
    cells = []
    for path in sys.argv[1:]:
        frame = fastexcel.read_excel(path).load_sheet("Bookings", header_row=None).to_polars()
        cells.append(frame.filter(frame.to_series(0).str.starts_with("B0")).rows())
    print(json.dumps(bool(cells[0]) and cells[0] == cells[1]))


if __name__ == "__main__":
    main()
