"""Similarities by common tokens, computed for many pairs at once."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bench.metrics.base import Block, FloatArray, Items, shares
from bench.metrics.similarity_base import Similarity
from bench.text.encoder import Counts, lengths_of
from bench.text.ngrams import in_order
from bench.text.pairs import PAIRS, Bounds, Piece, all_pairs, pairs_in_pieces
from bench.text.tokens import TokenizerName

_LONG = 2000  # tokens of an item from which comparing each pair once is faster


class EncodedSimilarity(Similarity):
    """Base class of similarities by common tokens, computed for all pairs of a block at once."""

    @property
    def tokenizers(self) -> frozenset[str]:
        return frozenset([self.tokenization()[0]])

    @abstractmethod
    def tokenization(self) -> tuple[TokenizerName, bool]:
        """The tokenizer, and whether items are stemmed."""

    @abstractmethod
    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        """Strings whose longest common subsequence is counted, and their lengths."""

    @abstractmethod
    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        """Similarities of pairs, from their common lengths and their lengths."""

    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        return self.matrices(Block([predictions], [references]))[0]

    def matrices(self, block: Block, *, inside: bool = False) -> list[FloatArray]:
        layout = block.once(
            ("layout", self.tokenization(), inside), lambda: self._layout(block, inside)
        )
        forms, lengths = self.forms(layout.distinct)
        return layout.tables(layout.filled(forms, lengths, self.values))

    def _layout(self, block: Block, inside: bool) -> _Layout:
        rows = block.encoded("predictions", *self.tokenization())
        columns = None if inside else block.encoded("references", *self.tokenization())
        return _Layout(rows, columns)


class _Layout:
    """Concatenated tables of items, in which each distinct item is stored once.

    Args:
        rows: the row items of each table.
        columns: the column items; None if they equal the rows.

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

    def filled(
        self,
        forms: Sequence[str],
        lengths: Counts,
        values: Callable[[Counts, Counts, Counts], FloatArray],
    ) -> FloatArray:
        """Compute the value of each pair, table by table and row by row.

        Args:
            forms: for each distinct item the string whose longest common subsequence is counted.
            lengths: the length of each form.
            values: computes similarities from common lengths and lengths.
        """
        rows = list(map(forms.__getitem__, self._rows))
        columns = rows if self._inside else list(map(forms.__getitem__, self._columns))

        if self._pairs <= PAIRS:
            tables, row, column = self._all
            return values(_common(rows, columns, tables), lengths[row], lengths[column])
        found, start = np.empty(self._pairs), 0
        for piece in pairs_in_pieces(self._heights, self._widths, PAIRS):
            row, column = self._indices(piece)
            end = start + len(row)
            hits = _common(rows, columns, piece.tables)
            found[start:end] = values(hits, lengths[row], lengths[column])
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

    @cached_property
    def _all(self) -> tuple[Sequence[Bounds], Counts, Counts]:
        """All tables, and the indices of all pairs, for small layouts."""
        piece = all_pairs(self._heights, self._widths)
        return piece.tables, *self._indices(piece)

    def _indices(self, piece: Piece) -> tuple[Counts, Counts]:
        """The indices of each pair's row and column among the distinct items."""
        rows, columns = (np.array(side, np.int64) for side in (self._rows, self._columns))
        return rows[piece.rows], columns[piece.columns]


def _common(rows: Sequence[str], columns: Sequence[str], tables: Sequence[Bounds]) -> Counts:
    """Length of the longest common subsequence of each pair's forms."""
    from rapidfuzz.distance import LCSseq
    from rapidfuzz.process import cdist

    found = [np.zeros(0, np.int32)]
    for first, last, first_column, last_column in tables:
        left, right = rows[first:last], columns[first_column:last_column]
        if not left or not right:
            continue
        if rows is columns and len(left) == len(right) and len(max(left, key=len)) > _LONG:
            found.append(_of_one_list(left))
        else:
            lengths = cdist(left, right, scorer=LCSseq.similarity, dtype=np.int32)
            found.append(lengths.ravel())
    return np.concatenate(found)


def _of_one_list(forms: Sequence[str]) -> NDArray[np.int32]:
    """The same for a list with itself, comparing each pair once."""
    from rapidfuzz.distance import LCSseq

    table = np.diag(lengths_of(forms).astype(np.int32))
    for i, one in enumerate(forms):
        for j, other in enumerate(forms[:i]):
            table[i, j] = table[j, i] = LCSseq.similarity(one, other)
    return table.ravel()


@dataclass(frozen=True)
class _RougeSimilarity(EncodedSimilarity):
    """An F score over the words of two items.

    Attributes:
        tokenizer: the tokenizer, which decides what a word is.
        stemmer: whether words are reduced to their stems (Porter).
        beta: the weight of recall relative to precision; COCO's ROUGE-L uses 1.2.
    """

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True
    beta: float = 1.0

    def tokenization(self) -> tuple[TokenizerName, bool]:
        return self.tokenizer, self.stemmer

    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        # The F score of hits/predicted and hits/wanted, in fewer steps.
        if self.beta == 1:
            return np.asarray(2 * hits / np.maximum(predicted + wanted, 1), np.float64)
        below = np.maximum(predicted + self.beta**2 * wanted, 1)
        return np.asarray((1 + self.beta**2) * hits / below, np.float64)


@dataclass(frozen=True)
class RougeNSimilarity(_RougeSimilarity):
    """F score of the n-grams of two items.

    Attributes:
        n: the number of words in an n-gram.
    """

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
    """F1 of the bags of words of two items, as in SQuAD's evaluation script."""

    description = "words in common (F1 of bags of words, SQuAD's normalisation)"

    def tokenization(self) -> tuple[TokenizerName, bool]:
        return "squad", False

    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        return in_order(encoded, 1)

    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        return np.asarray(2 * hits / np.maximum(predicted + wanted, 1), np.float64)


@dataclass(frozen=True)
class JaccardSimilarity(EncodedSimilarity):
    """Distinct words of both items as a share of the distinct words of either.

    Attributes:
        tokenizer: the tokenizer, which decides what a word is.
        stemmer: whether words are reduced to their stems (Porter).
    """

    description = "distinct words in common, as a share of the distinct words of either"

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True

    def tokenization(self) -> tuple[TokenizerName, bool]:
        return self.tokenizer, self.stemmer

    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        sets = ["".join(sorted(set(item))) for item in encoded]
        return sets, lengths_of(sets)

    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        return shares(hits, predicted + wanted - hits)
