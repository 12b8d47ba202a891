"""Sorting the rows of a typed sheet into accepted and rejected."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from tcw.intake.rejects import explain, span_faults
from tcw.intake.spans import PARTS, Span, compose
from tcw.intake.typed import SMALL, TypedSheet, with_stragglers
from tcw.intake.values import Hints
from tcw.model.intake_report import REJECTS_SCHEMA
from tcw.wording import Message, Phrase
from tcw.worktime.clock import until_midnight

NET_HOURS = Phrase(
    "accept-net-hours",
    "Rows have start, end and a length: where the length is shorter, the difference is taken for the break.",
)
SPANNED = frozenset({"bookings", "orders", "availability"})
CANCELLED = "cancelled"
WHOLE_DAYS = frozenset({"availability"})
"""Tables of spans that may be days, or end with one: a night over two days of availability is no hole of a
minute."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What the spans of a sheet reach over, cancelled ones left out. Local times."""

    first: datetime | None = None
    last: datetime | None = None
    longest: int = 0
    """µs."""
    last_start: datetime | None = None
    cancelled: bool = False
    """Some rows are cancelled."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The accepted rows of one sheet, and what became of the others.

    `frame`: `row` (UInt32) and the canonical columns; a span is `start_local`, `end_local` (Datetime("us"))
    and `date`, `hours`, whichever the sheet can have. In memory, except for Parquet.
    """

    typed: TypedSheet
    frame: pl.LazyFrame
    rows_read: int
    rejected: int
    rejects: pl.DataFrame
    extent: Extent = Extent()
    repeats: pl.Series | None = None
    """Rows left out because the id of their booking has been seen before."""

    def of(self, cells: pl.LazyFrame, hints: Hints) -> pl.LazyFrame:
        """Return `frame` for some of the sheet's cells only, without `row`."""
        frame = judged(with_cells(self.typed, cells), hints)
        if self.rejected:
            frame = frame.filter(pl.col("unfit").not_())
        if self.repeats is not None:
            frame = frame.filter(pl.col("row").is_in(self.repeats.implode()).not_())
        return frame.drop("row", "unfit")

    @property
    def notes(self) -> tuple[Message, ...]:
        """What to know of how the sheet was read."""
        net = _has_net_hours(self.typed, span_of(self.typed, Hints()))
        return (*self.typed.notes, Message(NET_HOURS)) if net else self.typed.notes


def accept(typed: TypedSheet, hints: Hints) -> Accepted:
    """Read all rows of a sheet, reject those that cannot be used, and say why.

    Rows of Parquet are judged in a pass over the columns a fault can be in, and stay on disk; others are read
    once into memory, as their typed values.
    """
    if typed.sheet.medium == "parquet":
        return _accept_lazily(typed, hints)
    attempt = _read(typed, hints)
    if attempt["unfit"].any() and typed.sheet.size > SMALL:
        widened = with_stragglers(typed)
        if widened is not typed:
            typed, attempt = widened, _read(widened, hints)
    # Of the frame, filter would copy ten million rows to find none of them unfit.
    refused = attempt["row"].filter(attempt["unfit"])
    span = span_of(typed, hints)
    rejects = explain(typed, refused, span) if refused.len() else pl.DataFrame(schema=REJECTS_SCHEMA)
    frame = attempt.filter(pl.col("unfit").not_()).drop("unfit") if refused.len() else attempt.drop("unfit")
    return Accepted(typed, frame.lazy(), attempt.height, refused.len(), rejects, extent_of(frame.lazy()))


def with_cells(typed: TypedSheet, cells: pl.LazyFrame) -> TypedSheet:
    """Return a sheet read in the same way, with other cells."""
    return replace(typed, sheet=replace(typed.sheet, cells=cells))


@dataclass(frozen=True, slots=True)
class Sorted:
    """What became of some rows of a sheet: see Accepted."""

    rows_read: int
    rejected: int
    rejects: pl.DataFrame
    extent: Extent


def accept_some(typed: TypedSheet, hints: Hints) -> Sorted:
    """Judge the rows of a sheet of Parquet, or of a piece of one."""
    made = _accept_lazily(typed, hints)
    return Sorted(made.rows_read, made.rejected, made.rejects, made.extent)


def accepted_together(typed: TypedSheet, hints: Hints, pieces: Sequence[Sorted]) -> Accepted:
    """Return what became of the rows of a sheet whose pieces, in their order, have been judged each by itself."""
    frame, rejected = judged(typed, hints), sum(piece.rejected for piece in pieces)
    if rejected:
        frame = frame.filter(pl.col("unfit").not_())
    rejects = [piece.rejects for piece in pieces if piece.rejects.height]
    extents = [piece.extent for piece in pieces]
    firsts = [extent.first for extent in extents if extent.first is not None]
    lasts = [extent.last for extent in extents if extent.last is not None]
    starts = [extent.last_start for extent in extents if extent.last_start is not None]
    return Accepted(
        typed,
        frame.drop("unfit"),
        sum(piece.rows_read for piece in pieces),
        rejected,
        pl.concat([pl.DataFrame(schema=REJECTS_SCHEMA), *rejects]),
        Extent(
            min(firsts, default=None),
            max(lasts, default=None),
            max((extent.longest for extent in extents), default=0),
            max(starts, default=None),
            cancelled=any(extent.cancelled for extent in extents),
        ),
    )


def span_of(typed: TypedSheet, hints: Hints) -> Span | None:
    """Return how the sheet's spans are put together; None for a table without spans."""
    if typed.table not in SPANNED:
        return None
    shapes = {name: shape for name, shape in typed.shapes.items() if name in PARTS}
    offered = typed.table in WHOLE_DAYS
    span = compose(shapes, hints.zone, whole_days=offered)
    return replace(span, end=until_midnight(span.end)) if offered else span


def _has_net_hours(typed: TypedSheet, span: Span | None) -> bool:
    """Tell whether a sheet of bookings says start, end and length, but no break: the difference is the break."""
    return (
        span is not None
        and span.pause is not None
        and typed.table == "bookings"
        and "break_minutes" not in typed.shapes
    )


def _read(typed: TypedSheet, hints: Hints) -> pl.DataFrame:
    return _judged(typed, span_of(typed, hints), hints).collect(engine="streaming")


def judged(typed: TypedSheet, hints: Hints) -> pl.LazyFrame:
    """Return `row`, `unfit` (Boolean: cannot be accepted) and the canonical columns of all rows of a sheet."""
    return _judged(typed, span_of(typed, hints), hints)


def _judged(typed: TypedSheet, span: Span | None, hints: Hints) -> pl.LazyFrame:
    """Return `row`, `unfit` (Boolean) and the canonical columns, of all rows."""
    local = [
        _local(pl.col(column.name), column.reading.shape, column.name, hints.zone, span)
        for column in typed.columns
    ]
    frame = typed.read().select("row", "unfit", *local)
    if span is None:
        return frame
    faults = pl.any_horizontal("unfit", *[test for _, _, test in span_faults(span)])
    kept = [column.name for column in typed.columns if column.name not in PARTS]
    composed = []
    if span.pause is not None and _has_net_hours(typed, span):
        composed.append(span.pause.alias("break_minutes"))
    if span.clocked:
        composed += [span.start.alias("start_local"), span.end.alias("end_local")]
    if span.by_hours:
        composed += [span.date.alias("date"), span.hours.alias("hours")]
    return frame.select("row", faults.alias("unfit"), *kept, *composed)


def _local(value: pl.Expr, shape: str, name: str, zone: str, span: Span | None) -> pl.Expr:
    """Single moments (created_at, registered_at) become local; parts of a span are put together later."""
    if span is not None and name in PARTS:
        return value
    if shape == "instant":
        return value.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    if shape == "date" and name in {"created_at", "registered_at"}:
        return value.cast(pl.Datetime("us"))
    return value


def _accept_lazily(typed: TypedSheet, hints: Hints) -> Accepted:
    span = span_of(typed, hints)
    judged = _judged(typed, span, hints)
    # The period is asked for at once: nearly always no row is rejected, and one pass is enough.
    counts = judged.select(
        pl.len().alias("rows"),
        pl.col("unfit").sum().alias("rejected"),
        *_extents(judged.collect_schema().names(), may_be_cancelled=_may_be_cancelled(typed)),
    ).collect(engine="streaming")
    facts = counts.row(0, named=True)
    if not facts["rejected"]:
        rejects = pl.DataFrame(schema=REJECTS_SCHEMA)
        return Accepted(typed, judged.drop("unfit"), facts["rows"], 0, rejects, _from_facts(facts))
    refused = judged.filter("unfit").select("row").collect(engine="streaming")["row"]
    rejects = explain(typed, refused, span)
    frame = judged.filter(pl.col("unfit").not_()).drop("unfit")
    return Accepted(typed, frame, facts["rows"], facts["rejected"], rejects, extent_of(frame))


def _may_be_cancelled(typed: TypedSheet) -> bool:
    status = next((column for column in typed.columns if column.name == "status"), None)
    return status is not None and (status.words is None or CANCELLED in status.words)


def _extents(names: Sequence[str], *, may_be_cancelled: bool) -> list[pl.Expr]:
    """Return what the spans reach over, those of cancelled rows left out, and whether there are such rows."""
    off = pl.col("status").eq_missing(pl.lit(CANCELLED))

    def counted(moment: pl.Expr) -> pl.Expr:
        return pl.when(off.not_()).then(moment) if may_be_cancelled else moment

    found = []
    if "start_local" in names:
        start, end = counted(pl.col("start_local")), pl.col("end_local")
        found += [
            _sayable(start.min()).alias("first"),
            _sayable(counted(end).max()).alias("last"),
            _sayable(start.max()).alias("last_start"),
            (end - start).max().dt.total_microseconds().alias("longest"),
        ]
    if "hours" in names:
        day = counted(pl.col("date").cast(pl.Datetime("us")))
        after = day.max() + pl.duration(days=1)
        found += [
            _sayable(day.min()).alias("first_day"),
            _sayable(after).alias("day_after"),
            _sayable(day.max()).alias("last_day"),
        ]
    return [*found, off.any().alias("cancelled")] if found and may_be_cancelled else found


def _sayable(moment: pl.Expr) -> pl.Expr:
    """Return a moment as Python can have it: rows that are yet to be rejected may hold any."""
    return moment.clip(datetime.min, datetime.max)  # noqa: DTZ901 - local times have no zone


def extent_of(frame: pl.LazyFrame) -> Extent:
    """Return what the spans of accepted rows reach over; cancelled ones count only as such."""
    names = frame.collect_schema().names()
    wanted = _extents(names, may_be_cancelled="status" in names)
    if not wanted:
        return Extent()
    return _from_facts(frame.select(wanted).collect(engine="streaming").row(0, named=True))


def _from_facts(facts: dict[str, object]) -> Extent:
    firsts, lasts, starts = (
        [moment for moment in (facts.get(clocked), facts.get(day)) if isinstance(moment, datetime)]
        for clocked, day in (("first", "first_day"), ("last", "day_after"), ("last_start", "last_day"))
    )
    longest = facts.get("longest") or 0
    assert isinstance(longest, int)
    return Extent(
        min(firsts, default=None),
        max(lasts, default=None),
        longest,
        max(starts, default=None),
        cancelled=bool(facts.get("cancelled")),
    )
