"""Arbitrary bytes under every name that tcw reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcw.intake.discover.open_file import ARCHIVES, BIFF_WITHOUT_OLE, OLE, PICTURES
from tcw.intake.discover.sources import DATA
from tests.fuzz.harness import checked, fuzzed

pytestmark = pytest.mark.slow

MAGICS = [*PICTURES, *ARCHIVES, *BIFF_WITHOUT_OLE, OLE, b"PK\x03\x04", b"PAR1", b"%PDF-", rb"{\rtf", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff",  # noqa: E501
    b"\xff\xfe\x00\x00", b"<?xml", b"<html>", b"<table><tr><td>", b"<paxml>", b"sep=;\n", b""]  # fmt: skip
BYTES = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from([b"a", b"1", b";", b",", b"\t", b"\n", b"\r", b'"', b"\x00", b"\xe5", b"\xc3\xa5", b" ", b"\xff"])).map(b"".join),  # noqa: E501
    st.text(max_size=200).map(lambda text: text.encode("utf-16")),
)  # fmt: skip


@given(st.sampled_from(sorted(DATA)), st.sampled_from(MAGICS), BYTES)
@fuzzed(80)
def test_bytes(extension: str, magic: bytes, content: bytes) -> None:
    checked({f"fil{extension}": magic + content})


@given(st.lists(st.tuples(st.sampled_from(sorted(DATA)), BYTES), min_size=2, max_size=3))
@fuzzed(10)
def test_several_files(contents: list[tuple[str, bytes]]) -> None:
    checked({f"{number}{extension}": content for number, (extension, content) in enumerate(contents)})


@pytest.mark.parametrize("name", ["fil.csv", "fil.xlsx", "fil.parquet", "fil.xml", "fil.xls"])
def test_magics_alone(name: str) -> None:
    for magic in MAGICS:
        checked({name: magic})
