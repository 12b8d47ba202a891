"""Several ids or words in one cell: A, B; C."""

import polars as pl

from tcw.intake.values.forms import ODD, tidy
from tcw.intake.values.reading import Reading

_SEPARATOR = r"\s*[,;|\r\n][\s,;|]*"


def read_lists(sample: pl.Series) -> Reading:
    """Split cells at , ; | and line breaks into List(String), without blanks around or between."""
    odd = bool(sample.str.contains(ODD).any())

    def parse(cell: pl.Expr) -> pl.Expr:
        joined = cell.str.replace_all(_SEPARATOR, ";")
        if odd:
            joined = tidy(joined)
        joined = joined.str.strip_chars("; \u00a0")
        return pl.when(joined != "").then(joined.str.split(";"))

    return Reading("list", "list", ("A, B",) if sample.len() else (), (), parse)
