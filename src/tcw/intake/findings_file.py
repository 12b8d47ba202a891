"""Findings of earlier runs: the baseline (Parquet or CSV that tcw wrote), and those accepted (CSV)."""

import io
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from tcw.errors import InputFault, UsageFault
from tcw.model.finding import IDENTITY
from tcw.wording import Phrase

MISSING = Phrase("findings-missing", "{option}: there is no file {path}; check the path.")
NOT_READ = Phrase(
    "findings-not-read",
    "{option}: {path} cannot be read as findings; give a Parquet or CSV file that tcw check wrote.",
)
NO_COLUMNS = Phrase("findings-no-columns", "{option}: {path} lacks the columns {names}; it has {known}.")
NOT_A_TIME = Phrase(
    "findings-not-a-time",
    "{option}: {path}, row {row}: {value} in {column} is no time; write 2026-03-02 07:00.",
)
ALIASES: Mapping[str, str] = {
    "kod": "code",
    "regel": "code",
    "rule": "code",
    "anst.nr": "staff_id",
    "anställningsnummer": "staff_id",
    "employee no.": "staff_id",
    "från": "from",
    "till": "to",
    "avser": "subject",
    "uppmätt": "measured",
    "vem": "who",
    "accepterad av": "who",
    "when": "when",
    "när": "when",
    "datum": "when",
    "why": "why",
    "varför": "why",
    "skäl": "why",
}
NEEDED = ("code", "staff_id", "from", "to")
ACCEPTED = ("who", "when", "why")
SEPARATORS = ";\t,"


def read_baseline(path: Path) -> pl.DataFrame:
    """Return at least IDENTITY of the findings in a file that tcw check wrote.

    Raises:
        UsageFault: no such file. InputFault: not findings.
    """
    return _typed(_read(path, "--baseline"), path, "--baseline", NEEDED)


def read_accepted(path: Path) -> pl.DataFrame:
    """Return IDENTITY, `measured` and `who` of accepted findings.

    The file is a CSV of findings as `tcw check --format csv` writes them, with the columns `who`, `when` and
    `why` (vem, när, varför) filled in; a row without who is not accepted by anybody and is left out. Raises
    as `read_baseline`.
    """
    frame = _typed(_read(path, "--accepted"), path, "--accepted", (*NEEDED, *ACCEPTED))
    return frame.filter(pl.col("who").is_not_null() & (pl.col("who").str.strip_chars() != ""))


def _read(path: Path, option: str) -> pl.DataFrame:
    if not path.is_file():
        raise UsageFault(MISSING, option=option, path=path)
    try:
        content = path.read_bytes()
        if content[:4] == b"PAR1":
            return pl.read_parquet(io.BytesIO(content))
        text = _decoded(content)
        first = text.split("\n", 1)[0]
        separator = max(SEPARATORS, key=first.count)
        frame = pl.read_csv(io.BytesIO(text.encode()), separator=separator, infer_schema=False)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise InputFault(NOT_READ, option=option, path=path) from error
    return frame


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _typed(frame: pl.DataFrame, path: Path, option: str, needed: tuple[str, ...]) -> pl.DataFrame:
    named = frame.rename(
        {name: ALIASES.get(name.strip().lower(), name.strip().lower()) for name in frame.columns}
    )
    missing = [name for name in needed if name not in named.columns]
    if missing:
        known = ", ".join(frame.columns)
        raise InputFault(NO_COLUMNS, option=option, path=path, names=", ".join(missing), known=known)
    columns: list[pl.Expr] = []
    for name in (*IDENTITY, "measured", *ACCEPTED):
        if name not in named.columns:
            columns.append(pl.lit(None, dtype=pl.Float64 if name == "measured" else pl.String).alias(name))
        elif name in {"from", "to"}:
            columns.append(_moment(named, name, path, option))
        elif name == "measured":
            text = pl.col(name).cast(pl.String).str.replace(",", ".", literal=True)
            columns.append(text.cast(pl.Float64, strict=False).alias(name))
        else:
            # A text that a spreadsheet would take for a formula has an apostrophe in front.
            columns.append(pl.col(name).cast(pl.String).str.strip_prefix("'"))
    return named.select(columns)


def _moment(frame: pl.DataFrame, name: str, path: Path, option: str) -> pl.Expr:
    if frame.schema[name].is_temporal():
        return pl.col(name).cast(pl.Datetime("us"))
    text = pl.col(name).str.strip_chars().str.replace("T", " ", literal=True)
    padded = pl.when(text.str.len_chars() == 16).then(text + ":00").otherwise(text)  # noqa: PLR2004 - without seconds
    read = padded.str.slice(0, 19).str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    bad = frame.with_row_index("row_", offset=2).filter(
        read.is_null() & pl.col(name).is_not_null() & (pl.col(name) != "")
    )
    if bad.height:
        raise InputFault(
            NOT_A_TIME, option=option, path=path, row=bad["row_"][0], value=bad[name][0], column=name
        )
    return read.alias(name)
