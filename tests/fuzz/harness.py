"""Loads a source as the commands do and checks what must hold whatever stands in it."""

import faulthandler
import os
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, settings

from tcw.errors import ExitCode, ManyFaults, TcwError
from tcw.intake.load import Loaded, RecognisedSheet, load
from tcw.intake.rejects import REASONS
from tcw.intake.settings.config_file import find_config, load_config
from tcw.model.tables import TABLES
from tcw.wording import Message

LONG = int(os.environ.get("TCW_FUZZ_EXAMPLES", "0"))
DEADLINE = 20.0
"""Seconds for an example, of a few kilobytes each; the machine may be busy with other things."""
HANG = 180
"""Seconds after which the process ends with a traceback of where it stands, because nothing else can end it.
"""
REASON_CODES = {reason.code for reason in REASONS}
Files = Mapping[str, bytes]


def fuzzed(examples: int) -> Callable[[Any], Any]:
    """Settings of a test: always the same examples, or as many new ones as TCW_FUZZ_EXAMPLES says."""
    chosen: Callable[[Any], Any] = settings(
        max_examples=LONG or examples,
        derandomize=not LONG,
        deadline=None,
        phases=set(Phase) - {Phase.explain},
        print_blob=True,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )
    return chosen


@contextmanager
def folder_of(files: Files) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tcw-fuzz-") as folder:
        source = Path(folder) / "export"
        source.mkdir()
        for name, content in files.items():
            (source / name).write_bytes(content)
        yield source


@contextmanager
def soon() -> Iterator[None]:
    faulthandler.dump_traceback_later(HANG, exit=True)
    begun = time.monotonic()
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
    taken = time.monotonic() - begun
    assert taken < DEADLINE, f"took {taken:.1f} s"


@dataclass(frozen=True)
class Read:
    """A source that could be read."""

    loaded: Loaded
    rows: tuple[tuple[int, ...], ...]
    """The row numbers below the header of each sheet, none of one that is no table."""


def checked(files: Files, *, added: bool = False) -> Read | None:
    """Load a folder of these files, strictly and not, check both, and return what the second found.

    `added`: settings may put rows into the tables of staff and activities that were in no file.
    """
    with folder_of(files) as source, soon():
        lenient = _attempt(source, strict=False)
        strict = _attempt(source, strict=True)
        if isinstance(lenient, TcwError):
            assert isinstance(strict, TcwError)
            assert codes_of(strict) == codes_of(lenient)
            return None
        check_accounts(lenient, added=added)
        if isinstance(strict, Loaded):
            assert _counts(strict) == _counts(lenient)
        return Read(lenient, tuple(_rows_of(sheet) for sheet in lenient.sheets))


def _rows_of(sheet: RecognisedSheet) -> tuple[int, ...]:
    return () if sheet.recognition.table is None else tuple(sheet.raw.cells.collect()["row"])


def _attempt(source: Path, *, strict: bool) -> Loaded | TcwError:
    try:
        return load(source, load_config(find_config(source)), strict=strict)
    except TcwError as fault:
        check_fault(fault)
        return fault


def codes_of(fault: TcwError) -> list[str]:
    return [one.code for one in fault.faults] if isinstance(fault, ManyFaults) else [fault.code]


def check_fault(fault: TcwError) -> None:
    assert fault.exit_code in {ExitCode.USAGE, ExitCode.INPUT}
    for lang in ("en", "sv"):
        lines = fault.lines(lang)
        assert len(lines) == len(codes_of(fault))
        for line in lines:
            check_line(line)


def check_line(line: str) -> None:
    """A message is one line, and no control character in it reaches the terminal."""
    assert line.strip()
    odd = [character for character in line if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not odd, f"{odd!r} in {line!r}"


def _counts(loaded: Loaded) -> list[tuple[object, ...]]:
    return [
        (file.file, file.sheet, file.table, file.rows_read, file.accepted, file.rejected)
        for file in loaded.schedule.intake.files
    ]


def check_accounts(loaded: Loaded, *, added: bool = False) -> None:
    """Every row that was read stands in a table or among the rejects, and nothing else does."""
    intake, schedule = loaded.schedule.intake, loaded.schedule
    accepted: Counter[str] = Counter()
    for file in intake.files:
        assert file.rows_read == file.accepted + file.rejected
        assert min(file.accepted, file.rejected) >= 0
        assert file.table is not None or file.rows_read == 0
        accepted[file.table or ""] += file.accepted
        for note in file.notes:
            _check_message(note)
    for name in TABLES:
        table = schedule.bookings.collect() if name == "bookings" else schedule.tables[name]
        more = added and name in {"staff", "activities"}
        assert table.height >= accepted[name] if more else table.height == accepted[name], name
    _check_rejects(loaded)
    for finding in intake.findings:
        _check_message(finding.message)


def _check_message(message: Message) -> None:
    for lang in ("en", "sv"):
        check_line(message.say(lang))


def _check_rejects(loaded: Loaded) -> None:
    intake = loaded.schedule.intake
    rejects = intake.rejects
    assert set(rejects["reason"]) <= REASON_CODES
    counted = rejects.group_by("file", "sheet").agg(pl.col("row").n_unique())
    rows = {(name, sheet): count for name, sheet, count in counted.iter_rows()}
    for file in intake.files:
        told = rows.pop((file.file, file.sheet), 0)
        assert told <= file.rejected
        assert (told > 0) == (file.rejected > 0)
    assert not rows, "rejected rows of a file that was not read"
