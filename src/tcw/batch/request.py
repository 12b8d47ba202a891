"""What is asked of a run."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tcw.commands.engine import EngineRequest
from tcw.commands.loading import SourceRequest
from tcw.model.config import Config
from tcw.reports.data.rows import Dialect
from tcw.wording import Language


@dataclass(frozen=True, slots=True)
class NightRequest:
    """One run: from where, to where, and how.

    `config.run` holds what tcw.yaml and the options say together.
    """

    source: Path
    out: Path
    config: Config
    as_of: date
    lang: Language
    dialect: Dialect
    show_numbers: bool
    if_changed: bool
    debug: bool
    scratch: Path | None = None

    @property
    def reading(self) -> SourceRequest:
        """Which source to read, and how to show its people."""
        return SourceRequest(
            self.source, self.config, self.lang, self.config.run.pseudonymise, self.show_numbers
        )

    @property
    def baseline(self) -> Path | None:
        """Findings of an earlier run: only new ones count."""
        return Path(self.config.run.baseline) if self.config.run.baseline else None

    @property
    def accepted(self) -> Path | None:
        """Findings somebody has accepted: they do not count."""
        return Path(self.config.run.accepted) if self.config.run.accepted else None

    @property
    def previous(self) -> Path | None:
        """The last plan (Parquet), to change little of it."""
        return Path(self.config.run.previous) if self.config.run.previous else None

    @property
    def engine(self) -> EngineRequest:
        """How many parts of the people to compute one by one."""
        return EngineRequest(self.config.run.parts, self.scratch)
