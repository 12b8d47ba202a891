"""The findings as JSON, for programs."""

import json
from typing import BinaryIO

import polars as pl

from tcw.model.finding import FINDINGS_SCHEMA
from tcw.model.intake_report import IntakeReport
from tcw.reports.finding_text import with_messages
from tcw.reports.kpi_json import intake_facts, write_rows
from tcw.rules.run import CheckResult
from tcw.wording import Language

LOCAL = "%Y-%m-%dT%H:%M:%S"


def write_check_json(out: BinaryIO, result: CheckResult, intake: IntakeReport, lang: Language) -> None:
    """Write `{"findings": […], "judged": […], "failures": […], "intake": {…}}` as UTF-8.

    Times are ISO 8601 local; measured, limit and shortfall are numbers in `unit` (h, days, count).
    """
    out.write(b'{"findings":')
    write_rows(out, findings_rows(result, intake, lang))
    out.write(b',\n"judged":')
    write_rows(out, result.judged)
    failures = [{"code": one.code, "kind": one.kind} for one in result.failures]
    out.write(b',\n"failures":' + json.dumps(failures).encode())
    out.write(b',\n"intake":')
    out.write(json.dumps(intake_facts(intake, lang), ensure_ascii=False, allow_nan=False).encode())
    out.write(b"}\n")


def findings_rows(result: CheckResult, intake: IntakeReport, lang: Language) -> pl.DataFrame:
    """Return the findings with `message`, then what the intake found (codes IN…), times as text."""
    worded = with_messages(result.findings, result.rules, lang)
    times = pl.col("from", "to").dt.to_string(LOCAL)
    found = pl.DataFrame(
        {
            "code": [one.code for one in intake.findings],
            "severity": [one.severity for one in intake.findings],
            "measured": [float(one.rows) for one in intake.findings],
            "unit": ["count"] * len(intake.findings),
            "message": [one.message.say(lang) for one in intake.findings],
        },
        schema={
            "code": pl.String,
            "severity": pl.String,
            "measured": pl.Float64,
            "unit": pl.String,
            "message": pl.String,
        },
    )
    rows = pl.concat([worded, found], how="diagonal").with_columns(
        times, pl.col("booking_ids").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    )
    return rows.select([*FINDINGS_SCHEMA, "message"])
