"""The longest shift of a window, as it is told; who is available for it: `test_windows.py`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tests.matching.cases import write

BLOCKS = {
    "staff": "Anst.nr;Anställningstyp\n1;Timlön\n2;Timlön\n",
    "availability": "Anst.nr;Start;Slut;Typ;Längsta pass\n1;2026-05-05 06:00;2026-05-05 23:00;Akut;7,5\n",
    "orders": "Beställning;Arbetsplats;Start;Slut\nV1;A;2026-05-05 07:00;2026-05-05 16:00\n",
}


def asked(tmp_path: Path, *words: str) -> str:
    write(BLOCKS, tmp_path)
    done = CliRunner().invoke(app, ["match", str(tmp_path), "--as-of", "2026-05-04", *words])
    assert done.exit_code in {0, 4}, done.output
    return done.stdout


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "at most 7 h 30 min a shift"), ("sv", "högst 7 h 30 min per pass")]
)
def test_the_pair_tells_the_longest_shift(lang: str, said: str, tmp_path: Path) -> None:
    answer = json.loads(asked(tmp_path, "--explain", "V1:1", "--format", "json", "--lang", lang))
    told = {one["code"]: one for one in answer["conditions"]}["not-available"]
    assert not told["holds"]
    assert len(told["evidence"]) == 1
    assert told["evidence"][0].endswith(said)


def test_the_smallest_change_is_what_the_shift_is_too_long(tmp_path: Path) -> None:
    answer = json.loads(asked(tmp_path, "--format", "json", "--lang", "en"))
    first = answer["unfilled"][0]["relaxations"][0]
    assert [(one["kind"], one["amount"]) for one in first["changes"]] == [("availability", 1.5)]
    assert first["staff_ids"] == ["1"]
