"""Why a row was rejected. Codes are stable: they stand in rejects.csv and are never used again for anything else."""

from tcw.wording import Phrase

TOO_MANY_CELLS = Phrase("IN01", "the row has more cells than the header")
MISSING = Phrase("IN02", "a required cell is empty")
UNREADABLE = Phrase("IN03", "the value cannot be read as what the column holds")
ERROR_CELL = Phrase("IN04", "the cell holds an Excel error")
NO_SPAN = Phrase("IN05", "the row has neither start and end nor a date and hours")
ENDS_BEFORE_START = Phrase("IN06", "the end is before the start")
TOO_LONG = Phrase("IN07", "the span is longer than three years")
NEGATIVE_HOURS = Phrase("IN08", "the hours are negative")
TOTALS_ROW = Phrase("IN09", "a totals row, not data")
REPEATED_HEADER = Phrase("IN10", "the header again, not data")
REPEATED_ID = Phrase("IN11", "the booking id has been seen before")
UNMAPPED_CODE = Phrase("IN12", "the roster code is not mapped under grid: codes: in tcw.yaml")
SEVERAL_WEEKS = Phrase("IN13", "the hours are those of several weeks, and how they fall on them is not known")

REASONS = (
    TOO_MANY_CELLS,
    MISSING,
    UNREADABLE,
    ERROR_CELL,
    NO_SPAN,
    ENDS_BEFORE_START,
    TOO_LONG,
    NEGATIVE_HOURS,
    TOTALS_ROW,
    REPEATED_HEADER,
    REPEATED_ID,
    UNMAPPED_CODE,
    SEVERAL_WEEKS,
)

NOT_DATA = frozenset({TOTALS_ROW.code, REPEATED_HEADER.code})
"""Rows that were never data: rejected and listed, but no sign of a bad file."""
