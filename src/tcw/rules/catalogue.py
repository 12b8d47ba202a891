"""Every rule, in report order. A code is never used again for something else."""

from typing import Final

from tcw.rules import (
    activity_without_billing_type,
    double_booking,
    short_daily_rest,
)
from tcw.rules.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    short_daily_rest.RULE,
    double_booking.RULE,
    activity_without_billing_type.RULE,
)
RETIRED: Final[tuple[str, ...]] = ()
"""Codes of rules that are no more."""
