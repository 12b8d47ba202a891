"""Activities (aktiviteter, tjänster): what booked time is spent on."""

import polars as pl

from tcw.model.tables.field import Column, Table

ACTIVITIES = Table(
    "Activities (aktiviteter, tjänster): what booked time is spent on.",
    {
        "activity_id": Column(
            pl.String, "id", "aktivitet", "the activity's id or name in bookings", required=True
        ),
        "name": Column(pl.String, "text", "benämning", "shown in reports"),
        "time_kind": Column(
            pl.String,
            "word",
            "tidslag",
            "work, additional, overtime, emergency_overtime, on_call, standby, absence, break or none",
        ),
        "billing": Column(
            pl.String, "word", "debiteringstyp", "billable, non_billable or excluded (Anställdrapport 3.3)"
        ),
        "service_type": Column(
            pl.String, "word", "tjänstetyp", "invoice, payroll or absence (Anställdrapport 3.3)"
        ),
        "counts_as_worked": Column(
            pl.Boolean,
            "yes_no",
            "räknas som arbetad tid",
            "vacation and sick leave do, in averages (Arbetstidslagen 10 b §)",
        ),
        "valid_from": Column(pl.Date, "date", "gäller från", "first day the activity may be booked"),
        "valid_to": Column(pl.Date, "date", "gäller till", "last day, included"),
        "message": Column(pl.String, "text", "meddelande", "shown to the employee"),
    },
)
