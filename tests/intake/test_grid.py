from datetime import time
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcw.errors import InputFault
from tcw.intake.discover.raw import Origin, RawSheet
from tcw.intake.headers.aliases import shipped_aliases
from tcw.intake.headers.day_headers import day_of
from tcw.intake.headers.recognise import find_header, recognise
from tcw.intake.roster import grid, grid_days
from tcw.intake.roster.grid import CodeMeaning, unfold
from tcw.wording import Phrase
from tcw.wording.phrase import swedish

CODES = {
    "D": CodeMeaning("DAG", time(7), time(16), 60),
    "N": CodeMeaning("NATT", time(21), time(7)),
    "F": None,
    "L": None,
    "R": CodeMeaning(activity="REDO"),
}


def sheet(text: str, file: str = "schema.csv", name: str | None = None) -> RawSheet:
    """Return a sheet with a line per row and cells parted by |; "/n/" is a line break inside a cell."""
    lines = [
        [cell.strip().replace("/n/", "\n") or None for cell in line.split("|")]
        for line in text.strip("\n").split("\n")
    ]
    width = max(map(len, lines))
    lines = [[*line, *[None] * (width - len(line))] for line in lines]
    frame = pl.DataFrame(
        {"row": range(1, len(lines) + 1), **{f"c{i}": [line[i] for line in lines] for i in range(width)}},
        schema={"row": pl.UInt32, **{f"c{i}": pl.String for i in range(width)}},
    ).with_columns(beyond=pl.lit(value=False))
    some = frame.filter(pl.any_horizontal(pl.exclude("row", "beyond").is_not_null()))
    return RawSheet(Origin(file, name), "text", some.lazy(), width, tuple(map(tuple, lines[:50])), 1000)


def shifts(
    raw: RawSheet, codes: dict[str, CodeMeaning | None] | None = None, **options: Any
) -> list[dict[str, Any]]:
    unfolded = unfold(raw, CODES if codes is None else codes, **options)
    assert unfolded is not None
    frame = unfolded.cells.collect()
    assert frame.columns == ["row", *[f"c{i}" for i in range(unfolded.width)], "beyond"]
    names = [name or "" for name in unfolded.head[0]]
    return [
        {
            "row": row[0],
            **{name: cell for name, cell in zip(names, row[1:-1], strict=True) if cell is not None},
        }
        for row in frame.iter_rows()
    ]


def brief(rows: list[dict[str, Any]]) -> list[str]:
    return [
        " ".join(str(row.get(name, "–")) for name in ("staff_id", "date", "activity_id", "start", "end"))
        for row in rows
    ]


DATED = """
Schema avdelning 5|||||
Anst.nr | Namn | 2026-03-02 | 2026-03-03 | 2026-03-04 | Summa
002     | Eva  | 07:00-16:00 | D | F | 17
003     | Bo   | 7.30–16 R30 KV | 21-07 N | | 18
"""


def test_full_dates_with_times_codes_and_breaks() -> None:
    rows = shifts(sheet(DATED))
    assert brief(rows) == [
        "002 2026-03-02 Pass 07:00 16:00",
        "002 2026-03-03 DAG 07:00 16:00",
        "003 2026-03-02 KV 07:30 16:00",
        "003 2026-03-03 NATT 21:00 07:00",
    ]
    assert [row.get("break_minutes") for row in rows] == [None, "60", "30", None]
    assert [row["row"] for row in rows] == [3, 3, 4, 4]
    assert rows[2]["cell"] == "7.30–16 R30 KV"


def test_what_was_done_is_said() -> None:
    unfolded = unfold(sheet(DATED.replace("21-07 N", "X")), CODES)
    assert unfolded is not None
    said = " ".join(note.say("en") for note in unfolded.notes)
    assert "5 filled cells of 3 days (2026-03-02 to 2026-03-04) became 4 shifts" in said
    assert "1 cell holds a code that books nothing" in said
    assert "does not explain: X" in said
    assert "activity Pass" in said


def test_an_unexplained_code_is_kept_without_times() -> None:
    rows = shifts(sheet(DATED), {})
    assert "002 2026-03-04 F – –" in brief(rows)
    assert "002 2026-03-03 D – –" in brief(rows)
    assert len(rows) == 5  # all filled cells, none lost


def test_it_is_recognised_as_bookings() -> None:
    unfolded = unfold(sheet(DATED), CODES)
    assert unfolded is not None
    header = find_header(unfolded.head)
    assert header is not None
    found = recognise(header.headers, "schema.csv", None, aliases=shipped_aliases(), table="bookings")
    assert found.table == "bookings"
    assert set(found.columns) == {"staff_id", "activity_id", "date", "start", "end", "break_minutes"}


MONTH = """
Schema mars 2026 | | | | | | | | |
Utskrivet 2025-12-30 | | | | | | | | |
 | s | m | t | o | t | f | l | s | m
Namn | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
Eva  | | D | D | | | | | | N
Bo   | N | | | | | | D | |
Summa | 1 | 1 | 1 | | | | 1 | | 1
"""


def test_day_numbers_below_a_month() -> None:
    rows = [row for row in shifts(sheet(MONTH)) if row["staff_id"] != "Summa"]
    assert [f"{row['staff_id']} {row['date']} {row['activity_id']}" for row in rows] == [
        "Eva 2026-03-02 DAG", "Eva 2026-03-03 DAG", "Eva 2026-03-09 NATT", "Bo 2026-03-01 NATT", "Bo 2026-03-07 DAG",  # noqa: E501
    ]  # fmt: skip


def test_days_run_into_the_next_month_and_year() -> None:
    text = "December 2025 ||||||\nNamn | 29 | 30 | 31 | 1 | 2 | 3\nEva | D | D | D | D | D | D"
    assert [row["date"] for row in shifts(sheet(text))] == [
        "2025-12-29", "2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02", "2026-01-03",
    ]  # fmt: skip


def test_a_day_that_does_not_exist_loses_nothing() -> None:
    days = " | ".join(map(str, range(1, 32)))
    cells = " | ".join(["D"] * 31)
    rows = shifts(sheet(f"April 2026\nNamn | {days}\nEva | {cells}"))
    assert len(rows) == 31
    assert [row for row in rows if "date" not in row] == [
        {
            "row": 3,
            "staff_id": "Eva",
            "activity_id": "DAG",
            "start": "07:00",
            "end": "16:00",
            "break_minutes": "60",
            "cell": "D",
        }
    ]


WEEKS = """
Schema 2026 | | | | | | |
v 10 | mån | tis | ons | tor | fre | lör | sön
Eva  | D | D | | | | |
Bo   | | | N | | | | N
Vecka 11 | | | | | | |
Namn | mån | tis | ons | tor | fre | lör | sön
Eva  | | D | | | | | D
"""


def test_a_block_per_week() -> None:
    assert [f"{row['staff_id']} {row['date']}" for row in shifts(sheet(WEEKS))] == [
        "Eva 2026-03-02", "Eva 2026-03-03", "Bo 2026-03-04", "Bo 2026-03-08", "Eva 2026-03-10", "Eva 2026-03-15",  # noqa: E501
    ]  # fmt: skip


def test_weeks_side_by_side() -> None:
    text = """
År 2026 | v 10 ||||||| v 12 ||||||
Personal | Må | Ti | On | To | Fr | Lö | Sö | Må | Ti | On | To | Fr | Lö | Sö
Eva | D | | | | | | N | D | | | | | | D
"""
    assert [row["date"] for row in shifts(sheet(text))] == [
        "2026-03-02",
        "2026-03-08",
        "2026-03-16",
        "2026-03-22",
    ]


@pytest.mark.parametrize(
    "days",
    [
        "mån 2/3 | tis 3/3 | ons 4/3",
        "2/3 | 3/3 | 4/3",
        "Måndag 2 mars | Tisdag 3 mars | Onsdag 4 mars",
        "03-02 | 03-03 | 03-04",
    ],
)
@pytest.mark.parametrize("source", ["argument", "title", "sheet", "file"])
def test_the_year_of_short_dates(days: str, source: str) -> None:
    title = "Schema 2026" if source == "title" else "Schema"
    raw = sheet(
        f"{title} |||\nMedarbetare | {days}\nEva | D | | N",
        file="schema_2026.csv" if source == "file" else "schema.csv",
        name="Våren 2026" if source == "sheet" else None,
    )
    rows = shifts(raw, year=2026 if source == "argument" else None)
    assert [row["date"] for row in rows] == ["2026-03-02", "2026-03-04"]


def test_without_a_year_the_option_is_named() -> None:
    with pytest.raises(InputFault) as caught:
        unfold(sheet("Namn | 2/3 | 3/3 | 4/3\nEva | D | D | D", name="Blad1"), CODES)
    (line,) = caught.value.lines("en")
    assert "schema.csv, Blad1" in line
    assert "year under grid:" in line


def test_a_year_that_the_weekdays_contradict_is_refused() -> None:
    with pytest.raises(InputFault) as caught:
        unfold(sheet("Namn | mån 2/3 | tis 3/3 | ons 4/3\nEva | D | D | D"), CODES, year=2025)
    assert caught.value.code == "grid-wrong-weekday"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("07:00-16:00", ["Pass 07:00 16:00"]),
        ("0700-1600", ["Pass 07:00 16:00"]),
        ("07–16 D", ["DAG 07:00 16:00"]),
        ("D 6.45-15", ["DAG 06:45 15:00"]),
        ("KV 14.30 - 22.00", ["KV 14:30 22:00"]),
        ("7 till 16", ["Pass 07:00 16:00"]),
        ("07:00:00-16:00:00", ["Pass 07:00 16:00"]),
        ("22-24:00", ["Pass 22:00 24:00"]),
        ("07-11 D/n/15-20 N", ["DAG 07:00 11:00", "NATT 15:00 20:00"]),
        ("07-11, 15-20", ["Pass 07:00 11:00", "Pass 15:00 20:00"]),
        ("07-11 D 15-20 N", ["DAG 07:00 11:00", "NATT 15:00 20:00"]),
        ("d", ["DAG 07:00 16:00"]),
        ("R", ["REDO – –"]),
        ("Kurs", ["Kurs – –"]),
        ("F", []),
    ],
)
def test_what_a_cell_can_hold(cell: str, expected: list[str]) -> None:
    text = f"Namn | 2026-03-02 | 2026-03-03 | 2026-03-04\nEva | {cell} | |\nBo | | D | D"
    rows = [row for row in shifts(sheet(text)) if row["staff_id"] == "Eva"]
    assert [
        " ".join(row.get(name, "–") for name in ("activity_id", "start", "end")) for row in rows
    ] == expected


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [("07-16 R30", "30"), ("07-16 rast 45 D", "45"), ("07-16 (30)", "30"), ("07-16 R1", None)],
)
def test_breaks_in_a_cell(cell: str, minutes: str | None) -> None:
    text = f"Namn | 2026-03-02 | 2026-03-03 | 2026-03-04\nEva | {cell} | |\nBo | | N | N"
    assert shifts(sheet(text))[0].get("break_minutes") == minutes


def test_hours_in_cells_and_the_rows_activity_and_unit() -> None:
    text = """
Anst.nr | Aktivitet | Enhet | 2026-03-02 | 2026-03-03 | 2026-03-04
002 | Dokumentation | Äppelgården | 7,5 | | 4
"""
    rows = shifts(sheet(text))
    assert [(row["activity_id"], row["unit_id"], row["hours"]) for row in rows] == [
        ("Dokumentation", "Äppelgården", "7,5"),
        ("Dokumentation", "Äppelgården", "4"),
    ]


def test_a_person_of_several_lines_is_named_once() -> None:
    text = "Namn | 2026-03-02 | 2026-03-03 | 2026-03-04\nEva | 07-11 | |\n | 15-20 | |\nBo | | D | "
    assert [(row["row"], row["staff_id"]) for row in shifts(sheet(text))] == [
        (2, "Eva"),
        (3, "Eva"),
        (4, "Bo"),
    ]


def test_the_code_for_no_code() -> None:
    rows = shifts(sheet(DATED), {**CODES, "": CodeMeaning("ARBETE")})
    assert rows[0]["activity_id"] == "ARBETE"


@pytest.mark.parametrize(
    "text",
    [
        "Anst.nr | Aktivitet | Datum | Timmar\n1 | A | 2026-03-02 | 8\n2 | B | 2026-03-03 | 8",
        "Namn | Jan | Feb | Mar | Apr | Maj\nEva | 1 | 2 | 3 | 4 | 5",
        "Konto | 1 | 2 | 3 | 4 | 5 | 6\n3010 | 5 | 5 | 5 | 5 | 5 | 5",
        "Namn | Född | Anställd | Slutat | Ort\nEva | 1980-01-02 | 2001-03-04 | 2020-05-06 | Umeå",
        "a | b | c | d\n1 | 2 | 3 | 4\n5 | 6 | 7 | 8",
    ],
)
def test_other_tables_are_no_rosters(text: str) -> None:
    assert unfold(sheet(text), CODES) is None


def test_what_a_header_says_of_a_day() -> None:
    assert day_of("Mån 2/3") == day_of("måndag\n2/3")
    for text in ("32/1", "2026-02-30", "Summa", "", "13/13", "07:00-16:00"):
        assert day_of(text) is None


CELLS = {
    "": 0,
    "D": 1,
    "F": 0,
    "07-16": 1,
    "7,5": 1,
    "x" * 50: 1,
    "2/3": 1,
    "1": 1,
    "mån": 1,
    "v 10": 1,
    "-": 0,
    "07-": 1,
    "99-99": 1,
    "D/n/N": 2,
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(list(CELLS)), min_size=5, max_size=5), min_size=1, max_size=8))
def test_every_cell_below_the_days_is_a_shift_or_ignored(lines: list[list[str]]) -> None:
    body = "\n".join(" | ".join(["Eva", *line]) for line in lines)
    raw = sheet(f"Namn | 2026-03-02 | 2026-03-03 | 2026-03-04 | 2026-03-05 | 2026-03-06\n{body}")
    unfolded = unfold(raw, CODES)
    assert unfolded is not None
    assert unfolded.cells.collect().height == sum(CELLS[cell] for line in lines for cell in line)


def test_hours_in_order_are_not_taken_for_days() -> None:
    text = "Mars 2026\nNamn | 2026-03-02 | 2026-03-03 | 2026-03-04 | 2026-03-05 | 2026-03-06\nEva | 1 | 2 | 3 | 4 | 5\nBo | 4 | 5 | 6 | 7 | 8"  # noqa: E501
    assert len(shifts(sheet(text))) == 10


@pytest.mark.parametrize("module", [grid, grid_days])
def test_every_phrase_is_translated(module: object) -> None:
    codes = {fact.code for fact in vars(module).values() if isinstance(fact, Phrase)}
    assert codes
    assert codes <= set(swedish())


def test_days_that_go_on_below_need_no_title_of_their_own() -> None:
    first = " | ".join(map(str, range(1, 16)))
    second = " | ".join(map(str, range(16, 32)))
    text = f"Mars 2026\nNamn | {first}\nEva | D\nBo | N\nNamn | {second}\nEva | D |  | D"
    assert [row["date"] for row in shifts(sheet(text))] == [
        "2026-03-01",
        "2026-03-01",
        "2026-03-16",
        "2026-03-18",
    ]
