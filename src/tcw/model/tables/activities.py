"""Activities (aktiviteter, tjänster): what booked time is spent on."""

import dataframely as dy

from tcw.model.tables.field import meaning


class Activities(dy.Schema):
    """Activities (aktiviteter, tjänster): what booked time is spent on."""

    activity_id = dy.String(
        nullable=False, metadata=meaning("id", "aktivitet", "the activity's id or name in bookings")
    )
    name = dy.String(nullable=True, metadata=meaning("text", "benämning", "shown in reports"))
    time_kind = dy.String(
        nullable=True,
        metadata=meaning(
            "word",
            "tidslag",
            "work, additional, overtime, emergency_overtime, on_call, standby, absence, break or none",
        ),
    )
    billing = dy.String(
        nullable=True,
        metadata=meaning(
            "word", "debiteringstyp", "billable, non_billable or excluded (Anställdrapport 3.3)"
        ),
    )
    service_type = dy.String(
        nullable=True,
        metadata=meaning("word", "tjänstetyp", "invoice, payroll or absence (Anställdrapport 3.3)"),
    )
    counts_as_worked = dy.Bool(
        nullable=True,
        metadata=meaning(
            "yes_no",
            "räknas som arbetad tid",
            "vacation and sick leave do, in averages (Arbetstidslagen 10 b §)",
        ),
    )
    valid_from = dy.Date(
        nullable=True, metadata=meaning("date", "gäller från", "first day the activity may be booked")
    )
    valid_to = dy.Date(nullable=True, metadata=meaning("date", "gäller till", "last day, included"))
    message = dy.String(nullable=True, metadata=meaning("text", "meddelande", "shown to the employee"))
