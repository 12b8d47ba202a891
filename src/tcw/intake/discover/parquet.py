"""Parquet files, and folders of them that are one data set: scanned, never read whole."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import polars as pl

from tcw.errors import InputFault
from tcw.intake.discover import file_faults as faults
from tcw.intake.discover.file_faults import quiet_panics
from tcw.intake.discover.raw import ROW_INDEX, Origin, RawSheet, Scan, cell_names, check_width

MAGIC, ENCRYPTED_MAGIC = b"PAR1", b"PARE"
SMALL = 4 * 2**20
"""Bytes. A smaller file is checked by reading it through before Polars gets it; larger ones would take too
long."""
LEAST = 12
"""Bytes of the smallest Parquet file: both magics and the length of its metadata."""


def open_parquet(path: Path, relative_name: str) -> RawSheet:
    """Scan a Parquet file, or every *.parquet file of a folder as one data set.

    Cells keep their types, but those that no table has (structs, lists of dates, bytes) become text. Blank
    rows stay. Raises InputFault for files that are no Parquet, cut off or encrypted, and for parts of a data
    set with other columns or types than the first.
    """
    parts = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    names = [part.name if part is path else f"{relative_name}/{part.name}" for part in parts]
    names = [relative_name] if not path.is_dir() else names
    size = sum(_check(part, name) for part, name in zip(parts, names, strict=True))
    schemas = [_schema(part, name) for part, name in zip(parts, names, strict=True)]
    for schema, name in zip(schemas, names, strict=True):
        if schema != schemas[0]:
            raise InputFault(faults.PARQUET_PARTS, file=name, first=names[0])
    columns = list(schemas[0])
    check_width(len(columns), names[0])
    cells = cell_names(len(columns))
    with faults.reading(relative_name, faults.BROKEN_PARQUET), quiet_panics():
        scanned = pl.scan_parquet(parts, glob=False, hive_partitioning=False)
        scan = Scan(
            tuple(parts),
            (
                pl.col(ROW_INDEX).alias("row"),
                *[
                    _cell(scanned, column, dtype).alias(cell)
                    for (column, dtype), cell in zip(schemas[0].items(), cells, strict=True)
                ],
                pl.lit(value=False).alias("beyond"),
            ),
        )
        frame = scan.frame()
    return RawSheet(Origin(relative_name), "parquet", frame, len(columns), (tuple(columns),), size, scan=scan)


@contextmanager
def damage_as_fault(sheet: RawSheet) -> Iterator[None]:
    """Turn what Polars raises inside into an InputFault, where a damaged page of a Parquet file causes it.

    Polars notices damage in larger files only when it reads the cells. Only exceptions that can come from
    damage count. Sheets of other kinds are left alone.
    """
    if sheet.medium != "parquet":
        yield
        return
    try:
        with quiet_panics():
            yield
    except BaseException as error:
        of_file = isinstance(error, pl.exceptions.ComputeError) and "parquet" in str(error)
        if not (of_file or faults.panicked(error)):
            raise
        raise InputFault(faults.BROKEN_PARQUET, file=sheet.origin.file) from error


def _cell(scanned: pl.LazyFrame, column: str, dtype: pl.DataType) -> pl.Expr:
    """Return the cells of a column in a type that `tcw.intake.values` can read."""
    cell = pl.col(column)
    if isinstance(dtype, pl.Binary) and _is_text(scanned, column):
        return cell.cast(pl.String)
    plain_list = isinstance(dtype, pl.List) and not dtype.inner.is_nested() and dtype.inner != pl.Binary
    if plain_list or not (dtype.is_nested() or isinstance(dtype, pl.Binary | pl.Object)):
        return cell
    # Polars makes text of anything inside a struct, but not of bytes and arrays by themselves.
    return pl.when(cell.is_not_null()).then(
        pl.struct(cell).cast(pl.String, strict=False).str.slice(1).str.head(-1)
    )


def _is_text(scanned: pl.LazyFrame, column: str) -> bool:
    """Say whether a column of bytes is text: some programs write text without marking it so."""
    try:
        scanned.select(pl.col(column).cast(pl.String).null_count()).collect(engine="streaming")
    except pl.exceptions.ComputeError:
        return False
    return True


def _check(path: Path, file: str) -> int:
    """Check that both ends of a file look like Parquet, and return its size."""
    with faults.os_faults(file), path.open("rb") as stream:
        head = stream.read(4)
        size = stream.seek(0, 2)
        stream.seek(max(size - 4, 0))
        tail = stream.read(4)
    if size == 0:
        raise InputFault(faults.EMPTY, file=file)
    if ENCRYPTED_MAGIC in (head, tail):
        raise InputFault(faults.ENCRYPTED_PARQUET, file=file)
    if head != MAGIC:
        raise InputFault(faults.NO_PARQUET, file=file)
    if tail != MAGIC or size < LEAST:
        raise InputFault(faults.BROKEN_PARQUET, file=file)
    if size <= SMALL:
        _read_through(path, file)
    return size


def _read_through(path: Path, file: str) -> None:
    """Read a file with Arrow, which refuses damaged pages that would make Polars abort; then with Polars."""
    import pyarrow as pa
    from pyarrow import parquet

    with faults.reading(file, faults.BROKEN_PARQUET), suppress(pa.ArrowNotImplementedError):
        parquet.ParquetFile(path).read(use_threads=False).validate(full=True)
    with faults.reading(file, faults.BROKEN_PARQUET), quiet_panics():
        pl.scan_parquet(path, glob=False, hive_partitioning=False).collect(engine="streaming")


def _schema(path: Path, file: str) -> pl.Schema:
    with faults.reading(file, faults.BROKEN_PARQUET), quiet_panics():
        return pl.scan_parquet(path, glob=False, hive_partitioning=False).collect_schema()
