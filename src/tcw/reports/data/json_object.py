"""One JSON object for programs, written member by member, so that no rows need be in memory at once."""

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

import polars as pl

from tcw.model.intake_report import IntakeReport
from tcw.wording import Language

LOCAL: Final = "%Y-%m-%dT%H:%M:%S"
"""Local times, as ISO 8601."""
ROWS_AT_A_TIME = 100_000
REJECTS_SHOWN = 1000
DECIMALS = 12
"""Beyond these a Float64 quotient is noise: 0.1 + 0.2 is 0.3 to a reader."""


class JsonObject:
    """Writes the members of an object, in the order they are given."""

    def __init__(self, out: BinaryIO) -> None:
        """Keep where to write."""
        self._out = out
        self._begins = b"{"

    def member(self, name: str, value: object, *, indent: int | None = None) -> None:
        """Write a member of plain values; with an `indent`, a line for each."""
        self._name(name)
        self._out.write(json_text(value, indent=indent).encode())

    def rows(self, name: str, frames: Iterable[pl.DataFrame]) -> None:
        """Write frames as a member that is an array of objects, as `write_rows` does."""
        self._name(name)
        write_rows(self._out, frames)

    def _name(self, name: str) -> None:
        self._out.write(self._begins + f'"{name}":'.encode())
        self._begins = b",\n"


@contextmanager
def json_object(out: BinaryIO) -> Iterator[JsonObject]:
    """Yield an object to be written, which has at least one member; it is closed at the end."""
    yield JsonObject(out)
    out.write(b"}\n")


def json_text(value: object, *, indent: int | None = None) -> str:
    """Return plain values as JSON; NaN and infinity have no place in it and raise ValueError."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)


def write_rows(out: BinaryIO, frames: Iterable[pl.DataFrame]) -> None:
    """Write frames, as they come, as one JSON array of objects; NaN and infinity become null."""
    floats = pl.col(pl.Float64)
    out.write(b"[")
    begun = False
    for frame in frames:
        clean = frame.lazy().with_columns(
            pl.when(floats.is_finite()).then(floats.round(DECIMALS)).name.keep()
        )
        for start in range(0, frame.height, ROWS_AT_A_TIME):
            buffer = io.BytesIO()
            clean.slice(start, ROWS_AT_A_TIME).collect().write_json(buffer)
            if begun:
                out.write(b",")
            begun = True
            out.write(buffer.getbuffer()[1:-1])
    out.write(b"]")


def intake_facts(intake: IntakeReport, lang: Language) -> dict[str, Any]:
    """Return what became of every row, for JSON; of the rejected rows the first REJECTS_SHOWN."""
    fields = ("file", "sheet", "table", "rows_read", "accepted", "rejected")
    return {
        "rows_read": intake.rows_read,
        "accepted": intake.accepted,
        "rejected": intake.rejected,
        "files": [{name: getattr(file, name) for name in fields} for file in intake.files],
        "rejects": intake.rejects.head(REJECTS_SHOWN).to_dicts(),
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "message": finding.message.say(lang),
                "rows": finding.rows,
                "hours": finding.hours,
            }
            for finding in intake.findings
        ],
    }
