"""Competences (kompetenser) per person."""

import polars as pl

from tcw.model.tables.field import Column, Table

COMPETENCES = Table(
    "Competences (kompetenser) per person.",
    {
        "staff_id": Column(pl.String, "id", "anställningsnummer", "who", required=True),
        "competence_id": Column(pl.String, "id", "kompetens", "what", required=True),
        "name": Column(pl.String, "text", "benämning", "shown in reports"),
        "kind": Column(
            pl.String,
            "word",
            "typ",
            "competence, or register for a criminal-record extract (belastningsregister)",
        ),
        "valid_from": Column(pl.Date, "date", "gäller från", "first day held"),
        "valid_to": Column(pl.Date, "date", "gäller till", "last day, included"),
    },
)
