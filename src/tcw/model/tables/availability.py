"""Availability (tillgänglighet, resurspass, akut resurstid): when somebody can be booked."""

import dataframely as dy

from tcw.model.tables.field import meaning


class Availability(dy.Schema):
    """Availability (tillgänglighet, resurspass, akut resurstid): when somebody can be booked."""

    staff_id = dy.String(nullable=False, metadata=meaning("id", "anställningsnummer", "who"))
    start = dy.Datetime(time_unit="us", nullable=False, metadata=meaning("moment", "start", "from when"))
    end = dy.Datetime(time_unit="us", nullable=False, metadata=meaning("moment", "slut", "until when"))
    kind = dy.String(nullable=False, metadata=meaning("word", "typ", "resource, flexible, own or office"))
    units = dy.List(
        dy.String(),
        nullable=True,
        metadata=meaning("list", "arbetsplatser", "units it holds for; empty means all"),
    )
    note = dy.String(nullable=True, metadata=meaning("text", "notering", "free text"))
