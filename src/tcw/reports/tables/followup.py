"""Follow-up as a table: hours by whatever the frame was grouped by."""

from dataclasses import replace

import polars as pl

from tcw.reports.tables.columns import (
    ACTIVITY_ID,
    ACTIVITY_NAME,
    AFTER,
    BEFORE,
    BOOKINGS,
    BORROWED,
    DIFFERENCE,
    EMPLOYEES,
    HIDDEN,
    HOURS,
    MONTH,
    NAME_OF_UNIT,
    ORDER_REASON,
    PLANNING_AREA,
    STAFF_ID,
    STAFF_NAME,
    SUBSTITUTE,
    UNIT_ID,
    WEEK,
)
from tcw.reports.tables.table import Column, Table, present, without_empty
from tcw.wording import Message, Phrase

NOT_GIVEN = {
    ORDER_REASON.key: Phrase("word.no_reason", "No reason"),
    UNIT_ID.key: Phrase("word.no_unit", "No unit"),
}
"""What stands where a booking has no such key: an empty cell would look forgotten."""
TITLE_FOLLOWUP = Phrase("title.followup", "Follow-up")
COLUMNS = (
    STAFF_ID,
    STAFF_NAME,
    UNIT_ID,
    NAME_OF_UNIT,
    PLANNING_AREA,
    ACTIVITY_ID,
    ACTIVITY_NAME,
    ORDER_REASON,
    BORROWED,
    SUBSTITUTE,
    WEEK,
    MONTH,
    HIDDEN,
    EMPLOYEES,
    BOOKINGS,
    HOURS,
    BEFORE,
    AFTER,
    DIFFERENCE,
)


def followup_table(frame: pl.DataFrame, note: Message | None = None) -> Table:
    """Return the follow-up frame as a table: those of COLUMNS it has, in that order.

    Columns with nothing in them (names that are not known, "small groups" when none is hidden) are left out.
    Ids and `week` or `month` String, `borrowed` and `substitute` Boolean, `hours`, `before`, `after` and
    `difference` Float64 hours.
    """
    columns = without_empty(
        present(COLUMNS, frame), frame, (STAFF_NAME.key, NAME_OF_UNIT.key, ACTIVITY_NAME.key)
    )
    if HIDDEN.key in frame.columns and not frame.get_column(HIDDEN.key).any():
        columns = tuple(column for column in columns if column.key != HIDDEN.key)
    columns = tuple(_with_word(column) for column in columns)
    return Table("followup", TITLE_FOLLOWUP, columns, _with_blanks(frame), note=note)


def _with_word(column: Column) -> Column:
    word = NOT_GIVEN.get(column.key)
    return replace(column, words={"": word}) if word else column


def _with_blanks(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with "" for keys not given; the row of small groups has none and stays without."""
    own = ~pl.col(HIDDEN.key) if HIDDEN.key in frame.columns else pl.lit(value=True)
    keys = pl.col([key for key in NOT_GIVEN if key in frame.columns])
    return frame.with_columns(pl.when(keys.is_null() & own).then(pl.lit("")).otherwise(keys).name.keep())
