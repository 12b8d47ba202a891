"""What an activity's hours count as: billable, non-billable, absence, or nothing (Anställdrapport 3.3)."""

from typing import Final

import polars as pl

BILLABLE: Final = 0
NON_BILLABLE: Final = 1
ABSENCE: Final = 2
EXCLUDED: Final = 3
UNCLASSIFIED: Final = 4
"""No billing type: in no figure, and said so (ST01)."""

CLASS_NAMES = ("billable", "non_billable", "absence", "excluded", "unclassified")


def class_of_billing(billing: pl.Expr) -> pl.Expr:
    """Return the class (UInt8) of a billing word alone; null for a null word."""
    return billing.replace_strict(
        {"billable": BILLABLE, "non_billable": NON_BILLABLE, "excluded": EXCLUDED},
        default=None,
        return_dtype=pl.UInt8,
    )


def activity_classes(activities: pl.DataFrame) -> pl.DataFrame:
    """Return `activity_id` (String, unique) and `hours_class` (UInt8).

    Excluded (*Ej underlag*) wins over all; then absence, by time kind or service type; then the billing type.
    Breaks, and activities whose time kind is none, are excluded when nobody gave them a billing type. An activity
    listed several times (periods of validity) takes its last row that has a billing type.
    Source: Anställdrapport 3.3; absence is its own class by decision 4 of docs/adr.
    """
    billing = class_of_billing(pl.col("billing"))
    absence = (pl.col("time_kind") == "absence") | (pl.col("service_type") == "absence")
    hours_class = (
        pl.when(billing == EXCLUDED)
        .then(pl.lit(EXCLUDED, dtype=pl.UInt8))
        .when(absence)
        .then(pl.lit(ABSENCE, dtype=pl.UInt8))
        .when(billing.is_null() & pl.col("time_kind").is_in(["break", "none"]))
        .then(pl.lit(EXCLUDED, dtype=pl.UInt8))
        .otherwise(billing.fill_null(UNCLASSIFIED))
    )
    return (
        activities.select("activity_id", hours_class.alias("hours_class"))
        .sort(pl.col("hours_class") == UNCLASSIFIED, descending=True, maintain_order=True)
        .unique("activity_id", keep="last", maintain_order=True)
    )
