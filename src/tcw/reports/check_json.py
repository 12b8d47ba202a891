"""The findings for programs: as JSON, and as rows for CSV and Parquet."""

import json
from typing import BinaryIO

import polars as pl

from tcw.model.finding import FINDINGS_SCHEMA
from tcw.model.intake_report import IntakeReport
from tcw.reports.finding_text import with_messages
from tcw.reports.kpi_json import intake_facts, write_rows
from tcw.rules.run import CheckResult
from tcw.rules.standing import Standing
from tcw.wording import Language

LOCAL = "%Y-%m-%dT%H:%M:%S"


def write_check_json(
    out: BinaryIO,
    rows: pl.DataFrame,
    result: CheckResult,
    found: Standing,
    intake: IntakeReport,
    lang: Language,
) -> None:
    """Write `{"findings": […], "judged": […], "failures": […], "baseline": {…}, "intake": {…}}` as UTF-8.

    Times are ISO 8601 local; measured, limit and shortfall are numbers in `unit` (h, days, count).
    """
    out.write(b'{"findings":')
    write_rows(out, rows.with_columns(pl.col("from", "to").dt.to_string(LOCAL)))
    out.write(b',\n"judged":')
    write_rows(out, result.judged)
    stale = found.stale.with_columns(pl.col("from", "to").dt.to_string(LOCAL)).to_dicts()
    facts = {
        "failures": [{"code": one.code, "kind": one.kind} for one in result.failures],
        "gone": found.gone,
        "stale": stale,
        "notes": [note.say(lang) for note in result.notes],
        "intake": intake_facts(intake, lang),
    }
    parts = (
        f',\n"{name}":{json.dumps(fact, ensure_ascii=False, allow_nan=False)}'.encode()
        for name, fact in facts.items()
    )
    out.writelines(parts)
    out.write(b"}\n")


def findings_rows(result: CheckResult, found: Standing, intake: IntakeReport, lang: Language) -> pl.DataFrame:
    """Return the findings with `state`, `counts` and `message`, then what the intake found (codes IN…)."""
    worded = with_messages(found.findings, result.rules, lang)
    data = pl.DataFrame(
        {
            "code": [one.code for one in intake.findings],
            "severity": [one.severity for one in intake.findings],
            "measured": [float(one.rows) for one in intake.findings],
            "unit": ["count" for _ in intake.findings],
            "counts": [False for _ in intake.findings],
            "message": [one.message.say(lang) for one in intake.findings],
        },
        schema={
            "code": pl.String,
            "severity": pl.String,
            "measured": pl.Float64,
            "unit": pl.String,
            "counts": pl.Boolean,
            "message": pl.String,
        },
    )
    rows = pl.concat([worded, data], how="diagonal").with_columns(
        pl.col("booking_ids").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    )
    return rows.select([*FINDINGS_SCHEMA, "state", "counts", "message"])
