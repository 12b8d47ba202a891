"""What a file is, by its content: names lie (an .xls is often text, a .csv sometimes a workbook)."""

import re
from pathlib import Path
from typing import Literal

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults

Kind = Literal["text", "xlsx", "xlsb", "xls", "ods", "parquet", "xml", "html"]

HEAD = 2**20
"""Bytes looked at to decide what a file is and what separates its cells."""

PICTURES = (
    b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00", b"8BPS",
)  # fmt: skip
ARCHIVES = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar",
    b"\x28\xb5\x2f\xfd": "zstd", b"PK\x05\x06": "zip",
}  # fmt: skip
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BIFF_WITHOUT_OLE = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
UTF8_BOM = b"\xef\xbb\xbf"
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|style|table|tr|div|font|center)\b", re.IGNORECASE
)
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
MOST_CONTROLS = 0.02
"""More control characters than this share, and a file is no text."""


def sniff(path: Path, file: str, head: bytes) -> Kind:
    """Say what a file is from its first bytes (and, for containers, its list of contents).

    Raises InputFault for what is no table: empty files, pictures, PDF, archives, documents, other binary files.
    """
    if not head:
        raise InputFault(faults.EMPTY, file=file)
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path, file)
    if head.startswith(OLE):
        return _ole_kind(path, file)
    if head.startswith((b"PAR1", b"PARE")):
        return "parquet"
    _refuse_other(head, file)
    if b"\x00" in head[:4096] and not wide_encoding(head):
        raise InputFault(faults.BINARY, file=file)
    start = _readable(head[:4096]).lstrip()
    if start.startswith(b"<"):
        if HTML.match(start) or re.search(rb"<html\b", start, re.IGNORECASE):
            return "html"
        if re.match(rb"<(?:\?xml|!--|!doctype|[a-z_][\w.-]*(?::[\w.-]+)?[\s/>])", start, re.IGNORECASE):
            return "xml"
    return "text"


def wide_encoding(head: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 encoding a text begins in, by its mark or by where its NUL bytes are."""
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if head.startswith(WIDE_BOMS):
        return "utf-16"
    sample = head[:4096]
    half = len(sample) // 2
    if half == 0:
        return None
    zeros_first, zeros_second = sample[::2].count(0), sample[1::2].count(0)
    # Western text has nearly all its high bytes zero and hardly any low ones.
    few, many = half // 20, half * 7 // 10
    if zeros_second > many and zeros_first <= few:
        return "utf-16-le"
    if zeros_first > many and zeros_second <= few:
        return "utf-16-be"
    return None


def _readable(head: bytes) -> bytes:
    """Return the beginning without byte order mark and zero bytes, so that ASCII markup can be matched."""
    return (
        head.removeprefix(UTF8_BOM).removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\x00", b"")
    )


def _refuse_other(head: bytes, file: str) -> None:
    if head.startswith(PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        raise InputFault(faults.PICTURE, file=file)
    if head[:1024].lstrip().startswith(b"%PDF-"):
        raise InputFault(faults.PDF, file=file)
    if head.startswith(rb"{\rtf"):
        raise InputFault(faults.DOCUMENT, file=file, kind="RTF")
    if head.startswith(BIFF_WITHOUT_OLE):
        raise InputFault(faults.OLD_WORKBOOK, file=file)
    for magic, kind in ARCHIVES.items():
        if head.startswith(magic):
            raise InputFault(faults.ARCHIVE, file=file, kind=kind)
    if wide_encoding(head):
        return
    sample = head[:65536]
    if len(sample) - len(sample.translate(None, CONTROLS)) > MOST_CONTROLS * len(sample):
        raise InputFault(faults.BINARY, file=file)


def _zip_kind(path: Path, file: str) -> Kind:
    from zipfile import ZipFile

    with (
        faults.reading(file, faults.BROKEN_WORKBOOK),
        path.open("rb") as stream,
        ZipFile(stream) as packed,
    ):
        names = set(packed.namelist())
        kind = ""
        if "mimetype" in names:
            with packed.open("mimetype") as entry:
                kind = entry.read(200).decode("ascii", "replace")
    lower = {name.lower() for name in names}
    if "xl/workbook.bin" in lower:
        return "xlsb"
    if any(name.startswith("xl/") for name in lower):
        return "xlsx"
    if "opendocument.spreadsheet" in kind:
        return "ods"
    if any(name.startswith(("word/", "ppt/")) for name in lower) or "opendocument" in kind:
        raise InputFault(
            faults.DOCUMENT, file=file, kind="Word" if "word/document.xml" in lower else "Office"
        )
    raise InputFault(faults.ARCHIVE, file=file, kind="zip")


def _ole_kind(path: Path, file: str) -> Kind:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise faults.os_fault(error, file) from error
    # The names of the container's directory are UTF-16; searching for them needs no reading of its sectors.
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InputFault(faults.ENCRYPTED, file=file)
    if "Workbook\0".encode("utf-16-le") in content or "Book\0".encode("utf-16-le") in content:
        return "xls"
    if "WordDocument".encode("utf-16-le") in content:
        raise InputFault(faults.DOCUMENT, file=file, kind="Word")
    raise InputFault(faults.BROKEN_WORKBOOK, file=file)
