"""`checklist:`: what `tcw checklist` needs to know that no export says."""

from pydantic import Field, model_validator

from tcw.model.config.section import Section
from tcw.model.config.values import Day, Texts, refuse
from tcw.wording import Phrase

BACKWARDS = Phrase("config-change-backwards", "{file}, line {line}: {key}: change_to is before change_from.")
LASTING = [
    "staff",
    "bookings",
    "orders",
    "availability",
    "interests",
    "introductions",
    "red_days",
    "requests",
    "time_bank",
]


class Checklist(Section):
    """The checklist before and after a change (tcw checklist)."""

    keys: dict[str, Texts] = Field(
        default={}, description="Table -> the columns that tell its rows apart, by their headers."
    )
    renamed: dict[str, Texts] = Field(
        default={}, description="Header -> other headers for the same column, in one of the exports."
    )
    lasting: Texts = Field(
        default=LASTING,
        description="Tables whose changes are meant to stay: they are compared, but not in the restore plan.",
    )
    change_from: Day | None = Field(default=None, description="First day of the change, as of a crisis.")
    change_to: Day | None = Field(
        default=None, description="Last day of the change: nothing introduced for it should hold longer."
    )
    retain_until: Day | None = Field(
        default=None, description="Day until which the exports may be kept (gallringsdatum)."
    )
    exceptions: Texts = Field(
        default=[],
        description="Agreements that let rules be ignored, beside those with ignores: (* stands for any text).",
    )
    assistant_agreements: Texts = Field(
        default=[], description="Agreements of the booking assistant, beside those with for_assistant:."
    )
    permissions: Texts = Field(
        default=[], description="Tables (file or sheet names) of permissions, roles and function groups."
    )
    reasons: Texts = Field(default=[], description="Tables of order reasons.")
    messages: Texts = Field(default=[], description="Tables of message texts.")
    time_bank: Texts = Field(default=[], description="Tables of time-bank balances.")

    @model_validator(mode="after")
    def _in_order(self) -> "Checklist":
        if self.change_from and self.change_to and self.change_to < self.change_from:
            raise refuse(BACKWARDS)
        return self
