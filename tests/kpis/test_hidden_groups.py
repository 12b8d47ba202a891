"""--min-group against somebody who computes: no small group's hours follow from what is printed."""

import csv
import json
import os
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from tests.command import Ended, run_main

LEAST = 4
DAY = "2026-03-02"
HOURS = ("billable_h", "non_billable_h", "absence_h", "bookable_h", "normal_h")
BY_TYPE = {"billing_rate_1a", "billing_rate_1b", "billing_rate_2a", "billing_rate_2b"}


def made_up(folder: Path, seed: int) -> dict[str, tuple[str, str, str]]:
    """Write an export of units and areas of all sizes; return unit, area and type of each person."""
    dice = random.Random(seed)
    folder.mkdir()
    areas = {f"U{number}": f"A{dice.randrange(3)}" for number in range(dice.randint(3, 8))}
    people = {
        f"{number:03}": (unit, areas[unit], "Månadslön" if dice.random() < 0.8 else "Timlön")
        for number, unit in enumerate(u for u in areas for _ in range(dice.choice([1, 2, 3, 4, 5, 7])))
    }
    staff = ["Anställningsnummer;Namn;Anställningsgrad;Anställningstyp;Enhet"]
    staff += [f"{one};Person {one};100;{kind};{unit}" for one, (unit, _, kind) in people.items()]
    units = [
        "Enhet;Benämning;Samplaneringsyta",
        *(f"{unit};Enhet {unit};{area}" for unit, area in areas.items()),
    ]
    bookings = ["Bokning;Anställningsnummer;Aktivitet;Enhet;Start;Slut;Beställningsorsak"]
    for one, (unit, *_) in people.items():
        for week in range(3):
            if dice.random() < (0.9 if week < 2 else 0.1):
                start, activity = dice.randint(6, 11), dice.choice(["DAG", "DAG", "MOTE", "SJUK"])
                where = unit if dice.random() < 0.8 else dice.choice(list(areas))
                day = f"2026-03-{2 + 7 * week + dice.randrange(5):02}"
                reason = dice.choice(["", "Sjukdom", "Volym"])
                bookings.append(
                    f"B{len(bookings)};{one};{activity};{where};{day} {start:02}:00;{day} "
                    f"{start + dice.randint(2, 9):02}:30;{reason}"
                )
    activities = "Aktivitet;Benämning;Debiteringstyp;Tidstyp\nDAG;Dag;Debiterbar;Arbete\nMOTE;Möte;Ej debiterbar;Arbete\nSJUK;Sjuk;Ej debiterbar;Frånvaro\n"  # noqa: E501
    for name, lines in {"personal": staff, "enheter": units, "bokningar": bookings}.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "aktiviteter.csv").write_text(activities, "utf-8")
    return people


def tcw(*words: str) -> Ended:
    return run_main(list(words), cwd=Path.cwd(), env=os.environ)


def rows(source: Path, *words: str) -> list[dict[str, Any]]:
    done = tcw("kpi", str(source), "--format", "json", "--lang", "en", *words)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["rows"]
    return found


def is_determined(shown: list[set[int]], target: set[int], atoms: int) -> bool:
    """Say whether the sum over `target` is a linear combination of the sums over `shown`."""
    matrix = np.array([[atom in cells for atom in range(atoms)] for cells in shown], dtype=float)
    wanted = np.array([atom in target for atom in range(atoms)], dtype=float)
    if not matrix.size:
        return not target
    answer, *_ = np.linalg.lstsq(matrix.T, wanted, rcond=None)
    return bool(np.allclose(matrix.T @ answer, wanted, atol=1e-6))


@pytest.mark.parametrize("seed", range(4))
def test_no_small_group_can_be_computed(seed: int, tmp_path: Path) -> None:
    source = tmp_path / "export"
    made_up(source, seed)
    full = rows(source, "--grain", "employee-week")
    numbers = {(row["staff_id"], row["week"]): place for place, row in enumerate(full)}
    shown: list[set[int]] = []
    small: list[tuple[str, set[int]]] = []
    hidden = 0
    for grain, key in (("all", None), ("week", "week"), ("area", "planning_area"), ("unit", "unit_id")):
        groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for row in full:
            groups[row[key] if key else None].append(row)
        printed = {
            row[key] if key else None: row
            for row in rows(source, "--grain", grain, "--min-group", str(LEAST))
        }
        assert printed.keys() == groups.keys(), "the keys stay: that there is such a unit is no secret"
        for name, members in groups.items():
            cells = {numbers[row["staff_id"], row["week"]] for row in members}
            row, people = printed[name], {member["staff_id"] for member in members}
            if row["bookable_h"] is None:
                hidden += 1
                values = {
                    value
                    for field, value in row.items()
                    if field in HOURS or "rate" in field or field == "employees"
                }
                assert values == {None}, row
            else:
                assert len(people) >= LEAST, (grain, name)
                shown.append(cells)
                for kind in ("monthly", "hourly"):
                    few = {one["staff_id"] for one in members if one["employment_type"] == kind}
                    if 0 < len(few) < LEAST:
                        assert {row[figure] for figure in BY_TYPE} == {None}
            if len(people) < LEAST:
                small.append((f"{grain} {name}", cells))
    assert hidden
    assert small
    # Every group of one person, too, whoever it is: nobody's own hours may be computed.
    small += [
        (person, {place for (who, _), place in numbers.items() if who == person})
        for person in {row["staff_id"] for row in full}
    ]
    for name, cells in small:
        assert not is_determined(shown, cells, len(full)), name


def test_without_the_second_hiding_the_attack_succeeds(tmp_path: Path) -> None:
    """The attacker is no fool: with small rows hidden and no others, the hours of one unit follow."""
    del tmp_path
    assert is_determined([{0, 1, 2, 3}, {1, 2, 3}], {0}, 4)
    assert not is_determined([{0, 1, 2, 3}, {2, 3}], {0}, 4)


def test_reports_hold_no_person(tmp_path: Path) -> None:
    source = tmp_path / "export"
    people = made_up(source, 1)
    book, page = tmp_path / "kpi.xlsx", tmp_path / "kpi.html"
    words = [
        "kpi",
        str(source),
        "--min-group",
        str(LEAST),
        "--out",
        str(book),
        "--html",
        str(page),
        "--lang",
        "sv",
    ]
    done = tcw(*words)
    assert done.returncode == 0, done.stderr
    sheets = openpyxl.load_workbook(book)
    cells = {str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row}
    told = page.read_text("utf-8") + done.stdout
    for one in people:
        assert f"Person {one}" not in cells
        assert one not in cells
        assert f"Person {one}" not in told
    assert "är dolda" in done.stdout


def test_rows_about_one_person_are_refused(tmp_path: Path) -> None:
    made_up(tmp_path / "export", 1)
    for grain in ("employee", "employee-week"):
        source = str(tmp_path / "export")
        done = tcw("kpi", source, "--grain", grain, "--min-group", "2", "--lang", "en")
        assert done.returncode == 2
        assert "every person is a group of one" in done.stderr


@pytest.mark.parametrize("seed", range(3))
def test_nothing_follows_from_all_outputs_of_a_night(seed: int, tmp_path: Path) -> None:
    """The follow-up beside the key figures: every sum printed anywhere, and still no small group's hours."""
    source, out = tmp_path / "export", tmp_path / "out"
    people = made_up(source, seed)
    words = [
        "--step",
        "kpi",
        "--step",
        "followup",
        "--min-group",
        str(LEAST),
        "--settle",
        "0",
        "--csv",
        "plain",
    ]
    done = tcw("run", str(source), "--out", str(out), "--lang", "en", *words)
    assert done.returncode == 0, done.stderr
    (result,) = (path for path in out.iterdir() if (path / "run.json").is_file())
    hours = [
        cell.value
        for sheet in openpyxl.load_workbook(result / "kpi.xlsx")
        for row in sheet.iter_rows(min_row=1)
        for cell in row
        if str(cell.number_format).startswith("#,##0.0") and cell.value is not None
    ]
    assert hours == [], "the key figures' hours would be the follow-up's"
    bookings = [line.split(";") for line in (source / "bokningar.csv").read_text("utf-8").splitlines()[1:]]
    groups: dict[tuple[str, ...], set[int]] = defaultdict(set)
    of_person: dict[str, set[int]] = defaultdict(set)
    for atom, (_, one, activity, unit, *_rest, reason) in enumerate(bookings):
        groups[unit, activity, reason].add(atom)
        of_person[one].add(atom)
    with (result / "followup.csv").open(encoding="utf-8") as file:
        told = list(csv.DictReader(file))
    shown, everything = [], set(range(len(bookings)))
    for row in told:
        if row["hidden"] == "false":
            cells = groups.pop((row["unit_id"], row["activity_id"], row["order_reason"]))
            assert len({bookings[atom][1] for atom in cells}) >= LEAST
            shown.append(cells)
    # The attacker knows every workplace's sum from elsewhere, and the whole; what is left are the hidden
    # groups.
    for unit in {unit for unit, *_ in people.values()}:
        cells = {atom for atom in everything if bookings[atom][3] == unit}
        if len({bookings[atom][1] for atom in cells}) >= LEAST:
            shown.append(cells)
    shown.append(everything)
    assert groups
    small = [cells for cells in groups.values() if len({bookings[atom][1] for atom in cells}) < LEAST]
    assert small
    for cells in [*small, *of_person.values()]:
        assert not is_determined(shown, cells, len(bookings))
