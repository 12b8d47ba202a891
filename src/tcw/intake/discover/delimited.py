"""Text files with one row per line: from bytes to cells, lazily, and how the file is written."""

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
    ByteSurvey,
    check_encoding,
    encoding_note,
    recode,
    survey,
    wide_encoding,
)
from tcw.intake.discover.raw import (
    HEAD_ROWS,
    FileOptions,
    Origin,
    RawSheet,
    TextForm,
    blank_as_null,
    cell_names,
    check_width,
)
from tcw.intake.discover.scratch import HEAD, Text, first_bytes
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

ZEROS = Phrase("text-zeros", "NUL bytes ({count}), which no text has; the file may be damaged")

FORCED = re.compile(r'^="([^"]*)"$')
"""="017": exports write so to keep Excel from reading 017 as a number."""
EXTRA_COLUMNS = 8
"""Columns looked for to the right of the last one, to notice rows with too many cells."""
LEAST_QUOTED = 2
"""When the first so many cells are in quotes, the file has all its cells in quotes."""


def open_text(path: Path, relative_name: str, options: FileOptions) -> list[RawSheet]:
    """Read a text file with one row per line.

    Cells stay in the file (or in a temporary copy in UTF-8) until collected; collect with the streaming
    engine. Raises InputFault: a file with nothing but blanks, a configured encoding or delimiter that does
    not fit, a line that no table has, what the operating system says.
    """
    with faults.os_faults(relative_name):
        size = path.stat().st_size
    text, content, delimiter, notes = _prepare(path, relative_name, options)
    form = _text_form(first_bytes(path, relative_name), options.encoding, content, delimiter)
    if content.quotes:
        text, quote_notes = mend_quotes(text, relative_name, delimiter)
        notes = (*notes, *quote_notes)
    head = _head(text, relative_name, delimiter, quoted=content.quotes)
    width = max((len(row) for row in head), default=0)
    check_width(width, relative_name)
    width = width or 1
    cells = _scan(text, delimiter, width, '"' if content.quotes else None)
    if content.neat:
        cells = cells.with_columns(_beyond(width, pl.Expr.is_not_null))
    else:
        forced = any(cell and FORCED.fullmatch(cell) for row in head for cell in row)
        cells = _tidy(cells, width, crlf=content.quotes and content.pairs > 0, forced=forced)
    sheet = RawSheet(
        origin=Origin(relative_name),
        medium="text",
        cells=cells.select("row", *cell_names(width), "beyond"),
        width=width,
        head=tuple((*row, *[None] * (width - len(row))) for row in head),
        size=size,
        notes=notes,
        form=form,
    )
    if not any(cell for row in head for cell in row) and _is_blank(sheet):
        raise InputFault(faults.BLANK, file=relative_name)
    return [sheet]


def _prepare(
    path: Path, file: str, options: FileOptions
) -> tuple[Text, ByteSurvey, Delimiter, tuple[Message, ...]]:
    """Return the text in UTF-8 with line ends that Polars knows, its survey, its delimiter, and notes."""
    text: Text = path
    head = first_bytes(path, file)
    encoding = check_encoding(options.encoding, file) if options.encoding else wide_encoding(head)
    given = options.encoding is not None
    notes: tuple[Message, ...] = ()
    if encoding is not None and encoding not in ("utf-8", "utf-8-sig", "ascii"):
        text = recode(path, file, encoding, "strict" if given else "replace")
        notes = (encoding_note(encoding, given=given),)
        head = first_bytes(text, file)
    # Delimiters, quotes and line ends are the same in Latin-1, whatever the letters are.
    beginning = head.removeprefix(UTF8_BOM).decode("latin-1")
    delimiter = find_delimiter(beginning, _given_delimiter(options.delimiter, file))
    content = survey(text, file, delimiter.character)
    if not notes:
        fits = content.ascii if encoding == "ascii" else content.utf8
        if given and not fits:
            raise InputFault(faults.ENCODING_UNFIT, file=file, encoding=encoding)
        text, notes = _in_utf8(text, file, content)
    if content.lone_returns and text is path:
        text = recode(text, file, "utf-8", "replace")
    if content.zeros:
        notes = (*notes, Message(ZEROS, {"count": Count(content.zeros)}))
    return text, content, delimiter, (*notes, delimiter.note)


def _in_utf8(text: Text, file: str, content: ByteSurvey) -> tuple[Text, tuple[Message, ...]]:
    if content.utf8:
        return text, () if content.ascii else (encoding_note("utf-8"),)
    encoding = content.encoding
    stray = Message(STRAY_BYTES, {"count": Count(content.undecodable)})
    note = stray if content.damaged_utf8 else encoding_note(encoding)
    return recode(text, file, encoding, "replace"), (note,)


def _given_delimiter(delimiter: str | None, file: str) -> str | None:
    if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter in '"\r\n'):
        raise InputFault(faults.DELIMITER_UNFIT, file=file, delimiter=delimiter)
    return delimiter


def _is_blank(sheet: RawSheet) -> bool:
    with faults.reading(sheet.origin.file, faults.BINARY):
        return sheet.cells.head(1).collect(engine="streaming").is_empty()


# The first rows.


def _head(text: Text, file: str, delimiter: Delimiter, *, quoted: bool) -> list[tuple[str | None, ...]]:
    """Return the first rows: cells stripped, blank ones None, no blanks at the end; a blank row is empty."""
    beginning = first_bytes(text, file).removeprefix(UTF8_BOM)
    complete = len(beginning) < HEAD
    stream = TextIOWrapper(BytesIO(beginning), "utf-8", errors="replace", newline="")
    csv.field_size_limit(HEAD)
    reader = csv.reader(
        stream, delimiter=delimiter.character, quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    )
    rows = list(islice(reader, HEAD_ROWS + 1))
    # The last row of a long beginning is incomplete.
    rows = rows[:HEAD_ROWS] if complete or len(rows) > HEAD_ROWS else rows[:-1] or rows
    if delimiter.has_sep_line and rows:
        rows[0] = []
    return [_stripped(row) for row in rows]


def _stripped(row: list[str]) -> tuple[str | None, ...]:
    cells = [cell.replace("\r\n", "\n").strip() or None for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


# The cells.


def _scan(text: Text, delimiter: Delimiter, width: int, quote_char: str | None) -> pl.LazyFrame:
    """Scan the rows as written: row, c0 to c{width-1} and EXTRA_COLUMNS more, all String."""
    first = 2 if delimiter.has_sep_line else 1
    return pl.scan_csv(
        text,
        has_header=False,
        separator=delimiter.character,
        quote_char=quote_char,
        skip_lines=first - 1,
        schema=dict.fromkeys(cell_names(width + EXTRA_COLUMNS), pl.String()),
        infer_schema=False,
        missing_columns="insert",
        extra_columns="ignore",
        row_index_name="row",
        row_index_offset=first,
        raise_if_empty=False,
        glob=False,
    )


def _beyond(width: int, is_filled: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    extra = cell_names(width + EXTRA_COLUMNS)[width:]
    return pl.any_horizontal(*[is_filled(pl.col(name)) for name in extra]).alias("beyond")


def _tidy(cells: pl.LazyFrame, width: int, *, crlf: bool, forced: bool) -> pl.LazyFrame:
    """Strip the cells, make blank ones null, and leave out blank rows."""

    def tidied(name: str) -> pl.Expr:
        cell = pl.col(name).str.strip_chars()
        if forced:
            cell = cell.str.replace(FORCED.pattern, "$1")
        if crlf:
            cell = cell.str.replace_all("\r\n", "\n", literal=True)
        return blank_as_null(cell).alias(name)

    names = cell_names(width)
    beyond = _beyond(width, lambda cell: cell.str.strip_chars().fill_null("") != "")
    filled = pl.any_horizontal(pl.col(names).is_not_null()) | pl.col("beyond")
    return cells.select("row", *map(tidied, names), beyond).filter(filled)


# How the file is written.


def _text_form(head: bytes, given: str | None, content: ByteSurvey, delimiter: Delimiter) -> TextForm:
    """Return how a text is written.

    Args:
        head: its first bytes, as in the file.
        given: the encoding that tcw.yaml says.
        content: the survey of the text in UTF-8 (or in a single byte a letter).
        delimiter: what separates its cells.
    """
    encoding = _encoding(head, given, content)
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


def _encoding(head: bytes, given: str | None, content: ByteSurvey) -> str:
    if given is not None:
        return codecs.lookup(given).name.removesuffix("-sig")
    wide = wide_encoding(head)
    if wide in ("utf-16", "utf-32"):
        # Python's utf-16 and utf-32 take the byte order of the machine; the mark says which one the file has.
        mark = codecs.BOM_UTF16_LE if wide == "utf-16" else codecs.BOM_UTF32_LE
        return f"{wide}-{'le' if head.startswith(mark) else 'be'}"
    if wide is not None:
        return wide
    if content.ascii:
        return "utf-8" if head.startswith(UTF8_BOM) else "ascii"
    return content.encoding
