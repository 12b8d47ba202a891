"""Every case of tests/cases/matching, through the command line."""

from pathlib import Path

import pytest

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
