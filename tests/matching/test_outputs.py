"""What tcw match hands out, through the command line, of the three flows of the source document."""

import csv
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from tcw.cli.app import app
from tcw.errors import UsageFault

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[2] / "examples"
AS_OF = "2026-05-04"
FLOWS = {
    "lediga-jobb": {
        "L1": ("201", "book", "interest"),  # the earliest interest
        "L2": ("202", "book", "interest"),  # the earliest of those with the competence
        "L4": ("204", "request", "interest"),  # a Saturday
        "L5": ("203", "book", "own"),  # not advertised
        "L6": ("201", "request", "own"),  # three hours
    },
    "mobila-jobb-resurs": {
        "R1": ("301", "book", "resource"),
        "R2": ("302", "book", "resource"),  # of two with a resource shift, the unit's own
        "R3": ("401", "book", "own"),  # 303 works early the day after
    },
    "mobila-jobb-akut": {
        "A1": ("501", "book", "flexible"),  # 06-23 covers 15-23; 502 works at seven the day after
        "A2": ("503", "book", "flexible"),
        "A3": ("504", "request", "office"),
    },
}


def tcw(*words: object, code: int = 0, lang: str = "sv") -> Any:
    result = CliRunner().invoke(app, [*map(str, words), "--lang", lang])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


def match(source: Path, out: Path, *words: object, lang: str = "sv") -> Any:
    return tcw("match", source, "--as-of", AS_OF, "--out", out, *words, lang=lang)


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("plans")
    for flow in FLOWS:
        match(EXAMPLES / flow, folder / flow)
    return {flow: folder / flow for flow in FLOWS}


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_is_filled_as_its_readme_says(flow: str, plans: dict[str, Path]) -> None:
    plan = json.loads((plans[flow] / "plan.json").read_text("utf-8"))
    taken = {
        one["order_id"]: (one["staff_id"], one["mode"], one["availability"]) for one in plan["assignments"]
    }
    assert taken == FLOWS[flow]
    assert plan["status"] == "optimal"
    assert all(wish["proven"] for wish in plan["wishes"])


@pytest.mark.parametrize("flow", FLOWS)
def test_a_folder_holds_all_there_is_to_hand_out_and_is_its_owners(flow: str, plans: dict[str, Path]) -> None:
    booked = sorted({staff for staff, mode, _ in FLOWS[flow].values() if mode == "book"})
    suffix = ".xlsx" if flow == "mobila-jobb-resurs" else ".csv"
    names = {path.relative_to(plans[flow]).as_posix() for path in plans[flow].rglob("*") if path.is_file()}
    assert {name for name in names if "/" not in name} == {
        f"bookings{suffix}", "requests.csv", "notifications.csv", "time_bank.csv", "plan.xlsx", "plan.parquet", "plan.json", "summary.txt",  # noqa: E501
    }  # fmt: skip
    assert {name for name in names if name.startswith("people/")} == {
        f"people/{staff}{ending}" for staff in booked for ending in (suffix, ".ics")
    }
    if os.name == "posix":
        modes = {path.stat().st_mode & 0o777 for path in plans[flow].rglob("*") if path.is_file()}
        assert modes == {0o600}
        assert {path.stat().st_mode & 0o777 for path in [plans[flow], *plans[flow].glob("*/")]} >= {0o700}


def test_bookings_are_in_the_shape_of_the_export(plans: dict[str, Path]) -> None:
    assert (plans["lediga-jobb"] / "bookings.csv").read_bytes().decode("cp1252") == (
        "Bokning;Anst.nr;Namn;Aktivitet;Arbetsplats;Datum;Starttid;Sluttid;Rast "
        "(min);Status;Beställning;System\r\n;203;;OMV;SOL;2026-05-05;07:00;16:00;30;Planerad;L5;Pool\r\n"
        ";201;;OMV;SOL;2026-05-06;07:00;16:00;30;Planerad;L1;Pool\r\n"
        ";202;;OMV;SOL;2026-05-07;15:00;22:00;30;Planerad;L2;Pool\r\n"
    )
    assert (plans["mobila-jobb-akut"] / "bookings.csv").read_bytes().decode() == (
        "\ufeffAnst.nr;Arbetsplats;Aktivitet;Startdatum;Startklockslag;Slutdatum;Slutklockslag;Rast "
        "(min);Beställning\r\n501;SOL;OMV;06.05.2026;15.00;06.05.2026;23.00;30;A1\r\n"
        "503;BJO;OMV;07.05.2026;08.00;07.05.2026;17.00;60;A2\r\n"
    )


def test_bookings_of_a_workbook_are_a_workbook_with_real_dates(plans: dict[str, Path]) -> None:
    sheet = openpyxl.load_workbook(plans["mobila-jobb-resurs"] / "bookings.xlsx")["Bokningar"]
    assert [cell.value for cell in sheet[1]] == [
        "Anst.nr", "Aktivitet", "Arbetsplats", "Start", "Slut", "Rast (min)", "Beställning", "Kommentar",
    ]  # fmt: skip
    first = [cell.value for cell in sheet[2]]
    assert first == [
        "301", "OMV", "SOL", datetime(2026, 5, 6, 7, 30), datetime(2026, 5, 6, 16, 0), 30, "R1", None,
    ]  # fmt: skip
    assert sheet["D2"].number_format == "yyyy-mm-dd hh:mm"
    assert sheet.max_row == 4


@pytest.mark.parametrize("flow", ["lediga-jobb", "mobila-jobb-akut"])
def test_the_files_of_units_and_people_share_the_bookings_among_them(
    flow: str, plans: dict[str, Path]
) -> None:
    whole = (plans[flow] / "bookings.csv").read_bytes().splitlines()
    for kind in ("units", "people"):
        parts = [path.read_bytes().splitlines() for path in (plans[flow] / kind).glob("*.csv")]
        assert {part[0] for part in parts} == {whole[0]}
        assert sorted(line for part in parts for line in part[1:]) == sorted(whole[1:])
    assert [path.name for path in sorted((plans["lediga-jobb"] / "units").iterdir())] == ["SOL.csv"]


def test_requests_say_whom_to_ask_in_which_order(plans: dict[str, Path]) -> None:
    asked = rows(plans["lediga-jobb"] / "requests.csv")
    told = [
        (one["Beställning"], one["Fråga som nr"], one["Personal"], one["Senast tillfrågad"]) for one in asked
    ]
    # 201 of the unit itself first; 204 was asked longer ago than 203.
    assert told == [
        ("L4", "1", "204", "2026-04-27 08:00"),
        ("L6", "1", "201", ""),
        ("L6", "2", "204", "2026-04-27 08:00"),
        ("L6", "3", "203", "2026-05-02 08:00"),
    ]


def test_notifications_are_rendered_and_measured(plans: dict[str, Path]) -> None:
    first = rows(plans["mobila-jobb-akut"] / "notifications.csv")[0]
    text = "Hej Görel Öberg! Du är bokad på Solgården ons 6 maj 15:00-23:00, Omvårdnad. Tiden går till timbanken."  # noqa: E501
    assert (first["kind"], first["to"], first["text"]) == ("booked", "070-1740616", text)
    assert (first["alphabet"], first["units"], first["parts"]) == ("gsm7", str(len(text)), "1")
    asked = [one for one in rows(plans["lediga-jobb"] / "notifications.csv") if one["kind"] == "request"]
    assert [one["rank"] for one in asked] == ["1", "1", "2", "3"]
    assert asked[-1]["text"] == (
        "Kan du arbeta? Solgården tors 7 maj 07:00-10:00 Omvårdnad. Svara ja eller nej. Beställning L6. "
        "Svara senast kl. 15."
    )
    # An order without a message leaves no blank behind.
    assert asked[0]["text"].endswith("Beställning L4.")


def test_the_time_bank_is_credited_when_an_acute_window_is_booked(plans: dict[str, Path]) -> None:
    entries = rows(plans["mobila-jobb-akut"] / "time_bank.csv")
    told = [
        (one["Personal"], one["Saldo före (h)"], one["Ändring (h)"], one["Saldo efter (h)"])
        for one in entries
    ]
    # 15-23 and 08-17, breaks of half an hour and an hour taken off; of two balances the later one holds.
    assert told == [("501", "12,5", "7,5", "20,0"), ("503", "-2,0", "8,0", "6,0")]
    assert rows(plans["mobila-jobb-resurs"] / "time_bank.csv") == []
    assert "Tidbanken: 15 h 30 min gottskrivs" in (plans["mobila-jobb-akut"] / "summary.txt").read_text(
        "utf-8"
    )


def test_calendars_hold_what_is_booked_in_utc(plans: dict[str, Path]) -> None:
    content = (plans["mobila-jobb-akut"] / "people" / "501.ics").read_bytes()
    assert b"\r\n" in content
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2026, 5, 6, 13, 0, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2026, 5, 6, 21, 0, tzinfo=UTC)
    assert str(event["summary"]) == "Omvårdnad, Solgården"
    assert str(event["description"]) == "Rast 30 min. Beställning A1."


def test_a_plan_made_again_is_the_same_bytes_but_for_its_time(plans: dict[str, Path], tmp_path: Path) -> None:
    flow = "mobila-jobb-akut"
    match(EXAMPLES / flow, tmp_path / "again", "--previous", plans[flow] / "plan.parquet")
    for path in plans[flow].rglob("*"):
        if path.is_file() and path.suffix not in {".xlsx", ".json"}:
            same = tmp_path / "again" / path.relative_to(plans[flow])
            assert path.read_bytes() == same.read_bytes(), path


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_the_workbook_has_the_whole_plan(lang: str, tmp_path: Path) -> None:
    match(EXAMPLES / "mobila-jobb-akut", tmp_path / "plan.xlsx", lang=lang)
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    names = {
        "sv": [
            "Sammanfattning",
            "Personal per dag",
            "Bokningar",
            "Förfrågningar",
            "Otillsatta",
            "Saldon",
            "Tidbank",
        ],
        "en": ["Summary", "Staff by day", "Bookings", "Requests", "Unfilled", "Balances", "Time bank"],
    }
    assert book.sheetnames[:7] == names[lang]
    in_all = [
        row for row in book[names[lang][0]].iter_rows(values_only=True) if row[0] in {"Totalt", "In all"}
    ]
    counts = [[value for value in row[1:] if value is not None][:2] for row in in_all]
    assert counts == [[3, 3], [3, 3]]  # by unit and by day
    grid = book[names[lang][1]]
    heads = [cell.value for cell in grid[5]]
    assert heads[3] == datetime(2026, 5, 4)
    assert [value for value in heads if isinstance(value, datetime)][-1] == datetime(2026, 5, 10)
    texts = {
        (row[0].value, heads[place]): cell.value
        for row in grid.iter_rows(min_row=6)
        for place, cell in enumerate(row)
    }
    assert texts["501", datetime(2026, 5, 6)] == "● 15:00–23:00\nSOL"
    assert texts["504", datetime(2026, 5, 8)] == "○ 08:00–17:00\nBJO"
    assert texts["501", datetime(2026, 5, 7)] == "14:00–21:30"
    bookings = [[cell.value for cell in row] for row in book[names[lang][2]].iter_rows(min_row=6)]
    assert [row[0] for row in bookings] == ["A1", "A2"]
    assert datetime(2026, 5, 6, 15, 0) in bookings[0]


def test_pseudonymised_files_name_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCW_PSEUDONYM_KEY", "a key of at least sixteen characters")
    result = match(EXAMPLES / "mobila-jobb-akut", tmp_path / "plan", "--pseudonymise")
    assert "koder" in result.stderr
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.suffix != ".xlsx":
            content = path.read_bytes()
            assert not any(word in content for word in (b"Bank", "Öberg".encode(), b"070-", b"@example")), (
                path
            )
        assert not path.name.startswith("50")
    shown = [
        row
        for sheet in openpyxl.load_workbook(tmp_path / "plan" / "plan.xlsx")
        for row in sheet.iter_rows(values_only=True)
    ]
    assert not any("Öberg" in str(cell) for row in shown for cell in row)
    # The balances of tcw.yaml and of the export find their people all the same.
    assert [one["Saldo efter (h)"] for one in rows(tmp_path / "plan" / "time_bank.csv")].count("20,0") == 1


def test_an_earlier_plan_is_replaced_and_other_folders_are_not(tmp_path: Path) -> None:
    source, out = EXAMPLES / "mobila-jobb-akut", tmp_path / "plan"
    match(source, out)
    (out / "people" / "stale.csv").write_text("")
    match(source, out)
    assert not (out / "people" / "stale.csv").exists()
    (out / "own.txt").write_text("mine")
    with pytest.raises(UsageFault) as fault:
        CliRunner().invoke(
            app, ["match", str(source), "--as-of", AS_OF, "--out", str(out)], catch_exceptions=False
        )
    assert fault.value.code == "match-folder-in-use"
    assert (out / "own.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan"]


def test_several_places_at_once(tmp_path: Path) -> None:
    match(
        EXAMPLES / "mobila-jobb-akut",
        tmp_path / "p.parquet",
        "--out",
        tmp_path / "p.json",
        "--out",
        tmp_path / "p",
    )
    assert pl.read_parquet(tmp_path / "p.parquet")["order_id"].to_list() == ["A1", "A2", "A3"]
    assert (tmp_path / "p.json").read_bytes() == (tmp_path / "p" / "plan.json").read_bytes()


def test_a_plan_among_the_exports_is_not_read_as_one(tmp_path: Path) -> None:
    source = tmp_path / "export"
    shutil.copytree(EXAMPLES / "mobila-jobb-akut", source)
    before = match(source, tmp_path / "one").stdout
    shutil.copy(tmp_path / "one" / "plan.parquet", source)
    (source / "plan").mkdir()
    shutil.copy(tmp_path / "one" / "bookings.csv", source / "plan")
    assert match(source, tmp_path / "two").stdout == before


def test_hostile_words_are_harmless_wherever_they_go(tmp_path: Path) -> None:
    source = tmp_path / "export"
    shutil.copytree(EXAMPLES / "mobila-jobb-akut", source)
    for name in ("bestallningar.csv", "personal.csv", "tidbank.csv", "tillganglighet.csv", "bokningar.csv"):
        text = (source / name).read_text("utf-8-sig")
        text = (
            text.replace("501;", "=501;")
            .replace("Extraordinär sjuk", '=HYPERLINK("x")')
            .replace("070-1740616", "+46701740616")
        )
        (source / name).write_text(text.replace("Görel Öberg", "=cmd|' /C calc'!A0"), "utf-8")
    (source / "enheter.csv").write_text(
        "Arbetsplats;Benämning;Samplaneringsyta\nSOL;@Sol;Norr\nBJO;BJO;Norr\n", "utf-8"
    )
    match(source, tmp_path / "plan")
    for path in (tmp_path / "plan").rglob("*.csv"):
        for row in csv.reader(path.read_text("utf-8-sig").splitlines(), delimiter=";"):
            assert not any(cell.startswith(("=", "@", "+")) for cell in row), path
    told = rows(tmp_path / "plan" / "notifications.csv")
    assert next(one["to"] for one in told if one["order_id"] == "A1") == "0046701740616"
    book = openpyxl.load_workbook(tmp_path / "plan" / "plan.xlsx")
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert {path.name for path in (tmp_path / "plan" / "people").iterdir()} >= {"=501.csv", "=501.ics"}


def test_personal_numbers_as_ids_stand_in_no_file_unless_asked_for_and_in_no_name_ever(
    tmp_path: Path,
) -> None:
    source = tmp_path / "export"
    shutil.copytree(EXAMPLES / "mobila-jobb-akut", source)
    number = "19850318-9999"
    for name in ("personal.csv", "tidbank.csv", "tillganglighet.csv", "bokningar.csv"):
        text = (source / name).read_text("utf-8-sig")
        (source / name).write_text(text.replace("501;", f"{number};"), "utf-8")
    result = match(source, tmp_path / "hidden")
    assert "koder" in result.stderr
    for path in (tmp_path / "hidden").rglob("*"):
        if path.is_file():
            assert number.encode() not in path.read_bytes(), path
    match(source, tmp_path / "shown", "--show-personal-numbers")
    assert number in (tmp_path / "shown" / "bookings.csv").read_text("utf-8-sig")
    assert "P0001.csv" in {path.name for path in (tmp_path / "shown" / "people").iterdir()}
    for folder in ("hidden", "shown"):
        assert not any(number in str(path.relative_to(tmp_path)) for path in (tmp_path / folder).rglob("*"))
        assert [one["Saldo efter (h)"] for one in rows(tmp_path / folder / "time_bank.csv")].count(
            "20,0"
        ) == 1


def test_balances_of_the_settings_go_before_those_of_the_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TCW_PSEUDONYM_KEY", "a key of at least sixteen characters")
    source = tmp_path / "export"
    shutil.copytree(EXAMPLES / "mobila-jobb-akut", source)
    settings = (source / "tcw.yaml").read_text("utf-8")
    own = 'time_bank: {flexible_credit: 50 %, balances: {"501": 100}}'
    (source / "tcw.yaml").write_text(settings.replace("time_bank: {flexible_credit: 100 %}", own), "utf-8")
    match(source, tmp_path / "plan")
    match(source, tmp_path / "coded", "--pseudonymise")
    for folder in ("plan", "coded"):
        after = sorted(one["Saldo efter (h)"] for one in rows(tmp_path / folder / "time_bank.csv"))
        assert after == ["103,75", "2,0"]
