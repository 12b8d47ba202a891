"""`rules:`: what the rule checker needs to know that no export says."""

from typing import Annotated

from pydantic import Field

from tcw.model.config.section import Section
from tcw.model.config.values import Day, Flag, Texts, whole_within


class RuleSettings(Section):
    """The rule checker (tcw check)."""

    agreement: str = Field(
        default="atl", description="The agreement of everybody without a link on a day: the Act, unless said."
    )
    select: Texts = Field(default=[], description="Rules or families to judge, as in WT or BK01; none: all.")
    ignore: Texts = Field(default=[], description="Rules or families to leave out.")
    calculation_start: Day | None = Field(
        default=None,
        description="A day on which a calculation period begins; without it, the Monday of the export's first week.",
    )
    night_activities: Texts = Field(
        default=[], description="Activities that are night work: the rest need not hold 00-05 (WT02)."
    )
    special_risk_activities: Texts = Field(
        default=[], description="Night work with special risk or strain: at most 8 hours in 24 (WT09)."
    )
    competences: dict[str, Texts] = Field(
        default={}, description="Activity -> competences it requires (BK04, BK05)."
    )
    register_units: Texts = Field(
        default=[], description="Units where everybody needs a criminal-record extract (BK06); * is all."
    )
    register_activities: Texts = Field(
        default=[], description="Activities that need a criminal-record extract (BK06); * is all."
    )
    register_valid_days: Annotated[int, whole_within(1, 36500)] | None = Field(
        default=None,
        description="Days an extract without an end date is good for; without it, forever (BK06).",
    )
    substitutes_need_availability: Flag = Field(
        default=True, description="Hourly paid are booked inside their availability (BK07)."
    )
