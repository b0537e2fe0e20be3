"""All pairs of rows and columns of many tables, in pieces of bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bench.text.encoder import Counts

PAIRS = 1_000_000
"""Pairs that are processed at once, in about 60 MB."""
Bounds = tuple[int, int, int, int]
"""The start and end row of a table, and its start and end column."""


@dataclass(frozen=True)
class Piece:
    """The pairs of some rows, table by table and row by row.

    Attributes:
        tables: the tables concerned, with the rows in this piece; rows and columns are numbered
            over all tables.
        rows: the row of each pair.
        columns: the column of each pair.
    """

    tables: Sequence[Bounds]
    rows: Counts
    columns: Counts


def all_pairs(heights: Counts, widths: Counts) -> Piece:
    """All pairs of tables with these numbers of rows and columns."""
    return _piece(heights, widths, 0, int(heights.sum()))


def pairs_in_pieces(heights: Counts, widths: Counts, most: int) -> Iterator[Piece]:
    """All pairs in pieces of at most ``most`` pairs, or of a single row."""
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
