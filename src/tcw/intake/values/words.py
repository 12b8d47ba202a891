"""Words with a meaning: yes and no, and the few words of a column such as status or billing."""

from collections.abc import Mapping, Sequence

import polars as pl

from tcw.intake.values.forms import looked_up, over, tidy
from tcw.intake.values.reading import Hints, Parse, Reading
from tcw.wording import Message, Phrase

BLANK_IS_NO = Phrase("values.marked-cells", "marks such as {example} read as yes; blank cells stay unknown")

YES = (
    "ja",
    "j",
    "yes",
    "y",
    "true",
    "t",
    "sant",
    "sann",
    "s",
    "1",
    "1.0",
    "x",
    "on",
    "på",
    "billable",
    "debiterbar",
    "checked",
    "✓",
    "✔",
    "☑",
    "√",
)
NO = (
    "nej",
    "n",
    "no",
    "false",
    "f",
    "falskt",
    "falsk",
    "0",
    "0.0",
    "off",
    "av",
    "unchecked",
    "non-billable",
    "✗",
    "✘",
    "☐",
    "not billable",
    "ej debiterbar",
    "icke debiterbar",
)
_NO_LETTER = r"[^\p{L}\p{N}\p{M}]+"


def folded(cell: pl.Expr) -> pl.Expr:
    """Return the letters and digits of a text in lower case: "EJ DEBITERBAR" and "ej_debiterbar" are one word.

    A text without any stays as it is, so that a tick is still a tick.
    """
    plain = tidy(cell).str.to_lowercase()
    letters = plain.str.replace_all(_NO_LETTER, "")
    return pl.when(letters == "").then(plain).otherwise(letters)


def _meanings(words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the canonical word by folded spelling; a canonical word is a spelling of itself, the first counts."""
    pairs = [(word, spelling) for word, spellings in words.items() for spelling in (word, *spellings)]
    if not pairs:
        return {}
    keys = over(pl.Series("cell", [spelling for _, spelling in pairs], dtype=pl.String), folded).to_list()
    meanings: dict[str, str] = {}
    for key, (word, _) in zip(keys, pairs, strict=True):
        meanings.setdefault(key, word)
    return meanings


def _known(sample: pl.Series, meanings: Mapping[str, str]) -> dict[str, str]:
    """Return the canonical word of each cell of the sample that is one, as the cell has it."""
    folds = over(sample, folded).to_list()
    return {
        cell: meanings[fold]
        for cell, fold in zip(sample.to_list(), folds, strict=True)
        if cell is not None and fold in meanings
    }


def _mapped(known: Mapping[str, object], dtype: pl.DataType) -> Parse:
    if not known:
        return lambda cell: pl.when(cell.is_null()).then(pl.lit(None, dtype)).otherwise(pl.lit(None, dtype))
    keys, values = pl.Series(list(known), dtype=pl.String), pl.Series(list(known.values()), dtype=dtype)
    return lambda cell: looked_up(cell, keys, values)


def read_words(sample: pl.Series, hints: Hints) -> Reading:
    """Translate cells with `hints.words`; an odd spelling the sample lacks is null, for a new plan.

    Ten times as fast as folding ten million cells of three spellings.
    """
    meanings = _meanings(hints.words)
    known = _known(sample, meanings)
    # A word that first occurs after the sample is nearly always written as we know it: no second look at the file then.
    spellings = [spelling for word, others in hints.words.items() for spelling in (word, *others)]
    forms = [
        (plain, plain.lower(), plain.upper(), plain[:1].upper() + plain[1:].lower()) for plain in spellings
    ]
    usual = _known(
        pl.Series("cell", [form for all_forms in forms for form in all_forms], dtype=pl.String), meanings
    )
    return Reading(
        "word", "word", tuple(sorted(set(known.values()))), (), _mapped(usual | known, pl.String())
    )


def read_yes_no(sample: pl.Series) -> Reading:
    """Read yes and no in Swedish, English and marks, as in `read_words`."""
    known = _known(sample, _meanings({"yes": YES, "no": NO}))
    answers = {cell: word == "yes" for cell, word in known.items()}
    notes: tuple[Message, ...] = ()
    if answers and all(answers.values()):
        notes = (Message(BLANK_IS_NO, {"example": next(iter(answers))}),)
    return Reading("yes_no", "yes_no", tuple(list(answers)[:4]), notes, _mapped(answers, pl.Boolean()))
