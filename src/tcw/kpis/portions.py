"""Key figures computed part by part, for sources larger than memory: the same figures whatever the number of parts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from tcw.kpis.compute import Part, Plan, costs_of, part, result_of
from tcw.kpis.levels import COLUMNS, DISTANCE, WORST_FIRST
from tcw.kpis.result import Grain, KpiResult, Piles
from tcw.model.intake_report import IntakeFinding
from tcw.parts.people import parted
from tcw.parts.pile import Pile
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

MOST_LISTED = 1_000_000
"""So many employee-weeks, and so many warnings, are in a workbook; more would not fit a sheet."""
ONLY_FIRST = Phrase(
    "kpi-only-first",
    "Workbook and table list the first {shown} of {all} employee-weeks; --grain employee-week --format csv or parquet has all of them.",
)
Progress = Callable[[float], None]


def codes_of(plan: Plan, booked: pl.DataFrame, parts: int) -> list[tuple[int, int]]:
    """Return the codes of each part of the people, from the first up to but not including the second.

    `booked`: `staff_id`, `number` of bookings.
    """
    counted = plan.who.people.join(booked, on="staff_id", how="left", maintain_order="left").with_columns(
        pl.col("number").fill_null(0)
    )
    bounds = (
        parted(counted, "code", parts)
        .group_by("part", maintain_order=True)
        .agg(low=pl.col("code").min(), high=pl.col("code").max() + 1)
    )
    return bounds.select("low", "high").rows()


@dataclass(frozen=True, slots=True)
class Tasks:
    """The parts of a plan, each computed by its number: here, or on another machine that sees the same files.

    `parts`: the codes from the first up to but not including the second, and the staff ids; the last may be of people nobody knows.
    """

    plan: Plan
    parts: tuple[tuple[tuple[int, int], pl.Series], ...]

    def __call__(self, place: int) -> Part:
        """Compute one part."""
        codes, staff = self.parts[place]
        return part(
            self.plan, self.plan.schedule.active.filter(pl.col("staff_id").is_in(staff.implode())), codes
        )


def tasks_of(plan: Plan, parts: int) -> Tasks:
    """Cut the people into parts."""
    active, people = plan.schedule.active, plan.who.people
    booked = active.group_by("staff_id").agg(number=pl.len().cast(pl.Int64)).collect(engine="streaming")
    several = [
        (codes, people["staff_id"].slice(codes[0], codes[1] - codes[0]))
        for codes in codes_of(plan, booked, parts)
    ]
    strangers = booked.join(people, on="staff_id", how="anti")["staff_id"]
    if strangers.len() or not several:
        several.append(((0, 0), strangers))
    return Tasks(plan, tuple(several))


def portions(tasks: Tasks, progress: Progress | None = None) -> Iterator[Part]:
    """Yield what each part of the people comes to, in their order."""
    for place in range(len(tasks.parts)):
        yield tasks(place)
        if progress is not None:
            progress((place + 1) / len(tasks.parts))


def gather(
    plan: Plan, parts: Iterable[Part], folder: Path, *, listed: bool
) -> tuple[KpiResult, tuple[IntakeFinding, ...]]:
    """Return the figures of all parts; rows by employee and week are kept in `folder`, which must outlive the result.

    `listed`: rows are shown in a report, too, which holds the first MOST_LISTED. Raises OSError: the disk is full.
    """
    warnings, weeks = Pile(COLUMNS, folder, "warnings"), None
    kept: list[Part] = []
    warned = [pl.DataFrame(schema={"staff_id": pl.String, "figure": pl.String, "number": pl.Int64})]
    for one in parts:
        if one.weeks is not None:
            weeks = weeks or Pile(one.weeks.schema, folder, "weeks")
            weeks.add(one.weeks)
        warnings.add(one.warnings)
        warned.append(one.warnings.group_by("staff_id", "figure").agg(number=pl.len().cast(pl.Int64)))
        kept.append(replace(one, weeks=None, warnings=one.warnings.clear()))
    frames: dict[Grain, pl.DataFrame] = {}
    notes: tuple[Message, ...] = ()
    if weeks is not None and listed:
        frames["employee-week"] = weeks.rows().head(MOST_LISTED).collect()
        if weeks.height > MOST_LISTED:
            notes = (Message(ONLY_FIRST, {"shown": Count(MOST_LISTED), "all": Count(weeks.height)}),)
    worst = warnings.most(MOST_LISTED, pl.lit(value=True), WORST_FIRST)
    result = result_of(plan, kept, frames, worst)
    piles = Piles(weeks, warnings, pl.concat(warned), DISTANCE, WORST_FIRST)
    return replace(result, piles=piles, notes=(*result.notes, *notes)), costs_of(plan, kept)
