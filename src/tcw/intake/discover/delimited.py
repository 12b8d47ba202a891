r"""Text files: from bytes to cells, lazily.

How a text file is written, told by its beginning and by what was found in it.
"""

import codecs
import csv
import re
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path

import polars as pl

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.csv_dialect import Delimiter, find_delimiter, mend_quotes
from tcw.intake.discover.encoding import (
    STRAY_BYTES,
    UTF8_BOM,
    WIDE_BOMS,
    Survey,
    check_encoding,
    encoding_note,
    mostly_utf8,
    recode,
    single_byte_encoding,
    survey,
    wide_encoding,
)
from tcw.intake.discover.raw import MOST_COLUMNS, FileOptions, Origin, RawSheet, TextForm
from tcw.intake.discover.scratch import HEAD, Text, first_bytes
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

ZEROS = Phrase("text-zeros", "NUL bytes ({count}), which no text has; the file may be damaged")

HEAD_ROWS = 50
FORCED = re.compile(r'^="([^"]*)"$')
"""How exports keep Excel from taking 017 for a number: ="017"."""
EXTRA_COLUMNS = 8
"""Columns looked for to the right of the last one, for rows that do not fit."""


def open_text(path: Path, relative_name: str, options: FileOptions) -> list[RawSheet]:
    """Read a text file with one row per line.

    Cells stay in the file (or in a temporary copy in UTF-8) until collected; collect with the streaming engine.
    Raises InputFault: a file with nothing but blanks, a configured encoding or delimiter that does not fit, a line
    no table has, what the operating system says.
    """
    size = _size(path, relative_name)
    text, found, delimiter, notes = _prepare(path, relative_name, options)
    form = text_form(first_bytes(path, relative_name), options.encoding, found, delimiter)
    quote_char = '"' if found.quotes else None
    if found.quotes:
        text, quote_notes = mend_quotes(text, relative_name, delimiter)
        notes = (*notes, *quote_notes)
    head = _head(text, relative_name, delimiter, quoted=found.quotes)
    width = max((len(row) for row in head), default=0)
    if width > MOST_COLUMNS:
        facts = {"columns": Count(width), "limit": Count(MOST_COLUMNS)}
        raise InputFault(faults.TOO_WIDE, file=relative_name, **facts)
    width = width or 1
    cells = _scan(text, delimiter, width, quote_char)
    if not found.neat:
        forced = any(cell and FORCED.fullmatch(cell) for row in head for cell in row)
        cells = _tidy(cells, width, crlf=found.quotes and found.pairs > 0, forced=forced)
    else:
        cells = cells.with_columns(_beyond(width, pl.Expr.is_not_null))
    sheet = RawSheet(
        origin=Origin(relative_name),
        medium="text",
        cells=cells.select("row", *_names(width), "beyond"),
        width=width,
        head=tuple((*row, *[None] * (width - len(row))) for row in head),
        size=size,
        notes=notes,
        form=form,
    )
    if not any(cell for row in head for cell in row) and _is_blank(sheet):
        raise InputFault(faults.BLANK, file=relative_name)
    return [sheet]


def _size(path: Path, file: str) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise faults.os_fault(error, file) from error


def _prepare(
    path: Path, file: str, options: FileOptions
) -> tuple[Text, Survey, Delimiter, tuple[Message, ...]]:
    """Return the text in UTF-8 with line ends Polars knows, what is in it, and what separates its cells."""
    text: Text = path
    head = first_bytes(path, file)
    encoding = check_encoding(options.encoding, file) if options.encoding else wide_encoding(head)
    given = options.encoding is not None
    notes: tuple[Message, ...] = ()
    plain = ("utf-8", "utf-8-sig", "ascii")
    if encoding is not None and encoding not in plain:
        text = recode(path, file, encoding, "strict" if given else "replace")
        notes = (encoding_note(encoding, given=given),)
        head = first_bytes(text, file)
    delimiter = find_delimiter(_decoded(head), _given_delimiter(options.delimiter, file))
    found = survey(text, file, delimiter.character)
    if not notes:
        fits = found.ascii if encoding == "ascii" else found.utf8
        if given and not fits:
            raise InputFault(faults.ENCODING_UNFIT, file=file, encoding=encoding)
        text, notes = _in_utf8(text, file, found)
    if found.lone_returns and text is path:
        text = recode(text, file, "utf-8", "replace")
    if found.zeros:
        notes = (*notes, Message(ZEROS, {"count": Count(found.zeros)}))
    return text, found, delimiter, (*notes, delimiter.note)


def _in_utf8(text: Text, file: str, found: Survey) -> tuple[Text, tuple[Message, ...]]:
    if found.utf8:
        return text, () if found.ascii else (encoding_note("utf-8"),)
    if mostly_utf8(found):
        note = Message(STRAY_BYTES, {"count": Count(found.undecodable)})
        return recode(text, file, "utf-8", "replace"), (note,)
    encoding = single_byte_encoding(found.contexts)
    return recode(text, file, encoding, "replace"), (encoding_note(encoding),)


def _given_delimiter(delimiter: str | None, file: str) -> str | None:
    if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n'):
        raise InputFault(faults.DELIMITER_UNFIT, file=file, delimiter=delimiter)
    return delimiter


def _decoded(head: bytes) -> str:
    """Return the beginning as text in which delimiters, quotes and line ends are right, whatever letters are."""
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _head(text: Text, file: str, delimiter: Delimiter, *, quoted: bool) -> list[tuple[str | None, ...]]:
    """Return the first rows, stripped, blanks None, without trailing blanks; empty for blank rows."""
    beginning = first_bytes(text, file).removeprefix(b"\xef\xbb\xbf")
    complete = len(beginning) < HEAD
    stream = TextIOWrapper(BytesIO(beginning), "utf-8", errors="replace", newline="")
    csv.field_size_limit(HEAD)
    reader = csv.reader(
        stream, delimiter=delimiter.character, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    )
    rows = list(islice(reader, HEAD_ROWS + 1))
    # The last row of a long beginning is cut somewhere.
    rows = rows[:HEAD_ROWS] if complete or len(rows) > HEAD_ROWS else rows[:-1] or rows
    if delimiter.has_sep_line and rows:
        rows[0] = []
    return [_stripped(row) for row in rows]


def _stripped(row: list[str]) -> tuple[str | None, ...]:
    cells = [cell.replace("\r\n", "\n").strip() or None for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


def _names(width: int) -> list[str]:
    return [f"c{index}" for index in range(width)]


def _scan(text: Text, delimiter: Delimiter, width: int, quote_char: str | None) -> pl.LazyFrame:
    """Scan rows as they stand: row, c0 to c{width-1} and EXTRA_COLUMNS more, all String."""
    first = 2 if delimiter.has_sep_line else 1
    return pl.scan_csv(
        text,
        has_header=False,
        separator=delimiter.character,
        quote_char=quote_char,
        skip_lines=first - 1,
        schema=dict.fromkeys(_names(width + EXTRA_COLUMNS), pl.String()),
        infer_schema=False,
        missing_columns="insert",
        extra_columns="ignore",
        row_index_name="row",
        row_index_offset=first,
        raise_if_empty=False,
        glob=False,
    )


def _stripped_cell(name: str, *, crlf: bool, forced: bool) -> pl.Expr:
    cell = pl.col(name).str.strip_chars()
    if forced:
        cell = cell.str.replace(FORCED.pattern, "$1")
    if crlf:
        cell = cell.str.replace_all("\r\n", "\n", literal=True)
    return pl.when(cell != "").then(cell).alias(name)


def _beyond(width: int, is_filled: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    extra = _names(width + EXTRA_COLUMNS)[width:]
    return pl.any_horizontal(*[is_filled(pl.col(name)) for name in extra]).alias("beyond")


def _tidy(cells: pl.LazyFrame, width: int, *, crlf: bool, forced: bool) -> pl.LazyFrame:
    """Strip cells, make blank ones null, and leave out rows with nothing but blanks."""
    names = _names(width)
    beyond = _beyond(width, lambda cell: cell.str.strip_chars().fill_null("") != "")
    return cells.select(
        "row", *[_stripped_cell(name, crlf=crlf, forced=forced) for name in names], beyond
    ).filter(pl.any_horizontal(pl.col(names).is_not_null()) | pl.col("beyond"))


def _is_blank(sheet: RawSheet) -> bool:
    with faults.reading(sheet.origin.file, faults.BINARY):
        return sheet.cells.head(1).collect(engine="streaming").is_empty()


LEAST_QUOTED = 2
"""Cells in quotes, from which a file that has no other kind is one where all are."""


def text_form(head: bytes, given: str | None, found: Survey, delimiter: Delimiter) -> TextForm:
    """Return how a text is written.

    Args:
        head: its first bytes, as they stand.
        given: the encoding that tcw.yaml says.
        found: what is in the text once it is UTF-8 (or in a single byte a letter).
        delimiter: what separates its cells.
    """
    encoding = _encoding(head, given, found)
    mark = head.startswith((UTF8_BOM, *WIDE_BOMS))
    beginning = head.decode(encoding, "replace").removeprefix("\ufeff")
    line_end = next((end for end in ("\r\n", "\n", "\r") if end in beginning), "\r\n")
    cells = [
        cell
        for line in beginning.split(line_end)[:20]
        for cell in line.split(delimiter.character)
        if cell and not line.startswith("sep=")
    ]
    quoted = len(cells) >= LEAST_QUOTED and all(cell.startswith('"') for cell in cells[:LEAST_QUOTED])
    return TextForm(
        encoding,
        mark,
        delimiter.character,
        line_end,
        delimiter.has_sep_line,
        quoted and not delimiter.wrapped,
    )


def _encoding(head: bytes, given: str | None, found: Survey) -> str:
    if given is not None:
        return codecs.lookup(given).name.removesuffix("-sig")
    wide = wide_encoding(head)
    if wide is not None:
        # Python's utf-16 and utf-32 take the byte order of the machine; the mark says which the file has.
        return _by_mark(head, wide)
    if found.ascii:
        return "utf-8" if head.startswith(UTF8_BOM) else "ascii"
    return "utf-8" if found.utf8 or mostly_utf8(found) else single_byte_encoding(found.contexts)


def _by_mark(head: bytes, wide: str) -> str:
    if wide == "utf-16":
        return "utf-16-le" if head.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    if wide == "utf-32":
        return "utf-32-le" if head.startswith(codecs.BOM_UTF32_LE) else "utf-32-be"
    return wide
