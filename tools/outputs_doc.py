"""docs/reference/outputs.md: the columns of every file that tcw writes for programs, read off the files.

The files come from the shipped examples. A column without a meaning in MEANINGS stops the making of the page.
"""

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from markdown_table import table

ROOT = Path(__file__).resolve().parent.parent
KOMMUN = str(ROOT / "examples/kommun")
AS_OF = ("--as-of", "2026-05-04")
PLAIN = ("--format", "csv", "--csv", "plain")
FINDINGS = (0, 1)
"""Exit codes of a command that has looked and found something."""

MEANINGS: Mapping[str, str] = {
    "absence_h": "hours of absence",
    "absence_rate": "key figure: see [Figures](figures.md)",
    "activity_id": "activity, as the export calls it",
    "activity_name": "the activity's name",
    "after": "the cell on the later side",
    "agreement": "the agreement in force",
    "alphabet": "the alphabet of a text message: `gsm7` or `ucs2`",
    "assistant": "the booking assistant of tcw.yaml that fills the order",
    "availability": "by which availability: `own`, `resource`, `flexible`, `interest` …",
    "before": "the cell on the earlier side",
    "billable_h": "hours that are billable",
    "billing_rate_1a": "key figure: see [Figures](figures.md)",
    "billing_rate_1b": "key figure: see [Figures](figures.md)",
    "billing_rate_2a": "key figure: see [Figures](figures.md)",
    "billing_rate_2b": "key figure: see [Figures](figures.md)",
    "bookable_h": "bookable hours: the normal week times the employment rate",
    "booking_ids": "the bookings it is about; in CSV separated by blanks",
    "booking_rate": "key figure: see [Figures](figures.md)",
    "booking_vs_employment": "key figure: see [Figures](figures.md)",
    "bookings": "how many bookings",
    "borrowed": "whether the person's home unit is another than the workplace",
    "break_minutes": "length of the break, in minutes",
    "category": "the person's category (befattning)",
    "channel": "`sms` or `email`",
    "code": "the rule: see [Rules](rules/README.md)",
    "column": "the column it is about",
    "continuity": "bookings of the person at the unit before",
    "counts": "whether it counts towards the exit code",
    "employees": "how many people",
    "employment": "`monthly` or `hourly`",
    "employment_rate": "key figure: see [Figures](figures.md)",
    "employment_type": "`monthly` or `hourly`",
    "end": "local time",
    "errors": "errors that `tcw check` would find in the plan",
    "file": "the file of the source",
    "filled": "orders filled",
    "flexible_hours": "hours taken from flexible availability",
    "from": "local time at which it begins",
    "header": "the column's own header in the export",
    "hours": "hours, net of breaks",
    "interested": "whether the person has registered interest in the order",
    "key": "what makes the row the same row on both sides",
    "kind": "what sort of change, or of message",
    "limit": "the limit that holds, in `unit`",
    "measured": "what was measured, in `unit`",
    "measures": "the measures of the scenario",
    "message": "the finding in a sentence, in the language of the run",
    "mode": "`book` or `request`",
    "month": "calendar month, as 2026-04",
    "more": "orders filled more than today",
    "name": "the person's or the unit's name",
    "non_billable_h": "hours that are not billable",
    "normal_h": "hours of a normal week, less red days",
    "order_id": "the order",
    "order_reason": "why the shift was ordered",
    "orders": "orders asked for",
    "overtime_avoided": "hours that need no overtime, against today",
    "parts": "how many messages the network sends it as",
    "phase": "`planned` or `actual`",
    "planning_area": "the unit's planning area",
    "previous": "whether the previous plan had the same",
    "priority": "priority of the order",
    "rank": "in which order people are asked",
    "reason": "why: of an order, or of a rejected row (see [Reasons](reasons.md))",
    "requests": "orders filled by request",
    "resource_hours": "hours taken from resource shifts",
    "role": "`today`, `scenario`, or a measure alone or last",
    "row": "row of the file or sheet, counted from 1",
    "scenario": "name of the scenario",
    "severity": "`error`, `warning` or `info`",
    "sheet": "the sheet of the workbook",
    "shortfall": "how far beyond the limit, in `unit`",
    "staff_id": "the employee number, or its code with `--pseudonymise`",
    "start": "local time",
    "state": "`new` or `remaining` against a baseline, `accepted`; empty without either",
    "status": "`optimal`, `feasible` or `infeasible`",
    "subject": "what else it is about: a competence, an activity, an agreement …; of a message its subject "
    "line",
    "table": "the table: see [Tables](tables.md)",
    "text": "the text of the message",
    "tier": "how the person stands to the unit: `own`, `family` …",
    "to": "local time at which it ends; of a message where it goes",
    "unfilled_hours": "hours of unfilled orders",
    "unit": "the unit of `measured`: `h`, `days` or `count`",
    "unit_id": "unit (arbetsplats)",
    "unit_name": "the unit's name",
    "units": "characters, as the network counts them",
    "value": "the cell",
    "waived_by": "the decision that waives it",
    "week": "ISO week, as 2026-W14",
}
TYPES: Mapping[str, str] = {
    "String": "text",
    "Float64": "number",
    "UInt32": "whole number",
    "Int32": "whole number",
    "Int64": "whole number",
    "Boolean": "true or false",
    "List": "list of texts",
    "Datetime": "date and time",
}
INTRODUCTION = """# Outputs

The columns of the files that tcw writes for programs. Names and meanings of columns stay; new ones come last. Times are local and
without a zone, hours and shares are unrounded (a share of 0.5 is 50 %), and what is not known is empty (`null` in JSON and Parquet).
CSV has the same columns as Parquet: with `--csv plain` separated by commas, with a decimal point; with `--csv sv` by semicolons, with a
decimal comma, a byte order mark and times as `2026-03-02 07:00`.

Workbooks and pages are for people: their tables may change.
"""  # noqa: E501 - text


def outputs() -> str:
    """Return docs/reference/outputs.md."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        night = _night(folder)
        sections = [
            (
                "`tcw kpi --format parquet`",
                "A row for each employee and week.",
                _kpi(folder, "employee-week"),
            ),
            *(
                (f"`tcw kpi --grain {grain} --format parquet`", "", _kpi(folder, grain))
                for grain in ("employee", "week", "unit", "area", "all")
            ),
            (
                "`tcw followup --format parquet`",
                "A row for each group; the keys of `--by`, here all of them, and the period come first.",
                _parquet(
                    folder,
                    *(
                        "followup",
                        KOMMUN,
                        "--by",
                        "person,workplace,activity,reason,borrowed",
                        "--every",
                        "month",
                    ),
                ),
            ),
            (
                "`tcw check --format parquet`, `findings.parquet`",
                (
                    "A row for each finding. `code`, `staff_id`, `from`, `to` and `subject` make it the same "
                    "finding in two runs."
                ),
                _schema(night / "findings.parquet"),
            ),
            (
                "`tcw match --out plan.parquet`, `plan.parquet`",
                "A row for each filled order; `--previous` reads it back.",
                _schema(night / "plan.parquet"),
            ),
            (
                "`notifications.csv` of `tcw match --out FOLDER`",
                "A row for each message; nothing is sent.",
                _headers((night / "notifications.csv").read_text("utf-8-sig")),
            ),
            (
                "`--rejects FILE`, `rejects.csv`",
                "A row for each fault of a rejected row.",
                _headers((night / "rejects.csv").read_text("utf-8-sig")),
            ),
            (
                "`tcw whatif --format csv`",
                "A row for today, each scenario, and each measure alone and last.",
                _headers(
                    _tcw("whatif", KOMMUN, str(ROOT / "examples/whatif/scenarios.yaml"), *AS_OF, *PLAIN)
                ),
            ),
            (
                "`tcw checklist --format csv`",
                "A row for each change.",
                _headers(_changes()),
            ),
        ]
        parts = [INTRODUCTION]
        for title, text, columns in sections:
            parts.append(f"\n## {title}\n\n{text}\n\n" if text else f"\n## {title}\n\n")
            rows = [_row(*column) for column in columns]
            if any(kind for _, kind in columns):
                parts.append(table(["column", "type", "meaning"], rows))
            else:
                parts.append(table(["column", "meaning"], [[name, meaning] for name, _, meaning in rows]))
        parts.append(_folders(night))
    return "".join(parts)


def _row(name: str, kind: str) -> list[str]:
    if name not in MEANINGS:
        message = f"tools/outputs_doc.py has no meaning for the column {name}"
        raise ValueError(message)
    return [f"`{name}`", kind, MEANINGS[name]]


def _tcw(*words: str, codes: Sequence[int] = FINDINGS) -> str:
    return _run(*words, codes=codes).decode("utf-8-sig")


def _run(*words: str, codes: Sequence[int] = FINDINGS) -> bytes:
    command = [sys.executable, "-m", "tcw", *words, "--quiet", "--lang", "en"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=300)
    if done.returncode not in codes:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.stdout


def _night(folder: Path) -> Path:
    """Run the whole night on the example; return its result folder."""
    _run("run", KOMMUN, "--out", str(folder / "night"), *AS_OF, "--settle", "0")
    latest = json.loads((folder / "night" / "latest.json").read_text("utf-8"))
    return folder / "night" / str(latest["folder"])


def _changes() -> str:
    sides = [str(ROOT / "examples/checklist" / side) for side in ("before", "after")]
    return _tcw("checklist", *sides, "--as-of", "2026-07-06", *PLAIN)


def _kpi(folder: Path, grain: str) -> list[tuple[str, str]]:
    return _parquet(folder, "kpi", KOMMUN, "--grain", grain)


def _parquet(folder: Path, *words: str) -> list[tuple[str, str]]:
    path = folder / "rows.parquet"
    path.write_bytes(_run(*words, "--format", "parquet"))
    return _schema(path)


def _schema(path: Path) -> list[tuple[str, str]]:
    schema = pl.read_parquet_schema(path)
    return [(name, TYPES[str(dtype.base_type())]) for name, dtype in schema.items()]


def _headers(text: str) -> list[tuple[str, str]]:
    """Return the headers of a CSV text, without types: its cells are text."""
    dialect = ";" if ";" in text.splitlines()[0] else ","
    return [(name, "") for name in next(csv.reader([text.splitlines()[0]], delimiter=dialect))]


def _folders(night: Path) -> str:
    """Return what JSON files have at their top."""
    plan, run = (json.loads((night / name).read_text("utf-8")) for name in ("plan.json", "run.json"))
    return (
        "\n## JSON\n\n"
        f"- `plan.json`, `tcw match --format json`: an object with {_keys(plan)}.\n"
        f"- `run.json`, the manifest of a night: an object with {_keys(run)}.\n"
        "- `tcw kpi --format json` and `tcw check --format json`: an object whose `rows` or `findings` "
        "have the columns above.\n"
    )


def _keys(value: Mapping[str, object]) -> str:
    return ", ".join(f"`{name}`" for name in value)
