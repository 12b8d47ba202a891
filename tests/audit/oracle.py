"""Two tables compared, slowly and obviously: dictionaries of rows, cell by cell."""

import re
from collections import Counter
from collections.abc import Sequence

Row = dict[str, str]


def value(cell: str) -> object:
    """A cell as what it says: a number, a day, else its text."""
    text = " ".join(cell.replace("\u00a0", " ").split())
    if re.fullmatch(r"[+-]?(0|[1-9]\d*|[1-9]\d{0,2}( \d{3})+)([.,]\d+)?", text):
        if re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", text):
            return ("day", f"{text[:4]}-{text[4:6]}-{text[6:]}")
        return ("number", float(text.replace(" ", "").replace(",", ".")))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return ("day", text)
    if found := re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", text):
        return ("day", f"{found[3]}-{found[2]}-{found[1]}")
    return text or None


def compared(before: Sequence[Row], after: Sequence[Row], key: Sequence[str]) -> Counter[tuple[object, ...]]:
    """Changes as (kind, key, column, before, after); rows whose key is missing or repeated as whole rows."""

    def of(row: Row) -> tuple[object, ...]:
        return tuple(value(row[name]) for name in key)

    counts = [Counter(of(row) for row in side) for side in (before, after)]
    loose = {one for side in counts for one, number in side.items() if number > 1 or one[0] is None}
    found: Counter[tuple[object, ...]] = Counter()
    left = {of(row): row for row in before if of(row) not in loose}
    right = {of(row): row for row in after if of(row) not in loose}
    for one in left.keys() | right.keys():
        if one not in right:
            found["removed", one] += 1
        elif one not in left:
            found["added", one] += 1
        else:
            for column in left[one]:
                if value(left[one][column]) != value(right[one][column]):
                    found["changed", one, column, left[one][column], right[one][column]] += 1
    wholes = [
        Counter(tuple(map(value, row.values())) for row in side if of(row) in loose)
        for side in (before, after)
    ]
    for whole in (wholes[0] - wholes[1]).elements():
        found["removed whole", whole] += 1
    for whole in (wholes[1] - wholes[0]).elements():
        found["added whole", whole] += 1
    return found
