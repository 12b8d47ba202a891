"""`words:`: canonical words, and the spellings one's own exports use for them."""

from typing import Literal

from pydantic import Field

from tcw.model.config.section import Section
from tcw.model.config.values import Texts

EmploymentType = Literal["monthly", "hourly"]
TimeKind = Literal[
    "work",
    "additional",
    "overtime",
    "emergency_overtime",
    "on_call",
    "standby",
    "absence",
    "break",
    "none",
]
Billing = Literal["billable", "non_billable", "excluded"]
ServiceType = Literal["invoice", "payroll", "absence"]
Status = Literal["planned", "worked", "cancelled", "open", "booked", "returned", "stopped"]
Kind = Literal["resource", "flexible", "own", "office", "competence", "register"]
Tier = Literal["own", "family", "friend", "acquaintance"]


class Words(Section):
    """Own spellings of the words in a column, added to those tcw knows."""

    employment_type: dict[EmploymentType, Texts] = Field(
        default={}, description="Words for employment types."
    )
    time_kind: dict[TimeKind, Texts] = Field(default={}, description="Words for kinds of time (tidslag).")
    billing: dict[Billing, Texts] = Field(default={}, description="Words for billing types (debiteringstyp).")
    service_type: dict[ServiceType, Texts] = Field(
        default={}, description="Words for service types (tjänstetyp)."
    )
    status: dict[Status, Texts] = Field(
        default={}, description="Words for the status of a booking or an order."
    )
    kind: dict[Kind, Texts] = Field(
        default={}, description="Words for kinds of availability and competences."
    )
    tier: dict[Tier, Texts] = Field(default={}, description="Words for tiers of introductions (krets).")

    def spellings(self) -> dict[str, dict[str, list[str]]]:
        """Return column -> canonical word -> own spellings, for the columns that have any."""
        given: dict[str, dict[str, list[str]]] = self.model_dump()
        return {column: words for column, words in given.items() if words}
