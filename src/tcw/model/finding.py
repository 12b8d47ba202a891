"""What the rule checker finds: one row per breach, and how much of each rule could be judged."""

from typing import Literal

import polars as pl

Phase = Literal["planned", "actual"]
State = Literal["new", "remaining", "accepted"]

FINDINGS_SCHEMA = pl.Schema(
    {
        "code": pl.String(),  # WT01 …
        "severity": pl.String(),  # error, warning or info
        "staff_id": pl.String(),  # null for findings about settings
        "unit_id": pl.String(),
        "from": pl.Datetime("us"),  # local wall-clock time; null for findings about settings
        "to": pl.Datetime("us"),
        "measured": pl.Float64(),  # in `unit`
        "limit": pl.Float64(),
        "unit": pl.String(),  # h, days or count
        "shortfall": pl.Float64(),  # by how much the limit is missed, in `unit`
        "phase": pl.String(),  # planned or actual; null where time has nothing to do with it
        "booking_ids": pl.List(pl.String()),
        "agreement": pl.String(),  # whose limits hold
        "waived_by": pl.String(),  # the decision that waives it; null when it counts
        "subject": pl.String(),  # what else it is about: a competence, an activity, an agreement
    }
)
"""Sorted by code, staff_id, from, to. A finding is the same as one of an earlier run when code, staff_id,
from, to and subject are."""
IDENTITY = ("code", "staff_id", "from", "to", "subject")

JUDGED_SCHEMA = pl.Schema(
    {
        "code": pl.String(),
        "judged": pl.UInt32(),  # windows, gaps or bookings the rule could decide
        "flagged": pl.UInt32(),  # findings, waived ones too
        "not_judged": pl.UInt32(),  # those it could not
        "why": pl.String(),  # code of the reason nothing could be judged: a table or setting that is missing
    }
)
