"""Orders (beställningar): vacant shifts to fill."""

import dataframely as dy

from tcw.model.tables.field import meaning


class Orders(dy.Schema):
    """Orders (beställningar): vacant shifts to fill."""

    order_id = dy.String(nullable=False, metadata=meaning("id", "beställning", "the order's id"))
    unit_id = dy.String(nullable=False, metadata=meaning("id", "arbetsplats", "where the shift is worked"))
    start = dy.Datetime(
        time_unit="us", nullable=False, metadata=meaning("moment", "start", "when the shift starts")
    )
    end = dy.Datetime(time_unit="us", nullable=False, metadata=meaning("moment", "slut", "when it ends"))
    activity_id = dy.String(nullable=True, metadata=meaning("id", "aktivitet", "what is to be done"))
    competences = dy.List(
        dy.String(), nullable=True, metadata=meaning("list", "kompetenser", "competences the shift requires")
    )
    reason = dy.String(
        nullable=True, metadata=meaning("text", "beställningsorsak", "why the shift is vacant")
    )
    status = dy.String(
        nullable=True, metadata=meaning("word", "status", "open, booked, returned, cancelled or stopped")
    )
    priority = dy.Int32(nullable=True, metadata=meaning("integer", "prioritet", "1 is filled first"))
    advertised = dy.Bool(
        nullable=True, metadata=meaning("yes_no", "lediga jobb", "whether it is advertised to staff")
    )
    previous_staff_id = dy.String(
        nullable=True, metadata=meaning("id", "tidigare vikarie", "who held it before it was returned")
    )
    replaces_staff_id = dy.String(
        nullable=True, metadata=meaning("id", "ersätter", "whose absence it covers")
    )
    break_minutes = dy.Int32(
        nullable=True, metadata=meaning("minutes", "rast", "unpaid break inside the shift")
    )
    message = dy.String(nullable=True, metadata=meaning("text", "meddelande", "text to whoever is asked"))
