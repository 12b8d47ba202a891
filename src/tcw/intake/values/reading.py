r"""What was decided about a column of text: how it is written, and the expression that reads it.

Ways of writing a value, and choosing among them from a sample of cells.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from tcw.errors import InputFault
from tcw.model.tables import Kind
from tcw.wording import Message, Phrase

DateOrder = Literal["ymd", "dmy", "mdy"]
Decimal = Literal[",", "."]
Scale = Literal["percent", "fraction"]
Parse = Callable[[pl.Expr], pl.Expr]


@dataclass(frozen=True, slots=True)
class Hints:
    """What the configuration or the header says about a column; it beats what the cells suggest."""

    date_order: DateOrder | None = None
    decimal: Decimal | None = None
    share: Scale | None = None
    """Whether numbers without a % sign are per cent (75) or fractions (0.75)."""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Canonical word -> spellings, for the kind `word`."""
    zone: str = "Europe/Stockholm"
    clocks: bool = True
    """A clock time alone is a moment, because its date stands in another column."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is written. `expr` reads it; blank and unreadable cells become null, never an error."""

    kind: Kind
    shape: str
    """For `moment`: "datetime", "clock", "date", or "instant" when cells carry an offset; else the kind."""
    formats: tuple[str, ...]
    """Example cells of each way of writing found, most used first; empty when nothing was readable."""
    notes: tuple[Message, ...]
    """Decisions that were a judgement."""
    parse: Parse = field(repr=False, compare=False)
    replan: Callable[[pl.Series], "Reading"] | None = field(default=None, repr=False, compare=False)

    def expr(self, cell: pl.Expr) -> pl.Expr:
        """Return the expression that reads a String column (for Parquet: the typed column).

        Dtypes: date Date; moment Datetime("us"), Duration("us") since midnight for the shape "clock" (24:00 is
        24 h), Date, or Datetime("us", "UTC") for "instant"; hours, minutes, seconds, share (a fraction) and
        number Float64; integer Int64; yes_no Boolean; list List(String); word, id and text String.
        """
        return self.parse(cell)

    def widened(self, stragglers: pl.Series) -> "Reading":
        """Return the reading decided from the first sample and the distinct cells that `expr` left null.

        The stragglers alone could be read against the grain of their column ("1.234" where the rest has decimal
        commas), so the first sample is remembered. Raises Ambiguity.
        """
        return self if self.replan is None else self.replan(stragglers)


class Ambiguity(Exception):
    """A column that can be read in two ways and says nothing about which; the caller adds the place."""

    def __init__(self, phrase: Phrase, /, **facts: object) -> None:
        """Keep a phrase with the places {where} and {column}, and its other facts."""
        super().__init__(phrase.code)
        self.phrase = phrase
        self.facts = facts

    def at(self, file: str, sheet: str | None, column: str) -> InputFault:
        """Return the fault to raise, for the column's header as the file has it."""
        where = file if sheet is None else f"{file} [{sheet}]"
        return InputFault(self.phrase, **self.facts, where=where, file=file, sheet=sheet, column=column)


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
