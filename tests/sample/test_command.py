"""`tcw sample` from the command line."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tcw.cli.app import app
from tcw.cli.shell.faults import report, speak


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TCW_LANG", "en")
    speak(None)


def run(*arguments: object) -> int:
    return report(lambda: app([str(argument) for argument in arguments], standalone_mode=False), debug=False)


def test_writes_a_source_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "sample"
    arguments = ("--staff", 30, "--weeks", 2, "--format", "parquet", "--start", "2026-W14", "--lang", "en")
    assert run("sample", folder, *arguments) == 0
    bookings = pl.read_parquet(folder / "bookings.parquet")
    assert bookings["start"].dt.date().min() == date(2026, 3, 30)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        f"Wrote {folder}: {bookings.height} bookings of 30 employments. All of it is fictive.\n"
    )


def test_headers_are_swedish_unless_english_is_asked_for(tmp_path: Path) -> None:
    assert run("sample", tmp_path / "sv", "--staff", 20, "--weeks", 1, "--quiet") == 0
    assert run("sample", tmp_path / "en", "--staff", 20, "--weeks", 1, "--quiet", "--lang", "en") == 0
    assert (
        (tmp_path / "sv" / "personal.csv")
        .read_bytes()
        .startswith("Anställningsnummer;Namn;".encode("cp1252"))
    )
    assert (tmp_path / "en" / "staff.csv").read_bytes().startswith(b"staff_id;name;")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--staff", "0"), "--staff must be at least 1, not 0."),
        (("--start", "2026-03-03"), "Take 2026-03-02 or 2026-03-09."),
        (("--start", "soon"), "--start: soon is no day"),
        (("--bookings-per-week", "0"), "must be above 0"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    assert run("sample", tmp_path / "sample", *options) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_files_needs_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    assert run("sample", tmp_path, "--staff", 20, "--weeks", 1) == 2
    assert "--force" in capsys.readouterr().err
    assert run("sample", tmp_path, "--staff", 20, "--weeks", 1, "--force") == 0
    assert (tmp_path / "mine.csv").read_text() == "mine"
