"""`rules:` and `agreements:`: what the rule checker goes by, and the limits that hold for whom."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator
from pydantic_core import InitErrorDetails

from tcw.model.config.kpis import Weekday
from tcw.model.config.values import (
    ClockTime,
    Day,
    Flag,
    Section,
    Texts,
    number_text,
    refuse,
    refuse_at,
    setting,
    whole_within,
)
from tcw.wording import Phrase


class RuleSettings(Section):
    """The rule checker (tcw check)."""

    agreement: str = setting(
        "The agreement of everybody without a link on a day: the Act, unless said.", "atl"
    )
    select: Texts = setting("Rules or families to judge, as in WT or BK01; none: all.", [])
    ignore: Texts = setting("Rules or families to leave out.", [])
    calculation_start: Day | None = setting(
        "A day on which a calculation period begins; without it, the Monday of the export's first week."
    )
    night_activities: Texts = setting(
        "Activities that are night work: the rest need not hold 00-05 (WT02).", []
    )
    special_risk_activities: Texts = setting(
        "Night work with special risk or strain: at most 8 hours in 24 (WT09).", []
    )
    competences: dict[str, Texts] = setting("Activity -> competences it requires (BK04, BK05).", {})
    register_units: Texts = setting(
        "Units where everybody needs a criminal-record extract (BK06); * is all.", []
    )
    register_activities: Texts = setting(
        "Activities that need a criminal-record extract (BK06); * is all.", []
    )
    register_valid_days: Annotated[int, whole_within(1, 36500)] | None = setting(
        "Days an extract without an end date is good for; without it, forever (BK06)."
    )
    substitutes_need_availability: Flag = setting(
        "Hourly paid are booked inside their availability (BK07).", default=True
    )


LIMIT = Phrase(
    "config-limit",
    '{file}, line {line}: {key} is "{value}"; write hours from 0 to 8784, as in 11, 36.5 or 9:30, or none.',
)
DECISION_BACKWARDS = Phrase(
    "config-decision-backwards", "{file}, line {line}: {key}: valid_to must not be before valid_from."
)
RULE_CODE = Phrase(
    "config-rule-code",
    '{file}, line {line}: {key}: "{value}" is no rule that a decision can waive; tcw rules lists the '
    "codes (WT01 …).",
)
MOST_HOURS = 8784
WAIVABLE = frozenset(f"WT{number:02d}" for number in range(1, 15))
"""Rules an agreement may allow to be ignored: working time. Planning (PL), agreements (AG) and bookings (BK)
never."""


def read_limit(value: object) -> float | None:
    """Return `11`, `36,5` or `9:30` as hours; `none` as no limit."""
    if value is None or (isinstance(value, str) and value.strip().lower() in {"none", "ingen", "inget"}):
        return NO_LIMIT
    if isinstance(value, int | float) and not isinstance(value, bool):
        hours = float(value)
    else:
        text = str(value).strip().replace(",", ".")
        whole, _, minutes = text.partition(":")
        try:
            hours = float(whole) + (int(minutes) / 60 if minutes else 0)
        except ValueError:
            raise refuse(LIMIT) from None
    if not 0 <= hours <= MOST_HOURS:
        raise refuse(LIMIT)
    return hours


NO_LIMIT = float("inf")
"""What `none` is read as: an agreement that has no such limit, where leaving it out means the parent's."""


def _write_limit(limit: float | None) -> str | None:
    return None if limit is None else "none" if limit == NO_LIMIT else number_text(limit)


Limit = Annotated[
    float | None,
    BeforeValidator(read_limit, json_schema_input_type=float | str | None),
    PlainSerializer(_write_limit, when_used="json"),
]
DailyRestMode = Literal["rolling", "window", "shift_gap"]
WeeklyRestMode = Literal["week", "straddle", "rolling"]
Basis = Literal["four_weeks", "month"]


class Decision(Section):
    """Who decided that rules may be ignored, and when that holds."""

    reference: str = Field(description="What names the decision: a number in the diary (diarienummer).")
    by: str | None = setting("Who decided.")
    valid_from: Day | None = setting("First day it holds.")
    valid_to: Day | None = setting("Last day it holds, included.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise refuse(DECISION_BACKWARDS)
        return self


class Agreement(Section):
    """An agreement (avtal): what is left out is as in the one it is based on."""

    based_on: str | None = setting("The agreement it starts from: atl (default), ab, eu or another of yours.")
    name: str | None = setting("Name shown in reports.")
    ignores: Texts = setting(
        "Codes of working-time rules that may be ignored by the decision, as in WT01.", []
    )
    decision: Decision | None = setting("The decision that lets rules be ignored.")
    for_assistant: Flag | None = setting("Meant for the booking assistant.")

    break_at_most: Limit = setting("Hours between two spans that still make one duty period (split shift).")
    daily_rest: Limit = setting("Hours of unbroken daily rest (WT01).")
    daily_rest_mode: DailyRestMode | None = setting("How 24-hour periods are laid (WT01).")
    day_break: ClockTime | None = setting(
        "Clock time at which a 24-hour period begins, in mode window (WT01)."
    )
    daily_rest_with_compensation: Limit = setting(
        "Shortest daily rest when the rest after it makes up for it (WT01); none: never."
    )
    weekly_rest: Limit = setting("Hours of unbroken weekly rest (WT03).")
    weekly_rest_mode: WeeklyRestMode | None = setting("How seven-day periods are laid (WT03).")
    week_break_day: Weekday | None = setting("Day a seven-day period begins (WT03).")
    week_break_time: ClockTime | None = setting("Clock time a seven-day period begins (WT03).")
    ordinary_week: Limit = setting("Ordinary hours a week, on average over a calculation period (WT04).")
    calculation_weeks: Annotated[int, whole_within(1, 52)] | None = setting(
        "Weeks of a calculation period (WT04, WT06, WT07)."
    )
    red_days_reduce: Flag | None = setting("Red days shorten the ordinary hours of their week (WT04).")
    on_call_basis: Basis | None = setting(
        "What on-call is counted over: four weeks or a calendar month (WT05)."
    )
    on_call_four_weeks: Limit = setting("On-call hours in four weeks (WT05).")
    on_call_month: Limit = setting("On-call hours in a calendar month (WT05).")
    overtime_basis: Basis | None = setting("What overtime and additional time are counted over (WT06, WT07).")
    overtime_four_weeks: Limit = setting(
        "Overtime hours in four weeks, and additional hours likewise (WT06, WT07)."
    )
    overtime_month: Limit = setting(
        "Overtime hours in a calendar month, and additional hours likewise (WT06, WT07)."
    )
    overtime_year: Limit = setting("General overtime hours in a calendar year (WT06).")
    extra_overtime_year: Limit = setting("Extra overtime hours in a calendar year beyond the general (WT06).")
    additional_year: Limit = setting("Part-timers' additional hours (mertid) in a calendar year (WT07).")
    extra_additional_year: Limit = setting(
        "Extra additional hours in a calendar year beyond the general (WT07)."
    )
    average_week: Limit = setting("All working hours per seven days on average over average_months (WT08).")
    average_months: Annotated[int, whole_within(1, 12)] | None = setting(
        "Months of the averages of WT08 and WT09."
    )
    average_weeks: Annotated[int, whole_within(1, 52)] | None = setting(
        "Weeks of those averages, where they go by weeks and not by months."
    )
    night_average: Limit = setting("A night worker's hours per 24 hours on average (WT09).")
    break_after: Limit = setting("Hours of work in a row without a break (WT10).")
    long_duty: Limit = setting("Hours of work and on-call in 24 hours (WT11).")
    long_duty_in_sequence: Limit = setting("The same, for work and on-call in direct sequence (WT11).")
    long_duty_by_decision: Limit = setting("The same, under a decision that names WT11 (WT11).")
    days_in_a_row: Annotated[int, whole_within(1, 365)] | None = setting("Days in a row with work (WT12).")
    notice_days: Annotated[int, whole_within(0, 365)] | None = setting(
        "Days before its start by which a booking must stand (WT13)."
    )


def unknown_codes(agreements: object) -> Iterator[InitErrorDetails]:
    """Tell codes under `ignores:` that no decision can waive."""
    for name, agreement in agreements.items() if isinstance(agreements, Mapping) else ():
        codes = agreement.get("ignores") if isinstance(agreement, Mapping) else None
        listed = [codes] if isinstance(codes, str) else codes if isinstance(codes, list) else []
        for place, code in enumerate(listed):
            if code not in WAIVABLE:
                yield refuse_at((str(name), "ignores", place), code, RULE_CODE)
