"""Parquet: columns of any type under any header, and damaged files."""

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.fuzz import damage
from tests.fuzz.harness import checked, fuzzed
from tests.fuzz.ingredients import cells_of, header_of

pytestmark = pytest.mark.slow

DAY, NOON = date(2026, 3, 2), datetime(2026, 3, 2, 12)
TYPES: list[tuple[pl.DataType, list[object]]] = [
    (pl.Int64(), [0, 1, -1, 2**63 - 1, 450, 20260302]),
    (pl.UInt8(), [0, 1, 255]),
    (pl.Int128(), [0, 2**100]),
    (pl.Float64(), [0.0, 0.75, 75.0, -1.5, 1e308, float("nan"), float("inf"), 46083.5]),
    (pl.Float32(), [0.0, 7.5, float("-inf")]),
    (pl.Boolean(), [True, False]),
    (pl.Date(), [DAY, date(1, 1, 1), date(9999, 12, 31)]),
    (pl.Datetime("us"), [NOON, datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59)]),
    (pl.Datetime("ns"), [NOON]),
    (pl.Datetime("ms", "Europe/Stockholm"), [NOON]),
    (pl.Datetime("us", "UTC"), [NOON]),
    (pl.Time(), [time(7, 30), time(0), time(23, 59, 59)]),
    (pl.Duration("us"), [timedelta(hours=7.5), timedelta(days=-1), timedelta(days=99999)]),
    (pl.Duration("ns"), [timedelta(hours=24)]),
    (pl.Decimal(18, 2), [Decimal("7.50"), Decimal("-0.01")]),
    (pl.Binary(), [b"", b"\xff\x00"]),
    (pl.Categorical(), ["001", "DAG"]),
    (pl.Enum(["001", "DAG"]), ["001", "DAG"]),
    (pl.List(pl.String()), [[], ["a", None], ["001"]]),
    (pl.List(pl.Float64()), [[1.5], [float("nan")]]),
    (pl.Array(pl.Int64(), 2), [[1, 2]]),
    (pl.Struct({"a": pl.Int64(), "b": pl.String()}), [{"a": 1, "b": "x"}]),
    (pl.Null(), [None]),
]  # fmt: skip


@st.composite
def columns_of(draw: st.DrawFn, column: str, height: int) -> pl.Series:
    """A column as the header promises, or as somebody's program wrote it."""
    if draw(st.booleans()):
        texts = draw(st.lists(st.one_of(st.none(), cells_of(column)), min_size=height, max_size=height))
        return pl.Series(texts, dtype=pl.String)
    dtype, values = draw(st.sampled_from(TYPES))
    cells: SearchStrategy[object] = st.one_of(st.sampled_from(values), st.none())
    return pl.Series(draw(st.lists(cells, min_size=height, max_size=height)), dtype=dtype, strict=False)


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    height = draw(st.integers(0, 6))
    named = {name: column for name, column in draw(header_of())}  # noqa: C416 - pairs of two, not of any length
    return pl.DataFrame({name: draw(columns_of(column, height)) for name, column in named.items()})


def written(frame: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


@given(frames())
@fuzzed(45)
def test_any_types(frame: pl.DataFrame) -> None:
    read = checked({"fil.parquet": written(frame)})
    if read is None:
        event("refused")
        return
    (file,) = read.loaded.schedule.intake.files
    event(f"read as {file.table}")
    if file.table is not None:
        assert file.rows_read == frame.height


@given(frames().map(written).flatmap(damage.of_bytes))
@fuzzed(80)
def test_damaged(content: bytes) -> None:
    read = checked({"fil.parquet": content})
    event("refused" if read is None else "read")
