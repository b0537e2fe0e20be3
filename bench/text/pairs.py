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
    width = np.repeat(columns, rows)  # of the table that each row is in
    row = np.repeat(np.arange(len(width)), width)
    first_column = np.repeat(np.cumsum(columns) - columns, rows)
    first_pair = np.cumsum(width) - width
    return row, np.arange(len(row)) - np.repeat(first_pair - first_column, width)
