"""Recall of the reference's words, weighted by how rare they are in the whole split."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from bench.metrics.base import Block, FloatArray, Items, Metric
from bench.text.encoder import Encoder
from bench.text.tokens import TokenizerName, tokenizer_named

_LISTS = 1000  # read at once


@dataclass(frozen=True)
class DocumentFrequencies:
    """In how many reference lists of a split each token occurs.

    Attributes:
        lists: the number of lists.
        of_token: by token, the number of those that have it.
    """

    lists: int
    of_token: dict[str, int]

    def idf(self, token: str) -> float:
        """The smoothed inverse document frequency: ln((1 + N) / (1 + df)) + 1.

        A token of every list weighs 1, so that no reference loses all of its weight, and with a
        single list the weights are equal.
        """
        return math.log((1 + self.lists) / (1 + self.of_token.get(token, 0))) + 1


@dataclass(frozen=True)
class WeightedRecall(Metric):
    """ROUGE-1 recall in which each word counts by its inverse document frequency.

    Attributes:
        tokenizer: the tokenizer, which decides what a word is.
        stemmer: whether words are reduced to their stems (Porter).
    """

    name = "rouge1_idf"
    description = "ROUGE-1 recall with words weighted by rarity in all references of the split"
    source = "Lin 2004, weighted as tf-idf (Salton and Buckley 1988; smoothed as in scikit-learn)"
    ignores_order = True
    needs_split = True

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True

    def learn(self, references: Iterable[Items]) -> DocumentFrequencies:
        """Count the lists that have each token."""
        found: Counter[str] = Counter()
        lists = 0
        rest = filter(None, references)
        while some := list(islice(rest, _LISTS)):
            encoder = Encoder(tokenizer_named(self.tokenizer), stemmer=self.stemmer)
            lists += len(some)
            encoded = encoder.encode_lists(some)
            points = Counter(chain.from_iterable({*chain.from_iterable(one)} for one in encoded))
            tokens = encoder.tokens()
            for point, count in points.items():
                found[tokens[ord(point) - 1]] += count
        return DocumentFrequencies(lists, dict(found))

    def statistics(self, block: Block) -> FloatArray:
        frequencies: DocumentFrequencies = self.learned()
        predicted = block.encoded_texts("predictions", self.tokenizer, self.stemmer)
        wanted = block.encoded_texts("references", self.tokenizer, self.stemmer)
        tokens = block.encoders[self.tokenizer, self.stemmer].tokens()
        weights: dict[str, float] = {}

        def recall(own: str, text: str) -> float:
            counts, there = Counter(text), Counter(own)
            for point in counts.keys() - weights.keys():
                weights[point] = frequencies.idf(tokens[ord(point) - 1])
            whole = math.fsum(weights[point] * count for point, count in counts.items())
            common = math.fsum(
                weights[point] * min(count, there[point]) for point, count in counts.items()
            )
            return common / whole if whole else 0.0

        pairs = zip(predicted, wanted, strict=True)
        return np.array([[recall(own, text)] for own, text in pairs]).reshape(-1, 1)
