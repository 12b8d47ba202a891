"""What the benchmarks say of tcw is measured where they say, and written where it is looked for."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import document
from benchmarks.growth import exponent
from benchmarks.match_data import town
from benchmarks.measuring import Pairs, Row, Run
from benchmarks.profiled import PHASES

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KOMMUN = ROOT / "examples" / "kommun"


@pytest.mark.parametrize("command", ["kpi", "check", "match"])
def test_all_seconds_of_a_profile_are_of_some_phase(command: str, tmp_path: Path) -> None:
    """A phase whose function has another name now would be missed."""
    words: Sequence[object] = {
        "kpi": ("kpi", KOMMUN, "-q"),
        "check": ("check", KOMMUN, "-q", "--format", "parquet"),
        "match": (
            "match",
            town(tmp_path / "town", 30, 20, 1),
            "--as-of",
            "2026-05-04",
            "-q",
            "--format",
            "json",
        ),
    }[command]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.profiled", *map(str, words)],
        capture_output=True,
        check=True,
        cwd=ROOT,
    )
    told = json.loads(done.stdout)
    assert told["code"] in {0, 1, 4}
    named = {name.partition(" WT")[0] for name in told["seconds"]}
    assert len(named & set(PHASES[command])) >= 3
    assert all(seconds >= 0 for seconds in told["seconds"].values())


def _row(what: str, ours: float, theirs: float) -> Row:
    return Row(what, "DuckDB", Pairs((Run(ours, 2**20, b"", ours),), (Run(theirs, 2**20, b"", theirs),)))


def test_a_section_is_replaced_and_the_others_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """README.md shows the largest size of what was measured last."""
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- benchmarks -->\nold\n<!-- /benchmarks -->\nafter\n", "utf-8")
    monkeypatch.setattr(document, "DOCUMENT", tmp_path / "benchmarks.md")
    monkeypatch.setattr(document, "README", readme)
    monkeypatch.setattr(document, "PACKAGES", ("polars",))
    rows = [_row("kpi, parquet, 1,000", 9.0, 1.0), _row("kpi, parquet, 10,000,000", 3.0, 4.0)]
    document.write({"kpi": (rows, [])}, ["run", "--data", "/secret", "--only", "kpi,start", "--write"])
    document.write({"growth": ([], ["first"])}, ["run"])
    document.write({"growth": ([], ["second"])}, ["run"])
    text = (tmp_path / "benchmarks.md").read_text("utf-8")
    assert "secret" not in text
    assert "python -m benchmarks run --write --only kpi`" in text
    assert text.count("\n## ") == 3, "two sections, and why targets are missed"
    assert "- second" in text
    assert "- first" not in text
    shown = readme.read_text("utf-8")
    assert "| kpi, parquet, 10,000,000 | DuckDB | yes | 0.75 (0.75–0.75) | 3.00 | 4.00 |" in shown
    assert "9.00" not in shown
    assert shown.startswith("before\n")
    assert shown.endswith("after\n")


def test_growth_is_the_slope_of_logarithms() -> None:
    """Twice as much for twice as many is linear."""
    assert exponent([10, 100, 1000], [1, 10, 100]) == pytest.approx(1)
    assert exponent([10, 100], [1, 100]) == pytest.approx(2)
