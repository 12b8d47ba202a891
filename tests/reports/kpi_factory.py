"""Made-up results to show: nothing here is computed by the engine."""

import random
from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from tcw.kpis.result import KpiResult, Level
from tcw.model.intake_report import REJECTS_SCHEMA, Doubt, FileReport, IntakeReport
from tcw.reports.about import About, HashedFile
from tcw.reports.tables.kpi import FIGURE_LABELS
from tcw.wording import Message, Phrase

CODES = tuple(FIGURE_LABELS)
LEVELS: Mapping[str, Level] = {
    "absence_rate": Level(above=0.10),
    "booking_rate": Level(below=0.5),
    "booking_vs_employment": Level(below=-0.05, above=0.05),
    "billing_rate_1a": Level(below=0.70),
    "billing_rate_2b": Level(below=0.85),
}
MONDAY = date(2026, 3, 2)
FIRST_NAMES = ("Åsa", "Björn", "Lotta", "Peter", "Lena", "Pelle", "Lisa", "Örjan", "Fatima", "Kerstin")
LAST_NAMES = ("Öberg", "Nilsson", "Ek", "Sjöström-Håkansson", "Ali", "af Geijerstam")
BILLABLE, NON_BILLABLE, ABSENCE = pl.col("billable_h"), pl.col("non_billable_h"), pl.col("absence_h")
BOOKABLE, NORMAL = pl.col("bookable_h"), pl.col("normal_h")
BOOKED = BILLABLE + NON_BILLABLE
MONTHLY, HOURLY = pl.col("m") > 0, pl.col("m") == 0


def ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


FIGURES = {
    "employment_rate": ratio(BOOKABLE, NORMAL),
    "absence_rate": ratio(ABSENCE, BOOKABLE),
    "booking_rate": ratio(BOOKED, NORMAL),
    "booking_vs_employment": ratio(BOOKED - BOOKABLE, NORMAL),
    "billing_rate_1a": ratio(pl.col("m_billable"), pl.col("m_bookable")),
    "billing_rate_1b": ratio(pl.col("m_billable"), pl.col("m_bookable") - pl.col("m_absence")),
    "billing_rate_2a": ratio(BILLABLE - pl.col("m_billable"), BOOKED - pl.col("m_booked")),
    "billing_rate_2b": ratio(
        BILLABLE - pl.col("m_billable"), BOOKED - pl.col("m_booked") - ABSENCE + pl.col("m_absence")
    ),
}
HOURS = ("billable_h", "non_billable_h", "absence_h", "bookable_h", "normal_h")


def week_label(number: int) -> str:
    year, week, _ = (MONDAY + timedelta(weeks=number)).isocalendar()
    return f"{year}-W{week:02d}"


def ledger(staff: int, weeks: int, seed: int) -> pl.DataFrame:
    roll = random.Random(seed)
    rows = []
    for person in range(staff):
        rate, monthly, unit = roll.choice((1.0, 0.8, 0.75, 0.5)), roll.random() < 0.7, roll.randrange(4)
        for week in range(weeks):
            normal = 32.0 if week == 4 else 40.0
            bookable = normal * rate
            absence = roll.choice((0, 0, 0, 0, 8, 16)) * rate
            booked = max(0.0, bookable - absence + roll.choice((-6, -2, 0, 0, 1.5, 4)))
            share = roll.uniform(0.65, 1)
            rows.append(
                {
                    "staff_id": f"{person:04d}",
                    "name": f"{FIRST_NAMES[person % 10]} {LAST_NAMES[person * 7 % 6]}",
                    "week": week_label(week),
                    "unit_id": f"Hemtjänst {unit + 1}",
                    "planning_area": "Norr" if unit < 2 else "Söder",
                    "employment_type": "monthly" if monthly else "hourly",
                    "category": roll.choice(("Undersköterska", "Vårdbiträde")),
                    "m": int(monthly),
                    "billable_h": round(booked * share, 2),
                    "non_billable_h": round(booked - round(booked * share, 2), 2),
                    "absence_h": absence,
                    "bookable_h": bookable,
                    "normal_h": normal,
                }
            )
    return pl.DataFrame(rows).with_columns(
        m_billable=BILLABLE * pl.col("m"),
        m_booked=BOOKED * pl.col("m"),
        m_bookable=BOOKABLE * pl.col("m"),
        m_absence=ABSENCE * pl.col("m"),
    )


def at(frame: pl.DataFrame, keys: tuple[str, ...], described: tuple[str, ...]) -> pl.DataFrame:
    sums = [*HOURS, "m_billable", "m_booked", "m_bookable", "m_absence"]
    parts = [
        *(pl.col(name).first() for name in described),
        *(pl.col(name).sum() for name in sums),
        pl.col("staff_id").n_unique().cast(pl.UInt32).alias("employees"),
    ]
    parts = [part for part in parts if part.meta.output_name() not in keys]
    grouped = frame.group_by(keys).agg(parts).sort(keys) if keys else frame.select(parts)
    named = [*keys, *described] + ([] if "staff_id" in keys else ["employees"])
    return grouped.select(*named, *HOURS, *(part.alias(code) for code, part in FIGURES.items()))


PERSON = ("name", "unit_id", "planning_area", "employment_type", "category")


def made_up(
    staff: int = 24, weeks: int = 10, seed: int = 7, levels: Mapping[str, Level] = LEVELS
) -> KpiResult:
    """A result with every grain, undefined figures, a red week and warnings on both sides."""
    frame = ledger(staff, weeks, seed)
    figures = {
        "employee-week": at(frame, ("staff_id", "week"), PERSON),
        "employee": at(frame, ("staff_id",), PERSON),
        "week": at(frame, ("week",), ()),
        "unit": at(frame, ("unit_id",), ("planning_area",)),
        "area": at(frame, ("planning_area",), ()),
        "all": at(frame, (), ()),
    }
    return KpiResult(
        figures=figures,  # type: ignore[arg-type]  # the keys are grains
        warnings=warnings_of(figures["employee-week"], levels),
        levels=levels,
        shown=CODES,
        first_week=week_label(0),
        last_week=week_label(weeks - 1),
        filters={"--unit": "Hemtjänst 1, Hemtjänst 2"},
        settings={"normal_week_hours": "40", "kpis.difference": "points"},
        notes=(Message(Phrase("test.note", "No red days are configured for the period."), {}),),
    )


def warnings_of(frame: pl.DataFrame, levels: Mapping[str, Level]) -> pl.DataFrame:
    sides = []
    for code, level in levels.items():
        for side, limit in (("below", level.below), ("above", level.above)):
            if limit is not None:
                red = pl.col(code) < limit if side == "below" else pl.col(code) > limit
                sides.append(
                    frame.filter(red).select(
                        "staff_id",
                        "name",
                        "week",
                        figure=pl.lit(code),
                        value=code,
                        level=pl.lit(limit),
                        side=pl.lit(side),
                    )
                )
    schema = {"staff_id": pl.String, "name": pl.String, "week": pl.String, "figure": pl.String} | {
        "value": pl.Float64,
        "level": pl.Float64,
        "side": pl.String,
    }
    if not sides:
        return pl.DataFrame(schema=schema)
    return pl.concat(sides).sort((pl.col("value") - pl.col("level")).abs(), descending=True)


def nothing(codes: tuple[str, ...] = CODES) -> KpiResult:
    """A result of an empty selection."""
    full = made_up(2, 2)
    return KpiResult(
        figures={grain: frame.clear() for grain, frame in full.figures.items()},
        warnings=full.warnings.clear(),
        levels=full.levels,
        shown=codes,
        first_week=full.first_week,
        last_week=full.last_week,
        filters={},
        settings={},
        notes=(),
    )


def intake(*, clean: bool = False) -> IntakeReport:
    """A report of three files with rejected rows and findings; or nothing but good rows."""
    found = Phrase("test.finding", "{rows} bookings name an employee who is not in the staff list.")
    rejects = pl.DataFrame(
        {
            "file": ["bokningar.csv"] * 3,
            "sheet": [None] * 3,
            "row": [17, 18, 4711],
            "table": ["bookings"] * 3,
            "column": ["Starttid", "Sluttid", "Aktivitet"],
            "value": ["25:61", '=HYPERLINK("http://x")', None],
            "reason": ["IN001", "IN002", "IN003"],
        },
        schema=REJECTS_SCHEMA,
    )
    bad = 0 if clean else 3
    files = (
        FileReport("personal.csv", None, "staff", 24, 24, 0, 1200),
        FileReport("bokningar.csv", None, "bookings", 12_345, 12_345 - bad, bad, 800_000),
        FileReport("anteckningar.xlsx", "Blad1", None, 0, 0, 0, 9000),
    )
    if clean:
        return IntakeReport(files, rejects.clear())
    return IntakeReport(files, rejects, (Doubt("IN040", "warning", Message(found, {"rows": 12}), 12, 96.5),))


def about(created: str | None = "2026-05-11 07:30") -> About:
    """A run, with invented checksums."""
    sources = (HashedFile("personal.csv", 24, "ab" * 32), HashedFile("bokningar.csv", 12_345, "cd" * 32))
    return About("0.1.0", "tcw kpi examples/kommun --out nyckeltal.xlsx", created, sources)
