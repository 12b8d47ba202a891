"""`tcw match --explain`: one order, one pair, with the evidence that a person would look up."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tests.matching.cases import write

pytestmark = pytest.mark.slow

SOURCE = {
    # 1 and 2 could take V1, 1 is introduced closer; 3 rests too little and lacks DEL in time; 4 is of unit B
    # and has said nothing.
    "staff": "Anst.nr;Anställningstyp;Hemenhet\n1;Timlön;A\n2;Timlön;B\n3;Timlön;A\n4;Timlön;B\n5;Timlön;A\n",
    "introductions": "Anst.nr;Arbetsplats;Krets\n2;A;Vänner\n",
    "availability": "Anst.nr;Start;Slut;Typ\n"
    "1;2026-05-05 06:00;2026-05-05 23:00;Egen\n2;2026-05-05 07:00;2026-05-05 16:00;Egen\n3;2026-05-05 "
    "08:00;2026-05-05 23:00;Egen\n5;2026-05-05 07:00;2026-05-05 16:00;Egen\n",
    "competences": "Anst.nr;Kompetens;Gäller från;Gäller "
    "till\n1;DEL;2026-01-01;\n2;DEL;;\n3;DEL;2026-01-01;2026-05-04\n5;DEL;;\n",
    "bookings": "Anst.nr;Aktivitet;Start;Slut\n3;Arbete;2026-05-04 18:00;2026-05-04 22:00\n"
    "3;Semester;2026-05-05 15:00;2026-05-05 23:00\n5;Arbete;2026-05-04 18:00;2026-05-04 22:00\n",
    "orders": "Beställning;Arbetsplats;Start;Slut;Kompetenser;Status\n"
    "V1;A;2026-05-05 07:00;2026-05-05 16:00;DEL;Öppen\n"
    "V2;A;2026-05-05 07:00;2026-05-05 16:00;DEL;Bokad\n"
    "V3;A;2026-05-05 07:00;2026-05-05 16:00;DEL;Stoppad\n"
    "V4;A;2026-05-03 07:00;2026-05-03 16:00;DEL;Öppen\n"
    "V5;B;2026-05-07 07:00;2026-05-07 16:00;;Öppen\n",
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    write(SOURCE, folder)
    return folder


def call(source: Path, explain: str, *more: str) -> str:
    words = ["match", str(source), "--as-of", "2026-05-04", "--explain", explain, *more]
    done = CliRunner().invoke(app, words, env={"COLUMNS": "80"})
    assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"
    return done.stdout


def explained(source: Path, explain: str, *more: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(call(source, explain, "--format", "json", "--lang", "en", *more))
    return answer


def test_a_filled_order(source: Path) -> None:
    answer = explained(source, "V1")
    assert (answer["state"], answer["employed"]) == ("filled", 5)
    assert [(one["staff_id"], one["chosen"]) for one in answer["candidates"]] == [("1", True), ("2", False)]
    counts = {one["code"]: one["people"] for one in answer["reasons"]}
    # 2 could; 3 fails three things; 4 is of another unit; 5 rests nine hours.
    assert counts == {
        "not-chosen": 1,
        "not-available": 1,
        "BK02": 1,
        "BK05": 1,
        "not-introduced": 1,
        "WT01": 1,
    }


def test_an_unfilled_order(source: Path) -> None:
    answer = explained(source, "V5")
    assert (answer["state"], answer["employed"], answer["candidates"]) == ("unfilled", 5, [])
    assert answer["reasons"] == [
        {"code": "not-introduced", "people": 3},
        {"code": "not-available", "people": 2},
    ]
    smallest = answer["relaxations"][0]
    assert smallest["changes"][0]["kind"] == "availability"
    assert smallest["staff_ids"] == ["2", "4"]


@pytest.mark.parametrize(
    ("order", "more", "reason"),
    [
        ("V2", [], "staffed"),
        ("V3", [], "stopped"),
        ("V4", [], "started"),
        ("V5", ["--unit", "A"], "other-unit"),
        ("V1", ["--from", "2026-05-06"], "too-early"),
        ("V5", ["--to", "2026-05-06"], "too-late"),
    ],
)
def test_an_order_that_is_not_to_be_filled(order: str, more: list[str], reason: str, source: Path) -> None:
    answer = explained(source, order, *more)
    assert (answer["state"], answer["reason"], answer["reasons"]) == ("not-vacant", reason, [])


def test_every_condition_of_a_pair_with_its_evidence(source: Path) -> None:
    answer = explained(source, "V1:3")
    told = {one["code"]: (one["holds"], one["evidence"]) for one in answer["conditions"]}
    assert told == {
        "BK03": (True, ["from 2020-01-01, hourly, 100%"]),
        "not-introduced": (True, ["own"]),
        "not-available": (False, ["2026-05-05 08:00–23:00 (own availability)"]),
        "not-selected": (True, ["hourly"]),
        "BK02": (False, ["Semester 2026-05-05 15:00–23:00"]),
        "BK01": (True, []),
        "BK04": (True, []),
        "BK05": (False, ["DEL 2026-01-01 – 2026-05-04"]),
        "WT01": (False, ["rests 9 h, 2 h short of 11 h"]),
    }
    assert list(told) == [one["code"] for one in answer["conditions"]]
    assert answer["verdict"] == ["This pair cannot be booked: 4 of the conditions fail."]
    stranger = {one["code"]: one["holds"] for one in explained(source, "V1:4")["conditions"]}
    assert [code for code, holds in stranger.items() if not holds] == [
        "not-introduced",
        "not-available",
        "BK04",
    ]


def test_the_rule_says_what_tcw_check_says(source: Path) -> None:
    """The same finding, word for word, once the pair is booked."""
    told = explained(source, "V1:5")
    assert [one["code"] for one in told["conditions"] if not one["holds"]] == ["WT01"]
    bookings = source / "bookings.csv"
    bookings.write_text(
        bookings.read_text("utf-8") + "5;Arbete;2026-05-05 07:00;2026-05-05 16:00\n", encoding="utf-8"
    )
    words = [
        "check",
        str(source),
        "--as-of",
        "2026-05-04",
        "--format",
        "json",
        "--lang",
        "en",
        "--select",
        "WT01",
    ]
    found = json.loads(CliRunner().invoke(app, words).stdout)["findings"]
    assert [one["message"] for one in found if one["staff_id"] == "5"] == told["conditions"][-1]["evidence"]
    mine = {name: value for name, value in told["findings"][0].items() if value is not None}
    [theirs] = [one for one in found if one["staff_id"] == "5"]
    assert {name: theirs[name] for name in mine} == mine


def test_why_the_plan_chose_otherwise(source: Path) -> None:
    answer = explained(source, "V1:2")
    assert all(one["holds"] for one in answer["conditions"])
    assert answer["verdict"] == [
        "All conditions hold; the plan chose otherwise.",
        "With this pair, introduced circle would be 2 instead of 4.",
    ]
    changed = {
        one["name"]: (one["plan"], one["forced"]) for one in answer["forced"] if one["plan"] != one["forced"]
    }
    assert changed["tier"] == (4, 2)
    assert explained(source, "V1:1")["verdict"] == ["The plan has this pair."]


def test_who_takes_another_order(source: Path) -> None:
    orders = source / "orders.csv"
    orders.write_text(
        orders.read_text("utf-8") + "V6;A;2026-05-05 07:00;2026-05-05 15:00;DEL;Öppen;Arbete\n",
        encoding="utf-8",
    )
    answer = explained(source, "V6:1")
    assert answer["instead"] == ["V1"]
    assert "It gives 1 V1 instead." in answer["verdict"]


@pytest.mark.parametrize(
    ("explain", "lang", "words"),
    [
        ("V5", "en", ["Order V5: B, 2026-05-07 07:00–16:00", "not introduced at the unit", "for one of 2"]),
        ("V5", "sv", ["Planen tillsätter den inte.", "inte introducerade på enheten", "för en av 2"]),
        ("V1:3", "en", ["  no   WT01 Short daily rest", "DEL 2026-01-01 – 2026-05-04"]),
        (
            "V1:3",
            "sv",
            ["  nej  WT01 Kort dygnsvila", "Paret kan inte bokas: 4 av villkoren är inte uppfyllda."],
        ),
        ("V2", "sv", ["Den är inte vakant: någon är redan bokad på den."]),
    ],
)
def test_on_a_terminal(explain: str, lang: str, words: list[str], source: Path) -> None:
    shown = call(source, explain, "--lang", lang)
    assert [one for one in words if one not in shown] == []
    assert max(map(len, shown.splitlines())) <= 80
