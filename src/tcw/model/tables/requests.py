"""Requests (förfrågningar) already sent: who was asked, when, and what they said."""

import polars as pl

from tcw.model.tables.field import Column, Table

REQUESTS = Table(
    "Requests (förfrågningar) already sent: who was asked, when, and what they said.",
    {
        "staff_id": Column(pl.String, "id", "anställningsnummer", "who", required=True),
        "asked_at": Column(
            pl.Datetime("us"),
            "moment",
            "tillfrågad",
            "when; who was asked longest ago goes first",
            required=True,
        ),
        "order_id": Column(pl.String, "id", "beställning", "about which order"),
        "answer": Column(pl.String, "word", "svar", "yes, no or waiting"),
    },
)
