"""Ways of writing a value, and choosing among them from a sample of cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from tcw.intake.values.reading import Parse

# Letters with dots and rings are not odd: tidying ten million Swedish words costs seconds.
ODD = r"[^\x20-\x7E\p{L}]"
SPACES = r"[\s\x{00A0}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]+"
INVISIBLE = r"[\x{00AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}\x{FEFF}]"
DASHES = r"[\x{2010}-\x{2015}\x{2212}\x{FE58}\x{FE63}\x{FF0D}]"
# Not Unicode's compatibility form (NFKC): it would turn the footnote of 7,5¹ into a digit.
WIDE = {chr(0xFF00 + code - 0x20): chr(code) for code in range(0x21, 0x7F) if not chr(code).isalpha()}


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing a value."""

    label: str
    """An example a user recognises."""
    pattern: str
    """The cells it concerns (anchored, Rust regex syntax); `parse` is null for all others."""
    parse: Parse
    strptime: str | None = None
    """The same for `str.to_datetime`, when it can say it."""


def tidy(cell: pl.Expr) -> pl.Expr:
    """Return the text with plain spaces, hyphens and digits in place of their typographic cousins."""
    return (
        cell.str.normalize("NFC")
        .str.replace_all(INVISIBLE, "")
        .str.replace_all(DASHES, "-")
        .str.replace_many(WIDE)
        .str.replace_all(SPACES, " ")
        .str.strip_chars(" ")
    )


def tidied(cells: pl.Series) -> tuple[pl.Series, Parse | None]:
    """Return the cells made plain, and the step to put before their reading when one is needed."""
    if not cells.str.contains(ODD).any():
        return cells, None
    return over(cells, tidy), tidy


def over(cells: pl.Series, parse: Parse) -> pl.Series:
    """Return the cells as an expression reads them."""
    return cells.to_frame("cell").select(parse(pl.col("cell")).alias("cell")).to_series()


def after(step: Parse | None, parse: Parse) -> Parse:
    """Return a reading that takes a preparing step first."""
    return parse if step is None else lambda cell: parse(step(cell))


def when_like(pattern: str, parse: Parse) -> Parse:
    """Return a reading for cells of one pattern only; Polars' own parsers forgive more than is safe."""
    return lambda cell: pl.when(cell.str.contains(pattern)).then(parse(cell))


def by_parts(cell: pl.Expr, pattern: str, whole: pl.Expr) -> pl.Expr:
    """Return `whole`, an expression of the `pl.field`s that are the pattern's named groups.

    Staged in a struct because Polars would else match the pattern once for every mention of a group.
    """
    return cell.str.extract_groups(pattern).struct.with_fields(whole.alias("whole")).struct.field("whole")


def used(forms: Iterable[Form], cells: pl.Series) -> list[Form]:
    """Return the forms that between them read what can be read of the cells, most used first."""
    candidates = list(forms)
    if not candidates or cells.is_empty():
        return []
    frame, cell = cells.to_frame("cell"), pl.col("cell")
    likely = frame.select(
        cell.str.contains(form.pattern).any().alias(str(at)) for at, form in enumerate(candidates)
    )
    candidates = [form for form, fits in zip(candidates, likely.row(0), strict=True) if fits]
    reads = frame.select(form.parse(cell).is_not_null().alias(str(at)) for at, form in enumerate(candidates))
    ranked = sorted(zip(reads.get_columns(), candidates, strict=True), key=lambda pair: -int(pair[0].sum()))
    found: list[Form] = []
    unread = pl.repeat(value=True, n=cells.len(), eager=True)
    for read, form in ranked:
        if (read & unread).any():
            found.append(form)
            unread &= ~read
    return found


def either(forms: Sequence[Form], dtype: pl.DataType) -> Parse:
    """Return a reading of any of the forms; where none fits, null of the dtype."""
    if not forms:
        return lambda cell: pl.when(cell.is_null()).then(pl.lit(None, dtype)).otherwise(pl.lit(None, dtype))
    if len(forms) == 1:
        return forms[0].parse

    def parse(cell: pl.Expr) -> pl.Expr:
        # Each form is given its own cells only: reading nulls costs nothing.
        return pl.coalesce(form.parse(pl.when(cell.str.contains(form.pattern)).then(cell)) for form in forms)

    return parse


def looked_up(cell: pl.Expr, keys: pl.Series, values: pl.Series) -> pl.Expr:
    """Return the value (of `values`) that stands beside each cell's text in `keys`; null for other text.

    Batch by batch: with columns in its arguments Polars 2.1 looks up a whole column at once, and holds all other columns of the
    file until it has it, five times the memory and twice the time at ten million rows.
    """
    places = pl.Enum(keys)

    def of_batch(batch: pl.Series) -> pl.Series:
        # Half the time of replacing.
        return values.gather(batch.cast(places, strict=False).to_physical())

    return cell.map_batches(of_batch, return_dtype=values.dtype, is_elementwise=True)
