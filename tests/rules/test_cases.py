"""Every case of tests/cases/rules, through the command line."""

from pathlib import Path

import pytest

from tests.rules.cases import Case, cases, expected, found, normal, run

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case, tmp_path: Path) -> None:
    answer = run(case, tmp_path)
    assert sorted(map(normal, found(answer, case))) == sorted(map(normal, expected(case)))
    assert answer["failures"] == []
    if "judged" in case.blocks:
        (wanted,) = expected(case, "judged")
        (row,) = answer["judged"]
        assert {name: str(row[name] or "") for name in wanted} == wanted
