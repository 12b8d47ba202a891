"""Key figures as JSON, for programs: unrounded fractions, hours, null where nothing is defined."""

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import polars as pl

from tcw.kpis.result import HOURS, KEYS, Grain, KpiResult
from tcw.model.intake_report import IntakeReport
from tcw.wording import Language

ROWS_AT_A_TIME = 100_000
REJECTS_SHOWN = 1000
DECIMALS = 12
"""Beyond these a Float64 quotient is noise: 0.1 + 0.2 is 0.3 to a reader."""


def write_kpi_json(out: BinaryIO, kpi: KpiResult, grain: Grain, intake: IntakeReport, lang: Language) -> None:
    """Write `{"rows": […], "intake": {…}, "warnings": […], "period": {…}, "notes": […]}` as UTF-8, a slice at a time.

    Each row has the grain's keys, descriptive columns, HOURS and the shown figures by code as fractions.
    Raises KeyError when the grain was not computed.
    """
    out.write(b'{"rows":')
    write_pieces(out, rows_pieces(kpi, grain))
    out.write(b',\n"intake":')
    out.write(json.dumps(intake_facts(intake, lang), ensure_ascii=False, allow_nan=False).encode())
    out.write(b',\n"warnings":')
    fields = ("staff_id", "week", "figure", "value", "level", "side")
    shown = pl.col("figure").is_in(list(kpi.shown))
    write_pieces(out, (piece.filter(shown).select(fields) for piece in kpi.all_warnings()))
    period = {"first_week": kpi.first_week, "last_week": kpi.last_week}
    out.write(b',\n"period":' + json.dumps(period).encode())
    notes = [note.say(lang) for note in kpi.notes]
    out.write(b',\n"notes":' + json.dumps(notes, ensure_ascii=False).encode() + b"}\n")


def rows_pieces(kpi: KpiResult, grain: Grain) -> Iterator[pl.DataFrame]:
    """Yield the grain's rows as they are handed out: keys, descriptions, hours, shown figures."""
    described = ("name", "unit_id", "planning_area", "employment_type", "category", "employees")
    for frame in kpi.rows(grain):
        about = [name for name in described if name in frame.columns and name not in KEYS[grain]]
        yield frame.select([*KEYS[grain], *about, *HOURS, *kpi.shown])


def write_rows(out: BinaryIO, *frames: pl.DataFrame) -> None:
    """Write frames under each other as a JSON array of objects; NaN and infinity become null."""
    write_pieces(out, frames)


def write_pieces(out: BinaryIO, frames: Iterable[pl.DataFrame]) -> None:
    """Write frames as they come, as `write_rows` does."""
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
