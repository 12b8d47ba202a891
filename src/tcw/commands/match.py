"""The booking assistant: a plan that fills vacant orders, and why an order or a pair is in it or not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar

import polars as pl
from rich.console import Console

from tcw.commands.listener import SILENT, Listener
from tcw.commands.loading import OpenedSource, SourceRequest, open_source
from tcw.commands.output import Outcome, is_folder
from tcw.errors import ExitCode, InputFault, UsageFault
from tcw.kpis.selection import Selection, check_filter_values
from tcw.matching import candidates
from tcw.matching.explain.explain_order import OrderAnswer, explain_order, not_vacant
from tcw.matching.explain.explain_pair import PairAnswer, explain_pair
from tcw.matching.left_out import left_out
from tcw.matching.orders import OrderSelection
from tcw.matching.plan import Plan
from tcw.matching.problem import Problem, problem
from tcw.matching.solve import Mode, match
from tcw.model.config import Assistant, Config
from tcw.model.schedule import Schedule
from tcw.reports.about import About
from tcw.reports.deliver import check_target
from tcw.reports.handback.folder import check_place
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

if TYPE_CHECKING:
    from tcw.reports.data.rows import Dialect

__all__ = ["MatchOutcome", "MatchRequest", "Mode", "OrderSelection", "explained", "run"]

UNKNOWN_ASSISTANT = Phrase(
    "match-unknown-assistant", "--assistant: {name} is no booking assistant; there are {known}."
)
UNKNOWN_ASSISTANT_SIMILAR = Phrase(
    "match-unknown-assistant-similar",
    "--assistant: {name} is no booking assistant; did you mean {suggestion}?",
)
PREVIOUS_UNREADABLE = Phrase(
    "match-previous-unreadable",
    "--previous: {path} is no plan of tcw's: a Parquet file with order_id and staff_id is needed.",
)
NO_PLACE = Phrase(
    "match-out-place",
    "--out: {path} is neither a folder nor a file that can be written: "
    "a file ends in .xlsx, .parquet or .json, the name of a new folder has no ending.",
)
NO_ORDERS = Phrase(
    "match-no-orders", "There are no open or returned orders to fill from {day} on: nothing was booked."
)
NO_PLAN = Phrase(
    "match-no-plan",
    "No order can be filled: of {count} orders none has a candidate. The reasons are in the output.",
)
INTERRUPTED = Phrase(
    "match-interrupted",
    "Interrupted: this is the best plan found until then, and no rule flags it. "
    "The bounds are in the output.",
)
STOPPED = Phrase(
    "match-stopped",
    "The search stopped before everything was proven: this is the best plan found. "
    "The bounds are in the output.",
)
NOT_PROVEN = Phrase(
    "match-not-proven",
    "This way of filling orders does not prove that no plan is better; --mode joint does. "
    "The bounds are in the output.",
)
NO_SUCH_ORDER = Phrase("match-explain-order", "--explain: the source has no order {name}.")
NO_SUCH_ORDER_SIMILAR = Phrase(
    "match-explain-order-similar", "--explain: the source has no order {name}; did you mean {suggestion}?"
)
NO_SUCH_PERSON = Phrase("match-explain-person", "--explain: the staff file has nobody with id {name}.")
NO_SUCH_PERSON_SIMILAR = Phrase(
    "match-explain-person-similar",
    "--explain: the staff file has nobody with id {name}; did you mean {suggestion}?",
)
NOT_VACANT = Phrase(
    "match-explain-not-vacant",
    "--explain: {order} is not among the orders to fill, so that nobody is judged for it; "
    "--explain {order} says why.",
)
DIGITS_OF_A_PERSONAL_NUMBER = 10
"""An id with so many digits may be a personal number: none is suggested then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRequest:
    """Which orders to fill, and how.

    Args:
        source: where from.
        selection: which orders, as of which day; units by id or name.
        mode: see `tcw.matching.solve.match`.
        assistants: names of the booking assistants to run; none: all.
        previous: the last plan (Parquet), to change little of it.
        time_limit: seconds after which the best plan so far is returned; None: when it is proven.
    """

    source: SourceRequest
    selection: OrderSelection
    mode: Mode = "joint"
    assistants: Sequence[str] = ()
    previous: Path | None = None
    time_limit: float | None = None


@dataclass(frozen=True, kw_only=True)
class MatchOutcome(Outcome):
    """A plan. A folder gets all there is to hand out; a file gets the plan whole."""

    request: MatchRequest
    opened: OpenedSource
    plan: Plan
    handout_notes: list[Message] = field(default_factory=list)
    """What the writers of the folder say, while they write."""

    suffixes: ClassVar[tuple[str, ...]] = (".xlsx", ".parquet", ".json")

    @property
    def row_count(self) -> int:
        """How many new bookings there are."""
        return self.plan.assignments.height

    @property
    def exit_code(self) -> ExitCode:
        """4 when no order can be filled."""
        return ExitCode.NO_PLAN if self.plan.status == "infeasible" else ExitCode.CLEAN

    @classmethod
    def check_out(cls, path: Path) -> None:
        """Refuse what is neither a file of a known suffix nor a folder to put a plan in.

        Raises UsageFault.
        """
        if is_folder(path):
            check_place(path)
        elif path.suffix.lower() not in cls.suffixes:
            raise UsageFault(NO_PLACE, path=path)
        else:
            check_target(path, *cls.suffixes)

    def notes(self, format: str | None) -> Sequence[Message]:  # noqa: A002 - the option's name
        """Return what the folder leaves open, what the plan does not know of, and how far it is proven."""
        del format
        selection = self.request.selection
        unknown = left_out(self.opened.schedule, selection.as_of)
        handout = [note for at, note in enumerate(self.handout_notes) if note not in self.handout_notes[:at]]
        return (*handout, *unknown, *_status_notes(self.plan, selection, self.request.mode))

    def rows(self) -> Iterator[pl.DataFrame]:
        """Yield the assignments."""
        yield self.plan.assignments

    def write_json(self, out: BinaryIO) -> None:
        """Write the plan."""
        from tcw.reports.data.match import write_match_json

        write_match_json(out, self.plan)

    def write_workbook(self, path: Path, about: About) -> None:
        """Write the workbook, with the time bank."""
        from tcw.matching.time_bank import ledger
        from tcw.reports.excel.match import write_match_book

        bank = ledger(self.plan, self.opened.schedule)
        write_match_book(path, self.plan, self.opened.schedule, bank, self.intake, about, self.lang)

    def write_folder(self, path: Path, about: About, dialect: "Dialect") -> None:
        """Put all there is to hand out into a folder of its own, whole or not at all."""
        from tcw.reports.handback.folder import placed

        with placed(path) as folder:
            self.fill_folder(folder, about, dialect)

    def fill_folder(self, folder: Path, about: About, dialect: "Dialect") -> None:
        """Write bookings to import, requests, notifications, calendars, the time bank and the plan."""
        from tcw.reports.handback.folder import Handout, write_match_folder
        from tcw.reports.handback.shape import bookings_shape

        handout = Handout(
            about=about,
            as_of=self.request.selection.as_of,
            lang=self.lang,
            shape=bookings_shape(self.opened.loaded, self.request.source.path),
            dialect=dialect,
            coded=self.opened.coded,
            tell=self.handout_notes.append,
        )
        write_match_folder(folder, self.plan, self.opened.schedule, handout)

    def print_to(self, console: Console) -> None:
        """Print the plan."""
        from tcw.reports.terminal.match import print_match

        print_match(console, self.plan, self.opened.schedule, self.lang)


@dataclass(frozen=True, kw_only=True)
class OrderOutcome(Outcome):
    """One order explained."""

    answer: OrderAnswer
    units: pl.DataFrame

    def write_json(self, out: BinaryIO) -> None:
        """Write all that is known of the order."""
        from tcw.reports.data.match import write_order_json

        write_order_json(out, self.answer)

    def print_to(self, console: Console) -> None:
        """Print it."""
        from tcw.reports.terminal.explain import print_order

        print_order(console, self.answer, self.units, self.lang)


@dataclass(frozen=True, kw_only=True)
class PairOutcome(Outcome):
    """One pair of order and person explained."""

    answer: PairAnswer

    def write_json(self, out: BinaryIO) -> None:
        """Write all that is known of the pair."""
        from tcw.reports.data.match import write_pair_json

        write_pair_json(out, self.answer, self.lang)

    def print_to(self, console: Console) -> None:
        """Print it."""
        from tcw.reports.terminal.explain import print_pair

        print_pair(console, self.answer, self.lang)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A request after everything in it was checked: the problem, and how to solve it."""

    opened: OpenedSource
    problem: Problem
    solve: Callable[[], Plan]
    target: tuple[str, str | None] | None


def run(
    request: MatchRequest, listener: Listener = SILENT, opened: OpenedSource | None = None
) -> MatchOutcome:
    """Fill the orders of a source, which may be `opened` already, with its dates of birth.

    Raises:
        TcwError: there is no such assistant or unit, or the source cannot be used; see `open_source`.
        KeyboardInterrupt: the user interrupted before there was a plan.
    """
    prepared = _prepared(request, None, listener, opened)
    schedule = prepared.opened.schedule
    return MatchOutcome(
        lang=request.source.lang,
        intake=schedule.intake,
        request=request,
        opened=prepared.opened,
        plan=prepared.solve(),
    )


def explained(
    request: MatchRequest, target: str, listener: Listener = SILENT, opened: OpenedSource | None = None
) -> OrderOutcome | PairOutcome:
    """Explain an order (`ORDER`) or a pair (`ORDER:PERSON`), in the plan that `run` would make.

    Raises:
        TcwError: as `run`; there is no such order or person, or the pair's order is not to be filled.
        KeyboardInterrupt: the user interrupted before there was a plan.
    """
    prepared = _prepared(request, target, listener, opened)
    assert prepared.target is not None
    question, (order_id, staff_id) = prepared.problem, prepared.target
    schedule, lang = question.prepared.schedule, request.source.lang
    if staff_id is None:
        answer = not_vacant(question, order_id) or explain_order(question, prepared.solve(), order_id)
        return OrderOutcome(lang=lang, intake=schedule.intake, answer=answer, units=schedule.units)
    if not (question.orders["order_id"] == order_id).any():
        raise UsageFault(NOT_VACANT, order=order_id)
    pair = explain_pair(
        question, prepared.solve(), order_id, staff_id, request.mode, time_limit=request.time_limit
    )
    return PairOutcome(lang=lang, intake=schedule.intake, answer=pair)


def _prepared(
    request: MatchRequest, target: str | None, listener: Listener, opened: OpenedSource | None
) -> _Prepared:
    assistants = _assistants_named(request.source.config, request.assistants)
    previous = None if request.previous is None else _previous_plan(request.previous)
    source = opened or open_source(request.source, listener, ages=True)
    schedule = source.schedule
    selection = with_unit_ids(schedule, request.selection)
    named = None if target is None else _explain_target(schedule, target)
    question = problem(schedule, selection, assistants)

    def solve() -> Plan:
        return match(
            question,
            request.mode,
            previous=previous,
            time_limit=request.time_limit,
            compare=target is None,
        )

    return _Prepared(source, question, solve, named)


def with_unit_ids(schedule: Schedule, selection: OrderSelection) -> OrderSelection:
    """Return what is asked for with its units by id. Raises UsageFault: the source has no such unit."""
    check_filter_values(schedule.staff, schedule.units, Selection(units=selection.units))
    ids = schedule.unit_ids(selection.units)
    return replace(selection, units=tuple(dict.fromkeys([*ids, *selection.units])))


def _assistants_named(config: Config, names: Sequence[str]) -> Mapping[str, Assistant] | None:
    """Return the booking assistants of these names, None without names.

    Raises UsageFault: there is no such one.
    """
    known = config.assistants or candidates.SHIPPED
    for name in names:
        if name not in known:
            similar = get_close_matches(name, known, n=1)
            if similar:
                raise UsageFault(UNKNOWN_ASSISTANT_SIMILAR, name=name, suggestion=similar[0])
            raise UsageFault(UNKNOWN_ASSISTANT, name=name, known=", ".join(known))
    return {name: assistant for name, assistant in known.items() if name in names} or None


def _previous_plan(path: Path) -> pl.DataFrame:
    """Read the last plan's `order_id` and `staff_id`. Raises InputFault: it is no such file."""
    try:
        return pl.read_parquet(path, columns=["order_id", "staff_id"]).cast(pl.String)
    except (OSError, pl.exceptions.PolarsError):
        raise InputFault(PREVIOUS_UNREADABLE, path=path) from None


def _explain_target(schedule: Schedule, text: str) -> tuple[str, str | None]:
    """Return the order and perhaps the person that a text names; an order's id may hold a colon.

    Raises:
        UsageFault: there is no such order, or nobody of that id.
    """
    orders = schedule.tables["orders"]["order_id"]
    if (orders == text).any():
        return text, None
    order, colon, person = text.rpartition(":")
    if not colon or not (orders == order).any():
        name = order if colon else text
        raise _unknown(name, orders, NO_SUCH_ORDER, NO_SUCH_ORDER_SIMILAR)
    staff = schedule.staff["staff_id"]
    if not (staff == person).any():
        raise _unknown(person, staff, NO_SUCH_PERSON, NO_SUCH_PERSON_SIMILAR)
    return order, person


def _unknown(name: str, ids: pl.Series, plain: Phrase, similar: Phrase) -> UsageFault:
    close = get_close_matches(name, ids.drop_nulls().unique().sort().to_list(), n=1)
    if close and sum(letter.isdigit() for letter in close[0]) < DIGITS_OF_A_PERSONAL_NUMBER:
        return UsageFault(similar, name=name, suggestion=close[0])
    return UsageFault(plain, name=name)


def _status_notes(plan: Plan, selection: OrderSelection, mode: Mode) -> tuple[Message, ...]:
    if plan.status == "none":
        return (Message(NO_ORDERS, {"day": selection.as_of.isoformat()}),)
    if plan.status == "infeasible":
        return (Message(NO_PLAN, {"count": Count(plan.orders)}),)
    if plan.interrupted:
        return (Message(INTERRUPTED),)
    if plan.status == "feasible":
        return (Message(STOPPED if mode == "joint" else NOT_PROVEN),)
    return ()
