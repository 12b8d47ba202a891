"""A schedule judged part by part, for sources larger than memory: the same kernels, the same answer whatever the number of parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tcw.parts.people import parted
from tcw.rules.engine.ground import Site
from tcw.rules.engine.judged import Judged, none_yet
from tcw.rules.engine.part_sites import part_sites
from tcw.rules.engine.run import Progress, findings_of, judge_people, judge_settings
from tcw.rules.rule import Rule

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
class Cut:
    """The people of a site cut into parts.

    `people`: `staff_id`, `person`, `number` (of bookings), `part` (UInt32), sorted by person: parts are in that order. `parts`: how many there are.
    """

    people: pl.DataFrame
    parts: int


def cut_of(site: Site, parts: int) -> Cut:
    """Cut the people into so many parts, or fewer, in the order of persons."""
    people = parted(site.people, "person", parts)
    last = people["part"].max()
    return Cut(people, int(str(last)) + 1 if last is not None else 0)


def portions(
    site: Site, rules: Sequence[Rule], asked: Asked, cut: Cut, progress: Progress | None = None
) -> Iterator[Portion]:
    """Yield what is found in each part."""
    for place, mine in enumerate(part_sites(site, cut.people.select("staff_id", "part"), cut.parts)):

        def told(done: float, place: int = place) -> None:
            if progress is not None:
                progress((place + done) / cut.parts)

        yield portion_of(mine, rules, asked, site.bookings_of(mine.people), told)


def settings_portion(site: Site, rules: Sequence[Rule], asked: Asked) -> Portion:
    """Return what is found in the settings."""
    settings = judge_settings(site, rules)
    return _portion(site, rules, asked, none_yet(rules), settings, site.schedule.bookings.clear())


def portion_of(
    site: Site,
    rules: Sequence[Rule],
    asked: Asked,
    bookings: pl.LazyFrame,
    progress: Progress | None = None,
) -> Portion:
    """Judge the people of a part's site by all their bookings."""
    judged = judge_people(site.ground(bookings), rules, progress)
    return _portion(site, rules, asked, judged, none_yet(rules), bookings, site.people)


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
