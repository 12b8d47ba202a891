"""Tasks that fit closely together, with hardly a gap: all of them are filled, and that is proven."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.match_data import tasks
from tcw.cli.app import app

pytestmark = pytest.mark.slow


def test_a_day_of_close_tasks_is_filled_and_proven(tmp_path: Path) -> None:
    source = tasks(tmp_path / "tasks", 24)
    (source / "tcw.yaml").write_text("matching:\n  wishes: []\n", "utf-8")
    words = ["match", str(source), "--as-of", "2026-05-04", "--format", "json", "--quiet"]
    plan = json.loads(CliRunner().invoke(app, words).stdout)
    assert plan["unfilled"] == []
    assert plan["status"] == "optimal"
