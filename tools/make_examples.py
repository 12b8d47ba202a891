"""Make the data files of `examples/`: the manual's worked examples, and a small municipality with its mess.

    python tools/make_examples.py            # into examples/
    python tools/make_examples.py --out DIR  # somewhere else, to compare

The same files come out every time (a test holds the shipped ones to it). README.md and tcw.yaml are written
by hand. The mess is listed in `examples/kommun/README.md`; whoever changes one changes the other.
"""

import argparse
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import polars as pl

from tcw.sample.files import Look, csv_bytes, exported
from tcw.sample.generate import BIG_TABLES, Tables, generate
from tcw.sample.plan import SamplePlan

EXAMPLES = Path(__file__).parents[1] / "examples"
KOMMUN = SamplePlan(staff=60, weeks=8, seed=40, start=date(2026, 3, 23))
BREAK = "\r\n"
EXCEL_TEXT = "utf-16-le"


# The manual's worked examples ------------------------------------------------------------

# Employed in the weeks the manual tells of, so that every row of a report is one of its examples.
STAFF = [
    ("001", "Lisa", "Månadslön", "100,00", "2026-01-19", "2026-01-25"),
    ("002", "Peter", "Månadslön", "100,00", "2026-01-26", "2026-03-15"),
    ("003", "Lotta", "Månadslön", "50,00", "2026-01-26", "2026-03-15"),
    ("004", "Lena", "Timlön", "", "2026-03-16", "2026-03-22"),
    ("005", "Pelle", "Timlön", "", "2026-03-23", "2026-03-29"),
]
SERVICES = [
    ("Hemstädning", "Faktura", "Debiterbar"),
    ("Restid", "Löneunderlag", "Ej debiterbar"),
    ("Kontorsarbete", "Löneunderlag", "Ej debiterbar"),
    ("Sjukdom", "Frånvaro", "Ej debiterbar"),
    ("Semester", "Frånvaro", "Ej debiterbar"),
    ("Obetald semester", "Frånvaro", "Ej debiterbar"),
    ("Ledig", "Frånvaro", "Ej debiterbar"),
    ("Lunch", "Frånvaro", "Ej underlag"),
]
HOME, TRAVEL, DESK = "Hemstädning", "Restid", "Kontorsarbete"
SICK, UNPAID, OFF = "Sjukdom", "Obetald semester", "Ledig"
LONG_DAY = 4.0  # hours of work after which lunch is taken

# (week of 2026, staff number, weekdays as 1–7, what fills the day from 08:00, in hours)
DAYS: list[tuple[int, str, str, list[tuple[str, float]]]] = [
    # 1: Lisa is booked 36 h, 33 of them cleaning and 3 travel.
    (4, "001", "123", [(HOME, 6.5), (TRAVEL, 0.5)]),
    (4, "001", "4", [(HOME, 7), (TRAVEL, 0.5)]),
    (4, "001", "5", [(HOME, 6.5), (TRAVEL, 1)]),
    # 2.1: full time and half time.
    (5, "002", "12345", [(HOME, 8)]),
    (5, "003", "12345", [(HOME, 4)]),
    # 2.2: two sick days.
    (6, "002", "12", [(SICK, 8)]),
    (6, "002", "345", [(HOME, 8)]),
    (6, "003", "12", [(SICK, 4)]),
    (6, "003", "345", [(HOME, 4)]),
    # 2.3: booked 6 and 3.5 hours a day.
    (7, "002", "12345", [(HOME, 6)]),
    (7, "003", "12345", [(HOME, 3.5)]),
    # 2.4: two sick days again.
    (8, "002", "45", [(SICK, 8)]),
    (8, "002", "123", [(HOME, 8)]),
    (8, "003", "45", [(SICK, 4)]),
    (8, "003", "123", [(HOME, 4)]),
    # 2.5: scheduled 7 and 3 hours a day.
    (9, "002", "12345", [(HOME, 7)]),
    (9, "003", "12345", [(HOME, 3)]),
    # 2.6: 6 h cleaning and 1 h office work a day; 3.5 h cleaning.
    (10, "002", "12345", [(HOME, 6), (DESK, 1)]),
    (10, "003", "12345", [(HOME, 3.5)]),
    # 2.7: three such days and two days of unpaid vacation.
    (11, "002", "123", [(HOME, 6), (DESK, 1)]),
    (11, "002", "45", [(UNPAID, 8)]),
    (11, "003", "123", [(HOME, 3.5)]),
    (11, "003", "45", [(UNPAID, 4)]),
    # 2.8: hourly, 5 h cleaning and 1 h office work a day.
    (12, "004", "12345", [(HOME, 5), (DESK, 1)]),
    # 2.9: the same, and 2 h off on one day.
    (13, "005", "1245", [(HOME, 5), (DESK, 1)]),
    (13, "005", "3", [(HOME, 5), (DESK, 1), (OFF, 2)]),
]


def make_anstalldrapport(folder: Path) -> None:
    """Write personal.csv, tjanster.csv and bokningar.csv in Windows-1252."""
    bookings = [
        (staff, service, f"{day}", start, end)
        for week, staff, weekdays, parts in DAYS
        for weekday in weekdays
        for day in (date.fromisocalendar(2026, week, int(weekday)),)
        for service, start, end in _with_lunch(parts)
    ]
    bookings.sort(key=lambda row: (row[2], row[0], row[3]))
    tables: dict[str, tuple[str, list[tuple[str, ...]]]] = {
        "personal.csv": (
            "Anställningsnummer;Namn;Anställningstyp;Anställningsgrad;Gäller från;Gäller till",
            [*STAFF],
        ),
        "tjanster.csv": ("Tjänst;Tjänstetyp;Debiteringstyp", [*SERVICES]),
        "bokningar.csv": ("Anställningsnummer;Tjänst;Datum;Starttid;Sluttid", [*bookings]),
    }
    for name, (header, rows) in tables.items():
        lines = [header, *(";".join(row) for row in rows)]
        (folder / name).write_bytes("".join(line + BREAK for line in lines).encode("cp1252"))


def _with_lunch(parts: list[tuple[str, float]]) -> list[tuple[str, str, str]]:
    """Lay the parts of a day end to end from 08:00.

    Work of more than four hours is cut by lunch at twelve.
    """
    clock, laid = 8.0, []
    noon = 12.0
    for service, hours in parts:
        if service in {HOME, TRAVEL, DESK} and clock < noon < clock + hours and hours > LONG_DAY:
            laid += [(service, clock, noon), ("Lunch", noon, noon + 0.5)]
            clock, hours = noon + 0.5, clock + hours - noon  # noqa: PLW2901 - what is left after lunch
        laid.append((service, clock, clock + hours))
        clock += hours
    return [(service, _clock(start), _clock(end)) for service, start, end in laid]


def _clock(hours: float) -> str:
    return f"{int(hours):02d}:{round(hours % 1 * 60):02d}"


# The municipality ------------------------------------------------------------


def make_kommun(folder: Path) -> None:
    """Write the source of a small municipality, with one planted mess per file."""
    first, *weeks = generate(KOMMUN)
    tables: Tables = first | {table: pl.concat([week[table] for week in weeks]) for table in BIG_TABLES}
    text = {
        table: csv_bytes(exported(table, frame, "sv", "text"), encoding="utf-8").decode()
        for table, frame in tables.items()
    }
    staff, orders = text["staff"], text["orders"]
    written = {
        "personal.csv": staff.replace(";75;", ";75 %;", 1).encode("cp1252"),
        "aktiviteter.csv": text["activities"].encode("cp850"),
        "kompetenser.csv": ("sep=;" + BREAK + text["competences"]).encode("cp1252"),
        "avtal.csv": _compact_dates(text["agreement_links"]).encode("cp1252"),
        "bestallningar.csv": orders.replace("Kan du arbeta? Svara", '"Kan du arbeta?' + BREAK + "Svara", 1)
        .replace("senast kl. 15.", 'senast kl. 15."', 1)
        .encode("cp1252"),
        "tillganglighet.txt": b"\xff\xfe" + text["availability"].replace(";", "\t").encode(EXCEL_TEXT),
        "intresseanmalningar.csv": (text["interests"] + (";;" + BREAK) * 3).encode("cp1252"),
        "introduktioner.csv": b"\xef\xbb\xbf" + _quoted(text["introductions"]).encode(),
        "roda_dagar.csv": _spoken_dates(tables["red_days"]).encode("cp1252"),
        "enheter.xlsx": _workbook_with_title(exported("units", tables["units"], "sv", "cells")),
        **_weekly_bookings(tables["bookings"]),
    }
    for name, octets in written.items():
        (folder / name).write_bytes(octets)


def _weekly_bookings(bookings: pl.DataFrame) -> dict[str, bytes]:
    """One export per week, as people make them, each with its own mess."""
    files = {}
    for number in range(KOMMUN.weeks):
        monday = KOMMUN.start + timedelta(weeks=number)
        week = monday.isocalendar().week
        days = pl.col("start").dt.date().is_between(monday, monday + timedelta(days=6))
        look: Look = "cells" if week == MOMENTS_WEEK else "text"
        export = exported("bookings", bookings.filter(days), "sv", look)
        lines = csv_bytes(export, encoding="utf-8").decode().removesuffix(BREAK).split(BREAK)
        messy = BREAK.join(_bookings_mess(week, lines)) + BREAK
        files[f"bokningar_2026-v{week}.csv"] = messy.encode("cp1252")
    return files


# What is wrong in one cell of the middle row of a week's export: column and what it says.
CELL_MESS = {
    15: (3, "2026-04-31"),  # a day that does not exist
    17: (1, "00999"),  # somebody who is not in personal.csv
    18: (2, "077"),  # an activity that is not in aktiviteter.csv
}
MOMENTS_WEEK = 19  # moments instead of a date and two clock times


def _bookings_mess(week: int, lines: list[str]) -> list[str]:
    """What is wrong with the export of each week; `lines` start with the header."""
    columns = lines[0].count(";")
    middle = next(row for row, line in enumerate(lines) if row > len(lines) // 2 and ";30;" in line)
    if week in CELL_MESS:
        return _changed(lines, middle, *CELL_MESS[week])
    match week:
        case 13:  # a title above the header
            titles = ("Bokningar, Vård och omsorg", "Utskriven 2026-05-04 08:12")
            lines = [*(title + columns * ";" for title in titles), "", *lines]
        case 14:  # a totals row, with a no-break space between the thousands
            total = sum(int(line.split(";")[7] or 0) for line in lines[1:])
            shown = f"{total:,}".replace(",", "\N{NO-BREAK SPACE}")
            lines = [*lines, f"Summa{7 * ';'}{shown}{(columns - 7) * ';'}"]
        case 16:  # a booking twice
            lines = [*lines[: middle + 1], *lines[middle:]]
        case 19:  # an end before its start
            start, end = lines[middle].split(";")[3:5]
            before = date.fromisoformat(start[:10]) - timedelta(days=1)
            lines = _changed(lines, middle, 4, f"{before}{end[10:]}")
        case _:  # a separator too many at the end of every line
            lines = [line + ";" for line in lines]
    return lines


def _changed(lines: list[str], row: int, column: int, says: str) -> list[str]:
    cells = lines[row].split(";")
    cells[column] = says
    return [*lines[:row], ";".join(cells), *lines[row + 1 :]]


def _compact_dates(text: str) -> str:
    """20260323 for 2026-03-23."""
    lines = text.split(BREAK)
    return BREAK.join([lines[0], *(line.replace("-", "") for line in lines[1:])])


def _quoted(text: str) -> str:
    """Commas between cells and quotes round every one of them."""
    lines = text.removesuffix(BREAK).split(BREAK)
    return "".join(",".join(f'"{cell}"' for cell in line.split(";")) + BREAK for line in lines)


def _spoken_dates(red_days: pl.DataFrame) -> str:
    """3/4 2026 and 100 %."""
    rows = [f"{d.day}/{d.month} {d.year};{share:.0%};{name}" for d, share, name in red_days.iter_rows()]
    return BREAK.join(["Datum;Procent;Kommentar", *(row.replace("%", " %") for row in rows), ""])


def _workbook_with_title(frame: pl.DataFrame) -> bytes:
    """A merged title and an empty row above the header."""
    import xlsxwriter

    octets = BytesIO()
    with xlsxwriter.Workbook(octets, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2026, 5, 4, tzinfo=UTC)})
        sheet = book.add_worksheet("Enheter")
        sheet.merge_range(0, 0, 0, frame.width - 1, "Arbetsplatser och samplaneringsytor")
        for row, cells in enumerate([frame.columns, *frame.rows()], start=2):
            sheet.write_row(row, 0, cells)
        sheet.set_column(0, frame.width - 1, 24)
    return octets.getvalue()


def main() -> None:
    """Make both examples."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=EXAMPLES)
    out: Path = parser.parse_args().out
    for name, make in (("anstalldrapport", make_anstalldrapport), ("kommun", make_kommun)):
        (out / name).mkdir(parents=True, exist_ok=True)
        make(out / name)


if __name__ == "__main__":
    main()
