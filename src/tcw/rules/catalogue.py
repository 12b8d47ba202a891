"""Every rule, in report order. A code is never used again for something else."""

from typing import Final

from tcw.rules import (
    activity_never_used,
    activity_without_billing_type,
    agreement_below_floor,
    booked_outside_employment,
    booked_while_absent,
    competence_without_end,
    double_booking,
    employment_rate_missing,
    employment_type_missing,
    exception_without_decision,
    exception_without_end,
    expired_competence,
    implausible_span,
    missing_competence,
    no_agreement,
    no_red_days,
    normal_week_missing,
    not_introduced,
    outside_availability,
    overlapping_agreements,
    register_extract_missing,
    retired_activity,
    short_daily_rest,
    short_notice,
    warning_level_unreachable,
)
from tcw.rules.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    short_daily_rest.RULE,
    short_notice.RULE,
    no_agreement.RULE,
    overlapping_agreements.RULE,
    exception_without_end.RULE,
    exception_without_decision.RULE,
    agreement_below_floor.RULE,
    double_booking.RULE,
    booked_while_absent.RULE,
    booked_outside_employment.RULE,
    missing_competence.RULE,
    expired_competence.RULE,
    register_extract_missing.RULE,
    outside_availability.RULE,
    not_introduced.RULE,
    retired_activity.RULE,
    implausible_span.RULE,
    activity_without_billing_type.RULE,
    normal_week_missing.RULE,
    no_red_days.RULE,
    warning_level_unreachable.RULE,
    competence_without_end.RULE,
    activity_never_used.RULE,
    employment_rate_missing.RULE,
    employment_type_missing.RULE,
)
RETIRED: Final[tuple[str, ...]] = ()
"""Codes of rules that are no more."""
