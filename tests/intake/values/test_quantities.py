"""Durations, numbers and shares."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcw.intake.values import Hints
from tcw.model.tables import Kind
from tests.intake.values.reading import apply, codes, reading, values


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("7,5", 7.5),
        ("7.5", 7.5),
        ("7:30", 7.5),
        ("07:30", 7.5),
        ("129:25", 129 + 25 / 60),
        ("7:30:00", 7.5),
        ("7:30:36", 7.51),
        ("7:30 h", 7.5),
        ("-7:30", -7.5),
        ("7 h 30 min", 7.5),
        ("7h 30m", 7.5),
        ("7h30m", 7.5),
        ("7h30", 7.5),
        ("7t 30m", 7.5),
        ("7 tim 30 min", 7.5),
        ("7 timmar och 30 minuter", 7.5),
        ("7 hours, 30 minutes", 7.5),
        ("7,5 h", 7.5),
        ("7.5 tim", 7.5),
        ("450 min", 7.5),
        ("90 s", 0.025),
        ("PT7H30M", 7.5),
        ("P1DT2H", 26.0),
        ("1 day, 2:05:00", 26 + 5 / 60),
        ("1899-12-31 07:30:00", 7.5),
        ("1900-01-01 02:05:00", 26 + 5 / 60),
        ("1900-03-01 01:00:00", 61 * 24 + 1.0),
        ("-1,5", -1.5),
        ("−1,5", -1.5),
        ("7,50-", -7.5),
        ("(1,5)", -1.5),
        ("1 234,5", 1234.5),
        ("1\u00a0234,5", 1234.5),
        ("1\u202f234,5", 1234.5),
        ("1.234,5", 1234.5),
        ("７,５", 7.5),
        ("0", 0.0),
    ],
)
def test_hours(cell: str, hours: float) -> None:
    assert values([cell, None], "hours") == [pytest.approx(hours, abs=1e-12), None]


GARBAGE = ["", "x", "-", ".", ",", "h", "min", "P", "PT", "nan", "NaN", "inf", "1e400", "7:60", "7:5", "12 34", "1,2,3", "7,5,", "--1", "1 d", "7½", "7,5¹", "=A1", "#N/A"]  # fmt: skip  # noqa: E501
QUANTITIES: tuple[Kind, ...] = ("hours", "minutes", "seconds", "number", "share", "integer")


@pytest.mark.parametrize("kind", QUANTITIES)
@pytest.mark.parametrize("beside", [[], ["7"], ["7,5"], ["7.5"], ["1 234,5", "7.5"]])
def test_what_is_no_quantity_is_null(kind: Kind, beside: list[str]) -> None:
    assert apply(reading([*GARBAGE, *beside], kind), GARBAGE).to_list() == [None] * len(GARBAGE)
    assert apply(reading(beside, kind), GARBAGE).to_list() == [None] * len(GARBAGE)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("minutes", "30", 30.0),
        ("minutes", "0:30", 30.0),
        ("minutes", "00:30:00", 30.0),
        ("minutes", "30 min", 30.0),
        ("minutes", "0,5 h", 30.0),
        ("minutes", "1 h 10 min", 70.0),
        ("minutes", "1899-12-31 00:30:00", 30.0),
        ("seconds", "90", 90.0),
        ("seconds", "0:01:30", 90.0),
        ("integer", "12", 12),
        ("integer", "12.0", 12),
        ("integer", "1 234", 1234),
        ("integer", "7,5", None),
        ("integer", "9223372036854775808", None),
        ("number", "1'234.5", 1234.5),
        ("number", "1e3", 1000.0),
        ("number", "1,5e3", 1500.0),
    ],
)
def test_other_kinds(kind: Kind, cell: str, value: float | None) -> None:
    assert values([cell], kind) == [value]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1 234,56", "1.234,56"], [1234.56, 1234.56]),
        (["1,234.56", "1 234.56"], [1234.56, 1234.56]),
        (["1.234", "7,5"], [1234.0, 7.5]),
        (["1,234", "7.5"], [1234.0, 7.5]),
        (["1.234.567"], [1234567.0]),
        (["0.125", "0,125"], [0.125, 0.125]),
        (["1.234", "7,5", "7.5"], [None, 7.5, 7.5]),
        (["1234.567"], [1234.567]),
    ],
)
def test_the_column_decides_the_decimal_mark(cells: list[str], expected: list[float | None]) -> None:
    assert values(cells, "number") == expected


def test_three_decimals_are_told() -> None:
    for cell in ("1.234", "1,234"):
        read = reading([cell], "number")
        assert apply(read, [cell]).to_list() == [1.234]
        assert codes(read) == ["three-decimals"]
    assert codes(reading(["1.234"], "number", medium="excel")) == []
    assert values(["1.234"], "number", Hints(decimal=",")) == [1234.0]


def test_a_straggler_is_read_by_its_columns_style() -> None:
    first = reading(["7,5", "8,25"], "hours")
    assert apply(first, ["1.234"]).to_list() == [None]
    assert apply(first.widened(pl.Series(["1.234"])), ["1.234", "7,5"]).to_list() == [1234.0, 7.5]
    whole = reading(["7", "8"], "hours")
    assert apply(whole, ["7.5"]).to_list() == [None]
    assert apply(whole.widened(pl.Series(["7.5"])), ["7.5", "7"]).to_list() == [7.5, 7.0]


def test_hours_that_look_like_clock_times_are_told() -> None:
    assert codes(reading(["7.30", "8.15", "8.00"], "hours")) == ["hours-look-like-clock"]
    assert codes(reading(["7.30", "8.50", "8.00"], "hours")) == []


@pytest.mark.parametrize(
    ("cells", "expected", "notes"),
    [
        (["75", "100", "0"], [0.75, 1.0, 0.0], ["percent"]),
        (["75 %", "75,0%", "100\u00a0%"], [0.75, 0.75, 1.0], []),
        (["0,75", "1", "0,5"], [0.75, 1.0, 0.5], ["fraction"]),
        (["1"], [1.0], ["fraction-of-one"]),
        (["0", "1"], [0.0, 1.0], ["fraction-of-one"]),
        (["75 %", "50"], [0.75, 0.5], ["percent"]),
        (["75", "0,75", "100"], [0.75, None, 1.0], ["percent", "small-among-percent"]),
        (["75 %", "0,75"], [0.75, None], ["percent", "small-among-percent"]),
        (["0,75 %", "75 %"], [0.0075, 0.75], []),
        (["5 procent", "%", "x"], [0.05, None, None], []),
    ],
)
def test_shares(cells: list[str], expected: list[float | None], notes: list[str]) -> None:
    read = reading(cells, "share")
    assert apply(read, cells).to_list() == [
        value if value is None else pytest.approx(value) for value in expected
    ]
    assert codes(read) == notes


def test_a_share_setting_beats_the_cells() -> None:
    cells = ["0,75", "75"]
    assert values(cells, "share", Hints(share="percent")) == [0.0075, 0.75]
    assert values(cells, "share", Hints(share="fraction")) == [0.75, None]


def test_a_percentage_far_down_is_noticed() -> None:
    first = reading(["1", "0,5"], "share")
    assert apply(first, ["75"]).to_list() == [None]
    assert apply(first.widened(pl.Series(["75"])), ["75", "0,5"]).to_list() == [0.75, None]


AMOUNTS = st.decimals(-10_000_000, 10_000_000, places=2, allow_nan=False, allow_infinity=False)
STYLES = [(",", " "), (",", "\u00a0"), (",", "."), (".", ","), (".", " "), (".", "'"), (",", ""), (".", "")]


@given(st.lists(AMOUNTS, min_size=1, max_size=20), st.sampled_from(STYLES))
@settings(max_examples=40, deadline=None)
def test_numbers_agree_with_decimal(amounts: list[Decimal], style: tuple[str, str]) -> None:
    mark, group = style
    cells = [f"{amount:,.2f}".replace(",", "G").replace(".", mark).replace("G", group) for amount in amounts]
    assert values(cells, "number") == [float(amount) for amount in amounts]


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=20))
@settings(max_examples=25, deadline=None)
def test_durations_agree_with_their_minutes(minutes: list[int]) -> None:
    ways = ("{h}:{m:02}", "{h} h {m} min", "{t} min", "PT{h}H{m}M", "{h}:{m:02}:00", "{h}t{m:02}")
    for kind, unit in (("hours", 60), ("minutes", 1)):
        cells = [
            ways[at % len(ways)].format(h=total // 60, m=total % 60, t=total)
            for at, total in enumerate(minutes)
        ]
        assert values(cells, kind) == [pytest.approx(total / unit) for total in minutes]  # type: ignore[arg-type]
