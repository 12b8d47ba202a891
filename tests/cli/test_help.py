"""What --help shows on an ordinary terminal: nothing cut off, nothing in the words of the programming
language.
"""

import os
from unittest import mock

import pytest
from typer.testing import CliRunner

from tcw.cli.app import app

COMMANDS = ("", "kpi", "followup", "inspect", "init", "sample", "config", "config check", "config schema")


def help_of(command: str, columns: int = 80) -> str:
    with mock.patch.dict(os.environ, {"COLUMNS": str(columns), "TERMINAL_WIDTH": str(columns)}):
        done = CliRunner().invoke(app, [*command.split(), "--help"])
    assert done.exit_code == 0
    return done.output


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_not_cut_off_and_names_no_types_of_the_language(command: str) -> None:
    text = help_of(command)
    assert "..." not in text.replace("[ARGS]...", "")
    assert "<str>" not in text
    assert "list[" not in text
    assert "{source}" not in text


@pytest.mark.parametrize("command", COMMANDS)
def test_help_fits_the_width(command: str) -> None:
    # An example is a line one can copy, and may be longer.
    lines = [line for line in help_of(command).splitlines() if not line.startswith("    tcw ")]
    assert max(map(len, lines)) <= 80


def test_a_dialect_that_help_names_is_taken() -> None:
    assert "--csv sv|plain" in help_of("kpi")
    assert "--csv sv|plain" in help_of("followup")
