"""Introductions: who has been introduced at which workplace."""

import dataframely as dy

from tcw.model.tables.field import meaning


class Introductions(dy.Schema):
    """Introductions: who has been introduced at which workplace."""

    staff_id = dy.String(nullable=False, metadata=meaning("id", "anställningsnummer", "who"))
    unit_id = dy.String(nullable=False, metadata=meaning("id", "arbetsplats", "where"))
    tier = dy.String(
        nullable=True,
        metadata=meaning(
            "word", "krets", "own, family, friend or acquaintance (egen, familj, vänner, bekanta)"
        ),
    )
