"""A figure over the weeks in one line of text."""

import polars as pl

BLOCKS = "▁▂▃▄▅▆▇█"
PLAIN = "_.,:-=+#"
"""The same eight heights where the terminal has no block characters, lowest first."""


def sparkline(values: pl.Series, width: int, *, blocks: bool) -> str:
    """Return the values (Float64, null where not defined) as at most `width` characters, lowest to highest.

    The line is scaled to the figure's own lowest and highest value. More values than characters are averaged into
    `width` parts; a part without any defined value is a blank. A flat line is drawn in the middle.
    """
    if values.is_empty():
        return ""
    frame = pl.DataFrame({"value": values.cast(pl.Float64)}).with_row_index("at")
    parts = min(width, frame.height)
    marks = BLOCKS if blocks else PLAIN
    value, low, high = pl.col("value"), pl.col("value").min(), pl.col("value").max()
    height = (
        pl.when(high - low > 0)
        .then((value - low) / (high - low) * (len(marks) - 1))
        .otherwise(len(marks) // 2)
    )
    rounded = pl.when(value.is_not_null()).then(height.round(0).cast(pl.Int32))
    mark = rounded.replace_strict(list(range(len(marks))), list(marks), default=" ", return_dtype=pl.String)
    line: str = (
        frame.group_by((pl.col("at") * parts // frame.height).alias("part"))
        .agg(value.mean())
        .sort("part")
        .select(mark.str.join(""))
        .item()
    )
    return line
