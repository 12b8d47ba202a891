"""Writes bookings as a workbook with tcw's reports.

`python -m benchmarks.peers.write_tcw FOLDER ROWS BOOK`.
"""

import sys
from pathlib import Path

import polars as pl

from benchmarks.peers.written import rows
from tcw.model.intake_report import REJECTS_SCHEMA, IntakeReport
from tcw.reports.about import About
from tcw.reports.excel.report import write_tables
from tcw.reports.tables.table import Column, Kind, Table
from tcw.wording import Phrase

KINDS: dict[str, Kind] = {"start": "moment", "end": "moment", "break_minutes": "count"}


def main() -> None:
    """Write the book."""
    frame = rows(Path(sys.argv[1]), int(sys.argv[2]))
    columns = tuple(
        Column(name, Phrase(f"bench-{name}", name), KINDS.get(name, "id")) for name in frame.columns
    )
    table = Table("bookings", Phrase("bench-bookings", "Bookings"), columns, frame)
    write_tables(
        Path(sys.argv[3]), [table], IntakeReport((), pl.DataFrame(schema=REJECTS_SCHEMA)), About("", ""), "en"
    )


if __name__ == "__main__":
    main()
