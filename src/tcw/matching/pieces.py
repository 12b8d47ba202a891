"""The pieces of people's hours as columns and rows of one component's program."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from tcw.matching.fairness import Spread

    Numbers = np.ndarray[Any, np.dtype[Any]]


class Pieces:
    """The pieces of hours of one component's people."""

    def __init__(self, spread: "Spread", place: "Numbers") -> None:
        """Take the pieces of whoever owns a pair of the component; `place` is a pair's column, -1 outside it."""
        import numpy as np

        pair, owner = spread.hours["pair"].to_numpy(), spread.hours["owner"].to_numpy()
        mine = place[pair] >= 0
        numbers, self.owner = np.unique(owner[mine], return_inverse=True)
        self.pair = place[pair[mine]]
        self.hours = spread.hours["weight"].to_numpy()[mine].astype(float)
        of_owner = spread.pieces["owner"].to_numpy()
        kept = np.isin(of_owner, numbers)
        self.of = np.searchsorted(numbers, of_owner[kept])
        self.width = spread.pieces["width"].to_numpy()[kept].astype(float)
        self.worth = spread.pieces["worth"].to_numpy()[kept].astype(float)
        self.owners = int(numbers.size)
        before = np.cumsum(self.width) - self.width
        first = np.searchsorted(self.of, np.arange(self.owners))
        self.before = before - before[first][self.of]

    def rows(self, size: int) -> tuple["Numbers", "Numbers", int, "Numbers", "Numbers", "Numbers"]:
        """Return the rows that fill pieces with the hours of the chosen pairs, as HiGHS takes them."""
        import numpy as np

        row = np.concatenate([self.owner, self.of])
        column = np.concatenate([self.pair, size + np.arange(self.of.size)])
        weight = np.concatenate([self.hours, -np.ones(self.of.size)])
        order = np.lexsort((column, row))
        starts = np.searchsorted(row[order], np.arange(self.owners)).astype(np.int32)
        return (
            np.zeros(self.owners),
            np.full(self.owners, np.inf),
            int(row.size),
            starts,
            column[order].astype(np.int32),
            weight[order],
        )

    def filled(self, values: "Numbers") -> "Numbers":
        """Return how full each piece is, the first first."""
        import numpy as np

        total = np.bincount(self.owner, self.hours * values[self.pair], self.owners)
        filled: Numbers = np.clip(total[self.of] - self.before, 0, self.width)
        return filled

    def worth_or(self, wanted: "Numbers | None") -> "Numbers":
        """Return the wanted worth; none where the wish is another."""
        import numpy as np

        return np.zeros(self.worth.size) if wanted is None else wanted
