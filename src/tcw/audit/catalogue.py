"""The shipped checklist, in the order it is read. A code is never used again for something else."""

from typing import Final

from tcw.audit.item import Item
from tcw.audit.items import (
    activities_left,
    assistant_agreements,
    availability_linked,
    competences_left,
    documented_before,
    exceptions_ended,
    figures_settings,
    messages_restored,
    order_reasons,
    permissions_widened,
    personal_data,
    planned_breaches,
    register_extracts,
    reports_taken,
    substitutes_before,
)

ITEMS: Final[tuple[Item, ...]] = (
    documented_before.ITEM,
    substitutes_before.ITEM,
    activities_left.ITEM,
    competences_left.ITEM,
    reports_taken.ITEM,
    exceptions_ended.ITEM,
    assistant_agreements.ITEM,
    order_reasons.ITEM,
    permissions_widened.ITEM,
    register_extracts.ITEM,
    availability_linked.ITEM,
    messages_restored.ITEM,
    planned_breaches.ITEM,
    figures_settings.ITEM,
    personal_data.ITEM,
)
