"""ROUGE (Lin 2004), with results equal to those of the ``rouge-score`` package.

The package compares one pair of texts at a time, token by token. Here a text is a string with one
code point per token, so that ``rapidfuzz`` and numpy compare a whole block.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.metrics.base import Block, FloatArray, Metric, Side, f1_score, shares
from bench.text.encoder import Counts, lengths_of
from bench.text.ngrams import counts_of, ngram_index
from bench.text.subsequences import common, union_hits
from bench.text.term_index import TermIndex
from bench.text.tokens import TokenizerName

_SOURCE = "Lin 2004; the rouge-score package"


@dataclass(frozen=True)
class Rouge(Metric):
    """Base class of ROUGE over all items of a list as one text.

    Attributes:
        tokenizer: the tokenizer, which decides what a word is.
        stemmer: whether words are reduced to their stems (Porter).
    """

    fields = ("precision", "recall", "f1")
    source = _SOURCE

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True

    def _texts(self, block: Block) -> tuple[list[str], list[str]]:
        """Predictions and references as one encoded text per list."""
        coding = (self.tokenizer, self.stemmer)
        predicted = block.encoded_texts("predictions", *coding)
        return predicted, block.encoded_texts("references", *coding)

    def _ngram_index(self, block: Block, n: int) -> TermIndex:
        """The index of the n-grams of references (left) and predictions (right)."""
        predicted, wanted = self._texts(block)
        key = ("ngram_index", n, self.tokenizer, self.stemmer)
        return block.once(key, lambda: ngram_index(wanted, predicted, n))


@dataclass(frozen=True)
class RougeN(Rouge):
    """ROUGE-N: overlap of n-grams.

    Attributes:
        n: the number of words in an n-gram.
    """

    description = "n-grams shared with the reference text, all items joined (ROUGE-N)"

    n: int = 1

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError("n must be 1 or more")

    @property
    def name(self) -> str:
        return f"rouge{self.n}"

    def statistics(self, block: Block) -> FloatArray:
        predicted, wanted = self._texts(block)
        hits = self._ngram_index(block, self.n).common(len(wanted))
        return _scores(hits, counts_of(predicted, self.n), counts_of(wanted, self.n))


@dataclass(frozen=True)
class RougeL(Rouge):
    """ROUGE-L: the longest common subsequence of the whole text."""

    description = "longest common subsequence with the reference text, all items as one sentence"
    name = "rougeL"

    def statistics(self, block: Block) -> FloatArray:
        predicted, wanted = self._texts(block)
        return _scores(common(predicted, wanted), lengths_of(predicted), lengths_of(wanted))


@dataclass(frozen=True)
class RougeLsum(Rouge):
    """ROUGE-Lsum: the union of longest common subsequences, item by item."""

    description = "longest common subsequences item by item, united: the summary-level ROUGE-L"
    name = "rougeLsum"

    def statistics(self, block: Block) -> FloatArray:
        predicted = self._sentences(block, "predictions")
        wanted = self._sentences(block, "references")
        lengths = (lengths_of(text) for text in self._texts(block))
        return _scores(union_hits(wanted, predicted, self._ngram_index(block, 1)), *lengths)

    def _sentences(self, block: Block, side: Side) -> list[list[str]]:
        """The items as sentences, split at line ends as in ``rouge-score``."""
        lists = block.predictions if side == "predictions" else block.references
        if not any("\n" in item for items in lists for item in items):
            return block.encoded(side, self.tokenizer, self.stemmer)
        lines = [[line for item in items for line in item.split("\n")] for items in lists]
        return block.encoders[self.tokenizer, self.stemmer].encode_lists(lines)


def _scores(hits: Counts, predicted: Counts, wanted: Counts) -> FloatArray:
    precision, recall = shares(hits, predicted), shares(hits, wanted)
    return np.stack([precision, recall, f1_score(precision, recall)], axis=1)
