"""What headers leave open and the first cells settle: which of two starts is the date, and what is no activity."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from tcw.intake.headers.day_headers import day_of
from tcw.intake.headers.recognise import Recognition
from tcw.intake.values.clock import CLOCK_TEXT
from tcw.model.tables import TABLES
from tcw.wording import Message, Phrase

SPLIT = Phrase("headers-day-beside", "{column}: {day} holds the dates, {clock} the clock times.")
SHARES = Phrase("headers-shares", "{column}: {header} holds percentages and is left out.")

MEASURES = Phrase("headers-measures", "{column}: {header} holds units of measure and is left out.")
BREAKS = Phrase(
    "headers-break-hours", "{column}: numbers such as {example} in {header} are taken for hours, not minutes."
)

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


def settled(
    recognition: Recognition, headers: Sequence[str], below: Sequence[Sequence[str | None]]
) -> Recognition:
    """Return the recognition as the first rows below the headers bear it out.

    Payroll systems write "Fr.o.m." for the day and "Tid fr.o.m." for the clock time: both are starts. Time
    trackers call a share of keystrokes "Activity".
    """
    if recognition.table is None or not below:
        return recognition
    for moment, day in DAYS.items():
        recognition = _split(recognition, headers, below, moment, day)
    recognition = _without_shares(recognition, headers, below)
    recognition = _without_measures(recognition, headers, below)
    return _breaks_in_hours(recognition, headers, below)


def _split(
    found: Recognition, headers: Sequence[str], below: Sequence[Sequence[str | None]], moment: str, day: str
) -> Recognition:
    candidates = found.alternatives.get(moment, ())
    if not candidates or day in found.columns or day in found.beside:
        return found
    days = [i for i in candidates if _all(below, i, _is_date)]
    clocks = [i for i in candidates if _all(below, i, _is_clock)]
    if not days or not clocks:
        return found
    columns, beside = dict(found.columns), dict(found.beside)
    columns[moment] = clocks[0]
    (columns if day in TABLES[found.table or ""].columns else beside)[day] = days[0]
    alternatives = {name: places for name, places in found.alternatives.items() if name != moment}
    if len(clocks) > 1:
        alternatives[moment] = tuple(clocks)
    note = Message(SPLIT, {"column": moment, "day": headers[days[0]], "clock": headers[clocks[0]]})
    return replace(
        found,
        columns=columns,
        beside=beside,
        alternatives=alternatives,
        notes=(*_others(found.notes, moment), note),
    )


def _without_shares(
    found: Recognition, headers: Sequence[str], below: Sequence[Sequence[str | None]]
) -> Recognition:
    candidates = found.alternatives.get("activity_id", ())
    shares = [i for i in candidates if _all(below, i, lambda cell: _SHARE.fullmatch(cell) is not None)]
    left = tuple(i for i in candidates if i not in shares)
    if not shares or not left:
        return found
    alternatives = {name: places for name, places in found.alternatives.items() if name != "activity_id"}
    if len(left) > 1:
        alternatives["activity_id"] = left
    note = Message(SHARES, {"column": "activity_id", "header": ", ".join(headers[i] for i in shares)})
    return replace(
        found,
        columns={**found.columns, "activity_id": left[0]},
        alternatives=alternatives,
        unused=tuple(sorted({*found.unused, *shares})),
        notes=(*_others(found.notes, "activity_id"), note),
    )


def _without_measures(
    found: Recognition, headers: Sequence[str], below: Sequence[Sequence[str | None]]
) -> Recognition:
    """Take "Enhet" for no workplace where it says tim or min, and heed it where it says min throughout."""
    index = found.columns.get("unit_id")
    if found.table != "bookings" or index is None or "unit_id" in found.alternatives:
        return found
    if not _all(below, index, lambda cell: _MEASURE.fullmatch(cell) is not None):
        return found
    units = dict(found.units)
    if "hours" in found.columns and _all(below, index, lambda cell: cell.casefold().startswith("min")):
        units["hours"] = "min"
    note = Message(MEASURES, {"column": "unit_id", "header": headers[index]})
    return replace(
        found,
        columns={name: place for name, place in found.columns.items() if name != "unit_id"},
        unused=tuple(sorted({*found.unused, index})),
        units=units,
        notes=(*found.notes, note),
    )


def _breaks_in_hours(
    found: Recognition, headers: Sequence[str], below: Sequence[Sequence[str | None]]
) -> Recognition:
    """Take breaks of 0.5 and 1 for hours: nobody notes half a minute."""
    index = found.columns.get("break_minutes")
    if index is None or "break_minutes" in found.units:
        return found
    cells = _cells(below, index)
    part = next((cell for cell in cells if _PART.fullmatch(cell)), None)
    if part is None or not all(_NUMBER.fullmatch(cell) for cell in cells):
        return found
    if any(float(cell.replace(",", ".")) > LONGEST_BREAK for cell in cells):
        return found
    note = Message(BREAKS, {"column": "break_minutes", "example": part, "header": headers[index]})
    return replace(found, units={**found.units, "break_minutes": "h"}, notes=(*found.notes, note))


def _others(notes: Sequence[Message], column: str) -> tuple[Message, ...]:
    """Return the notes without the one that says which of the column's headers is used: it no longer holds."""
    return tuple(
        note for note in notes if not (note.phrase.code == "headers-twice" and note.facts["column"] == column)
    )


def _all(below: Sequence[Sequence[str | None]], index: int, test: Callable[[str], bool]) -> bool:
    """Tell whether there are cells in the column, and all of them pass."""
    cells = _cells(below, index)
    return bool(cells) and all(test(cell) for cell in cells)


def _cells(below: Sequence[Sequence[str | None]], index: int) -> list[str]:
    return [cell for row in below if index < len(row) and (cell := (row[index] or "").strip())]


def _is_date(cell: str) -> bool:
    if _DATE.fullmatch(cell):
        return True
    day = day_of(cell)
    return day is not None and day.kind == "date"


def _is_clock(cell: str) -> bool:
    return re.fullmatch(CLOCK_TEXT, cell) is not None or _CLOCK.fullmatch(cell) is not None
