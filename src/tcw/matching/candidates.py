"""Which pairs of order and employment hold on their own, and how good each is.

Every condition is a named test, so that failures can be counted. A condition has the name of the rule it
foresees (BK01 …), or a word of its own where no rule is about it. Conditions that are cheap on millions of
pairs are foreseen; the rules themselves judge the rest (`tcw.matching.rules_oracle`). A pair that holds then
has its class in the order of employment, what it continues, and whether it is asked for rather than booked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import polars as pl

from tcw.matching.availability import KINDS, TIERS, kinds_of
from tcw.matching.orders import EPOCH, OrderSelection, of_assistant
from tcw.matching.rules_oracle import ABOVE_CONTRACT, RulesOracle, Verdict, errors
from tcw.model.config import Assistant
from tcw.rules.engine.prepare import PreparedSchedule
from tcw.rules.measures.requirements import folded
from tcw.worktime.clock import US_PER_DAY, US_PER_HOUR
from tcw.worktime.coverage import coverage, days
from tcw.worktime.kinds import ABSENCE, LAST_WORKING
from tcw.worktime.red_days import red_days_in_force
from tcw.worktime.weeks import MONDAY_SHIFT

UNAVAILABLE: Final = "not-available"
NOT_INTRODUCED: Final = "not-introduced"
NOT_SELECTED: Final = "not-selected"
FORESEEN: Final = (UNAVAILABLE, NOT_INTRODUCED, NOT_SELECTED, "BK03", "BK01", "BK02", "BK04", "BK05")
"""Conditions tested here, in the order they are told: a column of that name is true where the pair fails
it."""
SHIPPED: Final[Mapping[str, Assistant]] = {
    "resource": Assistant(employment_type="monthly", availability=["resource", "flexible"]),
    "part-time": Assistant(employment_type="monthly", availability=["own", "interest", "none"]),
    "hourly": Assistant(employment_type="hourly"),
    "office": Assistant(availability=["office"]),
}
"""The staggered assistants of the source document, where tcw.yaml has none."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs with all that was tested.

    `considered`: `order`, `staff`, `person`, `offer`, `kinds`, `tier`, `assistant` (UInt8: place among the
    assistants; null: none selects it), and FORESEEN (Boolean: fails), one row for each order and employment,
    sorted by these. `pairs`: those that hold: `pair` (UInt32: dense), `order`, `staff`, `person`, `offer`,
    `kinds`, `tier`, `assistant`, `class` (UInt8), `continuity` (Int32), `request` (Boolean), `shape` (UInt32:
    pairs of the same employment and span share one). `verdict`: of the shapes (its `group`); what `findings`
    there has at error level forbids all its pairs. `shapes`: `order`, `staff`, `shape` of all pairs that were
    judged.
    """

    considered: pl.DataFrame
    pairs: pl.DataFrame
    verdict: Verdict
    shapes: pl.DataFrame


def foresee(
    prepared: PreparedSchedule,
    orders: pl.DataFrame,
    offered: pl.DataFrame,
    assistants: Mapping[str, Assistant],
    selection: OrderSelection,
) -> pl.DataFrame:
    """Test FORESEEN on pairs; return `Candidates.considered`."""
    tested = offered.join(
        orders.select(
            *("order", "start", "end", "day", "last_day", "unit_id", "activity_id"),
            *("reason", "advertised", "competences"),
        ),
        on="order",
        how="left",
        maintain_order="left",
    )
    selected = _selected(prepared, assistants, selection)
    introduced = "introductions" in prepared.schedule.given
    tested = tested.with_columns(
        selected,
        ~pl.col("covered").alias(UNAVAILABLE),
        (~pl.col("reached") if introduced else pl.lit(value=False)).alias(NOT_INTRODUCED),
    ).with_columns(pl.col("assistant").is_null().alias(NOT_SELECTED))
    best = (
        tested.sort(
            "order", "staff", UNAVAILABLE, NOT_SELECTED, "assistant", "offer", "kinds", nulls_last=True
        )
        .unique(["order", "staff"], keep="first", maintain_order=True)
        .drop("covered", "reached")
    )
    lacking = _competences(prepared, best)
    return best.with_columns(
        BK03=~_employed(prepared, best),
        BK01=_overlaps(prepared, best, pl.col("kind") <= LAST_WORKING),
        BK02=_overlaps(prepared, best, pl.col("kind") == ABSENCE),
        BK04=lacking["BK04"],
        BK05=lacking["BK05"],
    ).select("order", "staff", "person", "offer", "kinds", "tier", "assistant", *FORESEEN)


def judge(
    prepared: PreparedSchedule,
    oracle: RulesOracle,
    orders: pl.DataFrame,
    considered: pl.DataFrame,
    assistants: Mapping[str, Assistant],
    selection: OrderSelection,
) -> Candidates:
    """Let the rules judge what is foreseen to hold."""
    left = considered.filter(~pl.any_horizontal(*FORESEEN)).drop(*FORESEEN)
    spans = orders.select(
        "order", "start", "end", "activity", "unit", "kind", pause=pl.col("break_minutes").cast(pl.Int32)
    )
    placed = left.join(spans, on="order", how="left", maintain_order="left")
    key = ["staff", "start", "end", "activity", "unit", "pause"]
    shapes = placed.select("person", "kind", *key).unique().sort(*key).with_row_index("shape")
    shaped = placed.join(
        shapes.select("shape", *key), on=key, how="left", nulls_equal=True, maintain_order="left"
    )
    verdict = oracle.judge(
        shapes.with_columns(group="shape", pair="shape", order=pl.lit(None, dtype=pl.String)).drop("shape")
    )
    wrong = errors(verdict.findings)["group"].unique()
    above = verdict.findings.filter(pl.col("code") == ABOVE_CONTRACT)["group"].unique()
    held = shaped.filter(~pl.col("shape").is_in(wrong.implode()))
    pairs = (
        held.with_columns(
            employment_class(prepared, pl.col("shape").is_in(above.implode())),
            continuity=continuity(prepared, orders, held),
            request=by_request(prepared, orders, held, assistants, selection),
        )
        .select(
            "order",
            "staff",
            "person",
            "offer",
            "kinds",
            "tier",
            "assistant",
            "class",
            "continuity",
            "request",
            "shape",
        )
        .sort("order", "staff")
        .with_row_index("pair")
    )
    return Candidates(considered, pairs, verdict, shaped.select("order", "staff", "shape"))


def _selected(
    prepared: PreparedSchedule, assistants: Mapping[str, Assistant], selection: OrderSelection
) -> pl.Expr:
    """Return `assistant` (UInt8): the place of the first assistant that books this pair; null when none does.

    A shift over several kinds of availability is for the first that books the last of them and, with those
    before it, all of them.
    """
    staff = prepared.schedule.staff
    numbers = prepared.timeline.staff.select("staff_id", "staff")
    about = numbers.join(
        staff.select("staff_id", "employment_type", "home_unit").unique(
            "staff_id", keep="last", maintain_order=True
        ),
        on="staff_id",
        how="left",
        maintain_order="left",
    ).sort("staff")
    kind = pl.lit(about["employment_type"].fill_null("monthly")).gather(pl.col("staff"))
    home = pl.lit(about["home_unit"].fill_null("")).gather(pl.col("staff"))
    booked: pl.Expr = pl.lit(0, dtype=pl.UInt8)
    chosen = []
    for place, assistant in enumerate(assistants.values()):
        tests = [of_assistant(assistant, selection.as_of)]
        if assistant.employment_type is not None:
            tests.append(kind == assistant.employment_type)
        if assistant.home_units:
            tests.append(home.is_in(assistant.home_units))
        if assistant.tiers:
            tests.append(pl.col("tier").is_in([TIERS.index(word) for word in assistant.tiers]))
        books = pl.all_horizontal(tests)
        kinds = pl.lit(kinds_of(assistant.availability), dtype=pl.UInt8)
        booked = booked | pl.when(books).then(kinds).otherwise(pl.lit(0, dtype=pl.UInt8))
        last = pl.col("offer").is_in([KINDS.index(word) for word in assistant.availability])
        whole = pl.col("kinds") & booked == pl.col("kinds")
        chosen.append(pl.when(books & last & whole).then(pl.lit(place, dtype=pl.UInt8)))
    return pl.coalesce(chosen).alias("assistant")


def _employed(prepared: PreparedSchedule, pairs: pl.DataFrame) -> pl.Series:
    numbers = prepared.timeline.staff.select("staff_id", "staff")
    rows = prepared.schedule.staff.join(numbers, on="staff_id").select(
        pl.col("staff").alias("owner"), *days(pl.col("valid_from"), pl.col("valid_to"))
    )
    return coverage(rows, prepared.timeline.origin).holds(_whole_days(pairs), "staff", "begins", "ends")


def _whole_days(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.with_columns(
        begins=pl.col("day").cast(pl.Int64) * US_PER_DAY,
        ends=(pl.col("last_day").cast(pl.Int64) + 1) * US_PER_DAY,
    )


def _overlaps(prepared: PreparedSchedule, pairs: pl.DataFrame, which: pl.Expr) -> pl.Series:
    spans = prepared.timeline.bookings.filter(which).select(pl.col("person").alias("owner"), "start", "end")
    return coverage(spans, prepared.timeline.origin).length(pairs, "person", "start", "end") > 0


def _competences(prepared: PreparedSchedule, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return `BK04` (a competence is missing) and `BK05` (held, but not through the span) for each pair."""
    wanting = lacking(prepared, pairs)
    place = pl.int_range(pairs.height, dtype=pl.UInt32, eager=True)
    return pl.DataFrame(
        {
            code: place.is_in(wanting.filter(pl.col("code") == code)["place"].unique().implode())
            for code in ("BK04", "BK05")
        }
    )


def lacking(prepared: PreparedSchedule, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return what each pair lacks.

    Args:
        prepared: the schedule.
        pairs: `person`, `day`, `last_day`, `activity_id`, `competences` (List(String)), as `foresee` makes
            them.

    Returns:
        `place` (UInt32: the row of `pairs`), `competence` (String, folded), `code` (String: BK04, not held at
        all; BK05, not through the span).
    """
    by_activity = pl.DataFrame(
        list(prepared.schedule.config.rules.competences.items()),
        schema={"activity_id": pl.String, "more": pl.List(pl.String)},
        orient="row",
    )
    numbered = _whole_days(pairs).with_row_index("place")
    required = (
        numbered.join(by_activity, on="activity_id", how="left", maintain_order="left")
        .select(
            *("place", "person", "begins", "ends"),
            competence=pl.concat_list(
                pl.col("competences").fill_null(pl.lit([], dtype=pl.List(pl.String))),
                pl.col("more").fill_null(pl.lit([], dtype=pl.List(pl.String))),
            ),
        )
        .explode("competence")
        .drop_nulls("competence")
        .with_columns(competence=folded(pl.col("competence")))
        .unique(maintain_order=True)
    )
    table = prepared.schedule.tables["competences"].join(
        prepared.timeline.staff.select("staff_id", "person"), on="staff_id"
    )
    held = pl.concat(
        [
            table.select("person", folded(pl.col(name)).alias("competence"), "valid_from", "valid_to")
            for name in ("competence_id", "name")
        ]
    ).unique()
    owners = held.select("person", "competence").unique().sort("person", "competence").with_row_index("owner")
    spans = held.join(owners, on=["person", "competence"]).select(
        "owner", *days(pl.col("valid_from"), pl.col("valid_to"))
    )
    owned = required.join(owners, on=["person", "competence"], how="left", maintain_order="left")
    missing = owned.filter(pl.col("owner").is_null()).with_columns(code=pl.lit("BK04"))
    some = owned.filter(pl.col("owner").is_not_null())
    through = coverage(spans, prepared.timeline.origin).holds(some, "owner", "begins", "ends")
    expired = some.filter(~through).with_columns(code=pl.lit("BK05"))
    return pl.concat([missing, expired]).select("place", "competence", "code")


CONTRACT, PART_TIME, HOURLY, OFFICE = range(4)
"""Classes of the order of employment: within the contract, part-timers above it, hourly paid, office
staff."""
PREVIOUS_WEIGHT, INTEREST_WEIGHT, PLACES = 16, 2, 4
"""Continuity in one number: had the returned order before; registered interest, the earliest first; works
there that week."""


def employment_class(prepared: PreparedSchedule, above_contract: pl.Expr) -> pl.Expr:
    """Return `class` (UInt8): the place in the order of employment."""
    known = prepared.timeline.staff.select("staff_id").join(
        prepared.schedule.staff.select("staff_id", "employment_type").unique(
            "staff_id", keep="last", maintain_order=True
        ),
        on="staff_id",
        how="left",
        maintain_order="left",
    )
    hourly = pl.lit(known["employment_type"].fill_null("monthly") == "hourly").gather(pl.col("staff"))
    scheduled = pl.col("offer") <= KINDS.index("flexible")
    return (
        pl.when(pl.col("offer") == KINDS.index("office"))
        .then(OFFICE)
        .when(hourly)
        .then(HOURLY)
        .when(~scheduled & above_contract)
        .then(PART_TIME)
        .otherwise(CONTRACT)
        .cast(pl.UInt8)
        .alias("class")
    )


def continuity(prepared: PreparedSchedule, orders: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    """Return how much each pair continues what the person already does there (Int32): see PREVIOUS_WEIGHT."""
    numbers = prepared.timeline.staff.select("staff_id", "person")
    returned = (
        orders.filter(pl.col("status") == "returned")
        .select("order", staff_id="previous_staff_id")
        .join(numbers, on="staff_id")
        .select("order", "person", previous=pl.lit(PREVIOUS_WEIGHT, dtype=pl.Int32))
        .unique()
    )
    interested = (
        prepared.schedule.tables["interests"]
        .join(numbers, on="staff_id")
        .join(orders.select("order", "order_id"), on="order_id")
        .group_by("order", "person")
        .agg(pl.col("registered_at").min())
        .sort("order", "registered_at", "person", nulls_last=True)
        .with_columns(rank=pl.int_range(pl.len()).over("order"))
        .select(
            "order",
            "person",
            interest=(INTEREST_WEIGHT * (PLACES - pl.col("rank").clip(upper_bound=PLACES - 1))).cast(
                pl.Int32
            ),
        )
    )
    week = (pl.col("day") + MONDAY_SHIFT) // 7
    local = prepared.timeline.clock.local(pl.col("start")) // US_PER_DAY
    at_work = (
        prepared.timeline.bookings.filter(pl.col("kind") <= LAST_WORKING)
        .select("person", "unit", day=local.cast(pl.Int32))
        .select("person", "unit", week=week)
        .unique()
        .with_columns(works=pl.lit(1, dtype=pl.Int32))
    )
    placed = pairs.select("order", "person").join(
        orders.select("order", "unit", week=week), on="order", how="left", maintain_order="left"
    )
    return (
        placed.join(returned, on=["order", "person"], how="left", maintain_order="left")
        .join(interested, on=["order", "person"], how="left", maintain_order="left")
        .join(at_work, on=["person", "unit", "week"], how="left", maintain_order="left")
        .select(continuity=pl.sum_horizontal("previous", "interest", "works"))["continuity"]
    )


def by_request(
    prepared: PreparedSchedule,
    orders: pl.DataFrame,
    pairs: pl.DataFrame,
    assistants: Mapping[str, Assistant],
    selection: OrderSelection,
) -> pl.Series:
    """Return whether a pair is asked for rather than booked, whoever its assistant is."""
    settings = prepared.schedule.config.matching
    about = pairs.select("order", "kinds", "assistant").join(
        orders.select("order", "start", "end", "day"), on="order", how="left", maintain_order="left"
    )
    today = (selection.as_of - EPOCH).days
    asking = [place for place, one in enumerate(assistants.values()) if one.mode == "request"]
    reasons = [
        pl.col("assistant").is_in(asking),
        pl.col("kinds") & kinds_of(settings.request_availability) != 0,
        pl.col("end") - pl.col("start") < settings.request_below * US_PER_HOUR,
    ]
    if settings.request_same_day:
        reasons.append(pl.col("day") == today)
    if settings.request_weekends and about.height:
        reasons.append((pl.col("day") + MONDAY_SHIFT) % 7 >= 5)  # noqa: PLR2004 - Saturday
        reasons.append(pl.col("day").is_in(_red(prepared, about["day"]).implode()))
    return about.select(request=pl.any_horizontal(reasons))["request"]


def _red(prepared: PreparedSchedule, days: pl.Series) -> pl.Series:
    """Return the red days (Int32 days since 1970) from the first to the last of `days`; half ones are not."""
    first, last = (EPOCH + timedelta(days=int(day)) for day in (days.min(), days.max()))  # type: ignore[arg-type]
    red, _ = red_days_in_force(prepared.schedule, first, last)
    whole = red.filter(pl.col("percent").fill_null(1.0) >= 1)
    return whole.select((pl.col("date") - EPOCH).dt.total_days().cast(pl.Int32))["date"]
