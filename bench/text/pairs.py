"""Every row with every column, for many tables at once, in pieces that bound the memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench.text.encoder import Counts

PAIRS = 1_000_000
"""Pairs that are made at once: some 60 MB of what is worked out about them."""
Bounds = tuple[int, int, int, int]
"""The first row of a table and the one after its last, and its columns likewise."""


@dataclass(frozen=True)
class Piece:
    """The pairs of some rows, table by table and row by row.

    Attributes:
        tables: each table concerned, with those of its rows that are here; rows and columns are
            counted over all tables laid end to end.
        rows: for each pair its row.
        columns: for each pair its column.
    """

    tables: Sequence[Bounds]
    rows: Counts
    columns: Counts


def all_pairs(heights: Counts, widths: Counts) -> Piece:
    """All pairs of tables with so many rows and columns."""
    return _piece(heights, widths, 0, int(heights.sum()))


def pairs_in_pieces(heights: Counts, widths: Counts, most: int) -> Iterator[Piece]:
    """The same, at most ``most`` pairs at a time, or those of a single row."""
    if int((heights * widths).sum()) <= most:
        yield all_pairs(heights, widths)
        return
    width = np.repeat(widths, heights)  # of the table that each row is in
    ends = np.cumsum(width)
    first = 0
    while first < len(width):
        room = int(ends[first] - width[first]) + most
        last = max(first + 1, int(np.searchsorted(ends, room, side="right")))
        yield _piece(heights, widths, first, last)
        first = last


def _piece(heights: Counts, widths: Counts, first: int, last: int) -> Piece:
    """The pairs of the rows from ``first`` to before ``last``."""
    ends, column_ends = np.cumsum(heights), np.cumsum(widths)
    starts = ends - heights
    some = np.flatnonzero((starts < last) & (ends > first))
    starts, ends = np.maximum(starts[some], first), np.minimum(ends[some], last)
    column_ends = column_ends[some]
    column_starts = column_ends - widths[some]
    width = np.repeat(widths[some], ends - starts)  # of the table that each row is in
    rows = np.repeat(np.arange(first, first + len(width)), width)
    shift = np.cumsum(width) - width - np.repeat(column_starts, ends - starts)
    bounds = (each.tolist() for each in (starts, ends, column_starts, column_ends))
    columns = np.arange(len(rows)) - np.repeat(shift, width)
    return Piece(list(zip(*bounds, strict=True)), rows, columns)
