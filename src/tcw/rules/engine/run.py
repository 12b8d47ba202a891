"""Run every rule over a schedule, part by part, and in each part chunk by chunk of whole people.

A rule that fails does not stop the others.
"""

import gc
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Final

import polars as pl

from tcw.errors import InputFault
from tcw.model.schedule import Schedule
from tcw.parts.executor import Executor, LocalExecutor, PeopleInParts, Progress
from tcw.rules.catalogue import RULES
from tcw.rules.engine.context import Context
from tcw.rules.engine.findings import NOTHING_EARLIER, CheckResult, EarlierFindings, Findings, RuleFailure
from tcw.rules.engine.findings_table import people_table, settings_rows, settings_table, standard
from tcw.rules.engine.parts import orders_by_part, parts_of_people, surveys_by_part
from tcw.rules.engine.prepare import PreparedSchedule, SurveyedSchedule, survey_schedule
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count
from tcw.worktime.clock import Clock

NOTHING = Phrase("check-nothing", "There are no bookings to check, and nothing else that a rule could judge.")
UNKNOWN_AGREEMENTS = Phrase(
    "check-unknown-agreements",
    "Agreements that people are linked to and tcw.yaml does not describe: {names}. "
    "The limits of {default} hold for them; describe them under agreements: in tcw.yaml.",
)
WITHOUT_CLOCK_TIMES = Phrase(
    "check-without-clock-times",
    "{count:booking has hours but no clock times: rests and breaks of its days|"
    "bookings have hours but no clock times: rests and breaks of their days} are not judged.",
)
CHUNKS_AT_ONCE: Final = 3
"""Chunks judged beside each other; each needs memory of its own."""
Outcome = Judgement | RuleFailure


def check(
    schedule: Schedule,
    as_of: date,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    rules: Sequence[Rule] = RULES,
    progress: Progress | None = None,
) -> CheckResult:
    """Judge a schedule in memory; arguments and faults as of `survey_schedule` and `judge`."""
    return judge(survey_schedule(schedule, as_of, first_day, last_day), rules, progress=progress)


def judge(
    survey: SurveyedSchedule,
    rules: Sequence[Rule],
    earlier: EarlierFindings = NOTHING_EARLIER,
    *,
    shown: pl.Expr | None = None,
    parts: int = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> CheckResult:
    """Judge a schedule; the answer is the same whatever the number of parts, and whoever works through them.

    Args:
        survey: the schedule, surveyed.
        rules: those to judge.
        earlier: findings to compare with, of these rules.
        shown: which findings the user wants to see; None: all.
        parts: to cut the people into; one part is judged in memory, the findings of several go to files.
        executor: works through the parts; None: this process.
        progress: told the share done.

    Raises:
        InputFault: there is nothing to judge.
    """
    if not survey.whole.kinds and not survey.whole.hour_kinds and not survey.schedule.given:
        raise InputFault(NOTHING)
    rules, executor = tuple(rules), executor or LocalExecutor()
    folder = executor.folder if parts > 1 or executor.distributed else None
    about_people = _about_people(survey, rules)
    findings = Findings(folder)
    job = JudgePart(rules, shown, folder)
    for part in _each_part(survey, earlier.filter(about_people), job, parts, executor, progress):
        findings.merge(part)
    findings.merge(_judge_settings(survey, rules, earlier.filter(about_people.not_()), shown, folder))
    ask = executor.ask(survey.schedule)
    return CheckResult(
        findings=findings,
        judged=findings.judged_table(rules),
        rules=rules,
        failures=tuple(findings.failures[rule.code] for rule in rules if rule.code in findings.failures),
        in_force=survey.in_force,
        first=_local(survey.whole.clock, survey.whole.first),
        after=_local(survey.whole.clock, survey.whole.after),
        staff=survey.whole.staff,
        bookings_of=lambda persons: survey.timeline_of(persons, ask),
        notes=_notes(survey),
    )


@dataclass(frozen=True, slots=True)
class JudgePart:
    """Judges the people of a part by all their bookings.

    `folder`: where the findings go; None: they stay in memory.
    """

    rules: tuple[Rule, ...]
    shown: pl.Expr | None
    folder: Path | None

    def __call__(
        self,
        task: tuple[SurveyedSchedule, EarlierFindings],
        bookings: pl.LazyFrame,
        progress: Progress | None,
    ) -> Findings:
        """Return what is found; `task`: the part's survey, and the earlier findings about its people."""
        part, earlier = task
        findings = Findings(self.folder)
        frames: dict[str, list[pl.DataFrame]] = {rule.code: [] for rule in self.rules}
        for done, outcomes in _judged_chunks(part.prepared(bookings), self.rules):
            _add(findings, frames, outcomes)
            if progress is not None:
                progress(done)
        table = people_table(_whole(frames, findings), self.rules, part, bookings)
        findings.add(_touching(table, part.first_day, part.last_day), earlier, self.shown)
        return findings


def _each_part(
    survey: SurveyedSchedule,
    earlier: EarlierFindings,
    job: JudgePart,
    number: int,
    executor: Executor,
    progress: Progress | None,
) -> Iterator[Findings]:
    people, number = (
        parts_of_people(survey, number)
        if number > 1 or executor.distributed
        else (survey.people.select("staff_id", part=pl.lit(0, dtype=pl.UInt32)), 1)
    )
    # Cancelled ones, too: a row's number is its place among all bookings of a part.
    parts = PeopleInParts(survey.schedule, people, number, cancelled=True)
    if number == 1 and not executor.distributed:
        yield from executor.each_part("judged", job, [(survey, earlier)], parts, progress)
        return
    # Only what is sent to other machines is worth a reading of all bookings.
    orders = orders_by_part(survey, people, executor.ask(survey.schedule)) if executor.distributed else None
    earlier_of = earlier.by_part(people)
    surveys = enumerate(surveys_by_part(survey, people, number, orders))
    tasks = ((part, earlier_of(place)) for place, part in surveys)
    yield from executor.each_part("judged", job, tasks, parts, progress)


def _judge_settings(
    survey: SurveyedSchedule,
    rules: tuple[Rule, ...],
    earlier: EarlierFindings,
    shown: pl.Expr | None,
    folder: Path | None,
) -> Findings:
    """Judge the rules about settings and tables.

    `earlier`: also the findings about people whom no part has.
    """
    findings, bookings = Findings(folder), survey.schedule.bookings.clear()
    # Nobody's bookings: what rules ask of all is answered by the survey.
    context = replace(survey, is_part=True).prepared(bookings).whole()
    frames: dict[str, list[pl.DataFrame]] = {rule.code: [] for rule in rules}
    _add(findings, frames, _outcomes(context, rules, "settings"))
    table = settings_table(_whole(frames, findings), rules)
    findings.add(_touching(table, survey.first_day, survey.last_day), earlier, shown)
    return findings


def _about_people(survey: SurveyedSchedule, rules: Sequence[Rule]) -> pl.Expr:
    """Return which earlier findings a part of the people would find again."""
    codes = [rule.code for rule in rules if rule.scope == "people"]
    somebody = pl.col("staff_id").is_in(survey.people["staff_id"].implode()).fill_null(value=False)
    return pl.col("code").is_in(codes) & somebody


def _judged_chunks(
    prepared: PreparedSchedule, rules: tuple[Rule, ...]
) -> Iterator[tuple[float, dict[str, Outcome]]]:
    """Yield (share done, outcome by rule) of each chunk, in order; a few are judged beside each other.

    Walking rows keeps one processor busy at a time, and Polars lets others run meanwhile.
    """
    chunks, stop = prepared.contexts(), Event()

    def judge_chunk(chunk: tuple[float, Context]) -> tuple[float, dict[str, Outcome]]:
        return chunk[0], _outcomes(chunk[1], rules, "people", stop)

    with ThreadPoolExecutor(CHUNKS_AT_ONCE) as pool:
        try:
            while several := list(islice(chunks, CHUNKS_AT_ONCE)):
                yield from pool.map(judge_chunk, several) if len(several) > 1 else map(judge_chunk, several)
                # A context and its derivations refer to each other: hundreds of megabytes would wait
                # for the garbage collector.
                several.clear()
                gc.collect()
        finally:
            # Whoever interrupts a run does not want to wait for the rules that are left.
            stop.set()


def _outcomes(
    context: Context, rules: tuple[Rule, ...], scope: str, stop: Event | None = None
) -> dict[str, Outcome]:
    return {
        rule.code: _judge(rule, position, context)
        for position, rule in enumerate(rules)
        if rule.scope == scope and not (stop and stop.is_set())
    }


def _judge(rule: Rule, position: int, context: Context) -> Outcome:
    """Judge one rule; a failure inside it is kept, not raised, so that the others can finish."""
    try:
        judgement = rule.judge(context)
        if judgement.findings is None:
            return judgement
        if rule.scope == "people":
            rows = standard(judgement.findings, position, rule, context)
        else:
            rows = settings_rows(judgement.findings, position, rule)
        return replace(judgement, findings=rows)
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is one rule's
        return RuleFailure(rule.code, type(fault).__name__, traceback.format_exc())


def _add(findings: Findings, frames: dict[str, list[pl.DataFrame]], outcomes: dict[str, Outcome]) -> None:
    """Add the outcomes of a chunk: numbers and failures to the findings, rows to the frames of each rule."""
    for code, outcome in outcomes.items():
        if isinstance(outcome, RuleFailure):
            findings.failures[code] = outcome
            continue
        findings.add_judgement(code, outcome)
        if outcome.findings is not None:
            frames[code].append(outcome.findings)


def _whole(frames: dict[str, list[pl.DataFrame]], findings: Findings) -> list[pl.DataFrame]:
    """Return the frames of the rules that did not fail, rule by rule."""
    return [frame for code, rows in frames.items() if code not in findings.failures for frame in rows]


def _touching(findings: pl.DataFrame, first_day: date | None, last_day: date | None) -> pl.DataFrame:
    """Return the findings that touch the period asked about; those about settings always do."""
    if first_day is not None:
        begins = datetime(first_day.year, first_day.month, first_day.day)  # noqa: DTZ001 - local time
        findings = findings.filter(
            # A link without an end touches everything after its start.
            (pl.col("to") > begins)
            | (pl.col("from") >= begins)
            | pl.col("from").is_null()
            | pl.col("to").is_null()
        )
    if last_day is not None:
        after = datetime(last_day.year, last_day.month, last_day.day) + timedelta(days=1)  # noqa: DTZ001
        findings = findings.filter((pl.col("from") < after) | pl.col("from").is_null())
    return findings


def _local(zone: Clock, instant: int) -> datetime:
    local = int(pl.select(zone.local(pl.lit(instant, dtype=pl.Int64))).item())
    return datetime(1970, 1, 1) + timedelta(microseconds=local)  # noqa: DTZ001 - local time


def _notes(survey: SurveyedSchedule) -> tuple[Message, ...]:
    notes: list[Message] = []
    if survey.in_force.unknown:
        facts = {"names": ", ".join(survey.in_force.unknown), "default": survey.in_force.terms[0].code}
        notes.append(Message(UNKNOWN_AGREEMENTS, facts))
    if survey.whole.by_hours:
        notes.append(Message(WITHOUT_CLOCK_TIMES, {"count": Count(survey.whole.by_hours)}))
    return tuple(notes)
