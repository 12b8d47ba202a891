"""Orders (beställningar): vacant shifts to fill."""

import polars as pl

from tcw.model.tables.field import Column, Table

ORDERS = Table(
    "Orders (beställningar): vacant shifts to fill.",
    {
        "order_id": Column(pl.String, "id", "beställning", "the order's id", required=True),
        "unit_id": Column(pl.String, "id", "arbetsplats", "where the shift is worked", required=True),
        "start": Column(pl.Datetime("us"), "moment", "start", "when the shift starts", required=True),
        "end": Column(pl.Datetime("us"), "moment", "slut", "when it ends", required=True),
        "activity_id": Column(pl.String, "id", "aktivitet", "what is to be done"),
        "competences": Column(pl.List(pl.String), "list", "kompetenser", "competences the shift requires"),
        "reason": Column(pl.String, "text", "beställningsorsak", "why the shift is vacant"),
        "status": Column(pl.String, "word", "status", "open, booked, returned, cancelled or stopped"),
        "priority": Column(pl.Int32, "integer", "prioritet", "1 is filled first"),
        "advertised": Column(pl.Boolean, "yes_no", "lediga jobb", "whether it is advertised to staff"),
        "previous_staff_id": Column(
            pl.String, "id", "tidigare vikarie", "who held it before it was returned"
        ),
        "replaces_staff_id": Column(pl.String, "id", "ersätter", "whose absence it covers"),
        "break_minutes": Column(pl.Int32, "minutes", "rast", "unpaid break inside the shift"),
        "message": Column(pl.String, "text", "meddelande", "text to whoever is asked"),
    },
)
