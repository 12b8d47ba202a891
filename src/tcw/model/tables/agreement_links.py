"""Agreement links (avtal per person): who follows which agreement when."""

import polars as pl

from tcw.model.tables.field import Column, Table

AGREEMENT_LINKS = Table(
    "Agreement links (avtal per person): who follows which agreement when.",
    {
        "staff_id": Column(pl.String, "id", "anställningsnummer", "who", required=True),
        "agreement_id": Column(pl.String, "id", "avtal", "which agreement", required=True),
        "valid_from": Column(pl.Date, "date", "gäller från", "first day"),
        "valid_to": Column(pl.Date, "date", "gäller till", "last day, included"),
    },
)
