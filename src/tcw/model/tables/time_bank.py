"""Time bank (tidbank, timbank): the hours people have saved."""

import polars as pl

from tcw.model.tables.field import Column, Table

TIME_BANK = Table(
    "Time bank (tidbank, timbank): the hours people have saved.",
    {
        "staff_id": Column(pl.String, "id", "anställningsnummer", "who", required=True),
        "balance": Column(pl.Float64, "hours", "saldo", "hours saved; below zero: owed", required=True),
        "date": Column(pl.Date, "date", "datum", "the day the balance is of; the last one counts"),
    },
)
