"""check and kpi on a real Spark: the same answer as here to the letter, also when an executor is killed meanwhile."""

import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from tcw.cli.app import app
from tcw.cli.outcome import report

KOMMUN = Path(__file__).parents[2] / "examples" / "kommun"
CHECK = ("check", str(KOMMUN), "--as-of", "2026-05-04", "--format", "json", "--lang", "en")
KPI = ("kpi", str(KOMMUN), "--format", "json", "--lang", "en")
SPARK = find_spec("pyspark") is not None and shutil.which("java") is not None
needs_spark = pytest.mark.skipif(not SPARK, reason="needs PySpark and Java")


def tcw(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tcw", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **more},
    )


def spark(*words: str, master: str = "local[2]", parts: int = 6) -> subprocess.CompletedProcess[str]:
    return tcw(*words, "--engine", "spark", "--master", master, "--parts", str(parts))


@needs_spark
def test_the_same_as_here() -> None:
    here, there = tcw(*KPI), spark(*KPI)
    assert there.returncode == here.returncode, there.stderr
    assert there.stdout == here.stdout
    assert there.stderr == here.stderr, "nothing of Java's"


@needs_spark
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
def test_a_lost_executor_is_survived(tmp_path: Path) -> None:
    here = tcw(*CHECK)
    words = [*CHECK, "--engine", "spark", "--master", "local-cluster[2,1,1024]", "--parts", "12"]
    words += ["--scratch", str(tmp_path)]
    with subprocess.Popen(
        [sys.executable, "-m", "tcw", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        mine = _executor_of(run, tmp_path)
        os.kill(mine, signal.SIGKILL)
        said, told = run.communicate(timeout=300)
    assert run.returncode == here.returncode, told
    assert said == here.stdout
    assert not list(tmp_path.iterdir())


def _executor_of(run: subprocess.Popen[str], folder: Path) -> int:
    """Wait until the first part is done; return an executor's process."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and run.poll() is None:
        if list(folder.glob("*/answer-*.pickle")):
            found = [pid for pid in _children(run.pid) if "CoarseGrainedExecutorBackend" in _command(pid)]
            if found:
                return found[0]
        time.sleep(0.05)
    pytest.fail("no executor was seen at work")


def _children(pid: int) -> list[int]:
    """All processes below one."""
    below: list[int] = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
        if parent == pid:
            child = int(entry.parent.name)
            below += [child, *_children(child)]
    return below


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--engine", "spark", "--master", "nowhere"), "no address of a Spark master"),
        (("--engine", "spark", "--master", "spark://127.0.0.1:9"), "cannot be reached"),
        (("--master", "local[2]"), "add --engine spark"),
    ],
)
def test_wrong_addresses(words: tuple[str, ...], said: str) -> None:
    done = tcw(*KPI, *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_without_java(tmp_path: Path) -> None:
    done = tcw(*KPI, "--engine", "spark", JAVA_HOME=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert ("Java 17" if find_spec("pyspark") else "tcw[spark]") in done.stderr


def test_without_pyspark(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("tcw.spark.session.find_spec", lambda _: None)
    words = [*KPI, "--engine", "spark"]
    code = report(lambda: app(words, standalone_mode=False), debug=False)
    assert code == 2
    assert "tcw[spark]" in capsys.readouterr().err
