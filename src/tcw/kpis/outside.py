"""Hours booked in weeks in which the employee was not employed: such weeks have no figures."""

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


def outside_employment(
    hours: pl.DataFrame, people: pl.DataFrame, employed: pl.DataFrame, first_week: int, last_week: int
) -> list[IntakeFinding]:
    """Return a finding for hours of `people` inside the period that met no employee-week.

    Args:
        hours: `tcw.kpis.ledger.Ledger.hours`.
        people: `code`, `staff_id` of those the selection is about.
        employed: `code`, `number`: all employee-weeks of those people; with `met` (Boolean, see
            `tcw.kpis.weekly.employee_week_hours`) nothing is looked for when all hours of the period met one.
        first_week: of the period.
        last_week: of the period.
    """
    in_period = (pl.col("key") % KEY_WEEKS).is_between(first_week, last_week)
    if "met" in employed.columns and employed["met"].sum() == hours.select(in_period.sum()).item():
        return []
    met = employed.lazy().select(key=pl.col("code").cast(pl.Int64) * KEY_WEEKS + pl.col("number"))
    lost = (
        hours.lazy()
        .with_columns(total=pl.sum_horizontal(COUNTED.values()))
        .filter(in_period, pl.col("total") > 0)
        .join(met, on="key", how="anti")
        .with_columns(code=(pl.col("key") // KEY_WEEKS).cast(pl.UInt32))
        .join(people.lazy().select("code", "staff_id"), on="code", how="inner")
        .group_by("staff_id")
        .agg(hours=pl.col("total").sum() / US_PER_HOUR, weeks=pl.len())
        .sort("hours", "staff_id", descending=[True, False])
        .collect(engine="streaming")
    )
    if lost.is_empty():
        return []
    examples = masked(", ".join(lost["staff_id"].head(EXAMPLES))) + (", …" if lost.height > EXAMPLES else "")
    amount, number_of_weeks = float(lost["hours"].sum()), int(lost["weeks"].sum())
    facts = {
        "people": Count(lost.height),
        "hours": Hours(amount),
        "weeks": Count(number_of_weeks),
        "examples": examples,
    }
    return [IntakeFinding(OUTSIDE.code, "warning", Message(OUTSIDE, facts), number_of_weeks, amount)]
