"""Bag-of-words metrics: shared words, regardless of order."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from dataclasses import dataclass

import numpy as np

from bench.metrics.base import Block, FloatArray, Items, Metric, f1_score, shares
from bench.text.encoder import lengths_of
from bench.text.ngrams import ngram_index
from bench.text.tokens import TokenizerName, tokenizer_named


@dataclass(frozen=True)
class TokenF1(Metric):
    """Overlap of the bags of words of all items."""

    name = "token_f1"
    description = "words shared with the reference, all items as one bag (SQuAD's normalisation)"
    source = "Rajpurkar et al. 2016"
    fields = ("precision", "recall", "f1")
    ignores_order = True

    @property
    def tokenizers(self) -> frozenset[str]:
        return frozenset(["squad"])

    def statistics(self, block: Block) -> FloatArray:
        predicted = block.encoded_texts("predictions", "squad", stemmer=False)
        wanted = block.encoded_texts("references", "squad", stemmer=False)
        hits = ngram_index(predicted, wanted, 1).common(len(predicted))
        precision, recall = shares(hits, lengths_of(predicted)), shares(hits, lengths_of(wanted))
        return np.stack([precision, recall, f1_score(precision, recall)], axis=1)


@dataclass(frozen=True)
class WordSets(Metric):
    """Base class of metrics over the distinct words of all items.

    Attributes:
        tokenizer: the tokenizer, which decides what a word is.
        stemmer: whether words are reduced to their stems (Porter).
    """

    ignores_order = True

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True

    def statistics(self, block: Block) -> FloatArray:
        predicted = block.encoded_texts("predictions", self.tokenizer, self.stemmer)
        wanted = block.encoded_texts("references", self.tokenizer, self.stemmer)
        rows = [self.score(set(p), set(w)) for p, w in zip(predicted, wanted, strict=True)]
        return np.array(rows, dtype=float).reshape(-1, 1)

    @abstractmethod
    def score(self, predicted: set[str], wanted: set[str]) -> float:
        """Compare two sets of words."""


@dataclass(frozen=True)
class Jaccard(WordSets):
    """Jaccard index of the distinct words."""

    name = "jaccard"
    description = "distinct words in common, as a share of the distinct words of either"
    source = "Jaccard 1912"

    def score(self, predicted: set[str], wanted: set[str]) -> float:
        either = len(predicted | wanted)
        return len(predicted & wanted) / either if either else 0.0


@dataclass(frozen=True)
class OverlapCoefficient(WordSets):
    """Shared distinct words divided by the size of the smaller set."""

    name = "overlap_coefficient"
    description = "distinct words in common, as a share of the distinct words of the shorter one"
    source = "Szymkiewicz 1934, Simpson 1943"

    def score(self, predicted: set[str], wanted: set[str]) -> float:
        smaller = min(len(predicted), len(wanted))
        return len(predicted & wanted) / smaller if smaller else 0.0


@dataclass(frozen=True)
class ExactMatch(Metric):
    """Share of the reference items that are predicted verbatim, each counted once."""

    name = "exact_match"
    description = "share of reference items written word for word (SQuAD's normalisation)"
    source = "Rajpurkar et al. 2016, over sets"
    ignores_order = True

    @property
    def tokenizers(self) -> frozenset[str]:
        return frozenset(["squad"])

    def statistics(self, block: Block) -> FloatArray:
        plain = tokenizer_named("squad").plain

        def rate(predictions: Items, references: Items) -> float:
            same = Counter(plain(predictions)) & Counter(plain(references))
            return same.total() / len(references)

        rows = [rate(p, r) for p, r in zip(block.predictions, block.references, strict=True)]
        return np.array(rows, dtype=float).reshape(-1, 1)
