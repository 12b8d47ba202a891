"""Every case of tests/cases/matching, through the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tests.matching.cases import ANSWERS, Case, answered, cases, expected, run

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case, tmp_path: Path) -> None:
    answer = run(case, tmp_path)
    for block in ANSWERS:
        if block in case.blocks:
            assert answered(answer, case, block) == expected(case, block), block


def test_every_case_tells_what_is_filled() -> None:
    assert len(CASES) > 30
    assert [case.id for case in CASES if "assignments" not in case.blocks] == []


def test_a_plan_booked_is_not_flagged(tmp_path: Path) -> None:
    """The rules as the user runs them: on the source with the plan's bookings in it."""
    source = Path(__file__).parents[2] / "examples" / "kommun"
    words = ["--as-of", "2026-05-04", "--format", "json", "--lang", "en"]
    plan = json.loads(CliRunner().invoke(app, ["match", str(source), *words]).stdout)
    for file in source.iterdir():
        if file.suffix in {".csv", ".xlsx", ".txt", ".yaml"}:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    rows = [
        f"M{place};{one['staff_id']};{one['activity_id']};{one['start'][:16].replace('T', ' ')};"
        f"{one['end'][:16].replace('T', ' ')};{one['unit_id']};{one['break_minutes'] or ''};Planerad;{one['order_id']}"
        for place, one in enumerate(plan["assignments"])
    ]
    header = "Bokning;Anställningsnummer;Aktivitet;Starttid;Sluttid;Arbetsplats;Rast (min);Status;Beställning"
    (tmp_path / "bokningar_plan.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    before = _errors(source, words)
    after = _errors(tmp_path, words)
    assert len(rows) == 8
    assert after - before == set()


def _errors(source: Path, words: list[str]) -> set[tuple[str, ...]]:
    done = CliRunner().invoke(app, ["check", str(source), *words])
    assert done.exit_code in {0, 1}, done.output
    return {
        tuple(str(row[name]) for name in ("code", "staff_id", "from", "to", "subject"))
        for row in json.loads(done.stdout)["findings"]
        if row["severity"] == "error" and row["waived_by"] is None
    }
