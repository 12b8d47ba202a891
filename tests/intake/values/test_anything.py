"""Whatever a file holds: no traceback, the right dtype, blank stays blank; and every note in two
languages."""

import importlib
import pkgutil
from string import Formatter
from typing import get_args

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import tcw.intake.values
from tcw.intake.values import Ambiguity, read_column
from tcw.model.tables import Kind
from tcw.wording import Phrase
from tests.intake.values.reading import apply, reading

KINDS: tuple[Kind, ...] = get_args(Kind)
FLOAT: list[pl.DataType] = [pl.Float64()]
TEXT: list[pl.DataType] = [pl.String()]
DTYPES: dict[Kind, list[pl.DataType]] = {
    "date": [pl.Date()],
    "moment": [pl.Datetime("us"), pl.Datetime("us", "UTC"), pl.Duration("us"), pl.Date()],
    "hours": FLOAT,
    "minutes": FLOAT,
    "seconds": FLOAT,
    "share": FLOAT,
    "number": FLOAT,
    "integer": [pl.Int64()],
    "yes_no": [pl.Boolean()],
    "list": [pl.List(pl.String)],
    "id": TEXT,
    "text": TEXT,
    "word": TEXT,
}
PIECES = st.sampled_from(
    ["2026-03-02", "07:30", "7.30", "24:00", "7,5", "1 234", "%", " ", "T", "Z", "+01:00", "-", "AM", "mars", "mån", "kl", "0", "1", "99", "1899-12-31", "9999-12-31", "h", "min", "PT", "x", "\u00a0", "−", "９", "e5", "Å", "\n", "🙂", "(", ")"]  # noqa: E501
)  # fmt: skip
CELLS = st.one_of(st.lists(PIECES, min_size=1, max_size=4).map("".join), st.text(max_size=12))


@pytest.mark.parametrize("kind", KINDS)
@given(st.lists(CELLS, max_size=12), st.lists(CELLS, max_size=6))
@settings(max_examples=12, deadline=None)
def test_nothing_raises(kind: Kind, cells: list[str], later: list[str]) -> None:
    try:
        read = reading(cells, kind)
        again = read.widened(pl.Series(later, dtype=pl.String))
    except Ambiguity:
        assume(kind not in {"date", "moment"})
        raise
    column = apply(read, [*cells, None, *later])
    assert column.dtype in DTYPES[kind]
    assert column[len(cells)] is None
    assert apply(again, [*cells, *later]).dtype in DTYPES[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_column(kind: Kind) -> None:
    read = read_column(pl.Series([], dtype=pl.String), kind)
    assert apply(read, [None, "§"]).dtype in DTYPES[kind]


def _phrases() -> list[Phrase]:
    package = tcw.intake.values
    modules = [
        importlib.import_module(f"{package.__name__}.{item.name}")
        for item in pkgutil.iter_modules(package.__path__)
    ]
    found = {
        value.code: value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Phrase)
    }
    return list(found.values())


@pytest.mark.parametrize("phrase", _phrases(), ids=lambda phrase: phrase.code)
def test_notes_are_in_swedish_with_the_same_places(phrase: Phrase) -> None:
    english, swedish = (
        {place for _, place, _, _ in Formatter().parse(phrase.template(lang)) if place}
        for lang in ("en", "sv")
    )
    assert english == swedish
