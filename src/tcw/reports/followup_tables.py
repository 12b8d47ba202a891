"""Follow-up as a table: hours by whatever the frame was grouped by."""

import polars as pl

from tcw.reports.columns import (
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
from tcw.reports.table import Table, present, without_empty
from tcw.wording import Message, Phrase

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

    Columns with nothing in them (names that are not known, "small groups" when none is hidden) are left out. Ids and `week` or `month` String, `borrowed` and `substitute` Boolean, `hours`, `before`, `after` and
    `difference` Float64 hours.
    """
    columns = without_empty(
        present(COLUMNS, frame), frame, (STAFF_NAME.key, NAME_OF_UNIT.key, ACTIVITY_NAME.key)
    )
    if HIDDEN.key in frame.columns and not frame.get_column(HIDDEN.key).any():
        columns = tuple(column for column in columns if column.key != HIDDEN.key)
    return Table("followup", TITLE_FOLLOWUP, columns, frame, note=note)
