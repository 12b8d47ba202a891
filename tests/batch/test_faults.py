"""Everything that goes wrong at night: the last good result is intact, the message names the cause, the code
is right.
"""

import atexit
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest import mock

import pytest

from tcw.batch import night
from tcw.batch import work as steps
from tests.batch.runs import (
    BOOKINGS,
    CONFIG,
    apart,
    begun,
    check_whole,
    content,
    export,
    here,
    hidden,
    manifest,
    results,
)

pytestmark = pytest.mark.slow

FAST = ("--step", "followup")
root = os.name == "posix" and os.geteuid() == 0


@cache
def first_night() -> Path:
    """A folder with an export and an output folder that has one good result in it."""
    folder = Path(tempfile.mkdtemp(prefix="tcw-first-night-"))
    atexit.register(shutil.rmtree, folder)
    assert here(export(folder / "export"), folder / "out", *FAST).code == 0
    return folder


def prepared(tmp_path: Path, **more: str) -> tuple[Path, Path, dict[str, str]]:
    """An export, an output folder with one good result in it, and what that holds."""
    source, out = tmp_path / "export", tmp_path / "out"
    if more:
        assert here(export(source, **more), out, *FAST).code == 0
    else:
        shutil.copytree(first_night(), tmp_path, dirs_exist_ok=True)
    return source, out, content(results(out)[0])


def check_as_before(out: Path, before: dict[str, str]) -> None:
    check_whole(out)
    assert [content(result) for result in results(out)] == [before]
    assert hidden(out) == []


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    folder.mkdir()
    mounted = root and shutil.which("mount") is not None
    done = mounted and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if not done or done.returncode:
        pytest.skip("needs the right to mount a small tmpfs (root, not in every container)")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("room", [0, 4, 12, 24, 40, 64])
def test_a_full_disk(room: int, tmp_path: Path) -> None:
    """The disk has room for the first result, and then for so many kilobytes of the second."""
    source = export(tmp_path / "export")
    with small_disk(tmp_path / "disk", "1m"):
        out = tmp_path / "disk" / "out"
        assert here(source, out, "--step", "kpi").code == 0
        before = content(results(out)[0])
        free = os.statvfs(out)
        filling = tmp_path / "disk" / "others"
        filling.write_bytes(b"x" * (free.f_bavail * free.f_frsize - room * 1024))
        ended = here(source, out, "--step", "check", "--step", "kpi", "--keep", "1")
        assert ended.code == 3, ended.told
        assert "the disk is full" in ended.told
        assert str(out) in ended.told
        check_as_before(out, before)
        filling.unlink()
        assert here(source, out, *FAST).code == 0
        check_whole(out)


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
@pytest.mark.parametrize("limit", [500, 3_000, 9_000])
def test_a_quota(limit: int, tmp_path: Path) -> None:
    """Where nothing can be mounted, a limit of file sizes stands in for a full disk."""
    source, out, before = prepared(tmp_path)
    code = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
        "from tcw.cli.app import main; main()"
    )
    from tests.batch.runs import words

    done = subprocess.run(
        [sys.executable, "-c", code, *words(source, out, "--step", "kpi")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TCW_LANG": "en"},
    )
    assert done.returncode == 3, done.stderr
    assert "File too large" in done.stderr
    check_as_before(out, before)


@pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")
def test_a_read_only_folder(tmp_path: Path) -> None:
    if root and shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and there is no setpriv")
    source, out, before = prepared(tmp_path)
    as_others = (
        "setpriv",
        "--bounding-set=-dac_override,-dac_read_search",
        "--inh-caps=-dac_override,-dac_read_search",
    )
    out.chmod(0o500)
    try:
        ended = apart(source, out, *FAST, before=as_others if root else ())
    finally:
        out.chmod(0o700)
    assert ended.code == 2, ended.told
    assert f"{out} cannot be written: permission denied" in ended.told
    check_as_before(out, before)


def test_an_output_folder_that_cannot_be(tmp_path: Path) -> None:
    source = export(tmp_path / "export")
    (tmp_path / "file").touch()
    assert here(source, tmp_path / "file", *FAST).names()[-1] == "run-out-not-a-folder"
    ended = here(source, tmp_path / "no" / "such", *FAST)
    assert (ended.code, ended.names()[-1]) == (2, "out-no-folder")


class Meddling:
    """Does something to the export while a step is at work."""

    def __init__(self, what: "object") -> None:
        self.what = what

    def __call__(self, work: steps.Work) -> steps.Done:
        assert callable(self.what)
        self.what()
        return steps.followup(work)


@pytest.mark.parametrize("what", ["vanished", "changed", "replaced"])
def test_an_input_that_changes_while_it_is_read(what: str, tmp_path: Path) -> None:
    source, out, before = prepared(tmp_path)
    file = source / "bokningar.csv"

    def meddle() -> None:
        match what:
            case "vanished":
                file.unlink()
            case "changed":
                file.write_text(BOOKINGS + "B9;001;DAG;Norr;2026-03-09 07:00;2026-03-09 15:00\n", "utf-8")
            case "replaced":
                new = source / "new"
                new.write_bytes(file.read_bytes())
                os.utime(new, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
                new.replace(file)

    with mock.patch.dict(steps.STEPS, {"followup": Meddling(meddle)}):
        ended = here(source, out, *FAST)
    assert ended.code == 3
    assert ended.names()[-1] == ("run-input-vanished" if what == "vanished" else "run-input-changed")
    assert "bokningar.csv" in ended.told
    check_as_before(out, before)


def test_an_input_that_vanished_before(tmp_path: Path) -> None:
    source, out, before = prepared(tmp_path)
    (source / "bokningar.csv").unlink()
    ended = here(source, out, *FAST)
    assert (ended.code, ended.names()[-1]) == (3, "missing-table")
    check_as_before(out, before)


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    source, out, before = prepared(tmp_path)
    shutil.rmtree(source)
    ended = here(source, out, *FAST)
    assert ended.code == 3
    assert str(source) in ended.told
    check_as_before(out, before)


def test_unreadable_bytes_in_one_of_ten_files(tmp_path: Path) -> None:
    more = {f"bokningar{number}": BOOKINGS.replace("\nB", f"\nC{number}") for number in range(5)}
    source, out, before = prepared(tmp_path, **more)
    (source / "bokningar3.csv").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 20)
    ended = here(source, out, *FAST)
    assert ended.code == 3
    assert "bokningar3.csv" in ended.events()[-1]["message"]
    check_as_before(out, before)


def test_a_file_that_is_still_being_written(tmp_path: Path) -> None:
    source, out, before = prepared(tmp_path)
    (source / "tcw.yaml").write_text("run: {settle_seconds: 5, settle_patience: 0}\n", "utf-8")
    (source / "bokningar.csv").write_text(BOOKINGS[:-40], "utf-8")
    ended = here(source, out, *FAST)
    assert (ended.code, ended.names()[-1]) == (3, "run-input-unsettled")
    assert ".csv is still being written" in ended.told
    check_as_before(out, before)


def test_a_growing_file_is_waited_for(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    (source / "tcw.yaml").write_text("language: en\nrun: {settle_seconds: 1, settle_patience: 60}\n", "utf-8")
    lines = BOOKINGS.splitlines(keepends=True)
    (source / "bokningar.csv").write_text("".join(lines[:2]), "utf-8")

    def grow() -> None:
        for line in lines[2:]:
            time.sleep(0.4)
            with (source / "bokningar.csv").open("a", encoding="utf-8") as file:
                file.write(line)

    growing = threading.Thread(target=grow)
    growing.start()
    ended = here(source, out, *FAST)
    growing.join()
    assert ended.code == 0
    assert "run-waiting" in ended.names()
    rows = {one["name"]: one["rows"] for one in manifest(results(out)[0])["inputs"]}
    assert rows["bokningar.csv"] == 4


def test_two_runs_at_once(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    at_work, finish = threading.Event(), threading.Event()

    def wait() -> None:
        at_work.set()
        assert finish.wait(60)

    first: list[int] = []
    with mock.patch.dict(steps.STEPS, {"followup": Meddling(wait)}):
        running = threading.Thread(target=lambda: first.append(here(source, out, *FAST).code))
        running.start()
        assert at_work.wait(60)
        second = apart(source, out, *FAST)
        finish.set()
        running.join()
    assert (first, second.code) == ([0], 5)
    assert second.names()[-1] == "run-locked"
    assert f"process {os.getpid()} on " in second.told
    check_whole(out)
    assert len(results(out)) == 1
    assert here(source, out, *FAST).code == 0


def test_many_at_once(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    processes = [begun(source, out, *FAST) for _ in range(3)]
    codes = []
    for process in processes:
        process.communicate(timeout=120)
        codes.append(process.returncode)
    assert set(codes) <= {0, 5}
    assert codes.count(0) == len(results(out)) >= 1
    check_whole(out)
    assert hidden(out) == []


def test_a_lock_of_a_dead_process_holds_nobody_up(tmp_path: Path) -> None:
    """Even when its pid is in use again: this test's own is."""
    source, out, _ = prepared(tmp_path)
    (out / ".tcw-run.json").write_text(
        f'{{"pid": {os.getpid()}, "host": "elsewhere", "since": "2026-03-01T02:00:00+01:00"}}', "utf-8"
    )
    ended = here(source, out, *FAST)
    assert ended.code == 0
    assert ended.names()[0] == "run-after-death"


def test_a_clock_that_was_set_back(tmp_path: Path) -> None:
    """Numbers rise all the same: names, the newest, pruning. And files from the future hold nobody up for
    ever.
    """
    source, out, _ = prepared(tmp_path)
    here(source, out, *FAST)
    (source / "tcw.yaml").write_text("run: {settle_seconds: 1, settle_patience: 60}\n", "utf-8")
    future = time.time() + 86_400 * 30
    os.utime(source / "bokningar.csv", (future, future))
    ended = here(source, out, *FAST, "--as-of", "2026-02-20", "--keep", "2")
    assert ended.code == 0, ended.told
    assert [result.name for result in results(out)] == ["2026-03-04_0002", "2026-02-20_0003"]
    check_whole(out)
    assert '"number": 3' in (out / "latest.json").read_text("utf-8")
    assert here(source, out, *FAST, "--as-of", "2026-02-20", "--if-changed").names()[-1] == "run-unchanged"


def test_no_step_done_is_no_result(tmp_path: Path) -> None:
    source, out, before = prepared(tmp_path)
    (source / "tcw.yaml").write_text(CONFIG + "rules: {select: [NOSUCH]}\n", "utf-8")
    ended = here(source, out, "--step", "check")
    assert ended.code == 3
    assert ended.names()[-1] == night.NOTHING_DONE.code
    check_as_before(out, before)


def test_a_fault_of_our_own_in_one_step(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"

    def broken(_: steps.Work) -> steps.Done:
        message = "Anna Ek 19850101-2380"
        raise RuntimeError(message)

    with mock.patch.dict(steps.STEPS, {"kpi": broken}):
        ended = here(source, out, "--step", "kpi", "--step", "followup")
    assert ended.code == 3
    assert {"followup.csv", "rejects.csv"} <= set(content(results(out)[0]))
    assert manifest(results(out)[0])["steps"][0]["fault"] == "run-step-internal"
    assert "RuntimeError" in ended.told


def test_a_log_that_cannot_be_written(tmp_path: Path) -> None:
    source, out = export(tmp_path / "export"), tmp_path / "out"
    assert here(source, out, *FAST, "--log-file", str(tmp_path / "no" / "tcw.log")).code == 2
    if Path("/dev/full").exists():
        assert here(source, out, *FAST, "--log-file", "/dev/full").code == 2, "no ordinary file"
