"""What somebody probably meant who wrote a code or a name that no rule has."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

CODE = re.compile(r"([A-Za-z]{2})\s*-?\s*0*(\d{1,2})")
CUTOFF = 0.4


def nearest(text: str, codes: Iterable[str], names: Iterable[str]) -> str:
    """Return the likeliest code or name: WT01 for "WT1" or "wt-1"; the first code when nothing is near."""
    known = list(codes)
    match = CODE.fullmatch(text.strip())
    if match and (padded := f"{match[1].upper()}{int(match[2]):02d}") in known:
        return padded
    folded = {name.lower(): name for name in (*known, *names)}
    similar = get_close_matches(text.strip().lower(), folded, n=1, cutoff=CUTOFF)
    return folded[similar[0]] if similar else known[0]
