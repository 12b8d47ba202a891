"""Whether the source has what scenarios name.

They name units, planning areas, occupations, people, activities, competences and agreements.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import polars as pl

from tcw.model.config.scenarios import Group, Scenario, Scenarios
from tcw.model.schedule import Schedule
from tcw.rules.engine.terms import agreements
from tcw.rules.measures.requirements import folded, folded_text
from tcw.wording import Phrase

UNKNOWN: Final = Phrase(
    "scenario-unknown", '{file}, line {line}: {key}: the source has no {what} "{value}"; it has {known}.'
)
SIMILAR: Final = Phrase(
    "scenario-unknown-similar",
    '{file}, line {line}: {key}: the source has no {what} "{value}"; did you mean {suggestion}?',
)
NONE_AT_ALL: Final = Phrase(
    "scenario-unknown-none", '{file}, line {line}: {key}: the source has no {what} at all, so not "{value}".'
)
NOBODY: Final = Phrase(
    "scenario-unknown-staff", '{file}, line {line}: {key}: the source has nobody with id "{value}".'
)
NOUNS: Final = {
    "unit": Phrase("scenario.unit", "unit"),
    "area": Phrase("scenario.area", "planning area"),
    "category": Phrase("scenario.category", "occupation"),
    "staff": Phrase("scenario.staff", "person"),
    "activity": Phrase("scenario.activity", "activity"),
    "competence": Phrase("scenario.competence", "competence"),
    "agreement": Phrase("scenario.agreement", "agreement"),
}
SHOWN_NAMES: Final = 8


@dataclass(frozen=True, slots=True)
class UnknownName:
    """Something a scenario names that is not there.

    `loc`: its place in the file; `examples`: some of what is.
    """

    loc: tuple[str | int, ...]
    noun: str
    value: str
    examples: tuple[str, ...]
    suggestion: str | None

    @property
    def phrase(self) -> Phrase:
        """The fault's sentence."""
        if self.suggestion is not None:
            return SIMILAR
        if self.noun == "staff":
            return NOBODY
        return UNKNOWN if self.examples else NONE_AT_ALL


def unknown_names(scenarios: Scenarios, schedule: Schedule) -> list[UnknownName]:
    """Return what scenarios name and the source does not have, in the order of the file."""
    known = _names_in_source(schedule)
    return [
        unknown
        for name, scenario in scenarios.scenarios.items()
        for loc, noun, value in _names_in_scenario(scenario)
        if (unknown := _missing(("scenarios", name, *loc), noun, value, known[noun])) is not None
    ]


def _names_in_source(schedule: Schedule) -> dict[str, dict[str, str]]:
    """Return what there is of each noun: folded -> as written."""
    tables = schedule.tables
    activities = pl.concat(
        [
            tables["activities"]["activity_id"],
            schedule.bookings.select(pl.col("activity_id").unique()).collect(engine="streaming")[
                "activity_id"
            ],
        ]
    )
    columns: Mapping[str, list[pl.Series]] = {
        "unit": [
            tables["units"]["unit_id"],
            tables["units"]["name"],
            tables["staff"]["home_unit"],
            tables["orders"]["unit_id"],
        ],
        "area": [tables["units"]["planning_area"]],
        "category": [tables["staff"]["category"]],
        "staff": [tables["staff"]["staff_id"]],
        "activity": [activities],
        "competence": [
            tables["competences"]["competence_id"],
            tables["competences"]["name"],
            tables["orders"]["competences"].explode(),
            pl.Series(
                [one for many in schedule.config.rules.competences.values() for one in many], dtype=pl.String
            ),
        ],
        "agreement": [
            pl.Series(list(agreements(schedule.config)), dtype=pl.String),
            tables["agreement_links"]["agreement_id"],
        ],
    }
    return {
        noun: {
            folded_text(text): text
            for text in pl.concat([one.cast(pl.String).alias("name") for one in several])
            .drop_nulls()
            .unique()
            .sort()
            .to_list()
        }
        for noun, several in columns.items()
    }


def _names_in_scenario(scenario: Scenario) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield place, noun and name of everything a scenario names."""
    lists: list[tuple[tuple[str | int, ...], str, list[str]]] = [
        (("merge_areas",), "area", scenario.merge_areas or []),
        (("merge_units",), "unit", scenario.merge_units or []),
        (("without_agreements",), "agreement", scenario.without_agreements or []),
        (("part_time", "units"), "unit", scenario.part_time.units if scenario.part_time else []),
    ]
    for place, include in enumerate(scenario.include or []):
        include_loc: tuple[str | int, ...] = ("include", place)
        lists += [
            ((*include_loc, "categories"), "category", include.categories),
            ((*include_loc, "units"), "unit", include.units),
            ((*include_loc, "free_from"), "activity", include.free_from),
            ((*include_loc, "competences"), "competence", include.competences),
        ]
    groups: list[tuple[tuple[str | int, ...], Group]] = [
        *((("windows", place), one) for place, one in enumerate(scenario.windows or [])),
        *((("add_competences", place), one) for place, one in enumerate(scenario.add_competences or [])),
        *((("agreement", place), one) for place, one in enumerate(scenario.agreement or [])),
    ]
    for include_loc, group in groups:
        lists += [
            ((*include_loc, "units"), "unit", group.units),
            ((*include_loc, "categories"), "category", group.categories),
            ((*include_loc, "staff"), "staff", group.staff),
        ]
    for place, added in enumerate(scenario.add_competences or []):
        lists.append((("add_competences", place, "competences"), "competence", added.competences))
    for place, follow in enumerate(scenario.agreement or []):
        lists.append((("agreement", place, "name"), "agreement", [follow.name]))
    for loc, noun, names in lists:
        for place, name in enumerate(names):
            yield ((*loc, place) if loc[-1] != "name" else loc), noun, name


def _missing(
    loc: tuple[str | int, ...], noun: str, value: str, spellings: Mapping[str, str]
) -> UnknownName | None:
    plain = folded_text(value)
    if plain in spellings:
        return None
    close = get_close_matches(plain, spellings, n=1)
    # Who is meant is not guessed aloud: an id may be a personal number.
    suggestion = spellings[close[0]] if close and noun != "staff" else None
    examples = () if noun == "staff" else tuple(list(spellings.values())[:SHOWN_NAMES])
    return UnknownName(loc, noun, value, examples, suggestion)


def is_named(column: pl.Expr, names: list[str]) -> pl.Expr:
    """Return whether a text column is one of some names, whatever their capitals and blanks."""
    return folded(column).is_in([folded_text(name) for name in names]).fill_null(value=False)
