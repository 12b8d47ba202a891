"""Sorting the rows of a typed sheet into accepted and rejected."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from tcw.intake.rejects import explain, span_faults
from tcw.intake.spans import PARTS, SpanColumns, compose
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
"""Tables of spans that may be days, or end with one: a night over two days of availability has no hole of a
minute at midnight."""


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
        frame = all_rows(with_cells(self.typed, cells), hints)
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

    A pass over the columns in which a fault can be sorts the rows of Parquet, which stay on disk. The rows of
    other media are read once into memory, as their typed values.
    """
    if typed.sheet.medium == "parquet":
        return _accept_on_disk(typed, hints)
    rows = all_rows(typed, hints).collect(engine="streaming")
    if rows["unfit"].any() and typed.sheet.size > SMALL:
        widened = with_stragglers(typed)
        if widened is not typed:
            typed, rows = widened, all_rows(widened, hints).collect(engine="streaming")
    # Of the frame, filter would copy ten million rows to find none of them unfit.
    refused = rows["row"].filter(rows["unfit"])
    rejects = pl.DataFrame(schema=REJECTS_SCHEMA)
    if refused.len():
        rejects = explain(typed, refused, span_of(typed, hints))
    frame = (rows.filter(pl.col("unfit").not_()) if refused.len() else rows).drop("unfit")
    return Accepted(typed, frame.lazy(), rows.height, refused.len(), rejects, extent_of(frame.lazy()))


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
    """Sort the rows of a sheet of Parquet, or of a piece of one."""
    accepted = _accept_on_disk(typed, hints)
    return Sorted(accepted.rows_read, accepted.rejected, accepted.rejects, accepted.extent)


def accepted_together(typed: TypedSheet, hints: Hints, pieces: Sequence[Sorted]) -> Accepted:
    """Return what became of the rows of a sheet whose pieces, in their order, have been sorted one by one."""
    frame, rejected = all_rows(typed, hints), sum(piece.rejected for piece in pieces)
    if rejected:
        frame = frame.filter(pl.col("unfit").not_())
    return Accepted(
        typed,
        frame.drop("unfit"),
        sum(piece.rows_read for piece in pieces),
        rejected,
        all_rejects(piece.rejects for piece in pieces),
        whole_extent([piece.extent for piece in pieces]),
    )


def all_rejects(rejects: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Return rejects (REJECTS_SCHEMA) of several sheets or pieces under each other."""
    return pl.concat([pl.DataFrame(schema=REJECTS_SCHEMA), *(frame for frame in rejects if frame.height)])


def whole_extent(extents: Sequence[Extent]) -> Extent:
    """Return what several extents reach over together."""
    return Extent(
        first=min((extent.first for extent in extents if extent.first is not None), default=None),
        last=max((extent.last for extent in extents if extent.last is not None), default=None),
        longest=max((extent.longest for extent in extents), default=0),
        last_start=max((extent.last_start for extent in extents if extent.last_start), default=None),
        cancelled=any(extent.cancelled for extent in extents),
    )


def span_of(typed: TypedSheet, hints: Hints) -> SpanColumns | None:
    """Return how the sheet's spans are put together; None for a table without spans."""
    if typed.table not in SPANNED:
        return None
    shapes = {name: shape for name, shape in typed.shapes.items() if name in PARTS}
    whole_days = typed.table in WHOLE_DAYS
    span = compose(shapes, hints.zone, whole_days=whole_days)
    return replace(span, end=until_midnight(span.end)) if whole_days else span


def _has_net_hours(typed: TypedSheet, span: SpanColumns | None) -> bool:
    """Tell whether a sheet of bookings has start, end and length, from which the break follows."""
    return (
        span is not None
        and span.pause is not None
        and typed.table == "bookings"
        and "break_minutes" not in typed.shapes
    )


def all_rows(typed: TypedSheet, hints: Hints) -> pl.LazyFrame:
    """Return `row`, `unfit` (Boolean) and the canonical columns, of all rows of a sheet.

    `unfit`: the row cannot be accepted.
    """
    span = span_of(typed, hints)
    local = [
        _local(pl.col(column.name), column.reading.shape, column.name, hints.zone, span)
        for column in typed.columns
    ]
    frame = typed.read().select("row", "unfit", *local)
    if span is None:
        return frame
    unfit = pl.any_horizontal("unfit", *[test for _, _, test in span_faults(span)])
    others = [column.name for column in typed.columns if column.name not in PARTS]
    composed = []
    if span.pause is not None and _has_net_hours(typed, span):
        composed.append(span.pause.alias("break_minutes"))
    if span.clocked:
        composed += [span.start.alias("start_local"), span.end.alias("end_local")]
    if span.by_hours:
        composed += [span.date.alias("date"), span.hours.alias("hours")]
    return frame.select("row", unfit.alias("unfit"), *others, *composed)


def _local(value: pl.Expr, shape: str, name: str, zone: str, span: SpanColumns | None) -> pl.Expr:
    """Make single moments (created_at, registered_at) local; parts of a span are put together later."""
    if span is not None and name in PARTS:
        return value
    if shape == "instant":
        return value.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    if shape == "date" and name in {"created_at", "registered_at"}:
        return value.cast(pl.Datetime("us"))
    return value


def _accept_on_disk(typed: TypedSheet, hints: Hints) -> Accepted:
    rows = all_rows(typed, hints)
    # The period is asked for at once: nearly always no row is rejected, and one pass is enough.
    counts = rows.select(
        pl.len().alias("rows"),
        pl.col("unfit").sum().alias("rejected"),
        *_extents(rows.collect_schema().names(), may_be_cancelled=_may_be_cancelled(typed)),
    ).collect(engine="streaming")
    facts = counts.row(0, named=True)
    if not facts["rejected"]:
        rejects = pl.DataFrame(schema=REJECTS_SCHEMA)
        return Accepted(typed, rows.drop("unfit"), facts["rows"], 0, rejects, _from_facts(facts))
    refused = rows.filter("unfit").select("row").collect(engine="streaming")["row"]
    rejects = explain(typed, refused, span_of(typed, hints))
    frame = rows.filter(pl.col("unfit").not_()).drop("unfit")
    return Accepted(typed, frame, facts["rows"], facts["rejected"], rejects, extent_of(frame))


def _may_be_cancelled(typed: TypedSheet) -> bool:
    status = next((column for column in typed.columns if column.name == "status"), None)
    return status is not None and (status.words is None or CANCELLED in status.words)


def _extents(names: Sequence[str], *, may_be_cancelled: bool) -> list[pl.Expr]:
    """Return what spans reach over, those of cancelled rows left out, and whether there are such rows."""
    cancelled = pl.col("status").eq_missing(pl.lit(CANCELLED))

    def counted(moment: pl.Expr) -> pl.Expr:
        return pl.when(cancelled.not_()).then(moment) if may_be_cancelled else moment

    extents = []
    if "start_local" in names:
        start, end = counted(pl.col("start_local")), pl.col("end_local")
        extents += [
            _within_python(start.min()).alias("first"),
            _within_python(counted(end).max()).alias("last"),
            _within_python(start.max()).alias("last_start"),
            (end - start).max().dt.total_microseconds().alias("longest"),
        ]
    if "hours" in names:
        day = counted(pl.col("date").cast(pl.Datetime("us")))
        extents += [
            _within_python(day.min()).alias("first_day"),
            _within_python(day.max() + pl.duration(days=1)).alias("day_after"),
            _within_python(day.max()).alias("last_day"),
        ]
    return [*extents, cancelled.any().alias("cancelled")] if extents and may_be_cancelled else extents


def _within_python(moment: pl.Expr) -> pl.Expr:
    """Return a moment as Python can hold it: rows that are yet to be rejected may hold any."""
    return moment.clip(datetime.min, datetime.max)  # noqa: DTZ901 - local times have no zone


def extent_of(frame: pl.LazyFrame) -> Extent:
    """Return what the spans of accepted rows reach over; cancelled ones count only as such."""
    names = frame.collect_schema().names()
    extents = _extents(names, may_be_cancelled="status" in names)
    if not extents:
        return Extent()
    return _from_facts(frame.select(extents).collect(engine="streaming").row(0, named=True))


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
