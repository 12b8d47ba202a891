"""What docs/guides/matching.md shows of the terminal is what the terminal shows."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "matching.md").read_text("utf-8")
BLOCKS = re.findall(r"^```text\n\$ tcw ([^\n]*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_there_is_something_to_compare() -> None:
    assert len(BLOCKS) == 5


@pytest.mark.parametrize(("command", "shown"), BLOCKS, ids=[command for command, _ in BLOCKS])
def test_a_block_is_what_its_command_prints(
    command: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    surroundings = {"COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "TCW_LANG": "en"}
    result = CliRunner().invoke(app, [*command.split(), "--lang", "en"], env=surroundings)
    assert result.exit_code == 0, result.output
    printed = "".join(f"{line.rstrip()}\n" for line in result.stdout.splitlines())
    # A line … stands for what is left out; without one, a block shows all to the first and last line.
    first, *more = re.split(r"^…\n", shown, flags=re.MULTILINE)
    assert printed.startswith(first)
    assert printed.endswith(more[-1] if more else first)
    for piece in (first, *more):
        _, found, printed = printed.partition(piece) if piece else ("", "…", printed)
        assert found, piece
