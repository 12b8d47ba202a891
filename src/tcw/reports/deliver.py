"""Writing a result whole or not at all: into a hidden file in the same folder, then one rename."""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tcw.errors import InputFault, TcwError, UsageFault
from tcw.wording import Phrase

WRONG_EXTENSION = Phrase("out-wrong-extension", "{path}: the file name must end in {expected}.")
NO_FOLDER = Phrase(
    "out-no-folder", "{path}: the folder {folder} does not exist. Create it first, or name another."
)
IS_FOLDER = Phrase("out-is-folder", "{path} is a folder. Name a file in it.")
NOT_A_FILE = Phrase(
    "out-not-a-file", "{path} is not an ordinary file and is not replaced. Name another file."
)
NOT_ALLOWED = Phrase(
    "out-not-allowed",
    "{path} cannot be written: permission denied. Close the file if it is open in another program such as "
    "Excel; "
    "otherwise ask for the right to write there, or name another folder.",
)
READ_ONLY = Phrase(
    "out-read-only", "{path} cannot be written: the disk or folder is read-only. Name another folder."
)
DISK_FULL = Phrase("out-disk-full", "{path} cannot be written: the disk is full. Make room and run again.")
BAD_NAME = Phrase("out-bad-name", "{path} cannot be written: the file name is too long or not allowed here.")
NOT_WRITTEN = Phrase("out-not-written", "{path} cannot be written: {reason}.")
FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
OWN_PREFIX = ".tcw-"


def check_target(path: Path, *suffixes: str) -> None:
    """Refuse early what can be seen to fail, before a long computation.

    Raises:
        UsageFault: wrong extension, missing folder, a folder or a device instead of a file, or no right
            to write.
    """
    if suffixes and path.suffix.lower() not in suffixes:
        raise UsageFault(WRONG_EXTENSION, path=path, expected=" / ".join(suffixes))
    with system_faults(path):
        if path.is_dir():
            raise UsageFault(IS_FOLDER, path=path)
        if path.exists() and not path.is_file():
            raise UsageFault(NOT_A_FILE, path=path)
        folder = path.resolve().parent
        if not folder.is_dir():
            raise UsageFault(NO_FOLDER, path=path, folder=path.parent)
        if not os.access(folder, os.W_OK):
            raise UsageFault(NOT_ALLOWED, path=path)


@contextlib.contextmanager
def delivered(path: Path, *suffixes: str) -> Iterator[Path]:
    """Yield a temporary path beside `path`, and move what was written there into place when all went well.

    The file is readable by its owner only, where the system has such a thing, since it may hold personal
    data; a file that is replaced keeps its own mode. A link is followed, so that what it points to is
    replaced and not the link. Whatever goes wrong, the old file stays as it was and nothing new is left
    behind.

    Raises:
        UsageFault: as `check_target`, and when the file is open in another program or the folder read-only.
        InputFault: the disk is full or fails.
    """
    check_target(path, *suffixes)
    target = path.resolve()
    with system_faults(path):
        handle, name = tempfile.mkstemp(prefix=OWN_PREFIX, suffix=path.suffix, dir=target.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            _settle(temporary)
            temporary.replace(target)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _settle(path: Path) -> None:
    """Have the system write the bytes to the disk before the name says they are there."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextlib.contextmanager
def system_faults(path: Path) -> Iterator[None]:
    """Turn the operating system's complaints into faults; other errors pass."""
    try:
        yield
    except TcwError:
        raise
    except Exception as error:
        cause = _system_error(error)
        if cause is None:
            raise
        raise _fault(path, cause) from error


def private_text(path: Path, text: str) -> None:
    """Write a small text for its owner only, whole or not at all: beside its place, then one rename.

    Raises OSError.
    """
    handle, name = tempfile.mkstemp(prefix=f"{OWN_PREFIX}new-", dir=path.parent)
    try:
        # A handle has no path.
        with open(handle, "w", encoding="utf-8", newline="\n") as opened:  # noqa: PTH123
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def is_output_fault(fault: TcwError) -> bool:
    """Say whether a fault is about what could not be written, not about what was read."""
    return fault.phrase in {NOT_ALLOWED, READ_ONLY, DISK_FULL, BAD_NAME, NOT_WRITTEN}


def _system_error(error: BaseException) -> OSError | None:
    """Return the OSError behind an error; XlsxWriter wraps it in one of its own."""
    if isinstance(error, OSError):
        return error
    return next((part for part in error.args if isinstance(part, OSError)), None)


def _fault(path: Path, error: OSError) -> TcwError:
    match error:
        case PermissionError():
            return UsageFault(NOT_ALLOWED, path=path)
        case OSError(errno=errno.EROFS):
            return UsageFault(READ_ONLY, path=path)
        case OSError(errno=errno.ENAMETOOLONG | errno.EINVAL):
            return UsageFault(BAD_NAME, path=path)
        case OSError(errno=code) if code in FULL:
            return InputFault(DISK_FULL, path=path)
        case _:
            return InputFault(NOT_WRITTEN, path=path, reason=error.strerror or type(error).__name__)
