"""The limits of an agreement, whole: what tcw ships, and what tcw.yaml makes of it.

No Polars here, so that `tcw explain` starts at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, time
from difflib import get_close_matches

from tcw.errors import ManyFaults, TcwError, UsageFault
from tcw.model.config import Agreement, Config
from tcw.model.config.agreements import NO_LIMIT, Basis, DailyRestMode, WeeklyRestMode
from tcw.model.config.kpis import Weekday
from tcw.wording import Phrase

UNKNOWN_BASE = Phrase(
    "agreement-unknown-base",
    "tcw.yaml: agreements: {name} is based on {base}, which is no agreement; there are {known}.",
)
CIRCLE = Phrase("agreement-circle", "tcw.yaml: agreements: {name} is in the end based on itself.")
UNKNOWN_DEFAULT = Phrase(
    "agreement-unknown-default",
    "tcw.yaml: rules: agreement: {name} is no agreement; there are {known}.",
)
UNKNOWN_DEFAULT_SIMILAR = Phrase(
    "agreement-unknown-default-similar",
    "tcw.yaml: rules: agreement: {name} is no agreement; did you mean {suggestion}?",
)


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement with every limit. Hours; NO_LIMIT where there is none. Defaults are those of the Act.

    Source: Arbetstidslagen (1982:673) as of 2022:450; the paragraph beside each.
    """

    code: str = "atl"
    name: str = "Arbetstidslagen"
    ignores: frozenset[str] = frozenset()
    decision: str | None = None
    decision_from: date | None = None
    decision_to: date | None = None
    for_assistant: bool = False
    break_at_most: float = 4.0  # a split shift is one duty period
    daily_rest: float = 11.0  # 13 §
    daily_rest_mode: DailyRestMode = "rolling"
    day_break: time = time(0)
    daily_rest_with_compensation: float = NO_LIMIT  # none: the rest is never shorter
    weekly_rest: float = 36.0  # 14 §
    weekly_rest_mode: WeeklyRestMode = "week"
    week_break_day: Weekday = "mon"
    week_break_time: time = time(0)
    ordinary_week: float = 40.0  # 5 §
    calculation_weeks: int = 4  # 5 §: at most four weeks
    red_days_reduce: bool = False
    on_call_basis: Basis = "four_weeks"  # 6 §
    on_call_four_weeks: float = 48.0
    on_call_month: float = 50.0
    overtime_basis: Basis = "four_weeks"  # 8 §
    overtime_four_weeks: float = 48.0
    overtime_month: float = 50.0
    overtime_year: float = 200.0
    extra_overtime_year: float = 150.0  # 8 a §
    additional_year: float = 200.0  # 10 §
    extra_additional_year: float = 150.0  # 10 a §
    average_week: float = 48.0  # 10 b §
    average_months: int = 4
    average_weeks: int | None = None  # instead of months
    night_average: float = 8.0  # 13 a §
    break_after: float = 5.0  # 15 §
    long_duty: float = 13.0  # what 11 h of rest in 24 leaves
    long_duty_in_sequence: float = NO_LIMIT  # none: no such exception
    long_duty_by_decision: float = NO_LIMIT
    days_in_a_row: int | None = None
    notice_days: int = 14  # 12 §

    def decided_on(self, day: date) -> bool:
        """Tell whether the agreement names a decision that holds on the day."""
        return (
            self.decision is not None
            and (self.decision_from is None or self.decision_from <= day)
            and (self.decision_to is None or day <= self.decision_to)
        )


ATL = Terms()
AB = replace(
    ATL,
    code="ab",
    name="Allmänna bestämmelser (AB)",
    daily_rest_with_compensation=9.0,  # AB 13 §: planned special cases, made up for
    calculation_weeks=16,
    red_days_reduce=True,
    on_call_basis="month",
    overtime_basis="month",
    average_months=4,
    long_duty_in_sequence=20.0,
    long_duty_by_decision=24.0,
)
EU = replace(
    ATL,
    code="eu",
    name="EU 2003/88/EG",
    weekly_rest=35.0,  # article 5: 24 h and the daily 11 h
    ordinary_week=NO_LIMIT,  # the Directive limits all working time only
    on_call_four_weeks=NO_LIMIT,
    on_call_month=NO_LIMIT,
    overtime_four_weeks=NO_LIMIT,
    overtime_month=NO_LIMIT,
    overtime_year=NO_LIMIT,
    extra_overtime_year=NO_LIMIT,
    additional_year=NO_LIMIT,
    extra_additional_year=NO_LIMIT,
    break_after=6.0,  # article 4
    notice_days=0,
)
CRISIS = replace(
    AB,
    code="crisis-example",
    name="Krisavtal (exempel)",
    ignores=frozenset({"WT01", "WT03", "WT06", "WT08", "WT11", "WT12"}),
)
"""An example to copy: it names no decision, so it waives nothing until somebody decides."""
SHIPPED: Mapping[str, Terms] = {terms.code: terms for terms in (ATL, AB, EU, CRISIS)}
FLOOR = EU
"""What no agreement may go below (AG05)."""


def agreements(config: Config) -> dict[str, Terms]:
    """Return every agreement by its code: the shipped ones and those of tcw.yaml, which may replace them.

    Raises:
        UsageFault: based on an agreement that does not exist, or on itself; a default that does not exist.
            ManyFaults when several.
    """
    by_code: dict[str, Terms] = dict(SHIPPED)
    faults: list[TcwError] = []
    for code in config.agreements:
        try:
            by_code[code] = _resolved(code, config.agreements, ())
        except UsageFault as fault:
            faults.append(fault)
    if config.rules.agreement not in by_code and config.rules.agreement not in config.agreements:
        faults.append(_unknown_default(config.rules.agreement, by_code))
    if faults:
        raise faults[0] if len(faults) == 1 else ManyFaults(faults)
    return by_code


def _resolved(code: str, own: Mapping[str, Agreement], below: tuple[str, ...]) -> Terms:
    if code not in own or (below and below[-1] == code):
        # An own `ab` based on ab means the shipped one.
        if code not in SHIPPED:
            known = ", ".join(sorted({*SHIPPED, *own}))
            raise UsageFault(UNKNOWN_BASE, name=below[-1], base=code, known=known)
        return SHIPPED[code]
    if code in below:
        raise UsageFault(CIRCLE, name=code)
    given = own[code]
    parent = _resolved(given.based_on or (code if code in SHIPPED else "atl"), own, (*below, code))
    own_limits = {
        field.name: getattr(given, field.name)
        for field in fields(Terms)
        if field.name not in {"code", "decision", "decision_from", "decision_to", "ignores", "name"}
        and getattr(given, field.name) is not None
    }
    decision = given.decision
    return replace(
        parent,
        code=code,
        name=given.name or code,
        ignores=frozenset(given.ignores) if "ignores" in given.model_fields_set else parent.ignores,
        decision=decision.reference if decision else parent.decision,
        decision_from=decision.valid_from if decision else parent.decision_from,
        decision_to=decision.valid_to if decision else parent.decision_to,
        **own_limits,
    )


def _unknown_default(name: str, known: Mapping[str, Terms]) -> UsageFault:
    similar = get_close_matches(name, known, n=1)
    if similar:
        return UsageFault(UNKNOWN_DEFAULT_SIMILAR, name=name, suggestion=similar[0])
    return UsageFault(UNKNOWN_DEFAULT, name=name, known=", ".join(sorted(known)))
