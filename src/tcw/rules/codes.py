"""Codes of rules: the families that their first two letters name, and the nearest code to a mistyped one."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from tcw.wording import Phrase

FAMILIES: Final = {
    "WT": Phrase("family.WT", "Working time"),
    "PL": Phrase("family.PL", "Planning"),
    "AG": Phrase("family.AG", "Agreements"),
    "BK": Phrase("family.BK", "Bookings and competences"),
    "ST": Phrase("family.ST", "Settings"),
}
CODE: Final = re.compile(r"([A-Za-z]{2})\s*-?\s*0*(\d{1,2})")
CUTOFF: Final = 0.4


def nearest(text: str, codes: Iterable[str], names: Iterable[str]) -> str:
    """Return the likeliest code or name: WT01 for "WT1" or "wt-1"; the first code when nothing is near."""
    known = list(codes)
    match = CODE.fullmatch(text.strip())
    if match and (padded := f"{match[1].upper()}{int(match[2]):02d}") in known:
        return padded
    folded = {name.lower(): name for name in (*known, *names)}
    similar = get_close_matches(text.strip().lower(), folded, n=1, cutoff=CUTOFF)
    return folded[similar[0]] if similar else known[0]
