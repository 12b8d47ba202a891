"""Own items' filters: which rows of a table are meant."""

import re
from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from tcw.audit.values import shown, spelled
from tcw.intake.headers.aliases import folded, plain
from tcw.model.config.checklist_items import AS_OF, Test
from tcw.model.export import EXTRA, ExportTable


def column_named(table: ExportTable, name: str) -> str | None:
    """Return the column of the frame with a canonical name, or with this header."""
    if name in table.compared:
        return name
    wanted = folded(plain(name))
    for column in table.compared:
        if wanted in {folded(plain(column.removeprefix(EXTRA))), folded(plain(table.headers[column]))}:
            return column
    # A cell that a span was put together from: the day beside clock times.
    return next((column for header, column in table.layout if folded(plain(header)) == wanted), None)


def meets(
    table: ExportTable, tests: Mapping[str, Test], as_of: date, missing: Callable[[str], Exception]
) -> pl.Series:
    """Return which rows of a table meet all tests (Boolean); `missing` makes the fault of a column that is not there."""
    kept = pl.Series([True], dtype=pl.Boolean).new_from_index(0, table.frame.height)
    for name, test in tests.items():
        column = column_named(table, name)
        if column is None:
            raise missing(name)
        kept &= _met(table, column, test, as_of)
    return kept


def _met(table: ExportTable, column: str, test: Test, as_of: date) -> pl.Series:
    values = pl.DataFrame(
        {
            "value": table.frame[column].cast(pl.String)
            if not table.frame.schema[column].is_nested()
            else shown(table.frame, column),
            "shown": shown(table.frame, column),
        }
    )
    texts = [pl.col(name).fill_null("").str.strip_chars() for name in ("value", "shown")]
    number = spelled(pl.col("value")).cast(pl.Float64, strict=False)
    day = spelled(pl.col("value")).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    tests: list[pl.Expr] = []
    if test.is_ is not None:
        tests.append(_one_of(texts, test.is_))
    if test.not_ is not None:
        tests.append(~_one_of(texts, test.not_))
    if test.before is not None:
        tests.append(day < _day(test.before, as_of))
    if test.after is not None:
        tests.append(day > _day(test.after, as_of))
    if test.at_least is not None:
        tests.append(number >= test.at_least)
    if test.at_most is not None:
        tests.append(number <= test.at_most)
    if not tests:
        return pl.Series([True], dtype=pl.Boolean).new_from_index(0, table.frame.height)
    return values.select(met=pl.all_horizontal(tests).fill_null(value=False))["met"]


def _one_of(texts: list[pl.Expr], patterns: list[str]) -> pl.Expr:
    """Return whether a cell, as written or by its value, is one of the patterns."""
    whole = "|".join(
        ".*".join(re.escape(part) for part in pattern.strip().split("*")) for pattern in patterns
    )
    return pl.any_horizontal(text.str.contains(f"(?is)^(?:{whole})$") for text in texts)


def _day(text: str, as_of: date) -> date:
    return as_of if text == AS_OF else date.fromisoformat(text)
