"""Ids, personal numbers, words, yes and no, lists, and columns that have a type already."""

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcw.intake.values import Hints, native, personal_number
from tcw.model.tables import Kind
from tests.intake.values.reading import apply, codes, reading, values


def test_ids_stay_text() -> None:
    cells = ["002", "2.0", "1.98E+11", "Å-1", "A\u00a0B", None]
    assert values(cells, "id") == ["002", "2.0", "1.98E+11", "Å-1", "A B", None]
    assert values(cells, "id", medium="excel")[:3] == ["002", "2", "1.98E+11"]
    assert values(["2.0", "A\u00a0B"], "text", medium="excel") == ["2.0", "A\u00a0B"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("19800102-1234", "198001021234"),
        ("198001021234", "198001021234"),
        ("800102-1234", "198001021234"),
        ("8001021234", "198001021234"),
        ("19800102 1234", "198001021234"),
        ("800102–1234", "198001021234"),
        ("800102+1234", "188001021234"),
        ("19101112+1234", "191011121234"),
        ("260102-1234", "202601021234"),
        ("270102-1234", "192701021234"),
        ("800162-1234", "198001621234"),
        ("20000229-1234", "200002291234"),
        ("800230-1234", None),
        ("800192-1234", None),
        ("20270102-1234", None),
        ("80010212345", None),
        ("8001021234.0", None),
        ("Anna", None),
        (None, None),
    ],
)
def test_personal_numbers(cell: str | None, expected: str | None) -> None:
    frame = pl.DataFrame({"c": pl.Series([cell], dtype=pl.String)})
    assert frame.select(personal_number(pl.col("c"), 2026)).item() == expected


@given(st.dates(dt.date(1927, 1, 1), dt.date(2026, 12, 31)), st.integers(0, 9999), st.booleans())
@settings(max_examples=50, deadline=None)
def test_ten_and_twelve_digits_are_one_person(born: dt.date, last: int, coordination: bool) -> None:
    day = born.day + 60 * coordination
    full = f"{born:%Y%m}{day:02}{last:04}"
    frame = pl.DataFrame({"c": [full, full[2:], f"{full[:8]}-{full[8:]}", f"{full[2:8]}-{full[8:]}"]})
    assert frame.select(personal_number(pl.col("c"), 2026)).to_series().to_list() == [full] * 4


WORDS = {"billable": ["Debiterbar"], "non_billable": ["ej debiterbar", "Icke-debiterbar"]}


def test_words() -> None:
    cells = [
        "Debiterbar",
        "EJ DEBITERBAR",
        "ej_debiterbar",
        "Ej\u00a0debiterbar.",
        "Billable",
        "?",
        "annat",
        None,
    ]
    no = "non_billable"
    assert values(cells, "word", Hints(words=WORDS)) == ["billable", no, no, no, "billable", None, None, None]
    assert values(["a"], "word") == [None]


def test_a_new_spelling_is_found_in_the_second_plan() -> None:
    first = reading(["Debiterbar"], "word", Hints(words=WORDS))
    assert apply(first, ["debiterbar"]).to_list() == ["billable"], "written as usual"
    assert apply(first, ["dEbiter bar"]).to_list() == [None]
    assert (
        apply(first.widened(pl.Series(["dEbiter bar"])), ["dEbiter bar", "Debiterbar"]).to_list()
        == ["billable"] * 2
    )


@pytest.mark.parametrize(
    ("yes", "no"),
    [("ja", "nej"), ("J", "N"), ("Yes", "No"), ("y", "n"), ("TRUE", "FALSE"), ("sant", "falskt"), ("1", "0"), ("on", "off"), ("Billable", "Non-billable"), ("✓", "✗")],  # noqa: E501
)  # fmt: skip
def test_yes_and_no(yes: str, no: str) -> None:
    assert values([yes, no, "kanske", None], "yes_no") == [True, False, None, None]


def test_marks() -> None:
    read = reading(["x", "X"], "yes_no")
    assert apply(read, ["x", None, "X"]).to_list() == [True, None, True]
    assert codes(read) == ["marked-cells"]


def test_lists() -> None:
    cells = ["A, B;C|D\nE\r\nF,, ;", "A", "; ,", " a b ,c", "A\u00a0B;C", None]
    expected = [["A", "B", "C", "D", "E", "F"], ["A"], None, ["a b", "c"], ["A B", "C"], None]
    assert values(cells, "list") == expected


@given(st.lists(st.text("ab ,;|\n\u00a0", max_size=12), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_lists_agree_with_splitting(cells: list[str]) -> None:
    def split(cell: str) -> list[str] | None:
        for separator in ";|\n":
            cell = cell.replace(separator, ",")
        items = [" ".join(item.split()) for item in cell.split(",")]
        return [item for item in items if item] or None

    read = [
        items if items is None else [" ".join(item.split()) for item in items]
        for items in values(cells, "list")
    ]
    assert read == [split(cell) for cell in cells]


DAY, MOMENT = dt.date(2026, 3, 2), dt.datetime(2026, 3, 2, 7, 30)
UTC = dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("kind", "column", "shape", "expected"),
    [
        ("date", pl.Series([DAY]), "date", DAY),
        ("date", pl.Series([MOMENT]), "date", DAY),
        ("date", pl.Series([UTC]), "date", DAY),
        ("moment", pl.Series([DAY]), "date", DAY),
        ("moment", pl.Series([MOMENT]).cast(pl.Datetime("ms")), "datetime", MOMENT),
        ("moment", pl.Series([UTC]).dt.convert_time_zone("Europe/Stockholm").cast(pl.Datetime("ns", "Europe/Stockholm")), "instant", UTC),  # noqa: E501
        ("moment", pl.Series([dt.time(7, 30)]), "clock", dt.timedelta(hours=7.5)),
        ("moment", pl.Series([dt.timedelta(hours=24)]), "clock", dt.timedelta(hours=24)),
        ("moment", pl.Series([dt.timedelta(hours=25)]), "clock", None),
        ("hours", pl.Series([dt.timedelta(hours=26.5)]).cast(pl.Duration("ms")), "hours", 26.5),
        ("hours", pl.Series([7], dtype=pl.Int16), "hours", 7.0),
        ("hours", pl.Series([float("nan")]), "hours", None),
        ("minutes", pl.Series([dt.time(0, 30)]), "minutes", 30.0),
        ("number", pl.Series(["1.5"]).cast(pl.Decimal(10, 2)), "number", 1.5),
        ("integer", pl.Series([7.0]), "integer", 7),
        ("integer", pl.Series([7.5]), "integer", None),
        ("yes_no", pl.Series([True]), "yes_no", True),
        ("yes_no", pl.Series([0]), "yes_no", False),
        ("yes_no", pl.Series([2]), "yes_no", None),
        ("list", pl.Series([[" A", "", None, "B"]]), "list", ["A", "B"]),
        ("id", pl.Series([2]), "id", "2"),
        ("id", pl.Series([2.0]), "id", "2"),
        ("id", pl.Series([198001021234.0]), "id", "198001021234"),
        ("id", pl.Series([2.5]), "id", "2.5"),
        ("id", pl.Series(["2"]).cast(pl.Decimal(10, 2)), "id", "2"),
        ("text", pl.Series([2.0]), "text", "2.0"),
    ],
)  # fmt: skip
def test_typed_columns(kind: Kind, column: pl.Series, shape: str, expected: Any) -> None:
    read = native(column.dtype, kind)
    assert read is not None
    assert read.shape == shape
    empty = column.clear().extend_constant(None, 1)
    both = pl.concat([column, empty]).alias("c").to_frame().select(read.expr(pl.col("c"))).to_series()
    assert both.to_list() == [expected, None]


def test_typed_columns_have_the_dtypes_of_text() -> None:
    examples: tuple[tuple[Kind, pl.Series, str], ...] = (
        ("moment", pl.Series([MOMENT]).cast(pl.Datetime("ns")), "2026-03-02 07:30"),
        ("moment", pl.Series([UTC]).cast(pl.Datetime("ms", "UTC")), "2026-03-02T07:30:00Z"),
        ("moment", pl.Series([dt.time(7, 30)]), "07:30"),
        ("hours", pl.Series([7]), "7,5"),
        ("integer", pl.Series([7], dtype=pl.UInt8), "7"),
        ("yes_no", pl.Series([1]), "ja"),
    )
    for kind, column, text in examples:
        typed = native(column.dtype, kind)
        assert typed is not None
        dtype = column.alias("c").to_frame().select(typed.expr(pl.col("c"))).to_series().dtype
        assert dtype == apply(reading([text], kind), [text]).dtype
        assert typed.shape == reading([text], kind).shape


@pytest.mark.parametrize(
    "dtype", [pl.String(), pl.Categorical(), pl.Enum(["a"]), pl.Binary(), pl.Struct({"a": pl.Int8})]
)
def test_what_has_no_typed_reading(dtype: pl.DataType) -> None:
    assert native(dtype, "hours") is None
    assert native(dtype, "date") is None


def test_shares_and_words_are_decided_by_their_text() -> None:
    assert native(pl.Float64(), "share") is None
    assert native(pl.Boolean(), "word") is None
    assert values([str(value) for value in (0.75, 1.0)], "share") == [0.75, 1.0]
