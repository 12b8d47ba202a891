"""Availability (tillgänglighet, resurspass, akut resurstid): when somebody can be booked."""

import polars as pl

from tcw.model.tables.field import Column, Table

AVAILABILITY = Table(
    "Availability (tillgänglighet, resurspass, akut resurstid): when somebody can be booked.",
    {
        "staff_id": Column(pl.String, "id", "anställningsnummer", "who", required=True),
        "start": Column(pl.Datetime("us"), "moment", "start", "from when", required=True),
        "end": Column(
            pl.Datetime("us"),
            "moment",
            "slut",
            "until when; 23:59 is the end of that day, as 24:00",
            required=True,
        ),
        "kind": Column(pl.String, "word", "typ", "resource, flexible, own or office", required=True),
        "units": Column(pl.List(pl.String), "list", "arbetsplatser", "units it holds for; empty means all"),
        "max_hours": Column(
            pl.Float64,
            "hours",
            "längsta pass",
            "longest shift booked in it, from start to end; empty or 0 means any",
        ),
        "note": Column(pl.String, "text", "notering", "free text"),
    },
)
