"""Interests (intresseanmälningar) registered on advertised orders."""

import polars as pl

from tcw.model.tables.field import Column, Table

INTERESTS = Table(
    "Interests (intresseanmälningar) registered on advertised orders.",
    {
        "order_id": Column(pl.String, "id", "beställning", "which order", required=True),
        "staff_id": Column(pl.String, "id", "anställningsnummer", "who", required=True),
        "registered_at": Column(pl.Datetime("us"), "moment", "anmäld", "when; the earliest goes first"),
    },
)
