"""The rows of tables about people, by the part of the people they are in."""

from collections.abc import Mapping

import polars as pl


def rows_by_part(table: pl.DataFrame, parts: pl.DataFrame) -> Mapping[int, pl.DataFrame]:
    """Return a table's rows by part, in their order; rows of people in no part are left out.

    `parts`: `staff_id` (unique), `part` (UInt32).
    """
    placed = table.join(parts, on="staff_id", how="inner", maintain_order="left")
    cut = placed.partition_by("part", as_dict=True, include_key=False, maintain_order=True)
    return {int(key[0]): rows for key, rows in cut.items()}
