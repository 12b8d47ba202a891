"""Competences (kompetenser) per person."""

import dataframely as dy

from tcw.model.tables.field import meaning


class Competences(dy.Schema):
    """Competences (kompetenser) per person."""

    staff_id = dy.String(nullable=False, metadata=meaning("id", "anställningsnummer", "who"))
    competence_id = dy.String(nullable=False, metadata=meaning("id", "kompetens", "what"))
    name = dy.String(nullable=True, metadata=meaning("text", "benämning", "shown in reports"))
    kind = dy.String(
        nullable=True,
        metadata=meaning(
            "word", "typ", "competence, or register for a criminal-record extract (belastningsregister)"
        ),
    )
    valid_from = dy.Date(nullable=True, metadata=meaning("date", "gäller från", "first day held"))
    valid_to = dy.Date(nullable=True, metadata=meaning("date", "gäller till", "last day, included"))
