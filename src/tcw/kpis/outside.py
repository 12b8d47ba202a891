"""Hours booked in weeks in which the employee was not employed: such weeks have no figures."""

from collections.abc import Sequence

import polars as pl

from tcw.kpis.ledger import COUNTED, KEY_WEEKS
from tcw.model.intake_report import IntakeFinding
from tcw.wording import Message, Phrase
from tcw.wording.masking import masked
from tcw.wording.quantities import Count, Hours
from tcw.worktime.clock import US_PER_HOUR

OUTSIDE = Phrase(
    "IN55",
    "Booked in weeks without employment: {hours}, in {weeks} employee-weeks of {people} ({examples}). These hours are in no "
    "figure. Check valid_from and valid_to of the staff export.",
)
EXAMPLES = 5


LOST_SCHEMA = pl.Schema({"staff_id": pl.String(), "time": pl.Int64(), "weeks": pl.UInt32()})


def outside_employment(
    hours: pl.DataFrame, people: pl.DataFrame, employed: pl.DataFrame, first_week: int, last_week: int
) -> pl.DataFrame:
    """Return the hours of `people` inside the period that met no employee-week: LOST_SCHEMA (`time` in µs).

    Args:
        hours: `tcw.kpis.ledger.Ledger.hours`.
        people: `code`, `staff_id` of those the selection is about.
        employed: all employee-weeks, as `tcw.kpis.weekly.employee_week_hours` gives them: when all hours of the period
            met one, nothing is looked for.
        first_week: of the period.
        last_week: of the period.
    """
    in_period = (pl.col("key") % KEY_WEEKS).is_between(first_week, last_week)
    if employed["met"].sum() == hours.select(in_period.sum()).item():
        return pl.DataFrame(schema=LOST_SCHEMA)
    rising = pl.col("key").set_sorted()
    met = employed.select(rising, met=pl.lit(value=True))
    return (
        # A left join of sorted sides is a walk; an anti join would hash.
        hours.with_columns(rising)
        .join(met, on="key", how="left", maintain_order="left")
        .filter(pl.col("met").is_null(), in_period)
        .lazy()
        .with_columns(total=pl.sum_horizontal(COUNTED.values()))
        .filter(pl.col("total") > 0)
        .with_columns(code=(pl.col("key") // KEY_WEEKS).cast(pl.UInt32))
        .join(people.lazy().select("code", "staff_id"), on="code", how="inner")
        .group_by("staff_id")
        .agg(time=pl.col("total").sum(), weeks=pl.len())
        .select(pl.col(name).cast(dtype) for name, dtype in LOST_SCHEMA.items())
        .collect(engine="streaming")
    )


def outside_findings(parts: Sequence[pl.DataFrame]) -> list[IntakeFinding]:
    """Return a finding for what `outside_employment` found in all parts of the people, if anything."""
    lost = pl.concat([pl.DataFrame(schema=LOST_SCHEMA), *parts]).sort(
        "time", "staff_id", descending=[True, False]
    )
    if lost.is_empty():
        return []
    examples = masked(", ".join(lost["staff_id"].head(EXAMPLES))) + (", …" if lost.height > EXAMPLES else "")
    amount, number_of_weeks = int(lost["time"].sum()) / US_PER_HOUR, int(lost["weeks"].sum())
    facts = {
        "people": Count(lost.height),
        "hours": Hours(amount),
        "weeks": Count(number_of_weeks),
        "examples": examples,
    }
    return [IntakeFinding(OUTSIDE.code, "warning", Message(OUTSIDE, facts), number_of_weeks, amount)]
