"""Red days (röda dagar): days that are not, or only partly, working days."""

import dataframely as dy

from tcw.model.tables.field import meaning


class RedDays(dy.Schema):
    """Red days (röda dagar): days that are not, or only partly, working days."""

    date = dy.Date(nullable=False, metadata=meaning("date", "datum", "the day"))
    percent = dy.Float64(
        nullable=True,
        metadata=meaning(
            "share", "procent", "share of a working day that is red: 1.0 or 0.5; empty means 1.0"
        ),
    )
    comment = dy.String(nullable=True, metadata=meaning("text", "kommentar", "its name"))
