"""Units (arbetsplatser, schemagrupper)."""

import polars as pl

from tcw.model.tables.field import Column, Table

UNITS = Table(
    "Units (arbetsplatser, schemagrupper).",
    {
        "unit_id": Column(
            pl.String, "id", "arbetsplats", "the unit's id or name in other tables", required=True
        ),
        "name": Column(pl.String, "text", "benämning", "shown in reports"),
        "planning_area": Column(pl.String, "id", "samplaneringsyta", "units planned together"),
        "parent": Column(pl.String, "id", "överordnad", "the unit above"),
    },
)
