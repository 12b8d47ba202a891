"""`tcw match --explain ORDER` and `--explain ORDER:PERSON`."""

import io
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, TextIO

from tcw.cli.shell.faults import language
from tcw.errors import ExitCode, UsageFault
from tcw.wording import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from tcw.matching.plan import Plan
    from tcw.matching.problem import Problem
    from tcw.matching.solve import Mode
    from tcw.model.schedule import Schedule

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
    "--explain: {order} is not among the orders to fill, so that nobody is judged for it; --explain {order} says why.",
)
PLAIN_NUMBER: Final = 10
"""An id with so many digits may be a personal number: none is suggested then."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be explained: an order, or an order and somebody."""

    order_id: str
    staff_id: str | None = None


def target(schedule: "Schedule", text: str) -> Target:
    """Return what `--explain` names; an order's id may hold a colon.

    Raises:
        UsageFault: there is no such order, or nobody of that id.
    """
    orders = schedule.tables["orders"]["order_id"]
    if (orders == text).any():
        return Target(text)
    order, colon, person = text.rpartition(":")
    if not colon or not (orders == order).any():
        name = order if colon else text
        raise _unknown(name, orders, NO_SUCH_ORDER, NO_SUCH_ORDER_SIMILAR)
    staff = schedule.staff["staff_id"]
    if not (staff == person).any():
        raise _unknown(person, staff, NO_SUCH_PERSON, NO_SUCH_PERSON_SIMILAR)
    return Target(order, person)


def _unknown(name: str, known: "pl.Series", plain: Phrase, similar: Phrase) -> UsageFault:
    close = get_close_matches(name, known.drop_nulls().unique().sort().to_list(), n=1)
    if close and sum(letter.isdigit() for letter in close[0]) < PLAIN_NUMBER:
        return UsageFault(similar, name=name, suggestion=close[0])
    return UsageFault(plain, name=name)


def explain(
    question: "Problem",
    solve: "Callable[[], Plan]",
    wanted: Target,
    mode: "Mode",
    *,
    time_limit: float | None,
    as_json: bool,
    stdout: TextIO,
) -> ExitCode:
    """Explain an order, or a pair, to standard output; `solve` makes the plan, where one is needed.

    Raises:
        UsageFault: a pair's order is not to be filled.
    """
    from rich.console import Console

    from tcw.matching.explain.explain_order import explain_order, not_vacant
    from tcw.matching.explain.explain_pair import explain_pair
    from tcw.reports.terminal.match_explain import print_order, write_order_json
    from tcw.reports.terminal.match_explain_pair import print_pair, write_pair_json

    console, buffer = Console(file=stdout, highlight=False), io.BytesIO()
    if wanted.staff_id is None:
        answer = not_vacant(question, wanted.order_id) or explain_order(question, solve(), wanted.order_id)
        if as_json:
            write_order_json(buffer, answer)
        else:
            print_order(console, answer, question.ground.schedule.units, language())
    else:
        if not (question.orders["order_id"] == wanted.order_id).any():
            raise UsageFault(NOT_VACANT, order=wanted.order_id)
        pair = explain_pair(question, solve(), wanted.order_id, wanted.staff_id, mode, time_limit=time_limit)
        if as_json:
            write_pair_json(buffer, pair, language())
        else:
            print_pair(console, pair, language())
    stdout.buffer.write(buffer.getbuffer())
    stdout.flush()
    return ExitCode.CLEAN
