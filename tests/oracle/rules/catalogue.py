"""Code -> the oracle's function, and which columns of its findings ADR 0009 settles."""

from collections.abc import Callable

from tests.oracle.rules import (
    averages,
    bookings,
    breaks,
    daily_rest,
    duties,
    links,
    minors,
    nights,
    permits,
    planning,
    sums,
    weekly_rest,
)
from tests.oracle.rules.world import Outcome, Person

ORACLE: dict[str, Callable[[Person], Outcome]] = {
    "WT01": daily_rest.judge,
    "WT02": nights.judge,
    "WT03": weekly_rest.judge,
    "WT04": sums.ordinary_time,
    "WT05": sums.on_call,
    "WT06": sums.overtime,
    "WT07": sums.additional_time,
    "WT08": averages.average_week,
    "WT09": averages.night_work,
    "WT10": breaks.judge,
    "WT11": duties.long_duty,
    "WT12": duties.days_in_a_row,
    "WT13": duties.notice,
    "WT14": minors.judge,
    "PL01": planning.planned_overtime,
    "PL02": planning.planned_above_contract,
    "AG01": links.no_agreement,
    "AG02": links.overlapping,
    "AG03": links.without_end,
    "AG04": links.without_decision,
    "BK01": bookings.double_booking,
    "BK02": bookings.booked_while_absent,
    "BK03": bookings.outside_employment,
    "BK04": permits.missing_competence,
    "BK05": permits.expired_competence,
    "BK06": permits.register_extract,
    "BK07": permits.outside_availability,
    "BK08": permits.not_introduced,
    "BK09": bookings.retired_activity,
    "BK10": bookings.implausible_span,
}
