import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcw.errors import InputFault
from tcw.intake.values import Ambiguity, Hints
from tests.intake.values.reading import apply, codes, reading, values

MARCH_2 = dt.date(2026, 3, 2)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-02",
        "2026-3-2",
        "2026/03/02",
        "2026.03.02",
        "20260302",
        "26-03-02",
        "2/3 2026",
        "2/3-2026",
        "2/3-26",
        "02.03.2026",
        "2.3.2026",
        "2. 3. 2026",
        "02.03.26",
        "2 mars 2026",
        "den 2 mars 2026",
        "mån 2 mar 2026",
        "Måndag den 2 mars 2026",
        "2 March 2026",
        "2nd of March 2026",
        "02-Mar-2026",
        "02-mar-26",
        "02MAR2026",
        "Mar 2, 2026",
        "March 2nd, 2026",
        "Mon, Mar 2, 2026",
        "2026-Mar-02",
        "2026-W10-1",
        "2026W101",
        "2026-03-02 mån",
        "2026-03-02 (Monday)",
        "46083",
        "46083.0",
        "2026-03-02 00:00:00",
        "2026-03-02T00:00:00",
        "２０２６-０３-０２",
        "2026‑03‑02",
        "2\u00a0mars\u00a02026",
        "\ufeff2026-03-02",
    ],
)
def test_one_date_in_many_guises(cell: str) -> None:
    assert values([cell, None], "date") == [MARCH_2, None]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30",
        "2026-13-01",
        "2026-03-02x",
        "x2026-03-02",
        "0026-03-02",
        "1899-12-31",
        "2101-01-01",
        "2026-03",
        "2026032",
        "202603021",
        "31.02.2026",
        "31/2 2026",
        "30 feb 2026",
        "2 foo 2026",
        "2026-W54-1",
        "2026-W10-8",
        "99999",
        "12",
        "2026",
        "#N/A",
        "-",
        "2026- 3- 2",
        "+2026-03-02",
    ],
)
def test_what_is_no_date_is_null(cell: str) -> None:
    assert values([cell], "date") == [None]
    beside_a_date = reading(["2026-03-02", cell], "date")
    assert apply(beside_a_date, ["2026-03-02", cell]).to_list() == [MARCH_2, None]
    unseen = reading(["2026-03-02"], "date")
    assert apply(unseen, [cell]).to_list() == [None]


def test_every_format_at_once() -> None:
    cells = ["2026-03-02", "20260302", "2/3 2026", "02.03.2026", "2 mars 2026", "46083", "nope"]
    assert values(cells, "date") == [MARCH_2] * 6 + [None]


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["02/03/2026", "13/03/2026"], "dmy"),
        (["02/03/2026", "03/13/2026"], "mdy"),
        (["02-03-2026", "31-12-2026"], "dmy"),
        (["02/03/26", "13/03/26"], "dmy"),
        (["26/03/02", "26/03/12", "26/03/25"], "ymd"),
        (["02-03-26", "13-03-26", "25-03-26"], "dmy"),
        (["26-03-02"], "ymd"),
        (["260302", "260303", "260304"], "ymd"),
        (["02/03/2026", "13/03/2026", "02/03/26"], "dmy"),
    ],
)
def test_the_column_decides_the_order(cells: list[str], order: str) -> None:
    expected = [values([cell], "date", Hints(date_order=order))[0] for cell in cells]  # type: ignore[arg-type]
    assert None not in expected
    assert values(cells, "date") == expected


def test_a_weekday_decides_the_order() -> None:
    assert values(["Mon 03/02/2026"], "date") == [MARCH_2]
    assert values(["Tue 03/02/2026"], "date") == [dt.date(2026, 2, 3)]


@pytest.mark.parametrize("cells", [["02/03/2026", "03/04/2026"], ["260302"], ["02/03/26"], ["5-6-2026"]])
def test_nothing_decides_the_order(cells: list[str]) -> None:
    with pytest.raises(Ambiguity) as caught:
        reading(cells, "date")
    fault = caught.value.at("tid.csv", None, "Datum")
    assert isinstance(fault, InputFault)
    (line,) = fault.lines("en")
    assert line == (
        f"tid.csv: column Datum has dates such as {cells[0]}, and nothing tells the day from the month or "
        "year: set date_order to dmy, mdy or ymd for the file under files: in tcw.yaml."
    )
    assert "bok.xlsx [Mars]: kolumnen Datum" in caught.value.at("bok.xlsx", "Mars", "Datum").lines("sv")[0]


def test_the_same_either_way_needs_no_order() -> None:
    assert values(["03/03/2026"], "date") == [dt.date(2026, 3, 3)]


def test_a_contradicting_minority_is_left_out_and_told() -> None:
    cells = ["13/03/2026", "14/03/2026", "03/13/2026"]
    read = reading(cells, "date")
    assert apply(read, cells).to_list() == [dt.date(2026, 3, 13), dt.date(2026, 3, 14), None]
    assert codes(read) == ["date-order-minority"]
    assert "1 different cell" in read.notes[0].say("en")


def test_no_end_is_a_day_that_exists() -> None:
    read = reading(["2026-03-02", "9999-12-31"], "date")
    assert apply(read, ["9999-12-31", "2999-12-31"]).to_list() == [dt.date(2100, 12, 31)] * 2
    assert codes(read) == ["open-end"]


def test_two_digit_years() -> None:
    assert values(["49-12-31", "50-01-01"], "date") == [dt.date(2049, 12, 31), dt.date(1950, 1, 1)]


def test_a_clock_time_after_a_date_is_left_out_aloud() -> None:
    quiet = reading(["2026-03-02 00:00:00"], "date")
    assert codes(quiet) == []
    assert apply(quiet, ["2026-03-03 07:30:00"]).to_list() == [None], "to be noticed, not dropped"
    loud = quiet.widened(pl.Series(["2026-03-03 07:30:00"]))
    assert codes(loud) == ["clock-left-out"]
    assert apply(loud, ["2026-03-03 07:30:00"]).to_list() == [dt.date(2026, 3, 3)]


def test_an_instant_is_a_local_date() -> None:
    assert values(["2026-03-01T23:30:00Z"], "date") == [MARCH_2]
    assert values(["2026-03-01T23:30:00Z"], "date", Hints(zone="UTC")) == [dt.date(2026, 3, 1)]


FORMATS = [
    "%Y-%m-%d",
    "%Y%m%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d/%m %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%d-%b-%Y",
    "%G-W%V-%u",
    "%a %d %b %Y",
]
PLAUSIBLE = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


@given(
    st.lists(PLAUSIBLE, min_size=1, max_size=8), st.lists(st.sampled_from(FORMATS), min_size=1, max_size=3)
)
@settings(max_examples=30, deadline=None)
def test_agrees_with_strftime(days: list[dt.date], formats: list[str]) -> None:
    cells = [day.strftime(formats[at % len(formats)]) for at, day in enumerate(days)]
    assert values(cells, "date") == days


@given(st.lists(PLAUSIBLE, min_size=1, max_size=6), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%m-%d-%Y"]))
@settings(max_examples=30, deadline=None)
def test_right_or_ambiguous_never_wrong(days: list[dt.date], strptime: str) -> None:
    cells = [day.strftime(strptime) for day in days]
    told = any(day.day > 12 for day in days)
    same = all(day.day == day.month for day in days)
    if told or same:
        assert values(cells, "date") == days
    else:
        with pytest.raises(Ambiguity):
            reading(cells, "date")


ISO = reading(["2026-03-02", "2026-03-03"], "date")


@given(st.lists(st.text("0123456789-/. ", min_size=1, max_size=11), min_size=30, max_size=30))
@settings(max_examples=15, deadline=None)
def test_an_iso_column_takes_iso_dates_only(cells: list[str]) -> None:
    assert apply(ISO, cells).to_list() == [_iso_date(cell) for cell in cells]


def _iso_date(cell: str) -> dt.date | None:
    try:
        day = dt.datetime.strptime(cell, "%Y-%m-%d").date()
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2100 else None
