"""Whole or not at all, and a clear word when not."""

import errno
import os
import stat
from pathlib import Path

import pytest

from tcw.errors import ExitCode, InputFault, TcwError, UsageFault
from tcw.reports.deliver import delivered


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def write(path: Path, text: str = "new") -> None:
    with delivered(path, ".csv") as temporary:
        temporary.write_text(text)


def test_the_file_is_in_place_and_only_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    write(path)
    assert path.read_text() == "new"
    assert names(tmp_path) == ["rows.csv"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_replaced_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")
    path.chmod(0o640)
    write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    real, link = tmp_path / "shared" / "rows.csv", tmp_path / "rows.csv"
    real.write_text("old")
    link.symlink_to(real)
    write(link)
    assert link.is_symlink()
    assert real.read_text() == "new"


@pytest.mark.parametrize("error", [RuntimeError("bug"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_no_remains(tmp_path: Path, error: BaseException) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")

    def fail() -> None:
        with delivered(path, ".csv") as temporary:
            temporary.write_text("half")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["rows.csv"]


@pytest.mark.parametrize(
    ("error", "fault", "exit_code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "out-disk-full", ExitCode.INPUT),
        (PermissionError(errno.EACCES, "denied"), "out-not-allowed", ExitCode.USAGE),
        (OSError(errno.EROFS, "Read-only file system"), "out-read-only", ExitCode.USAGE),
        (OSError(errno.EIO, "Input/output error"), "out-not-written", ExitCode.INPUT),
    ],
)
def test_the_systems_complaints_become_faults(
    tmp_path: Path, error: OSError, fault: str, exit_code: ExitCode
) -> None:
    with pytest.raises(TcwError) as raised, delivered(tmp_path / "rows.csv", ".csv"):
        raise error
    assert (raised.value.code, raised.value.exit_code) == (fault, exit_code)
    for lang in ("en", "sv"):
        assert "rows.csv" in raised.value.lines(lang)[0]
    assert names(tmp_path) == []


def test_a_workbook_library_that_wraps_the_error_is_understood(tmp_path: Path) -> None:
    class FileCreateError(Exception):
        pass

    with pytest.raises(InputFault) as raised, delivered(tmp_path / "rows.csv", ".csv"):
        raise FileCreateError(OSError(errno.ENOSPC, "No space left on device"))
    assert raised.value.code == "out-disk-full"


def test_what_can_be_seen_at_once_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for path, fault in (
        (tmp_path / "rows.xls", "out-wrong-extension"),
        (tmp_path / "nowhere" / "rows.csv", "out-no-folder"),
        (tmp_path / "folder.csv", "out-is-folder"),
    ):
        with pytest.raises(UsageFault) as raised:
            write(path)
        assert raised.value.code == fault


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no devices here")
def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    link = tmp_path / "rows.csv"
    link.symlink_to("/dev/null")
    with pytest.raises(UsageFault) as raised:
        write(link)
    assert raised.value.code == "out-not-a-file"
    assert not Path("/dev/null").is_file()
