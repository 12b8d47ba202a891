"""Ids and personal numbers, lists of ids, yes and no, and words of a fixed list (status, billing)."""

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl

from tcw.intake.values.reading import Hints, Parse, Reading, has_odd, looked_up, nothing, over, tidy
from tcw.wording import Message, Phrase

# Ids.

WHOLE_FLOAT = r"^(-?\d+)\.0+$"
_PERSONAL = (
    r"^(?P<century>\d{2})?(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2}) ?(?P<sign>[-+]?) ?(?P<last>\d{4})$"
)
COORDINATION = 60  # added to the day in a coordination number (samordningsnummer)


def read_ids(sample: pl.Series, kind: Literal["id", "text"], *, floats: bool) -> Reading:
    """Return ids and texts as they are, but ids with plain blanks and hyphens for typographic ones.

    `floats`: the cells come from Excel, which makes 2.0 of the number 2.
    """
    odd = has_odd(sample)

    def parse(cell: pl.Expr) -> pl.Expr:
        text = tidy(cell) if odd and kind == "id" else cell
        if floats and kind == "id":
            text = text.str.replace(WHOLE_FLOAT, "$1")
        return pl.when(text != "").then(text)

    return Reading(kind, kind, (), (), parse)


def personal_number(cell: pl.Expr, as_of: int) -> pl.Expr:
    """Return a Swedish personal or coordination number as the twelve digits YYYYMMDDNNNN, else null.

    Takes ten or twelve digits with or without a hyphen, and the plus sign that stands for a hundred years
    (Folkbokföringslagen 18 §). Without a century, the person is 0–99 years old in the year `as_of`, or
    100–199 with a plus sign. The date must exist; the check digit is not checked. Example, as of 2026:

        850102-0000     198501020000
        850102+0000     188501020000
        250102-0000     202501020000
    """
    part = tidy(cell).str.extract_groups(_PERSONAL).struct
    year = part.field("year").cast(pl.Int64, strict=False)
    recent = as_of - (as_of - year) % 100
    full = pl.coalesce(
        part.field("century").cast(pl.Int64, strict=False) * 100 + year,
        pl.when(part.field("sign") == "+").then(recent - 100).otherwise(recent),
    )
    day = part.field("day").cast(pl.Int64, strict=False)
    born = pl.when(day > COORDINATION).then(day - COORDINATION).otherwise(day)
    iso = pl.concat_str(
        full.cast(pl.String).str.zfill(4),
        part.field("month"),
        born.cast(pl.String).str.zfill(2),
        separator="-",
    )
    date = iso.str.to_date("%Y-%m-%d", strict=False)
    digits = pl.concat_str(
        full.cast(pl.String).str.zfill(4), part.field("month"), part.field("day"), part.field("last")
    )
    return pl.when(date.dt.year().is_between(1800, as_of)).then(digits)


# Lists.

_SEPARATOR = r"\s*[,;|\r\n][\s,;|]*"


def read_lists(sample: pl.Series) -> Reading:
    """Split cells at , ; | and line breaks into List(String), without blanks around or between the items."""
    odd = has_odd(sample)

    def parse(cell: pl.Expr) -> pl.Expr:
        joined = cell.str.replace_all(_SEPARATOR, ";")
        if odd:
            joined = tidy(joined)
        joined = joined.str.strip_chars("; \u00a0")
        return pl.when(joined != "").then(joined.str.split(";"))

    return Reading("list", "list", ("A, B",) if sample.len() else (), (), parse)


# Yes and no, and words of a fixed list.

BLANK_IS_NO = Phrase("values.marked-cells", "marks such as {example} read as yes; blank cells stay unknown")

YES = (
    "ja", "j", "yes", "y", "true", "t", "sant", "sann", "s", "1", "1.0", "x", "on", "på", "billable",
    "debiterbar", "checked", "✓", "✔", "☑", "√",
)  # fmt: skip
NO = (
    "nej", "n", "no", "false", "f", "falskt", "falsk", "0", "0.0", "off", "av", "unchecked", "non-billable",
    "✗", "✘", "☐", "not billable", "ej debiterbar", "icke debiterbar",
)  # fmt: skip
_NO_LETTER = r"[^\p{L}\p{N}\p{M}]+"


def folded(cell: pl.Expr) -> pl.Expr:
    """Return the letters and digits of a text in lower case: "EJ DEBITERBAR" and "ej_debiterbar" are equal.

    A text without letters and digits, such as a tick, stays as it is.
    """
    plain = tidy(cell).str.to_lowercase()
    letters = plain.str.replace_all(_NO_LETTER, "")
    return pl.when(letters == "").then(plain).otherwise(letters)


def _meanings(words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the canonical word of each folded spelling. A word is a spelling of itself; the first counts."""
    pairs = [(word, spelling) for word, spellings in words.items() for spelling in (word, *spellings)]
    if not pairs:
        return {}
    keys = over(pl.Series("cell", [spelling for _, spelling in pairs], dtype=pl.String), folded).to_list()
    meanings: dict[str, str] = {}
    for key, (word, _) in zip(keys, pairs, strict=True):
        meanings.setdefault(key, word)
    return meanings


def _translations(sample: pl.Series, meanings: Mapping[str, str]) -> dict[str, str]:
    """Return the canonical word of each cell of the sample that has one."""
    folds = over(sample, folded).to_list()
    return {
        cell: meanings[fold]
        for cell, fold in zip(sample.to_list(), folds, strict=True)
        if cell is not None and fold in meanings
    }


def _mapped(values_by_cell: Mapping[str, object], dtype: pl.DataType) -> Parse:
    if not values_by_cell:
        return nothing(dtype)
    keys = pl.Series(list(values_by_cell), dtype=pl.String)
    values = pl.Series(list(values_by_cell.values()), dtype=dtype)
    return lambda cell: looked_up(cell, keys, values)


def read_words(sample: pl.Series, hints: Hints) -> Reading:
    """Translate cells with `hints.words` by looking them up.

    An unusual spelling that the sample lacks becomes null, for `Reading.widened`. Looking up is ten times as
    fast as folding ten million cells of three spellings.
    """
    meanings = _meanings(hints.words)
    translations = _translations(sample, meanings)
    # A word that first occurs after the sample nearly always has a usual spelling. These save a second look
    # at
    # the file.
    spellings = [spelling for word, others in hints.words.items() for spelling in (word, *others)]
    forms = [
        (plain, plain.lower(), plain.upper(), plain[:1].upper() + plain[1:].lower()) for plain in spellings
    ]
    usual = _translations(
        pl.Series("cell", [form for all_forms in forms for form in all_forms], dtype=pl.String), meanings
    )
    words = tuple(sorted(set(translations.values())))
    return Reading("word", "word", words, (), _mapped(usual | translations, pl.String()))


def read_yes_no(sample: pl.Series) -> Reading:
    """Read yes and no in Swedish, English and marks, as in `read_words`."""
    translations = _translations(sample, _meanings({"yes": YES, "no": NO}))
    answers = {cell: word == "yes" for cell, word in translations.items()}
    notes: tuple[Message, ...] = ()
    if answers and all(answers.values()):
        notes = (Message(BLANK_IS_NO, {"example": next(iter(answers))}),)
    return Reading("yes_no", "yes_no", tuple(list(answers)[:4]), notes, _mapped(answers, pl.Boolean()))
