"""The encoding of a text: what its bytes show, which encoding fits them, and the same text in UTF-8."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO, IncrementalNewlineDecoder
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Literal

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.scratch import Text, keep
from tcw.wording import Message, Phrase

if TYPE_CHECKING:
    import polars as pl

ENCODING = Phrase("text-encoding", "encoding {encoding}")
ENCODING_GIVEN = Phrase("text-encoding-given", "encoding {encoding}, as tcw.yaml says")
STRAY_BYTES = Phrase(
    "text-stray-bytes",
    "UTF-8 with unreadable characters ({count}), shown as �; export the file again if they matter",
)

UTF8_BOM = b"\xef\xbb\xbf"
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
PIECE = 2**20
LONGEST_LINE = 8
"""Pieces without a line end. The lines of a table are shorter, and Polars is disproportionately slow with
longer ones."""
NEWLINE, RETURN, BLANK, FIRST_NON_ASCII = 10, 13, 32, 128
QUOTE = b'"'
BLANK_LEADS = (b"\xc2", b"\xe1", b"\xe2", b"\xe3")
BLANK_BEGINNINGS = ((0xC2, 0xC2), (0xE1, 0xE3))
BLANK_ENDS = ((0x80, 0xA0), (0xA8, 0xAF))
"""First and last UTF-8 bytes of blanks beyond ASCII, such as the no-break space (C2 A0). Few letters begin or
end with them (å, ä and ö do not). A text with such a letter at the edge of a cell is stripped without
need."""
MOST_CONTEXTS = 20_000
MOST_CONTEXT_PIECES = 64
BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
CLEARLY_NOT_UTF8 = 1000

SWEDISH = "åäöÅÄÖéüÉÜ"
SINGLE_BYTE = ("cp1252", "cp850", "cp437", "mac-roman")
"""The first wins where two fit equally well. In Swedish text ISO 8859-1 is the same as Windows-1252."""
NAMES = {"cp1252": "Windows-1252", "cp850": "IBM850", "cp437": "IBM437", "mac-roman": "Mac Roman"}
INSIDE, BESIDE = 4, 1
"""Evidence of a Swedish letter between two letters, and beside one, where a quotation mark may stand too."""
MOSTLY_UTF8 = 3
"""Readable UTF-8 characters per unreadable one, from which a text is damaged UTF-8 and not another
encoding."""

Errors = Literal["strict", "replace"]


@dataclass(slots=True)
class ByteSurvey:
    """What the bytes of a text show, without the byte order mark."""

    ascii: bool = True
    quotes: bool = False
    newlines: int = 0
    returns: int = 0
    pairs: int = 0
    """Carriage returns followed by a line feed."""
    zeros: int = 0
    neat: bool = True
    """UTF-8 without quotes, blanks beside a delimiter or line end, and lines that begin with a delimiter.
    The cells of such a text need no stripping, and none of its rows can be blank."""
    undecodable: int = 0
    """Characters that are no UTF-8."""
    decodable: int = 0
    """Characters beyond ASCII that are UTF-8, counted only where something is undecodable."""
    contexts: list[tuple[bytes, bytes, bytes]] = field(default_factory=list)
    """Bytes beyond ASCII with the byte before and after, of the first pieces that are not UTF-8."""
    context_pieces: int = 0

    @property
    def utf8(self) -> bool:
        """The whole text is UTF-8."""
        return self.undecodable == 0

    @property
    def damaged_utf8(self) -> bool:
        """Most of the text is UTF-8, so that the rest is damage and not another encoding."""
        return not self.utf8 and self.decodable >= MOSTLY_UTF8 * self.undecodable

    @property
    def encoding(self) -> str:
        """The encoding that fits the bytes best."""
        return "utf-8" if self.utf8 or self.damaged_utf8 else single_byte_encoding(self.contexts)

    @property
    def lone_returns(self) -> bool:
        """Some line ends are a carriage return alone."""
        return self.returns > self.pairs


# The survey: one pass over the bytes.


def survey(text: Text, file: str, delimiter: str) -> ByteSurvey:
    r"""Look at every byte of a text once. Raises InputFault for a line that no table has, and for OSErrors.

    Example, with the delimiter ";":
        b"a;b\n1;2\n"    neat: Polars' cells need no further work.
        b"a; b\n1;2\n"   not neat: the blank before b must be stripped.
        b"a;b\n\n1;2\n"  not neat: the second row is blank and must be left out.
        b"R\xe4k\n"      not UTF-8; the context (b"R", b"\xe4", b"k") speaks for ä of Windows-1252.
    """
    result = ByteSurvey()
    decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")("strict")
    unbroken = 0
    last = b"\n"
    cut = False
    for piece in _pieces(text, file):
        blanks = (not piece.isascii()) and any(byte in piece for byte in BLANK_LEADS)
        numbers = _numbers(last + piece)
        newline, carriage_return = numbers == NEWLINE, numbers == RETURN
        broken = _count_lines(result, newline, carriage_return)
        unbroken = 0 if broken else unbroken + 1
        if unbroken >= LONGEST_LINE:
            raise InputFault(faults.TOO_LONG_LINE, file=file, megabytes=LONGEST_LINE * PIECE // 10**6)
        result.quotes = result.quotes or QUOTE in piece
        result.ascii = result.ascii and piece.isascii()
        result.zeros += piece.count(0) if b"\x00" in piece else 0
        if result.neat:
            edge = newline | carriage_return | (numbers == ord(delimiter))
            loose = _has_loose_ends(numbers, newline, edge, plain=not (blanks or cut))
            result.neat = not (result.quotes or loose)
        # The first bytes of a blank may stand in one piece, its last in the next.
        cut = any(byte in piece[-2:] for byte in BLANK_LEADS)
        if not result.ascii:
            decoder = _decode(result, decoder, piece)
        last = piece[-1:]
    if not result.ascii:
        _decode(result, decoder, b"", final=True)
    ends_loosely = last[0] not in (NEWLINE, RETURN) and (last[0] <= BLANK or last[0] >= FIRST_NON_ASCII)
    if ends_loosely or result.lone_returns or not result.utf8:
        result.neat = False
    return result


def _pieces(text: Text, file: str) -> Iterator[bytes]:
    with (
        faults.os_faults(file),
        BytesIO(text) if isinstance(text, bytes) else text.open("rb", buffering=0) as stream,
    ):
        first = stream.read(PIECE).removeprefix(UTF8_BOM)
        if first:
            yield first
        while piece := stream.read(PIECE):
            yield piece


def _numbers(piece: bytes) -> "pl.Series":
    """Return the bytes as UInt8 without a copy: Polars then compares a gigabyte in a tenth of a second."""
    import polars as pl
    import pyarrow as pa

    array = pa.Array.from_buffers(pa.uint8(), len(piece), [None, pa.py_buffer(piece)])
    series = pl.from_arrow(array)
    assert isinstance(series, pl.Series)
    return series


def _count_lines(result: ByteSurvey, newline: "pl.Series", carriage_return: "pl.Series") -> bool:
    """Count the line ends of a piece, and say whether it has any.

    The first byte of both columns is the last one of the piece before.
    """
    newlines = int(newline.sum()) - int(newline[0])
    returns = int(carriage_return.sum()) - int(carriage_return[0])
    result.newlines += newlines
    result.returns += returns
    if result.returns:
        result.pairs += int((newline[1:] & carriage_return[:-1]).sum())
    return newlines + returns > 0


def _has_loose_ends(numbers: "pl.Series", newline: "pl.Series", edge: "pl.Series", *, plain: bool) -> bool:
    """Say whether a cell may begin or end with a blank, or a line is empty or begins with the delimiter."""
    begins = ends = (numbers <= BLANK) & ~edge
    if not plain:
        for low, high in BLANK_BEGINNINGS:
            begins |= (numbers >= low) & (numbers <= high)
        for low, high in BLANK_ENDS:
            ends |= (numbers >= low) & (numbers <= high)
    return bool(
        (ends[:-1] & edge[1:]).any() or (edge[:-1] & begins[1:]).any() or (newline[:-1] & edge[1:]).any()
    )


def _decode(
    result: ByteSurvey, decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False
) -> codecs.IncrementalDecoder:
    """Check that a piece is UTF-8. After the first piece that is not, count how much of the text is UTF-8."""
    if result.utf8:
        state = decoder.getstate()
        try:
            decoder.decode(piece, final)
        except UnicodeDecodeError:
            decoder = codecs.getincrementaldecoder("utf-8")("replace")
            decoder.setstate(state)
        else:
            return decoder
    _take_contexts(result, piece)
    # Replacing is slow, so it stops where the answer is clear.
    if result.undecodable < CLEARLY_NOT_UTF8 or result.undecodable < result.decodable:
        decoded = decoder.decode(piece, final)
        lost = decoded.count("\ufffd")
        result.undecodable += lost
        result.decodable += len(decoded) - len(decoded.encode("ascii", "ignore")) - lost
    return decoder


def _take_contexts(result: ByteSurvey, piece: bytes) -> None:
    room = MOST_CONTEXTS - len(result.contexts)
    if room <= 0 or result.context_pieces >= MOST_CONTEXT_PIECES:
        return
    result.context_pieces += 1
    result.contexts += [
        (piece[max(hit.start() - 1, 0) : hit.start()], hit[0], piece[hit.end() : hit.end() + 1])
        for hit in islice(BEYOND_ASCII.finditer(piece), room)
    ]


# Which encoding it is.


def wide_encoding(head: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 encoding of a text, by its mark or the places of its NUL bytes, or None."""
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if head.startswith(WIDE_BOMS):
        return "utf-16"
    sample = head[:4096]
    half = len(sample) // 2
    if half == 0:
        return None
    zeros_first, zeros_second = sample[::2].count(0), sample[1::2].count(0)
    # In Western text nearly every high byte is zero and hardly any low byte.
    few, many = half // 20, half * 7 // 10
    if zeros_second > many and zeros_first <= few:
        return "utf-16-le"
    if zeros_first > many and zeros_second <= few:
        return "utf-16-be"
    return None


def single_byte_encoding(contexts: list[tuple[bytes, bytes, bytes]]) -> str:
    r"""Return the encoding in which most bytes beyond ASCII are Swedish letters among letters.

    Example: b"R\xe4kning" has the context (b"R", b"\xe4", b"k"). E4 is ä in Windows-1252, a letter between
    two letters: 4 points. In IBM850 it is õ, in IBM437 Σ, in Mac Roman ‰: no Swedish letters, no points.
    """
    scores = dict.fromkeys(SINGLE_BYTE, 0)
    for encoding in SINGLE_BYTE:
        letters = set(SWEDISH.encode(encoding))
        scores[encoding] = sum(
            INSIDE if _letter(before, letters) and _letter(after, letters) else BESIDE
            for before, byte, after in contexts
            if byte[0] in letters and (_letter(before, letters) or _letter(after, letters))
        )
    return max(SINGLE_BYTE, key=lambda encoding: scores[encoding])


def _letter(byte: bytes, letters: set[int]) -> bool:
    return byte.isalpha() or (byte != b"" and byte[0] in letters)


def check_encoding(encoding: str, file: str) -> str:
    """Return Python's name of a text encoding. Raises InputFault for an unknown one."""
    try:
        # base64 and the like are codecs too. They refuse only when there is something to decode.
        b"a".decode(encoding, "replace")
        codecs.getincrementaldecoder(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise InputFault(faults.ENCODING_UNKNOWN, file=file, encoding=encoding) from error


def encoding_note(encoding: str, *, given: bool = False) -> Message:
    """Return the note that says in which encoding a text was read."""
    name = NAMES.get(encoding, encoding.upper())
    return Message(ENCODING_GIVEN if given else ENCODING, {"encoding": name})


# The text in UTF-8.


def recode(text: Text, file: str, encoding: str, errors: Errors) -> Text:
    r"""Return the text in UTF-8 without byte order mark, every line end (`\r\n`, `\r`, `\n`) a `\n`.

    Raises InputFault where the text does not fit the encoding and errors is strict.
    """
    try:
        with (
            faults.os_faults(file),
            BytesIO(text) if isinstance(text, bytes) else text.open("rb") as stream,
        ):
            return keep(_recoded(stream, encoding, errors))
    except UnicodeError as error:
        raise InputFault(faults.ENCODING_UNFIT, file=file, encoding=encoding) from error


def _recoded(stream: BinaryIO, encoding: str, errors: Errors) -> Iterator[bytes]:
    decoder = IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors), translate=True)
    beginning = True
    piece = b"-"
    while piece:
        piece = stream.read(PIECE)
        decoded = decoder.decode(piece, final=not piece)
        if beginning and decoded:
            decoded = decoded.removeprefix("\ufeff")
            beginning = False
        # Half a UTF-16 pair decodes to a surrogate, which UTF-8 cannot encode.
        yield decoded.encode("utf-8", "replace")
