"""Runs tcw's rules and the oracle's over one source, and tells where they differ."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from tcw.intake.load import load
from tcw.intake.settings.config_file import find_config, load_config
from tcw.rules.catalogue import RULES
from tcw.rules.engine import run
from tcw.rules.engine.findings import CheckResult
from tests.oracle.rules.catalogue import ORACLE
from tests.oracle.rules.clock import ONE_DAY, local
from tests.oracle.rules.records import Source
from tests.oracle.rules.world import Breach, World
from tests.rules.sources import write

TOLERANCE = 1e-5
"""Hours. tcw counts whole microseconds; a break shared between two parts is rounded to one."""
NAMED = {"WT14", "BK04", "BK05", "AG03", "AG04"}
"""Rules whose subject ADR 0009 settles."""
WITHOUT_TIME = {"AG02", "AG03", "AG04"}
BY_EMPLOYMENT = {"AG02", "AG03", "AG04", "BK02", "BK03", "BK09", "BK10"}
UNCOUNTED = {"WT10", "AG02", "AG03", "AG04", "BK02", "BK07", "BK10"}
"""Rules of which ADR 0009 does not settle what is counted as judged."""
CODES = tuple(rule.code for rule in RULES if rule.code in ORACLE)


@dataclass(frozen=True, order=True)
class Key:
    """What a finding is about."""

    code: str
    who: str
    begin: str
    end: str
    subject: str


@dataclass(frozen=True)
class Values:
    """What it says. None where ADR 0009 does not settle it."""

    measured: float | None
    limit: float | None
    phase: str | None
    waived_by: str | None
    severity: str | None


def check(source: Source, folder: Path, codes: Collection[str] = CODES, *, csv: bool = False) -> CheckResult:
    """As `tcw check` does it."""
    write(source, folder, csv=csv)
    loaded = load(folder, load_config(find_config(folder)))
    given = source.settings
    return run.check(
        loaded.schedule,
        given.as_of,
        first_day=given.first_day,
        last_day=given.last_day,
        rules=[rule for rule in RULES if rule.code in codes],
    )


def rows_of(result: CheckResult) -> list[dict[str, Any]]:
    return result.findings.frame().to_dicts()


def product(rows: Iterable[dict[str, Any]], world: World) -> dict[Key, list[Values]]:
    people = {staff_id: person.number for person in world.people for staff_id in person.staff_ids}
    found: dict[Key, list[Values]] = defaultdict(list)
    for row in rows:
        code = row["code"]
        if code not in ORACLE:
            continue  # what reading the source found
        timeless = code in WITHOUT_TIME
        who = row["staff_id"] if code in BY_EMPLOYMENT else str(people.get(row["staff_id"]))
        key = Key(
            code,
            who,
            "" if timeless else str(row["from"]),
            "" if timeless else str(row["to"]),
            str(row["subject"]) if code in NAMED else "",
        )
        values = Values(
            row["measured"], row["limit"], row["phase"] or "actual", row["waived_by"], row["severity"]
        )
        found[key].append(values)
    return found


def oracle(
    world: World, codes: Collection[str]
) -> tuple[dict[Key, list[Values]], dict[str, tuple[int, int]]]:
    """The oracle's findings, and (judged, not judged) by rule."""
    found: dict[Key, list[Values]] = defaultdict(list)
    judged: dict[str, tuple[int, int]] = {}
    for code in codes:
        outcomes = [ORACLE[code](person) for person in world.people]
        judged[code] = sum(one.judged for one in outcomes), sum(one.not_judged for one in outcomes)
        for outcome in outcomes:
            for breach in outcome.found:
                if asked_for(breach, world):
                    found[_key(breach)].append(_values(breach))
    return found, judged


def asked_for(breach: Breach, world: World) -> bool:
    """Whether it touches the period asked about."""
    if breach.code in WITHOUT_TIME:
        return True
    begin, end = local(breach.start), local(breach.end)
    first, last = world.settings.first_day, world.settings.last_day
    if first is not None and not (
        end > datetime.combine(first, time()) or begin >= datetime.combine(first, time())
    ):
        return False
    return last is None or begin < datetime.combine(last + ONE_DAY, time())


def _key(breach: Breach) -> Key:
    timeless = breach.code in WITHOUT_TIME
    who = str(breach.staff_id) if breach.code in BY_EMPLOYMENT else str(breach.person)
    return Key(
        breach.code,
        who,
        "" if timeless else str(local(breach.start)),
        "" if timeless else str(local(breach.end)),
        str(breach.subject) if breach.code in NAMED else "",
    )


def _values(breach: Breach) -> Values:
    return Values(
        None if breach.measured is None else float(breach.measured),
        None if breach.limit is None else float(breach.limit),
        None if breach.planned is None else "planned" if breach.planned else "actual",
        breach.waived_by,
        breach.severity,
    )


def differences(given: dict[Key, list[Values]], meant: dict[Key, list[Values]]) -> list[str]:
    """Every difference, in words."""
    faults = []
    for key in sorted(given.keys() | meant.keys()):
        mine, others = _sorted(given.get(key, [])), _sorted(meant.get(key, []))
        if len(mine) != len(others):
            on_the_edge = [one for one in mine + others if _edge(one)]
            if len(on_the_edge) < abs(len(mine) - len(others)):
                faults.append(f"{key}: {mine or 'nothing'}, the oracle says {others or 'nothing'}")
            continue
        faults += [
            f"{key}: {one}, the oracle says {other}"
            for one, other in zip(mine, others, strict=True)
            if not same(one, other)
        ]
    return faults


def _sorted(values: list[Values]) -> list[Values]:
    return sorted(values, key=lambda one: (one.limit or 0, one.measured or 0, one.phase or ""))


def _edge(one: Values) -> bool:
    """So near the limit that rounding decides."""
    return one.measured is not None and one.limit is not None and abs(one.measured - one.limit) < TOLERANCE


def same(one: Values, other: Values) -> bool:
    near = all(
        meant is None or (value is not None and abs(value - meant) < TOLERANCE)
        for value, meant in ((one.measured, other.measured), (one.limit, other.limit))
    )
    severe = other.severity is None or one.severity == other.severity
    if other.phase is None:
        return near and severe
    return near and severe and (one.phase, one.waived_by) == (other.phase, other.waived_by)


def compared(source: Source, folder: Path, codes: Collection[str] = CODES) -> tuple[list[str], int]:
    """The differences over one source, and how many findings were compared."""
    result = check(source, folder, codes)
    assert not result.failures, result.failures[0].trace
    world = World(source)
    meant, judged = oracle(world, codes)
    faults = differences(product(rows_of(result), world), meant)
    # Where agreements change, which of them says how many windows there are is a matter of taste.
    for row in result.judged.to_dicts() if source.links is None else []:
        numbers = (row["judged"], row["not_judged"])
        if row["code"] not in UNCOUNTED and numbers != judged[row["code"]]:
            faults.append(
                f"{row['code']}: judged, not judged {numbers}, the oracle says {judged[row['code']]}"
            )
    return faults, sum(len(values) for values in meant.values())
