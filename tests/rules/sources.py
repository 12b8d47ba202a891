"""Writes the oracle's sources as exports with the canonical names, and tcw.yaml beside them."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from tests.oracle.rules.records import Agreement, Source

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LIMITS_WITHOUT_NONE = {"days_in_a_row", "average_weeks"}
TYPES: dict[str, Any] = {
    **dict.fromkeys(("valid_from", "valid_to", "birth_date", "date"), pl.Date),
    **dict.fromkeys(("start", "end", "created_at"), pl.Datetime("us")),
    **dict.fromkeys(("employment_rate", "hours", "percent"), pl.Float64),
    "break_minutes": pl.Int32,
    "counts_as_worked": pl.Boolean,
}
NAMES = {"rate": "employment_rate", "day": "date"}
CLOCKED = {"day", "hours"}
TIMED = {"start", "end", "break_minutes", "order_id", "created_at"}


def tables(source: Source) -> Mapping[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {
        "staff": rows(source.staff),
        "activities": rows(source.activities),
        "bookings": rows([row for row in source.bookings if row.start is not None], CLOCKED),
        "bookings_hours": rows([row for row in source.bookings if row.start is None], TIMED),
        "agreement_links": rows(source.links or ()),
        "competences": rows(source.competences or ()),
        "availability": rows(source.availability or ()),
        "introductions": rows(source.introductions or ()),
        "orders": rows(source.orders or ()),
        "red_days": [{"date": day, "percent": share} for day, share in source.red_days],
    }
    for row in found["activities"]:
        row["billing"] = "billable"
    return {name: records for name, records in found.items() if records}


def rows(records: Any, without: set[str] | None = None) -> list[dict[str, Any]]:
    left_out = without or set()
    return [
        {
            NAMES.get(column.name, column.name): plain(getattr(record, column.name))
            for column in fields(record)
            if column.name not in left_out
        }
        for record in records
    ]


def plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, tuple):
        return ",".join(value) or None
    return value


def write(source: Source, folder: Path, *, csv: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, records in tables(source).items():
        schema = {column: TYPES.get(column, pl.String) for column in records[0]}
        frame = pl.DataFrame(
            [{key: plain(value) for key, value in record.items()} for record in records], schema=schema
        )
        if csv:
            frame.write_csv(folder / f"{name}.csv", separator=";", datetime_format="%Y-%m-%d %H:%M:%S")
        else:
            frame.write_parquet(folder / f"{name}.parquet")
    (folder / "tcw.yaml").write_text("\n".join(settings(source)) + "\n", encoding="utf-8")
    return folder


def settings(source: Source) -> list[str]:
    given = source.settings
    lines = [
        f"normal_week_hours: {float(given.normal_week_hours):g}",
        "max_rejects: 99 %",
        f"red_days: {{source: {'export' if source.red_days else 'none'}}}",
        "rules:",
        f"  agreement: {given.agreement}",
        f"  night_activities: {listed(given.night_activities)}",
        f"  special_risk_activities: {listed(given.special_risk_activities)}",
        f"  register_units: {listed(given.register_units)}",
        f"  register_activities: {listed(given.register_activities)}",
        f"  substitutes_need_availability: {str(given.substitutes_need_availability).lower()}",
    ]
    if given.calculation_start is not None:
        lines.append(f"  calculation_start: {given.calculation_start}")
    if given.register_valid_days is not None:
        lines.append(f"  register_valid_days: {given.register_valid_days}")
    if given.competences:
        lines.append("  competences:")
        lines += [f'    "{activity}": {listed(wanted)}' for activity, wanted in given.competences]
    if source.agreements:
        lines.append("agreements:")
    for terms in source.agreements:
        lines += [f"  {terms.code}:", *(f"    {line}" for line in agreement_lines(terms))]
    return lines


def listed(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


def agreement_lines(terms: Agreement) -> list[str]:
    lines = ["based_on: atl", f"ignores: {listed(tuple(sorted(terms.ignores)))}"]
    if terms.decision is not None:
        lines += ["decision:", f'  reference: "{terms.decision}"']
        lines += [f"  valid_from: {terms.decision_from}"] if terms.decision_from else []
        lines += [f"  valid_to: {terms.decision_to}"] if terms.decision_to else []
    for column in fields(terms):
        name, value = column.name, getattr(terms, column.name)
        if name in {"code", "ignores", "decision", "decision_from", "decision_to"}:
            continue
        if name == "week_break_day":
            lines.append(f"{name}: {WEEKDAYS[value - 1]}")
        elif isinstance(value, time):
            lines.append(f'{name}: "{value:%H:%M}"')
        elif isinstance(value, bool):
            lines.append(f"{name}: {str(value).lower()}")
        elif isinstance(value, Fraction):
            lines.append(f"{name}: {float(value):g}")
        elif value is not None:
            lines.append(f"{name}: {value}")
        elif name not in LIMITS_WITHOUT_NONE:
            lines.append(f"{name}: none")
    return lines
