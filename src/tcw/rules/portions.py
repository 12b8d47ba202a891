"""A schedule judged part by part, for sources larger than memory: the same kernels, the same answer whatever the number of parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tcw.parts.people import parted
from tcw.rules.catalogue import RULES
from tcw.rules.ground import Site
from tcw.rules.judged import Judged, none_yet
from tcw.rules.rule import Rule
from tcw.rules.run import Progress, findings_of, judge_people, judge_settings

Asked = tuple[date | None, date | None]
"""The first and last day that the user asks about."""


@dataclass(frozen=True, slots=True)
class Portion:
    """What was found in some people (FINDINGS_SCHEMA), or in the settings: then `people` is None.

    `people`: `staff_id` of all of them. `judged` holds numbers and failures, no findings.
    """

    findings: pl.DataFrame
    judged: Judged
    people: pl.DataFrame | None


@dataclass(frozen=True, slots=True)
class Tasks:
    """The parts of a site, each judged by its number: here, or on another machine that sees the same files.

    `parts`: the people (`staff_id`, `person`, `number`) of each. `codes`: of the rules.
    """

    site: Site
    codes: tuple[str, ...]
    asked: Asked
    parts: tuple[pl.DataFrame, ...]

    def __call__(self, place: int) -> Portion:
        """Judge one part."""
        return self.judge(place)

    def judge(self, place: int, progress: Progress | None = None) -> Portion:
        """Judge one part, telling the share of it done."""
        people = self.parts[place]
        return portion_of(self.site, self.rules, self.asked, people, self.site.bookings_of(people), progress)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules."""
        return tuple(rule for code in self.codes for rule in RULES if rule.code == code)


def tasks_of(site: Site, rules: Sequence[Rule], asked: Asked, parts: int) -> Tasks:
    """Cut the people into parts, in the order of persons."""
    several = parted(site.people, "person", parts).partition_by(
        "part", include_key=False, maintain_order=True
    )
    return Tasks(site, tuple(rule.code for rule in rules), asked, tuple(several))


def portions(tasks: Tasks, progress: Progress | None = None) -> Iterator[Portion]:
    """Yield what is found in each part."""
    for place in range(len(tasks.parts)):

        def told(done: float, place: int = place) -> None:
            if progress is not None:
                progress((place + done) / len(tasks.parts))

        yield tasks.judge(place, told)


def settings_portion(site: Site, rules: Sequence[Rule], asked: Asked) -> Portion:
    """Return what is found in the settings."""
    settings = judge_settings(site, rules)
    return _portion(site, rules, asked, none_yet(rules), settings, site.schedule.bookings.clear())


def portion_of(
    site: Site,
    rules: Sequence[Rule],
    asked: Asked,
    people: pl.DataFrame,
    bookings: pl.LazyFrame,
    progress: Progress | None = None,
) -> Portion:
    """Judge some people by all their bookings."""
    judged = judge_people(site.ground(bookings), rules, progress)
    return _portion(site, rules, asked, judged, none_yet(rules), bookings, people)


def _portion(
    site: Site,
    rules: Sequence[Rule],
    asked: Asked,
    judged: Judged,
    settings: Judged,
    bookings: pl.LazyFrame,
    people: pl.DataFrame | None = None,
) -> Portion:
    found = findings_of(judged, settings, tuple(rules), site, bookings, asked)
    judged.add(settings)
    for tally in judged.tallies.values():
        tally.frames.clear()
    return Portion(found, judged, None if people is None else people.select("staff_id"))
