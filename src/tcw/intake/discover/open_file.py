"""Opens a file as raw sheets by its content.

Names lie: an .xls is often text or a web page, a .csv sometimes a workbook.
"""

import re
from contextlib import suppress
from pathlib import Path
from typing import Literal
from xml.parsers import expat

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.encoding import UTF8_BOM, WIDE_BOMS, wide_encoding
from tcw.intake.discover.raw import DEFAULTS, FileOptions, RawSheet
from tcw.intake.discover.scratch import first_bytes

Kind = Literal["text", "xlsx", "xlsb", "xls", "ods", "parquet", "xml", "html"]

PICTURES = (
    b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00",
    b"8BPS",
)  # fmt: skip
ARCHIVES = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x05\x06": "zip",
}  # fmt: skip
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BIFF_WITHOUT_OLE = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|style|table|tr|div|font|center)\b", re.IGNORECASE
)
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
MOST_CONTROLS = 0.02
"""A file with a larger share of control characters than this is no text."""


def open_file(path: Path, relative_name: str, options: FileOptions = DEFAULTS) -> list[RawSheet]:
    """Read a file according to its content, whatever its name says.

    Returns one sheet, or for a workbook one per visible sheet. Raises InputFault with one clear line for
    everything that makes a file unreadable; no bytes make it raise anything else.
    """
    from tcw.intake.discover.delimited import open_text
    from tcw.intake.discover.html_table import open_html
    from tcw.intake.discover.parquet import open_parquet
    from tcw.intake.discover.workbook import open_workbook

    if path.is_dir():
        return [open_parquet(path, relative_name)]
    head = first_bytes(path, relative_name)
    match kind := sniff(path, relative_name, head):
        case "parquet":
            return [open_parquet(path, relative_name)]
        case "xml":
            return _open_xml(path, relative_name, head)
        case "html":
            return open_html(path, relative_name, options)
        case "text":
            if path.suffix.lower() in (".parquet", ".pq"):
                raise InputFault(faults.NO_PARQUET, file=relative_name)
            return open_text(path, relative_name, options)
        case _:
            return open_workbook(path, relative_name, kind, options)


def _open_xml(path: Path, file: str, head: bytes) -> list[RawSheet]:
    from tcw.intake.discover.paxml import open_paxml

    # The root is also found in a declared encoding that Python does not know: the PAXml reader reports that
    # one.
    root = _root_name(head, None) or _root_name(head, "iso-8859-1")
    if root is None:
        raise InputFault(faults.BROKEN_XML, file=file)
    if root.lower() != "paxml":
        raise InputFault(faults.OTHER_XML, file=file, root=root)
    return open_paxml(path, file)


class _RootReached(Exception):
    """Ends the parsing at the root element."""


def _root_name(head: bytes, encoding: str | None) -> str | None:
    """Return the local name of the root element of XML that begins with `head`; None where it has none."""
    roots: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        roots.append(name.rpartition(":")[2])
        raise _RootReached

    parser = expat.ParserCreate(encoding)
    parser.StartElementHandler = start
    with suppress(_RootReached, expat.ExpatError, LookupError, ValueError):
        parser.Parse(head)
    return roots[0] if roots else None


def sniff(path: Path, file: str, head: bytes) -> Kind:
    """Return what a file is, from its first bytes (and, for containers, its list of contents).

    Raises InputFault for what is no table: empty files, pictures, PDF, archives, documents, other binary
    files.
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
    start = _ascii_markup(head[:4096])
    if start.startswith(b"<"):
        if HTML.match(start) or re.search(rb"<html\b", start, re.IGNORECASE):
            return "html"
        if re.match(rb"<(?:\?xml|!--|!doctype|[a-z_][\w.-]*(?::[\w.-]+)?[\s/>])", start, re.IGNORECASE):
            return "xml"
    return "text"


def _ascii_markup(head: bytes) -> bytes:
    """Return the beginning without byte order mark, NUL bytes (of UTF-16) and leading blanks."""
    for mark in (UTF8_BOM, *WIDE_BOMS):
        head = head.removeprefix(mark)
    return head.replace(b"\x00", b"").lstrip()


def _refuse_other(head: bytes, file: str) -> None:
    """Raise InputFault for a picture, a PDF, a document, an archive or another binary file."""
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
    sample = head[:65536]
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    if not wide_encoding(head) and controls > MOST_CONTROLS * len(sample):
        raise InputFault(faults.BINARY, file=file)


def _zip_kind(path: Path, file: str) -> Kind:
    from zipfile import ZipFile

    with (
        faults.reading(file, faults.BROKEN_WORKBOOK),
        path.open("rb") as stream,
        ZipFile(stream) as packed,
    ):
        names = {name.lower() for name in packed.namelist()}
        media_type = ""
        if "mimetype" in packed.namelist():
            with packed.open("mimetype") as entry:
                media_type = entry.read(200).decode("ascii", "replace")
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "opendocument.spreadsheet" in media_type:
        return "ods"
    if any(name.startswith(("word/", "ppt/")) for name in names) or "opendocument" in media_type:
        kind = "Word" if "word/document.xml" in names else "Office"
        raise InputFault(faults.DOCUMENT, file=file, kind=kind)
    raise InputFault(faults.ARCHIVE, file=file, kind="zip")


def _ole_kind(path: Path, file: str) -> Kind:
    with faults.os_faults(file):
        content = path.read_bytes()
    # The container's directory has its names in UTF-16. A search finds them without reading its sectors.
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise InputFault(faults.ENCRYPTED, file=file)
    if "Workbook\0".encode("utf-16-le") in content or "Book\0".encode("utf-16-le") in content:
        return "xls"
    if "WordDocument".encode("utf-16-le") in content:
        raise InputFault(faults.DOCUMENT, file=file, kind="Word")
    raise InputFault(faults.BROKEN_WORKBOOK, file=file)
