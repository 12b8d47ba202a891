"""Bookings (bokningar, pass): who works on what, when."""

import polars as pl

from tcw.model.tables.field import Column, Table

BOOKINGS = Table(
    "Bookings (bokningar, pass): who works on what, when.",
    {
        "staff_id": Column(pl.String, "id", "anställningsnummer", "who", required=True),
        "activity_id": Column(pl.String, "id", "aktivitet", "on what", required=True),
        "start": Column(pl.Datetime("us"), "moment", "start", "when it starts"),
        "end": Column(pl.Datetime("us"), "moment", "slut", "when it ends"),
        "date": Column(pl.Date, "date", "datum", "the day it starts"),
        "end_date": Column(pl.Date, "date", "slutdatum", "the day it ends, when given apart"),
        "hours": Column(pl.Float64, "hours", "timmar", "its length, when no clock times are known"),
        "minutes": Column(pl.Float64, "minutes", "minuter", "its length in minutes"),
        "seconds": Column(pl.Float64, "seconds", "sekunder", "its length in seconds"),
        "booking_id": Column(pl.String, "id", "bokning", "the booking's id"),
        "unit_id": Column(pl.String, "id", "arbetsplats", "where; not the home unit when borrowed"),
        "break_minutes": Column(pl.Int32, "minutes", "rast", "unpaid break inside the span"),
        "status": Column(pl.String, "word", "status", "planned, worked or cancelled"),
        "order_id": Column(pl.String, "id", "beställning", "the order it fills"),
        "order_reason": Column(pl.String, "text", "beställningsorsak", "why it was ordered"),
        "created_at": Column(pl.Datetime("us"), "moment", "skapad", "when it was booked"),
        "borrowed": Column(pl.Boolean, "yes_no", "inlånad", "worked outside the home unit"),
        "billing": Column(
            pl.String, "word", "debiteringstyp", "overrides the activity's, as time trackers do"
        ),
    },
)
"""A span is start and end, or start and a duration, or date with start and end as clock times, or date and
hours; which of them an export has is decided by its headers. Times are local wall-clock times here; the
loaded schedule adds the instants (see `tcw.model.schedule`)."""
