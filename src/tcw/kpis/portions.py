"""Key figures computed part by part, for sources larger than memory.

The figures are the same whatever the number of parts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from tcw.kpis.compute import KpiPlan, Part, costs_of, part, result_of
from tcw.kpis.employment import Employments
from tcw.kpis.levels import COLUMNS, DISTANCE, WORST_FIRST
from tcw.kpis.result import Grain, KpiResult, SpilledRows
from tcw.model.intake_report import REJECTS_SCHEMA, Doubt, IntakeReport
from tcw.model.pieces import Everywhere
from tcw.parts.executor import Executor, PeopleInParts, Progress
from tcw.parts.people import parted
from tcw.parts.spill import Spill
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

MOST_LISTED = 1_000_000
"""So many employee-weeks, and so many warnings, are in a workbook; more would not fit a sheet."""
ONLY_FIRST = Phrase(
    "kpi-only-first",
    "Workbook and table list the first {shown} of {all} employee-weeks; "
    "--grain employee-week --format csv or parquet has all of them.",
)
NEEDED = frozenset(
    {
        "staff_id",
        "activity_id",
        "start_local",
        "end_local",
        "date",
        "hours",
        "break_minutes",
        "billing",
    }
)
"""Columns of bookings that `tcw.kpis.compute.part` reads."""


@dataclass(frozen=True, slots=True)
class PeopleShare:
    """A part of the people, with a plan that knows only them.

    `codes`: theirs, from the first up to but not including the second.
    """

    plan: KpiPlan
    codes: tuple[int, int]
    staff: pl.Series
    """Their ids. In the last share they may be of people nobody knows: then there are no codes."""

    def compute(self, bookings: pl.LazyFrame) -> Part:
        """Compute what all their bookings come to."""
        return part(self.plan, bookings, self.codes)


def shares_of(plan: KpiPlan, booked: pl.DataFrame, parts: int) -> list[PeopleShare]:
    """Cut the people into parts with about as many bookings each.

    `booked`: `staff_id`, `number` of bookings (not cancelled).
    """
    who, light = plan.who, _light(plan)
    shares = []
    for low, high in codes_of(plan, booked, parts):
        first, after = (who.rows["code"].search_sorted(code, side="left") for code in (low, high))
        people = who.people.slice(low, high - low)
        employments = Employments(people, who.rows.slice(first, after - first))
        shares.append(PeopleShare(replace(light, who=employments), (low, high), people["staff_id"]))
    strangers = booked.join(who.people, on="staff_id", how="anti")["staff_id"].drop_nulls()
    if strangers.len() or not shares:
        nobody = Employments(who.people.clear(), who.rows.clear())
        shares.append(PeopleShare(replace(light, who=nobody), (0, 0), strangers))
    return shares


def codes_of(plan: KpiPlan, booked: pl.DataFrame, parts: int) -> list[tuple[int, int]]:
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


def number_by_staff(bookings: pl.LazyFrame) -> pl.LazyFrame:
    """Return `staff_id` and `number` of bookings."""
    return bookings.group_by("staff_id").agg(number=pl.len().cast(pl.Int64))


def _light(plan: KpiPlan) -> KpiPlan:
    """Return a plan without tables and bookings, for sending it about."""
    schedule = replace(
        plan.schedule,
        bookings=pl.LazyFrame(),
        pieces=None,
        tables={},
        intake=IntakeReport((), pl.DataFrame(schema=REJECTS_SCHEMA)),
    )
    return replace(plan, schedule=schedule)


def compute_in_parts(
    plan: KpiPlan, parts: int, executor: Executor, *, listed: bool, progress: Progress | None = None
) -> tuple[KpiResult, tuple[Doubt, ...]]:
    """Return the figures, computed in about so many parts, and what the data costs them; see `gather`."""
    ask = executor.ask(plan.schedule)
    booked = ask(number_by_staff).group_by("staff_id").agg(pl.col("number").sum())
    shares = shares_of(plan, booked, parts)
    people = pl.concat(
        pl.DataFrame({"staff_id": share.staff}).with_columns(part=pl.lit(number, dtype=pl.UInt32))
        for number, share in enumerate(shares)
    )
    spread = PeopleInParts(plan.schedule, people, len(shares), NEEDED)
    filed_parts = executor.each_part("parts", ComputePart(executor.folder), shares, spread, progress)
    return gather(plan, filed_parts, listed=listed, ask=ask)


@dataclass(frozen=True, slots=True)
class ComputePart:
    """Computes a part; what is large of it goes to files in `folder`."""

    folder: Path

    def __call__(self, share: PeopleShare, bookings: pl.LazyFrame, progress: Progress | None) -> "Filed":
        """Return what all their bookings come to."""
        del progress
        return filed(share.compute(bookings), self.folder)


@dataclass(frozen=True, slots=True)
class Filed:
    """A part whose rows by employee and week, and whose warnings, are in files: `part` has none of them.

    `weeks`: None where none are wanted. `warned`: `staff_id`, `figure`, `number` of warnings.
    """

    part: Part
    weeks: Spill | None
    warnings: Spill
    warned: pl.DataFrame


def filed(part: Part, folder: Path) -> Filed:
    """Put what is large of a part into files. Raises OSError: the disk is full."""
    weeks, warnings = None, Spill(COLUMNS, folder, "warnings")
    if part.weeks is not None:
        weeks = Spill(part.weeks.schema, folder, "weeks")
        weeks.add(part.weeks)
    warnings.add(part.warnings)
    return Filed(
        replace(part, weeks=None, warnings=part.warnings.clear()),
        weeks,
        warnings,
        part.warnings.group_by("staff_id", "figure").agg(number=pl.len().cast(pl.Int64)),
    )


def gather(
    plan: KpiPlan, parts: Iterable[Filed], *, listed: bool, ask: Everywhere | None = None
) -> tuple[KpiResult, tuple[Doubt, ...]]:
    """Return the figures of all parts; the files they are in must outlive the result.

    Args:
        plan: of all parts.
        parts: in the order of their people.
        listed: rows are shown in a report, too, which holds the first MOST_LISTED.
        ask: asks the bookings that are not cancelled; None: here.
    """
    warnings, weeks = Spill(COLUMNS), None
    kept: list[Part] = []
    warned = [pl.DataFrame(schema={"staff_id": pl.String, "figure": pl.String, "number": pl.Int64})]
    for filed_part in parts:
        if filed_part.weeks is not None:
            weeks = weeks or Spill(filed_part.weeks.schema)
            weeks.extend(filed_part.weeks)
        warnings.extend(filed_part.warnings)
        warned.append(filed_part.warned)
        kept.append(filed_part.part)
    frames: dict[Grain, pl.DataFrame] = {}
    notes: tuple[Message, ...] = ()
    if weeks is not None and listed:
        frames["employee-week"] = weeks.rows().head(MOST_LISTED).collect()
        if weeks.height > MOST_LISTED:
            notes = (Message(ONLY_FIRST, {"shown": Count(MOST_LISTED), "all": Count(weeks.height)}),)
    worst = warnings.most(MOST_LISTED, pl.lit(value=True), WORST_FIRST)
    result = result_of(plan, kept, frames, worst)
    spilled = SpilledRows(weeks, warnings, pl.concat(warned), DISTANCE, WORST_FIRST)
    return replace(result, spilled=spilled, notes=(*result.notes, *notes)), costs_of(plan, kept, ask)
