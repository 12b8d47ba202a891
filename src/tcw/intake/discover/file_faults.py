"""What can be wrong with a file as a whole, and how exceptions of reading libraries become such faults."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, EINVAL, ENOSPC

from tcw.errors import InputFault
from tcw.wording import Phrase

MISSING = Phrase("file-missing", "{file}: there is no such file or folder; check the path.")
NO_FILE = Phrase(
    "file-no-file", "{file}: is neither a file nor a folder; give an exported file or a folder of them."
)
DENIED = Phrase(
    "file-denied",
    "{file}: may not be read; close it in other programs (Excel locks open files) and check that you may "
    "read it.",
)
IS_FOLDER = Phrase("file-is-folder", "{file}: is a folder where a file was expected.")
UNREADABLE = Phrase("file-unreadable", "{file}: could not be read from the disk ({reason}); copy it anew.")
NO_SPACE = Phrase(
    "file-no-space", "{file}: there is no room for temporary files on the disk; free some and run again."
)
EMPTY = Phrase("file-empty", "{file}: is empty (0 bytes); export it again.")
BLANK = Phrase("file-blank", "{file}: holds nothing but blanks; export it again.")
PICTURE = Phrase(
    "file-picture", "{file}: is a picture, whatever its name says; export the data as CSV, Excel or Parquet."
)
PDF = Phrase(
    "file-pdf", "{file}: is a PDF, whatever its name says; export the data as CSV, Excel or Parquet."
)
ARCHIVE = Phrase("file-archive", "{file}: is a packed archive ({kind}); unpack it and give the files inside.")
DOCUMENT = Phrase(
    "file-document", "{file}: is a document ({kind}), not a table; export the data as CSV, Excel or Parquet."
)
BINARY = Phrase(
    "file-binary", "{file}: is neither text, Excel nor Parquet; export the data as CSV, Excel or Parquet."
)
OTHER_XML = Phrase(
    "file-other-xml",
    "{file}: is XML that is not PAXml (its root is {root}); save it as CSV or as an Excel workbook.",
)
BROKEN_XML = Phrase(
    "file-broken-xml", "{file}: is XML that cannot be read, not even its beginning; export it again."
)
NO_TABLE = Phrase("file-no-table", "{file}: is a web page without a table; export the data as CSV or Excel.")
TOO_LONG_LINE = Phrase(
    "file-long-line", "{file}: has a line of more than {megabytes} MB, so it is no table; export it again."
)
TOO_WIDE = Phrase(
    "file-too-wide", "{file}: has {columns} columns, more than Excel can hold ({limit}); export it again."
)
ENCODING_UNKNOWN = Phrase(
    "file-encoding-unknown",
    "{file}: the encoding {encoding} is unknown; write for example utf-8, cp1252 or cp850.",
)
ENCODING_UNFIT = Phrase(
    "file-encoding-unfit",
    "{file}: is not written in {encoding}; remove encoding: for it from tcw.yaml, and tcw finds out by "
    "itself.",
)
DELIMITER_UNFIT = Phrase(
    "file-delimiter-unfit",
    "{file}: the delimiter {delimiter} is not one plain character; write for example ; or tab.",
)
BROKEN_WORKBOOK = Phrase(
    "file-broken-workbook",
    "{file}: is a damaged or incomplete workbook; open it in Excel, save it under a new name and use that.",
)
ENCRYPTED = Phrase("file-encrypted", "{file}: is protected by a password; save it without one.")
BOMB = Phrase(
    "file-bomb",
    "{file}: would unpack to {unpacked} MB from {packed} MB, which no export does; save it anew in Excel.",
)
LYING_ZIP = Phrase(
    "file-lying-zip", "{file}: does not unpack to what it says it holds; save it anew in Excel."
)
NO_SHEETS = Phrase("file-no-sheets", "{file}: is a workbook without sheets; export it again.")
NO_VISIBLE_SHEET = Phrase(
    "file-hidden-sheets",
    "{file}: every sheet with anything in it is hidden ({sheets}); show the one to read in Excel or name it "
    "in tcw.yaml.",
)
SHEET_UNKNOWN = Phrase("file-sheet-unknown", "{file}: has no sheet {sheet}; its sheets are {sheets}.")
BROKEN_SHEET = Phrase(
    "file-broken-sheet",
    "{file}, sheet {sheet}: is damaged; open the workbook in Excel, save it under a new name and use that.",
)
OLD_WORKBOOK = Phrase("file-old-workbook", "{file}: is older than Excel 97; save it as xlsx.")
BROKEN_PARQUET = Phrase(
    "file-broken-parquet", "{file}: is a damaged or incomplete Parquet file; write it again."
)
NO_PARQUET = Phrase(
    "file-no-parquet", "{file}: is named as Parquet but is not; give it the extension of what it is."
)
ENCRYPTED_PARQUET = Phrase(
    "file-encrypted-parquet", "{file}: is an encrypted Parquet file; write it without encryption."
)
PARQUET_PARTS = Phrase(
    "file-parquet-parts",
    "{file}: its columns are not those of {first} in the same folder; write all parts anew.",
)

READERS = frozenset({"polars", "pyarrow", "zipfile", "zlib", "struct"})
DISK_FULL = (ENOSPC, EDQUOT)
STDERR = 2


def panicked(error: BaseException) -> bool:
    """Say whether an exception is a Rust panic, which pyo3 derives from BaseException, not Exception."""
    return type(error).__name__ == "PanicException"


def os_fault(error: OSError, file: str) -> InputFault:
    """Return the fault for what the operating system said about a file."""
    match error:
        case FileNotFoundError():
            return InputFault(MISSING, file=file)
        case PermissionError():
            return InputFault(DENIED, file=file)
        case IsADirectoryError():
            return InputFault(IS_FOLDER, file=file)
        case _ if error.errno in DISK_FULL:
            return InputFault(NO_SPACE, file=file)
        case _:
            return InputFault(UNREADABLE, file=file, reason=error.strerror or type(error).__name__)


@contextmanager
def os_faults(file: str) -> Iterator[None]:
    """Turn an OSError about a file into an InputFault."""
    try:
        yield
    except OSError as error:
        raise os_fault(error, file) from error


@contextmanager
def reading(file: str, broken: Phrase, **facts: object) -> Iterator[None]:
    """Turn the exceptions of a reading library into the fault `broken` with the file and the facts.

    OSErrors become what the operating system says. Exceptions that are no sign of bad input pass: an
    interrupt, exhausted memory, a TcwError.
    """
    try:
        yield
    except OSError as error:
        # A damaged file makes its reader seek to before the beginning (EINVAL); Arrow reports damage as a
        # plain OSError without a number.
        damaged = error.errno in (EINVAL, None)
        raise (InputFault(broken, file=file, **facts) if damaged else os_fault(error, file)) from error
    except (ValueError, LookupError, EOFError, RuntimeError) as error:
        raise InputFault(broken, file=file, **facts) from error
    except BaseException as error:
        if not (panicked(error) or _is_of_a_reader(error)):
            raise
        raise InputFault(broken, file=file, **facts) from error


def _is_of_a_reader(error: BaseException) -> bool:
    """Say whether an exception class comes from a reading library, without importing the library."""
    return any(kind.__module__.partition(".")[0] in READERS for kind in type(error).__mro__)


@contextmanager
def quiet_panics() -> Iterator[None]:
    """Hold back the block's standard error. Drop it if a panic ends the block, else print it at the end.

    Rust prints a panic straight to the standard error of the process before Python sees an exception.
    """
    try:
        sys.stderr.flush()
        real = os.dup(STDERR)
    except (AttributeError, OSError, ValueError):
        # A windowed Python on Windows has no standard error: there is nothing to keep clean.
        yield
        return
    with tempfile.TemporaryFile() as printed, os.fdopen(real, "wb", closefd=True) as out:
        os.dup2(printed.fileno(), STDERR)
        drop = False
        try:
            yield
        except BaseException as error:
            drop = panicked(error) or panicked(error.__cause__ or error)
            raise
        finally:
            os.dup2(real, STDERR)
            if not drop:
                printed.seek(0)
                out.write(printed.read())
