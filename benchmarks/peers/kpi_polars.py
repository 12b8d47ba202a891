"""The key figures by hand in plain Polars: `python -m benchmarks.peers.kpi_polars FOLDER FIRST LAST`."""

import json
import sys
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.peers.zone import changes

WEEK = 604_800_000_000
SHIFT = 259_200_000_000  # 1970-01-01 was a Thursday


def main() -> None:
    """Print the figures of all, and of each week, as JSON."""
    folder, first, last = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    base, steps = changes(first, last)

    def elapsed(start: pl.Expr, end: pl.Expr) -> pl.Expr:
        def offset(local: pl.Expr) -> pl.Expr:
            return pl.lit(base * 10**6) + pl.sum_horizontal(
                pl.lit(0, dtype=pl.Int64),
                *((local >= at * 10**6).cast(pl.Int64) * (step * 10**6) for at, step in steps),
            )

        return (end - offset(end)) - (start - offset(start))

    activities = pl.scan_parquet(folder / "activities.parquet").select(
        "activity_id",
        kind=pl.when(pl.col("billing") == "excluded")
        .then(None)
        .when(
            (pl.col("time_kind") == "absence") | (pl.col("service_type") == "absence").fill_null(value=False)
        )
        .then(pl.lit("f"))
        .when(pl.col("billing") == "billable")
        .then(pl.lit("d"))
        .when(pl.col("billing") == "non_billable")
        .then(pl.lit("n")),
    )
    start, end = pl.col("start").to_physical(), pl.col("end").to_physical()
    monday = (pl.col("week") + 1) * WEEK - SHIFT
    spans = (
        pl.scan_parquet(folder / "bookings.parquet")
        .filter(pl.col("status") != "cancelled")
        .join(activities.filter(pl.col("kind").is_not_null()), on="activity_id")
        .with_columns(week=(start + SHIFT) // WEEK)
        .with_columns(
            gross=elapsed(start, end), late=pl.when(end > monday).then(elapsed(monday, end)).otherwise(0)
        )
        .with_columns(
            share=(pl.col("gross") - 60 * 10**6 * pl.col("break_minutes").fill_null(0).cast(pl.Int64)).clip(0)
            / pl.col("gross")
        )
    )
    hours = pl.concat(
        [
            spans.select("staff_id", "week", "kind", h=(pl.col("gross") - pl.col("late")) * pl.col("share")),
            spans.filter(pl.col("late") > 0).select(
                "staff_id", pl.col("week") + 1, "kind", h=pl.col("late") * pl.col("share")
            ),
        ]
    )
    ledger = hours.group_by("staff_id", "week").agg(
        pl.col("h").filter(pl.col("kind") == kind).sum().alias(kind) / 3.6e9 for kind in "dnf"
    )
    weeks = pl.LazyFrame(
        {"monday": pl.date_range(date.fromisoformat(first), date.fromisoformat(last), "7d", eager=True)}
    )
    red = (
        pl.scan_parquet(folder / "red_days.parquet")
        .filter(pl.col("date").dt.weekday() < 6)
        .group_by(monday=pl.col("date").dt.truncate("1w"))
        .agg(pl.col("percent").sum())
    )
    norm = weeks.join(red, on="monday", how="left").select(
        "monday",
        week=(pl.col("monday").to_physical().cast(pl.Int64) + 3) // 7,
        normal=40 - 8 * pl.col("percent").fill_null(0),
    )
    from_, to = (
        pl.col("valid_from").fill_null(date(1900, 1, 1)),
        pl.col("valid_to").fill_null(date(2100, 1, 1)),
    )
    sunday = pl.col("monday") + pl.duration(days=6)
    employed = (
        pl.scan_parquet(folder / "staff.parquet")
        .join(norm, how="cross")
        .filter(from_ <= sunday, to >= pl.col("monday"))
        .with_columns(
            days=(pl.min_horizontal(to, sunday) - pl.max_horizontal(from_, "monday")).dt.total_days() + 1
        )
        .group_by("staff_id", "week", "normal")
        .agg(
            pl.col("employment_type").first().alias("type"),
            rate=pl.when(pl.col("employment_rate").null_count() == 0).then(
                (pl.col("employment_rate") * pl.col("days")).sum() / 7
            ),
        )
    )
    table = employed.join(ledger, on=["staff_id", "week"], how="left").with_columns(
        pl.col("d", "n", "f").fill_null(0), own=pl.col("normal") * pl.col("rate")
    )
    d, n, f, own, normal = (pl.col(name) for name in ("d", "n", "f", "own", "normal"))
    known, monthly, hourly = own.is_not_null(), pl.col("type") != "hourly", pl.col("type") != "monthly"
    figures = [
        pl.col("staff_id").n_unique().alias("employees"),
        d.sum().alias("billable_h"),
        n.sum().alias("non_billable_h"),
        f.sum().alias("absence_h"),
        own.sum().alias("bookable_h"),
        normal.sum().alias("normal_h"),
        (own.sum() / normal.filter(known).sum()).alias("employment_rate"),
        (f.filter(known).sum() / own.sum()).alias("absence_rate"),
        ((d + n).sum() / normal.sum()).alias("booking_rate"),
        ((d + n - own).sum() / normal.filter(known).sum()).alias("booking_vs_employment"),
        (d.filter(known & monthly).sum() / own.filter(monthly).sum()).alias("billing_rate_1a"),
        (d.filter(known & monthly).sum() / (own - f).filter(monthly).sum()).alias("billing_rate_1b"),
        (d.filter(hourly).sum() / (d + n).filter(hourly).sum()).alias("billing_rate_2a"),
        (d.filter(hourly).sum() / (d + n - f).filter(hourly).sum()).alias("billing_rate_2b"),
    ]
    whole = table.collect(engine="streaming")
    by_week = whole.group_by("week").agg(figures).sort("week").drop("week")
    print(json.dumps([*whole.select(figures).to_dicts(), *by_week.to_dicts()]))


if __name__ == "__main__":
    main()
