"""Computed in parts, a source has the same key figures to the letter as in memory, whatever their number."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from unittest import mock

import openpyxl
import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tcw.errors import UsageFault
from tcw.parts.spill import LOCK, PREFIX, YOUNG, scratch
from tests.kpis.exports import WRITERS, write
from tests.kpis.schedules import random_source

pytestmark = pytest.mark.slow

GRAINS = ("employee-week", "employee", "week", "unit", "area", "all")
KOMMUN = Path(__file__).parents[2] / "examples" / "kommun"


def kpi(folder: Path, *words: object) -> bytes:
    with mock.patch.dict(os.environ, {"TCW_LANG": "en", "COLUMNS": "100", "NO_COLOR": "1"}):
        done = CliRunner().invoke(app, ["kpi", str(folder), *map(str, words)])
    assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"
    return done.stdout_bytes + done.stderr_bytes


@pytest.mark.parametrize("seed", range(4))
def test_every_grain(seed: int, tmp_path: Path) -> None:
    """The in-memory way is compared with the oracle elsewhere."""
    writer = list(WRITERS)[seed % len(WRITERS)]
    folder = write(random_source(Random(40_000 + seed), "mixed"), tmp_path / "källa", writer)
    more = ("--mean-of-ratios",) if seed % 3 == 0 else ()
    for grain in GRAINS:
        words = ("--grain", grain, "--format", "json", *more)
        whole = kpi(folder, *words, "--parts", 1)
        assert kpi(folder, *words, "--parts", 2 if seed % 2 else 50) == whole


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--format", "csv"),
        ("--employment-type", "monthly"),
        ("--rate-min", "60", "--format", "json"),
        ("--grain", "employee-week"),
    ],
)
def test_the_example(words: tuple[str, ...]) -> None:
    assert kpi(KOMMUN, *words, "--parts", 5) == kpi(KOMMUN, *words, "--parts", 1)


def timeless(page: str) -> str:
    """A page without the minute it was made in."""
    return re.sub(r"20\d\d-\d\d-\d\d \d\d:\d\d(?=[^<]*</p></footer>)", "now", page)


def test_reports(tmp_path: Path) -> None:
    said = []
    for parts in (1, 4):
        book, page = tmp_path / f"{parts}.xlsx", tmp_path / f"{parts}.html"
        kpi(KOMMUN, "--parts", parts, "--out", book, "--html", page, "--quiet")
        sheets = [list(sheet.values) for sheet in openpyxl.load_workbook(book).worksheets[:-1]]
        said.append((sheets, timeless(page.read_text("utf-8"))))
    assert said[0] == said[1]


def test_bookings_of_strangers_and_of_unknown_activities(tmp_path: Path) -> None:
    (tmp_path / "personal.csv").write_text("Anst.nr;Anställningsgrad\n1;100\n2;100\n", "utf-8")
    (tmp_path / "aktiviteter.csv").write_text("Aktivitet;Debiteringstyp\nArbete;Debiterbar\n", "utf-8")
    rows = "1;Arbete;{0} 07:00;{0} 16:00\n2;Okänd;{0} 07:00;{0} 16:00\n9;Arbete;{0} 07:00;{0} 12:00\n"
    days = "".join(rows.format(f"2026-03-0{day}") for day in range(2, 7))
    (tmp_path / "bokningar.csv").write_text(f"Anst.nr;Aktivitet;Start;Slut\n{days}", "utf-8")
    said = kpi(tmp_path, "--format", "json", "--parts", 1)
    assert kpi(tmp_path, "--format", "json", "--parts", 2) == said
    assert b"IN51" in said
    assert b"IN52" in said


def test_what_a_killed_run_leaves_the_next_one_removes(tmp_path: Path) -> None:
    holding = (
        "import sys, time, pathlib\nfrom tcw.parts.spill import scratch\n"
        "with scratch(pathlib.Path(sys.argv[1])) as folder:\n    print(folder, flush=True)\n    "
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        left = Path(other.stdout.readline().strip())
        with scratch(tmp_path) as mine:
            assert left.exists(), "another run's folder, which it still needs"
            assert mine != left
        other.kill()
        other.wait()
    assert left.exists()
    with scratch(tmp_path):
        assert not left.exists()
    assert not list(tmp_path.iterdir())


def test_a_folder_just_being_made_is_left_alone(tmp_path: Path) -> None:
    young, old = tmp_path / f"{PREFIX}young", tmp_path / f"{PREFIX}old"
    for folder in (young, old):
        folder.mkdir()
    long_ago = time.time() - 2 * YOUNG
    os.utime(old, (long_ago, long_ago))
    with scratch(tmp_path) as mine:
        assert (mine / LOCK).exists()
        assert young.exists()
        assert not old.exists()


@pytest.mark.parametrize("text", ["0", "-1", "many", "1.5", "100001"])
def test_no_number_of_parts(text: str) -> None:
    done = CliRunner().invoke(app, ["kpi", str(KOMMUN), "--parts", text, "--lang", "en"])
    assert isinstance(done.exception, UsageFault)
    assert "write auto, or a number" in done.exception.lines("en")[0]
