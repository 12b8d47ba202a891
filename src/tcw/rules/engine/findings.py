"""The findings of a run: added up over parts, compared with an earlier run, in memory or in files.

Three types lead from a rule to a report. A rule returns a `tcw.rules.rule.Judgement`; those of a part become
`Findings`, and the parts' findings are merged; `CheckResult` is all findings of a run, with what a reader
needs to trust them.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from tcw.model.finding import FINDINGS_SCHEMA, IDENTITY, JUDGED_SCHEMA
from tcw.model.severity import SEVERITIES, Severity
from tcw.parts.people import rows_by_part
from tcw.parts.spill import Order, Spill
from tcw.rules.engine.in_force import InForce
from tcw.rules.rule import Judgement, Rule
from tcw.wording import Message
from tcw.worktime.clock import US_PER_DAY
from tcw.worktime.timeline import Timeline

SCHEMA: Final = pl.Schema({**FINDINGS_SCHEMA, "state": pl.String(), "counts": pl.Boolean()})
"""`state`: new or remaining against the baseline, accepted; null without either.

`counts`: towards the exit code.
"""
KEYS: Final = ("code", "unit_id", "staff_id", "severity", "counts")
COUNTED: Final = pl.Schema({**{name: SCHEMA[name] for name in KEYS}, "number": pl.Int64()})
STALE_SCHEMA: Final = pl.Schema(
    {
        **{name: FINDINGS_SCHEMA[name] for name in IDENTITY},
        "who": pl.String(),
        "why": pl.String(),
    }
)
"""Acceptances that hold no longer.

`why`: the finding is gone, or changed: it has another measure than when it was accepted.
"""
SURROUNDINGS_SCHEMA: Final = pl.Schema(
    {"finding": pl.UInt32(), "start": pl.Datetime("us"), "end": pl.Datetime("us"), "kind": pl.UInt8()}
)
ORDER: Final = Order(*IDENTITY)
"""The order in which findings are handed out."""
MOST_LISTED: Final = 1_000_000
"""So many findings are in a workbook when they are spilled, the worst; more would not fit a sheet."""
TOLERANCE: Final = 0.01
"""Hours or days by which a measure may differ and still be the one accepted: files round."""
WHY_ORDER: Final[Mapping[str, int]] = {"staff.birth_date": 0, "clock_times": 2, "": 4}
"""Which reason for not judging is given where a rule has several; other reasons have 1.

The choice must not depend on who is judged together.
"""
BESIDE: Final = US_PER_DAY
"""So much is shown before and after a finding."""
LONGEST_SHOWN: Final = 8 * US_PER_DAY
"""A window longer than this is shown at its end, where it went wrong."""


@dataclass(frozen=True, slots=True)
class RuleFailure:
    """A rule that failed inside; the others went on."""

    code: str
    kind: str
    trace: str


@dataclass(frozen=True, slots=True)
class EarlierFindings:
    """What to compare with; None where the user names none.

    `baseline`: findings of an earlier run (at least IDENTITY); only those not in it count. `accepted`:
    IDENTITY, `measured` (may be null) and `who`: what somebody has accepted counts no longer. Nobody can
    accept a planned breach, only see it.
    """

    baseline: pl.DataFrame | None = None
    accepted: pl.DataFrame | None = None

    def filter(self, rows: pl.Expr) -> "EarlierFindings":
        """Return some of them."""
        return EarlierFindings(*(None if frame is None else frame.filter(rows) for frame in self._frames))

    def by_part(self, parts: pl.DataFrame) -> Callable[[int], "EarlierFindings"]:
        """Return a function from a part to its people's (`parts`: `staff_id`, `part`)."""
        cut = [
            None if frame is None else (frame.clear(), rows_by_part(frame, parts)) for frame in self._frames
        ]
        return lambda part: EarlierFindings(
            *(None if rows is None else rows[1].get(part, rows[0]) for rows in cut)
        )

    @property
    def _frames(self) -> tuple[pl.DataFrame | None, ...]:
        return (self.baseline, self.accepted)


NOTHING_EARLIER: Final = EarlierFindings()


class Findings:
    """Findings (SCHEMA), how many there are of each sort, and how much each rule has judged.

    With a folder the findings are files there, and never in memory together. `flagged`: all findings by rule,
    also those that the user does not want to see. `judged`: numbers and reason by rule, without findings.
    `failures`: by rule. `gone`: how many of the baseline are found no more. `spill`: the findings, in no
    order.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Begin without findings."""
        self.flagged: Counter[str] = Counter()
        self.judged: dict[str, Judgement] = {}
        self.failures: dict[str, RuleFailure] = {}
        self.gone = 0
        self._stale = [pl.DataFrame(schema=STALE_SCHEMA)]
        self.spill = Spill(SCHEMA, folder, "found")
        self._counted: list[pl.DataFrame] = []

    @property
    def in_memory(self) -> bool:
        """Whether the findings are in memory."""
        return self.spill.folder is None

    def add(self, findings: pl.DataFrame, earlier: EarlierFindings, shown: pl.Expr | None = None) -> None:
        """Compare findings (FINDINGS_SCHEMA) with the earlier ones that would be found again, and add them.

        `shown`: which the user wants to see; None: all. Raises OSError: the disk is full.
        """
        self.flagged.update(dict(findings.group_by("code").len().rows()))
        rows, gone, stale = compared(findings if shown is None else findings.filter(shown), earlier)
        self.spill.add(rows)
        self._counted.append(rows.group_by(KEYS).agg(number=pl.len().cast(pl.Int64)))
        self.gone += gone
        self._stale.append(stale)

    def add_judgement(self, code: str, judgement: Judgement) -> None:
        """Add how much a rule has judged in a chunk."""
        before = self.judged.get(code, Judgement())
        self.judged[code] = Judgement(
            judged=before.judged + judgement.judged,
            not_judged=before.not_judged + judgement.not_judged,
            why=min(before.why, judgement.why, key=lambda why: WHY_ORDER.get(why, 1)),
        )

    def merge(self, part: "Findings") -> None:
        """Add what was found in another part."""
        for code, judgement in part.judged.items():
            self.add_judgement(code, judgement)
        self.flagged.update(part.flagged)
        self.failures |= part.failures
        self.gone += part.gone
        self._stale.append(part.stale)
        self.spill.extend(part.spill)
        self._counted.append(part.counted)

    @property
    def stale(self) -> pl.DataFrame:
        """The acceptances that hold no longer: STALE_SCHEMA, sorted."""
        return pl.concat(self._stale).sort("code", "staff_id", "from", nulls_last=True)

    @property
    def counted(self) -> pl.DataFrame:
        """How many findings there are of each sort: COUNTED."""
        parts = pl.concat([pl.DataFrame(schema=COUNTED), *self._counted])
        self._counted = [parts.group_by(KEYS).agg(pl.col("number").sum())]
        return self._counted[0].filter(self._whole)

    @property
    def _whole(self) -> pl.Expr:
        """Leaves out rules that failed in some part: what they found in others is not the whole."""
        return pl.col("code").is_in(list(self.failures)).not_() if self.failures else pl.lit(value=True)

    def worst(self) -> Severity | None:
        """Return the worst severity that counts."""
        counting = set(self.counted.filter("counts")["severity"].unique())
        return next((severity for severity in SEVERITIES if severity in counting), None)

    def first(self, rows: int, *, counting: bool = False) -> pl.DataFrame:
        """Return the worst findings, worst first: of all, or of those that count only."""
        return self.spill.most(
            rows, self._whole & pl.col("counts") if counting else self._whole, worst_first()
        )

    def frame(self) -> pl.DataFrame:
        """Return all findings, sorted by IDENTITY."""
        return ORDER.sorted(self.spill.rows().filter(self._whole).collect())

    def pieces(self) -> Iterator[pl.DataFrame]:
        """Yield all findings, sorted by IDENTITY: from memory at once, else some 100,000 at a time."""
        if self.in_memory:
            yield self.frame()
            return
        for piece in self.spill.ordered("code", pl.col("staff_id"), ORDER):
            kept = piece.filter(self._whole)
            if kept.height:
                yield kept

    def judged_table(self, rules: Sequence[Rule]) -> pl.DataFrame:
        """Return JUDGED_SCHEMA: a row for each rule that did not fail, in the order given."""
        rows = [
            (code, known.judged, self.flagged[code], known.not_judged, known.why or None)
            for code, known in ((rule.code, self.judged.get(rule.code, Judgement())) for rule in rules)
            if code not in self.failures
        ]
        return pl.DataFrame(rows, schema=JUDGED_SCHEMA, orient="row")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All findings of a run.

    `judged`: JUDGED_SCHEMA, a row for each of the `rules` that did not fail, in their order. `first`,
    `after`: the first local time of the horizon and the one after its last. `staff`: as
    `tcw.worktime.timeline.Timeline.staff`. `bookings_of`: the timeline of at least some persons, by their
    numbers.
    """

    findings: Findings
    judged: pl.DataFrame
    rules: tuple[Rule, ...]
    failures: tuple[RuleFailure, ...]
    in_force: InForce
    first: datetime
    after: datetime
    staff: pl.DataFrame
    bookings_of: Callable[[pl.Series], Timeline]
    notes: tuple[Message, ...] = ()

    def surroundings(self, findings: pl.DataFrame) -> pl.DataFrame:
        """Return what the person was booked on around each of a few findings, for drawing a time line.

        Takes findings with `staff_id`, `from`, `to`. Returns SURROUNDINGS_SCHEMA, sorted by `finding` (its
        place among them) and start: local times, `kind` as in `tcw.worktime.kinds`.
        """
        windows = (
            findings.select("staff_id", "from", "to")
            .with_row_index("finding")
            .filter(pl.col("from").is_not_null())
            .join(self.staff.select("staff_id", "person"), on="staff_id", how="inner")
            .with_columns(low=pl.col("from").to_physical() - BESIDE, high=pl.col("to").to_physical() + BESIDE)
            .with_columns(low=pl.max_horizontal("low", pl.col("high") - LONGEST_SHOWN - 2 * BESIDE))
        )
        persons = windows["person"].unique()
        timeline = self.bookings_of(persons)
        local = timeline.clock.local
        bookings = timeline.bookings.lazy().filter(pl.col("person").is_in(persons.implode())).collect()
        return (
            windows.join(
                bookings.select("person", "kind", start=local(pl.col("start")), end=local(pl.col("end"))),
                on="person",
                how="inner",
            )
            .filter(pl.col("start") < pl.col("high"), pl.col("end") > pl.col("low"))
            .select(pl.col(name).cast(dtype) for name, dtype in SURROUNDINGS_SCHEMA.items())
            .sort("finding", "start", "end")
        )


def worst_first() -> Order:
    """Return the order of reports: what counts first, by severity, planned first, by shortfall."""
    rank = pl.col("severity").replace_strict(
        {severity: rank for rank, severity in enumerate(SEVERITIES)},
        default=len(SEVERITIES),
        return_dtype=pl.Int8,
    )
    beyond = pl.col("shortfall") / pl.when(pl.col("limit") > 0).then(pl.col("limit")).otherwise(1.0)
    return Order(
        pl.col("counts").not_(),
        rank,
        pl.col("phase").eq_missing(pl.lit("planned")).not_(),
        beyond.fill_null(0.0),
        *IDENTITY,
        descending=[False, False, False, True, *[False] * len(IDENTITY)],
    )


def compared(findings: pl.DataFrame, earlier: EarlierFindings) -> tuple[pl.DataFrame, int, pl.DataFrame]:
    """Return the findings with `state` and `counts` (SCHEMA), the number gone, and STALE_SCHEMA.

    Findings of the baseline that are found no more are gone.
    """
    baseline, accepted = earlier.baseline, earlier.accepted
    gone, stale = 0, pl.DataFrame(schema=STALE_SCHEMA)
    state = pl.lit(None, dtype=pl.String)
    if baseline is None and accepted is None:
        return findings.with_columns(state=state, counts=pl.col("waived_by").is_null()), gone, stale
    keyed = findings.with_columns(identity().alias("identity_"))
    if baseline is not None:
        before = baseline.select(identity().alias("identity_"))["identity_"].unique()
        found_before = pl.col("identity_").is_in(before.implode())
        state = pl.when(found_before).then(pl.lit("remaining")).otherwise(pl.lit("new"))
        gone = before.filter(~before.is_in(keyed["identity_"].implode())).len()
    if accepted is not None:
        held = _acceptances(keyed, accepted)
        stale = (
            held.filter(pl.col("why").is_not_null())
            .select(pl.col(name).cast(dtype) for name, dtype in STALE_SCHEMA.items())
            .sort("code", "staff_id", "from", nulls_last=True)
        )
        sound = held.filter(pl.col("why").is_null())["identity_"]
        state = pl.when(pl.col("identity_").is_in(sound.implode())).then(pl.lit("accepted")).otherwise(state)
    excused = pl.col("state").eq_missing(pl.lit("accepted")) & pl.col("phase").ne_missing(pl.lit("planned"))
    remaining = pl.col("state").eq_missing(pl.lit("remaining"))
    counts = pl.col("waived_by").is_null() & ~excused & ~remaining
    return keyed.with_columns(state=state).with_columns(counts=counts).drop("identity_"), gone, stale


def _acceptances(keyed: pl.DataFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    """Return the acceptances with `why` they are stale (gone, changed); null while they hold."""
    last = accepted.with_columns(identity().alias("identity_")).unique("identity_", keep="last")
    measures = keyed.select("identity_", now="measured").unique("identity_")
    gone = pl.col("identity_").is_in(keyed["identity_"].implode()).not_()
    changed = ((pl.col("measured") - pl.col("now")).abs() > TOLERANCE).fill_null(value=False)
    return last.join(measures, on="identity_", how="left").with_columns(
        why=pl.when(gone).then(pl.lit("gone")).when(changed).then(pl.lit("changed"))
    )


def identity() -> pl.Expr:
    """Return one text that is the same for the same finding in two runs."""
    return pl.concat_str(
        [
            (
                pl.col(name).dt.to_string("%Y-%m-%dT%H:%M")
                if name in {"from", "to"}
                else pl.col(name).cast(pl.String)
            ).fill_null("")
            for name in IDENTITY
        ],
        separator="\x1f",
    )
