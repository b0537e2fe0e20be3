"""Summaries of the article's own sentences, chosen by position and frequency."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.models.base import Model, Output
from bench.models.sentences import article_sentences, without_dateline
from bench.tasks import Task
from bench.text.sentences import paragraphs, sentences

_CONTENT_WORD = re.compile(r"[^\W_]{4,}")


def content_words(text: str) -> list[str]:
    """Words of at least four letters, lower-cased: most shorter ones are function words."""
    return _CONTENT_WORD.findall(text.lower())


@dataclass
class Lead(Model):
    """The first sentences: hard to beat on news, where the first paragraph has the main facts.

    Attributes:
        k: the number of sentences; by default as many as are asked for.
    """

    description = "the first k sentences (k: as many as are asked for)"
    tasks = ("summary",)

    k: int | None = None

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        for article in articles:
            yield Output(tuple(article_sentences(article)[: self.k or task.items]))


@dataclass
class Hybrid(Model):
    """Combines position and frequency, and penalises repetition.

    A sentence scores the mean logarithmic frequency of its words that no chosen sentence has;
    words of the title count double. The score decreases with the distance from the start of the
    paragraph and of the article.
    """

    description = "frequent new words, early in the paragraph and in the article"
    tasks = ("summary",)

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        for article in articles:
            yield Output(tuple(_frequent_and_early(article, task.items)))


def _frequent_and_early(article: Article, count: int) -> list[str]:
    candidates = [
        (sentence, 1 / (1 + 0.5 * index + 0.15 * number))
        for number, paragraph in enumerate(paragraphs(without_dateline(article.text)))
        for index, sentence in enumerate(sentences(paragraph, article.language))
    ]
    bags = [set(content_words(sentence)) for sentence, _ in candidates]
    frequency = Counter(content_words(f"{article.title} {article.title} {article.text}"))
    covered: set[str] = set()
    chosen: list[int] = []

    def gain(index: int) -> float:
        fresh = math.fsum(math.log1p(frequency[word]) for word in bags[index] - covered)
        return candidates[index][1] * fresh / (len(bags[index]) or 1)

    while len(chosen) < min(count, len(candidates)):
        best = max((i for i in range(len(candidates)) if i not in chosen), key=gain)
        chosen.append(best)
        covered.update(bags[best])
    return [candidates[index][0] for index in sorted(chosen)]
