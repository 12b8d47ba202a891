"""Results of tcw that somebody keeps among the exports are not taken for exports."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app

SOUND = Path(__file__).parents[1] / "errors" / "sound"
AS_OF = ("--as-of", "2026-12-31")


def tcw(*words: object) -> str:
    return CliRunner().invoke(app, [*map(str, words)]).stdout


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize(
    "command", [("check", *AS_OF), ("kpi", "--grain", "employee"), ("kpi",)], ids=" ".join
)
def test_a_result_among_the_exports_changes_nothing(
    tmp_path: Path, command: tuple[str, ...], ending: str
) -> None:
    source = tmp_path / "export"
    shutil.copytree(SOUND, source)
    before = json.loads(tcw("kpi", source, "--format", "json"))["rows"]
    name, *words = command
    result = CliRunner().invoke(app, [name, str(source), *words, "--format", ending, "--csv", "sv"])
    (source / f"resultat.{ending}").write_bytes(result.stdout_bytes)
    assert (source / f"resultat.{ending}").stat().st_size > 0
    assert json.loads(tcw("kpi", source, "--format", "json"))["rows"] == before
    seen = json.loads(tcw("inspect", source, "--format", "json", "--lang", "en"))["files"]
    (mine,) = [file for file in seen if file["file"] == f"resultat.{ending}"]
    assert mine["table"] is None
    assert "tcw itself wrote" in mine["why"]
