"""Introductions: who has been introduced at which workplace."""

import polars as pl

from tcw.model.tables.field import Column, Table

INTRODUCTIONS = Table(
    "Introductions: who has been introduced at which workplace.",
    {
        "staff_id": Column(pl.String, "id", "anställningsnummer", "who", required=True),
        "unit_id": Column(pl.String, "id", "arbetsplats", "where", required=True),
        "tier": Column(
            pl.String, "word", "krets", "own, family, friend or acquaintance (egen, familj, vänner, bekanta)"
        ),
    },
)
