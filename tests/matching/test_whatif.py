"""Scenarios through the command line, on a source small enough to reckon by hand."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tcw.matching.plan import Plan
from tcw.matching.scenarios import whatif
from tcw.matching.solve import match
from tests.matching.cases import write

pytestmark = pytest.mark.slow

SOURCE = {
    # Two areas, a unit each. 1 is hourly in Norr, 2 a part-timer in Söder who says nothing, 3 an
    # administrator, 4 hourly in Norr without DEL.
    "units": "Arbetsplats;Benämning;Samplaneringsyta\nA;Alfa;Norr\nB;Beta;Söder\n",
    "staff": "Anst.nr;Anställningstyp;Anställningsgrad;Hemenhet;Befattning\n"
    "1;Timlön;;A;Vårdbiträde\n2;Månadslön;50;B;Vårdbiträde\n3;Månadslön;100;A;Administratör\n4;Timlön;;A;Undersköterska\n",
    "availability": "Anst.nr;Start;Slut;Typ\n1;2026-05-05 06:00;2026-05-05 23:00;Egen\n1;2026-05-06 "
    "06:00;2026-05-06 23:00;Egen\n",
    "competences": "Anst.nr;Kompetens\n1;ANNAN\n",
    # V1, V2: Tuesday, eight hours each, one in each area. V3: Wednesday in Norr, six hours, needs DEL. V4:
    # Thursday in Norr, five hours.
    "orders": "Beställning;Arbetsplats;Start;Slut;Rast (min);Kompetenser\n"
    "V1;A;2026-05-05 07:00;2026-05-05 16:00;60;\n"
    "V2;B;2026-05-05 07:00;2026-05-05 16:00;60;\n"
    "V3;A;2026-05-06 08:00;2026-05-06 14:00;;DEL\n"
    "V4;A;2026-05-07 08:00;2026-05-07 13:00;;\n",
}
SCENARIOS = """
scenarios:
  areas: {merge_areas: [norr, Söder]}
  units: {merge_units: [Alfa, B]}
  part: {part_time: true}
  office: {include: {categories: [Administratör], competences: [DEL]}}
  windows: {windows: {categories: [Undersköterska], days: [thu], from: "06:00", to: "23:00"}}
  delegated: {add_competences: {competences: [DEL], staff: ["1"]}}
  both:
    windows: {staff: ["4"], days: [tue, wed], from: "06:00", to: "23:00"}
    add_competences: {competences: [DEL], staff: ["4"]}
"""


def source_at(folder: Path) -> Path:
    source = folder / "export"
    source.mkdir()
    write(SOURCE, source)
    return source


def run(source: Path, scenarios: str, *more: str) -> dict[str, Any]:
    file = source.parent / "scenarios.yaml"
    file.write_text(scenarios, encoding="utf-8")
    done = CliRunner().invoke(
        app,
        [
            "whatif",
            str(source),
            str(file),
            "--as-of",
            "2026-05-04",
            "--format",
            "json",
            "--lang",
            "en",
            *more,
        ],
    )
    assert done.exit_code in {0, 4}, f"{done.output}\n{done.exception!r}"
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_every_measure_is_reckoned_by_hand(tmp_path: Path) -> None:
    source = source_at(tmp_path)
    before = {file.name: file.read_bytes() for file in source.iterdir()}
    answer = run(source, SCENARIOS)
    told = {one["scenario"] or one["role"]: one for one in answer["outcomes"]}
    # Today 1 takes V1. Nobody reaches V2; nobody has DEL for V3; nobody is available for V4.
    expected = {
        "today": (1, 8.0, 0, []),
        # 1 can be in one place on Tuesday only: as many orders as today.
        "areas": (1, 8.0, 0, []),
        "units": (1, 8.0, 0, []),
        # 2 works at B up to full time: V2.
        "part": (2, 16.0, 0, ["V2"]),
        # The administrator, everywhere, by request: V2 and V3 and V4.
        "office": (4, 27.0, 3, ["V2", "V3", "V4"]),
        "windows": (2, 13.0, 0, ["V4"]),
        "delegated": (2, 14.0, 0, ["V3"]),
        # 4, who has DEL now and a window on Wednesday, takes V3; V1 is taken today already.
        "both": (2, 14.0, 0, ["V3"]),
        "together": (4, 27.0, None, ["V2", "V3", "V4"]),
    }
    assert set(told) == set(expected)
    for name, (filled, hours, requests, opened) in expected.items():
        one = told[name]
        assert (one["filled"], one["hours"], one["opened"]) == (filled, hours, opened), name
        assert (one["orders"], one["errors"], one["status"]) == (4, 0, "optimal")
        assert (one["more"], one["overtime_avoided"]) == (filled - 1, hours - 8.0)
        assert one["unfilled_hours"] == 27.0 - hours
        assert requests is None or one["requests"] == requests, name
    effects = {
        one["measure"]: (one["alone"], one["alone_hours"], one["last"], one["last_hours"])
        for one in told["both"]["effects"]
    }
    # The window alone lets 4 do what 1 does already; the competence alone is with somebody who is not
    # available: each needs the other.
    assert effects == {"windows": (0, 0.0, 1, 6.0), "add_competences": (0, 0.0, 1, 6.0)}
    together = {one["scenario"]: (one["alone"], one["last"]) for one in told["together"]["effects"]}
    # The administrator takes whatever the others would: last of all they add nothing; nor does the office,
    # for all but the … are opened without it.
    assert together == {
        "areas": (0, 0),
        "units": (0, 0),
        "part": (1, 0),
        "office": (3, 0),
        "windows": (1, 0),
        "delegated": (1, 0),
        "both": (1, 0),
    }
    assert {file.name: file.read_bytes() for file in source.iterdir()} == before


def test_wishes_are_told_beside_today(tmp_path: Path) -> None:
    answer = run(source_at(tmp_path), "scenarios: {part: {part_time: true}}")
    today, part = answer["outcomes"]
    assert [one["role"] for one in answer["outcomes"]] == ["today", "scenario"]
    wishes = {one["name"]: one for one in part["wishes"]}
    # Hourly paid are worth 1, part-timers above their contract 2; 2 is below hers, which is worth 3.
    assert (wishes["employment"]["value"], wishes["employment"]["today"]) == (4, 1)
    assert (wishes["employment"]["per_order"], wishes["employment"]["per_order_today"]) == (2.0, 1.0)
    assert all(one["proven"] and one["value"] == one["bound"] for one in [*today["wishes"], *part["wishes"]])


@pytest.mark.parametrize(
    ("said", "filled"),
    [
        ("limits: {daily_rest: 9}", 1),
        ("agreement: {name: Kort, staff: ['1']}", 1),
        ("without_agreements: [Lång]", 1),
        ("agreement: {name: Kort, staff: ['2']}", 0),
    ],
)
def test_limits_and_agreements(said: str, filled: int, tmp_path: Path) -> None:
    """1 works until 22 on Monday and would begin at 7 on Tuesday: nine hours of rest, where eleven or twelve
    are asked for.
    """
    source = tmp_path / "export"
    source.mkdir()
    long = "agreements: {Lång: {daily_rest: 12}, Kort: {daily_rest: 9}}\n"
    # Where nobody is linked to Lång any more, the default is an agreement with short rests.
    default = "rules: {agreement: Kort}\n" if "without" in said else ""
    write(
        {
            "staff": "Anst.nr;Anställningstyp\n1;Timlön\n2;Timlön\n",
            "availability": SOURCE["availability"],
            "bookings": "Anst.nr;Aktivitet;Start;Slut\n1;Arbete;2026-05-04 18:00;2026-05-04 22:00\n",
            "orders": "Beställning;Arbetsplats;Start;Slut\nV1;A;2026-05-05 07:00;2026-05-05 11:00\n",
            "agreement_links": "Anst.nr;Avtal;Gäller från\n1;Lång;2020-01-01\n",
            "yaml": long + default,
        },
        source,
    )
    today, one = run(source, f"scenarios: {{x: {{{said}}}}}")["outcomes"]
    assert (today["filled"], one["filled"], one["errors"]) == (0, filled, 0)


def test_the_office_gives_way(tmp_path: Path) -> None:
    """The administrator works at the office on Wednesday: V3 only where that work gives way."""
    source = source_at(tmp_path)
    bookings = source / "bookings.csv"
    bookings.write_text(
        bookings.read_text("utf-8") + "3;Kontor;2026-05-06 08:00;2026-05-06 16:00\n", encoding="utf-8"
    )
    found = run(
        source,
        "scenarios:\n"
        "  beside: {include: {categories: [administratör], competences: [DEL], units: [A]}}\n"
        "  instead: {include: {categories: [administratör], competences: [DEL], units: [A], free_from: "
        "[kontor]}}\n",
    )
    opened = {one["scenario"]: one["opened"] for one in found["outcomes"]}
    # A only: not V2, which is B's.
    assert (opened["beside"], opened["instead"]) == (["V4"], ["V3", "V4"])


def test_a_scenario_that_frees_every_booking_keeps_the_horizon(tmp_path: Path) -> None:
    source = tmp_path / "export"
    source.mkdir()
    blocks = {
        "staff": "Anst.nr;Anställningstyp;Befattning\n1;Månadslön;Administratör\n",
        "activities": "Aktivitet;Tidslag;Debiteringstyp\nArbete;Arbete;Debiterbar\nKontor;Arbete;Debiterbar\n",  # noqa: E501
        "bookings": "Anst.nr;Aktivitet;Start;Slut\n1;Kontor;2026-05-05 08:00;2026-05-05 16:00\n",
        "orders": "Beställning;Arbetsplats;Start;Slut\nV1;A;2026-05-05 07:00;2026-05-05 15:00\n",
    }
    write(blocks, source)
    found = run(
        source, "scenarios: {instead: {include: {categories: [administratör], free_from: [kontor]}}}\n"
    )
    assert [one["opened"] for one in found["outcomes"]] == [[], ["V1"]]


def test_the_longest_shift_of_windows(tmp_path: Path) -> None:
    window = 'staff: ["4"], days: [thu], from: "06:00", to: "23:00", max_hours:'
    scenarios = (
        f'scenarios:\n  short: {{windows: {{{window} "4:30"}}}}\n  long: {{windows: {{{window} 5}}}}\n'
    )
    found = run(source_at(tmp_path), scenarios)
    opened = {one["scenario"]: one["opened"] for one in found["outcomes"]}
    assert (opened["short"], opened["long"]) == ([], ["V4"])


def test_files(tmp_path: Path) -> None:
    source, folder = source_at(tmp_path), tmp_path / "out"
    scenarios = "scenarios: {part: {part_time: true}, '=evil': {merge_areas: [Norr, Söder]}}"
    answer = run(source, scenarios, "--out", str(folder))
    assert json.loads((folder / "whatif.json").read_text("utf-8")) == answer
    rows = pl.read_csv(folder / "whatif.csv")
    assert rows.select("role", "filled", "measures").rows()[:2] == [
        ("today", 1, ""),
        ("scenario", 2, "part_time"),
    ]
    book = openpyxl.load_workbook(folder / "whatif.xlsx")
    sheet = book["Scenarios"]
    cells = [[cell.value for cell in row[:3]] for row in sheet.iter_rows(min_row=6, max_row=9)]
    assert cells == [["Today", 1, 4], ["part", 2, 4], ["=evil", 1, 4], ["All together", 3, 4]]
    assert sheet["A8"].data_type == "s"
    with ZipFile(folder / "whatif.xlsx") as package:
        charts = [name for name in package.namelist() if name.startswith("xl/charts/chart")]
        assert b"<c:barChart>" in package.read(charts[0])
    assert {"Scenarios", "Effects", "Wishes", "Orders opened", "About"} <= set(book.sheetnames)
    page = (folder / "whatif.html").read_text("utf-8")
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert "All together" in page


def test_table(tmp_path: Path) -> None:
    source, file = source_at(tmp_path), tmp_path / "s.yaml"
    file.write_text("scenarios: {Deltid: {part_time: true}}", encoding="utf-8")
    done = CliRunner().invoke(
        app,
        ["whatif", str(source), str(file), "--as-of", "2026-05-04", "--lang", "sv"],
        env={"COLUMNS": "80"},
    )
    assert done.exit_code == 0, done.output
    assert "Mest ger Deltid: 1 beställning till, 8 h undviken övertid." in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_whoever_interrupts_gets_no_half_of_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Plan] = []

    def interrupted(*words: Any, **more: Any) -> Plan:
        made.append(replace(match(*words, **more), interrupted=len(made) == 1))
        return made[-1]

    monkeypatch.setattr(whatif, "match", interrupted)
    source, file = source_at(tmp_path), tmp_path / "s.yaml"
    file.write_text(SCENARIOS, encoding="utf-8")
    words = ["whatif", str(source), str(file), "--as-of", "2026-05-04", "--out", str(tmp_path / "w.xlsx")]
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, done.stdout, len(made)) == (130, "", 2)
    assert not (tmp_path / "w.xlsx").exists()


def test_the_starter_is_a_scenarios_file(tmp_path: Path) -> None:
    text = CliRunner().invoke(app, ["whatif", "--starter"]).stdout
    answer = run(source_at(tmp_path), text, "--to", "2026-05-06", "--unit", "alfa")
    # V1 and V3: V2 is another unit's, and V4 is on Thursday.
    assert [(one["scenario"], one["orders"]) for one in answer["outcomes"]] == [
        (None, 2),
        ("Deltid till 100 %", 2),
    ]
