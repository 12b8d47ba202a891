"""A file of the command line has options and one call: whatever is more belongs to `tcw.commands`."""

import re
from pathlib import Path

import pytest

CLI = Path(__file__).parents[2] / "src" / "tcw" / "cli"
FILES = sorted(CLI.glob("*.py"))
MOST = 80


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_command_has_options_and_one_call(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= MOST


def test_options_are_declared_once() -> None:
    """By subject in cli/options: no two have the same words."""
    helps = [
        text
        for file in sorted((CLI / "options").glob("*.py"))
        for text in re.findall(r'help="([^"]+)"', file.read_text("utf-8"))
    ]
    assert len(helps) > 50
    # Names of formats differ by command; the source may be left out where a starter is asked for.
    shared = {"What is written to standard output.", "Folder of exports, or one file."}
    assert {text for text in helps if helps.count(text) > 1} <= shared
