"""What separates the cells of a text, judged by its beginning."""

import csv
import re
from collections import Counter
from dataclasses import dataclass

from tcw.wording import Message, Phrase

DELIMITER = Phrase("text-delimiter", "delimiter {delimiter}")
DELIMITER_GIVEN = Phrase("text-delimiter-given", "delimiter {delimiter}, as tcw.yaml says")
DELIMITER_LINE = Phrase("text-delimiter-line", "delimiter {delimiter}, as its first line (sep=) says")
ONE_COLUMN = Phrase("text-one-column", "one column")

CANDIDATES = (";", "\t", ",", "|")
"""By precedence, where two fit equally well."""
NO_DELIMITER = "\x1f"
"""Separates the cells of a file with one column: nothing."""
LOOKED_AT = 200
LONGEST_FIELD = 32_767
"""Characters of the longest cell Excel can hold; a longer quoted field is an unclosed quote."""
LEAST_AGREEMENT = 0.3
DELIMITER_AS_TEXT = {"\t": "tab"}
SEP_LINE = re.compile(r'\ufeff?"?sep=([^"\r\n\w])"?[ \t;,]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
LINE_END = re.compile(r"\r\n|\r|\n")
"""Not str.splitlines: the head is bytes read as Latin-1, where a UTF-8 "Å" holds what Unicode takes for a line end."""
WRAPPED = re.compile(r'"(?:[^"]|"")*"\s*$')
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")


@dataclass(frozen=True, slots=True)
class Delimiter:
    """What separates cells, and how that is known."""

    character: str
    note: Message
    has_sep_line: bool = False
    """The first line says the delimiter and is no data."""
    wrapped: bool = False
    """Every line stands in quotes as a whole, its own quotes doubled."""

    @property
    def single(self) -> bool:
        """The file has one column."""
        return self.character == NO_DELIMITER


def find_delimiter(head: str, given: str | None) -> Delimiter:
    """Find what separates the cells of a text that begins with head."""
    line = SEP_LINE.match(head)
    if given is not None:
        return Delimiter(given, _worded(DELIMITER_GIVEN, given), has_sep_line=line is not None)
    if line is not None and line[1].isascii():
        return Delimiter(line[1], _worded(DELIMITER_LINE, line[1]), has_sep_line=True)
    lines = [
        text for text in LINE_END.split(head.removeprefix("\ufeff"), LOOKED_AT)[:LOOKED_AT] if text.strip()
    ]
    best = _best(lines)
    if best is not None:
        return Delimiter(best, _worded(DELIMITER, best))
    if all(WRAPPED.match(text) for text in lines):
        inner = _best([text.rstrip()[1:-1].replace('""', '"') for text in lines])
        if inner is not None:
            return Delimiter(inner, _worded(DELIMITER, inner), wrapped=True)
    return Delimiter(NO_DELIMITER, Message(ONE_COLUMN))


def _best(lines: list[str]) -> str | None:
    judged = [(_judge(lines, candidate), candidate) for candidate in CANDIDATES]
    (agreement, separating, cells), best = max(judged, key=lambda verdict: verdict[0])
    if cells > 1 and not separating:
        # Commas that are all decimal agree by chance; what parts every line, however unevenly, is meant.
        uneven = [(min(_cell_counts(lines, other)), other) for other in CANDIDATES if other != best]
        fewest, other = max(uneven, key=lambda found: found[0])
        if fewest > 1:
            return other
    return best if cells > 1 and agreement >= LEAST_AGREEMENT else None


def _worded(phrase: Phrase, character: str) -> Message:
    return Message(phrase, {"delimiter": DELIMITER_AS_TEXT.get(character, character)})


def _judge(lines: list[str], candidate: str) -> tuple[float, bool, int]:
    """Return the share of lines that agree on a number of cells, whether commas are more than decimal, and the number."""
    counts = Counter(_cell_counts(lines, candidate))
    several = {cells: lines_with for cells, lines_with in counts.items() if cells > 1}
    if not several:
        return 0.0, False, 1
    cells = max(several, key=lambda number: (several[number], number))
    separating = candidate != "," or any("," in DECIMAL_COMMA.sub("", line) for line in lines)
    # Tenths, so that one odd row does not decide between two that fit.
    return round(several[cells] / sum(counts.values()), 1), separating, cells


def _cell_counts(lines: list[str], candidate: str) -> list[int]:
    """Count the cells of each record; where quotes do not close, of each line without regard to quotes."""
    try:
        records = list(csv.reader(lines, delimiter=candidate))
    except csv.Error:
        records = []
    swallowed = len(records) < len(lines) // 2 or any(
        len(cell) > LONGEST_FIELD for row in records for cell in row
    )
    if swallowed:
        return [line.count(candidate) + 1 for line in lines]
    return [len(record) for record in records]
