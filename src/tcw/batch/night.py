"""One run, from the lock to the new result."""

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from tcw.batch import inputs as files
from tcw.batch import results
from tcw.batch.gate import Gate
from tcw.batch.lock import HOLDER_NAME, holding
from tcw.batch.log import Counted, Log
from tcw.batch.manifest import StepFacts, fingerprint, inputs_facts, write_manifest
from tcw.batch.request import NightRequest
from tcw.batch.work import STEPS, Work
from tcw.commands.listener import SILENT, Listener, Progress
from tcw.commands.loading import OpenedSource, load_source, shown_people
from tcw.commands.output import write_rejects
from tcw.errors import ExitCode, InputFault, TcwError, UsageFault
from tcw.reports.about import About, HashedFile
from tcw.reports.deliver import NO_FOLDER, is_output_fault, system_faults
from tcw.wording import Message, Phrase

NOT_A_FOLDER = Phrase("run-out-not-a-folder", "--out: {folder} is a file. Name a folder, which may be new.")
STARTED = Phrase(
    "run-started", "tcw {version} runs {steps} on {source}; bookings from {as_of} on are planned."
)
AFTER_DEATH = Phrase(
    "run-after-death",
    "The last run (process {pid} on {host}, since {since}) did not end in order; what it left is removed.",
)
CLEANED = Phrase("run-cleaned", "Removed what {count:killed run|killed runs} left.")
WAITING = Phrase("run-waiting", "{file} was changed just now; waiting until it is at rest.")
LOADED = Phrase("run-loaded", "Read {files:file|files}, {rows:row|rows}, {rejected} of them rejected.")
STEP_DONE = Phrase("run-step-done", "{step}: {rows:row|rows}, exit code {exit_code}, {seconds} s.")
STEP_FAILED = Phrase("run-step-failed", "{step} failed, the other steps go on: {why}")
INTERNAL = Phrase(
    "run-step-internal", "a fault in tcw itself ({kind}). Run again with --debug to see where, and report it."
)
NOTHING_DONE = Phrase(
    "run-nothing-done", "No step could be done, so there is no new result; the last one stands."
)
UNCHANGED = Phrase(
    "run-unchanged", "Nothing has changed since {folder}, which stands; its exit code is {exit_code}."
)
PLACED = Phrase("run-placed", "The result is {folder}; exit code {exit_code}.")
PRUNED = Phrase("run-pruned", "Removed {count:older result|older results}.")
SPARED = Phrase("run-spared", "{folder} is old, but stays: it holds files that are not tcw's.")
TOLD_RESULTS = frozenset({ExitCode.CLEAN, ExitCode.FINDINGS, ExitCode.NO_PLAN})
"""Exit codes of a result that would be the same next time, and that older ones may be pruned for."""


@dataclass
class Watcher:
    """What shows progress on a terminal; elsewhere nothing does."""

    reading: Callable[[str], None] | None = None
    step: Callable[[str], Progress | None] = field(default=lambda _: None)

    def listener(self, step: str, note: Callable[[Message], None]) -> Listener:
        """Return who listens to a step."""
        return Listener(note, working=lambda: nullcontext(self.step(step)))


def run(
    request: NightRequest,
    log: Log,
    gate: Gate,
    key: bytes | None,
    watcher: Watcher,
) -> ExitCode:
    """Do one run and return its exit code: the highest of its steps'.

    Whatever goes wrong, the last result stays as it is. `key` is the key of pseudonyms, when there is one.

    Raises:
        LockFault: another run is at work there.
        InputFault: the source cannot be used, is still being written or changed meanwhile, or no step could
            be done.
        UsageFault: the output folder cannot be written to.
    """
    _make(request.out)
    with holding(request.out) as died:
        if died is not None:
            log.tell(AFTER_DEATH, "warning", pid=str(died.pid), host=died.host, since=died.since)
        gate.holder = request.out / HOLDER_NAME
        gate.check()
        remains = results.clean(request.out)
        if remains:
            log.tell(CLEANED, count=Counted(remains))
        results.point_at_newest(request.out)
        return _run(request, log, gate, key, watcher)


def _make(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageFault(NOT_A_FOLDER, folder=folder)
    if not folder.absolute().parent.is_dir():
        raise UsageFault(NO_FOLDER, path=folder, folder=folder.parent)
    with system_faults(folder):
        folder.mkdir(mode=0o700, exist_ok=True)


def _run(
    request: NightRequest,
    log: Log,
    gate: Gate,
    key: bytes | None,
    watcher: Watcher,
) -> ExitCode:
    from tcw import __version__

    settings = request.config.run
    begun, started = time.monotonic(), _now()
    log.tell(
        STARTED,
        version=__version__,
        steps=", ".join(settings.steps),
        source=str(request.source),
        as_of=request.as_of.isoformat(),
    )

    def waiting(name: str) -> None:
        gate.check()
        log.tell(WAITING, file=name)

    found = files.settled(
        request.source, request.config, settings.settle_seconds, settings.settle_patience, waiting, gate.check
    )
    inputs = files.hashed(found)
    digest = fingerprint(request, inputs, key)
    if request.if_changed and (last := _same(request.out, digest)) is not None:
        code = ExitCode(last.manifest["exit_code"])
        log.tell(UNCHANGED, folder=last.path.name, exit_code=int(code))
        return code
    with results.building(request.out) as folder:
        gate.building = folder
        gate.check()
        opened = _opened(request, log, len(inputs), watcher)
        facts = inputs_facts(inputs, opened.loaded.schedule.intake)
        sources = tuple(HashedFile(one["name"], one.get("rows", 0), one["sha256"]) for one in facts)
        about = About(__version__, "tcw run", None, sources)
        write_rejects(folder / "rejects.csv", opened.schedule.intake.rejects, request.dialect)
        work = Work(request, opened, folder, about, SILENT)
        steps = list(_steps(work, log, gate, watcher))
        files.check_unchanged(inputs)
        if not any(step.done for step in steps):
            raise InputFault(NOTHING_DONE)
        code = max(step.exit_code for step in steps)
        name, number = results.next_name(request.out, request.as_of)
        write_manifest(
            folder,
            request,
            number=number,
            started=started,
            ended=_now(),
            seconds=time.monotonic() - begun,
            inputs=facts,
            steps=steps,
            exit_code=code,
            digest=digest,
            files=results.files_in(folder),
        )
        with gate.closed():
            placed = results.move_into_place(folder, request.out, name, number)
    log.tell(PLACED, folder=str(placed), exit_code=int(code))
    if settings.keep is not None and code in TOLD_RESULTS:
        _prune(request.out, settings.keep, log)
    return code


def _opened(request: NightRequest, log: Log, files_read: int, watcher: Watcher) -> OpenedSource:
    """Read the source and hide its people as asked."""
    loaded = load_source(request.reading, Listener(reading=lambda: nullcontext(watcher.reading)))
    intake = loaded.schedule.intake
    log.tell(
        LOADED,
        files=Counted(files_read),
        rows=Counted(intake.rows_read),
        rejected=Counted(intake.rejected),
    )
    schedule, hidden = shown_people(loaded.schedule, request.reading, ages=True)
    for message in hidden:
        log.note(message)
    return OpenedSource(schedule, loaded, coded=request.reading.pseudonymise or bool(hidden))


def _same(folder: Path, digest: str) -> results.Result | None:
    """Return the newest result when this run would come to it again."""
    known = results.results(folder)
    if not known or known[-1].manifest.get("fingerprint") != digest:
        return None
    last = known[-1]
    return last if last.manifest.get("exit_code") in TOLD_RESULTS and results.is_whole(last) else None


def _steps(work: Work, log: Log, gate: Gate, watcher: Watcher) -> Iterator[StepFacts]:
    for name in work.request.config.run.steps:
        gate.check()
        begun = time.monotonic()
        with _failing(name, log, debug=work.request.debug) as failure:
            done = STEPS[name](replace(work, listener=watcher.listener(name, log.note)))
        seconds = time.monotonic() - begun
        if failure:
            yield StepFacts(name, seconds, 0, *failure[0])
            continue
        for trace in done.traces if work.request.debug else ():
            log.line("error", "trace", trace)
        log.tell(
            STEP_DONE, step=name, rows=Counted(done.rows), exit_code=int(done.code), seconds=round(seconds, 1)
        )
        yield StepFacts(name, seconds, done.rows, done.code)


@contextmanager
def _failing(name: str, log: Log, *, debug: bool) -> Iterator[list[tuple[ExitCode, str]]]:
    """Tell what stopped a step, and go on.

    But not when the disk or the machine is at fault: all steps share those.
    """
    failure: list[tuple[ExitCode, str]] = []
    try:
        yield failure
    except (OSError, MemoryError):
        raise
    except TcwError as fault:
        if is_output_fault(fault):
            raise
        for line in fault.lines(log.lang):
            log.tell(STEP_FAILED, "error", step=name, why=line)
        failure.append((ExitCode(fault.exit_code), fault.code))
    except Exception as error:  # noqa: BLE001 - one step's fault is not the others'
        log.tell(STEP_FAILED, "error", step=name, why=INTERNAL.say(log.lang, kind=type(error).__name__))
        if debug:
            log.line("error", "trace", traceback.format_exc())
        failure.append((ExitCode.INPUT, INTERNAL.code))


def _prune(folder: Path, keep: int, log: Log) -> None:
    try:
        removed, spared = results.prune(folder, keep)
    except TcwError as fault:
        # Somebody on Windows has an old workbook open: the new result stands all the same.
        for line in fault.lines(log.lang):
            log.line("warning", fault.code, line)
        return
    if removed:
        log.tell(PRUNED, count=Counted(removed))
    for name in spared:
        log.tell(SPARED, "warning", folder=name)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
