"""Interests (intresseanmälningar) registered on advertised orders."""

import dataframely as dy

from tcw.model.tables.field import meaning


class Interests(dy.Schema):
    """Interests (intresseanmälningar) registered on advertised orders."""

    order_id = dy.String(nullable=False, metadata=meaning("id", "beställning", "which order"))
    staff_id = dy.String(nullable=False, metadata=meaning("id", "anställningsnummer", "who"))
    registered_at = dy.Datetime(
        time_unit="us", nullable=True, metadata=meaning("moment", "anmäld", "when; the earliest goes first")
    )
