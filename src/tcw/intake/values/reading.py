"""What is decided about a column of text (Reading), and the forms of values it is decided from (Form).

A form is one way of writing a value, such as 07:30 or 7.30. From a sample of a column's cells, each kind of
column chooses the forms that occur and makes a Reading of them: an expression that reads the whole column
fast.
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
    """What the configuration or the header says about a column. It outweighs what the cells suggest."""

    date_order: DateOrder | None = None
    decimal: Decimal | None = None
    share: Scale | None = None
    """Whether numbers without a % sign are per cent (75) or fractions (0.75)."""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Canonical word -> spellings, for the kind `word`."""
    zone: str = "Europe/Stockholm"
    clocks: bool = True
    """A clock time alone is a moment, because another column has its date."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is written. `expr` reads it: blank and unreadable cells become null, never an error."""

    kind: Kind
    shape: str
    """For `moment`: "datetime", "clock", "date", or "instant" when cells carry an offset; else the kind."""
    formats: tuple[str, ...]
    """Example cells of each way of writing found, most used first; empty when nothing was readable."""
    notes: tuple[Message, ...]
    """Decisions that could have been another."""
    parse: Parse = field(repr=False, compare=False)
    replan: Callable[[pl.Series], "Reading"] | None = field(default=None, repr=False, compare=False)

    def expr(self, cell: pl.Expr) -> pl.Expr:
        """Return the expression that reads a String column (for Parquet: the typed column).

        Dtypes: date Date; moment Datetime("us"), Duration("us") since midnight for the shape "clock" (24:00
        is 24 h), Date, or Datetime("us", "UTC") for "instant"; hours, minutes, seconds, share (a fraction)
        and number Float64; integer Int64; yes_no Boolean; list List(String); word, id and text String.
        """
        return self.parse(cell)

    def widened(self, stragglers: pl.Series) -> "Reading":
        """Return the reading decided from the first sample and the distinct cells that `expr` left null.

        The stragglers alone could give another answer than their column: "1.234" is one and a bit alone, but
        over a thousand where the rest has decimal commas. Raises Ambiguity.
        """
        return self if self.replan is None else self.replan(stragglers)


class Ambiguity(Exception):
    """A column that can be read in two ways, with nothing to decide which. The caller adds the place."""

    def __init__(self, phrase: Phrase, /, **facts: object) -> None:
        """Keep a phrase that has the places {where} and {column}, and its other facts."""
        super().__init__(phrase.code)
        self.phrase = phrase
        self.facts = facts

    def at(self, file: str, sheet: str | None, column: str) -> InputFault:
        """Return the fault to raise. `column` is the header as the file has it."""
        where = file if sheet is None else f"{file} [{sheet}]"
        return InputFault(self.phrase, **self.facts, where=where, file=file, sheet=sheet, column=column)


# Cells with typographic blanks, dashes or digits, which `tidy` replaces by plain ones.

# Letters with dots and rings are not odd: tidying ten million Swedish words costs seconds.
ODD = r"[^\x20-\x7E\p{L}]"
SPACES = r"[\s\x{00A0}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}]+"
INVISIBLE = r"[\x{00AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}\x{FEFF}]"
DASHES = r"[\x{2010}-\x{2015}\x{2212}\x{FE58}\x{FE63}\x{FF0D}]"
# Unicode's compatibility form (NFKC) would not do: it makes a digit of the footnote in 7,5¹.
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
    """Return the text with plain spaces, hyphens and digits in place of typographic ones."""
    return (
        cell.str.normalize("NFC")
        .str.replace_all(INVISIBLE, "")
        .str.replace_all(DASHES, "-")
        .str.replace_many(WIDE)
        .str.replace_all(SPACES, " ")
        .str.strip_chars(" ")
    )


def has_odd(cells: pl.Series) -> bool:
    """Say whether some cell needs `tidy`."""
    return bool(cells.str.contains(ODD).any())


def tidied(cells: pl.Series) -> tuple[pl.Series, Parse | None]:
    """Return the cells tidied, and the step that reading them must begin with: `tidy`, or None."""
    return (over(cells, tidy), tidy) if has_odd(cells) else (cells, None)


def over(cells: pl.Series, parse: Parse) -> pl.Series:
    """Return what an expression reads from the cells."""
    return cells.to_frame("cell").select(parse(pl.col("cell")).alias("cell")).to_series()


def count_read(cells: pl.Series, parse: Parse) -> int:
    """Return how many of the cells an expression can read."""
    return over(cells, parse).count()


def after(step: Parse | None, parse: Parse) -> Parse:
    """Return a reading that begins with a preparing step."""
    return parse if step is None else lambda cell: parse(step(cell))


def when_like(pattern: str, parse: Parse) -> Parse:
    """Return a reading of cells that match a pattern. Polars' own parsers accept more than is safe."""
    return lambda cell: pl.when(cell.str.contains(pattern)).then(parse(cell))


def by_parts(cell: pl.Expr, pattern: str, whole: pl.Expr) -> pl.Expr:
    """Return `whole`, an expression over the pattern's named groups as `pl.field`s.

    It is staged in a struct, because Polars would else match the pattern once for every mention of a group.
    """
    return cell.str.extract_groups(pattern).struct.with_fields(whole.alias("whole")).struct.field("whole")


def used(forms: Iterable[Form], cells: pl.Series) -> list[Form]:
    """Return the forms that are needed to read all readable cells, most used first.

    Example: the cells 07:30, 08:15 and 0900, and the forms H:MM, HMM and H. Two cells match H:MM and one HMM,
    so the answer is H:MM, HMM. H reads no cell that is left, so it is not used.
    """
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
    needed: list[Form] = []
    unread = pl.repeat(value=True, n=cells.len(), eager=True)
    for read, form in ranked:
        if (read & unread).any():
            needed.append(form)
            unread &= ~read
    return needed


def either(forms: Sequence[Form], dtype: pl.DataType) -> Parse:
    """Return a reading of any of the forms; where none fits, null of the dtype."""
    if not forms:
        return nothing(dtype)
    if len(forms) == 1:
        return forms[0].parse

    def parse(cell: pl.Expr) -> pl.Expr:
        # Each form gets only its own cells: reading nulls costs nothing.
        return pl.coalesce(form.parse(pl.when(cell.str.contains(form.pattern)).then(cell)) for form in forms)

    return parse


def nothing(dtype: pl.DataType) -> Parse:
    """Return a reading that makes every cell a null of the dtype."""
    return lambda cell: pl.when(cell.is_null()).then(pl.lit(None, dtype)).otherwise(pl.lit(None, dtype))


def looked_up(cell: pl.Expr, keys: pl.Series, values: pl.Series) -> pl.Expr:
    """Return the item of `values` at the place that each cell's text has in `keys`; null for other text.

    This works batch by batch. Polars 2.1 with columns as arguments would look up a whole column at once and
    hold all other columns of the file meanwhile: five times the memory and twice the time at ten million
    rows.
    """
    places = pl.Enum(keys)

    def of_batch(batch: pl.Series) -> pl.Series:
        # Takes half the time of `replace_strict`.
        return values.gather(batch.cast(places, strict=False).to_physical())

    return cell.map_batches(of_batch, return_dtype=values.dtype, is_elementwise=True)
