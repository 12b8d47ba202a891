"""Text files: encodings, delimiters, quotes, line ends, row numbers."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tcw.errors import InputFault
from tcw.intake.discover.csv_dialect import CLEARLY_A_TABLE
from tests.intake.raw_files import Row, codes_of, one_sheet, rows_of

SWEDISH = "namn;ort\r\nÅsa Örn;Umeå\r\nJörgen;Älmhult\r\n"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16-LE"),
        ("utf-16-be", "UTF-16-BE"),
        ("cp1252", "Windows-1252"),
        ("iso-8859-1", "Windows-1252"),
        ("cp850", "IBM850"),
        ("cp437", "IBM850"),
        ("mac-roman", "Mac Roman"),
    ],
)
def test_swedish_letters_are_read_in_every_encoding(tmp_path: Path, encoding: str, told: str) -> None:
    sheet = one_sheet(tmp_path / "a.csv", SWEDISH.encode(encoding))
    assert rows_of(sheet) == [(1, "namn", "ort"), (2, "Åsa Örn", "Umeå"), (3, "Jörgen", "Älmhult")]
    assert sheet.notes[0].facts == {"encoding": told}


def test_quotation_marks_and_dashes_of_windows_are_not_taken_for_letters_of_dos(tmp_path: Path) -> None:
    sheet = one_sheet(tmp_path / "a.csv", "a;b\n“kväll”;07–16…\n”;natt”\n".encode("cp1252"))
    assert rows_of(sheet)[1:] == [(2, "“kväll”", "07–16…"), (3, "”", "natt”")]


def test_a_few_stray_bytes_in_utf8_are_shown_as_unreadable(tmp_path: Path) -> None:
    sheet = one_sheet(tmp_path / "a.csv", "å;ä\nö;é\n".encode() + b"x\xe5;y\n")
    assert rows_of(sheet)[2] == (3, "x\ufffd", "y")
    assert codes_of(sheet) == ["text-stray-bytes", "text-delimiter"]


def test_a_configured_encoding_must_fit(tmp_path: Path) -> None:
    assert rows_of(one_sheet(tmp_path / "a.csv", SWEDISH.encode("cp865"), encoding="cp865"))[1] == (
        2,
        "Åsa Örn",
        "Umeå",
    )
    for encoding, code in (
        ("ascii", "file-encoding-unfit"),
        ("utf-8", "file-encoding-unfit"),
        ("utf-16", "file-encoding-unfit"),
        ("klingon", "file-encoding-unknown"),
        ("base64", "file-encoding-unknown"),
    ):
        with pytest.raises(InputFault) as fault:
            one_sheet(tmp_path / "a.csv", SWEDISH.encode("cp1252"), encoding=encoding)
        assert fault.value.code == code


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a;b\n1,5;2,5\n2,5;3\n", [("a", "b"), ("1,5", "2,5"), ("2,5", "3")]),
        ("1,5;2,5\n2,5;3,5\n", [("1,5", "2,5"), ("2,5", "3,5")]),
        ("a,b\n1.5,2\n", [("a", "b"), ("1.5", "2")]),
        ("a\tb c\n1\t2, 3\n", [("a", "b c"), ("1", "2, 3")]),
        ("a|b\n1|2\n", [("a", "b"), ("1", "2")]),
        ('a,b\n"x;y;z",2\n"x;y;z",3\n', [("a", "b"), ("x;y;z", "2"), ("x;y;z", "3")]),
        ("Lista, mars\nid;namn;tid\n1;a;2\n2;b;3\n", [("Lista, mars", None, None), ("id", "namn", "tid"), ("1", "a", "2"), ("2", "b", "3")]),  # noqa: E501
        ("namn\nSven\n", [("namn",), ("Sven",)]),
        ('"a;b;c"\n"1;2;""x"""\n', [("a", "b", "c"), ("1", "2", "x")]),
    ],
)  # fmt: skip
def test_the_delimiter_is_found(tmp_path: Path, text: str, rows: list[tuple[str | None, ...]]) -> None:
    assert [row[1:] for row in rows_of(one_sheet(tmp_path / "a.txt", text))] == rows


def test_a_first_line_that_says_the_delimiter_is_no_data_but_a_row(tmp_path: Path) -> None:
    for mark in ("", "\ufeff"):
        sheet = one_sheet(tmp_path / "a.csv", f"{mark}sep=,\r\na;x,b\r\n1;2,3\r\n")
        assert rows_of(sheet) == [(2, "a;x", "b"), (3, "1;2", "3")]
        assert sheet.head[0] == (None, None)


def test_a_configured_delimiter_is_used(tmp_path: Path) -> None:
    assert rows_of(one_sheet(tmp_path / "a.csv", "a;b,c\n1;2,3\n", delimiter=","))[0] == (1, "a;b", "c")
    with pytest.raises(InputFault) as fault:
        one_sheet(tmp_path / "a.csv", "a;b\n", delimiter="::")
    assert fault.value.code == "file-delimiter-unfit"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_rows_count_but_are_left_out(tmp_path: Path, end: str) -> None:
    text = end.join(["a;b", "", "1;2", " ; ", ";", "\u00a0;\t", "3;4"])
    sheet = one_sheet(tmp_path / "a.csv", text)
    assert rows_of(sheet) == [(1, "a", "b"), (3, "1", "2"), (7, "3", "4")]
    assert sheet.head[1] == (None, None)


def test_line_ends_may_be_mixed(tmp_path: Path) -> None:
    assert rows_of(one_sheet(tmp_path / "a.csv", "a;b\r1;2\n3;4\r\n5;6")) == [
        (1, "a", "b"), (2, "1", "2"), (3, "3", "4"), (4, "5", "6"),
    ]  # fmt: skip


def test_a_quoted_line_end_does_not_begin_a_row(tmp_path: Path) -> None:
    sheet = one_sheet(tmp_path / "a.csv", 'a;b\r\n1;"x\r\n\r\ny"\r\n2;z\r\n')
    assert rows_of(sheet) == [(1, "a", "b"), (2, "1", "x\n\ny"), (3, "2", "z")]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('1;5" rör;x', ("1", '5" rör', "x")),
        ('1;"x"y;z', ("1", '"x"y', "z")),
        ('1;"öppen;x', ("1", '"öppen', "x")),
        ('1;x";"y;z"', ("1", 'x"', "y;z")),
        ('1;"he said ""no""";x', ("1", 'he said "no"', "x")),
    ],
)
def test_a_quote_astray_loses_nothing(tmp_path: Path, line: str, cells: tuple[str, ...]) -> None:
    sheet = one_sheet(tmp_path / "a.csv", f'a;b;c\n{line}\n2;"q;r";s\n3;t;u\n')
    assert rows_of(sheet)[1:] == [(2, *cells), (3, "2", "q;r", "s"), (4, "3", "t", "u")]


def test_two_quotes_astray_do_not_swallow_the_rows_between(tmp_path: Path) -> None:
    sheet = one_sheet(tmp_path / "a.csv", 'a;b;c;d\n1;"x;y;z\n2;u";v;w\n')
    assert rows_of(sheet)[1:] == [(2, "1", '"x', "y", "z"), (3, "2", 'u"', "v", "w")]
    assert "text-quotes-kept" in codes_of(sheet)


def test_an_unclosed_quote_does_not_swallow_the_file(tmp_path: Path) -> None:
    text = 'a;b\n"1;2\n' + "3;4\n" * 300 + '5;6"\n'
    rows = rows_of(one_sheet(tmp_path / "a.csv", text))
    assert (rows[1], rows[-1], len(rows)) == ((2, '"1', "2"), (303, "5", '6"'), 303)


def test_what_does_not_fit_the_columns_is_marked(tmp_path: Path) -> None:
    text = "a;b;\n" + "1;2;\n" * 60 + "1;2;3;;;4\n1\n1;2;; ;\n"
    frame = one_sheet(tmp_path / "a.csv", text).cells.collect()
    assert frame.columns == ["row", "c0", "c1", "beyond"]
    assert frame.filter("beyond")["row"].to_list() == [62]
    assert frame.row(-2) == (63, "1", None, False)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\xef\xbb\xbf", "file-blank"),
        (b" \r\n\t\r\n;;;\r\n", "file-blank"),
        (b'"";""\n', "file-blank"),
        (b"a;b\n" + b"x" * 9_000_000, "file-long-line"),
    ],
)
def test_a_file_without_rows_is_a_fault(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(InputFault) as fault:
        one_sheet(tmp_path / "a.csv", content)
    assert fault.value.code == code


def test_zeros_at_the_end_are_told_and_kept(tmp_path: Path) -> None:
    sheet = one_sheet(tmp_path / "a.csv", b"a;b\n" + b"1;2\n" * 2000 + b"\0" * 100)
    assert "text-zeros" in codes_of(sheet)
    assert rows_of(sheet)[-1][0] == 2002


def test_neat_text_is_scanned_as_it_stands(tmp_path: Path) -> None:
    sheet = one_sheet(tmp_path / "a.csv", "id;ort\n1;Umeå\n2;\n")
    assert "strip_chars" not in sheet.cells.explain()
    assert rows_of(sheet)[2] == (3, "2", None)
    assert "strip_chars" in one_sheet(tmp_path / "b.csv", "id;ort\n1;Umeå \n").cells.explain()


CELL = st.text(st.sampled_from('ab1åÖ ,;"\n\t\u00a0'), max_size=6)


def expected(text: str) -> list[Row]:
    """What Python's own reader makes of well-formed text, stripped."""
    rows = [[cell.strip() or None for cell in row] for row in csv.reader(io.StringIO(text), delimiter=";")]
    return [(number, *row) for number, row in enumerate(rows, 1) if any(row)]


@settings(max_examples=80, deadline=None)
@given(
    table=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_well_formed_text_is_read_as_by_the_standard_library(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, ...]], end: str, quoting: int
) -> None:
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator=end, quoting=quoting).writerows(  # type: ignore[arg-type]
        [("x", "y", "z"), *table]
    )
    # Two lines with a stray quote each and as many delimiters as a row have are taken for rows, not for one
    # cell.
    odd = [line for line in stream.getvalue().splitlines() if line.count('"') % 2]
    assume(all(line.count(";") < CLEARLY_A_TABLE for line in odd))
    sheet = one_sheet(tmp_path_factory.mktemp("t") / "a.csv", stream.getvalue(), delimiter=";")
    assert rows_of(sheet) == expected(stream.getvalue())


@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from('ab12å;;"" \n\n\r,\t\u00a0'), min_size=1, max_size=60))
def test_no_letter_is_lost_however_quotes_stand(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    try:
        sheet = one_sheet(tmp_path_factory.mktemp("t") / "a.csv", text, delimiter=";")
    except InputFault as fault:
        outcome = fault.code
    else:
        outcome = ""
    if outcome:
        assert (outcome, any(letter.isalnum() for letter in text)) == ("file-blank", False)
        return
    rows = rows_of(sheet)
    read = "".join(cell or "" for row in rows for cell in row[1:])
    assert [letter for letter in read if letter.isalnum()] == [letter for letter in text if letter.isalnum()]
    heads = {number: row for number, *row in rows}
    assert all(
        list(row) == heads.get(number, [None] * sheet.width) for number, row in enumerate(sheet.head, 1)
    )
