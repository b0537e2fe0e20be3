"""How alike two items are: what the set scores are built on, and the table of names.

A similarity of your own is a class with a ``matrix`` method; see ``Similarity``.
"""

from __future__ import annotations

import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from typing import Any, ClassVar

import numpy as np

from bench.errors import UnknownNameError, unknown_name
from bench.metrics.base import Block, FloatArray, Items, own_tokenizer, shares
from bench.registry import Registry
from bench.text.encoder import Counts, lengths_of
from bench.text.ngrams import in_order
from bench.text.pairs import all_pairs
from bench.text.tokens import TokenizerName

SIMILARITIES = Registry(
    "similarity",
    {
        "rouge": "bench.metrics.similarity:RougeNSimilarity",
        "rougeL": "bench.metrics.similarity:RougeLSimilarity",
        "token_f1": "bench.metrics.similarity:TokenF1Similarity",
        "jaccard": "bench.metrics.similarity:JaccardSimilarity",
        "bleu": "bench.metrics.translation:BleuSimilarity",
        "chrf": "bench.metrics.translation:ChrfSimilarity",
    },
    group="bench.similarities",
)


@dataclass(frozen=True)
class Similarity(ABC):
    """How alike two items are, in [0, 1].

    A class of your own needs ``matrix`` alone; its fields are its parameters.
    """

    description: ClassVar[str] = ""
    version: ClassVar[int] = 1

    @property
    def tokenizers(self) -> frozenset[str]:
        """The tokenizers it reads items with, whose limits are checked before it scores a text."""
        return own_tokenizer(self)

    @abstractmethod
    def matrix(self, predictions: Items, references: Items) -> FloatArray:
        """Every predicted item against every reference item, shape (predictions, references)."""

    def matrices(self, block: Block, *, inside: bool = False) -> list[FloatArray]:
        """The matrix of each article; ``inside``: of its predictions with one another."""
        others = block.predictions if inside else block.references
        pairs = zip(block.predictions, others, strict=True)
        return [self.matrix(p, r).reshape(len(p), len(r)) for p, r in pairs]


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
        hits = layout.common(forms)
        values = self.values(hits, lengths[layout.rows], lengths[layout.columns])
        return [
            values[end - height * width : end].reshape(height, width)
            for end, (height, width) in zip(layout.ends, layout.shapes, strict=True)
        ]

    def _layout(self, block: Block, inside: bool) -> _Layout:
        rows = block.encoded("predictions", *self.coding())
        columns = rows if inside else block.encoded("references", *self.coding())
        return _Layout(rows, columns)


class _Layout:
    """The pairs of many tables of items laid end to end, each distinct item written once.

    Attributes:
        distinct: the distinct items of all tables.
        rows: for each pair the index of its row's item among the distinct ones.
        columns: likewise of its column's.
        shapes: rows and columns of each table.
        ends: where each table's pairs end.
    """

    def __init__(self, rows: list[list[str]], columns: list[list[str]]) -> None:
        flat_rows, flat_columns = list(chain(*rows)), list(chain(*columns))
        index = {item: i for i, item in enumerate(dict.fromkeys(chain(flat_rows, flat_columns)))}
        self.distinct = list(index)
        self._rows = list(map(index.__getitem__, flat_rows))
        self._columns = list(map(index.__getitem__, flat_columns))
        row, column = all_pairs(lengths_of(rows), lengths_of(columns))
        self.rows = np.array(self._rows, np.int64)[row]
        self.columns = np.array(self._columns, np.int64)[column]
        self.shapes = [(len(r), len(c)) for r, c in zip(rows, columns, strict=True)]
        self.ends = list(accumulate(height * width for height, width in self.shapes))

    def common(self, forms: Sequence[str]) -> Counts:
        """Length of the longest common subsequence of each pair's forms."""
        from rapidfuzz.distance import LCSseq
        from rapidfuzz.process import cdist

        rows, columns = (list(map(forms.__getitem__, s)) for s in (self._rows, self._columns))
        tables = [np.zeros(0, np.int32)]
        row = column = 0
        for height, width in self.shapes:
            left, right = rows[row : row + height], columns[column : column + width]
            if left and right:
                lengths = cdist(left, right, scorer=LCSseq.similarity, dtype=np.int32)
                tables.append(lengths.ravel())
            row, column = row + height, column + width
        return np.concatenate(tables)


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


_WITH_N = re.compile(r"(?P<family>.*?)(?P<n>\d+)")


def similarity_named(name: str, **parameters: Any) -> Similarity:
    """The similarity of that name (``rouge2``, ``chrf``, ``module:Class``).

    Parameters that it does not have are passed over: they are for those that do.

    Raises:
        UnknownNameError: there is no such similarity.
    """
    family, in_name = name, {}
    parts = _WITH_N.fullmatch(name)
    if name not in SIMILARITIES.targets and parts and parts["family"] in SIMILARITIES.targets:
        family, in_name = parts["family"], {"n": parts["n"]}
    if family not in SIMILARITIES.targets and ":" not in family:
        raise UnknownNameError(unknown_name("similarity", name, SIMILARITIES.targets))
    known = inspect.signature(SIMILARITIES.load(family)).parameters
    given = {key: value for key, value in parameters.items() if key in known}
    similarity: Similarity = SIMILARITIES.build(family, {**in_name, **given})
    return similarity
