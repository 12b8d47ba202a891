"""Whoever makes a relaxation's changes in the files and asks again gets the order filled: every kind, through
the command line.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tcw.matching.explain.relaxations import SMALLEST_FIRST
from tests.matching.cases import write

pytestmark = pytest.mark.slow

ORDERS = "Beställning;Arbetsplats;Start;Slut;Rast (min)\nV1;A;2026-05-05 07:00;2026-05-05 16:00;60\n"
STAFF = "Anst.nr;Anställningstyp\n1;Timlön\n"
FREE = "Anst.nr;Start;Slut;Typ\n1;2026-05-05 06:00;2026-05-05 23:00;Egen\n"
LIMITS = {"WT01": "daily_rest", "WT11": "long_duty", "WT03": "weekly_rest", "WT12": "days_in_a_row"}
DIFFERENT = 2
"""Kinds of changes that are tried on the example, each of which needs a run of its own."""
ELSEWHERE = "Anst.nr;Arbetsplats;Krets\n9;A;Familj\n"
CASES: Mapping[str, tuple[dict[str, str], list[str]]] = {
    "office staff whom no assistant asks": (
        {
            "availability": FREE.replace("Egen", "Kontor"),
            "yaml": "assistants: {Vikarier: {employment_type: hourly, availability: [own]}}\n",
        },
        ["office"],
    ),
    "somebody whom no assistant books": (
        {
            "availability": FREE,
            "yaml": "assistants: {Resurs: {employment_type: monthly}}\n",
        },
        ["assistant"],
    ),
    "an hour too little": (
        {"availability": FREE.replace("2026-05-05 06:00", "2026-05-05 08:00")},
        ["availability"],
    ),
    "a shift an hour too long": (
        {"availability": "Anst.nr;Start;Slut;Typ;Längsta pass\n1;2026-05-05 06:00;2026-05-05 23:00;Akut;8\n"},
        ["availability"],
    ),
    "a part-timer who said nothing": (
        {
            "staff": "Anst.nr;Anställningstyp;Anställningsgrad\n1;Månadslön;50\n",
            "availability": FREE.replace("05-05", "05-06").replace("\n1;", "\n0;"),
        },
        ["part-time"],
    ),
    "not introduced": (
        {
            "availability": FREE,
            "staff": "Anst.nr;Anställningstyp;Hemenhet\n1;Timlön;B\n",
            "introductions": ELSEWHERE.replace("9;", "0;"),
        },
        ["introduce"],
    ),
    "another planning area": (
        {
            "availability": FREE,
            "staff": "Anst.nr;Anställningstyp;Hemenhet\n1;Timlön;B\n",
            "units": "Arbetsplats;Samplaneringsyta\nA;Norr\nB;Söder\n",
        },
        ["area"],
    ),
    "a competence that ends too early": (
        {
            "availability": FREE,
            "orders": ORDERS.replace("Rast (min)", "Rast (min);Kompetenser").replace(";60", ";60;DEL"),
            "competences": "Anst.nr;Kompetens;Gäller till\n1;DEL;2026-05-04\n",
        },
        ["validity"],
    ),
    "a competence": (
        {
            "availability": FREE,
            "orders": ORDERS.replace("Rast (min)", "Rast (min);Kompetenser").replace(";60", ";60;DEL"),
        },
        ["competence"],
    ),
    "an extract": (
        {
            "availability": FREE,
            "competences": "Anst.nr;Kompetens;Kompetenstyp\n0;BELREG;Register\n",
            "yaml": "rules: {register_units: [A]}\n",
        },
        ["extract"],
    ),
    "nine hours of rest": (
        {
            "availability": FREE,
            "bookings": "Anst.nr;Aktivitet;Start;Slut;Rast (min)\n1;Arbete;2026-05-04 18:00;2026-05-04 "
            "22:00;\n",
        },
        ["rule"],
    ),
    "booked already": (
        {
            "availability": FREE,
            "bookings": "Anst.nr;Aktivitet;Start;Slut;Rast (min)\n1;Arbete;2026-05-05 14:00;2026-05-05 "
            "18:00;\n",
        },
        ["booking"],
    ),
    "absent": (
        {
            "availability": FREE,
            "bookings": "Anst.nr;Aktivitet;Start;Slut\n1;Semester;2026-05-05 08:00;2026-05-05 17:00\n",
        },
        ["absence"],
    ),
    "employed until yesterday": (
        {
            "availability": FREE,
            "staff": "Anst.nr;Anställningstyp;Gäller till\n1;Timlön;2026-05-04\n",
        },
        ["employment"],
    ),
    "somebody who takes another order": (
        {
            "availability": FREE,
            "orders": ORDERS + "V2;A;2026-05-05 07:00;2026-05-05 16:00;60\n",
        },
        ["one-more"],
    ),
    "a competence and an introduction": (
        {
            "availability": FREE,
            "staff": "Anst.nr;Anställningstyp;Hemenhet\n1;Timlön;B\n",
            "introductions": ELSEWHERE.replace("9;", "0;"),
            "orders": ORDERS.replace("Rast (min)", "Rast (min);Kompetenser").replace(";60", ";60;DEL"),
        },
        ["introduce", "competence"],
    ),
}


def match(source: Path) -> dict[str, Any]:
    words = ["match", str(source), "--as-of", "2026-05-04", "--format", "json", "--lang", "en"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code in {0, 4}, f"{done.output}\n{done.exception!r}"
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("name", CASES)
def test_the_changes_fill_the_order(name: str, tmp_path: Path) -> None:
    blocks, kinds = CASES[name]
    source = tmp_path / "export"
    source.mkdir()
    write({"orders": ORDERS, "staff": STAFF, **blocks}, source)
    before = match(source)
    unfilled = before["unfilled"][0]
    relaxed = unfilled["relaxations"][0]
    assert sorted(one["kind"] for one in relaxed["changes"]) == sorted(kinds)
    assert (relaxed["people"], len(relaxed["staff_ids"])) == (1, 1)
    change(source, unfilled, relaxed["changes"], relaxed["staff_ids"][0])
    after = match(source)
    filled = {one["order_id"] for one in after["assignments"]}
    assert len(filled) == len(before["assignments"]) + 1
    assert unfilled["order_id"] in filled


def test_every_kind_is_tried() -> None:
    assert {kind for _, kinds in CASES.values() for kind in kinds} == set(SMALLEST_FIRST)


def test_the_changes_fill_orders_of_the_example(tmp_path: Path) -> None:
    """A whole export: the smallest changes of every order, one order after the other; what was filled stays
    so.
    """
    example = Path(__file__).parents[2] / "examples" / "kommun"
    first = match(example)
    told = [(one, relaxed) for one in first["unfilled"] for relaxed in one["relaxations"]]
    tried = [
        pair
        for pair in told
        if {one["kind"] for one in pair[1]["changes"]}
        <= {"availability", "introduce", "competence", "part-time", "rule"}
    ]
    assert len(tried) >= 10
    seen: set[tuple[str, ...]] = set()
    for number, (order, relaxed) in enumerate(tried):
        kinds = tuple(sorted(one["kind"] for one in relaxed["changes"]))
        if kinds in seen or len(seen) == DIFFERENT:
            continue
        seen.add(kinds)
        source = tmp_path / str(number)
        source.mkdir()
        for file in example.iterdir():
            if file.suffix in {".csv", ".xlsx", ".txt", ".yaml"}:
                (source / file.name).write_bytes(file.read_bytes())
        change(source, order, relaxed["changes"], relaxed["staff_ids"][0], based_on="ab")
        after = match(source)
        assert len(after["assignments"]) > len(first["assignments"]), (order["order_id"], relaxed)
    assert len(seen) == DIFFERENT


def change(
    source: Path,
    order: Mapping[str, Any],
    changes: list[dict[str, Any]],
    staff_id: str,
    *,
    based_on: str = "atl",
) -> None:
    """Make a relaxation's changes in the files, as somebody would."""
    yaml = source / "tcw.yaml"
    lifted = {LIMITS[one["subject"]]: one["amount"] for one in changes if one["kind"] == "rule"}
    if lifted:
        limits = ", ".join(
            f"{name}: {amount + 0.0001 if name == 'long_duty' else amount}" for name, amount in lifted.items()
        )
        _add(yaml, f"agreements: {{Lyft: {{based_on: {based_on}, {limits}}}}}")
        _add(
            source / "agreement_links_more.csv",
            f"staff_id;agreement_id;valid_from\n{staff_id};Lyft;2026-05-01",
        )
    start, end = order["start"].replace("T", " "), order["end"].replace("T", " ")
    rows = {
        "availability": ("availability", f"staff_id;start;end;kind\n{staff_id};{start};{end};own"),
        "introduce": ("introductions", f"staff_id;unit_id\n{staff_id};{order['unit_id']}"),
        "extract": ("competences", f"staff_id;competence_id;kind\n{staff_id};REG;register"),
    }
    for place, one in enumerate(changes):
        kind = one["kind"]
        if kind in rows:
            table, text = rows[kind]
            _add(source / f"{table}_more{place}.csv", text)
        elif kind in {"competence", "validity"}:
            _add(
                source / f"competences_more{place}.csv",
                f"staff_id;competence_id;kind\n{staff_id};{one['subject']};competence",
            )
        elif kind == "area":
            _add(yaml, "matching: {across_areas: true}")
        elif kind == "office":
            _replace(yaml, "assistants: {", "assistants: {Kontor: {availability: [office]}, ")
        elif kind == "assistant":
            _replace(yaml, "assistants: {", "assistants: {Fler: {employment_type: hourly}, ")
        elif kind == "part-time":
            _add(
                yaml,
                "assistants: {resource: {employment_type: monthly, availability: [resource, flexible]}, "
                "part-time: {employment_type: monthly, availability: [own, interest, none]}, hourly: "
                "{employment_type: hourly}, office: {availability: [office]}}",
            )
        elif kind in {"booking", "absence"}:
            bookings = source / "bookings.csv"
            header, *others = bookings.read_text("utf-8").splitlines()
            assert len(others) == 1
            # A source needs bookings: the one that stood in the way is another day's.
            _write(bookings, header, others[0].replace("2026-05-05", "2026-05-01"))
        elif kind == "employment":
            _replace(source / "staff.csv", "2026-05-04", "2026-12-31")
        elif kind == "one-more":
            for table in ("staff", "availability"):
                file = source / f"{table}.csv"
                rows_of = [
                    line for line in file.read_text("utf-8").splitlines() if line.startswith(f"{staff_id};")
                ]
                _add(file, "\n".join("9" + line for line in rows_of))
        else:
            assert kind == "rule"


def _add(file: Path, text: str) -> None:
    had = file.read_text("utf-8") if file.exists() else ""
    file.write_text(f"{had}{text}\n", encoding="utf-8")


def _write(file: Path, *lines: str) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
