"""Follow-up (uppföljning): booked hours by person, workplace, activity, order reason and period."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import BinaryIO

import polars as pl
from rich.console import Console

from tcw.commands.listener import SILENT, Listener
from tcw.commands.loading import OpenedSource, SourceRequest, open_source
from tcw.commands.output import Outcome
from tcw.errors import UsageFault
from tcw.kpis.followup import BY, By, FollowupResult, compared, followup
from tcw.kpis.selection import Selection
from tcw.model.schedule import Schedule
from tcw.reports.data.json_object import intake_facts, json_object
from tcw.reports.tables.followup import followup_table
from tcw.reports.tables.table import Table
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count, Hours
from tcw.worktime.periods import Every

NOT_A_KEY = Phrase("followup-not-a-key", "--by: {text} is none of {known}.")
NO_BOUNDARY = Phrase(
    "followup-no-boundary",
    "--before-from: where does the earlier period end? Give --before-to, or --from of the later period.",
)
TOTAL = Phrase("followup-total", "{first} to {last}: {hours} in all.")
COMPARED = Phrase(
    "followup-compared",
    "Before: {before_first} to {before_last}, {before} in all. After: {after_first} to {after_last}, "
    "{after} in all.",
)
HIDDEN_GROUPS = Phrase(
    "followup-hidden",
    "{groups:group is|groups are} too small to be shown, or would give one away; {groups:~it|their sum} is "
    "the row without keys.",
)
DEFAULT_BY: tuple[By, ...] = ("workplace", "activity", "reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowupRequest:
    """Which hours.

    Args:
        source: where from.
        by: what a row is about.
        every: the length of a period; two periods that are compared are a row each.
        first_day, last_day: of the period, None for the first and the last day booked.
        before_first_day, before_last_day: of an earlier period to compare with; None and None: there is none.
        units: only of the people whose home unit is one of these, by id or name.
        min_group: groups of fewer people are hidden, also from subtraction; None: as tcw.yaml says.
        margin: a key of `by` whose sums others know; see `tcw.kpis.followup.followup`.
    """

    source: SourceRequest
    by: Sequence[By] = DEFAULT_BY
    every: Every = "week"
    first_day: date | None = None
    last_day: date | None = None
    before_first_day: date | None = None
    before_last_day: date | None = None
    units: tuple[str, ...] = ()
    min_group: int | None = None
    margin: By | None = None

    @property
    def compares(self) -> bool:
        """Whether an earlier period is compared with this one."""
        return self.before_first_day is not None or self.before_last_day is not None

    def settled(self) -> "FollowupRequest":
        """Return the request with both periods bounded: they follow each other unless told otherwise.

        Else the first would reach over the second. Raises UsageFault: nothing says where the earlier one
        ends.
        """
        first, before_last = self.first_day, self.before_last_day
        if self.before_first_day is not None and before_last is None and first is None:
            raise UsageFault(NO_BOUNDARY)
        if self.compares and first is None and before_last is not None:
            first = before_last + timedelta(days=1)
        if self.compares and before_last is None and first is not None:
            before_last = first - timedelta(days=1)
        return replace(self, first_day=first, before_last_day=before_last)


@dataclass(frozen=True, kw_only=True)
class FollowupOutcome(Outcome):
    """Hours of one period, or of two compared; `summary`: what they are in all, and what is hidden."""

    result: FollowupResult
    summary: tuple[Message, ...]

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return self.result.frame.height

    def notes(self, format: str | None) -> Sequence[Message]:  # noqa: A002 - the option's name
        """Return the sums, whatever the format."""
        del format
        return self.summary

    def rows(self) -> Iterator[pl.DataFrame]:
        """Yield all rows."""
        yield self.result.frame

    def tables(self) -> list[Table]:
        """Return the one table."""
        return [followup_table(self.result.frame)]

    def write_json(self, out: BinaryIO) -> None:
        """Write the rows, and what became of those of the source."""
        with json_object(out) as written:
            written.rows("rows", [self.result.frame])
            written.member("intake", intake_facts(self.intake, self.lang))

    def print_to(self, console: Console) -> None:
        """Print the rows."""
        from tcw.reports.terminal.printer import print_table

        print_table(console, followup_table(self.result.frame), self.lang)


def keys_named(text: str) -> tuple[By, ...]:
    """Return the keys in a text, separated by commas, each once.

    Raises UsageFault: one of them is not known.
    """
    words = dict.fromkeys(word.strip() for word in text.split(",") if word.strip())
    for word in words:
        if word not in BY:
            raise UsageFault(NOT_A_KEY, text=word, known=", ".join(BY))
    return tuple(key for word in words for key in BY if key == word)


def run(
    request: FollowupRequest, listener: Listener = SILENT, opened: OpenedSource | None = None
) -> FollowupOutcome:
    """Add up the hours of a source, which may be `opened` already.

    Raises TcwError: what is asked for contradicts itself, or the source cannot be used; see `open_source`,
    `followup`.
    """
    settled = request.settled()
    source = opened or open_source(request.source, listener)
    schedule = source.schedule
    after = _hours(schedule, settled, settled.first_day, settled.last_day)
    if settled.compares:
        before = _hours(schedule, settled, settled.before_first_day, settled.before_last_day)
        result, summary = compared(before, after), _totals(before, after)
    else:
        result, summary = after, _total(after)
    hidden = (
        (Message(HIDDEN_GROUPS, {"groups": Count(result.hidden_groups)}),) if result.hidden_groups else ()
    )
    return FollowupOutcome(
        lang=request.source.lang, intake=schedule.intake, result=result, summary=(summary, *hidden)
    )


def _hours(
    schedule: Schedule, request: FollowupRequest, first: date | None, last: date | None
) -> FollowupResult:
    least = schedule.config.followup.min_group if request.min_group is None else request.min_group
    return followup(
        schedule,
        Selection(first_day=first, last_day=last, units=request.units),
        request.by,
        "all" if request.compares else request.every,
        least,
        margin=request.margin,
    )


def _total(result: FollowupResult) -> Message:
    return Message(
        TOTAL, {"first": result.first_day, "last": result.last_day, "hours": Hours(result.total_hours)}
    )


def _totals(before: FollowupResult, after: FollowupResult) -> Message:
    facts = {
        "before_first": before.first_day,
        "before_last": before.last_day,
        "before": Hours(before.total_hours),
        "after_first": after.first_day,
        "after_last": after.last_day,
        "after": Hours(after.total_hours),
    }
    return Message(COMPARED, facts)
