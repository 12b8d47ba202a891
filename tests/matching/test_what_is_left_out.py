"""What tcw match says of files, rows and people that a plan does not know of, and of plans that nothing
proves, through the command line.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[2] / "examples"
AS_OF = ("--as-of", "2026-05-04")


def said(*words: object, code: int = 0) -> Any:
    result = CliRunner().invoke(app, [*map(str, words), "--lang", "en"])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def flow(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / "lediga-jobb", tmp_path / "flow"))


def rewrite(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_bytes().decode("cp1252")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_bytes(text.encode("cp1252"))


def test_nothing_is_said_of_a_sound_source(flow: Path) -> None:
    assert said("match", flow, *AS_OF).stderr == ""


def test_availability_of_people_whom_staff_does_not_know_is_told(flow: Path) -> None:
    rewrite(flow / "tillganglighet.csv", ("203;", "0203;"), ("204;", "0204;"))
    told = said("match", flow, *AS_OF).stderr
    assert "availability or interests that staff lacks: 2 (0203, 0204)" in told
    # What is over when the plan begins says nothing of it.
    assert said("match", flow, "--as-of", "2026-05-08").stderr == ""


def test_orders_that_share_an_id_are_told_and_one_in_two_files_is_not(flow: Path) -> None:
    orders = flow / "bestallningar.csv"
    shutil.copy(orders, flow / "bestallningar_igen.csv")
    assert "several shifts" not in said("match", flow, *AS_OF).stderr
    rewrite(flow / "bestallningar_igen.csv", ("L3;BJO;OMV;2026-05-08 07:00", "L3;BJO;OMV;2026-05-08 08:00"))
    told = said("match", flow, *AS_OF).stderr
    assert "Order ids that stand for several shifts: 1 (L3)" in told


def test_orders_whose_break_is_longer_than_they_are_are_told(flow: Path) -> None:
    rewrite(flow / "bestallningar.csv", ("2026-05-07 22:00;30;", "2026-05-07 22:00;1800;"))
    told = said("match", flow, *AS_OF).stderr
    assert "Orders whose break is longer than they are: 1 (L2); they are planned as 0 h." in told


def test_files_and_rows_left_out_are_told_by_match_and_whatif(flow: Path) -> None:
    rewrite(flow / "tillganglighet.csv", ("Typ", "Zzz"))
    rewrite(flow / "intresseanmalningar.csv", ("2026-05-03 21:15", "i går"))
    (flow / "tcw.yaml").open("a").write("\nmax_rejects: 50 %\n")
    scenarios = flow.parent / "scenarios.yaml"
    scenarios.write_text("scenarios:\n  Deltid: {part_time: {}}\n")
    for words in (("match", flow), ("whatif", flow, scenarios)):
        told = said(*words, *AS_OF).stderr
        assert "left out: tillganglighet.csv. " in told
        assert "left out: 1 of 76 rows. " in told


@pytest.mark.parametrize("mode", ["staggered", "greedy"])
def test_what_proves_nothing_is_not_called_optimal(mode: str) -> None:
    source = EXAMPLES / "mobila-jobb-resurs"
    result = said("match", source, *AS_OF, "--mode", mode, "--format", "json")
    plan = json.loads(result.stdout)
    assert (plan["status"] == "optimal") == all(wish["proven"] for wish in plan["wishes"])
    assert plan["status"] == "feasible"
    assert "--mode joint does" in result.stderr
