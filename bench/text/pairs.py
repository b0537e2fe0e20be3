"""Every row with every column, for many small tables at once."""

from __future__ import annotations

import numpy as np

from bench.text.encoder import Counts


def all_pairs(rows: Counts, columns: Counts) -> tuple[Counts, Counts]:
    """The pairs of many tables, table by table and row by row.

    Args:
        rows: how many rows each table has.
        columns: how many columns each table has.

    Returns:
        For each pair the index of its row among the rows of all tables laid end to end, and that
        of its column likewise.
    """
    sizes = rows * columns
    table = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(len(table)) - (np.cumsum(sizes) - sizes)[table]
    width = columns[table]
    first_row, first_column = (np.cumsum(n) - n for n in (rows, columns))
    return first_row[table] + within // width, first_column[table] + within % width
