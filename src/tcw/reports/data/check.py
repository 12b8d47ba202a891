"""The findings for programs: as JSON, and as rows for CSV and Parquet."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

import polars as pl

from tcw.model.intake_report import IntakeReport
from tcw.reports.data.json_object import LOCAL, intake_facts, json_object
from tcw.reports.tables.finding_text import with_messages
from tcw.rules.engine.findings import SCHEMA, CheckResult
from tcw.wording import Language

ROWS = pl.Schema({**SCHEMA, "message": pl.String()})


def write_check_json(
    out: BinaryIO,
    rows: Iterable[pl.DataFrame],
    result: CheckResult,
    intake: IntakeReport,
    lang: Language,
) -> None:
    """Write `{"findings": […], "judged": […], "failures": […], "baseline": {…}, "intake": {…}}` as UTF-8.

    Times are ISO 8601 local; measured, limit and shortfall are numbers in `unit` (h, days, count).
    """
    local = pl.col("from", "to").dt.to_string(LOCAL)
    with json_object(out) as written:
        written.rows("findings", (piece.with_columns(local) for piece in rows))
        written.rows("judged", [result.judged])
        failures = [{"code": failure.code, "kind": failure.kind} for failure in result.failures]
        written.member("failures", failures)
        written.member("gone", result.findings.gone)
        written.member("stale", result.findings.stale.with_columns(local).to_dicts())
        written.member("notes", [note.say(lang) for note in result.notes])
        written.member("intake", intake_facts(intake, lang))


def findings_pieces(result: CheckResult, intake: IntakeReport, lang: Language) -> Iterator[pl.DataFrame]:
    """Yield the findings with `state`, `counts` and `message`, then what the intake found (codes IN…).

    There is at least one piece, which may be empty.
    """
    for piece in result.findings.pieces():
        yield with_messages(piece, result.rules, lang).select(ROWS.names())
    found = intake.findings
    data = pl.DataFrame(
        {
            "code": [one.code for one in found],
            "severity": [one.severity for one in found],
            "measured": [float(one.rows) for one in found],
            "unit": ["count" for _ in found],
            "booking_ids": [[] for _ in found],
            "counts": [False for _ in found],
            "message": [one.message.say(lang) for one in found],
        },
        schema={
            name: ROWS[name]
            for name in ("code", "severity", "measured", "unit", "booking_ids", "counts", "message")
        },
    )
    missing = [
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in ROWS.items() if name not in data.columns
    ]
    yield data.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in ROWS.items())
