"""Agreement links (avtal per person): who follows which agreement when."""

import dataframely as dy

from tcw.model.tables.field import meaning


class AgreementLinks(dy.Schema):
    """Agreement links (avtal per person): who follows which agreement when."""

    staff_id = dy.String(nullable=False, metadata=meaning("id", "anställningsnummer", "who"))
    agreement_id = dy.String(nullable=False, metadata=meaning("id", "avtal", "which agreement"))
    valid_from = dy.Date(nullable=True, metadata=meaning("date", "gäller från", "first day"))
    valid_to = dy.Date(nullable=True, metadata=meaning("date", "gäller till", "last day, included"))
