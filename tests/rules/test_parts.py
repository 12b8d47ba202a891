"""Judged in parts, a source gives the same answer to the letter as in memory, whatever their number."""

import os
import re
from pathlib import Path
from random import Random
from unittest import mock

import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from tcw.cli.app import app
from tests.rules.cases import Case, cases, run
from tests.rules.schedules import random_source
from tests.rules.sources import write

pytestmark = pytest.mark.slow

TOGETHER = 25


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source that breaks most rules, of persons with several employments, too."""
    return write(random_source(Random(7), TOGETHER), tmp_path_factory.mktemp("source") / "export", csv=False)


def tcw(*words: object) -> bytes:
    with mock.patch.dict(os.environ, {"TCW_LANG": "en", "COLUMNS": "100", "NO_COLOR": "1"}):
        done = CliRunner().invoke(app, ["check", *map(str, words)])
    assert done.exit_code in {0, 1}, f"{done.output}\n{done.exception!r}"
    return done.stdout_bytes + done.stderr_bytes


def same(folder: Path, *words: object, parts: tuple[int, ...] = (3,)) -> bytes:
    """What it answers, once all ways have answered the same."""
    whole = tcw(folder, *words, "--parts", 1)
    for number in parts:
        assert tcw(folder, *words, "--parts", number) == whole, number
    return whole


AS_OF = ("--as-of", "2026-03-20")


@pytest.mark.parametrize("form", ["json", "csv", "table"])
def test_standard_output_is_the_same(folder: Path, form: str) -> None:
    parts = (2, 9) if form == "json" else (3,)
    assert len(same(folder, *AS_OF, "--format", form, parts=parts)) > 1000


@pytest.mark.parametrize("seed", range(2))
def test_random_schedules(seed: int, tmp_path: Path) -> None:
    """The in-memory way is compared with the oracle elsewhere."""
    source = random_source(Random(30_000 + seed), 40)
    made = write(source, tmp_path / "export", csv=seed % 2 == 0)
    asked = source.settings
    words = ["--as-of", asked.as_of, "--format", "json"]
    words += ["--from", asked.first_day] if asked.first_day else []
    words += ["--to", asked.last_day] if asked.last_day else []
    assert len(same(made, *words, parts=(5,))) > 1000


@pytest.mark.parametrize("case", cases()[::12], ids=lambda case: case.id)
def test_cases(case: Case, tmp_path: Path) -> None:
    whole = run(case, tmp_path, "--parts", "1")
    assert run(case, tmp_path, "--parts", "5") == whole


def test_baseline_and_accepted(folder: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.parquet"
    tcw(folder, *AS_OF, "--out", before)
    findings = pl.read_parquet(before).filter(pl.col("staff_id").is_not_null())
    assert findings.height > 50
    # Some are new, one is gone, whom nobody knows any more.
    stranger = findings.head(1).with_columns(staff_id=pl.lit("nobody"))
    pl.concat([findings.gather_every(2), stranger]).write_parquet(before)
    accepted = tmp_path / "accepted.csv"
    seen = findings.gather_every(5).drop("booking_ids", "state", "counts", "message")
    seen.with_columns(
        measured=pl.col("measured") + pl.int_range(pl.len()) % 2,
        who=pl.lit("Eva"),
        when=pl.lit("2026-03-01"),
        why=pl.lit("seen"),
    ).write_csv(accepted)
    said = same(folder, *AS_OF, "--baseline", before, "--accepted", accepted, "--format", "json")
    assert b'"gone":1' in said
    assert b'"changed"' in said
    assert b'"remaining"' in said


def test_one_unit(folder: Path, tmp_path: Path) -> None:
    tcw(folder, *AS_OF, "--out", tmp_path / "all.parquet")
    unit = pl.read_parquet(tmp_path / "all.parquet")["unit_id"].drop_nulls()[0]
    same(folder, *AS_OF, "--unit", unit, "--format", "json", parts=(3,))


def timeless(page: str) -> str:
    """A page without the minute it was made in."""
    return re.sub(r"20\d\d-\d\d-\d\d \d\d:\d\d(?=[^<]*</p></footer>)", "now", page)


def test_files_are_the_same(folder: Path, tmp_path: Path) -> None:
    written = {}
    for parts in (1, 4):
        place = tmp_path / str(parts)
        place.mkdir()
        names = [place / f"f.{suffix}" for suffix in ("parquet", "csv", "json", "xlsx", "html")]
        tcw(folder, *AS_OF, "--parts", parts, *(word for name in names for word in ("--out", name)))
        written[parts] = names
    one, other = written[1], written[4]
    assert pl.read_parquet(one[0]).equals(pl.read_parquet(other[0]))
    assert pl.read_parquet(one[0]).schema == pl.read_parquet(other[0]).schema
    assert one[1].read_bytes() == other[1].read_bytes()
    assert one[2].read_bytes() == other[2].read_bytes()
    books = [openpyxl.load_workbook(book) for book in (one[3], other[3])]
    assert books[0].sheetnames == books[1].sheetnames
    for first, second in zip(*(book.worksheets[:-1] for book in books), strict=True):
        assert list(first.values) == list(second.values), first.title
    pages = [timeless(page.read_text("utf-8")) for page in (one[4], other[4])]
    assert pages[0] == pages[1]


def test_nothing_is_left_behind(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "scratch"
    place.mkdir()
    tcw(folder, *AS_OF, "--parts", 3, "--scratch", place)
    assert not list(place.iterdir())
