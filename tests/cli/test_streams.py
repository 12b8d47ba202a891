"""Batches close and redirect standard streams; none of that may end in a fault of tcw's own."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "anstalldrapport"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the redirections are those of sh")


def run(redirected: str, *, lang: str = "en") -> subprocess.CompletedProcess[str]:
    command = (
        f"{shlex.quote(sys.executable)} -m tcw kpi {shlex.quote(str(EXAMPLE))} --lang {lang} {redirected}"
    )
    return subprocess.run(
        ["sh", "-c", command], capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("options", ["", "--format csv", "--format parquet", "--format json"])
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-"])
def test_a_closed_stream_is_no_fault(options: str, closed: str) -> None:
    done = subprocess.run(
        [
            "sh",
            "-c",
            f"{shlex.quote(sys.executable)} -m tcw kpi {shlex.quote(str(EXAMPLE))} {options} {closed}",
        ],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"fault in tcw" not in done.stderr + done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("options", ["", "--format csv", "--format parquet", "--format json"])
def test_a_full_disk_below_standard_output_is_told(options: str) -> None:
    done = run(f"-q {options} > /dev/full", lang="sv")
    assert done.returncode == 3
    assert done.stderr == (
        "tcw: Det som skrevs på standardutdata är inte fullständigt: disken är full. Frigör utrymme och "
        "kör igen.\n"
    )


def test_head_closes_the_pipe_early_and_nothing_is_said() -> None:
    done = run("-q --format csv | head -1")
    assert done.returncode == 0
    assert done.stderr == ""
