"""Own items: each check of the vocabulary, and faults with their lines."""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tcw.audit.catalogue import ITEMS
from tcw.errors import ManyFaults, TcwError
from tcw.model.config.checklist import SHIPPED
from tests.audit.exports import AS_OF, answered, export, tcw

LINKS = "Anst.nr;Avtal;Gäller från;Gäller till\n1;AB;2020-01-01;\n2;KRIS-1;2026-03-16;2026-06-30\n"
ROLES = "Roll;Nivå\nChef;Läsa\nSamordnare;Skriva\n"


CASES: tuple[tuple[str, dict[str, str], str, int], ...] = (
    ("check: no_rows, table: agreement_links, where: {agreement_id: 'kris*'}", {}, "fail", 1),
    ("check: no_rows, table: agreement_links, where: {Avtal: 'undantag*'}", {}, "pass", 0),
    ("check: no_rows, table: taxor, where: {x: y}", {}, "not_judged", 0),
    ("check: no_rows, table: avtal, where: {agreement_id: 'kris*'}", {}, "fail", 1),
    ("check: unchanged, table: Avtal", {}, "pass", 0),
    ("check: no_rows, table: agreement_links, where: {valid_to: ''}", {}, "fail", 1),
    ("check: no_rows, table: agreement_links, where: {valid_to: {before: as_of}}", {}, "fail", 1),
    ("check: every_row, table: agreement_links, must: {valid_to: {after: 2026-01-01}}", {}, "fail", 1),
    (
        "check: every_row, table: agreement_links, where: {agreement_id: KRIS*}, must: {valid_to: {not: ''}}",
        {},
        "pass",
        0,
    ),
    ("check: every_row, table: staff, must: {employment_rate: {at_least: 0, at_most: 1}}", {}, "pass", 0),
    ("check: unchanged, table: roller", {}, "pass", 0),
    ("check: unchanged, table: roller", {"roller": ROLES.replace("Läsa", "Skriva")}, "fail", 1),
    (
        "check: unchanged, table: roller, where: {Roll: Samordnare}",
        {"roller": ROLES.replace("Läsa", "Skriva")},
        "pass",
        0,
    ),
    (
        "check: unchanged, table: roller, columns: [Roll]",
        {"roller": ROLES.replace("Läsa", "Skriva")},
        "pass",
        0,
    ),
    (
        "check: changed_only, table: roller, where: {Roll: Chef}",
        {"roller": ROLES.replace("Läsa", "Skriva")},
        "pass",
        0,
    ),
    (
        "check: changed_only, table: roller, where: {Roll: Chef}",
        {"roller": ROLES + "Ny;Läsa\n"},
        "fail",
        1,
    ),
    (
        "check: changed_only, table: roller, columns: [Nivå]",
        {"roller": ROLES.replace("Läsa", "Skriva")},
        "pass",
        0,
    ),
    ("check: changed_only, table: roller, columns: [Nivå]", {"roller": ROLES + "Ny;Läsa\n"}, "fail", 1),
    ("check: manual", {}, "manual", 0),
    ("check: manual, table: roller, where: {Nivå: [läsa, skriva]}", {}, "manual", 2),
    ("check: unchanged, table: rollar", {}, "not_judged", 0),
)


@cache
def answers(roles: str) -> dict[str, dict[str, Any]]:
    """All items about a later side with these roles, asked in one run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {"avtal.csv": LINKS, "roller.csv": ROLES}
        items = [
            f"  - {{id: own{place}, text: {{sv: Egen, en: Own}}, {item}}}"
            for place, (item, after, _, _) in enumerate(CASES)
            if after.get("roller", ROLES) == roles
        ]
        path = folder / "items.yaml"
        path.write_text("shipped: []\nitems:\n" + "\n".join(items), encoding="utf-8")
        later = export(folder / "after", files | {"roller.csv": roles})
        answer = answered(export(folder / "before", files), later, "--list", path)
    return {item["id"]: item for item in answer["items"]}


@pytest.mark.parametrize("place", range(len(CASES)), ids=lambda place: CASES[place][0])
def test_each_check(place: int) -> None:
    _, after, status, rows = CASES[place]
    one = answers(after.get("roller", ROLES))[f"own{place}"]
    assert (one["status"], one["evidence_rows"], one["text"]) == (status, rows, "Own")


def test_a_failing_own_item_is_exit_code_1(tmp_path: Path) -> None:
    items = tmp_path / "items.yaml"
    items.write_text(
        "shipped: [C15]\nitems: [{id: own, text: T, check: no_rows, table: staff}]\n", encoding="utf-8"
    )
    before, after = export(tmp_path / "a"), export(tmp_path / "b")
    assert tcw(before, after, *AS_OF, "--list", items).exit_code == 1
    items.write_text(
        "shipped: [C15]\nitems: [{id: own, text: T, check: unchanged, table: staff}]\n", encoding="utf-8"
    )
    assert tcw(before, after, *AS_OF, "--list", items).exit_code == 0


@pytest.mark.parametrize(
    ("text", "codes", "lines"),
    [
        (
            "items:\n  - id: a\n    text: A\n    chek: manual\n",
            ["config-unknown-key-similar", "config-no-value"],
            [4, 2],
        ),
        ("items:\n  - {id: a, text: A, check: no_row, table: x}\n", ["config-not-allowed-similar"], [2]),
        ("items:\n  - {id: a, text: A, check: no_rows}\n", ["items-no-table"], [2]),
        ("items:\n  - {id: a, text: A, check: every_row, table: x}\n", ["items-no-must"], [2]),
        ("items:\n  - {id: c06, text: A, check: manual}\n", ["items-taken"], [2]),
        (
            "items:\n  - {id: a, text: A, check: manual}\n  - {id: A, text: B, check: manual}\n",
            ["items-twice"],
            [3],
        ),
        (
            (
                "items:\n  - id: a\n    text: A\n    check: no_rows\n    table: x\n    where:\n      d: "
                "{before: soon}\n"
            ),
            ["items-not-a-day"],
            [7],
        ),
        ("item: []\n", ["items-none"], [1]),
        ("", ["items-none"], [1]),
        ("items:\n\t- id\n", ["config-tab"], [2]),
    ],
)
def test_faults_name_their_line(tmp_path: Path, text: str, codes: list[str], lines: list[int]) -> None:
    items = tmp_path / "items.yaml"
    items.write_text(text, encoding="utf-8")
    with pytest.raises(TcwError) as raised:
        tcw(export(tmp_path / "a"), export(tmp_path / "b"), *AS_OF, "--list", items)
    fault = raised.value
    faults = fault.faults if isinstance(fault, ManyFaults) else (fault,)
    assert codes[0] in [one.code for one in faults]
    assert lines[0] in [one.facts["line"] for one in faults]
    assert all(one.exit_code == 2 for one in faults)


def test_a_column_that_is_not_there_is_a_fault_with_its_line(tmp_path: Path) -> None:
    items = tmp_path / "items.yaml"
    items.write_text(
        "items:\n  - id: a\n    text: A\n    check: no_rows\n    table: staff\n    where:\n      "
        "Skostorlek: 42\n",
        encoding="utf-8",
    )
    with pytest.raises(TcwError) as fault:
        tcw(export(tmp_path / "a"), export(tmp_path / "b"), *AS_OF, "--list", items)
    (line,) = fault.value.lines("en")
    assert line.startswith(f"{items}, line 7: items[1].where.Skostorlek: the table staff has no column")
    assert "Anst.nr, Namn" in line


def test_the_shipped_ids_are_those_of_the_catalogue() -> None:
    assert {item.code for item in ITEMS} == SHIPPED
    assert len({item.name for item in ITEMS}) == 15
