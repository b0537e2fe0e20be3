"""TextRank (Mihalcea and Tarau, "TextRank: Bringing Order into Texts", EMNLP 2004)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.heuristics.ranking import RankedSentences, Ranks, highest, shared_weight

_DAMPING = 0.85
_PRECISION = 1e-4  # of the ranks, which sum to about one
_NEVER_ZERO = 1e-7  # what sumy adds to the weights of a sentence, so that they can divide


@dataclass
class TextRank(RankedSentences):
    """Sentences by the probability that a random walk along shared words is at them.

    An edge weighs the number of shared words, over the sum of the logarithms of the lengths of both
    sentences; a sentence is linked with itself, too. The choice is that of ``sumy``'s summarizer.
    """

    description = "sentences central in a graph of shared words (TextRank)"
    version = 2

    def choose(self, bags: Sequence[Sequence[str]], count: int) -> Sequence[int]:
        return highest(text_ranks(bags), count)


def text_ranks(bags: Sequence[Sequence[str]]) -> Ranks:
    """The rank of each sentence, from the stems in it."""
    size = len(bags)
    shared = shared_weight([dict(Counter(bag)) for bag in bags])
    logarithms = np.array([math.log(max(len(bag), 1)) for bag in bags])
    lengths = np.add.outer(logarithms, logarithms)
    weights = shared / np.where(lengths > 0, lengths, 1)  # of two sentences of one word: 0 or 1
    weights /= weights.sum(axis=1, keepdims=True) + _NEVER_ZERO
    moves = ((1 - _DAMPING) / max(size, 1) + _DAMPING * weights).T
    ranks = np.full(size, 1 / max(size, 1))
    change = math.inf
    while change > _PRECISION:
        following = moves @ ranks
        change = float(np.linalg.norm(following - ranks))
        ranks = following
    return ranks
