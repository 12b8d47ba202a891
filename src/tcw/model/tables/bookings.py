"""Bookings (bokningar, pass): who works on what, when."""

import dataframely as dy

from tcw.model.tables.field import meaning


class Bookings(dy.Schema):
    """Bookings (bokningar, pass): who works on what, when.

    A span is start and end, or start and a duration, or date with start and end as clock times, or date and
    hours; which of them an export has is decided by its headers. Times are local wall-clock times here; the
    loaded schedule adds the instants (see `tcw.model.schedule`).
    """

    staff_id = dy.String(nullable=False, metadata=meaning("id", "anställningsnummer", "who"))
    activity_id = dy.String(nullable=False, metadata=meaning("id", "aktivitet", "on what"))
    start = dy.Datetime(time_unit="us", nullable=True, metadata=meaning("moment", "start", "when it starts"))
    end = dy.Datetime(time_unit="us", nullable=True, metadata=meaning("moment", "slut", "when it ends"))
    date = dy.Date(nullable=True, metadata=meaning("date", "datum", "the day it starts"))
    end_date = dy.Date(
        nullable=True, metadata=meaning("date", "slutdatum", "the day it ends, when given apart")
    )
    hours = dy.Float64(
        nullable=True, metadata=meaning("hours", "timmar", "its length, when no clock times are known")
    )
    minutes = dy.Float64(nullable=True, metadata=meaning("minutes", "minuter", "its length in minutes"))
    seconds = dy.Float64(nullable=True, metadata=meaning("seconds", "sekunder", "its length in seconds"))
    booking_id = dy.String(nullable=True, metadata=meaning("id", "bokning", "the booking's id"))
    unit_id = dy.String(
        nullable=True, metadata=meaning("id", "arbetsplats", "where; not the home unit when borrowed")
    )
    break_minutes = dy.Int32(
        nullable=True, metadata=meaning("minutes", "rast", "unpaid break inside the span")
    )
    status = dy.String(nullable=True, metadata=meaning("word", "status", "planned, worked or cancelled"))
    order_id = dy.String(nullable=True, metadata=meaning("id", "beställning", "the order it fills"))
    order_reason = dy.String(
        nullable=True, metadata=meaning("text", "beställningsorsak", "why it was ordered")
    )
    created_at = dy.Datetime(
        time_unit="us", nullable=True, metadata=meaning("moment", "skapad", "when it was booked")
    )
    borrowed = dy.Bool(nullable=True, metadata=meaning("yes_no", "inlånad", "worked outside the home unit"))
    billing = dy.String(
        nullable=True,
        metadata=meaning("word", "debiteringstyp", "overrides the activity's, as time trackers do"),
    )
