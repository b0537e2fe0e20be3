"""Latent semantic analysis as a summarizer (Steinberger and Jezek 2004)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.article import Article
from bench.heuristics.extractive import content_words
from bench.models.base import Model, Output
from bench.models.sentences import article_sentences
from bench.tasks import Task

_DECIMALS = 9  # smaller differences between ranks are ties, which the earlier sentence wins


@dataclass
class Lsa(Model):
    """Ranks sentences by their length in the space of the strongest topics.

    The term by sentence matrix holds term frequency times inverse sentence frequency; a sentence's
    rank is the square root of its squared coordinates weighted by the squared singular values of
    the ``topics`` first dimensions.

    Attributes:
        topics: the number of dimensions that count.
    """

    description = "sentences strong in the main topics of a term matrix (LSA)"
    tasks = ("summary",)

    topics: int = 3

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        for article in articles:
            candidates = list(dict.fromkeys(article_sentences(article)))
            ranks = _ranks([content_words(sentence) for sentence in candidates], self.topics)
            best = np.argsort(-ranks, kind="stable")[: task.items]
            yield Output(tuple(candidates[index] for index in sorted(best)))


def _ranks(bags: list[list[str]], topics: int) -> NDArray[np.float64]:
    vocabulary = {term: row for row, term in enumerate(sorted({t for bag in bags for t in bag}))}
    if not vocabulary:
        return np.zeros(len(bags))
    matrix = np.zeros((len(vocabulary), len(bags)))
    for column, bag in enumerate(bags):
        for term, count in Counter(bag).items():
            matrix[vocabulary[term], column] = count
    matrix *= np.log1p(len(bags) / np.count_nonzero(matrix, axis=1))[:, None]
    _, strengths, coordinates = np.linalg.svd(matrix, full_matrices=False)
    weighted = strengths[:topics, None] * coordinates[:topics]
    return np.asarray(np.round(np.sqrt((weighted**2).sum(axis=0)), _DECIMALS))
