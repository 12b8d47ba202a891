"""check and kpi on a real Spark: the same answer as here to the letter, also when an executor is killed
meanwhile.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from random import Random

import polars as pl
import pytest

from tcw.cli.app import app
from tcw.cli.shell.faults import report
from tcw.intake.pieces import FILES as FILES_OF_A_PIECE
from tests.rules.schedules import random_source
from tests.rules.sources import write

pytestmark = pytest.mark.slow

KOMMUN = Path(__file__).parents[2] / "examples" / "kommun"
KPI = ("kpi", str(KOMMUN), "--format", "json", "--lang", "en")
AS_OF = ("--as-of", "2026-03-20", "--lang", "en")
SPARK = find_spec("pyspark") is not None and shutil.which("java") is not None
needs_spark = pytest.mark.skipif(not SPARK, reason="needs PySpark and Java")
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds processes in /proc")
FILES = 40
"""So that they are read in several pieces."""


def tcw(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tcw", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **more},
    )


def on_spark(*words: object, master: str = "local[2]", parts: int = 5) -> list[str]:
    return [*map(str, words), "--engine", "spark", "--master", master, "--parts", str(parts)]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody's bookings over a folder of many Parquet files, some of them unusable; hours without clock
    times in a file of their own.
    """
    folder = write(random_source(Random(7), 12), tmp_path_factory.mktemp("source") / "export", csv=False)
    with (folder / "tcw.yaml").open("a", encoding="utf-8") as settings:
        settings.write("kpis: {warnings: {booking_rate: {below: 90 %}}}\n")
    rows = pl.read_parquet(folder / "bookings.parquet").sample(fraction=1.0, shuffle=True, seed=1)
    place = pl.int_range(pl.len())
    spoilt = rows.with_columns(
        end=pl.when(place % 29 == 3).then(pl.col("start").dt.offset_by("-1h")).otherwise("end"),
        staff_id=pl.when(place % 31 == 4)
        .then(None)
        .when(place % 37 == 5)
        .then(pl.lit("nobody"))
        .otherwise("staff_id"),
        activity_id=pl.when(place % 41 == 6).then(pl.lit("?")).otherwise("activity_id"),
    )
    (folder / "bookings.parquet").unlink()
    (folder / "bookings").mkdir()
    for number, piece in enumerate(spoilt.iter_slices(-(-rows.height // FILES))):
        piece.write_parquet(folder / "bookings" / f"part-{number:03}.parquet")
    assert number > 2 * FILES_OF_A_PIECE
    return folder


@needs_spark
def test_kpi_is_the_same_as_here(source: Path, tmp_path: Path) -> None:
    words = ("kpi", source, "--format", "json", "--grain", "employee-week", "--lang", "en", "--rejects")
    here = tcw(*words, tmp_path / "here.csv")
    there = tcw(*on_spark(*words, tmp_path / "there.csv"))
    assert there.returncode == here.returncode == 0, there.stderr
    assert there.stdout == here.stdout
    assert there.stderr == here.stderr, "nothing of Java's"
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    assert (tmp_path / "here.csv").read_text("utf-8").count("part-") == 0
    assert all(code in here.stdout for code in ("IN51", "IN52")), "what references cost is counted there, too"


@needs_spark
def test_check_is_the_same_as_here(source: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.parquet"
    tcw("check", source, *AS_OF, "--out", before)
    findings = pl.read_parquet(before)
    assert findings.height > 300
    # Some are new, and one is gone, of somebody whom nobody knows any more.
    stranger = findings.drop_nulls("staff_id").head(1).with_columns(staff_id=pl.lit("gone"))
    pl.concat([findings.gather_every(2), stranger]).write_parquet(before)
    names = ("f.parquet", "f.json", "f.html", "rejects.csv")
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
    words = {
        place: (
            *("check", source, *AS_OF, "--baseline", before, "--rejects", tmp_path / place / names[3]),
            *(word for name in names[:3] for word in ("--out", tmp_path / place / name)),
        )
        for place in ("here", "there")
    }
    here, there = tcw(*words["here"]), tcw(*on_spark(*words["there"], parts=4))
    assert there.returncode == here.returncode == 1, there.stderr
    assert (there.stdout, there.stderr) == (here.stdout, here.stderr)
    one, other = (pl.read_parquet(tmp_path / place / names[0]) for place in ("here", "there"))
    assert one.schema == other.schema
    assert one.equals(other)
    for name in ("f.json", "rejects.csv"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes(), name
    assert (tmp_path / "here" / "rejects.csv").read_text("utf-8").count("\n") > 25
    assert "<svg" in (tmp_path / "there" / "f.html").read_text("utf-8"), "time lines, of bookings read there"


@needs_spark
@needs_proc
def test_a_lost_executor_is_survived(source: Path, tmp_path: Path) -> None:
    words = ("check", source, *AS_OF, "--format", "json")
    here = tcw(*words)
    run = _started(
        on_spark(*words, "--scratch", tmp_path, master="local-cluster[2,1,1024]", parts=12), tmp_path
    )
    with run:
        os.kill(_seen(run, tmp_path, "judged/answer-*", "CoarseGrainedExecutorBackend"), signal.SIGKILL)
        said, told = run.communicate(timeout=400)
    assert run.returncode == here.returncode, told
    assert said == here.stdout
    assert not list(tmp_path.iterdir())


@needs_spark
@needs_proc
def test_a_cluster_that_is_gone_is_told_in_a_line(tmp_path: Path) -> None:
    run = _started(on_spark(*KPI, "--scratch", tmp_path, parts=8), tmp_path)
    with run:
        os.kill(_seen(run, tmp_path, "*/answer-*", "org.apache.spark.deploy.SparkSubmit"), signal.SIGKILL)
        said, told = run.communicate(timeout=400)
    assert run.returncode == 3, told
    assert told.startswith("tcw: Spark could not finish")
    assert told.count("\n") == 1
    assert not said
    assert not list(tmp_path.iterdir())


def _started(words: list[str], folder: Path) -> "subprocess.Popen[str]":
    assert not list(folder.iterdir())
    return subprocess.Popen(
        [sys.executable, "-m", "tcw", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _seen(run: "subprocess.Popen[str]", folder: Path, done: str, command: str) -> int:
    """Wait until a task is done; return the process of the run with this in its command."""
    deadline = time.monotonic() + 400
    while time.monotonic() < deadline and run.poll() is None:
        if list(folder.glob(f"*/{done}")):
            found = [pid for pid in _children(run.pid) if command in _command(pid)]
            if found:
                return found[0]
        time.sleep(0.05)
    pytest.fail(f"nothing was seen at work: {run.communicate()[1] if run.poll() is not None else ''}")


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
    monkeypatch.setattr("tcw.extras.spark.session.find_spec", lambda _: None)
    words = [*KPI, "--engine", "spark"]
    code = report(lambda: app(words, standalone_mode=False), debug=False)
    assert code == 2
    assert "tcw[spark]" in capsys.readouterr().err
