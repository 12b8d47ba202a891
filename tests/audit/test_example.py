"""examples/checklist: every planted problem is found, and nothing else."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.audit.exports import answered, statuses

EXAMPLE = Path(__file__).parents[2] / "examples" / "checklist"
PLANTED = {
    "C03": [("AKUT", "no end date, still booked, still linked to people")],
    "C04": [("202", "no end date")],
    "C06": [
        ("103", "no end date, linked past the end of the change"),
        ("104", "linked past the decision, linked past the end of the change"),
    ],
    "C07": [("106", "no end date")],
    "C08": [("Extraordinär sjuk", "still open")],
    "C09": [
        ("behorigheter Samordnare · Scheman", "wider than before"),
        ("behorigheter Samordnare · Beställningar", "wider than before"),
        ("funktionsgrupper Kris alla", "wider than before"),
        ("roller 108", "wider than before"),
    ],
    "C10": [("203", "has expired")],
    "C11": [("105", "is there no longer")],
    "C12": [("meddelanden Förfrågan", "not as before")],
    "C13": [("PL01 102", "planned breach")],
    "C14": [("ST01 KOH", "setting is missing")],
}
NAMES = {
    "C03": ["Activity"],
    "C04": ["Employee no."],
    "C06": ["Employee no."],
    "C07": ["Employee no."],
    "C08": ["Order reason"],
    "C09": ["Table", "Row"],
    "C10": ["Employee no."],
    "C11": ["Which"],
    "C12": ["Table", "Row"],
    "C13": ["Rule", "Employee no."],
    "C14": ["Rule", "About"],
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, folder / "example")
    out = folder / "audit.xlsx"
    answer = answered(
        folder / "example" / "before", folder / "example" / "after", "--lang", "en", "--out", out
    )
    return answer, out


def test_the_statuses_are_those_planted(book: tuple[dict[str, Any], Path]) -> None:
    assert statuses(book[0]) == {
        **dict.fromkeys(("C03", "C04", "C06", "C07", "C08", "C09", "C10", "C12", "C13", "C14"), "fail"),
        # A person has to say when the folder was taken, to compare hours, to file the report, to look at
        # links.
        **dict.fromkeys(("C01", "C02", "C05", "C11"), "manual"),
        "C15": "pass",
    }


def test_each_planted_problem_stands_in_its_evidence_and_nothing_else_does(
    book: tuple[dict[str, Any], Path],
) -> None:
    from openpyxl import load_workbook

    sheets = load_workbook(book[1], read_only=True)
    for code, planted in PLANTED.items():
        name = next(sheet for sheet in sheets.sheetnames if sheet.startswith(code))
        rows = [list(row) for row in sheets[name].iter_rows(values_only=True)]
        head = next(row for row in rows if "What is wrong" in row)
        places = [head.index(column) for column in NAMES[code]]
        wrong = head.index("What is wrong")
        found = [
            (" ".join(str(row[place]) for place in places), row[wrong])
            for row in rows[rows.index(head) + 1 :]
            if row[wrong]
        ]
        assert sorted(found) == sorted(planted), code


def test_the_changes_are_those_of_the_settings(book: tuple[dict[str, Any], Path]) -> None:
    lasting = {"bookings", "orders", "availability", "time_bank"}
    found = {
        (one["table"], one["key"], one["kind"]) for one in book[0]["changes"] if one["table"] not in lasting
    }
    assert found == {
        *(("activities", code, "added") for code in ("AKUT", "KOH", "TBK")),
        *(("agreement_links", f"{who} · AB · 2020-01-01", "changed") for who in (101, 103, 104, 105, 106)),
        ("agreement_links", "101 · KRIS · 2026-03-16", "added"),
        ("agreement_links", "101 · AB · 2026-07-01", "added"),
        ("agreement_links", "103 · KRIS · 2026-03-16", "added"),
        ("agreement_links", "104 · KRIS · 2026-03-16", "added"),
        ("agreement_links", "104 · AB · 2026-09-01", "added"),
        ("agreement_links", "105 · BOKASS · 2026-03-16", "added"),
        ("agreement_links", "105 · AB · 2026-07-01", "added"),
        ("agreement_links", "106 · BOKASS · 2026-03-16", "added"),
        ("competences", "201 · COV", "added"),
        ("competences", "202 · COV", "added"),
        ("staff", "201", "changed"),
        ("units", "KORT", "changed"),
        ("behorigheter", "Samordnare · Scheman", "changed"),
        ("behorigheter", "Samordnare · Beställningar", "changed"),
        ("bestallningsorsaker", "90", "added"),
        ("bestallningsorsaker", "91", "added"),
        ("funktionsgrupper", "Kris alla", "added"),
        ("meddelanden", "Förfrågan", "changed"),
        ("roller", "108", "added"),
    }


def test_undone_it_is_clean(tmp_path: Path) -> None:
    """The earlier side against itself: no item fails but for what was wrong before."""
    shutil.copytree(EXAMPLE, tmp_path / "example")
    shutil.copytree(EXAMPLE / "before", tmp_path / "example" / "again")
    answer = answered(tmp_path / "example" / "before", tmp_path / "example" / "again")
    assert answer["changes"] == []
    assert {code for code, status in statuses(answer).items() if status == "fail"} == {"C10"}
