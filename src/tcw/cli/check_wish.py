"""What `tcw check` was asked for, and what there is to tell."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tcw.cli.loading import dialect_named
from tcw.commands.output import Format
from tcw.errors import UsageFault
from tcw.reports.deliver import check_target
from tcw.rules.engine.found import Found
from tcw.rules.engine.run import CheckFacts
from tcw.rules.engine.standing import Standing
from tcw.rules.rule import Rule
from tcw.wording import Phrase

SUFFIXES = (".xlsx", ".html", ".htm", ".parquet", ".csv", ".json")
TWICE = Phrase("out-twice", "--out: {path} is named twice.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be judged, and against what."""

    rules: tuple[Rule, ...]
    as_of: date
    first_day: date | None
    last_day: date | None
    units: tuple[str, ...]
    baseline: Path | None
    accepted: Path | None
    parts: int | None = None
    """None: as many as the source needs."""
    scratch: Path | None = None
    master: str | None = None
    """Of a Spark cluster; None for this machine."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where the user wants it."""

    format: Format
    source: Path
    dialect: str | None
    out: tuple[Path, ...]
    into: Path | None
    rejects: Path | None
    quiet: bool
    debug: bool
    fail_on: str

    def check_targets(self) -> None:
        """Refuse before a long computation what cannot be written after it."""
        dialect_named(self.dialect)
        for path in self.out:
            check_target(path, *SUFFIXES)
            if self.out.count(path) > 1:
                raise UsageFault(TWICE, path=path)
        if self.into is not None:
            check_target(self.into, ".xlsx", ".xlsm")
        if self.rejects is not None:
            check_target(self.rejects, ".csv")


@dataclass(frozen=True, slots=True)
class Answer:
    """What there is to tell: facts, what counts, the findings. `most`: so many of them fit in a workbook."""

    facts: CheckFacts
    standing: Standing
    found: Found
    most: int | None = None
