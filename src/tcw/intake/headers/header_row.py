"""Which row holds the headers; what they mean is in `recognise` and `aliases`, and is to be had from here too."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tcw.intake.headers.aliases import Aliases, shipped_aliases, words_for
from tcw.intake.headers.recognise import Recognition, recognise

__all__ = ["Aliases", "HeaderRow", "Recognition", "find_header", "recognise", "shipped_aliases", "words_for"]

ENOUGH = 2
"""Recognised cells that make a row a header row; text cells that may make it one."""
CLEARER = 0.05
"""By this much two rows together must say more than one."""


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """The header row, or two rows put together by column.

    `row` and `last_row` are places in `head`: the first header row and the last; data begin after `last_row`,
    which the user sees as row `last_row + 1`.
    """

    row: int
    last_row: int
    headers: tuple[str, ...]
    """One per column, "" where blank."""
    known: int
    """How many of them one table knows."""
    sure: bool
    """False when too few were known, so that the first row with text was taken."""


def find_header(head: Sequence[Sequence[str | None]], *, aliases: Aliases | None = None) -> HeaderRow | None:
    """Return the header row among the first rows of a sheet, or None when there is no text to be one.

    The row of which one table knows most cells, the first of equals; two rows together when that knows more
    (a merged group title above). When no row has two known cells: the first with two texts, and not sure.
    """
    known = aliases or shipped_aliases()
    scores = [_known(row, known) for row in head]
    best = max(range(len(head)), key=lambda i: (scores[i], -i), default=None)
    if best is None:
        return None
    row, last, headers, (score, weight) = best, best, _texts(head[best]), scores[best]
    for upper, (above, below) in enumerate(pairwise(head)):
        if any(_is_data(cell) for cell in below) or not any(count for count, _ in scores[upper : upper + 2]):
            continue
        together = _combined(above, below, known)
        combined, tells = _known(together, known)
        # "Anställd" above "nr" says more than "nr", although it is no more columns.
        if combined > score or (combined >= score - 1 and tells > weight + CLEARER):
            row, last, headers, score, weight = upper, upper + 1, together, combined, tells
    if score >= ENOUGH:
        return HeaderRow(row, last, headers, score, sure=True)
    for i, cells in enumerate(head):
        if sum(1 for cell in cells if cell and not _is_data(cell)) >= ENOUGH:
            return HeaderRow(i, i, _texts(cells), scores[i][0], sure=False)
    if score:
        return HeaderRow(row, last, headers, score, sure=False)
    return None


def _texts(row: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(" ".join((cell or "").split()) for cell in row)


def _is_data(cell: str | None) -> bool:
    """Tell whether a cell is a number, a date or the like rather than a header."""
    return bool(cell) and bool(re.match(r"\W*\d", cell or ""))


def _known(row: Sequence[str | None], aliases: Aliases) -> tuple[int, float]:
    """Return how many of the cells one table knows, each of its columns counted once, and how telling they are."""
    found: dict[str, dict[str, float]] = {}
    for cell in row:
        for table, match in aliases.matches(cell).items() if cell else ():
            columns = found.setdefault(table, {})
            columns[match.column] = max(match.weight, columns.get(match.column, 0.0))
    return max(((len(columns), sum(columns.values())) for columns in found.values()), default=(0, 0.0))


def _combined(above: Sequence[str | None], below: Sequence[str | None], aliases: Aliases) -> tuple[str, ...]:
    """Return two rows as one: per column the known one of both together, the lower, the upper."""
    width = max(len(above), len(below))
    uppers = [*_texts(above), *[""] * (width - len(above))]
    lowers = [*_texts(below), *[""] * (width - len(below))]
    together: list[str] = []
    group = ""  # a merged cell has its text in its first column only
    for upper, lower in zip(uppers, lowers, strict=True):
        group = upper or group
        both = f"{group} {lower}".strip() if lower else upper
        together.append(next((text for text in (both, lower, upper) if aliases.matches(text)), both))
    return tuple(together)
