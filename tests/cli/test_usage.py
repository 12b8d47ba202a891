"""Wrong usage is told in one line in the language of --lang, also where reading the options failed."""

import os
from pathlib import Path

import pytest

from tests.command import run_main


def told(*words: str) -> tuple[int, str]:
    done = run_main(list(words), cwd=Path.cwd(), env=os.environ)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("kpi", "x", "--grian", "week"), "det finns ingen flagga --grian för tcw kpi; menar du --grain?"),
        (("kpi", "x", "--fom", "v10"), "det finns ingen flagga --fom för tcw kpi; menar du --from?"),
        (("folowup", "x"), "det finns inget kommando folowup; menar du followup?"),
        (
            ("kpi", "x", "--grain", "weeks"),
            "--grain: weeks är inget av employee-week, employee, week, unit, area, all.",
        ),
        (("followup", "x", "--min-group", "få"), "--min-group: få är inget heltal."),
        (("followup", "x", "--min-group", "-1"), "--min-group måste vara minst 0, inte -1."),
        (("kpi", "x", "--quiet=ja"), "--quiet tar inget värde; utelämna det som står efter =."),
        (("kpi", "x", "--csv", "en", "--format", "csv"), None),
    ],
)
def test_in_one_line(words: tuple[str, ...], line: str | None) -> None:
    code, said = told(*words, "--lang", "sv")
    assert said.count("\n") == 1
    assert line is None or said == f"tcw: {line}\n"
    assert code == (2 if line else 3)


def test_a_path_with_blanks_is_advised_to_be_quoted() -> None:
    code, said = told("kpi", "C:\\Mina", "filer", "--lang=sv")
    assert code == 2
    assert said == (
        "tcw: filer är ett argument för mycket till tcw kpi; "
        "skriv tcw kpi [OPTIONS] SOURCE, och en sökväg med blanksteg inom citattecken.\n"
    )


def test_what_is_missing_is_named() -> None:
    assert told("kpi", "--lang", "en") == (2, "tcw: SOURCE is missing; write tcw kpi [OPTIONS] SOURCE.\n")


def test_a_command_with_commands_shows_its_help() -> None:
    code, said = told("config")
    assert code == 2
    assert "check" in said
