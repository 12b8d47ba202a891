"""WT04-WT07: hours of a kind in a period."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from tests.oracle.rules.averages import Averages
from tests.oracle.rules.clock import at
from tests.oracle.rules.periods import Period, at_most, basis_periods, calculation_periods, years
from tests.oracle.rules.records import Agreement
from tests.oracle.rules.world import Breach, Outcome, Person

MONDAY_TO_FRIDAY = 5
FOUR = 4


def red_days_in(person: Person, period: Period) -> Fraction:
    days = dict(person.world.source.red_days)
    return sum(
        (
            share
            for day, share in days.items()
            if period[0] <= day < period[1] and day.isoweekday() <= MONDAY_TO_FRIDAY
        ),
        Fraction(0),
    )


def full_time(person: Person, period: Period, terms: Agreement) -> Fraction:
    """The ordinary hours of a calculation period, less red days where the agreement says so."""
    assert terms.ordinary_week is not None
    full = terms.ordinary_week * terms.calculation_weeks
    if terms.red_days_reduce:
        full -= terms.ordinary_week / 5 * red_days_in(person, period)
    return max(full, Fraction(0))


@dataclass(frozen=True)
class Contract:
    """What a person is employed for in a period: the mean rate of its days."""

    mean: Fraction | None  # None: not known
    part_time: bool  # on some day

    @property
    def full_time(self) -> bool:
        """Known to be full time on every day employed."""
        return self.mean is not None and self.mean > 0 and not self.part_time

    def hours(self, full: Fraction) -> Fraction:
        """Rounded up to a whole minute, since rates have two decimals."""
        assert self.mean is not None
        return Fraction(ceil(full * self.mean * 60), 60)


def contract(person: Person, period: Period) -> Contract:
    rates = person.rates(*period)
    known = [rate for rate in rates if rate is not None]
    part_time = any(0 < rate < 1 for rate in known)
    if not person.employments or len(known) < len(rates):
        return Contract(None, part_time)
    return Contract(sum(known, Fraction(0)) / len(known), part_time)


def ordinary_time(person: Person) -> Outcome:
    """WT04."""
    outcome = Outcome()
    nets = person.nets({"work"})
    for period, terms in calculation_periods(person):
        if terms.ordinary_week is None:
            continue
        total = person.hours_in(nets, {"work"}, *period)
        if not total:
            continue
        limit, weeks = full_time(person, period, terms), terms.calculation_weeks
        judge_sum(person, "WT04", period, total, limit, outcome, {"work"}, per=weeks)
    return outcome


def on_call(person: Person) -> Outcome:
    """WT05."""
    outcome = Outcome()
    nets = person.nets({"on_call"})
    for period, terms in basis_periods(person, "on_call_basis"):
        by_month = terms.on_call_basis == "month"
        limit = terms.on_call_month if by_month else terms.on_call_four_weeks
        total = person.hours_in(nets, {"on_call"}, *period)
        if not total:
            continue
        judge_sum(person, "WT05", period, total, limit, outcome, {"on_call"})
    return outcome


def overtime(person: Person) -> Outcome:
    """WT06."""
    return (
        _booked(person, "WT06", "overtime") if person.world.overtime_is_booked else _derived(person, "WT06")
    )


def additional_time(person: Person) -> Outcome:
    """WT07."""
    if person.world.overtime_is_booked:
        return _booked(person, "WT07", "additional")
    return _derived(person, "WT07")


def _booked(person: Person, code: str, kind: str) -> Outcome:
    """Of additional time, that of whoever is not known to be full time throughout."""
    outcome, kinds = Outcome(), {kind}
    nets = person.nets(kinds)

    def concerned(period: Period) -> bool:
        return code == "WT06" or not contract(person, period).full_time

    for period, terms in basis_periods(person, "overtime_basis"):
        total = person.hours_in(nets, kinds, *period)
        if total and concerned(period):
            judge_sum(person, code, period, total, _cap(terms), outcome, kinds)
    for period, terms in years(person):
        total = person.hours_in(nets, kinds, *period)
        if total and concerned(period):
            _judge_year(person, code, period, total, terms, outcome, kinds)
    return outcome


def _cap(terms: Agreement) -> Fraction | None:
    return terms.overtime_month if terms.overtime_basis == "month" else terms.overtime_four_weeks


def judge_sum(
    person: Person,
    code: str,
    period: Period,
    total: Fraction,
    limit: Fraction | None,
    outcome: Outcome,
    kinds: set[str],
    per: int = 1,
    severity: str | None = None,
    until: date | None = None,
) -> None:
    a, b = at(period[0]), at(period[1])

    def breach() -> Breach:
        assert limit is not None
        planned = person.planned_in(a, b, kinds)
        return person.breach(code, a, b, total / per, limit / per, planned=planned, severity=severity)

    at_most(person, period, total, limit, outcome, breach, until)


def _judge_year(
    person: Person,
    code: str,
    period: Period,
    total: Fraction,
    terms: Agreement,
    outcome: Outcome,
    kinds: set[str],
    until: date | None = None,
) -> None:
    """Above the general hours a warning, above general and extra hours an error."""
    general = terms.overtime_year if code == "WT06" else terms.additional_year
    extra = terms.extra_overtime_year if code == "WT06" else terms.extra_additional_year
    if general is not None and extra is not None and total > general + extra:
        judge_sum(person, code, period, total, general + extra, outcome, kinds, until=until)
    else:
        judge_sum(person, code, period, total, general, outcome, kinds, severity="warning", until=until)


def _derived(person: Person, code: str) -> Outcome:
    """Where only ordinary time is booked: what exceeds full time (or, up to it, the contract) in calculation
    periods.
    """
    outcome, kinds = Outcome(), {"work"}
    nets, averages = person.nets(kinds), Averages(person)
    by_year: dict[int, list[tuple[Fraction, Period]]] = {}
    for period, terms in calculation_periods(person):
        worked = person.hours_in(nets, kinds, *period)
        if terms.ordinary_week is None or not worked:
            continue
        full, own = full_time(person, period, terms), contract(person, period)
        # Absence that counts as worked is time fulfilled (7 §); nobody works overtime by being away.
        fulfilled = worked + averages.hours_in(period) - averages.worked_in(period)
        above = min(max(fulfilled - full, Fraction(0)), worked)
        if code == "WT07":
            if own.mean is None:
                outcome.not_judged += 1
                continue
            if not own.part_time:
                continue
            above = min(max(fulfilled - min(own.hours(full), full), Fraction(0)), worked) - above
        by_year.setdefault(period[0].year, []).append((above, period))
        if terms.calculation_weeks == FOUR and terms.overtime_basis == "four_weeks":
            judge_sum(person, code, period, above, _cap(terms), outcome, kinds)
    for period, terms in basis_periods(person, "overtime_basis"):
        four_weeks = terms.overtime_basis == "four_weeks" and terms.calculation_weeks == FOUR
        if four_weeks or _cap(terms) is None or not person.hours_in(nets, kinds, *period):
            continue
        own = contract(person, period)
        outcome.not_judged += 1 if code == "WT06" or (own.mean is not None and own.part_time) else 0
    for period, terms in years(person):
        mine = by_year.get(period[0].year, [])
        total = sum((above for above, _ in mine), Fraction(0))
        if mine:
            until = max(one[1] for _, one in mine)
            _judge_year(person, code, period, total, terms, outcome, kinds, until)
    return outcome
