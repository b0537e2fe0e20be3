"""LexRank (Erkan and Radev 2004).

"LexRank: Graph-based Lexical Centrality as Salience in Text Summarization", JAIR 22.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bench.heuristics.ranking import RankedSentences, Ranks, highest, shared_weight

_THRESHOLD = 0.1  # of the cosine, above which two sentences are linked
_PRECISION = 0.1  # of the ranks as a vector of length one
_DECIMALS = 9  # cosines that differ by less are equal, to the threshold too


@dataclass
class LexRank(RankedSentences):
    """Sentences by how central they are among those that are like them.

    Two sentences are linked if the cosine of their words' frequencies times inverse sentence
    frequencies is above 0.1. The choice is that of ``sumy``'s summarizer, which has no damping and
    stops after few steps.
    """

    description = "sentences central in a graph of tf-idf cosines (LexRank)"
    version = 2

    def choose(self, bags: Sequence[Sequence[str]], count: int) -> Sequence[int]:
        return highest(lex_ranks(bags), count)


def lex_ranks(bags: Sequence[Sequence[str]]) -> Ranks:
    """The rank of each sentence, from the stems in it; all zero where none is linked."""
    linked = np.round(_cosines(bags), _DECIMALS) > _THRESHOLD
    moves: NDArray[np.float64] = (linked / np.maximum(linked.sum(axis=1, keepdims=True), 1)).T
    ranks = np.full(len(bags), 1 / max(len(bags), 1))
    change = math.inf
    while change > _PRECISION:
        following: Ranks = moves @ ranks
        length = float(np.linalg.norm(following))
        if length == 0:
            return following
        following /= length
        change = float(np.linalg.norm(following - ranks))
        ranks = following
    return ranks


def _cosines(bags: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    counts = [Counter(bag) for bag in bags]
    sentences_with = Counter(chain.from_iterable(counts))
    rarity = {stem: math.log(len(bags) / (1 + n)) for stem, n in sentences_with.items()}
    weights = [
        {stem: n / max(bag.values()) * rarity[stem] for stem, n in bag.items()} for bag in counts
    ]
    products = shared_weight(weights)
    lengths = np.sqrt(np.diag(products))
    both = np.multiply.outer(lengths, lengths)
    return np.divide(products, both, out=np.zeros_like(products), where=both > 0)
