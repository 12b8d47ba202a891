"""From what a rule found to rows of the findings table."""

from collections.abc import Iterable

import polars as pl

from tcw.model.finding import FINDINGS_SCHEMA
from tcw.rules.engine.context import Context
from tcw.rules.engine.in_force import InForce, decided
from tcw.rules.rule import Rule
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.whole import Whole

PEOPLE_SCHEMA = pl.Schema(
    {
        "rule": pl.UInt16(),
        "staff": pl.UInt32(),
        "unit": pl.UInt32(),
        "from": pl.Int64(),
        "to": pl.Int64(),
        "measured": pl.Float64(),
        "limit": pl.Float64(),
        "planned": pl.Boolean(),
        "rows": pl.List(pl.UInt32()),
        "agreement": pl.UInt16(),
        "severity": pl.String(),
        "subject": pl.String(),
    }
)
"""Findings of one chunk, ids still numbers."""
SETTINGS_SCHEMA = pl.Schema(
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
DECIMALS = 9
"""Of hours: beyond a few microseconds is noise, which differs with how many findings are worked out at once."""
OLDEST, LATEST = -719_162, 2_932_896
"""Day numbers of the years 1 and 9999."""


def standard(found: pl.DataFrame, place: int, rule: Rule, context: Context) -> pl.DataFrame:
    """Return a rule's findings of one chunk as PEOPLE_SCHEMA; `place` is the rule's among those of the run."""
    if found.is_empty():
        return pl.DataFrame(schema=PEOPLE_SCHEMA)
    if "rows" not in found.columns:
        found = found.with_columns(context.rows_between(found["first"], found["last"]).alias("rows"))
    if "agreement" not in found.columns:
        found = context.with_agreement(found, context.day(pl.col("from")))
    # A rule whose findings are of several kinds says these of some kinds only: the others have null.
    if not {"staff", "unit"} <= set(found.columns) or found["staff"].has_nulls():
        found = _placed(found, context)
    defaults = {"severity": rule.severity, "subject": None}
    missing = [
        pl.coalesce(*([pl.col(name)] if name in found.columns else []), pl.lit(value, dtype=pl.String)).alias(
            name
        )
        for name, value in defaults.items()
    ]
    return found.with_columns(pl.lit(place, dtype=pl.UInt16).alias("rule"), *missing).select(
        pl.col(name).cast(dtype) for name, dtype in PEOPLE_SCHEMA.items()
    )


def _placed(found: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Add `staff` and `unit` of the first booking of each finding, where the rule has not said them."""
    first = found.with_columns(row=pl.col("rows").list.first())
    wanted = first.select("row").unique()
    places = pl.concat(
        [
            frame.select("row", staff_of="staff", unit_of="unit").join(wanted, on="row", how="semi")
            for frame in (context.bookings, context.implausible, context.by_hours)
        ]
    ).unique("row")
    joined = first.join(places, on="row", how="left", maintain_order="left")
    said = pl.col("staff").is_not_null() if {"staff", "unit"} <= set(found.columns) else pl.lit(value=False)
    return joined.with_columns(
        pl.when(said).then(name).otherwise(f"{name}_of").alias(name)
        if name in found.columns
        else pl.col(f"{name}_of").alias(name)
        for name in ("staff", "unit")
    ).drop("row", "staff_of", "unit_of")


def settings_rows(found: pl.DataFrame, place: int, rule: Rule) -> pl.DataFrame:
    """Return findings about settings as SETTINGS_SCHEMA."""
    defaults = {"severity": rule.severity}
    missing = [
        pl.lit(defaults.get(name), dtype=dtype).alias(name)
        for name, dtype in SETTINGS_SCHEMA.items()
        if name not in found.columns and name != "rule"
    ]
    return found.with_columns(pl.lit(place, dtype=pl.UInt16).alias("rule"), *missing).select(
        pl.col(name).cast(dtype) for name, dtype in SETTINGS_SCHEMA.items()
    )


def findings_table(
    people: Iterable[pl.DataFrame],
    settings: Iterable[pl.DataFrame],
    rules: tuple[Rule, ...],
    whole: Whole,
    in_force: InForce,
    booking_ids: pl.LazyFrame | None,
) -> pl.DataFrame:
    """Return all findings as FINDINGS_SCHEMA, sorted; `booking_ids`: `booking_id` of every booking, in order."""
    raw = pl.concat([pl.DataFrame(schema=PEOPLE_SCHEMA), *people])
    ids = _booking_ids(raw, booking_ids)
    named = (
        raw.with_columns(booking_ids=ids)
        .join(whole.staff.select("staff", "staff_id"), on="staff", how="left", maintain_order="left")
        .join(whole.units, on="unit", how="left", maintain_order="left")
    )
    local = whole.clock.local
    day = (local(pl.col("from")) // US_PER_DAY).clip(OLDEST, LATEST).cast(pl.Int32).cast(pl.Date)
    timeless = [place for place, rule in enumerate(rules) if rule.timeless]
    about_people = named.with_columns(
        day=day,
        phase=pl.when(pl.col("rule").is_in(timeless))
        .then(None)
        .otherwise(pl.when("planned").then(pl.lit("planned")).otherwise(pl.lit("actual"))),
        begin=local(pl.col("from")).cast(pl.Datetime("us")),
        stop=local(pl.col("to")).cast(pl.Datetime("us")),
    )
    waived = _waived(about_people, rules, in_force)
    names = pl.Series([terms.code for terms in in_force.terms], dtype=pl.String)
    placed = waived.with_columns(
        agreement=pl.col("agreement").replace_strict(
            pl.Series(range(len(names)), dtype=pl.UInt16), names, return_dtype=pl.String
        )
    ).drop("from", "to")
    placed = placed.rename({"begin": "from", "stop": "to"})
    other = pl.concat([pl.DataFrame(schema=SETTINGS_SCHEMA), *settings])
    both = pl.concat([placed, other], how="diagonal")
    return _finished(both, rules)


def _booking_ids(raw: pl.DataFrame, booking_ids: pl.LazyFrame | None) -> pl.Series:
    """Return the booking ids of each finding, in order; empty lists where the export has no ids."""
    if booking_ids is None or raw.is_empty():
        return pl.Series("booking_ids", [[]] * raw.height, dtype=pl.List(pl.String))
    spread = raw.select("rows").with_row_index("finding").explode("rows")
    # One column of texts is soon read; finding some of its rows by a join takes twice as long.
    every = booking_ids.collect().to_series()
    named = spread.with_columns(
        booking_id=every.gather(spread["rows"]),
        alone=(pl.col("finding") != pl.col("finding").shift()).fill_null(value=True)
        & (pl.col("finding") != pl.col("finding").shift(-1)).fill_null(value=True),
    )
    # Most findings are about one booking: those need no grouping.
    lists = pl.concat(
        [
            named.filter("alone").select(
                "finding", booking_ids=pl.concat_list("booking_id").list.drop_nulls()
            ),
            named.filter(pl.col("alone").not_())
            .group_by("finding")
            .agg(booking_ids=pl.col("booking_id").drop_nulls().unique().sort()),
        ]
    )
    return lists.sort("finding")["booking_ids"]


def _waived(found: pl.DataFrame, rules: tuple[Rule, ...], in_force: InForce) -> pl.DataFrame:
    """Add `waived_by`: the decision that lets an actual breach be ignored. A planned breach is never waived."""
    first, last = found["day"].min(), found["day"].max()
    if first is None or last is None:
        return found.with_columns(waived_by=pl.lit(None, dtype=pl.String)).drop("day")
    decisions = pl.concat(
        [
            decided(in_force.terms, rule.code, first, last).with_columns(  # type: ignore[arg-type]
                rule=pl.lit(place, dtype=pl.UInt16)
            )
            for place, rule in enumerate(rules)
        ]
    )
    joined = found.join(decisions, on=["rule", "agreement"], how="left", maintain_order="left")
    holds = pl.col("day").is_between(pl.col("decided_from"), pl.col("decided_to")) & (
        pl.col("phase") == "actual"
    )
    return joined.with_columns(waived_by=pl.when(holds).then("waived_by")).drop(
        "decided_from", "decided_to", "day"
    )


def _finished(both: pl.DataFrame, rules: tuple[Rule, ...]) -> pl.DataFrame:
    """Fill in what the rule says of all its findings, and sort."""

    def of_rule(values: list[str]) -> pl.Expr:
        places = pl.Series(range(len(rules)), dtype=pl.UInt16)
        return pl.col("rule").replace_strict(
            places, pl.Series(values, dtype=pl.String), return_dtype=pl.String
        )

    at_least = [place for place, rule in enumerate(rules) if rule.direction == "at_least"]
    either = [place for place, rule in enumerate(rules) if rule.direction == "either"]
    missing = (pl.col("limit") - pl.col("measured")).round(DECIMALS)
    return (
        both.with_columns(pl.col("measured", "limit").round(DECIMALS))
        .with_columns(
            code=of_rule([rule.code for rule in rules]),
            unit_of=of_rule([rule.unit for rule in rules]),
            shortfall=pl.when(pl.col("rule").is_in(at_least))
            .then(missing)
            .when(pl.col("rule").is_in(either))
            .then(missing.abs())
            .otherwise(-missing),
            booking_ids=pl.col("booking_ids").fill_null(pl.lit([], dtype=pl.List(pl.String))),
        )
        .drop("unit")
        .rename({"unit_of": "unit"})
        .select(pl.col(name).cast(dtype) for name, dtype in FINDINGS_SCHEMA.items())
        .sort("code", "staff_id", "from", "to", "subject", nulls_last=True, maintain_order=True)
    )
