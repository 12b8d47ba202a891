"""The rules as the only truth: what they say of people who take orders.

Whoever takes an order is imagined: a copy of the person, with all bookings and employments, and the order as
one more planned booking. All copies lie on one timeline, and the rules judge it as they judge any. What they
find that the person alone does not have is new.
"""

from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from tcw.rules.catalogue import RULES
from tcw.rules.engine.findings_table import PEOPLE_SCHEMA, standard
from tcw.rules.engine.prepare import PreparedSchedule
from tcw.rules.measures.full_time import calculation_periods
from tcw.rules.rule import Rule
from tcw.worktime.timeline import Timeline

HARMLESS: Final = frozenset({"WT02", "WT13", "BK07", "BK08", "BK09"})
"""Rules whose findings are never errors: they forbid nothing."""
ABOVE_CONTRACT: Final = "PL02"
"""Its infos are not forbidden, but tell who is booked beyond the contract."""
RULES_FOR_PEOPLE: Final[tuple[Rule, ...]] = tuple(
    rule for rule in RULES if rule.scope == "people" and rule.family != "AG" and rule.code not in HARMLESS
)
"""Agreements (AG) are about links, which nobody books."""
IDENTITY: Final = ("rule", "person", "from", "to", "subject", "planned")
EXTRA: Final = pl.Schema(
    {
        "group": pl.UInt32(),
        "person": pl.UInt32(),
        "staff": pl.UInt32(),
        "pair": pl.UInt32(),
        "activity": pl.UInt32(),
        "unit": pl.UInt32(),
        "start": pl.Int64(),
        "end": pl.Int64(),
        "kind": pl.UInt8(),
        "pause": pl.Int32(),
        "order": pl.String(),
    }
)
"""Bookings to imagine. `group`: 0, 1 …, the copies; all rows of one have the same `person`."""
NOISE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of copies.

    `findings`: `group`, `code` (String), `from`, `to` (Int64 µs), `measured`, `limit` (Float64), `severity`,
    `subject` (String), `pairs` (List(UInt32): of the imagined bookings it is about), sorted: findings that
    the person alone does not have, or has less of. `periods`: `group`, `day`, `until` (Int32: the calculation
    period), `ordinary` (Int64 µs: net hours planned and worked), `full` (Float64 µs).
    """

    findings: pl.DataFrame
    periods: pl.DataFrame


@dataclass(frozen=True, slots=True)
class RulesOracle:
    """The schedule as it stands, with what the rules find in it.

    `findings`: PEOPLE_SCHEMA and `person`, of RULES_FOR_PEOPLE. `periods`: as in Verdict, with `person`
    instead of `group`.
    """

    prepared: PreparedSchedule
    findings: pl.DataFrame
    periods: pl.DataFrame

    def judge(
        self,
        extra: pl.DataFrame,
        rules: tuple[Rule, ...] = RULES_FOR_PEOPLE,
        *,
        without: pl.DataFrame | None = None,
    ) -> Verdict:
        """Judge copies of people, each with more bookings (EXTRA), or without some of theirs.

        `without`: `group`, `row` of the timeline.
        """
        owners = extra.select("group", "person").unique().sort("group")
        imagined, marks = _imagined(self.prepared, owners, extra, without)
        findings, periods = _judge_timeline(imagined, rules)
        of_groups = findings.rename({"person": "group"}).join(
            owners, on="group", how="left", maintain_order="left"
        )
        codes = pl.Series([rule.code for rule in rules], dtype=pl.String)
        before = self.findings.with_columns(rule=_rule_number(rules)).select(
            *IDENTITY, missed_before=(pl.col("measured") - pl.col("limit")).abs()
        )
        new = (
            of_groups.join(before, on=list(IDENTITY), how="left", nulls_equal=True, maintain_order="left")
            .filter(
                ((pl.col("measured") - pl.col("limit")).abs() > pl.col("missed_before") + NOISE).fill_null(
                    value=True
                )
            )
            .with_columns(code=pl.lit(codes).gather(pl.col("rule")))
        )
        return Verdict(
            new.with_columns(pairs=_pairs(new, marks))
            .select("group", "code", "from", "to", "measured", "limit", "severity", "subject", "pairs")
            .sort("group", "code", "from", "to", "subject"),
            periods.rename({"person": "group"}),
        )


def rules_oracle(prepared: PreparedSchedule, people: pl.Series) -> RulesOracle:
    """Judge people (`person` numbers) as they are."""
    owners = pl.DataFrame({"group": people.unique().sort()}).with_columns(person="group")
    # As copies of themselves, so that nobody else's bookings are judged.
    kept = replace(prepared, timeline=_only(prepared, owners.select("person")))
    findings, periods = _judge_timeline(kept, RULES_FOR_PEOPLE)
    return RulesOracle(prepared, findings, periods)


def _rule_number(rules: tuple[Rule, ...]) -> pl.Expr:
    """Return the place of a rule among these, for findings made with RULES_FOR_PEOPLE.

    Null where it is not among them.
    """
    codes = [rule.code for rule in rules]
    places = {
        place: codes.index(rule.code) if rule.code in codes else None
        for place, rule in enumerate(RULES_FOR_PEOPLE)
    }
    return pl.col("rule").replace_strict(
        list(places), list(places.values()), default=None, return_dtype=pl.UInt16
    )


def _only(prepared: PreparedSchedule, people: pl.DataFrame) -> Timeline:
    """Return the timeline of some people only."""
    timeline = prepared.timeline
    return replace(
        timeline,
        bookings=timeline.bookings.join(people, on="person", how="semi", maintain_order="left"),
        implausible=timeline.implausible.join(people, on="person", how="semi", maintain_order="left"),
        by_hours=timeline.by_hours.join(people, on="person", how="semi", maintain_order="left"),
    )


def _imagined(
    prepared: PreparedSchedule, owners: pl.DataFrame, extra: pl.DataFrame, without: pl.DataFrame | None
) -> tuple[PreparedSchedule, pl.DataFrame]:
    """Return the timeline of copies, and `row`, `pair` of their imagined bookings."""
    real = prepared.timeline
    staff = (
        owners.join(real.staff.rename({"staff": "was"}), on="person", how="left", maintain_order="left")
        .sort("group", "was")
        .with_row_index("staff")
    )
    numbers = staff.select("group", "was", "staff")
    bookings = _copied(real.bookings, owners, numbers)
    if without is not None:
        left_out = without.select(person="group", row="row")
        bookings = bookings.join(left_out, on=["person", "row"], how="anti", maintain_order="left")
    wanted = [name for name in bookings.columns if name != "row"]
    added = (
        extra.rename({"staff": "was"})
        .join(numbers, on=["group", "was"], how="left", maintain_order="left")
        .drop("person")
        .rename({"group": "person"})
        .with_columns(planned=pl.lit(value=True))
    )
    both = pl.concat(
        [bookings.drop("row"), added.select("pair", *(name for name in wanted if name in added.columns))],
        how="diagonal",
    )
    # The order in which the timeline has its bookings; numbered anew, since every copy needs rows of its own.
    ordered = both.sort("person", "start", "end", "kind", "activity", "staff").with_row_index("row")
    marks = ordered.filter(pl.col("pair").is_not_null()).select("row", "pair")
    rows = ordered.height
    by_hours = _copied(real.by_hours, owners, numbers)
    implausible = _copied(real.implausible, owners, numbers)
    timeline = replace(
        real,
        bookings=ordered.drop("pair").select(real.bookings.columns).rechunk(),
        by_hours=_renumbered(by_hours, rows).sort("person", "day", "row"),
        implausible=_renumbered(implausible, rows + by_hours.height),
        staff=staff.drop("person", "was").rename({"group": "person"}).select(real.staff.columns),
        first=min(real.first, _bound(ordered["start"].min(), real.first)),
        after=max(real.after, _bound(ordered["end"].max(), real.after)),
    )
    links = (
        prepared.in_force.links.join(owners, on="person", how="inner")
        .select(pl.col("group").alias("person"), "day", "agreement")
        .sort("person", "day")
    )
    in_force = replace(prepared.in_force, links=links)
    return replace(prepared, timeline=timeline, in_force=in_force), marks


def _bound(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def _copied(bookings: pl.DataFrame, owners: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Return the bookings of each copy, with the copy as `person` and its numbers as `staff`."""
    return (
        owners.join(bookings.rename({"staff": "was"}), on="person", how="inner")
        .join(numbers, on=["group", "was"], how="left")
        .drop("person", "was")
        .rename({"group": "person"})
        .with_columns(pl.col("person").cast(pl.UInt32), pl.col("staff").cast(pl.UInt32))
        .select(bookings.columns)
    )


def _renumbered(bookings: pl.DataFrame, first: int) -> pl.DataFrame:
    return bookings.with_columns(row=(pl.int_range(pl.len()) + first).cast(pl.UInt32))


def _judge_timeline(prepared: PreparedSchedule, rules: tuple[Rule, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return errors (and who is above the contract), PEOPLE_SCHEMA and `person`.

    And the calculation periods with planned time.
    """
    frames = [pl.DataFrame(schema=PEOPLE_SCHEMA)]
    periods = [
        pl.DataFrame(
            schema={
                "person": pl.UInt32,
                "day": pl.Int32,
                "until": pl.Int32,
                "ordinary": pl.Int64,
                "full": pl.Float64,
            }
        )
    ]
    for _, context in prepared.contexts():
        if context.people.is_empty():
            continue
        for place, rule in enumerate(rules):
            findings = rule.judge(context).findings
            if findings is not None and findings.height:
                frames.append(standard(findings, place, rule, context))
        periods += [
            windows.select("person", "day", "until", "ordinary", "full")
            for _, windows in calculation_periods(context)
        ]
    contract = [place for place, rule in enumerate(rules) if rule.code == ABOVE_CONTRACT]
    owners = prepared.timeline.staff.select("staff", "person")
    findings = (
        pl.concat(frames)
        .filter((pl.col("severity") == "error") | pl.col("rule").is_in(contract))
        .join(owners, on="staff", how="left", maintain_order="left")
    )
    return findings, pl.concat(periods)


def _pairs(findings: pl.DataFrame, marks: pl.DataFrame) -> pl.Series:
    """Return `pairs` (List(UInt32)) of each finding: the imagined bookings among its rows."""
    spread = findings.select("rows").with_row_index("finding").explode("rows").rename({"rows": "row"})
    marked = spread.join(marks, on="row", how="left")
    return (
        marked.group_by("finding").agg(pl.col("pair").drop_nulls().unique().sort()).sort("finding")["pair"]
    ).alias("pairs")


def errors(findings: pl.DataFrame) -> pl.DataFrame:
    """Return what forbids: findings at error level."""
    return findings.filter(pl.col("severity") == "error")
