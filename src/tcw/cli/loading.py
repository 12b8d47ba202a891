"""What every command does first: settings, then the source, with progress on a terminal."""

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tcw.cli.options import common
from tcw.cli.shell.faults import language, speak, tell

if TYPE_CHECKING:
    from tcw.intake.load import Accepting, Loaded
    from tcw.model.config import Config
    from tcw.model.intake_report import Doubt, IntakeReport
    from tcw.model.schedule import Schedule
    from tcw.reports.about import About
    from tcw.reports.data.rows import Dialect
    from tcw.wording import Message


def settings(source: Path, config_file: Path | None, lang: common.LangName | None) -> "Config":
    """Read tcw.yaml and settle the language: --lang, else tcw.yaml's, else the environment's."""
    from tcw.intake.settings.config_file import find_config, load_config

    speak(lang.value if lang else None)
    config = load_config(config_file or find_config(source))
    if lang is None:
        speak(config.language)
    return config


def read(
    source: Path,
    config: "Config",
    *,
    quiet: bool,
    strict: bool = True,
    accepting: "Accepting | None" = None,
) -> "Loaded":
    """Read the source; on a terminal, say which file is being read. `accepting`: see `tcw.intake.load.load`."""
    from tcw.intake.accept import accept
    from tcw.intake.load import load

    sorts = accepting or accept
    if quiet or not sys.stderr.isatty():
        return load(source, config, strict=strict, accepting=sorts)
    from rich.console import Console

    with Console(stderr=True).status("…") as status:
        return load(source, config, progress=status.update, strict=strict, accepting=sorts)


def private(
    schedule: "Schedule", *, pseudonymise: bool, show_numbers: bool, ages: bool = False
) -> "tuple[Schedule, tuple[Message, ...]]":
    """Replace people by keyed codes when asked to; hide personal numbers used as ids unless asked not to.

    `ages` keeps the dates of birth, for rules about minors; they are in no output.
    """
    from tcw.privacy import pseudonyms

    if pseudonymise:
        return pseudonyms.pseudonymise(schedule, pseudonyms.key_of(schedule.config.privacy), ages=ages), ()
    if show_numbers:
        return schedule, ()
    return pseudonyms.without_personal_numbers(schedule)


def with_findings(intake: "IntakeReport", findings: Iterable["Doubt"]) -> "IntakeReport":
    """Return the report with what the data costs the result."""
    return replace(intake, findings=(*intake.findings, *findings))


def about(source: Path, intake: "IntakeReport") -> "About":
    """Return what a report says of its run: version, command, time, input files with their SHA-256."""
    import hashlib
    from datetime import datetime

    from tcw import __version__
    from tcw.reports.about import About, HashedFile

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
    return About(__version__, " ".join(["tcw", *sys.argv[1:]]), now, tuple(sources))


def write_rejects(path: Path | None, intake: "IntakeReport") -> None:
    """Write all rejected rows to a CSV file, in the language's dialect, when the user asked for it."""
    if path is None:
        return
    from tcw.reports.data.rows import dialect_of, write_csv
    from tcw.reports.deliver import delivered

    with delivered(path, ".csv") as temporary, temporary.open("wb") as out:
        write_csv(out, intake.rejects, dialect_of(language()))


def notes(messages: Iterable[object], *, quiet: bool) -> None:
    """Tell notes on stderr."""
    from tcw.wording import Message

    for message in messages:
        if isinstance(message, Message) and not quiet:
            tell(f"tcw: {message.say(language())}")


def dialect_named(text: str | None) -> "Dialect":
    """Return a CSV dialect by its name, the language's own without one. Raises UsageFault."""
    from tcw.commands import output

    return output.dialect_named(text, language())
