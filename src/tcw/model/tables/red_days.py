"""Red days (röda dagar): days that are not, or only partly, working days."""

import polars as pl

from tcw.model.tables.field import Column, Table

RED_DAYS = Table(
    "Red days (röda dagar): days that are not, or only partly, working days.",
    {
        "date": Column(pl.Date, "date", "datum", "the day", required=True),
        "percent": Column(
            pl.Float64, "share", "procent", "share of a working day that is red: 1.0 or 0.5; empty means 1.0"
        ),
        "comment": Column(pl.String, "text", "kommentar", "its name"),
    },
)
