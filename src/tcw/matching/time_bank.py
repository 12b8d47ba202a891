"""The time bank (tidbank): what the plan's bookings credit and debit, and the balances before and after."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from tcw.matching.plan import Plan
from tcw.model.schedule import Schedule

ENTRIES: Final = pl.Schema(
    {
        "staff_id": pl.String(),
        "start": pl.Datetime("us"),
        "order_id": pl.String(),
        "unit_id": pl.String(),
        "availability": pl.String(),
        "hours": pl.Float64(),
        "change": pl.Float64(),
        "before": pl.Float64(),
        "after": pl.Float64(),
    }
)
BALANCES: Final = pl.Schema(
    {
        "staff_id": pl.String(),
        "before": pl.Float64(),
        "credit": pl.Float64(),
        "debit": pl.Float64(),
        "after": pl.Float64(),
    }
)


@dataclass(frozen=True, slots=True)
class TimeBankLedger:
    """What becomes of balances, in hours.

    `entries`: ENTRIES, one row for each booking that changes a balance, by staff_id and start: `hours` worked
    (break taken off), `change` of the balance (above zero: credited), `before` and `after` it. `balances`:
    BALANCES, one row for each person with entries.
    """

    entries: pl.DataFrame
    balances: pl.DataFrame


def ledger(plan: Plan, schedule: Schedule) -> TimeBankLedger:
    """Return what booked flexible windows credit and resource shifts debit, by `time_bank:` of tcw.yaml.

    Only what is booked counts, not what is asked for. A balance before comes from tcw.yaml, else from the
    export's time bank (the last day counts), else it is 0. Of a shift over windows of several kinds, the
    hours in each count as that kind's.
    """
    rates = schedule.config.time_bank
    credit = pl.col("flexible_hours") * rates.flexible_credit
    debit = pl.col("resource_hours") * rates.resource_debit
    entries = (
        plan.assignments.filter(pl.col("mode") == "book")
        .with_columns(change=credit - debit)
        .filter(pl.col("change") != 0)
        .join(_balances(schedule), on="staff_id", how="left")
        .sort("staff_id", "start", "order_id")
        .with_columns(
            after=pl.col("balance").fill_null(0.0) + pl.col("change").cum_sum().over("staff_id"),
        )
        .with_columns(before=pl.col("after") - pl.col("change"))
        .select(pl.col(name).cast(dtype) for name, dtype in ENTRIES.items())
    )
    change = pl.col("change")
    balances = (
        entries.group_by("staff_id", maintain_order=True)
        .agg(
            before=pl.col("before").first(),
            credit=change.filter(change > 0).sum(),
            debit=-change.filter(change < 0).sum(),
            after=pl.col("after").last(),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in BALANCES.items())
    )
    return TimeBankLedger(entries, balances)


def _balances(schedule: Schedule) -> pl.DataFrame:
    """Return `staff_id`, `balance` in hours: tcw.yaml's before the export's."""
    exported = (
        schedule.tables["time_bank"]
        .sort("date", nulls_last=False, maintain_order=True)
        .unique("staff_id", keep="last", maintain_order=True)
        .select("staff_id", "balance")
    )
    configured_balances = schedule.config.time_bank.balances
    configured = pl.DataFrame(
        {"staff_id": list(configured_balances), "balance": list(configured_balances.values())},
        schema={"staff_id": pl.String, "balance": pl.Float64},
    )
    return pl.concat([configured, exported]).unique("staff_id", keep="first", maintain_order=True)
