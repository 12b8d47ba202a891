"""What is asked of a run."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tcw.model.config import Config
from tcw.reports.data.rows import Dialect
from tcw.wording import Language


@dataclass(frozen=True, slots=True)
class Wish:
    """One run: from where, to where, and how. `config.run` holds what tcw.yaml and the options say together."""

    source: Path
    out: Path
    config: Config
    as_of: date
    lang: Language
    dialect: Dialect
    show_numbers: bool
    if_changed: bool
    debug: bool
