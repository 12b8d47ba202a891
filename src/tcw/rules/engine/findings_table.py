"""Turn what a rule found into rows of the findings table: numbers become ids, instants local times."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from tcw.model.finding import FINDINGS_SCHEMA
from tcw.rules.engine.context import Context
from tcw.rules.engine.in_force import InForce, decided
from tcw.rules.engine.prepare import SurveyedSchedule
from tcw.rules.rule import Rule
from tcw.worktime.clock import US_PER_DAY

PEOPLE_SCHEMA: Final = pl.Schema(
    {
        "rule": pl.UInt16(),  # position among the rules of the run
        "staff": pl.UInt32(),
        "unit": pl.UInt32(),
        "from": pl.Int64(),  # µs instants
        "to": pl.Int64(),
        "measured": pl.Float64(),
        "limit": pl.Float64(),
        "planned": pl.Boolean(),
        "rows": pl.List(pl.UInt32()),
        "agreement": pl.UInt16(),  # position in InForce.terms
        "severity": pl.String(),
        "subject": pl.String(),
    }
)
"""Findings about people, ids still numbers."""
SETTINGS_SCHEMA: Final = pl.Schema(
    {
        "rule": pl.UInt16(),
        "staff_id": pl.String(),
        "from": pl.Datetime("us"),  # local; null for what has no period
        "to": pl.Datetime("us"),
        "agreement": pl.String(),
        "measured": pl.Float64(),
        "limit": pl.Float64(),
        "severity": pl.String(),
        "subject": pl.String(),
    }
)
"""Findings about settings."""
DECIMALS: Final = 9
"""Of hours: what is finer is noise, which differs with how many findings are worked out at once."""
OLDEST, LATEST = -719_162, 2_932_896
"""Day numbers of the years 1 and 9999."""


def standard(findings: pl.DataFrame, position: int, rule: Rule, context: Context) -> pl.DataFrame:
    """Return a rule's findings of one chunk as PEOPLE_SCHEMA; `position`: the rule's in the run."""
    if findings.is_empty():
        return pl.DataFrame(schema=PEOPLE_SCHEMA)
    if "rows" not in findings.columns:
        rows = context.rows_between(findings["first"], findings["last"])
        findings = findings.with_columns(rows.alias("rows"))
    if "agreement" not in findings.columns:
        findings = context.with_agreement(findings, context.day(pl.col("from")))
    # A rule whose findings are of several kinds gives these for some kinds only: the others have null.
    if not {"staff", "unit"} <= set(findings.columns) or findings["staff"].has_nulls():
        findings = _with_staff_and_unit(findings, context)
    given = [pl.col("severity")] if "severity" in findings.columns else []
    severity = pl.coalesce(*given, pl.lit(rule.severity, dtype=pl.String))
    return _as_schema(findings.with_columns(severity=severity), position, PEOPLE_SCHEMA)


def settings_rows(findings: pl.DataFrame, position: int, rule: Rule) -> pl.DataFrame:
    """Return findings about settings as SETTINGS_SCHEMA."""
    if "severity" not in findings.columns:
        findings = findings.with_columns(severity=pl.lit(rule.severity, dtype=pl.String))
    return _as_schema(findings, position, SETTINGS_SCHEMA)


def _as_schema(findings: pl.DataFrame, position: int, schema: pl.Schema) -> pl.DataFrame:
    """Return the columns of a schema; those that a rule may leave out are null."""
    missing = [
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in schema.items()
        if name not in findings.columns
    ]
    return (
        findings.with_columns(missing)
        .with_columns(rule=pl.lit(position, dtype=pl.UInt16))
        .select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    )


def _with_staff_and_unit(findings: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Add `staff` and `unit` of the first booking of each finding, where the rule has not given them."""
    first = findings.with_columns(row=pl.col("rows").list.first())
    rows = first.select("row").unique()
    owners = pl.concat(
        [
            frame.select("row", staff_of="staff", unit_of="unit").join(rows, on="row", how="semi")
            for frame in (context.bookings, context.implausible, context.by_hours)
        ]
    ).unique("row")
    joined = first.join(owners, on="row", how="left", maintain_order="left")
    given = (
        pl.col("staff").is_not_null() if {"staff", "unit"} <= set(findings.columns) else pl.lit(value=False)
    )
    return joined.with_columns(
        pl.when(given).then(name).otherwise(f"{name}_of").alias(name)
        if name in findings.columns
        else pl.col(f"{name}_of").alias(name)
        for name in ("staff", "unit")
    ).drop("row", "staff_of", "unit_of")


def people_table(
    frames: Sequence[pl.DataFrame], rules: Sequence[Rule], survey: SurveyedSchedule, bookings: pl.LazyFrame
) -> pl.DataFrame:
    """Return findings about people (PEOPLE_SCHEMA) as FINDINGS_SCHEMA; `rows` are positions in `bookings`."""
    raw = pl.concat([pl.DataFrame(schema=PEOPLE_SCHEMA), *frames])
    local = survey.whole.clock.local
    timeless = [position for position, rule in enumerate(rules) if rule.timeless]
    codes = pl.Series([terms.code for terms in survey.in_force.terms], dtype=pl.String)
    table = (
        raw.with_columns(booking_ids=_booking_ids(raw, bookings))
        .join(survey.whole.staff.select("staff", "staff_id"), on="staff", how="left", maintain_order="left")
        .join(survey.whole.units, on="unit", how="left", maintain_order="left")
        .with_columns(
            day=(local(pl.col("from")) // US_PER_DAY).clip(OLDEST, LATEST).cast(pl.Int32).cast(pl.Date),
            phase=pl.when(pl.col("rule").is_in(timeless).not_()).then(
                pl.when("planned").then(pl.lit("planned")).otherwise(pl.lit("actual"))
            ),
            **{name: local(pl.col(name)).cast(pl.Datetime("us")) for name in ("from", "to")},
        )
    )
    waived = _waived(table, rules, survey.in_force)
    positions = pl.Series(range(len(codes)), dtype=pl.UInt16)
    agreement = pl.col("agreement").replace_strict(positions, codes, return_dtype=pl.String)
    return _finished(waived.with_columns(agreement=agreement), rules)


def settings_table(frames: Sequence[pl.DataFrame], rules: Sequence[Rule]) -> pl.DataFrame:
    """Return findings about settings (SETTINGS_SCHEMA) as FINDINGS_SCHEMA."""
    raw = pl.concat([pl.DataFrame(schema=SETTINGS_SCHEMA), *frames])
    missing = [
        pl.lit([] if name == "booking_ids" else None, dtype=dtype).alias(name)
        for name, dtype in FINDINGS_SCHEMA.items()
        if name not in raw.columns
    ]
    return _finished(raw.with_columns(missing), rules)


def _booking_ids(raw: pl.DataFrame, bookings: pl.LazyFrame) -> pl.Series:
    """Return the booking ids of each finding, in order; empty lists where the export has no ids."""
    if raw.is_empty() or "booking_id" not in bookings.collect_schema():
        return pl.Series("booking_ids", [[]] * raw.height, dtype=pl.List(pl.String))
    rows = raw.select("rows").with_row_index("finding").explode("rows")
    # One column of texts is soon read; finding some of its rows by a join takes twice as long.
    every = bookings.select("booking_id").collect().to_series()
    rows = rows.with_columns(
        booking_id=every.gather(rows["rows"]),
        single=(pl.col("finding") != pl.col("finding").shift()).fill_null(value=True)
        & (pl.col("finding") != pl.col("finding").shift(-1)).fill_null(value=True),
    )
    # Most findings are about one booking: those need no grouping.
    lists = pl.concat(
        [
            rows.filter("single").select(
                "finding", booking_ids=pl.concat_list("booking_id").list.drop_nulls()
            ),
            rows.filter(pl.col("single").not_())
            .group_by("finding")
            .agg(booking_ids=pl.col("booking_id").drop_nulls().unique().sort()),
        ]
    )
    return lists.sort("finding")["booking_ids"]


def _waived(table: pl.DataFrame, rules: Sequence[Rule], in_force: InForce) -> pl.DataFrame:
    """Add `waived_by`: the decision that waives an actual breach. Nothing waives a planned breach."""
    first, last = table["day"].min(), table["day"].max()
    if not isinstance(first, date) or not isinstance(last, date):
        return table.with_columns(waived_by=pl.lit(None, dtype=pl.String))
    decisions = pl.concat(
        [
            decided(in_force.terms, rule.code, first, last).with_columns(
                rule=pl.lit(position, dtype=pl.UInt16)
            )
            for position, rule in enumerate(rules)
        ]
    )
    joined = table.join(decisions, on=["rule", "agreement"], how="left", maintain_order="left")
    holds = pl.col("day").is_between("decided_from", "decided_to") & (pl.col("phase") == "actual")
    return joined.with_columns(waived_by=pl.when(holds).then("waived_by"))


def _finished(table: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """Fill in what the rule says of all its findings."""
    positions = pl.Series(range(len(rules)), dtype=pl.UInt16)

    def of_rule(values: list[str]) -> pl.Expr:
        texts = pl.Series(values, dtype=pl.String)
        return pl.col("rule").replace_strict(positions, texts, return_dtype=pl.String)

    at_least = [position for position, rule in enumerate(rules) if rule.direction == "at_least"]
    either = [position for position, rule in enumerate(rules) if rule.direction == "either"]
    missing = (pl.col("limit") - pl.col("measured")).round(DECIMALS)
    return (
        table.with_columns(pl.col("measured", "limit").round(DECIMALS))
        .with_columns(
            code=of_rule([rule.code for rule in rules]),
            unit=of_rule([rule.unit for rule in rules]),
            shortfall=pl.when(pl.col("rule").is_in(at_least))
            .then(missing)
            .when(pl.col("rule").is_in(either))
            .then(missing.abs())
            .otherwise(-missing),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in FINDINGS_SCHEMA.items())
    )
