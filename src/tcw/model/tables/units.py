"""Units (arbetsplatser, schemagrupper)."""

import dataframely as dy

from tcw.model.tables.field import meaning


class Units(dy.Schema):
    """Units (arbetsplatser, schemagrupper)."""

    unit_id = dy.String(
        nullable=False, metadata=meaning("id", "arbetsplats", "the unit's id or name in other tables")
    )
    name = dy.String(nullable=True, metadata=meaning("text", "benämning", "shown in reports"))
    planning_area = dy.String(
        nullable=True, metadata=meaning("id", "samplaneringsyta", "units planned together")
    )
    parent = dy.String(nullable=True, metadata=meaning("id", "överordnad", "the unit above"))
