"""Follow-up as a table: hours by whatever the frame was grouped by."""

import polars as pl

from tcw.reports.columns import (
    ACTIVITY_ID,
    AFTER,
    BEFORE,
    BORROWED,
    DIFFERENCE,
    EMPLOYEES,
    HOURS,
    MONTH,
    ORDER_REASON,
    PLANNING_AREA,
    STAFF_ID,
    STAFF_NAME,
    SUBSTITUTE,
    UNIT_ID,
    WEEK,
)
from tcw.reports.table import Table, present
from tcw.wording import Message, Phrase

TITLE_FOLLOWUP = Phrase("title.followup", "Follow-up")
COLUMNS = (
    STAFF_ID,
    STAFF_NAME,
    UNIT_ID,
    PLANNING_AREA,
    ACTIVITY_ID,
    ORDER_REASON,
    BORROWED,
    SUBSTITUTE,
    WEEK,
    MONTH,
    EMPLOYEES,
    HOURS,
    BEFORE,
    AFTER,
    DIFFERENCE,
)


def followup_table(frame: pl.DataFrame, note: Message | None = None) -> Table:
    """Return the follow-up frame as a table: those of COLUMNS it has, in that order.

    Ids and `week` or `month` String, `borrowed` and `substitute` Boolean, `hours`, `before`, `after` and
    `difference` Float64 hours.
    """
    return Table("followup", TITLE_FOLLOWUP, present(COLUMNS, frame), frame, note=note)
