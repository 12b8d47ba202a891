"""A schedule judged part by part, for sources larger than memory: the same kernels, the same answer whatever the number of parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from tcw.parts.people import parted
from tcw.rules.ground import Site
from tcw.rules.rule import Rule
from tcw.rules.run import Judged, Progress, findings_of, judge_people, judge_settings, none_yet

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


def parts_of(site: Site, parts: int) -> list[pl.DataFrame]:
    """Return the people (`staff_id`, `person`, `number`) of each part, in the order of persons."""
    return parted(site.people, "person", parts).partition_by("part", include_key=False, maintain_order=True)


def portions(
    site: Site, rules: Sequence[Rule], asked: Asked, parts: int, progress: Progress | None = None
) -> Iterator[Portion]:
    """Yield what is found in each part, then in the settings."""
    several = parts_of(site, parts)
    for place, people in enumerate(several):

        def told(done: float, place: int = place) -> None:
            if progress is not None:
                progress((place + done) / len(several))

        yield portion_of(site, rules, asked, people, site.bookings_of(people), told)
    settings = judge_settings(site, rules)
    yield _portion(site, rules, asked, none_yet(rules), settings, site.schedule.bookings.clear())


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
