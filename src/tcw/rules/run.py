"""Every rule over a schedule: chunk by chunk of whole people, each rule's failure contained."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from threading import Event

import polars as pl

from tcw.errors import InputFault
from tcw.model.finding import JUDGED_SCHEMA
from tcw.model.schedule import Schedule
from tcw.rules.catalogue import RULES
from tcw.rules.context import Context
from tcw.rules.ground import Ground, lay
from tcw.rules.in_force import InForce
from tcw.rules.rule import Judgement, Rule
from tcw.rules.standard import findings_table, settings_rows, standard
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count
from tcw.worktime.clock import Clock
from tcw.worktime.timeline import Timeline

NOTHING = Phrase("check-nothing", "There are no bookings to check, and nothing else that a rule could judge.")
UNKNOWN_AGREEMENTS = Phrase(
    "check-unknown-agreements",
    "Agreements that people are linked to and tcw.yaml does not describe: {names}. The limits of {default} hold for them; "
    "describe them under agreements: in tcw.yaml.",
)
WITHOUT_CLOCK_TIMES = Phrase(
    "check-without-clock-times",
    "{count} bookings have hours but no clock times: rests and breaks of their days are not judged.",
)
AT_ONCE = 2
"""Chunks judged beside each other; each needs memory of its own."""
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that failed inside; the others went on."""

    code: str
    kind: str
    trace: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the rules found.

    `findings`: `tcw.model.finding.FINDINGS_SCHEMA`; `judged`: JUDGED_SCHEMA, one row per rule of the run that did not fail, in the
    catalogue's order. `rules`: those of the run.
    """

    findings: pl.DataFrame
    judged: pl.DataFrame
    rules: tuple[Rule, ...]
    failures: tuple[Failure, ...]
    in_force: InForce
    first: datetime
    """First local time of the horizon."""
    after: datetime
    """The local time after its last."""
    timeline: Timeline
    notes: tuple[Message, ...] = ()


@dataclass(slots=True)
class _Tally:
    """What one rule has found so far."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    judged: int = 0
    not_judged: int = 0
    why: str = ""

    def add(self, other: "_Tally") -> None:
        """Add what the rule found in another chunk."""
        self.frames += other.frames
        self.judged += other.judged
        self.not_judged += other.not_judged
        self.why = self.why or other.why


def check(
    schedule: Schedule,
    as_of: date,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    rules: Sequence[Rule] = RULES,
    progress: Progress | None = None,
) -> CheckResult:
    """Judge a schedule.

    Args:
        schedule: as loaded.
        as_of: bookings that start on this day or later are planned, as are those with that status.
        first_day: of what the user asks about: findings that lie outside are left out. The horizon reaches at least so far.
        last_day: of the same, included.
        rules: those to judge.
        progress: told the share done, from 0 to 1.

    Raises:
        InputFault: there is nothing to judge.
        UsageFault: agreements in tcw.yaml that contradict themselves.
    """
    ground = lay(schedule, as_of, first_day, last_day)
    timeline, valid, zone = ground.timeline, ground.in_force, ground.timeline.clock
    tallies = {rule.code: _Tally() for rule in rules}
    failures: dict[str, Failure] = {}
    for done, found_here, failed_here in _judged_chunks(ground, rules):
        for code, tally in found_here.items():
            tallies[code].add(tally)
        failures |= failed_here
        if progress is not None:
            progress(done)
    whole = ground.whole()
    for place, rule in enumerate(rules):
        if rule.scope == "settings":
            _judge(rule, place, whole, tallies[rule.code], failures)
    if not timeline.bookings.height and not timeline.by_hours.height and not len(schedule.given):
        raise InputFault(NOTHING)
    kept = tuple(rules)
    found = findings_table(
        [frame for rule in kept if rule.scope == "people" for frame in _of(rule, tallies, failures)],
        [frame for rule in kept if rule.scope == "settings" for frame in _of(rule, tallies, failures)],
        kept,
        timeline,
        valid,
        _booking_ids(schedule),
    )
    found = _within(found, first_day, last_day)
    return CheckResult(
        findings=found,
        judged=_judged(kept, tallies, failures, found),
        rules=kept,
        failures=tuple(failures.values()),
        in_force=valid,
        first=_local(zone, timeline.first),
        after=_local(zone, timeline.after),
        timeline=timeline,
        notes=_notes(valid, timeline),
    )


def _judged_chunks(
    ground: Ground, rules: Sequence[Rule]
) -> Iterator[tuple[float, dict[str, _Tally], dict[str, Failure]]]:
    """Yield (share done, what each rule found, what failed) of each chunk, in order; a few are judged beside each other.

    Walking rows keeps one processor busy at a time, and Polars lets others run meanwhile.
    """
    contexts, stop = ground.contexts(), Event()

    def judged(one: tuple[float, Context]) -> tuple[float, dict[str, _Tally], dict[str, Failure]]:
        tallies: dict[str, _Tally] = {rule.code: _Tally() for rule in rules}
        failures: dict[str, Failure] = {}
        for place, rule in enumerate(rules):
            if rule.scope == "people" and not stop.is_set():
                _judge(rule, place, one[1], tallies[rule.code], failures)
        return one[0], tallies, failures

    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            while several := list(islice(contexts, AT_ONCE)):
                yield from pool.map(judged, several) if len(several) > 1 else map(judged, several)
        finally:
            # Whoever interrupts a run does not want to wait for the rules that are left.
            stop.set()


def _judge(rule: Rule, place: int, context: Context, tally: _Tally, failures: dict[str, Failure]) -> None:
    """Judge one rule; a failure inside it is kept, not raised, so that the others can finish."""
    try:
        judgement: Judgement = rule.judge(context)
        if judgement.findings is not None:
            rows = (
                standard(judgement.findings, place, rule, context)
                if rule.scope == "people"
                else settings_rows(judgement.findings, place, rule)
            )
            tally.frames.append(rows)
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is one rule's
        failures[rule.code] = Failure(rule.code, type(fault).__name__, traceback.format_exc())
        return
    tally.judged += judgement.judged
    tally.not_judged += judgement.not_judged
    tally.why = tally.why or judgement.why


def _of(rule: Rule, tallies: dict[str, _Tally], failures: dict[str, Failure]) -> list[pl.DataFrame]:
    return [] if rule.code in failures else tallies[rule.code].frames


def _judged(
    rules: tuple[Rule, ...], tallies: dict[str, _Tally], failures: dict[str, Failure], found: pl.DataFrame
) -> pl.DataFrame:
    flagged = dict(found.group_by("code").len().rows())
    return pl.DataFrame(
        [
            (
                rule.code,
                tallies[rule.code].judged,
                flagged.get(rule.code, 0),
                tallies[rule.code].not_judged,
                tallies[rule.code].why or None,
            )
            for rule in rules
            if rule.code not in failures
        ],
        schema=JUDGED_SCHEMA,
        orient="row",
    )


def _booking_ids(schedule: Schedule) -> pl.LazyFrame | None:
    if "booking_id" not in schedule.bookings.collect_schema().names():
        return None
    return schedule.bookings.with_row_index("row").select("row", "booking_id")


def _within(found: pl.DataFrame, first_day: date | None, last_day: date | None) -> pl.DataFrame:
    """Return the findings that touch the period asked about; those about settings always do."""
    if first_day is not None:
        begins = datetime(first_day.year, first_day.month, first_day.day)  # noqa: DTZ001 - local time
        found = found.filter(
            # A link without an end touches everything after its start.
            (pl.col("to") > begins)
            | (pl.col("from") >= begins)
            | pl.col("from").is_null()
            | pl.col("to").is_null()
        )
    if last_day is not None:
        after = datetime(last_day.year, last_day.month, last_day.day) + timedelta(days=1)  # noqa: DTZ001
        found = found.filter((pl.col("from") < after) | pl.col("from").is_null())
    return found


def _local(zone: Clock, instant: int) -> datetime:
    local = int(pl.select(zone.local(pl.lit(instant, dtype=pl.Int64))).item())
    return datetime(1970, 1, 1) + timedelta(microseconds=local)  # noqa: DTZ001 - local time


def _notes(valid: InForce, timeline: Timeline) -> tuple[Message, ...]:
    notes: list[Message] = []
    if valid.unknown:
        facts = {"names": ", ".join(valid.unknown), "default": valid.terms[0].code}
        notes.append(Message(UNKNOWN_AGREEMENTS, facts))
    if timeline.by_hours.height:
        notes.append(Message(WITHOUT_CLOCK_TIMES, {"count": Count(timeline.by_hours.height)}))
    return tuple(notes)
