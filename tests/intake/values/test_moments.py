import datetime as dt
import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcw.intake.values import Ambiguity, Hints
from tests.intake.values.reading import apply, codes, reading, values

HALF_PAST_SEVEN = dt.timedelta(hours=7, minutes=30)
MOMENT = dt.datetime(2026, 3, 2, 7, 30)


@pytest.mark.parametrize(
    "cell",
    [
        "07:30",
        "7:30",
        "7.30",
        "07.30",
        "0730",
        "730",
        "07:30:00",
        "7.30.00",
        "07:30:00.000",
        "07:30:00,0",
        "7:30 AM",
        "7:30am",
        "7.30 a.m.",
        "7:30 fm",
        "kl 07:30",
        "kl. 7.30",
        "07h30",
        "7h30m",
        "0.3125",
        "0,3125",
        "1899-12-31 07:30:00",
        "1899-12-30 07:30:00",
        "07：30",
    ],
)
def test_half_past_seven(cell: str) -> None:
    read = reading([cell], "moment")
    assert read.shape == "clock"
    assert apply(read, [cell, None]).to_list() == [HALF_PAST_SEVEN, None]
    assert apply(read, [cell]).dtype == pl.Duration("us")


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("24:00", 24.0),
        ("24.00", 24.0),
        ("2400", 24.0),
        ("24:00:00", 24.0),
        ("00:00", 0.0),
        ("12:00 am", 0.0),
        ("12:00 PM", 12.0),
        ("1:15 e.m.", 13.25),
        ("7 PM", 19.0),
        ("13:30 PM", 13.5),
        ("23:59:59.5", 24 - 0.5 / 3600),
    ],
)
def test_clock_hours(cell: str, hours: float) -> None:
    assert values([cell], "moment") == [dt.timedelta(hours=hours)]


@pytest.mark.parametrize(
    "cell", ["24:01", "25:00", "7:60", "7:5", "7,5", "07:30:60", "13:30 AM", "-7:30", "7:30x", "07:30-16:00"]
)
def test_what_is_no_clock_time_is_null(cell: str) -> None:
    for seen in ([cell], [cell, "07:30"], ["07:30"], ["7.30", "8.15"], ["07:30:00"], ["0730"]):
        assert apply(reading(seen, "moment"), [cell]).to_list() == [None]


def test_excel_midnight_after_the_day_is_24() -> None:
    day = dt.timedelta(days=1)
    assert values(["1899-12-31 07:30:00", "1900-01-01 00:00:00"], "moment") == [HALF_PAST_SEVEN, day]
    assert values(["1899-12-30 07:30:00", "1899-12-31 00:00:00"], "moment") == [HALF_PAST_SEVEN, day]


def test_fractions_of_a_day_against_dotted_times() -> None:
    hours = dt.timedelta(hours=1)
    fractions = reading(["0.333333333333333", "0.75", "1", "0"], "moment")
    assert codes(fractions) == ["clock-day-fractions"]
    assert apply(fractions, ["0.333333333333333", "0.75", "1", "0"]).to_list() == [
        8 * hours,
        18 * hours,
        24 * hours,
        0 * hours,
    ]
    assert values(["0.30", "7.30"], "moment") == [hours / 2, HALF_PAST_SEVEN]


def test_whole_hours() -> None:
    read = reading(["7", "15", "24"], "moment")
    assert codes(read) == ["clock-whole-hours"]
    assert apply(read, ["7", "15"]).to_list() == [dt.timedelta(hours=7), dt.timedelta(hours=15)]
    assert values(["7", "25", "112"], "moment")[:2] == [None, None]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-02 07:30",
        "2026-03-02 7:30",
        "2026-03-02T07:30",
        "2026-03-02 07:30:00",
        "2026-03-02T07:30:00.000",
        "2026-03-02, 07:30",
        "2026-03-02 7.30",
        "2026-03-02 0730",
        "20260302 0730",
        "202603020730",
        "20260302T073000",
        "02.03.2026 07:30",
        "2.3.2026 kl. 7.30",
        "2/3 2026 07:30",
        "2 mars 2026 07:30",
        "mån 2 mars 2026 07:30",
        "Mar 2, 2026 7:30 AM",
        "Mar 2, 2026, 7:30:00 AM",
        "26-03-02 07:30",
        "46083.3125",
        "46083,3125",
        "2026-03-02\u00a007:30",
        "2026-03-02  07:30",
    ],
)
def test_one_moment_in_many_guises(cell: str) -> None:
    read = reading([cell], "moment")
    assert read.shape == "datetime"
    assert read.formats
    assert apply(read, [cell, None]).to_list() == [MOMENT, None]
    assert apply(read, [cell]).dtype == pl.Datetime("us")


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-02 07:00x",
        "2026-02-30 07:00",
        "2026-03-02 07:60",
        "2026-03-02 07:00:60",
        "2026-03-0207:00",
        "2026-03-02 07:00-16:00",
        "2026-03-02 07:00-12:00",
        "0026-03-02 07:00",
        "12026-03-02 07:00",
        "2026-03-02 25:00",
        "garbage",
    ],
)
def test_what_is_no_moment_is_null(cell: str) -> None:
    for seen in (
        ["2026-03-02 07:00"],
        ["2026-03-02 07:00:00"],
        ["2026-03-02 07:00", "2026-03-02 24:00"],
        ["2026-03-02 07:00", cell],
    ):
        assert apply(reading(seen, "moment"), [cell]).to_list() == [None]


def test_midnight_at_the_end_of_the_day() -> None:
    cells = ["2026-03-02 07:30", "2026-03-31 24:00"]
    assert values(cells, "moment") == [MOMENT, dt.datetime(2026, 4, 1)]
    unseen = reading(cells[:1], "moment")
    assert apply(unseen, cells).to_list() == [MOMENT, None]
    assert apply(unseen.widened(pl.Series(cells[1:])), cells).to_list() == [MOMENT, dt.datetime(2026, 4, 1)]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-02T06:30:00Z",
        "2026-03-02T06:30:00.000Z",
        "2026-03-02T07:30:00+01:00",
        "2026-03-02T07:30:00+0100",
        "2026-03-02 07:30:00 +01:00",
        "2026-03-02 07:30+01:00",
        "2026-03-02T01:30-05:00",
        "2026-03-02T07:30:00+01",
        "2026-03-02 06:30 UTC",
        "2026-03-02 07:30 CET",
        "20260302T063000Z",
        "2026-03-02T07:30:00+01:00[Europe/Stockholm]",
        "Mon Mar 02 2026 07:30:00 GMT+0100 (CET)",
    ],
)
def test_an_offset_makes_an_instant(cell: str) -> None:
    read = reading([cell], "moment")
    assert read.shape == "instant"
    column = apply(read, [cell, None])
    assert column.dtype == pl.Datetime("us", "UTC")
    assert column.to_list() == [dt.datetime(2026, 3, 2, 6, 30, tzinfo=dt.UTC), None]


def test_dates_among_moments_are_midnights() -> None:
    cells = ["2026-03-02 07:30", "2026-03-03 08:00", "2026-03-02"]
    read = reading(cells, "moment")
    assert (read.shape, codes(read)) == ("datetime", ["days-among-moments"])
    assert apply(read, cells).to_list()[2] == dt.datetime(2026, 3, 2)


def test_shapes_of_a_moment_column() -> None:
    assert reading(["2026-03-02", "2026-03-03"], "moment").shape == "date"
    midnights = reading(["2026-03-02 00:00:00", "2026-03-03 00:00:00"], "moment")
    assert midnights.shape == "date"
    assert apply(midnights, ["2026-03-02 07:00:00"]).to_list() == [None], "a clock time is never dropped"
    mixed = ["2026-03-02 07:30", "2026-03-03 07:30", "2026-03-02T07:30:00Z"]
    assert (reading(mixed, "moment").shape, codes(reading(mixed, "moment"))) == (
        "datetime",
        ["moment-shape-minority"],
    )
    assert values(mixed, "moment")[2] is None


def test_american_order_and_clock() -> None:
    cells = ["03/02/2026 7:30 AM", "03/13/2026 12:30 PM"]
    assert values(cells, "moment") == [MOMENT, dt.datetime(2026, 3, 13, 12, 30)]
    with pytest.raises(Ambiguity):
        reading(cells[:1], "moment")
    assert values(cells[:1], "moment", Hints(date_order="mdy")) == [MOMENT]


DATES = ["%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m %Y", "%d %b %Y", "%Y/%m/%d"]
CLOCKS = ["%H:%M", "%H:%M:%S", "%H.%M", "%I:%M %p", "%H%M", "%H:%M:%S.%f"]
PLAUSIBLE = st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2100, 12, 31))


@given(
    st.lists(PLAUSIBLE, min_size=1, max_size=6),
    st.sampled_from(DATES),
    st.sampled_from([" ", "T", ", "]),
    st.sampled_from(CLOCKS),
    st.sampled_from(CLOCKS),
)
@settings(max_examples=25, deadline=None)
def test_agrees_with_strptime(
    moments: list[dt.datetime], date: str, separator: str, clock: str, other: str
) -> None:
    formats = [f"{date}{separator}{clock}", f"{date}{separator}{other}"]
    cells = [moment.strftime(formats[at % 2]) for at, moment in enumerate(moments)]
    expected = [dt.datetime.strptime(cell, formats[at % 2]) for at, cell in enumerate(cells)]
    if all(moment.time() == dt.time() for moment in expected):
        return  # a column of dates then
    assert values(cells, "moment") == expected


ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{2})", re.ASCII)


TYPING_SLIPS = st.lists(
    st.tuples(st.integers(0, 15), st.sampled_from("0123456789-: Tx+")), min_size=1, max_size=3
)


@given(st.lists(TYPING_SLIPS, min_size=40, max_size=40))
@settings(max_examples=15, deadline=None)
def test_the_fast_parse_takes_nothing_else(slips: list[list[tuple[int, str]]]) -> None:
    texts = []
    for slip in slips:
        cell = list("2026-03-02 07:30")
        for at, character in slip:
            cell[at] = character
        texts.append("".join(cell).strip())
    for read, text in zip(apply(FAST, texts).to_list(), texts, strict=True):
        # A blank for a leading zero has one meaning only, and so has a blank too many; both are forgiven.
        forgiven = re.sub(r" {2}(?=\d\d:)", " ", text)
        match = ISO.fullmatch(forgiven.replace("- ", "-0").replace(": ", ":0").replace("  ", " 0"))
        if read is not None or ISO.fullmatch(text):
            assert read == _moment_of(match), text


FAST = reading(["2026-03-02 07:30", "2026-03-03 16:00"], "moment")


def _moment_of(match: re.Match[str] | None) -> dt.datetime | None:
    try:
        moment = dt.datetime(*map(int, match.groups())) if match else None  # type: ignore[arg-type]
    except ValueError:
        return None
    return moment if moment is not None and 1900 <= moment.year <= 2100 else None


@pytest.mark.parametrize("clock", ["%H:%M", "%H.%M", "%H%M", "%I:%M %p", "%H:%M:%S", "kl %H:%M", "%Hh%M"])
def test_every_minute_of_the_day(clock: str) -> None:
    midnight = dt.datetime(2026, 3, 2)
    minutes = [dt.timedelta(minutes=minute) for minute in range(24 * 60)]
    assert values([(midnight + minute).strftime(clock) for minute in minutes], "moment") == minutes


def test_every_minute_of_the_day_as_a_fraction() -> None:
    minutes = range(1, 24 * 60)
    cells = [f"{minute / 1440:.15g}" for minute in minutes]
    assert values(cells, "moment") == [dt.timedelta(minutes=minute) for minute in minutes]
