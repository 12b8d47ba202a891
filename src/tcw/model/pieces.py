"""Bookings cut by rows, for whoever reads them in several places at once."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

Frame = Callable[[int], pl.LazyFrame]
Query = Callable[[pl.LazyFrame], pl.LazyFrame]
Everywhere = Callable[[Query], pl.DataFrame]
"""Asks bookings something, piece by piece or all at once. Returns the answers in the bookings' order."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces that together are `tcw.model.schedule.Schedule.bookings`, in its order, with its columns."""

    number: int
    frame: Frame

    def through(self, step: Query) -> "Pieces":
        """Return the same pieces with something done to each of their rows."""
        return Pieces(self.number, Through(self.frame, step))


@dataclass(frozen=True, slots=True)
class Through:
    """A piece, and what is done to its rows."""

    frame: Frame
    step: Query

    def __call__(self, number: int) -> pl.LazyFrame:
        """Return a piece."""
        return self.step(self.frame(number))


def at_once(bookings: pl.LazyFrame) -> Everywhere:
    """Return how to ask bookings that are not cut."""
    return lambda query: query(bookings).collect(engine="streaming")
