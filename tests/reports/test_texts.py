"""Numbers as people read them, and every sentence in both languages."""

import importlib
import pkgutil
import string
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tcw.reports
from tcw.reports.tables.table import Column, Kind, Table, worded
from tcw.reports.tables.texts import one_text, text_frame
from tcw.reports.terminal.printer import BLOCKS, PLAIN, sparkline
from tcw.wording import Language, Phrase
from tcw.wording.phrase import swedish
from tcw.wording.quantities import Hours

LABEL = Phrase("test.label", "Label")


@pytest.mark.parametrize(
    ("kind", "value", "english", "swedish_text"),
    [
        ("share", 0.4375, "43.8%", "43,8\xa0%"),
        ("share", 0.8333333, "83.3%", "83,3\xa0%"),
        ("share", -0.0004, "0.0%", "0,0\xa0%"),
        ("share", None, "–", "–"),
        ("share", float("nan"), "–", "–"),
        ("share", float("inf"), "–", "–"),
        ("points", -0.125, "−12.5", "−12,5"),
        ("points", 0.125, "+12.5", "+12,5"),
        ("points", 0.0, "0.0", "0,0"),
        ("change", -0.25, "−25.0%", "−25,0\xa0%"),
        ("hours", 1234567.25, "1,234,567.3", "1\xa0234\xa0567,3"),
        ("hours", -0.05, "−0.1", "−0,1"),
        ("hours", None, "", ""),
        ("count", 1000, "1,000", "1\xa0000"),
        ("row", 4711, "4711", "4711"),
        ("duration", 9.5, "9 h 30 min", "9 h 30 min"),
    ],
)
def test_values_are_worded_by_kind(kind: Kind, value: float | None, english: str, swedish_text: str) -> None:
    column = Column("x", LABEL, kind)
    if kind == "row":
        frame = pl.DataFrame({"x": [value]}, schema={"x": pl.UInt32})
        assert text_frame(Table("t", LABEL, (column,), frame), "en").item() == english
        return
    frame = pl.DataFrame({"x": [value]}, schema={"x": pl.Float64})
    table = Table("t", LABEL, (column,), frame)
    assert text_frame(table, "en").item() == english
    assert text_frame(table, "sv").item() == swedish_text


@settings(max_examples=60, deadline=None)
@given(st.integers(-40_000, 40_000))
def test_rounding_is_half_away_from_zero_as_in_excel(ten_thousandths: int) -> None:
    value = ten_thousandths / 10_000
    exact = (Decimal(ten_thousandths) / 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    shown = one_text(Column("x", LABEL, "share"), value, "en")
    assert shown.replace("−", "-") == f"{exact or Decimal('0.0')}%"


@settings(max_examples=60, deadline=None)
@given(st.floats(-500, 500))
def test_durations_are_worded_as_in_messages(hours: float) -> None:
    assert one_text(Column("x", LABEL, "duration"), hours, "sv") == Hours(hours).say("sv")


def test_dates_and_clock_times_and_words() -> None:
    frame = pl.DataFrame({"d": [date(2026, 3, 2)], "t": [time(7, 30)], "b": [True], "w": ["unknown"]})
    columns = (
        Column("d", LABEL, "date"),
        Column("t", LABEL, "clock"),
        Column("b", LABEL, words={"true": Phrase("word.yes", "Yes")}),
        Column("w", LABEL, words={"true": Phrase("word.yes", "Yes")}),
    )
    assert text_frame(Table("t", LABEL, columns, frame), "sv").row(0) == (
        "2026-03-02",
        "07:30",
        "Ja",
        "unknown",
    )


def test_worded_keeps_numbers_numbers() -> None:
    frame = pl.DataFrame({"x": [0.5, float("nan")], "other": [1, 2]})
    shown = worded(Table("t", LABEL, (Column("x", LABEL, "share"),), frame), "sv")
    assert shown.schema == {"x": pl.Float64}
    assert shown["x"].to_list() == [0.5, None]


class TestSparkline:
    def test_lowest_and_highest_are_the_ends_of_the_scale(self) -> None:
        line = sparkline(pl.Series([0.2, 0.9, 0.55]), 10, blocks=True)
        assert (line[0], line[1]) == (BLOCKS[0], BLOCKS[-1])

    def test_undefined_is_blank_and_flat_is_in_the_middle(self) -> None:
        assert sparkline(pl.Series([0.5, None, 0.5]), 10, blocks=False) == f"{PLAIN[4]} {PLAIN[4]}"

    def test_long_periods_are_averaged_to_the_width(self) -> None:
        assert len(sparkline(pl.Series([float(week) for week in range(104)]), 20, blocks=True)) == 20

    def test_nothing_is_nothing(self) -> None:
        assert sparkline(pl.Series([], dtype=pl.Float64), 5, blocks=True) == ""


def phrases() -> dict[str, Phrase]:
    """Every phrase the reports hold, wherever in their modules."""
    found: dict[str, Phrase] = {}

    def gather(value: object) -> None:
        if isinstance(value, Phrase):
            assert found.setdefault(value.code, value).english == value.english, (
                f"two wordings of {value.code}"
            )
        elif isinstance(value, Column):
            for part in (value.label, value.short, dict(value.words)):
                gather(part)
        elif isinstance(value, dict):
            for part in value.values():
                gather(part)
        elif isinstance(value, tuple | list):
            for part in value:
                gather(part)

    for module in pkgutil.walk_packages(tcw.reports.__path__, "tcw.reports."):
        for value in vars(importlib.import_module(module.name)).values():
            gather(value)
    return found


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_phrase_has_swedish_with_the_same_places() -> None:
    known = phrases()
    assert len(known) > 100
    own = {code: phrase for code, phrase in known.items() if not code.startswith("IN")}
    assert [code for code in own if code not in swedish()] == []
    assert [code for code, phrase in own.items() if places(phrase.english) != places(swedish()[code])] == []


@pytest.mark.parametrize("lang", ["en", "sv"])
def test_labels_are_not_too_long_for_a_sheet_name(lang: Language) -> None:
    titles = [phrase for code, phrase in phrases().items() if code.startswith("title.")]
    assert [phrase.code for phrase in titles if len(phrase.template(lang)) > 27] == []
