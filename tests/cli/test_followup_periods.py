"""Which days `tcw followup` compares when only some of them are given."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app

EXAMPLE = Path(__file__).parents[2] / "examples" / "kommun"


def told(*options: str) -> str:
    words = ["followup", str(EXAMPLE), "--lang", "en", "--by", "workplace", "--every", "all", *options]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.stderr


@pytest.mark.parametrize(
    "options", [("--from", "2026-W17", "--before-from", "2026-W13"), ("--before-to", "2026-W16")]
)
def test_two_periods_follow_each_other_unless_told_otherwise(options: tuple[str, ...]) -> None:
    said = told(*options)
    assert "Before: 2026-03-23 to 2026-04-19" in said
    assert "After: 2026-04-20 to 2026-05-18" in said


def test_each_period_has_its_own_total() -> None:
    said = told(
        "--before-from", "2026-W13", "--before-to", "2026-W13", "--from", "2026-W20", "--to", "2026-W20"
    )
    before, after = said.split("After: ")
    assert "2026-03-23 to 2026-03-29" in before
    assert "2026-05-11 to 2026-05-17" in after
    assert before.partition(", ")[2] != after.partition(", ")[2]
