"""Similarities that count common tokens, for many pairs of items at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from bench.metrics.base import Block, FloatArray, Items, shares
from bench.metrics.similarity_base import Similarity
from bench.text.encoder import Counts, lengths_of
from bench.text.ngrams import in_order
from bench.text.pairs import all_pairs
from bench.text.tokens import TokenizerName

PAIRS = 1_000_000
"""Pairs of items compared at once, which bounds the memory: some 60 MB."""
_SMALL = 64  # items of a list up to which comparing each pair once does not pay


class EncodedSimilarity(Similarity):
    """Base of the similarities that count common tokens, for all pairs of a block at once."""

    @property
    def tokenizers(self) -> frozenset[str]:
        return frozenset([self.coding()[0]])

    @abstractmethod
    def coding(self) -> tuple[TokenizerName, bool]:
        """Which tokenizer the items are encoded with, and whether they are stemmed."""

    @abstractmethod
    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        """Strings whose longest common subsequence is what counts, and their lengths."""

    @abstractmethod
    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        """Similarities of pairs with so much in common and of such lengths."""

    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        return self.matrices(Block([predictions], [references]))[0]

    def matrices(self, block: Block, *, inside: bool = False) -> list[FloatArray]:
        layout = block.once(("layout", self.coding(), inside), lambda: self._layout(block, inside))
        forms, lengths = self.forms(layout.distinct)
        return layout.tables(layout.filled(forms, lengths, self.values))

    def _layout(self, block: Block, inside: bool) -> _Layout:
        rows = block.encoded("predictions", *self.coding())
        columns = None if inside else block.encoded("references", *self.coding())
        return _Layout(rows, columns)


@dataclass(frozen=True)
class _Piece:
    """Some rows of the tables, and their pairs.

    Attributes:
        tables: for each table concerned its first and last row, and its first and last column.
        rows: for each pair the index of its row's item among the distinct ones.
        columns: likewise of its column's.
    """

    tables: Sequence[tuple[int, int, int, int]]
    rows: Counts
    columns: Counts


class _Layout:
    """Many tables of items laid end to end, each distinct item written once.

    Args:
        rows: the items of each table's rows.
        columns: those of its columns; None where they are the same.

    Attributes:
        distinct: the distinct items of all tables.
    """

    def __init__(self, rows: list[list[str]], columns: list[list[str]] | None) -> None:
        sides = (rows,) if columns is None else (rows, columns)
        flat = [list(chain.from_iterable(side)) for side in sides]
        index = {item: i for i, item in enumerate(dict.fromkeys(chain.from_iterable(flat)))}
        self.distinct = list(index)
        self._inside = columns is None
        self._rows = list(map(index.__getitem__, flat[0]))
        self._columns = self._rows if columns is None else list(map(index.__getitem__, flat[1]))
        self._heights, self._widths = lengths_of(rows), lengths_of(sides[-1])
        self._pairs = int((self._heights * self._widths).sum())
        self._whole: _Piece | None = None  # all pairs, where they are few

    def filled(
        self,
        forms: Sequence[str],
        lengths: Counts,
        values: Callable[[Counts, Counts, Counts], FloatArray],
    ) -> FloatArray:
        """The value of each pair, table by table and row by row.

        Args:
            forms: of each distinct item the string whose longest common subsequence counts.
            lengths: of each form.
            values: of pairs with so much in common and of such lengths.
        """
        rows = list(map(forms.__getitem__, self._rows))
        columns = rows if self._inside else list(map(forms.__getitem__, self._columns))

        def of(piece: _Piece) -> FloatArray:
            hits = _common(rows, columns, piece)
            return values(hits, lengths[piece.rows], lengths[piece.columns])

        if self._pairs <= PAIRS:
            self._whole = self._whole or self._piece(0, len(rows))
            return of(self._whole)
        found, start = np.empty(self._pairs), 0
        for piece in self._pieces():
            end = start + len(piece.rows)
            found[start:end] = of(piece)
            start = end
        return found

    def tables(self, values: FloatArray) -> list[FloatArray]:
        """The values of each table, shape (rows, columns)."""
        ends = np.cumsum(self._heights * self._widths).tolist()
        shapes = zip(self._heights.tolist(), self._widths.tolist(), strict=True)
        return [
            values[end - height * width : end].reshape(height, width)
            for end, (height, width) in zip(ends, shapes, strict=True)
        ]

    def _pieces(self) -> Iterator[_Piece]:
        """The pairs, at most ``PAIRS`` of them at a time or those of a single row."""
        width = np.repeat(self._widths, self._heights)  # of the table that each row is in
        filled = np.cumsum(width)
        first = 0
        while first < len(width):
            room = int(filled[first] - width[first]) + PAIRS
            last = max(first + 1, int(np.searchsorted(filled, room, side="right")))
            yield self._piece(first, last)
            first = last

    def _piece(self, first: int, last: int) -> _Piece:
        """The pairs of these rows, counted over all tables."""
        ends, column_ends = np.cumsum(self._heights), np.cumsum(self._widths)
        starts = ends - self._heights
        some = np.flatnonzero((starts < last) & (ends > first))
        starts, ends = np.maximum(starts[some], first), np.minimum(ends[some], last)
        columns = self._widths[some]
        column_starts = column_ends[some] - columns
        row, column = all_pairs(ends - starts, columns)
        # The tables concerned lie side by side, but for those without rows.
        before = np.cumsum(columns) - columns
        if (column_starts != before).any():
            column += np.repeat(column_starts - before, (ends - starts) * columns)
        bounds = (each.tolist() for each in (starts, ends, column_starts, column_ends[some]))
        return _Piece(
            list(zip(*bounds, strict=True)),
            np.array(self._rows, np.int64)[first:last][row],
            np.array(self._columns, np.int64)[column],
        )


def _common(rows: Sequence[str], columns: Sequence[str], piece: _Piece) -> Counts:
    """Length of the longest common subsequence of each pair's forms."""
    from rapidfuzz.distance import LCSseq
    from rapidfuzz.process import cdist

    found = [np.zeros(0, np.int32)]
    for first, last, first_column, last_column in piece.tables:
        left = rows[first:last]
        right = columns[first_column:last_column]
        if rows is columns and len(left) == len(right) > _SMALL:
            right = left  # of a list with itself rapidfuzz compares each pair once
        if left and right:
            lengths = cdist(left, right, scorer=LCSseq.similarity, dtype=np.int32)
            found.append(lengths.ravel())
    return np.concatenate(found)


@dataclass(frozen=True)
class _RougeSimilarity(EncodedSimilarity):
    """``beta`` is how many times recall counts as precision; COCO's ROUGE-L has 1.2."""

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True
    beta: float = 1.0

    def coding(self) -> tuple[TokenizerName, bool]:
        return self.tokenizer, self.stemmer

    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        # The F score of hits/predicted and hits/wanted, in fewer steps.
        if self.beta == 1:
            return np.asarray(2 * hits / np.maximum(predicted + wanted, 1), np.float64)
        below = np.maximum(predicted + self.beta**2 * wanted, 1)
        return np.asarray((1 + self.beta**2) * hits / below, np.float64)


@dataclass(frozen=True)
class RougeNSimilarity(_RougeSimilarity):
    """F score of the n-grams of two items."""

    description = "n-grams in common (ROUGE-N F1)"

    n: int = field(kw_only=True)

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError("n must be 1 or more")

    @property
    def name(self) -> str:
        return f"rouge{self.n}"

    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        return in_order(encoded, self.n)


@dataclass(frozen=True)
class RougeLSimilarity(_RougeSimilarity):
    """F score of the longest common subsequence of two items."""

    description = "longest common subsequence (ROUGE-L F1)"

    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        return encoded, lengths_of(encoded)


@dataclass(frozen=True)
class TokenF1Similarity(EncodedSimilarity):
    """F1 of the bags of words of two items, as SQuAD's evaluation script has it."""

    description = "words in common (F1 of bags of words, SQuAD's normalisation)"

    def coding(self) -> tuple[TokenizerName, bool]:
        return "squad", False

    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        return in_order(encoded, 1)

    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        return np.asarray(2 * hits / np.maximum(predicted + wanted, 1), np.float64)


@dataclass(frozen=True)
class JaccardSimilarity(EncodedSimilarity):
    """Distinct words of both items as a share of the distinct words of either."""

    description = "distinct words in common, as a share of the distinct words of either"

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True

    def coding(self) -> tuple[TokenizerName, bool]:
        return self.tokenizer, self.stemmer

    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        sets = ["".join(sorted(set(item))) for item in encoded]
        return sets, lengths_of(sets)

    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        return shares(hits, predicted + wanted - hits)
