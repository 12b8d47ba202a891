"""The rows of tables about people, by the part of the people they are in."""

import polars as pl


def rows_by_part(table: pl.DataFrame, parts: pl.DataFrame, key: str = "staff_id") -> dict[int, pl.DataFrame]:
    """Return a table's rows by part, in their order; rows in no part are left out, those in several are in each.

    `parts`: the `key` and `part` (UInt32), each pair of them once.
    """
    placed = table.join(parts, on=key, how="inner", maintain_order="left")
    cut = placed.partition_by("part", as_dict=True, include_key=False, maintain_order=True)
    return {int(key[0]): rows for key, rows in cut.items()}
