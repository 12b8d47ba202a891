"""The key figures by hand in pandas: `python -m benchmarks.peers.kpi_pandas FOLDER FIRST LAST`."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.zone import changes

DAY = 86_400


def main() -> None:
    """Print the figures of all, and of each week, as JSON."""
    folder, first, last = Path(sys.argv[1]), pd.Timestamp(sys.argv[2]), pd.Timestamp(sys.argv[3])
    base, steps = changes(sys.argv[2], sys.argv[3])

    def instant(local: Any) -> Any:  # noqa: ANN401 - pandas is not typed here
        return local - base - sum((local >= at) * step for at, step in steps)

    kinds = pd.read_parquet(folder / "activities.parquet")
    absent = (kinds.time_kind == "absence") | (kinds.service_type == "absence")
    kinds["kind"] = np.where(absent, "f", kinds.billing.map({"billable": "d", "non_billable": "n"}))
    kinds = kinds[(kinds.billing != "excluded") & kinds.kind.notna()][["activity_id", "kind"]]
    columns = ["staff_id", "activity_id", "start", "end", "break_minutes", "status"]
    spans = pd.read_parquet(folder / "bookings.parquet", columns=columns)
    spans = spans[spans.status != "cancelled"].merge(kinds, on="activity_id")
    start, end = (spans[name].astype("datetime64[s]").astype("int64") for name in ("start", "end"))
    spans["week"] = (start + 3 * DAY) // (7 * DAY)
    monday = (spans.week + 1) * 7 * DAY - 3 * DAY
    gross = instant(end) - instant(start)
    late = np.where(end > monday, instant(end) - instant(monday), 0)
    share = (gross - 60 * spans.break_minutes.fillna(0)).clip(lower=0) / gross / 3600
    spans["h"], spans["late"] = (gross - late) * share, late * share
    over = spans[spans.late > 0].assign(week=lambda rows: rows.week + 1, h=lambda rows: rows.late)
    hours = pd.concat([spans, over])[["staff_id", "week", "kind", "h"]]
    ledger = hours.pivot_table("h", ["staff_id", "week"], "kind", aggfunc="sum", fill_value=0)
    ledger = ledger.reindex(columns=["d", "n", "f"], fill_value=0).reset_index()

    norm = pd.DataFrame({"monday": pd.date_range(first, last, freq="7D")})
    red = pd.read_parquet(folder / "red_days.parquet", columns=["date", "percent"])
    day = pd.to_datetime(red.date)
    red["monday"] = day - pd.to_timedelta(day.dt.weekday, unit="D")
    off = red[day.dt.weekday < 5].groupby("monday").percent.sum()
    norm["normal"] = 40 - 8 * norm.monday.map(off).fillna(0)
    norm["week"] = (norm.monday.astype("datetime64[s]").astype("int64") + 3 * DAY) // (7 * DAY)
    names = ["staff_id", "employment_type", "employment_rate", "valid_from", "valid_to"]
    staff = pd.read_parquet(folder / "staff.parquet", columns=names).merge(norm, how="cross")
    since = pd.to_datetime(staff.valid_from).fillna(pd.Timestamp("1900-01-01"))
    until = pd.to_datetime(staff.valid_to).fillna(pd.Timestamp("2100-01-01"))
    sunday = staff.monday + pd.Timedelta(days=6)
    days = (np.minimum(until, sunday) - np.maximum(since, staff.monday)).dt.days + 1
    staff["rate"] = staff.employment_rate * days / 7
    grouped = staff[days > 0].groupby(["staff_id", "week", "normal"])
    employed = grouped.agg(
        kind=("employment_type", "first"), rate=("rate", lambda rates: rates.sum(skipna=False))
    )
    table = employed.reset_index().merge(ledger, on=["staff_id", "week"], how="left")
    table = table.fillna({"d": 0, "n": 0, "f": 0})
    table["own"] = table.normal * table.rate
    print(json.dumps([_figures(table), *(_figures(week) for _, week in table.groupby("week"))]))


def _figures(table: Any) -> dict[str, float]:  # noqa: ANN401 - pandas is not typed here
    known = table[table.own.notna()]
    monthly, hourly = known[known.kind != "hourly"], table[table.kind != "monthly"]
    own, booked = known.own.sum(), table.d.sum() + table.n.sum()
    by_the_hour = hourly.d.sum() + hourly.n.sum()
    return {
        "employees": int(table.staff_id.nunique()),
        "billable_h": table.d.sum(),
        "non_billable_h": table.n.sum(),
        "absence_h": table.f.sum(),
        "bookable_h": own,
        "normal_h": table.normal.sum(),
        "employment_rate": own / known.normal.sum(),
        "absence_rate": known.f.sum() / own,
        "booking_rate": booked / table.normal.sum(),
        "booking_vs_employment": (known.d + known.n - known.own).sum() / known.normal.sum(),
        "billing_rate_1a": monthly.d.sum() / monthly.own.sum(),
        "billing_rate_1b": monthly.d.sum() / (monthly.own - monthly.f).sum(),
        "billing_rate_2a": hourly.d.sum() / by_the_hour,
        "billing_rate_2b": hourly.d.sum() / (by_the_hour - hourly.f.sum()),
    }


if __name__ == "__main__":
    main()
