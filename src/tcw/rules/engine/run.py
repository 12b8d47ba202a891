"""Every rule over a schedule: chunk by chunk of whole people, each rule's failure contained."""

import gc
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from threading import Event

import polars as pl

from tcw.errors import InputFault
from tcw.model.finding import FINDINGS_SCHEMA, JUDGED_SCHEMA
from tcw.model.schedule import Schedule
from tcw.rules.catalogue import RULES
from tcw.rules.engine.context import Context
from tcw.rules.engine.ground import Ground, Site, survey
from tcw.rules.engine.in_force import InForce
from tcw.rules.engine.judged import Failure, Judged, Tally, none_yet
from tcw.rules.engine.standard import findings_table, settings_rows, standard
from tcw.rules.rule import Judgement, Rule
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
    "{count:booking has hours but no clock times: rests and breaks of its days|bookings have hours but no clock times: rests and breaks of their days} are not judged.",
)
AT_ONCE = 3
"""Chunks judged beside each other; each needs memory of its own."""
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """What there is to know of a check besides its findings.

    `judged`: JUDGED_SCHEMA, one row per rule of the run that did not fail, in the catalogue's order. `rules`: those of the run.
    """

    judged: pl.DataFrame
    rules: tuple[Rule, ...]
    failures: tuple[Failure, ...]
    in_force: InForce
    first: datetime
    """First local time of the horizon."""
    after: datetime
    """The local time after its last."""
    staff: pl.DataFrame
    """As `tcw.worktime.timeline.Timeline.staff`."""
    bookings_of: Callable[[pl.Series], Timeline]
    """The timeline of (at least) some persons, by their numbers."""
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckResult(CheckFacts):
    """What the rules found. `findings`: `tcw.model.finding.FINDINGS_SCHEMA`."""

    findings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FINDINGS_SCHEMA))


def check(
    schedule: Schedule,
    as_of: date,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    rules: Sequence[Rule] = RULES,
    progress: Progress | None = None,
) -> CheckResult:
    """Judge a schedule in memory.

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
    site = survey(schedule, as_of, first_day, last_day)
    refuse_nothing(site)
    ground = site.ground()
    judged = judge_people(ground, rules, progress)
    settings = judge_settings(site, rules)
    found = findings_of(judged, settings, tuple(rules), site, schedule.bookings, (first_day, last_day))
    judged.add(settings)
    facts = facts_of(site, tuple(rules), judged, dict(found.group_by("code").len().rows()))
    return CheckResult(
        **{name: getattr(facts, name) for name in CheckFacts.__dataclass_fields__ if name != "bookings_of"},
        bookings_of=lambda _: ground.timeline,
        findings=found,
    )


def refuse_nothing(site: Site) -> None:
    """Raise InputFault where there is nothing to judge."""
    if not site.whole.kinds and not site.whole.hour_kinds and not site.schedule.given:
        raise InputFault(NOTHING)


def judge_people(ground: Ground, rules: Sequence[Rule], progress: Progress | None = None) -> Judged:
    """Judge the rules that are about people, chunk by chunk."""
    judged = none_yet(rules)
    for done, here in _judged_chunks(ground, rules):
        judged.add(here)
        if progress is not None:
            progress(done)
    return judged


def judge_settings(site: Site, rules: Sequence[Rule]) -> Judged:
    """Judge the rules that are about settings and tables."""
    nobody = site.ground(site.schedule.bookings.clear())
    judged, whole = none_yet(rules), nobody.whole()
    for place, rule in enumerate(rules):
        if rule.scope == "settings":
            _judge(rule, place, whole, judged.tallies[rule.code], judged.failures)
    return judged


def findings_of(
    people: Judged,
    settings: Judged,
    rules: tuple[Rule, ...],
    site: Site,
    bookings: pl.LazyFrame,
    asked: tuple[date | None, date | None],
) -> pl.DataFrame:
    """Return findings as FINDINGS_SCHEMA, sorted.

    Args:
        people: what was found in the people whose `bookings` these are.
        settings: what was found in the settings.
        rules: of the run.
        site: the whole.
        bookings: those that `row` counts in.
        asked: first and last day that the user asks about.
    """
    found = findings_table(
        people.frames(rules), settings.frames(rules), rules, site.whole, site.in_force, _booking_ids(bookings)
    )
    return _within(found, *asked)


def facts_of(
    site: Site,
    rules: tuple[Rule, ...],
    judged: Judged,
    flagged: Mapping[str, int],
) -> CheckFacts:
    """Return what there is to know besides the findings; `flagged` is their number by rule."""
    return CheckFacts(
        judged=_judged(rules, judged, flagged),
        rules=rules,
        failures=tuple(judged.failures[rule.code] for rule in rules if rule.code in judged.failures),
        in_force=site.in_force,
        first=_local(site.whole.clock, site.whole.first),
        after=_local(site.whole.clock, site.whole.after),
        staff=site.whole.staff,
        bookings_of=site.timeline_of,
        notes=_notes(site),
    )


def _judged_chunks(ground: Ground, rules: Sequence[Rule]) -> Iterator[tuple[float, Judged]]:
    """Yield (share done, what was found) of each chunk, in order; a few are judged beside each other.

    Walking rows keeps one processor busy at a time, and Polars lets others run meanwhile.
    """
    contexts, stop = ground.contexts(), Event()

    def judged(one: tuple[float, Context]) -> tuple[float, Judged]:
        here = none_yet(rules)
        for place, rule in enumerate(rules):
            if rule.scope == "people" and not stop.is_set():
                _judge(rule, place, one[1], here.tallies[rule.code], here.failures)
        return one[0], here

    with ThreadPoolExecutor(AT_ONCE) as pool:
        try:
            while several := list(islice(contexts, AT_ONCE)):
                yield from pool.map(judged, several) if len(several) > 1 else map(judged, several)
                # A context and its derivations refer to each other: hundreds of megabytes would wait for Python to look.
                several.clear()
                gc.collect()
        finally:
            # Whoever interrupts a run does not want to wait for the rules that are left.
            stop.set()


def _judge(rule: Rule, place: int, context: Context, tally: Tally, failures: dict[str, Failure]) -> None:
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


def _judged(rules: tuple[Rule, ...], judged: Judged, flagged: Mapping[str, int]) -> pl.DataFrame:
    tallies = judged.tallies
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
            if rule.code not in judged.failures
        ],
        schema=JUDGED_SCHEMA,
        orient="row",
    )


def _booking_ids(bookings: pl.LazyFrame) -> pl.LazyFrame | None:
    if "booking_id" not in bookings.collect_schema().names():
        return None
    return bookings.select("booking_id")


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


def _notes(site: Site) -> tuple[Message, ...]:
    notes: list[Message] = []
    valid = site.in_force
    if valid.unknown:
        facts = {"names": ", ".join(valid.unknown), "default": valid.terms[0].code}
        notes.append(Message(UNKNOWN_AGREEMENTS, facts))
    if site.whole.by_hours:
        notes.append(Message(WITHOUT_CLOCK_TIMES, {"count": Count(site.whole.by_hours)}))
    return tuple(notes)
