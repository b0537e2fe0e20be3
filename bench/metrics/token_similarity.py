"""Similarities by common tokens, computed for many pairs at once."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.metrics.base import Block, FloatArray, Items, shares
from bench.metrics.item_pairs import Layout
from bench.metrics.similarity_base import Similarity
from bench.text.encoder import Counts, lengths_of
from bench.text.ngrams import in_order
from bench.text.tokens import TokenizerName


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
        return layout.filled(lambda pairs: self.values(*pairs.counts(forms, lengths)))

    def _layout(self, block: Block, inside: bool) -> Layout:
        rows = block.encoded("predictions", *self.tokenization())
        columns = None if inside else block.encoded("references", *self.tokenization())
        return Layout(rows, columns)


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

    def __post_init__(self) -> None:
        if not 0 < self.beta < math.inf:
            raise ValueError(f"beta must be a finite number above 0, not {self.beta:g}")

    @property
    def is_symmetric(self) -> bool:
        return self.beta == 1

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
        super().__post_init__()
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

    @property
    def is_symmetric(self) -> bool:
        return True

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

    @property
    def is_symmetric(self) -> bool:
        return True

    def tokenization(self) -> tuple[TokenizerName, bool]:
        return self.tokenizer, self.stemmer

    def forms(self, encoded: Sequence[str]) -> tuple[Sequence[str], Counts]:
        sets = ["".join(sorted(set(item))) for item in encoded]
        return sets, lengths_of(sets)

    def values(self, hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
        return shares(hits, predicted + wanted - hits)
