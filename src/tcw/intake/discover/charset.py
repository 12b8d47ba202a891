"""Which encoding a text is in, and the same text in UTF-8."""

import codecs
from collections.abc import Iterator
from io import BytesIO, IncrementalNewlineDecoder
from typing import BinaryIO, Literal

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.scratch import Text, keep
from tcw.intake.discover.survey import PIECE, Survey
from tcw.wording import Message, Phrase

ENCODING = Phrase("text-encoding", "encoding {encoding}")
ENCODING_GIVEN = Phrase("text-encoding-given", "encoding {encoding}, as tcw.yaml says")
STRAY_BYTES = Phrase(
    "text-stray-bytes",
    "UTF-8 with unreadable characters ({count}), shown as �; export the file again if they matter",
)

SWEDISH = "åäöÅÄÖéüÉÜ"
SINGLE_BYTE = ("cp1252", "cp850", "cp437", "mac-roman")
"""By precedence, where two fit equally well. ISO 8859-1 is Windows-1252 in all that Swedish text has."""
NAMES = {"cp1252": "Windows-1252", "cp850": "IBM850", "cp437": "IBM437", "mac-roman": "Mac Roman"}
INSIDE, BESIDE = 4, 1
"""Evidence of a Swedish letter between two letters, and beside one, where a quotation mark may stand too."""
MOSTLY_UTF8 = 3
"""Characters that are UTF-8 for one that is not, from which a text is damaged UTF-8 and not something else."""

Errors = Literal["strict", "replace"]


def single_byte_encoding(contexts: list[tuple[bytes, bytes, bytes]]) -> str:
    """Return the encoding in which bytes beyond ASCII most often are Swedish letters among letters."""
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


def mostly_utf8(found: Survey) -> bool:
    """Say whether what is not UTF-8 in a text is damage rather than another encoding."""
    return found.decodable >= MOSTLY_UTF8 * found.undecodable


def check_encoding(encoding: str, file: str) -> str:
    """Return Python's name of a text encoding. Raises InputFault for an unknown one."""
    try:
        # base64 and the like are codecs, too, which only refuse to decode when there is something to decode.
        b"a".decode(encoding, "replace")
        codecs.getincrementaldecoder(encoding)
        return codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise InputFault(faults.ENCODING_UNKNOWN, file=file, encoding=encoding) from error


def recode(text: Text, file: str, encoding: str, errors: Errors) -> Text:
    r"""Return the text in UTF-8 without byte order mark, every line end (`\r\n`, `\r`, `\n`) a `\n`.

    Raises InputFault where the text does not fit the encoding and errors is strict.
    """
    try:
        with BytesIO(text) if isinstance(text, bytes) else text.open("rb") as stream:
            return keep(_recoded(stream, encoding, errors))
    except UnicodeError as error:
        raise InputFault(faults.ENCODING_UNFIT, file=file, encoding=encoding) from error
    except OSError as error:
        raise faults.os_fault(error, file) from error


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
        # Half a UTF-16 pair decodes to a surrogate, which UTF-8 has no room for.
        yield decoded.encode("utf-8", "replace")


def encoding_note(encoding: str, *, given: bool = False) -> Message:
    """Word the encoding a text was read in."""
    name = NAMES.get(encoding, encoding.upper())
    return Message(ENCODING_GIVEN if given else ENCODING, {"encoding": name})
