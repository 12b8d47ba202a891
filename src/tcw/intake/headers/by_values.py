"""What the first cells settle where headers do not.

Which of two starts is the date, and what is no activity.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from tcw.intake.headers.day_headers import day_of
from tcw.intake.headers.recognise import TWICE, Recognition
from tcw.intake.values.clock import CLOCK_TEXT
from tcw.model.tables import TABLES
from tcw.wording import Message, Phrase

SPLIT = Phrase("headers-day-beside", "{column}: {day} holds the dates, {clock} the clock times.")
SHARES = Phrase("headers-shares", "{column}: {header} holds percentages and is left out.")

MEASURES = Phrase("headers-measures", "{column}: {header} holds units of measure and is left out.")
BREAKS = Phrase(
    "headers-break-hours", "{column}: numbers such as {example} in {header} are taken for hours, not minutes."
)

Rows = Sequence[Sequence[str | None]]
"""The first rows below the headers, as text."""
DAYS = {"start": "date", "end": "end_date"}
"""Moment -> the column that holds its day where it holds a clock time only."""
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}([:.]\d{2})?( ?[ap]m)?|\d{4}", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}( 00:00(:00)?)?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_PART = re.compile(r"\d+[.,]\d*[1-9]\d*")
LONGEST_BREAK = 3
"""Hours."""
_MEASURE = re.compile(
    r"(h|hours?|hrs?|t|tim|timmar?|timme|min|minuter|minutes?|st|dag|dagar|days?)\.?", re.IGNORECASE
)
_SHARE = re.compile(r"-?\d+([.,]\d+)? ?%")


def settled(recognition: Recognition, headers: Sequence[str], below: Rows) -> Recognition:
    """Return the recognition as the first rows below the headers bear it out.

    Payroll systems write "Fr.o.m." for the day and "Tid fr.o.m." for the clock time: both are starts. Time
    trackers call a share of keystrokes "Activity".
    """
    if recognition.table is None or not below:
        return recognition
    for moment, day in DAYS.items():
        recognition = _split(recognition, headers, below, moment, day)
    for settle in (_without_shares, _without_measures, _breaks_in_hours):
        recognition = settle(recognition, headers, below)
    return recognition


def _split(
    recognition: Recognition, headers: Sequence[str], below: Rows, moment: str, day: str
) -> Recognition:
    """Take one of two columns for the day and the other for the clock time."""
    candidates = recognition.alternatives.get(moment, ())
    if not candidates or day in recognition.columns or day in recognition.beside:
        return recognition
    days = [index for index in candidates if _all(below, index, _is_date)]
    clocks = [index for index in candidates if _all(below, index, _is_clock)]
    if not days or not clocks:
        return recognition
    note = Message(SPLIT, {"column": moment, "day": headers[days[0]], "clock": headers[clocks[0]]})
    if day in TABLES[recognition.table or ""].columns:
        recognition = replace(recognition, columns={**recognition.columns, day: days[0]})
    else:
        recognition = replace(recognition, beside={**recognition.beside, day: days[0]})
    return _with_candidates(recognition, moment, clocks, note)


def _without_shares(recognition: Recognition, headers: Sequence[str], below: Rows) -> Recognition:
    """Leave out a column of percentages that its header makes an activity."""
    candidates = recognition.alternatives.get("activity_id", ())
    shares = [i for i in candidates if _all(below, i, lambda cell: _SHARE.fullmatch(cell) is not None)]
    rest = [index for index in candidates if index not in shares]
    if not shares or not rest:
        return recognition
    note = Message(SHARES, {"column": "activity_id", "header": ", ".join(headers[i] for i in shares)})
    recognition = replace(recognition, unused=tuple(sorted({*recognition.unused, *shares})))
    return _with_candidates(recognition, "activity_id", rest, note)


def _with_candidates(
    recognition: Recognition, column: str, indices: Sequence[int], note: Message
) -> Recognition:
    """Take the first index for a column and the others for its alternatives.

    The note that said which of the column's headers is used no longer holds.
    """
    alternatives = {name: places for name, places in recognition.alternatives.items() if name != column}
    if len(indices) > 1:
        alternatives[column] = tuple(indices)
    notes = [
        earlier
        for earlier in recognition.notes
        if not (earlier.phrase.code == TWICE.code and earlier.facts["column"] == column)
    ]
    return replace(
        recognition,
        columns={**recognition.columns, column: indices[0]},
        alternatives=alternatives,
        notes=(*notes, note),
    )


def _without_measures(recognition: Recognition, headers: Sequence[str], below: Rows) -> Recognition:
    """Take "Enhet" for no workplace where it says tim or min, and heed it where it says min throughout."""
    index = recognition.columns.get("unit_id")
    if recognition.table != "bookings" or index is None or "unit_id" in recognition.alternatives:
        return recognition
    if not _all(below, index, lambda cell: _MEASURE.fullmatch(cell) is not None):
        return recognition
    units = dict(recognition.units)
    if "hours" in recognition.columns and _all(below, index, lambda cell: cell.casefold().startswith("min")):
        units["hours"] = "min"
    note = Message(MEASURES, {"column": "unit_id", "header": headers[index]})
    return replace(
        recognition,
        columns={name: place for name, place in recognition.columns.items() if name != "unit_id"},
        unused=tuple(sorted({*recognition.unused, index})),
        units=units,
        notes=(*recognition.notes, note),
    )


def _breaks_in_hours(recognition: Recognition, headers: Sequence[str], below: Rows) -> Recognition:
    """Take breaks of 0.5 and 1 for hours: nobody notes half a minute."""
    index = recognition.columns.get("break_minutes")
    if index is None or "break_minutes" in recognition.units:
        return recognition
    cells = _cells(below, index)
    fraction = next((cell for cell in cells if _PART.fullmatch(cell)), None)
    if fraction is None or not all(_NUMBER.fullmatch(cell) for cell in cells):
        return recognition
    if any(float(cell.replace(",", ".")) > LONGEST_BREAK for cell in cells):
        return recognition
    note = Message(BREAKS, {"column": "break_minutes", "example": fraction, "header": headers[index]})
    units = {**recognition.units, "break_minutes": "h"}
    return replace(recognition, units=units, notes=(*recognition.notes, note))


def _all(below: Rows, index: int, test: Callable[[str], bool]) -> bool:
    """Tell whether there are cells in the column, and all of them pass."""
    cells = _cells(below, index)
    return bool(cells) and all(test(cell) for cell in cells)


def _cells(below: Rows, index: int) -> list[str]:
    return [cell for row in below if index < len(row) and (cell := (row[index] or "").strip())]


def _is_date(cell: str) -> bool:
    if _DATE.fullmatch(cell):
        return True
    day = day_of(cell)
    return day is not None and day.kind == "date"


def _is_clock(cell: str) -> bool:
    return re.fullmatch(CLOCK_TEXT, cell) is not None or _CLOCK.fullmatch(cell) is not None
