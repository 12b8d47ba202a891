"""One list of doubts: every command that reads a source shows a new kind, without a word in the command."""

import os
from pathlib import Path

import pytest

from tcw.model.intake_report import Doubt
from tcw.quality.doubts import KINDS
from tcw.wording import Message, Phrase
from tests.command import run_main

KOMMUN = str(Path(__file__).parents[2] / "examples" / "kommun")
SAID = "Something about this source is odd."


@pytest.mark.parametrize(
    "words", [["kpi", KOMMUN], ["inspect", KOMMUN], ["check", KOMMUN, "--as-of", "2026-05-04"]]
)
def test_a_new_kind_is_shown_by_every_command(
    words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    message = Message(Phrase("IN99", SAID))
    monkeypatch.setitem(KINDS, "IN99", lambda _: [Doubt("IN99", "warning", message, 1)])
    done = run_main([*words, "--lang", "en"], cwd=tmp_path, env={**os.environ, "COLUMNS": "200"})
    assert done.returncode in {0, 1}, done.stderr
    assert SAID in done.stdout + done.stderr
