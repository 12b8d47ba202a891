r"""From a path to raw sheets, whatever kind of file it is.

What a file is, by its content: names lie (an .xls is often text, a .csv sometimes a workbook).

The root element of an XML file, found without reading the file.
"""

import re
from contextlib import suppress
from pathlib import Path
from typing import Literal
from xml.parsers import expat

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.encoding import UTF8_BOM, wide_encoding
from tcw.intake.discover.raw import DEFAULTS, FileOptions, RawSheet
from tcw.intake.discover.scratch import first_bytes


def open_file(path: Path, relative_name: str, options: FileOptions = DEFAULTS) -> list[RawSheet]:
    """Read a file by what it holds, not by what it is called.

    Returns a sheet per visible sheet of a workbook, else one. Raises InputFault with one clear line for
    everything that makes a file unreadable; nothing else is raised for whatever bytes the file has.
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
    from tcw.intake.discover.open_file import root_name

    root = root_name(head)
    if root is None:
        raise InputFault(faults.BROKEN_XML, file=file)
    if root.lower() == "paxml":
        from tcw.intake.discover.paxml import open_paxml

        return open_paxml(path, file)
    raise InputFault(faults.OTHER_XML, file=file, root=root)


Kind = Literal["text", "xlsx", "xlsb", "xls", "ods", "parquet", "xml", "html"]


PICTURES = (
    b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00", b"8BPS",
)  # fmt: skip
ARCHIVES = {
    b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\x00": "xz", b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!\x1a\x07": "rar",
    b"\x28\xb5\x2f\xfd": "zstd", b"PK\x05\x06": "zip",
}  # fmt: skip
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BIFF_WITHOUT_OLE = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
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


class _Found(Exception):
    """The root has been seen."""


def root_name(head: bytes) -> str | None:
    """Return the local name of the root element of XML that begins with head; None where it has none.

    A declared encoding that nobody knows is no hindrance: what to say of it is for the reader of the whole file.
    """
    return _root(head, None) or _root(head, "iso-8859-1")


def _root(head: bytes, encoding: str | None) -> str | None:
    found: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        found.append(name.rpartition(":")[2])
        raise _Found

    parser = expat.ParserCreate(encoding)
    parser.StartElementHandler = start
    with suppress(_Found, expat.ExpatError, LookupError, ValueError):
        parser.Parse(head)
    return found[0] if found else None
