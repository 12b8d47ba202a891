"""Hides key figures of groups of few people, and of others, so that nobody finds them by subtraction."""

from dataclasses import replace

import polars as pl

from tcw.kpis.catalogue import FIGURES
from tcw.kpis.result import HOURS, KEYS, Grain, KpiResult
from tcw.privacy.small_groups import SUM_OF_ALL, groups_to_hide, nested_groups_to_hide
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

HIDDEN = Phrase(
    "kpi-hidden",
    "{groups:row is hidden: it is|rows are hidden: they are} about fewer than {least} people, or would "
    "give such rows away by subtraction.",
)
PERSONAL: frozenset[Grain] = frozenset({"employee-week", "employee"})
"""Grains whose every row is about one person."""
BY_TYPE = tuple(figure.code for figure in FIGURES if figure.applies != "all")
"""Figures of the monthly or of the hourly paid alone; with the hours of both, one gives away the other."""


def hide_small(result: KpiResult, least: int, *, hours: bool = True) -> KpiResult:
    """Return the result without rows about single people, and with all but the keys of small groups null.

    - A row about fewer than `least` people is hidden. Where rows add up to another that is shown (units to
      their area, areas and weeks to everybody), the hidden ones are at least two and hold at least `least`
      people together.
    - Units of a hidden area are hidden, all of them.
    - Figures of the monthly or hourly paid alone are hidden in all rows of a grain in which some row has some
      of either, but fewer than `least`.

    Args:
        result: with the grain employee-week, which tells who is in which group.
        least: the fewest people a shown group may have; above 1.
        hours: show hours of the rows shown. Without, for reports that are read beside a follow-up: its hours
            and these could be subtracted from each other.
    """
    assert result.weeks is not None
    people = result.weeks.select("staff_id", "week", "unit_id", "planning_area", "employment_type").collect()
    shown: dict[Grain, pl.DataFrame] = {}
    groups = 0
    for grain, frame in result.figures.items():
        if grain not in PERSONAL:
            hidden = _groups_to_hide(grain, people, least)
            shown[grain] = _hide(frame, grain, hidden, people, least)
            if not hours:
                shown[grain] = shown[grain].with_columns(
                    pl.lit(None, dtype=pl.Float64).alias(name) for name in HOURS
                )
            groups += int(hidden["hidden"].sum())
    note = Message(HIDDEN, {"groups": Count(groups), "least": Count(least)})
    return replace(
        result,
        figures=shown,
        warnings=result.warnings.clear(),
        notes=(*result.notes, note) if groups else result.notes,
        spilled=None,
    )


def _groups_to_hide(grain: Grain, people: pl.DataFrame, least: int) -> pl.DataFrame:
    """Return the grain's keys with `hidden`."""
    if grain == "all":
        return pl.DataFrame({"hidden": [people["staff_id"].n_unique() < least]})
    if grain == "unit":
        return nested_groups_to_hide(people, "planning_area", "unit_id", least)
    key = KEYS[grain][0]
    return groups_to_hide(people.select(SUM_OF_ALL, "staff_id", group=key), least).rename({"group": key})


def _hide(
    frame: pl.DataFrame, grain: Grain, hidden: pl.DataFrame, people: pl.DataFrame, least: int
) -> pl.DataFrame:
    keys = list(KEYS[grain])
    marked = (
        frame.join(hidden, on=keys, how="left", nulls_equal=True, maintain_order="left")
        if keys
        else frame.with_columns(hidden=pl.lit(value=bool(hidden["hidden"].any())))
    )
    values = [name for name, kind in frame.schema.items() if kind == pl.Float64 or name == "employees"]
    few = _few_of_a_type(people, keys, least)
    emptied = [
        pl.lit(None, dtype=pl.Float64).alias(name) for name in BY_TYPE if few and name in frame.columns
    ]
    is_shown = ~pl.col("hidden").fill_null(value=False)
    return marked.with_columns(pl.when(is_shown).then(pl.col(values))).with_columns(emptied).drop("hidden")


def _few_of_a_type(people: pl.DataFrame, keys: list[str], least: int) -> bool:
    """Say whether some row of a grain has some monthly or hourly paid, but fewer than `least`."""
    # Whose type is not known is in the figures of both.
    of_type = {
        kind: pl.col("staff_id").filter(pl.col("employment_type").fill_null(kind) == kind).n_unique()
        for kind in ("monthly", "hourly")
    }
    counts = people.group_by(keys).agg(**of_type) if keys else people.select(**of_type)
    few = pl.any_horizontal(pl.col("monthly", "hourly").is_between(1, least - 1))
    return bool(counts.select(few.any()).item())
