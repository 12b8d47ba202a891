"""Ctrl-C and SIGTERM: exit code 130 within a moment, whatever the run is busy with, and nothing
half-written."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.batch.runs import ROOT, check_whole, content, export, here, hidden, results, words

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

BUSY = """
import sys, time
from tcw.batch import work
held = []
def busy(work):
    (work.folder / "half.csv").write_text("half")
    print("busy", flush=True)
    {body}
work.STEPS["followup"] = busy
sys.argv = ["tcw", *sys.argv[1:]]
from tcw.cli.app import main
main()
"""
PYTHON = "for _ in range(10000): time.sleep(0.01)"
NATIVE = "import polars as pl; pl.select(pl.int_range(4_000_000_000).cast(pl.Float64).sin().sum())"
DEAF = "time.sleep(100)"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("body", [PYTHON, NATIVE, DEAF], ids=["python", "polars", "asleep"])
def test_stopped_while_busy(number: signal.Signals, body: str, tmp_path: Path) -> None:
    if body == DEAF and number == signal.SIGINT:
        pytest.skip("the same as SIGTERM")
    source, out = export(tmp_path / "export"), tmp_path / "out"
    here(source, out, "--step", "followup")
    before = content(results(out)[0])
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY.format(body=body), *words(source, out, "--step", "followup")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TCW_LANG": "en", "TMPDIR": str(scratch)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "busy\n"
    time.sleep(0.1)
    begun = time.monotonic()
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    took = time.monotonic() - begun
    assert process.returncode == 130, told
    assert '"event": "interrupted"' in told
    assert took < 10, "a second or so, on a machine that does nothing else"
    assert hidden(out) == []
    assert list(scratch.glob("tcw-*")) == []
    check_whole(out)
    assert [content(result) for result in results(out)] == [before]


def test_the_next_run_does_not_mind(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    code = BUSY.format(body="import os, signal; os.kill(os.getpid(), signal.SIGTERM); time.sleep(100)")
    done = subprocess.run(
        [sys.executable, "-c", code, *words(source, out, "--step", "followup")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 130
    assert results(out) == []
    assert here(source, out, "--step", "followup").code == 0
    assert hidden(out) == []
