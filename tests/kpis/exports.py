"""Writes a source as the folders of files that different systems and people export."""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.oracle.records import Booking, Source

Record = dict[str, Any]  # canonical column -> value, None when empty
ONE_DAY = timedelta(days=1)

SWEDISH_HEADERS = {
    "staff_id": "Anställningsnummer",
    "name": "Namn",
    "employment_type": "Anställningstyp",
    "employment_rate": "Anställningsgrad",
    "home_unit": "Hemenhet",
    "category": "Befattning",
    "valid_from": "Gäller från",
    "valid_to": "Gäller till",
    "activity_id": "Aktivitet",
    "time_kind": "Tidslag",
    "billing": "Debiteringstyp",
    "service_type": "Tjänstetyp",
    "start": "Start",
    "end": "Slut",
    "date": "Datum",
    "end_date": "Slutdatum",
    "hours": "Timmar",
    "break_minutes": "Rast",
    "status": "Status",
    "unit_id": "Arbetsplats",
    "order_reason": "Beställningsorsak",
    "borrowed": "Inlånad",
    "planning_area": "Samplaneringsyta",
    "percent": "Procent",
}
SWEDISH_WORDS = {
    "monthly": "Månadslön",
    "hourly": "Timlön",
    "work": "Arbete",
    "overtime": "Övertid",
    "on_call": "Jour",
    "absence": "Frånvaro",
    "break": "Rast",
    "none": "Ingen",
    "billable": "Debiterbar",
    "non_billable": "Ej debiterbar",
    "excluded": "Ej underlag",
    "invoice": "Faktura",
    "payroll": "Löneunderlag",
    "planned": "Planerad",
    "cancelled": "Avbokad",
    "true": "Ja",
    "false": "Nej",
}
WORD_COLUMNS = ("employment_type", "time_kind", "billing", "service_type", "status")


def staff_records(source: Source) -> list[Record]:
    return [
        {
            "staff_id": row.staff_id,
            "name": row.name,
            "employment_type": row.employment_type,
            "employment_rate": row.rate,
            "home_unit": row.home_unit,
            "category": row.category,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
        }
        for row in source.staff
    ]


def activity_records(source: Source) -> list[Record]:
    return [
        {
            "activity_id": row.activity_id,
            "time_kind": row.time_kind,
            "billing": row.billing,
            "service_type": row.service_type,
        }
        for row in source.activities
    ]


def unit_records(source: Source) -> list[Record]:
    return [{"unit_id": row.unit_id, "planning_area": row.planning_area} for row in source.units]


def red_day_records(source: Source) -> list[Record]:
    return [{"date": row.day, "percent": row.share} for row in source.red_days]


def moments(row: Booking) -> Record:
    """The span as two moments."""
    return {"start": row.start, "end": row.end}


def clock_times(row: Booking) -> Record:
    """The span as a date and two clock times; an end at or before the start is the next day's."""
    assert row.start is not None
    assert row.end is not None
    assert row.end - row.start <= ONE_DAY
    midnight = row.end == datetime.combine(row.start.date() + ONE_DAY, time())
    return {
        "date": row.start.date(),
        "start": row.start.time(),
        "end": "24:00" if midnight else row.end.time(),
    }


def two_dates(row: Booking) -> Record:
    """The span as two dates and two clock times."""
    assert row.start is not None
    assert row.end is not None
    return {
        "date": row.start.date(),
        "start": row.start.time(),
        "end_date": row.end.date(),
        "end": row.end.time(),
    }


def date_and_hours(row: Booking) -> Record:
    return {"date": row.day, "hours": row.hours}


def booking_records(bookings: Iterable[Booking], span: Callable[[Booking], Record]) -> list[Record]:
    return [
        {
            "staff_id": row.staff_id,
            "activity_id": row.activity_id,
            **span(row),
            "break_minutes": row.break_minutes,
            "status": "cancelled" if row.cancelled else "planned",
            "unit_id": row.unit_id,
            "order_reason": row.order_reason,
            "borrowed": row.borrowed,
        }
        for row in bookings
    ]


def tables_of(source: Source, *, apart: bool) -> Mapping[str, list[Record]]:
    """Every table; bookings with clock times and with hours in a table each. `apart`: dates apart from
    times."""
    clocked = [row for row in source.bookings if row.start is not None]
    timed = [row for row in source.bookings if row.start is None]
    within_a_day = all(row.start and row.end and row.end - row.start <= ONE_DAY for row in clocked)
    span = moments if not apart else clock_times if within_a_day else two_dates
    tables = {
        "staff": staff_records(source),
        "activities": activity_records(source),
        "units": unit_records(source),
        "red_days": red_day_records(source),
        "bookings": booking_records(clocked, span),
        "bookings_hours": booking_records(timed, date_and_hours),
    }
    return {name: records for name, records in tables.items() if records}


@dataclass(frozen=True)
class Dialect:
    """How a system and its user write a file."""

    name: str
    delimiter: str
    encoding: str
    swedish: bool
    decimal: str
    rate: str  # "percent": 62,5 · "sign": 62.5% · "share": 0,625
    dates: str
    apart: bool  # bookings as a date and clock times

    def cell(self, column: str, value: Any) -> str:  # noqa: PLR0911 - each type is written its own way
        if value is None:
            return ""
        if column in WORD_COLUMNS:
            return SWEDISH_WORDS[value] if self.swedish else str(value).replace("_", " ")
        if isinstance(value, bool):
            word = str(value).lower()
            return SWEDISH_WORDS[word] if self.swedish else word
        if isinstance(value, datetime):
            return value.strftime(f"{self.dates} %H:%M")
        if isinstance(value, date):
            return value.strftime(self.dates)
        if isinstance(value, time):
            return value.strftime("%H:%M")
        if isinstance(value, Fraction):
            percent = column in ("employment_rate", "percent")
            in_percent = column == "percent" or (percent and self.rate != "share")
            text = f"{float(value * 100 if in_percent else value):.6f}".rstrip("0").rstrip(".")
            return text.replace(".", self.decimal) + ("%" if percent and self.rate == "sign" else "")
        return str(value)

    def header(self, column: str) -> str:
        return SWEDISH_HEADERS[column] if self.swedish else column.replace("_", " ").capitalize()

    def write(self, source: Source, folder: Path) -> None:
        for name, records in tables_of(source, apart=self.apart).items():
            columns = list(records[0])
            with (folder / f"{name}.csv").open("w", encoding=self.encoding, newline="") as file:
                rows = csv.writer(file, delimiter=self.delimiter)
                rows.writerow(self.header(column) for column in columns)
                rows.writerows(
                    [self.cell(column, record[column]) for column in columns] for record in records
                )


SWEDISH = Dialect(
    "swedish", ";", "cp1252", swedish=True, decimal=",", rate="percent", dates="%Y-%m-%d", apart=False
)
SWEDISH_APART = Dialect(
    "apart", ";", "utf-8-sig", swedish=True, decimal=",", rate="share", dates="%Y%m%d", apart=True
)
ENGLISH = Dialect(
    "english", ",", "utf-8", swedish=False, decimal=".", rate="sign", dates="%Y-%m-%d", apart=False
)
DOTTED = Dialect(
    "dotted", "\t", "utf-16", swedish=True, decimal=",", rate="sign", dates="%d.%m.%Y", apart=True
)
CSV_DIALECTS = (SWEDISH, SWEDISH_APART, ENGLISH, DOTTED)


def write_parquet(source: Source, folder: Path) -> None:
    """The source as Parquet with the canonical names and real types."""
    import polars as pl

    types: dict[str, Any] = {
        **dict.fromkeys(SWEDISH_HEADERS, pl.String),
        **dict.fromkeys(("date", "end_date", "valid_from", "valid_to"), pl.Date),
        **dict.fromkeys(("start", "end"), pl.Datetime("us")),
        **dict.fromkeys(("employment_rate", "hours", "percent"), pl.Float64),
        "break_minutes": pl.Int32,
        "borrowed": pl.Boolean,
    }
    for name, records in tables_of(source, apart=False).items():
        schema = {column: types[column] for column in records[0]}
        plain = [
            {
                column: float(value) if isinstance(value, Fraction) else value
                for column, value in record.items()
            }
            for record in records
        ]
        pl.DataFrame(plain, schema=schema).write_parquet(folder / f"{name}.parquet")


WRITERS: dict[str, Callable[[Source, Path], None]] = {
    **{dialect.name: dialect.write for dialect in CSV_DIALECTS},
    "parquet": write_parquet,
}


def write_settings(source: Source, folder: Path) -> None:
    """The settings as tcw.yaml."""
    settings = source.settings
    lines = (
        f"normal_week_hours: {float(settings.normal_week_hours):g}",
        "kpis:",
        f"  difference: {settings.difference}",
        f"  absence_in_booked_time: {str(settings.absence_in_booked_time).lower()}",
        f"  rate_weighting: {settings.rate_weighting}",
    )
    (folder / "tcw.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write(source: Source, folder: Path, writer: str) -> Path:
    """Write the source and its settings into the folder, made if missing; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    WRITERS[writer](source, folder)
    write_settings(source, folder)
    return folder
