"""The activities (aktiviteter) of a sample, and the few words its orders need."""

from dataclasses import dataclass
from itertools import count

import polars as pl


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity; the words are those of `tcw.model.tables.ACTIVITIES`."""

    activity_id: str
    name: str
    time_kind: str
    billing: str
    service_type: str
    counts_as_worked: bool = True


ACTIVITIES = (
    Activity("010", "Omvårdnad", "work", "billable", "invoice"),
    Activity("011", "Hemtjänst besök", "work", "billable", "invoice"),
    Activity("012", "Delegerad insats", "work", "billable", "invoice"),
    Activity("020", "Restid", "work", "non_billable", "payroll"),
    Activity("021", "Kontorsarbete", "work", "non_billable", "payroll"),
    Activity("022", "Arbetsplatsträff", "work", "non_billable", "payroll"),
    Activity("023", "Utbildning", "work", "non_billable", "payroll"),
    Activity("030", "Mertid", "additional", "billable", "payroll"),
    Activity("031", "Övertid", "overtime", "billable", "payroll"),
    Activity("040", "Jour", "on_call", "excluded", "payroll"),
    Activity("041", "Beredskap", "standby", "excluded", "payroll", counts_as_worked=False),
    Activity("050", "Sjukfrånvaro", "absence", "non_billable", "absence"),
    Activity("051", "Semester", "absence", "non_billable", "absence"),
    Activity("052", "VAB", "absence", "non_billable", "absence"),
    Activity("053", "Föräldraledighet", "absence", "non_billable", "absence", counts_as_worked=False),
    Activity("090", "Lunch", "break", "excluded", "absence", counts_as_worked=False),
)
_numbers = count()
CARE, VISIT, DELEGATED, TRAVEL, DESK, MEETING, TRAINING, ADDITIONAL, OVERTIME, ON_CALL, STANDBY = (
    next(_numbers) for _ in range(11)
)
SICK, VACATION, SICK_CHILD, PARENTAL, LUNCH = (next(_numbers) for _ in range(5))

REASONS = ("Sjukdom", "Extraordinär sjuk", "Semester", "VAB", "Vakans")
BY_SICKNESS, BY_CRISIS, BY_VACATION, BY_SICK_CHILD, BY_VACANCY = range(len(REASONS))

NURSING = "USK"  # undersköterska
DELEGATION = "DELEG"
REGISTER = "BELREG"


def activities() -> pl.DataFrame:
    """Return the table `activities`, with the columns a sample fills."""
    return pl.DataFrame(
        [
            (a.activity_id, a.name, a.time_kind, a.billing, a.service_type, a.counts_as_worked)
            for a in ACTIVITIES
        ],
        schema={
            "activity_id": pl.String,
            "name": pl.String,
            "time_kind": pl.String,
            "billing": pl.String,
            "service_type": pl.String,
            "counts_as_worked": pl.Boolean,
        },
        orient="row",
    )
