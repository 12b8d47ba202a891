"""What `tcw run` sets up around the batch: settings with the options over them, the log, progress, and being stopped."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from tcw.batch import night as batch
from tcw.batch.gate import Gate
from tcw.batch.log import Log
from tcw.batch.night import Watcher
from tcw.batch.wish import Wish
from tcw.cli import loading
from tcw.cli.loading import dialect_named
from tcw.cli.options import common
from tcw.cli.shell.faults import INTERRUPTED, language, tell_through
from tcw.cli.shell.stop import stoppable
from tcw.errors import ExitCode, UsageFault
from tcw.model.config import Config
from tcw.model.config.batch import STEPS, Step
from tcw.model.schedule import Schedule
from tcw.privacy import pseudonyms
from tcw.reports.deliver import check_target, told
from tcw.wording import Phrase

if TYPE_CHECKING:
    from tcw.batch.steps import Progress

NOT_A_STEP = Phrase("run-not-a-step", "--step: {text} is none of {known}.")


@dataclass(frozen=True, slots=True)
class Given:
    """Options that stand over tcw.yaml's `run:`; None where tcw.yaml has its say."""

    steps: tuple[str, ...]
    keep: int | None
    settle_seconds: int | None
    fail_on: str | None
    min_group: int | None
    pseudonymise: bool | None

    def over(self, config: Config) -> Config:
        """Return the settings with the options over them. Raises UsageFault."""
        known = get_args(Step)
        for text in self.steps:
            if text not in known:
                raise UsageFault(NOT_A_STEP, text=text, known=", ".join(known))
        told = {name: value for name, value in asdict(self).items() if value not in (None, ())}
        if self.steps:
            told["steps"] = [step for step in STEPS if step in self.steps]
        return config.model_copy(update={"run": config.run.model_copy(update=told)})


@dataclass(frozen=True, slots=True)
class Night:
    """The other options."""

    source: Path
    out: Path
    as_of: date
    if_changed: bool
    csv: str | None
    log_format: str | None
    log_file: Path | None
    show_numbers: bool
    config: Path | None
    lang: common.LangName | None
    quiet: bool
    debug: bool


def deliver(night: Night, given: Given) -> ExitCode:
    """Run the batch; everything it says goes to the log, its faults too."""
    on_terminal = sys.stderr.isatty()
    as_json = night.log_format == "json" or (night.log_format is None and not on_terminal)
    if night.log_file is not None:
        _check_log_file(night.log_file)
    log = Log(language(), as_json=as_json, quiet=night.quiet, file=night.log_file)
    tell_through(lambda code, line: log.line("error", code, line))
    config = given.over(loading.settings(night.source, night.config, night.lang))
    log.lang = language()
    wish = Wish(
        source=night.source,
        out=night.out,
        config=config,
        as_of=night.as_of,
        lang=language(),
        dialect=dialect_named(night.csv),
        show_numbers=night.show_numbers,
        if_changed=night.if_changed,
        debug=night.debug,
    )
    key = pseudonyms.key_of(config.privacy) if config.run.pseudonymise else None
    gate = Gate()
    with _watched(shown=on_terminal and not as_json and not night.quiet) as watcher:
        return stoppable(
            lambda: batch.run(wish, log, gate, _private(wish, log), key, watcher),
            gate,
            lambda: log.line("error", INTERRUPTED.code, INTERRUPTED.say(language())),
        )


def _private(wish: Wish, log: Log) -> Callable[[Schedule], Schedule]:
    def private(schedule: Schedule) -> Schedule:
        hidden, messages = loading.private(
            schedule,
            pseudonymise=wish.config.run.pseudonymise,
            show_numbers=wish.show_numbers,
            ages=True,
        )
        for message in messages:
            log.line("info", message.phrase.code, message.say(log.lang))
        return hidden

    return private


def _check_log_file(path: Path) -> None:
    """Refuse before a long run a log that cannot be written to. Raises UsageFault."""
    check_target(path)
    with told(path):
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

        def step(name: str) -> "Progress | None":
            bar.update(task, description=name, completed=0.0)
            return lambda done: bar.update(task, completed=done)

        yield Watcher(lambda name: bar.update(task, description=name), step)
