"""Deciding how one column is written, whatever its kind."""

from collections.abc import Callable

import polars as pl

from tcw.intake.discover.raw import Medium
from tcw.intake.values.days_and_times import read_dates, read_moments
from tcw.intake.values.durations import read_durations
from tcw.intake.values.ids import read_ids
from tcw.intake.values.lists import read_lists
from tcw.intake.values.numbers import read_integers, read_numbers
from tcw.intake.values.reading import Hints, Reading
from tcw.intake.values.shares import read_shares
from tcw.intake.values.words import read_words, read_yes_no
from tcw.model.tables.field import Kind


def read_column(
    sample: pl.Series, kind: Kind, hints: Hints | None = None, *, medium: Medium = "text"
) -> Reading:
    """Decide how a column of text is written.

    `sample`: distinct, non-blank, stripped String cells. The reading takes the ways of writing that the sample
    shows and no other, so that a common file is read by one fast parse; cells that come out null though they
    are not blank are to be given to `Reading.widened`, once. `medium` "excel" says that numbers may have been
    written by a program (2.0 is the id 2, 1.234 has a decimal point).

    Raises Ambiguity where a column can be read in two ways, with the setting that decides.
    """
    cells = sample.cast(pl.String).drop_nulls().unique(maintain_order=True).alias("cell")
    cells = cells.filter(cells.str.strip_chars() != "")
    read = _planner(kind, hints or Hints(), medium)
    first = read(cells)

    def replan(stragglers: pl.Series) -> Reading:
        both = pl.concat([cells, stragglers.cast(pl.String).alias("cell")])
        return read_column(both, kind, hints, medium=medium)

    return Reading(first.kind, first.shape, first.formats, first.notes, first.parse, replan)


def _planner(kind: Kind, hints: Hints, medium: Medium) -> Callable[[pl.Series], Reading]:
    by_program = medium == "excel"
    planners: dict[Kind, Callable[[pl.Series], Reading]] = {
        "moment": lambda cells: read_moments(cells, hints),
        "date": lambda cells: read_dates(cells, hints),
        "hours": lambda cells: read_durations(cells, "hours", hints, exact_points=by_program),
        "minutes": lambda cells: read_durations(cells, "minutes", hints, exact_points=by_program),
        "seconds": lambda cells: read_durations(cells, "seconds", hints, exact_points=by_program),
        "share": lambda cells: read_shares(cells, hints, exact_points=by_program),
        "number": lambda cells: read_numbers(cells, hints, exact_points=by_program),
        "integer": lambda cells: read_integers(cells, hints, exact_points=by_program),
        "yes_no": read_yes_no,
        "word": lambda cells: read_words(cells, hints),
        "list": read_lists,
        "id": lambda cells: read_ids(cells, "id", floats=by_program),
        "text": lambda cells: read_ids(cells, "text", floats=by_program),
    }
    return planners[kind]
