"""What the classical extractive summarizers share: sentences in, the best of them out."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.article import Article
from bench.heuristics.snowball import snowball_stem
from bench.models.base import Model, Output
from bench.models.sentences import article_sentences
from bench.tasks import Task
from bench.text.stop_words import STOP_WORDS

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_DECIMALS = 9  # the last digits of a matrix product depend on the processor, and would break ties

Ranks = NDArray[np.float64]


@dataclass
class RankedSentences(Model):
    """Base of the models that rank an article's sentences by the stems in them."""

    tasks = ("summary",)

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        for article in articles:
            # A repeated sentence would be ranked twice and returned twice.
            distinct = list(dict.fromkeys(article_sentences(article)))
            chosen = self.choose([content_stems(one) for one in distinct], task.items)
            yield Output(tuple(distinct[index] for index in sorted(chosen)))

    @abstractmethod
    def choose(self, bags: Sequence[Sequence[str]], count: int) -> Sequence[int]:
        """The best sentences, at most ``count``.

        Args:
            bags: the stems of each sentence, repeated ones too.
            count: how many to choose.
        """


def content_stems(sentence: str) -> list[str]:
    """The stems of a sentence's words, in order, without stop words."""
    words = (word.lower() for word in _WORD.findall(sentence))
    return [snowball_stem(word) for word in words if word not in STOP_WORDS]


def highest(ranks: Ranks, count: int) -> list[int]:
    """Which ``count`` ranks are the highest; of equal ones the first."""
    order: list[int] = np.argsort(-np.round(ranks, _DECIMALS), kind="stable").tolist()
    return order[:count]


def shared_weight(weights: Sequence[dict[str, float]]) -> NDArray[np.float64]:
    """For each two sentences the sum of the products of the weights of the stems they share.

    Adds in the order of the text and not by matrix multiplication, whose last digits, and so what
    is above a threshold, would depend on the processor.
    """
    sentences_with: dict[str, list[int]] = {}
    for index, bag in enumerate(weights):
        for stem in bag:
            sentences_with.setdefault(stem, []).append(index)
    total = np.zeros((len(weights), len(weights)))
    for stem, indices in sentences_with.items():
        column = np.array([weights[index][stem] for index in indices])
        total[np.ix_(indices, indices)] += np.outer(column, column)
    return total
