"""`activities:` and `assume:`: what the exports do not say."""

from pydantic import Field

from tcw.model.config.section import Section
from tcw.model.config.values import Day, Flag, Rate
from tcw.model.config.words import Billing, ServiceType, TimeKind


class ActivityOverride(Section):
    """Fields of the activities table to set or override for one activity."""

    name: str | None = Field(default=None, description="Name shown in reports.")
    time_kind: TimeKind | None = Field(default=None, description="Kind of time (tidslag).")
    billing: Billing | None = Field(
        default=None, description="Billing type (debiteringstyp, Anställdrapport 3.3)."
    )
    service_type: ServiceType | None = Field(default=None, description="Service type (tjänstetyp).")
    counts_as_worked: Flag | None = Field(
        default=None, description="Counts as worked time in averages (Arbetstidslagen 10 b §)."
    )
    valid_from: Day | None = Field(default=None, description="First day it may be booked.")
    valid_to: Day | None = Field(default=None, description="Last day it may be booked, included.")
    message: str | None = Field(default=None, description="Message shown to the employee.")


class Assume(Section):
    """What to take for granted so that tcw can go on without a staff or activities file."""

    employment_rate: Rate | None = Field(
        default=None, description="Employment rate of everybody whose rate is not known, as in 100 %."
    )
    billing: Billing | None = Field(default=None, description="Billing type of activities that have none.")
