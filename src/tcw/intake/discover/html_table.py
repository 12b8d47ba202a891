"""Web pages saved as .xls, which many systems call an Excel export: reads the cells of their tables."""

import re
from html.parser import HTMLParser
from pathlib import Path

import polars as pl

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.encoding import (
    UTF8_BOM,
    check_encoding,
    encoding_note,
    single_byte_encoding,
    wide_encoding,
)
from tcw.intake.discover.raw import (
    HEAD_ROWS,
    FileOptions,
    Origin,
    RawSheet,
    blank_as_null,
    cell_names,
    numbered,
)
from tcw.wording import Message, Phrase

WEB_PAGE = Phrase("html-table", "a web page; the cells of its tables were read")

LARGEST = 256 * 2**20
"""Bytes; larger pages take too long to parse."""
MOST_SPANNED = 1000
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
NOT_UTF8 = re.compile(rb"(?s)(.?)([\x80-\xff])(?=(.?))")
CONTEXTS_IN = 200_000


class _Tables(HTMLParser):
    """Collects the cells of all tables of a page, the tables below each other as Excel puts them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None
        self._span = 1
        self._unshown = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag:
            case "tr":
                self._close()
                self.rows.append([])
            case "td" | "th":
                self._close()
                if not self.rows:
                    self.rows.append([])
                self._cell = []
                span = dict(attrs).get("colspan") or ""
                self._span = min(int(span), MOST_SPANNED) if span.isascii() and span.isdecimal() else 1
            case "br" | "p" | "div":
                self.handle_data("\n")
            case "style" | "script":
                self._unshown = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close()
        elif tag in ("style", "script"):
            self._unshown = False

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._unshown:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._close()

    def _close(self) -> None:
        if self._cell is not None:
            self.rows[-1] += ["".join(self._cell), *[""] * (self._span - 1)]
            self._cell = None


def open_html(path: Path, relative_name: str, options: FileOptions) -> list[RawSheet]:
    """Read the tables of a web page as one sheet. Raises InputFault: no table, or an unfit encoding."""
    with faults.os_faults(relative_name):
        size = path.stat().st_size
        if size > LARGEST:
            raise InputFault(faults.NO_TABLE, file=relative_name)
        content = path.read_bytes()
    text, encoding = _decode(content, relative_name, options)
    page = _Tables()
    try:
        page.feed(text)
        page.close()
    except (AssertionError, ValueError) as error:
        # html.parser gives up on some broken markup declarations.
        raise InputFault(faults.NO_TABLE, file=relative_name) from error
    width = max(map(len, page.rows), default=0)
    if width == 0:
        raise InputFault(faults.NO_TABLE, file=relative_name)
    names = cell_names(width)
    frame = pl.DataFrame(
        [row + [""] * (width - len(row)) for row in page.rows],
        schema=dict.fromkeys(names, pl.String()),
        orient="row",
    ).select(blank_as_null(pl.col(name).str.strip_chars()).alias(name) for name in names)
    cells = numbered(frame.lazy(), 1, map(pl.col, names))
    if cells.head(1).collect().is_empty():
        raise InputFault(faults.BLANK, file=relative_name)
    return [
        RawSheet(
            origin=Origin(relative_name),
            medium="text",
            cells=cells,
            width=width,
            head=tuple(frame.head(HEAD_ROWS).rows()),
            size=size,
            notes=(Message(WEB_PAGE), encoding_note(encoding)),
        )
    ]


def _decode(content: bytes, file: str, options: FileOptions) -> tuple[str, str]:
    """Return the page as text, and its encoding.

    That is the configured encoding, the one of its byte order mark, UTF-8 if that fits, else the declared
    one.
    """
    if options.encoding is not None:
        encoding = check_encoding(options.encoding, file)
        try:
            return content.decode(encoding), encoding
        except UnicodeError as error:
            raise InputFault(faults.ENCODING_UNFIT, file=file, encoding=encoding) from error
    wide = wide_encoding(content[:4096])
    if wide is not None:
        return content.decode(wide, "replace"), wide
    content = content.removeprefix(UTF8_BOM)
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = _declared(content) or single_byte_encoding(NOT_UTF8.findall(content[:CONTEXTS_IN]))
        return content.decode(encoding, "replace"), encoding


def _declared(content: bytes) -> str | None:
    declared = CHARSET.search(content[:4096])
    if declared is None or declared[1].lower() in (b"utf-8", b"utf8"):
        return None
    try:
        b"".decode(name := declared[1].decode("ascii"))
    except (LookupError, ValueError):
        return None
    return "cp1252" if name.lower() in ("iso-8859-1", "latin1") else name
