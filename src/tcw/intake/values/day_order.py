"""Which part of 03/04/2026 is the day: decided by the whole column, or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from tcw.intake.values.forms import Form, over
from tcw.intake.values.reading import Ambiguity, DateOrder, Hints
from tcw.wording import Message, Phrase
from tcw.wording.quantities import Count

ORDER_UNCLEAR = Phrase(
    "values.date-order-unclear",
    "{where}: column {column} has dates such as {example}, and nothing tells the day from the month or year: "
    "set date_order to dmy, mdy or ymd for the file under files: in tcw.yaml.",
)
ORDER_MINORITY = Phrase(
    "values.date-order-minority",
    "dates such as {example} read as {order}; {left} different cells fit only another order and are left out",
)
ORDER_ASSUMED = Phrase(
    "values.date-order-assumed", "dates such as {example} read as {order}, as is usual for dates written so"
)

# Schedules span a few years; an order that scatters the column over many more is the wrong one.
SCATTERED_YEARS = 5


@dataclass(frozen=True, slots=True)
class Family:
    """Dates of three numbers that look the same in every order of day, month and year."""

    pattern: str
    orders: tuple[DateOrder, ...]
    form: Callable[[DateOrder], Form]
    usual: DateOrder | None = None
    """The order that this way of writing has by convention, if any."""
    only_if_narrowest: bool = False
    """The convention counts only where it puts the cells in fewer years than any other order does."""


def settle(
    bare: pl.Series, weekday: pl.Series | None, family: Family, hints: Hints
) -> tuple[DateOrder, Message | None]:
    """Return the order for the cells of a family, and a note when that was a judgement.

    `bare` are distinct cells without weekday names, `weekday` the day their cell named (1 Monday … 7, or null).
    Raises Ambiguity.
    """
    if hints.date_order in family.orders:
        return hints.date_order, None
    read = {order: _read(bare, weekday, family.form(order)) for order in family.orders}
    counts = {order: dates.len() - dates.null_count() for order, dates in read.items()}
    best = max(counts.values())
    viable = _narrowed([order for order in family.orders if counts[order] == best], read)
    example = bare[0]
    if len(viable) > 1:
        if family.usual not in viable or (
            family.only_if_narrowest and not _narrowest(family.usual, viable, read)
        ):
            raise Ambiguity(ORDER_UNCLEAR, example=_undecided(bare, viable, read))
        return family.usual, Message(ORDER_ASSUMED, {"example": example, "order": family.usual})
    chosen = viable[0]
    fits_another = pl.DataFrame({order: dates.is_not_null() for order, dates in read.items()}).select(
        pl.any_horizontal(pl.all())
    )
    left = int((read[chosen].is_null() & fits_another.to_series()).sum())
    if left:
        return chosen, Message(ORDER_MINORITY, {"example": example, "order": chosen, "left": Count(left)})
    return chosen, None


def _read(bare: pl.Series, weekday: pl.Series | None, form: Form) -> pl.Series:
    dates = over(bare, form.parse)
    if weekday is None:
        return dates
    fits = (dates.dt.weekday() == weekday).fill_null(value=True)
    return dates.to_frame("date").select(pl.when(fits).then(pl.col("date"))).to_series()


def _narrowed(viable: list[DateOrder], read: Mapping[DateOrder, pl.Series]) -> list[DateOrder]:
    """Return the orders that are left when equal results and scattered years are taken out."""
    distinct: list[DateOrder] = []
    for order in viable:
        if not any(read[order].equals(read[other]) for other in distinct):
            distinct.append(order)
    spans = {order: _years(read[order]) for order in distinct}
    narrowest = min(spans.values())
    return [order for order in distinct if spans[order] < narrowest + SCATTERED_YEARS]


def _narrowest(order: DateOrder, viable: list[DateOrder], read: Mapping[DateOrder, pl.Series]) -> bool:
    return all(_years(read[order]) < _years(read[other]) for other in viable if other != order)


def _years(dates: pl.Series) -> int:
    years = dates.drop_nulls().dt.year()
    first, last = years.min(), years.max()
    return last - first if isinstance(first, int) and isinstance(last, int) else 0


def _undecided(bare: pl.Series, viable: list[DateOrder], read: Mapping[DateOrder, pl.Series]) -> str:
    differ = read[viable[0]].ne_missing(read[viable[1]])
    example: str = bare.filter(differ)[0]
    return example
