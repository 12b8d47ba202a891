"""kill -9 at any moment leaves the last good result as it was; TCW_KILLS=300 kills so many of each kind."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.batch.runs import apart, check_whole, content, export, here, hidden, manifest, results

ROOT = Path(__file__).parents[2]
ASKED = int(os.environ.get("TCW_KILLS", "0"))
SEED = int(os.environ.get("TCW_KILL_SEED", "1"))
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")]


def killed(tmp_path: Path, count: int, mode: str, stride: int) -> list[dict[str, Any]]:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    assert here(source, out, "--step", "followup").code == 0
    first = content(results(out)[0])
    words = [str(source), str(out), str(count), str(SEED), mode, str(stride)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.batch.victims", *words],
        cwd=ROOT,
        env={**os.environ, "POLARS_MAX_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    # The next run that lives removes all remains, and its result is what the first one was.
    assert here(source, out, "--step", "followup").code == 0
    check_whole(out)
    assert hidden(out) == []
    assert content(results(out)[-1]) == first
    assert manifest(results(out)[-1])["exit_code"] == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_killed_before_changes_of_the_file_system(tmp_path: Path) -> None:
    """Building, renaming, pointing and pruning, all of it: before every third change, or every one when asked
    to.
    """
    told = killed(tmp_path, 500, "calls", 1 if ASKED else 3)
    assert told[-1]["status"] == 0, "no run lived through"
    assert {one["status"] for one in told[:-1]} == {-9}
    assert len(told) > 20


def test_killed_at_random_moments(tmp_path: Path) -> None:
    asked = ASKED or 26
    told = killed(tmp_path, asked, "moments", 1)
    assert sum(one["status"] == -9 for one in told) == asked
    assert {one["status"] for one in told} <= {-9, 0}


def test_a_real_process_killed(tmp_path: Path) -> None:
    import time

    from tests.batch.runs import begun

    source, out = export(tmp_path / "export"), tmp_path / "out"
    here(source, out, "--step", "followup")
    before = content(results(out)[0])
    process = begun(source, out)
    deadline = time.monotonic() + 60
    while not any(name.startswith(".tcw-building") for name in hidden(out)):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.communicate()
    check_whole(out)
    assert len(results(out)) == 1
    after = apart(source, out, "--step", "followup")
    assert after.code == 0
    assert "run-after-death" in after.names()
    assert "run-cleaned" in after.names()
    assert hidden(out) == []
    assert [content(result) for result in results(out)] == [before, before]
