"""Workbooks that were cut off, damaged, or written by something that does not know how."""

import itertools
from collections.abc import Iterator
from unittest import mock

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tcw.intake.discover import workbook
from tests.fuzz import damage, workbooks
from tests.fuzz.harness import checked, fuzzed
from tests.fuzz.workbooks import packed, parts_of, replaced

pytestmark = pytest.mark.slow

KINDS = {"xlsx": workbooks.xlsx, "xlsb": workbooks.xlsb, "ods": workbooks.ods, "xls": workbooks.xls}
PACKED = ["xlsx", "xlsb", "ods"]


@pytest.fixture(autouse=True)
def _impatient() -> Iterator[None]:
    # calamine never returns on some of these: tcw ends it, as it does for its users later.
    with mock.patch.object(workbook, "PATIENCE", 6.0):
        yield


def load(kind: str, content: bytes) -> None:
    read = checked({f"bok.{kind}": content})
    if read is None:
        event(f"{kind} refused")
    else:
        event(f"{kind} read: {[sheet.recognition.table for sheet in read.loaded.sheets]}")


@pytest.mark.parametrize("kind", list(KINDS))
def test_sound(kind: str) -> None:
    read = checked({f"bok.{kind}": KINDS[kind]()})
    assert read is not None
    tables = {"bookings": 2} if kind == "xlsb" else {"bookings": 3, "staff": 1 if kind == "xlsx" else 2}
    assert {file.table: file.accepted for file in read.loaded.schedule.intake.files if file.table} == tables


@given(
    st.sampled_from(list(KINDS)).flatmap(
        lambda kind: st.tuples(st.just(kind), damage.of_bytes(KINDS[kind]()))
    )
)
@fuzzed(40)
def test_damaged_files(book: tuple[str, bytes]) -> None:
    load(*book)


@given(st.sampled_from(PACKED), st.booleans(), st.data())
@fuzzed(30)
def test_damaged_parts(kind: str, stored: bool, data: st.DataObject) -> None:
    parts = parts_of(KINDS[kind]())
    name = data.draw(st.sampled_from(sorted(parts)))
    load(kind, packed({**parts, name: data.draw(damage.of_bytes(parts[name]))}, stored=stored))


@given(st.sampled_from(["xlsx", "xlsx", "ods"]), st.data())
@fuzzed(40)
def test_absurd_values(kind: str, data: st.DataObject) -> None:
    """Wrong types of cells, strings that are not in the table of strings, dimensions beyond the sheet."""
    parts = parts_of(KINDS[kind]())
    told = [name for name in sorted(parts) if name.startswith("xl/") and "theme" not in name] or [
        "content.xml"
    ]
    names = data.draw(st.lists(st.sampled_from(told), min_size=1, max_size=2, unique=True))
    load(kind, packed(replaced(parts, [(name, data.draw(damage.of_xml(parts[name]))) for name in names])))


@given(st.sampled_from(PACKED), st.sampled_from(PACKED), st.data())
@fuzzed(20)
def test_swapped_parts(kind: str, other: str, data: st.DataObject) -> None:
    """A part with the content of another one, of this workbook or of another, or left out."""
    parts, donor = parts_of(KINDS[kind]()), parts_of(KINDS[other]())
    name = data.draw(st.sampled_from(sorted(parts)))
    content = data.draw(st.sampled_from([None, b"", *donor.values()]))
    load(kind, packed(replaced(parts, [(name, content)])))


@pytest.mark.parametrize(("kind", "name"), list(itertools.permutations(KINDS, 2)))
def test_named_as_another(kind: str, name: str) -> None:
    read = checked({f"bok.{name}": KINDS[kind]()})
    assert read is not None
    assert "bookings" in {file.table for file in read.loaded.schedule.intake.files}
