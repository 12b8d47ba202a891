"""How a text file is written, told by its beginning and by what was found in it."""

import codecs

from tcw.intake.discover.charset import mostly_utf8, single_byte_encoding
from tcw.intake.discover.delimiter import Delimiter
from tcw.intake.discover.raw import TextForm
from tcw.intake.discover.sniff import UTF8_BOM, WIDE_BOMS, wide_encoding
from tcw.intake.discover.survey import Survey

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
