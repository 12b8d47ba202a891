"""One canonical column of a sheet: where its cells stand and how they are read."""

from dataclasses import dataclass, field, replace

import polars as pl

from tcw.intake.values import Reading
from tcw.intake.values.blanks import blanked, is_error
from tcw.intake.values.by_text import Known, known_texts
from tcw.model.tables.field import Kind


@dataclass(frozen=True, slots=True)
class CellSource:
    """Which columns of cells one canonical column is taken from."""

    indices: tuple[int, ...]
    joined: bool = False
    """Put together with a blank (first name, last name); else the first that is not blank counts."""
    as_text: bool = False
    """The cells are typed, but in a way that does not say what they mean (0.75 or 75), and are read as text."""
    dtypes: tuple[pl.DataType, ...] = ()
    """Of the columns, for making text of them."""

    @property
    def expr(self) -> pl.Expr:
        """The cells, as they were found."""
        cells = [pl.col(f"c{index}") for index in self.indices]
        if self.as_text or self.joined:
            cells = [_text(cell, dtype) for cell, dtype in zip(cells, self.dtypes, strict=True)]
        if len(cells) == 1:
            return cells[0]
        if self.joined:
            together = pl.concat_str(cells, separator=" ", ignore_nulls=True)
            return pl.when(together != "").then(together)
        return pl.coalesce(cells)


def _text(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.List):
        return cell.list.eval(_text(pl.element(), _inner(dtype))).list.join(", ", ignore_nulls=True)
    return cell.dt.to_string() if isinstance(dtype, pl.Duration) else cell.cast(pl.String)


def _inner(dtype: pl.List) -> pl.DataType:
    return dtype.inner if isinstance(dtype.inner, pl.DataType) else dtype.inner()


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """One canonical column of a sheet: where its cells stand and how they are read."""

    name: str
    source: "CellSource"
    header: str
    kind: Kind
    required: bool
    reading: Reading
    text: bool
    """The cells are text; those of Parquet keep their type."""
    words: frozenset[str] | None = None
    """For words of Parquet that are canonical as they are: all that occur."""
    factor: float = 1.0
    """What a length is multiplied by to be in the column's unit: a header may say minutes where the column is hours."""
    known: Known | None = field(default=None, repr=False, compare=False)
    """Texts that are looked up rather than read, and their values: see `tcw.intake.values.by_text`."""

    @property
    def cell(self) -> pl.Expr:
        """The cells as they were found."""
        return self.source.expr

    @property
    def present(self) -> pl.Expr:
        """The cells; blanks and placeholders for nothing are null."""
        if self.text:
            return blanked(self.cell, self.kind, self.name)
        return self.cell

    @property
    def value(self) -> pl.Expr:
        """What the cells hold, typed; null where blank or unreadable."""
        return self.value_of(self.present)

    def value_of(self, present: pl.Expr) -> pl.Expr:
        """Return `value`, of a column that holds `present`."""
        value = self.reading.expr(present)
        return value if self.factor == 1.0 else value * self.factor

    @property
    def unreadable(self) -> pl.Expr | None:
        """Whether a cell holds something that cannot be read; None where everything can."""
        return self.unreadable_of(self.present, self.value)

    def unreadable_of(self, present: pl.Expr, value: pl.Expr) -> pl.Expr | None:
        """Return `unreadable`, of columns that hold `present` and `value`."""
        if self.text and self.kind in {"id", "text"}:
            return is_error(self.cell)
        if self.kind in {"id", "text", "list"} or not self.text:
            return None
        return value.is_null() & present.is_not_null()

    @property
    def missing(self) -> pl.Expr | None:
        """Whether a required cell is blank; None where it may be."""
        return self.missing_of(self.present)

    def missing_of(self, present: pl.Expr) -> pl.Expr | None:
        """Return `missing`, of a column that holds `present`."""
        if not self.required:
            return None
        if self.text or self.kind != "id":
            return present.is_null()
        return self.cell.is_null() | (self.cell.cast(pl.String) == "")

    def knowing(self, texts: pl.Series | None) -> "ColumnRead":
        """Return the same column, in which such texts are looked up."""

        def read(cell: pl.Expr) -> pl.Expr:
            return self.value_of(blanked(cell, self.kind, self.name))

        return replace(self, known=None if texts is None else known_texts(texts, read))
