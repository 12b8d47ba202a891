"""What Excel makes of clock times and durations when it writes them as text: times on days around 1900."""

import polars as pl

from tcw.intake.values.forms import when_like
from tcw.intake.values.reading import Parse

_CLOCK = r"[ T]\d{2}:\d{2}:\d{2}(?:\.\d+)?$"
CLOCK_TEXT = rf"^(?:1899-12-3[01]|1900-01-01){_CLOCK}"
DURATION_TEXT = rf"^(?:1899-12-3[01]|190\d-\d\d-\d\d){_CLOCK}"
DAY = 86_400_000_000
# Readers disagree on the day a time without a date lies on; a 1899-12-30 among the cells gives the other kind.
EARLY_EPOCH, USUAL_EPOCH = "1899-12-30", "1899-12-31"


def _instant(cell: pl.Expr) -> pl.Expr:
    return cell.str.replace("T", " ", literal=True).str.to_datetime(
        "%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us"
    )


def _epoch(cells: pl.Series) -> pl.Expr:
    early = bool(cells.str.starts_with(EARLY_EPOCH).any())
    return pl.lit(EARLY_EPOCH if early else USUAL_EPOCH).str.to_datetime("%Y-%m-%d", time_unit="us")


def clock_text(cells: pl.Series) -> Parse:
    """Return the reading of 1899-12-31 07:30:00 as 07:30, and of the midnight a day later as 24:00."""
    epoch = _epoch(cells)

    def parse(cell: pl.Expr) -> pl.Expr:
        since = (_instant(cell) - epoch).cast(pl.Int64)
        return pl.when(since.is_between(0, DAY)).then(since.cast(pl.Duration("us")))

    return when_like(CLOCK_TEXT, parse)


def duration_text(cells: pl.Series) -> Parse:
    """Return the reading of 1900-01-01 02:05:00 as 26 h 5 min: Duration("us") since Excel's day 0.

    Excel believes that 1900 was a leap year, so dates from 1 March on are one day further from the epoch than
    they look.
    """
    epoch = _epoch(cells)
    early = bool(cells.str.starts_with(EARLY_EPOCH).any())

    def parse(cell: pl.Expr) -> pl.Expr:
        instant = _instant(cell)
        since = instant - epoch
        if early:
            return since
        march = pl.lit("1900-03-01").str.to_datetime("%Y-%m-%d", time_unit="us")
        return pl.when(instant >= march).then(since + pl.duration(days=1)).otherwise(since)

    return when_like(DURATION_TEXT, parse)
