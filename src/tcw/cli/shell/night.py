"""What `tcw run` sets up around the batch: settings under the options, log, progress, being stopped."""

import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import get_args

from tcw.batch import night as batch
from tcw.batch.gate import Gate
from tcw.batch.log import Log
from tcw.batch.night import Watcher
from tcw.batch.request import NightRequest
from tcw.cli.options.every_command import LangName
from tcw.cli.shell.faults import INTERRUPTED, language, speak, tell_through
from tcw.cli.shell.stop import stoppable
from tcw.commands.listener import Progress
from tcw.commands.loading import settings, settings_file
from tcw.commands.output import dialect_named
from tcw.errors import ExitCode, UsageFault
from tcw.model.config import Config
from tcw.model.config.batch import STEPS, Step
from tcw.privacy import pseudonyms
from tcw.reports.deliver import check_target, system_faults
from tcw.wording import Phrase

NOT_A_STEP = Phrase("run-not-a-step", "--step: {text} is none of {known}.")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options that stand over tcw.yaml's `run:`; None where tcw.yaml has its say."""

    steps: tuple[str, ...]
    keep: int | None
    settle_seconds: int | None
    fail_on: str | None
    min_group: int | None
    pseudonymise: bool | None
    baseline: Path | None
    accepted: Path | None
    previous: Path | None
    parts: int | None

    def over(self, config: Config) -> Config:
        """Return the settings with the options over them. Raises UsageFault."""
        known = get_args(Step)
        for text in self.steps:
            if text not in known:
                raise UsageFault(NOT_A_STEP, text=text, known=", ".join(known))
        given = {name: value for name, value in asdict(self).items() if value not in (None, ())}
        given |= {name: str(path) for name, path in given.items() if isinstance(path, Path)}
        if self.steps:
            given["steps"] = [step for step in STEPS if step in self.steps]
        return config.model_copy(update={"run": config.run.model_copy(update=given)})


@dataclass(frozen=True, slots=True)
class NightOptions:
    """From where, to where, and how."""

    source: Path
    out: Path
    as_of: date
    if_changed: bool
    csv: str | None
    show_numbers: bool
    scratch: Path | None
    debug: bool


@dataclass(frozen=True, slots=True)
class LogOptions:
    """How a run tells what it does: the form, a file beside standard error, only warnings and errors."""

    format: str | None
    file: Path | None
    quiet: bool


def run_night(
    options: NightOptions,
    over: RunOptions,
    telling: LogOptions,
    config_file: Path | None,
    lang: LangName | None,
) -> ExitCode:
    """Run the batch; everything it says goes to the log, its faults too."""
    on_terminal = sys.stderr.isatty()
    as_json = telling.format == "json" or (telling.format is None and not on_terminal)
    if telling.file is not None:
        _check_log_file(telling.file)
    log = Log(language(), as_json=as_json, quiet=telling.quiet, file=telling.file)
    tell_through(lambda code, line: log.line("error", code, line))
    speak(lang.value if lang else None)
    read = settings(options.source, config_file)
    if lang is None:
        speak(read.language)
    config = over.over(_from_its_folder(read, config_file or settings_file(options.source)))
    log.lang = language()
    request = NightRequest(
        source=options.source,
        out=options.out,
        config=config,
        as_of=options.as_of,
        lang=language(),
        dialect=dialect_named(options.csv, language()),
        show_numbers=options.show_numbers,
        if_changed=options.if_changed,
        debug=options.debug,
        scratch=options.scratch,
    )
    key = pseudonyms.key_of(config.privacy) if config.run.pseudonymise else None
    gate = Gate()
    with _watched(shown=on_terminal and not as_json and not telling.quiet) as watcher:
        return stoppable(
            lambda: batch.run(request, log, gate, key, watcher),
            gate,
            lambda: log.line("error", INTERRUPTED.code, INTERRUPTED.say(language())),
        )


def _from_its_folder(config: Config, file: Path | None) -> Config:
    """Return the settings with the files of `run:` taken from the folder of tcw.yaml."""
    given = {name: getattr(config.run, name) for name in ("baseline", "accepted", "previous")}
    # Joining leaves an absolute path as it is.
    found = {name: str(file.parent / path) for name, path in given.items() if path and file}
    return config.model_copy(update={"run": config.run.model_copy(update=found)}) if found else config


def _check_log_file(path: Path) -> None:
    """Refuse before a long run a log that cannot be written to. Raises UsageFault."""
    check_target(path)
    with system_faults(path):
        os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))


@contextlib.contextmanager
def _watched(*, shown: bool) -> Iterator[Watcher]:
    """Show on a terminal which file is read and how far a step is."""
    if not shown:
        yield Watcher()
        return
    from rich import progress
    from rich.console import Console

    with progress.Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("…", total=1.0)

        def step(name: str) -> Progress | None:
            bar.update(task, description=name, completed=0.0)
            return lambda done: bar.update(task, completed=done)

        yield Watcher(lambda name: bar.update(task, description=name), step)
