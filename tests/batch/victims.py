"""Runs that are killed, at a thousandth of what starting a Python costs: forked from a process that has
imported it all.

Usage: python -m tests.batch.victims SOURCE OUT COUNT SEED MODE STRIDE, from the root of the project. It
prints a JSON line for every victim: what killed it. MODE is `moments` (SIGKILL after a random time, until
COUNT have died) or `calls` (SIGKILL right before the n-th STRIDE·n-th change to the file system, n rising
until a run lives through).
"""

import json
import os
import random
import signal
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal

from tcw.wording.phrase import swedish
from tests.batch.runs import check_whole, words

CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree", "tempfile.mkdtemp"}
WARM = (
    "babel.plural",
    "fastexcel",
    "filelock",
    "numpy",
    "pyarrow",
    "xlsxwriter",
    "tcw.batch.night",
    "tcw.cli.app",
    "tcw.cli.shell.night",
    "tcw.intake.settings.config_file",
    "tcw.intake.settings.config_faults",
    "tcw.intake.discover.delimited",
    "tcw.intake.discover.html_table",
    "tcw.intake.load",
    "tcw.reports.handback.shape",
    "tcw.intake.discover.workbook",
    "tcw.kpis.followup",
    "tcw.reports.tables.followup",
    "tcw.reports.excel.report",
)
STEPS = ("--step", "followup", "--keep", "2", "--log-format", "json")
LONGEST = 5.0


def warm() -> None:
    """Import what a run imports. No Polars frame may be touched: its threads do not survive a fork."""
    for name in WARM:
        import_module(name)
    # Number formats and wordings are read from files.
    format_decimal(1000, locale="en")
    swedish()


def fork(source: Path, out: Path, call: int | None) -> int:
    """Return the pid of a child that runs; it kills itself at its `call`-th change to the file system."""
    child = os.fork()
    if child:
        return child
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if call is not None:
        seen = 0

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal seen
            writes = event == "open" and isinstance(arguments[1], str) and arguments[1][:1] in {"w", "a", "x"}
            opens = event == "open" and arguments[1] is None and arguments[2] & (os.O_CREAT | os.O_TRUNC)
            if event in CHANGES or writes or opens:
                seen += 1
                if seen == call:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
    sys.argv = ["tcw", *words(source, out, *STEPS)]
    from tcw.cli.app import main

    try:
        main()
    except SystemExit as end:
        sys.stderr.flush()
        os._exit(int(end.code or 0))
    os._exit(99)


def ended(child: int, kill_after: float | None) -> int:
    """Wait for a child, killing it after a while; return its exit status, negative for a signal."""
    begun = time.monotonic()
    killed = False
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        age = time.monotonic() - begun
        if not killed and kill_after is not None and age >= kill_after:
            os.kill(child, signal.SIGKILL)
            killed = True
        if age > 60:
            os.kill(child, signal.SIGKILL)
            sys.exit("a run hung")
        time.sleep(0.002)


def main() -> None:
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    count, seed, mode, stride = int(sys.argv[3]), int(sys.argv[4]), sys.argv[5], int(sys.argv[6])
    warm()
    ended(fork(source, out, None), None)
    begun = time.monotonic()
    whole = ended(fork(source, out, None), None)
    usual = min(time.monotonic() - begun, LONGEST)
    assert whole == 0, whole
    dice = random.Random(seed)
    dead = 0
    for number in range(1, 4 * count + 1):
        moment = dice.uniform(0, usual) if mode == "moments" else None
        # From another call for another seed, so that a stride passes over none for ever.
        call = (number - 1) * stride + 1 + seed % stride if mode == "calls" else None
        begun = time.monotonic()
        status = ended(fork(source, out, call), moment)
        check_whole(out)
        if status == 0:
            # How long a run takes depends on what else the machine does.
            usual = min(usual, time.monotonic() - begun)
        dead += status == -signal.SIGKILL
        print(json.dumps({"number": number, "call": call, "moment": moment, "status": status}), flush=True)
        if (mode == "calls" and status == 0) or (mode == "moments" and dead == count):
            return


if __name__ == "__main__":
    main()
