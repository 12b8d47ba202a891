"""Measures of scenarios, each a change of the schedule in memory.

They change who may work where, who is available, who holds what, and which limits hold.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any, Final

import polars as pl

from tcw.matching.availability import TIERS, reach
from tcw.matching.candidates import SHIPPED
from tcw.matching.orders import VACANT
from tcw.matching.scenarios.scenario_names import is_named
from tcw.model.config import Assistant
from tcw.model.config.agreements import Agreement
from tcw.model.config.kpis import WEEKDAYS
from tcw.model.config.scenarios import (
    MEASURES,
    AddCompetences,
    FollowAgreement,
    Group,
    Include,
    Limits,
    PartTime,
    Windows,
)
from tcw.model.schedule import Schedule
from tcw.rules.engine.prepare import prepare
from tcw.rules.engine.terms import agreements
from tcw.worktime.clock import until_midnight

POOLED: Final = "acquaintance"
"""The tier of whoever may work somewhere because units are planned together, where introductions are
supplied."""


@dataclass(frozen=True, slots=True)
class Days:
    """The days that measures hold for: `first`, the day of the run, to `last`, the last of an order."""

    first: date
    last: date


def days_of(schedule: Schedule, as_of: date) -> Days:
    """Return the days from the run's to the last that a vacant order touches."""
    vacant = pl.col("status").is_in(VACANT) | pl.col("status").is_null()
    last = schedule.tables["orders"].filter(vacant)["end"].max()
    return Days(as_of, max(as_of, last.date()) if isinstance(last, datetime) else as_of)


def applied(schedule: Schedule, measures: Mapping[str, list[Any]], days: Days) -> Schedule:
    """Return the schedule with measures taken.

    `measures`: kind (of MEASURES) -> what is said of it, several where scenarios join.
    """
    for kind in MEASURES:
        for value in measures.get(kind, []):
            schedule = _APPLY[kind](schedule, value, days)
    return schedule


def _with(schedule: Schedule, name: str, rows: pl.DataFrame) -> Schedule:
    """Return the schedule with rows more in a table; columns they lack are null."""
    table = schedule.tables[name]
    shaped = rows.select(
        (pl.col(column) if column in rows.columns else pl.lit(None)).cast(dtype).alias(column)
        for column, dtype in table.schema.items()
    )
    return replace(
        schedule,
        tables={**schedule.tables, name: pl.concat([table, shaped])},
        given=schedule.given | {name},
    )


def _with_config(schedule: Schedule, **changes: object) -> Schedule:
    return replace(schedule, config=schedule.config.model_copy(update=changes))


def _group(schedule: Schedule, group: Group) -> pl.DataFrame:
    """Return `staff_id` of a group."""
    staff = schedule.staff
    value = [pl.lit(value=True)]
    if group.units:
        value.append(pl.col("home_unit").is_in(_units(schedule, group.units)))
    if group.categories:
        value.append(is_named(pl.col("category"), group.categories))
    if group.staff:
        value.append(is_named(pl.col("staff_id"), group.staff))
    if group.employment_type is not None:
        value.append(pl.col("employment_type") == group.employment_type)
    return staff.filter(pl.all_horizontal(value)).select("staff_id").unique().sort("staff_id")


def _units(schedule: Schedule, names: list[str]) -> list[str]:
    """Return the ids of units named by id or name."""
    units = schedule.units.filter(is_named(pl.col("unit_id"), names) | is_named(pl.col("name"), names))[
        "unit_id"
    ]
    loose = pl.concat([schedule.staff["home_unit"], schedule.tables["orders"]["unit_id"].alias("home_unit")])
    spelled = loose.drop_nulls().unique().to_frame("unit_id").filter(is_named(pl.col("unit_id"), names))
    return pl.concat([units, spelled["unit_id"]]).unique().sort().to_list()


def _merge_areas(schedule: Schedule, names: list[str], days: Days) -> Schedule:
    merged = is_named(pl.col("planning_area"), names)
    if "introductions" in schedule.given:
        return _pooled(schedule, schedule.units.filter(merged)["unit_id"].unique().to_list(), days)
    assistant = " + ".join(names)
    units = schedule.units.with_columns(
        planning_area=pl.when(merged).then(pl.lit(assistant)).otherwise("planning_area")
    )
    return replace(schedule, tables={**schedule.tables, "units": units})


def _merge_units(schedule: Schedule, names: list[str], days: Days) -> Schedule:
    return _pooled(schedule, _units(schedule, names), days)


def _pooled(schedule: Schedule, units: list[str], days: Days) -> Schedule:
    """Let whoever belongs to one of some units, or is introduced there, work at all of them."""
    introduced = _introduced(schedule, days)
    there = pl.concat(
        [
            introduced.tables["introductions"].select("staff_id", "unit_id"),
            introduced.staff.select("staff_id", unit_id="home_unit"),
        ]
    ).filter(pl.col("unit_id").is_in(units))
    rows = there.select("staff_id").unique().join(pl.DataFrame({"unit_id": units}), how="cross")
    return _with(introduced, "introductions", rows.with_columns(tier=pl.lit(POOLED)))


def _introduced(schedule: Schedule, days: Days) -> Schedule:
    """Return a schedule that says by introductions who may work where, the same as before."""
    if "introductions" in schedule.given:
        return schedule
    prepared = prepare(schedule, days.first, None, days.last)
    orders = schedule.tables["orders"]
    within = reach(prepared, pl.concat([orders["unit_id"], schedule.units["unit_id"]]).drop_nulls().unique())
    known = within.join(prepared.timeline.staff.select("staff_id", "person"), on="person").select(
        "staff_id",
        "unit_id",
        tier=pl.col("tier").replace_strict(
            list(range(len(TIERS))), list(TIERS), default=None, return_dtype=pl.String
        ),
    )
    # Without introductions, whoever registers interest may come from anywhere.
    interested = (
        schedule.tables["interests"].join(orders.select("order_id", "unit_id"), on="order_id")
    ).select("staff_id", "unit_id", tier=pl.lit(None, dtype=pl.String))
    return _with(schedule, "introductions", pl.concat([known, interested]).unique(maintain_order=True))


def _include(schedule: Schedule, include: Include, days: Days) -> Schedule:
    people = _group(schedule, Group(categories=include.categories))
    units = _units(schedule, include.units) if include.units else []
    where = units or schedule.tables["orders"]["unit_id"].drop_nulls().unique().sort().to_list()
    begins, ends = _midnight(days.first), _midnight(days.last) + timedelta(days=1)
    changed = _with(
        _introduced(schedule, days),
        "introductions",
        people.join(pl.DataFrame({"unit_id": where}, schema={"unit_id": pl.String}), how="cross"),
    )
    changed = _with(
        changed,
        "availability",
        people.with_columns(
            start=pl.lit(begins),
            end=pl.lit(ends),
            kind=pl.lit("office"),
            units=pl.lit(units, dtype=pl.List(pl.String)),
        ),
    )
    changed = _with(changed, "competences", _holding(people, include.competences))
    if include.free_from:
        gone = (
            is_named(pl.col("activity_id"), include.free_from)
            & pl.col("staff_id").is_in(people["staff_id"].implode())
            & (pl.col("start_local") >= begins)
            & (pl.col("start_local") < ends)
        )
        changed = replace(changed, bookings=changed.bookings.filter(~gone.fill_null(value=False)))
    return _booked_by(changed, "office", Assistant(availability=["office"]))


def _part_time(schedule: Schedule, value: PartTime, days: Days) -> Schedule:
    del days
    units = _units(schedule, value.units) if value.units else []
    part_timers = Assistant(employment_type="monthly", availability=["none"], home_units=units)
    own = schedule.config.assistants
    if not own:
        # The shipped assistants book part-timers, once tcw.yaml says so.
        own = {
            **SHIPPED,
            "part-time": SHIPPED["part-time"].model_copy(update={"availability": ["own", "interest"]}),
        }
    return _with_config(schedule, assistants={**own, _free_name("part-timers", own): part_timers})


def _windows(schedule: Schedule, windows: Windows, days: Days) -> Schedule:
    people = _group(schedule, windows)
    wanted = [WEEKDAYS.index(day) + 1 for day in windows.days]
    late = windows.to <= windows.from_
    most = windows.max_hours if isfinite(windows.max_hours) else None
    every = (
        pl.date_range(days.first, days.last, eager=True)
        .alias("day")
        .to_frame()
        .filter(pl.col("day").dt.weekday().is_in(wanted))
        .select(
            start=pl.col("day").dt.combine(windows.from_),
            end=until_midnight((pl.col("day") + pl.duration(days=int(late))).dt.combine(windows.to)),
        )
    )
    changed = _with(
        schedule,
        "availability",
        people.join(every, how="cross").with_columns(
            kind=pl.lit("flexible"), max_hours=pl.lit(most, dtype=pl.Float64)
        ),
    )
    return _booked_by(changed, "windows", Assistant(availability=["flexible"]))


def _booked_by(schedule: Schedule, kind: str, assistant: Assistant) -> Schedule:
    """Let an assistant book a kind of availability, where tcw.yaml has assistants and none of them does."""
    own = schedule.config.assistants
    if not own or any(
        set(assistant.availability) <= set(assistant.availability) for assistant in own.values()
    ):
        return schedule
    return _with_config(schedule, assistants={**own, _free_name(kind, own): assistant})


def _free_name(name: str, used: Mapping[str, Assistant]) -> str:
    return name if name not in used else _free_name(f"{name}+", used)


def _add_competences(schedule: Schedule, added: AddCompetences, days: Days) -> Schedule:
    del days
    return _with(schedule, "competences", _holding(_group(schedule, added), added.competences))


def _holding(people: pl.DataFrame, competences: list[str]) -> pl.DataFrame:
    held = pl.DataFrame({"competence_id": competences}, schema={"competence_id": pl.String})
    return people.join(held, how="cross").with_columns(kind=pl.lit("competence"))


def _agreement(schedule: Schedule, follow: FollowAgreement, days: Days) -> Schedule:
    people = _group(schedule, follow)
    links = schedule.tables["agreement_links"]
    later = pl.col("staff_id").is_in(people["staff_id"].implode()) & (pl.col("valid_from") > days.first)
    kept = replace(
        schedule,
        tables={**schedule.tables, "agreement_links": links.filter(~later.fill_null(value=False))},
    )
    rows = people.with_columns(agreement_id=pl.lit(follow.name), valid_from=pl.lit(days.first))
    return _with(kept, "agreement_links", rows)


def _without_agreements(schedule: Schedule, names: list[str], days: Days) -> Schedule:
    del days
    links = schedule.tables["agreement_links"].filter(~is_named(pl.col("agreement_id"), names))
    return replace(schedule, tables={**schedule.tables, "agreement_links": links})


def _limits(schedule: Schedule, limits: Limits, days: Days) -> Schedule:
    """Set limits in every agreement there is, shipped or own."""
    del days
    value = {name: getattr(limits, name) for name in limits.model_fields_set}
    own = schedule.config.agreements
    changed = {
        code: own[code].model_copy(update=value) if code in own else Agreement.model_construct(**value)
        for code in agreements(schedule.config)
    }
    return _with_config(schedule, agreements=changed)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


_APPLY: Final[Mapping[str, Callable[[Schedule, Any, Days], Schedule]]] = {
    "merge_areas": _merge_areas,
    "merge_units": _merge_units,
    "include": _include,
    "part_time": _part_time,
    "windows": _windows,
    "add_competences": _add_competences,
    "agreement": _agreement,
    "without_agreements": _without_agreements,
    "limits": _limits,
}
