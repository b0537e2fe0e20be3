"""All pairs of items of many lists, compared by what two strings have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress

import numpy as np
from numpy.typing import NDArray

from bench.metrics.base import FloatArray
from bench.text.encoder import Counts, lengths_of, points_of
from bench.text.pairs import PAIRS, Bounds, Piece, all_pairs, pairs_in_pieces

_LONG = 2000  # tokens of an item from which comparing each pair once is faster


@dataclass(frozen=True)
class ItemPairs:
    """Some pairs of items, table by table and row by row.

    Attributes:
        tables: the tables concerned, with the rows among these pairs.
        row_items: the distinct item of each row of all tables.
        column_items: the same for columns; the same list if lists are compared with themselves.
        row: the distinct item in the row of each pair.
        column: the distinct item in the column of each pair.
    """

    tables: Sequence[Bounds]
    row_items: Sequence[int]
    column_items: Sequence[int]
    row: Counts
    column: Counts

    def counts(
        self, forms: Sequence[str], lengths: Counts, *, in_order: bool = False
    ) -> tuple[Counts, Counts, Counts]:
        """What the items of each pair have in common, and how much each of them has.

        Args:
            forms: for each distinct item the string whose longest common subsequence is counted.
            lengths: the length of each distinct item.
            in_order: whether the characters of each form are sorted, so that long ones can be
                compared in time that grows with their length, not with its square.

        Returns:
            The common length of each pair, and the lengths of the items in its row and column.
        """
        return self._common(forms, in_order=in_order), lengths[self.row], lengths[self.column]

    def _common(self, forms: Sequence[str], *, in_order: bool) -> Counts:
        found = [np.zeros(0, np.int32)]
        for first, last, first_column, last_column in self.tables:
            left = [forms[i] for i in self.row_items[first:last]]
            right = [forms[i] for i in self.column_items[first_column:last_column]]
            if not left or not right:
                continue
            whole = self.row_items is self.column_items and len(left) == len(right)
            longest = [len(max(side, key=len)) for side in (left, right)]
            if in_order and min(longest) > _LONG:
                found.append(_in_order(left, right))
            elif whole and max(longest) > _LONG:
                found.append(_of_one_list(left))
            else:
                found.append(_compared(left, right).ravel())
        return np.concatenate(found)


class Layout:
    """Concatenated tables of items, in which each distinct item is stored once.

    Args:
        rows: the row items of each table.
        columns: the column items; None if they equal the rows.

    Attributes:
        distinct: the distinct items of all tables.
    """

    def __init__(
        self, rows: Sequence[Sequence[str]], columns: Sequence[Sequence[str]] | None
    ) -> None:
        sides = (rows,) if columns is None else (rows, columns)
        flat = [list(chain.from_iterable(side)) for side in sides]
        index = {item: i for i, item in enumerate(dict.fromkeys(chain.from_iterable(flat)))}
        self.distinct = list(index)
        self._rows = list(map(index.__getitem__, flat[0]))
        self._columns = self._rows if columns is None else list(map(index.__getitem__, flat[1]))
        self._heights, self._widths = lengths_of(rows), lengths_of(sides[-1])
        self._pairs = int((self._heights * self._widths).sum())

    @property
    def in_columns(self) -> NDArray[np.bool_]:
        """Whether each distinct item is in a column."""
        found = np.zeros(len(self.distinct), np.bool_)
        found[self._columns] = True
        return found

    def filled(self, values: Callable[[ItemPairs], FloatArray]) -> list[FloatArray]:
        """Tables with the value of each pair, shape (rows, columns) each.

        Args:
            values: computes the values of some pairs.
        """
        if self._pairs <= PAIRS:
            return self._tables(values(self._all))
        found, start = np.empty(self._pairs), 0
        for piece in pairs_in_pieces(self._heights, self._widths, PAIRS):
            end = start + len(piece.rows)
            found[start:end] = values(self._of_piece(piece))
            start = end
        return self._tables(found)

    def _tables(self, values: FloatArray) -> list[FloatArray]:
        ends = np.cumsum(self._heights * self._widths).tolist()
        shapes = zip(self._heights.tolist(), self._widths.tolist(), strict=True)
        return [
            values[end - height * width : end].reshape(height, width)
            for end, (height, width) in zip(ends, shapes, strict=True)
        ]

    @cached_property
    def _all(self) -> ItemPairs:
        """All pairs, for small layouts."""
        return self._of_piece(all_pairs(self._heights, self._widths))

    def _of_piece(self, piece: Piece) -> ItemPairs:
        rows, columns = (np.array(side, np.int64) for side in (self._rows, self._columns))
        items = (self._rows, self._columns)
        return ItemPairs(piece.tables, *items, rows[piece.rows], columns[piece.columns])


def _in_order(left: Sequence[str], right: Sequence[str]) -> NDArray[np.int32]:
    """The common lengths of all pairs of sorted strings.

    Those of two long strings are counted by their distinct characters.
    """
    long_left, long_right = (lengths_of(side) > _LONG for side in (left, right))
    table = np.zeros((len(left), len(right)), np.int32)
    table[~long_left] = _compared(list(compress(left, ~long_left)), right)
    own, others = (list(compress(s, at)) for s, at in ((left, long_left), (right, ~long_right)))
    table[np.ix_(long_left, ~long_right)] = _compared(own, others)
    counted = [np.unique(points_of([form]), return_counts=True) for form in own]
    for column in np.flatnonzero(long_right).tolist():
        wanted, most = np.unique(points_of([right[column]]), return_counts=True)
        for row, (points, counts) in zip(np.flatnonzero(long_left).tolist(), counted, strict=True):
            _, a, b = np.intersect1d(points, wanted, assume_unique=True, return_indices=True)
            table[row, column] = np.minimum(counts[a], most[b]).sum()
    return table.ravel()


def _compared(left: Sequence[str], right: Sequence[str]) -> NDArray[np.int32]:
    """The common lengths of all pairs, shape (left, right)."""
    from rapidfuzz.distance import LCSseq
    from rapidfuzz.process import cdist

    if not left or not right:
        return np.zeros((len(left), len(right)), np.int32)
    return np.asarray(cdist(left, right, scorer=LCSseq.similarity, dtype=np.int32))


def _of_one_list(forms: Sequence[str]) -> NDArray[np.int32]:
    """The common lengths of a list with itself, comparing each pair once."""
    from rapidfuzz.distance import LCSseq

    table = np.diag(lengths_of(forms).astype(np.int32))
    for i, one in enumerate(forms):
        for j, other in enumerate(forms[:i]):
            table[i, j] = table[j, i] = LCSseq.similarity(one, other)
    return table.ravel()
