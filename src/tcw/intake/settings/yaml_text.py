"""From the bytes of a YAML file to text: one clear line refuses what is no file, no text or not UTF-8."""

import re
import stat
from pathlib import Path

from tcw.errors import UsageFault
from tcw.wording import Phrase
from tcw.wording.quantities import Count

MISSING = Phrase(
    "config-missing", "{file}: there is no such file; check the path, or write one with tcw init."
)
FOLDER = Phrase("config-folder", "{file} is a folder; name the file in it, as in {file}/tcw.yaml.")
NO_FILE = Phrase(
    "config-no-file", "{file} is no ordinary file (but a device, a pipe or the like); name a tcw.yaml."
)
DENIED = Phrase("config-denied", "{file}: permission denied; let the account that runs tcw read the file.")
UNREADABLE = Phrase("config-unreadable", "{file} cannot be read: {reason}.")
TOO_BIG = Phrase(
    "config-too-big",
    "{file} is {size} bytes, more than the {limit} a tcw.yaml may have; is it the right file?",
)
UTF16 = Phrase(
    "config-utf16", "{file} is UTF-16; save it as UTF-8 (in Notepad: Save as, Encoding: UTF-8) and run again."
)
BINARY = Phrase("config-binary", "{file} is no text file but binary data; name a tcw.yaml.")
NOT_UTF8 = Phrase(
    "config-not-utf8",
    "{file}, line {line}: a character that is not UTF-8 (byte {byte}); save the file as UTF-8 (in "
    "Notepad: Save as, Encoding: UTF-8) and run again.",
)
CONTROL = Phrase(
    "config-control", "{file}, line {line}: an invisible control character ({character}); remove it."
)

LARGEST = 1024 * 1024
NOT_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


LONGEST_SHOWN = 60


def shown(value: object) -> str:
    """Return a value from the file as it fits into a message of one line."""
    if value is None:
        return "–"
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    text = " ".join(NOT_PRINTABLE.sub("?", str(value)).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def shown_path(path: Path) -> str:
    """Return a path for messages; names that are not UTF-8 on disk lose what cannot be printed."""
    return NOT_PRINTABLE.sub("?", str(path)).replace("\n", "?").replace("\r", "?")


def read_text(path: Path) -> str:
    """Return the file's text. Raises UsageFault for a folder, a pipe, UTF-16, cp1252 and binary data, too."""
    data = _read_bytes(path)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _every_other_nul(data[:64]):
        raise UsageFault(UTF16, file=shown_path(path))
    if b"\0" in data:
        raise UsageFault(BINARY, file=shown_path(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The position counts from after a byte order mark.
        at = error.start + len(data) - len(error.object)
        line = data.count(b"\n", 0, at) + 1
        raise UsageFault(NOT_UTF8, file=shown_path(path), line=line, byte=f"0x{data[at]:02X}") from None
    if odd := NOT_PRINTABLE.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise UsageFault(CONTROL, file=shown_path(path), line=line, character=f"U+{ord(odd.group()):04X}")
    return text


def _read_bytes(path: Path) -> bytes:
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise UsageFault(FOLDER, file=shown_path(path))
        # A pipe would wait for ever, a device never end.
        if not stat.S_ISREG(kind):
            raise UsageFault(NO_FILE, file=shown_path(path))
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
            size = len(data) if len(data) <= LARGEST else path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        raise UsageFault(MISSING, file=shown_path(path)) from None
    except PermissionError:
        raise UsageFault(DENIED, file=shown_path(path)) from None
    except OSError as error:
        raise UsageFault(
            UNREADABLE, file=shown_path(path), reason=error.strerror or type(error).__name__
        ) from None
    except ValueError:  # a NUL in the path
        raise UsageFault(MISSING, file=shown_path(path)) from None
    if size > LARGEST:
        raise UsageFault(TOO_BIG, file=shown_path(path), size=Count(size), limit=Count(LARGEST))
    return data


def _every_other_nul(head: bytes) -> bool:
    """Tell UTF-16 without a byte order mark: Latin text then has a NUL in every other byte."""
    pairs = len(head) // 2
    return pairs > 1 and pairs in (head[::2].count(0), head[1::2].count(0))
