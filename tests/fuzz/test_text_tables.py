"""Text tables: well written ones are read row by row as they stand, others at least lose nothing."""

import re

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tests.fuzz.harness import checked, fuzzed
from tests.fuzz.ingredients import CELLS, header_of, rows_of, sheet_rows

pytestmark = pytest.mark.slow

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850", "utf-16-le"]
UNCLEAR = re.compile("[\x1c-\x1f\x00\x1a\ufeff\x85\u2028\u2029\x0b\x0c]")
"""Characters that some take for line ends, blanks or nothing, so that nobody can say what stands there."""
BLANK = " \t\r\n\u00a0"


def written(rows: list[list[str]], delimiter: str, end: str, *, quote_all: bool) -> str:
    """The rows as RFC 4180 has them."""

    def cell(text: str) -> str:
        if quote_all or any(character in text for character in f'{delimiter}"\r\n'):
            return '"' + text.replace('"', '""') + '"'
        return text

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


@st.composite
def plain_tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    header = draw(header_of(junk=False))
    rows = draw(rows_of([column for _, column in header], ragged=False))
    return [name for name, _ in header], [[UNCLEAR.sub("", cell) for cell in row] for row in rows]


@given(
    plain_tables(),
    st.sampled_from(";,\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from(ENCODINGS),
)
@fuzzed(90)
def test_well_written(
    table: tuple[list[str], list[list[str]]], delimiter: str, end: str, quote_all: bool, encoding: str
) -> None:
    header, rows = table
    text = written([header, *rows], delimiter, end, quote_all=quote_all)
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:
        content = text.encode()
    read = checked({"fil.csv": content})
    if read is None or read.loaded.sheets[0].headers[: len(header)] != tuple(header):
        event("not read as written")
        return
    (file,) = read.loaded.schedule.intake.files
    event(f"read as {file.table}")
    if file.table is not None:
        expected = [number for number, row in enumerate(rows, 2) if any(cell.strip(BLANK) for cell in row)]
        assert list(read.rows[0]) == expected
        assert file.rows_read == len(expected)


@given(
    sheet_rows(),
    st.sampled_from(";,\t|: \x1f'~"),
    st.sampled_from(["\n", "\r\n", "\r", "\n\n", ";\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "cp437", "latin-1"]),
    st.sampled_from(["", "sep=;\n", '"sep=,"\r\n', "\ufeff", "\n\n", "Rapport\n\n"]),
    st.sampled_from([".csv", ".txt", ".tsv", ".xls", ".xlsx", ".dat"]),
)
@fuzzed(90)
def test_badly_written(
    rows: list[list[str]], delimiter: str, end: str, encoding: str, before: str, extension: str
) -> None:
    """Nothing is quoted, cells hold delimiters and quotes, lines end in any way."""
    text = before + "".join(delimiter.join(row) + end for row in rows)
    read = checked({f"fil{extension}": text.encode(encoding, "replace")})
    if read is None:
        event("refused")
        return
    (file,) = read.loaded.schedule.intake.files
    event(f"read as {file.table}")
    count = lines_below(text, read.loaded.sheets[0].headers)
    if count is not None and file.table is not None:
        event("counted")
        assert file.rows_read == count


def lines_below(text: str, headers: tuple[str, ...]) -> int | None:
    """Count the lines below the header line; None where more than one reading of the text is possible."""
    if UNCLEAR.search(text) or '"' in text or "\r" in text or "sep=" in text:
        return None
    lines = text.split("\n")
    wanted = [name for name in headers if name]
    places = [
        place for place, line in enumerate(lines)
        for delimiter in ";,\t|"
        if wanted and [cell.strip() for cell in line.split(delimiter) if cell.strip()] == wanted
    ]  # fmt: skip
    delimiters = {delimiter for delimiter in ";,\t|" if len(places) == 1 and delimiter in lines[places[0]]}
    if len(delimiters) != 1:
        return None
    blank = BLANK + delimiters.pop()
    return sum(1 for line in lines[places[0] + 1 :] if line.strip(blank))


@given(
    st.lists(st.lists(CELLS, max_size=6), max_size=8),
    st.sampled_from([b"\x00", b"\xff", b'"', b"\r", b"\xe5"]),
    st.data(),
)
@fuzzed(40)
def test_bytes_in_the_middle(rows: list[list[str]], stray: bytes, data: st.DataObject) -> None:
    header = [name for name, _ in data.draw(header_of())]
    content = "".join(";".join(row) + "\n" for row in [header, *rows]).encode("utf-8", "replace")
    place = data.draw(st.integers(0, len(content)))
    checked({"fil.csv": content[:place] + stray + content[place:]})
