"""What every command line does around its command: settings and language before, exit code after."""

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tcw.cli.shell.faults import language, speak, tell
from tcw.cli.shell.progress import progress_bar, reading_status
from tcw.commands.listener import Listener

if TYPE_CHECKING:
    from tcw.cli.options.every_command import LangName
    from tcw.commands.loading import SourceRequest
    from tcw.commands.output import Outcome, Targets
    from tcw.model.config import Config
    from tcw.model.intake_report import IntakeReport
    from tcw.reports.about import About
    from tcw.wording import Language, Message


@dataclass(frozen=True, slots=True)
class Session:
    """One command line at work: its source, its settings, its language, and the terminal that listens."""

    path: Path
    config: "Config"
    lang: "Language"
    listener: Listener

    def source(self, *, pseudonymise: bool = False, show_numbers: bool = False) -> "SourceRequest":
        """Return which source to read, and how to show its people."""
        from tcw.commands.loading import SourceRequest

        return SourceRequest(self.path, self.config, self.lang, pseudonymise, show_numbers)

    def about(self, intake: "IntakeReport") -> "About":
        """Return what a file tells of the run it comes from."""
        from tcw.commands.loading import about_run

        return about_run(self.path, intake, " ".join(["tcw", *sys.argv[1:]]))

    def deliver(self, outcome: "Outcome", targets: "Targets") -> None:
        """Write an outcome, and end with its exit code."""
        with outcome:
            self.write(outcome, targets)
            self.end(outcome)

    def write(self, outcome: "Outcome", targets: "Targets") -> None:
        """Write an outcome: files and data where they are to go, words to standard error."""
        from tcw.commands.output import write

        write(outcome, targets, sys.stdout, self.listener)

    def end(self, outcome: "Outcome") -> None:
        """End with the outcome's exit code."""
        code = outcome.exit_code
        if code:
            raise typer.Exit(code)


def begin(
    source: Path,
    config_file: Path | None,
    lang: "LangName | None",
    *,
    quiet: bool = False,
    debug: bool = False,
) -> Session:
    """Read tcw.yaml and settle the language: --lang, else tcw.yaml's, else the environment's.

    Raises TcwError.
    """
    from tcw.commands.loading import settings

    speak(lang.value if lang else None)
    config = settings(source, config_file)
    if lang is None:
        speak(config.language)
    return Session(source, config, language(), terminal(quiet=quiet, debug=debug))


def terminal(*, quiet: bool, debug: bool = False) -> Listener:
    """Return a listener that shows on standard error what it hears, in the language of the run."""

    def note(message: "Message") -> None:
        if not quiet:
            tell(f"tcw: {message.say(language())}")

    def trace(text: str) -> None:
        if debug:
            tell(text)

    return Listener(
        note, trace, reading=partial(reading_status, quiet=quiet), working=partial(progress_bar, quiet=quiet)
    )
