"""Made-up sources for the benchmarks, kept from run to run."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import Run, python, run

WEEKS = 52
FIRST, LAST = "2026-03-02", "2027-02-22"
"""First and last Monday."""
FROM_TO = ("--from", "2026-W10", "--to", "2027-W08")
PER_WEEK = 4.3
LARGE = 10_000_000
"""Bookings that the targets are for: below, starting up weighs more than reading."""
TABLES = ("bookings", "staff", "activities", "units", "red_days")
"""What key figures are computed from: tcw and its peers read the same files."""


@dataclass(frozen=True, slots=True)
class Data:
    """Where sources are kept."""

    folder: Path

    def source(self, rows: int, kind: str) -> Path:
        """Return a folder with about so many bookings, as "parquet", "csv" (UTF-8, English) or "xlsx"."""
        source = self.folder / f"{rows}-{kind}"
        if not source.exists():
            whole = self.folder / f"{rows}-{kind}-whole"
            self.sample(rows, kind, whole)
            part = self.folder / f".{source.name}"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            for file in sorted(whole.iterdir()):
                if kind == "csv" and file.stem in TABLES:
                    _in_utf8(file, part / file.name)
                elif kind == "xlsx" or file.stem in TABLES:
                    file.rename(part / file.name)
            shutil.rmtree(whole)
            part.rename(source)
        return source

    def sample(self, rows: int, kind: str, target: Path) -> Run:
        """Make a whole sample anew and say what it took."""
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        staff = round(rows / WEEKS / PER_WEEK)
        options = ("--staff", staff, "--weeks", WEEKS, "--format", kind, "--lang", "en", "--quiet")
        return run(python("-m", "tcw", "sample", target, *options))


def _in_utf8(source: Path, target: Path) -> None:
    """Write a file again in UTF-8: tcw reads Windows-1252 as it is, its peers do not."""
    with (
        source.open(encoding="cp1252", newline="") as read,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        shutil.copyfileobj(read, out, 2**20)
