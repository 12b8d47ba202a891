"""All findings with what they count for: in memory, or piled up in files when they may not fit; counted as they come in."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from tcw.model.finding import FINDINGS_SCHEMA
from tcw.model.severity import SEVERITIES, Severity
from tcw.parts.pile import Order, Pile

SCHEMA = pl.Schema({**FINDINGS_SCHEMA, "state": pl.String(), "counts": pl.Boolean()})
KEYS = ("code", "unit_id", "staff_id", "severity", "counts")
COUNTED = pl.Schema({**{name: SCHEMA[name] for name in KEYS}, "number": pl.Int64()})
FILED = Order("code", "staff_id", "from", "to", "subject")
"""The order in which findings are handed out."""


def worst_first() -> Order:
    """Return the order of reports: those that count first, then by severity, planned first, then by how far beyond the limit."""
    rank = pl.col("severity").replace_strict(
        {one: place for place, one in enumerate(SEVERITIES)}, default=len(SEVERITIES), return_dtype=pl.Int8
    )
    beyond = pl.col("shortfall") / pl.when(pl.col("limit") > 0).then(pl.col("limit")).otherwise(1.0)
    return Order(
        pl.col("counts").not_(),
        rank,
        pl.col("phase").eq_missing(pl.lit("planned")).not_(),
        beyond.fill_null(0.0),
        *("code", "staff_id", "from", "to", "subject"),
        descending=[False, False, False, True, *[False] * 5],
    )


def tally_of(findings: pl.LazyFrame) -> pl.DataFrame:
    """Return how many findings there are of each sort: COUNTED."""
    return findings.group_by(KEYS).agg(number=pl.len().cast(pl.Int64)).collect(engine="streaming")


class Found:
    """Findings as `tcw.rules.engine.standing.Standing` has them (SCHEMA), and how many there are of each sort.

    `counted`: COUNTED, `number` of findings by KEYS.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """Begin with none; with a folder they are kept there."""
        self._pile = Pile(SCHEMA, folder, "found")
        self._in_files = folder is not None
        self._tallies: list[pl.DataFrame] = []
        self._left_out: frozenset[str] = frozenset()

    def add(self, findings: pl.DataFrame, tally: pl.DataFrame | None = None) -> None:
        """Add those of a part, in FILED order; `tally`: of them, where it is known. Raises OSError: the disk is full."""
        self._pile.add(findings)
        self._tallies.append(tally_of(findings.lazy()) if tally is None else tally)

    def add_file(self, path: Path, height: int, tally: pl.DataFrame) -> None:
        """Add a file of findings (SCHEMA) that is already there, and the tally of them."""
        self._pile.add_file(path, height)
        self._tallies.append(tally)

    def leave_out(self, codes: Sequence[str]) -> None:
        """Forget the findings of rules that failed in some part: what others found is not the whole."""
        self._left_out |= frozenset(codes)

    @property
    def _kept(self) -> pl.Expr:
        return pl.col("code").is_in(list(self._left_out)).not_() if self._left_out else pl.lit(value=True)

    @property
    def counted(self) -> pl.DataFrame:
        """How many findings there are of each sort: COUNTED."""
        both = pl.concat([pl.DataFrame(schema=COUNTED), *self._tallies])
        self._tallies = [both.group_by(KEYS).agg(pl.col("number").sum())]
        return self._tallies[0].filter(self._kept)

    def worst(self) -> Severity | None:
        """Return the worst severity that counts."""
        counting = set(self.counted.filter("counts")["severity"].unique())
        return next((one for one in SEVERITIES if one in counting), None)

    def first(self, rows: int, *, counting: bool = False) -> pl.DataFrame:
        """Return the worst findings, worst first: of all, or of those that count only."""
        keep = self._kept & pl.col("counts") if counting else self._kept
        return self._pile.most(rows, keep, worst_first())

    def pieces(self) -> Iterator[pl.DataFrame]:
        """Yield all findings, in FILED order, some hundred thousand at a time."""
        if not self._in_files:
            yield from (frame.filter(self._kept) for frame in self._pile.each())
            return
        for piece in self._pile.ordered("code", pl.col("staff_id"), FILED):
            kept = piece.filter(self._kept)
            if kept.height:
                yield kept
