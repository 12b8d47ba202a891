"""Files are read by what they hold; what is no table is told in one line."""

import gzip
import io
import os
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcw.errors import InputFault
from tcw.intake.discover.file_faults import BINARY, MISSING, reading
from tcw.wording.phrase import swedish
from tests.intake.raw_files import codes_of, one_sheet, opened, rows_of

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(**entries: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (PNG, "file-picture"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "file-picture"),
        (b"%PDF-1.7\n%\xe2\xe3", "file-pdf"),
        (gzip.compress(b"a;b\n1;2\n", mtime=0), "file-archive"),
        (zipped(readme="x"), "file-archive"),
        (b"PK\x05\x06" + b"\0" * 18, "file-archive"),
        (zipped(word__document__xml="x"), "file-document"),
        (rb"{\rtf1\ansi hej}", "file-document"),
        (OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "file-document"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "file-encrypted"),
        (OLE + b"\0" * 600, "file-broken-workbook"),
        (b"\x09\x08\x08\x00\x00\x05\x10\x00", "file-old-workbook"),
        (b"PK\x03\x04" + b"\0" * 100, "file-broken-workbook"),
        (bytes(range(256)) * 4, "file-binary"),
        (b"PAR1" + b"\0" * 20, "file-broken-parquet"),
        (b"PARE" + b"\0" * 20 + b"PARE", "file-encrypted-parquet"),
        (b"<?xml version='1.0'?><order><row/></order>", "file-other-xml"),
        (b"<?xml version='1.0'?>", "file-broken-xml"),
        (b"<html><body>Logga in</body></html>", "file-no-table"),
        (b"<table><tr><td> </td></tr></table>", "file-blank"),
    ],
)
@pytest.mark.parametrize("name", ["a.xlsx", "å b.csv"])
def test_what_is_no_table_is_told_by_its_content(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(InputFault) as fault:
        one_sheet(tmp_path / name, content)
    assert fault.value.code == code
    for lang in ("en", "sv"):
        (line,) = fault.value.lines(lang)
        assert line.startswith(f"{name}: ")
        assert "{" not in line


def test_names_do_not_decide(tmp_path: Path) -> None:
    assert rows_of(one_sheet(tmp_path / "a.xls", "a\tb\r\n1\t2\r\n")) == [(1, "a", "b"), (2, "1", "2")]
    pl.DataFrame({"a": ["x"]}).write_excel(tmp_path / "b.csv")
    assert [row[1] for row in rows_of(opened(tmp_path / "b.csv")[0])] == ["a", "x"]
    with pytest.raises(InputFault) as fault:
        one_sheet(tmp_path / "c.parquet", "a;b\n1;2\n")
    assert fault.value.code == "file-no-parquet"


def test_a_web_page_called_xls_is_read_as_its_tables(tmp_path: Path) -> None:
    page = """<html><head><style>td {color: red}</style></head><body><table>
    <tr><td colspan=2>Rapport</td></tr><tr><th>namn</th><th>tid</th></tr>
    <tr><td>&Aring;sa<br>Örn</td><td>&nbsp;7,5</td></tr><tr><td></td></tr><tr><td>Bo<td>8</table></body></html>"""
    for encoding in ("utf-8", "cp1252", "utf-16"):
        sheet = one_sheet(tmp_path / "a.xls", page.encode(encoding))
        assert rows_of(sheet) == [
            (1, "Rapport", None),
            (2, "namn", "tid"),
            (3, "Åsa\nÖrn", "7,5"),
            (5, "Bo", "8"),
        ]
        assert codes_of(sheet) == ["html-table", "text-encoding"]


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="needs a user to whom something can be forbidden"
)
def test_a_forbidden_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch(mode=0)
    with pytest.raises(InputFault) as fault:
        opened(tmp_path / "a.csv")
    assert fault.value.code == "file-denied"


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputFault) as fault:
        opened(tmp_path / "a.csv")
    assert fault.value.code == "file-missing"


class PanicException(BaseException):
    """Looks like a panic of Rust."""


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PanicException("unwrap"), "file-binary"),
        (pl.exceptions.ComputeError("x"), "file-binary"),
        (OSError("thrift"), "file-binary"),
        (PermissionError(13, "denied"), "file-denied"),
        (OSError(28, "full"), "file-no-space"),
        (OSError(5, "Input/output error"), "file-unreadable"),
        (InputFault(MISSING, file="a"), "file-missing"),
    ],
)
def test_what_libraries_throw_becomes_a_fault(error: BaseException, code: str) -> None:
    with pytest.raises(InputFault) as fault, reading("a", BINARY):
        raise error
    assert fault.value.code == code


def test_an_interrupt_is_no_fault() -> None:
    with pytest.raises(KeyboardInterrupt), reading("a", BINARY):
        raise KeyboardInterrupt


def test_every_phrase_of_the_readers_is_worded_in_swedish() -> None:
    from tcw.intake.discover import csv_dialect, delimited, encoding, file_faults, html_table, workbook
    from tcw.intake.discover import sources as discover
    from tcw.wording import Phrase

    modules = (csv_dialect, delimited, discover, encoding, file_faults, html_table, workbook)
    phrases = {item for module in modules for item in vars(module).values() if isinstance(item, Phrase)}
    assert len(phrases) > 50
    assert {phrase.code for phrase in phrases} <= swedish().keys()


MAGICS = [
    b"",
    b"PK\x03\x04",
    OLE,
    b"PAR1",
    b"<?xml",
    b"<table",
    b"\xff\xfe",
    b"sep=;\n",
    b'"',
    PNG[:4],
    b"\x1f\x8b",
]


@settings(max_examples=120, deadline=None)
@given(
    magic=st.sampled_from(MAGICS),
    rest=st.binary(max_size=200),
    name=st.sampled_from(["a.csv", "a.xlsx", "a.parquet"]),
)
def test_arbitrary_bytes_are_rows_or_a_fault(
    tmp_path_factory: pytest.TempPathFactory, magic: bytes, rest: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("b") / name
    path.write_bytes(magic + rest)
    try:
        sheets = opened(path)
    except InputFault as fault:
        assert len(fault.lines("sv")) == 1  # noqa: PT017 - either outcome is right
        return
    assert all(row[0] > 0 for sheet in sheets for row in rows_of(sheet))
