r"""The dialect of a text with rows of cells: what separates the cells, and quotes where they do not belong.

Polars refuses a file, or loses rows of it, when a quote stands inside an unquoted cell (`5" rör`), follows a
quoted one (`"a"b`) or is never closed. tcw rewrites such lines before Polars reads them, so that their quotes
are ordinary characters:

    1;5" rör;2       becomes  1;"5"" rör";2
    1;a"b"c;2        becomes  1;"a""b""c";2
    1;"a<line end>
    b";2             stays: the two lines are one record with a line end in a quoted cell.

Quotes are regular when every cell either has none, or begins and ends with one and has only doubled ones
between.
"""

import csv
import re
from collections import Counter
from dataclasses import dataclass

import polars as pl

from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.scratch import Text, scratch_path
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

# Delimiters.

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
"""Characters of the longest cell Excel can hold. A longer quoted field comes from an unclosed quote."""
LEAST_AGREEMENT = 0.3
DELIMITER_AS_TEXT = {"\t": "tab"}
SEP_LINE = re.compile(r'\ufeff?"?sep=([^"\r\n\w])"?[ \t;,]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
LINE_END = re.compile(r"\r\n|\r|\n")
"""Not str.splitlines: the head is decoded as Latin-1, where the UTF-8 bytes of "Å" include a Unicode line
end."""
WRAPPED = re.compile(r'"(?:[^"]|"")*"\s*$')
DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")


@dataclass(frozen=True, slots=True)
class Delimiter:
    """What separates cells, and how that is known."""

    character: str
    note: Message
    has_sep_line: bool = False
    """The first line states the delimiter (sep=;) and is no data."""
    wrapped: bool = False
    """Every line as a whole is in quotes, with its own quotes doubled."""


def find_delimiter(head: str, given: str | None) -> Delimiter:
    """Find what separates the cells of a text that begins with `head`. `given` is what tcw.yaml says."""
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
    """Return the candidate that splits most lines into the same number of cells; None where none does.

    Example: 7,5;8,0 / 7,5;8,0;Natt / 7,5;8,0. The comma gives 3 cells in every line, but it is always between
    digits, so it is decimal. The semicolon splits every line too, though unevenly: it is the delimiter.
    """
    ranked = [(_agreement(lines, candidate), candidate) for candidate in CANDIDATES]
    (agreement, separating, cells), best = max(ranked, key=lambda pair: pair[0])
    if cells > 1 and not separating:
        uneven = [(min(_cell_counts(lines, other)), other) for other in CANDIDATES if other != best]
        fewest, other = max(uneven, key=lambda pair: pair[0])
        if fewest > 1:
            return other
    return best if cells > 1 and agreement >= LEAST_AGREEMENT else None


def _worded(phrase: Phrase, character: str) -> Message:
    return Message(phrase, {"delimiter": DELIMITER_AS_TEXT.get(character, character)})


def _agreement(lines: list[str], candidate: str) -> tuple[float, bool, int]:
    """Return how well a candidate separates cells.

    The share of lines with the most common number of cells, whether the candidate separates more than
    decimals, and that number of cells.
    """
    counts = Counter(_cell_counts(lines, candidate))
    several = {cells: lines_with for cells, lines_with in counts.items() if cells > 1}
    if not several:
        return 0.0, False, 1
    cells = max(several, key=lambda number: (several[number], number))
    separating = candidate != "," or any("," in DECIMAL_COMMA.sub("", line) for line in lines)
    # Tenths, so that one odd row does not decide between two that fit.
    return round(several[cells] / sum(counts.values()), 1), separating, cells


def _cell_counts(lines: list[str], candidate: str) -> list[int]:
    """Return the number of cells of each record; where quotes do not close, of each line, ignoring quotes."""
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


# Quotes.

QUOTES_KEPT = Phrase(
    "text-quotes-kept",
    "quotation marks that open or close nothing were read as they stand (lines: {count})",
)
UNWRAPPED = Phrase("text-unwrapped", "every line stood in quotation marks as a whole; they were taken off")

MOST_LINES = 200
"""Line ends in one cell; with more, an unclosed quote is more likely."""
CLEARLY_A_TABLE = 3
"""A line with at least so many delimiters, and as many as other lines, looks like a whole row."""
INNER = '(?:[^"]|"")*'
LINE, NUMBER, MENDED = "line", "number", "mended"


def mend_quotes(text: Text, file: str, delimiter: Delimiter) -> tuple[Text, tuple[Message, ...]]:
    """Return a UTF-8 text with regular quotes only, and notes about what was changed.

    Line numbers stay the same. Raises InputFault where the text cannot be read or rewritten.
    """
    notes: tuple[Message, ...] = ()
    with faults.reading(file, faults.BINARY):
        if delimiter.wrapped:
            text, notes = _unwrap(text), (Message(UNWRAPPED),)
        separator = re.escape(delimiter.character)
        cell = f'(?:"{INNER}"|[^"{separator}]*)'
        alone = pl.col(LINE).str.contains(f"^\\x{{FEFF}}?{cell}(?:{separator}{cell})*$")
        irregular = _lines(text).filter(~alone).select(NUMBER).collect(engine="streaming").to_series()
        if irregular.is_empty():
            return text, notes
        stray = _stray_lines(text, alone, separator, delimiter.character)
        if stray.is_empty():
            return text, notes
        return _rewrite(text, stray, separator, delimiter.character), (
            *notes,
            Message(QUOTES_KEPT, {"count": Count(stray.len())}),
        )


def _lines(text: Text) -> pl.LazyFrame:
    return pl.scan_lines(text, name=LINE, row_index_name=NUMBER, glob=False)


def _unwrap(text: Text) -> Text:
    line = pl.col(LINE)
    whole = f'^\\x{{FEFF}}?"({INNER})"$'
    unwrapped = line.str.replace(whole, "${1}").str.replace_all('""', '"', literal=True)
    return _write(_lines(text).select(pl.when(line.str.contains(whole)).then(unwrapped).otherwise(line)))


def _stray_lines(text: Text, alone: pl.Expr, separator: str, delimiter: str) -> pl.Series:
    """Return the numbers of the lines with a stray quote: one that neither opens nor closes a cell.

    Outside a quoted cell a record ends at every line end. So a record over several lines begins in a line
    with an odd number of quotes and ends in the next such line. Where the lines between these two make no
    regular record, the quote of the first line is stray.
    """
    line = pl.col(LINE)
    cell = f'(?:"{INNER}"|[^"{separator}]*)'
    quoted = (
        _lines(text)
        .filter(line.str.contains('"', literal=True))
        .select(
            NUMBER,
            alone=alone,
            odd=line.str.count_matches('"', literal=True) % 2 == 1,
            opens=line.str.contains(f'^\\x{{FEFF}}?(?:{cell}{separator})*"{INNER}$'),
            closes=line.str.contains(f'^{INNER}"(?:{separator}{cell})*$'),
            within=line.str.contains(f'^{INNER}(?:"(?:{separator}{cell})*{separator}"{INNER})?$'),
            delimiters=line.str.count_matches(delimiter, literal=True),
        )
        .collect(engine="streaming")
    )
    expected = _usual_delimiters(text, delimiter)
    whole_row = (pl.col("delimiters") == expected) & (expected >= CLEARLY_A_TABLE)
    odd = (
        quoted.with_columns(unfit=(~pl.col("within") & ~pl.col("odd")).cum_sum())
        .filter("odd")
        .with_columns(
            end=pl.col(NUMBER).shift(-1),
            fits=pl.col("opens")
            & pl.col("closes").shift(-1, fill_value=False)
            & (pl.col("unfit").shift(-1) == pl.col("unfit"))
            & (pl.col(NUMBER).shift(-1) - pl.col(NUMBER) <= MOST_LINES)
            & ~(whole_row & whole_row.shift(-1, fill_value=False)),
        )
        .with_columns(run=pl.col("fits").rle_id())
        # A line that closes one record does not open the next, so every second one of overlapping pairs
        # counts.
        .with_columns(begins=pl.col("fits") & (pl.int_range(pl.len()).over("run") % 2 == 0))
    )
    records = odd.filter("begins").select(begin=NUMBER, end="end")
    return (
        quoted.filter(~pl.col("alone") | pl.col("odd"))
        .join_asof(records, left_on=NUMBER, right_on="begin", strategy="backward")
        .filter(pl.col("end").is_null() | (pl.col(NUMBER) > pl.col("end")))
        .get_column(NUMBER)
    )


def _usual_delimiters(text: Text, delimiter: str) -> int:
    """Return how many delimiters most of the first lines have."""
    counts = _lines(text).head(1000).select(pl.col(LINE).str.count_matches(delimiter, literal=True)).collect()
    return int(counts.to_series().mode().max())  # type: ignore[arg-type]


def _rewrite(text: Text, stray: pl.Series, separator: str, delimiter: str) -> Text:
    """Write the text anew with the quotes of the stray lines doubled: Polars reads them as characters."""
    cell = pl.element()
    body = cell.str.strip_suffix(delimiter)
    regular = cell.str.contains(f'^"{INNER}"{separator}?$') | ~cell.str.contains('"', literal=True)
    quoted = pl.concat_str(
        pl.lit('"'),
        body.str.replace_all('"', '""', literal=True),
        pl.lit('"'),
        pl.when(cell.str.ends_with(delimiter)).then(pl.lit(delimiter)).otherwise(pl.lit("")),
    )
    mended = (
        pl.col(LINE)
        .str.strip_prefix("\ufeff")
        .str.extract_all(f'(?:"{INNER}"|[^{separator}]*)(?:{separator}|$)')
        .list.eval(pl.when(regular).then(cell).otherwise(quoted))
        .list.join("")
    )
    lines = _lines(text)
    replaced = (
        lines.join(stray.to_frame().lazy(), on=NUMBER, how="semi")
        .select(NUMBER, mended.alias(MENDED))
        .collect()
    )
    return _write(
        lines.join(replaced.lazy(), on=NUMBER, how="left", maintain_order="left").select(
            pl.coalesce(MENDED, LINE)
        )
    )


def _write(lines: pl.LazyFrame) -> Text:
    path = scratch_path()
    lines.sink_csv(path, include_header=False, quote_style="never")
    return path
