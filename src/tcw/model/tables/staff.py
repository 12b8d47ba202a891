"""Staff (personal): one row per employment and period."""

import dataframely as dy

from tcw.model.tables.field import meaning


class Staff(dy.Schema):
    """Staff (personal): one row per employment and period."""

    staff_id = dy.String(
        nullable=False, metadata=meaning("id", "anställningsnummer", "the employee's number in the system")
    )
    name = dy.String(nullable=True, metadata=meaning("text", "namn", "shown in reports unless pseudonymised"))
    person_id = dy.String(
        nullable=True, metadata=meaning("id", "personnummer", "the person behind several employments")
    )
    birth_date = dy.Date(
        nullable=True, metadata=meaning("date", "födelsedatum", "needed for the rules on minors")
    )
    employment_type = dy.String(
        nullable=True, metadata=meaning("word", "anställningstyp", "monthly (Månadslön) or hourly (Timlön)")
    )
    employment_rate = dy.Float64(
        nullable=True, metadata=meaning("share", "anställningsgrad", "share of full time, 1.0 is full time")
    )
    home_unit = dy.String(
        nullable=True, metadata=meaning("id", "hemenhet", "the unit the employee belongs to")
    )
    category = dy.String(nullable=True, metadata=meaning("text", "befattning", "the occupation, for filters"))
    services = dy.List(
        dy.String(),
        nullable=True,
        metadata=meaning("list", "tjänster", "services the employee can be booked on, for filters"),
    )
    areas = dy.List(
        dy.String(),
        nullable=True,
        metadata=meaning("list", "områden", "areas the employee can be booked in, for filters"),
    )
    phone = dy.String(nullable=True, metadata=meaning("text", "telefon", "for notifications"))
    email = dy.String(nullable=True, metadata=meaning("text", "e-post", "for notifications"))
    valid_from = dy.Date(
        nullable=True, metadata=meaning("date", "gäller från", "first day of the employment or period")
    )
    valid_to = dy.Date(nullable=True, metadata=meaning("date", "gäller till", "last day, included"))
