"""What every command does first: settings, then the source, then the people as they may be shown."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tcw import __version__
from tcw.commands.listener import SILENT, Listener
from tcw.intake.load import Loaded, load
from tcw.intake.settings.config_file import find_config, load_config
from tcw.model.config import Config
from tcw.model.intake_report import Doubt, IntakeReport
from tcw.model.schedule import Schedule
from tcw.parts.executor import Executor, LocalExecutor
from tcw.privacy import pseudonyms
from tcw.reports.about import About, HashedFile
from tcw.wording import Language, Message


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """Which source to read, by which settings; in which language to answer, and how to show people.

    `pseudonymise` replaces ids and names by keyed codes. Without it, personal numbers that are used as ids
    are hidden unless `show_numbers`.
    """

    path: Path
    config: Config
    lang: Language
    pseudonymise: bool = False
    show_numbers: bool = False


@dataclass(frozen=True, slots=True)
class OpenedSource:
    """A source that was read: `schedule` as it may be shown, `loaded` as it is.

    `coded`: people are shown by codes.
    """

    schedule: Schedule
    loaded: Loaded
    coded: bool


def settings(source: Path, config_file: Path | None = None) -> Config:
    """Read the settings: from `config_file`, else from tcw.yaml beside the source, else the defaults.

    Raises TcwError.
    """
    return load_config(config_file or find_config(source))


def settings_file(source: Path) -> Path | None:
    """Return the tcw.yaml beside or in a source, None where there is none. Raises TcwError: there are two."""
    return find_config(source)


def open_source(
    request: SourceRequest,
    listener: Listener = SILENT,
    *,
    ages: bool = False,
    strict: bool = True,
    executor: Executor | None = None,
) -> OpenedSource:
    """Read a source and hide its people as asked.

    Args:
        request: see `SourceRequest`.
        listener: is told which file is read, and what was hidden.
        ages: keep dates of birth, for rules about minors; they are in no output.
        strict: see `tcw.intake.load.load`.
        executor: its machines judge the rows of bookings in Parquet, and can read them again piece by piece.

    Raises:
        TcwError: see `tcw.intake.load.load`; there is no key for pseudonyms.
    """
    loaded = load_source(request, listener, strict=strict, executor=executor)
    schedule, hidden = shown_people(loaded.schedule, request, ages=ages)
    for message in hidden:
        listener.note(message)
    return OpenedSource(schedule, loaded, coded=request.pseudonymise or bool(hidden))


def load_source(
    request: SourceRequest, listener: Listener, *, strict: bool = True, executor: Executor | None = None
) -> Loaded:
    """Read a source as it is, with its people; see `open_source`."""
    reader = executor or LocalExecutor()
    with listener.reading() as reading:
        loaded = load(
            request.path, request.config, progress=reading, strict=strict, accepting=reader.accepting
        )
    return replace(loaded, schedule=reader.schedule_of(loaded))


def shown_people(
    schedule: Schedule, request: SourceRequest, *, ages: bool = False
) -> tuple[Schedule, tuple[Message, ...]]:
    """Return the schedule with its people as they may be shown, and what to say about it.

    `ages`: see `open_source`.
    """
    if request.pseudonymise:
        return pseudonyms.pseudonymise(schedule, pseudonyms.key_of(schedule.config.privacy), ages=ages), ()
    if request.show_numbers:
        return schedule, ()
    return pseudonyms.without_personal_numbers(schedule)


def with_findings(intake: IntakeReport, findings: Iterable[Doubt]) -> IntakeReport:
    """Return the report with what the data costs the result."""
    return replace(intake, findings=(*intake.findings, *findings))


def about_run(source: Path, intake: IntakeReport, command: str) -> About:
    """Return what a report says of its run: version, command, time, input files with their SHA-256."""
    rows: dict[str, int] = {}
    for file in intake.files:
        rows[file.file] = rows.get(file.file, 0) + file.rows_read
    root = source if source.is_dir() else source.parent
    sources = []
    for name, count in rows.items():
        path = root / name
        if path.is_file():
            with path.open("rb") as opened:
                sources.append(HashedFile(name, count, hashlib.file_digest(opened, "sha256").hexdigest()))
    now = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    return About(__version__, command, now, tuple(sources))
