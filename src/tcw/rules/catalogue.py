"""Every rule, in report order. A code is never used again for something else."""

from typing import Final

from tcw.rules.agreements import (
    agreement_below_floor,
    exception_without_decision,
    exception_without_end,
    no_agreement,
    overlapping_agreements,
)
from tcw.rules.bookings import (
    booked_outside_employment,
    booked_while_absent,
    double_booking,
    expired_competence,
    implausible_span,
    missing_competence,
    not_introduced,
    outside_availability,
    register_extract_missing,
    retired_activity,
)
from tcw.rules.planning import planned_above_contract, planned_overtime
from tcw.rules.rule import Rule
from tcw.rules.settings import (
    activity_never_used,
    activity_without_billing_type,
    competence_without_end,
    employment_rate_missing,
    employment_type_missing,
    no_red_days,
    normal_week_missing,
    warning_level_unreachable,
)
from tcw.rules.working_time import (
    long_average_week,
    long_duty,
    long_ordinary_time,
    minor_works_too_much,
    missing_break,
    night_rest_missed,
    short_daily_rest,
    short_notice,
    short_weekly_rest,
    too_many_days_in_a_row,
    too_much_additional_time,
    too_much_night_work,
    too_much_on_call,
    too_much_overtime,
)

RULES: Final[tuple[Rule, ...]] = (
    short_daily_rest.RULE,
    night_rest_missed.RULE,
    short_weekly_rest.RULE,
    long_ordinary_time.RULE,
    too_much_on_call.RULE,
    too_much_overtime.RULE,
    too_much_additional_time.RULE,
    long_average_week.RULE,
    too_much_night_work.RULE,
    missing_break.RULE,
    long_duty.RULE,
    too_many_days_in_a_row.RULE,
    short_notice.RULE,
    minor_works_too_much.RULE,
    planned_overtime.RULE,
    planned_above_contract.RULE,
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
