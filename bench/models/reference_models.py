"""Reference models: floors and ceilings for the scores of real models."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bench.article import Article
from bench.models.base import Model, Output, generator
from bench.models.sentences import article_sentences
from bench.tasks import Task
from bench.text.encoder import Encoder
from bench.text.ngrams import counts_of, ngram_index
from bench.text.tokens import tokenizer_named


@dataclass
class TitleAlone(Model):
    """The title as the summary: the score without reading the article."""

    description = "the title as the only bullet"
    tasks = ("summary",)
    role = "floor"

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:  # noqa: ARG002 - part of the contract
        for article in articles:
            yield Output((article.title,) if article.title.strip() else ())


@dataclass
class RandomSentences(Model):
    """A floor for both tasks: copies sentences without choosing.

    It is one draw that the seed settles, whatever ``samples`` says, so that positions between floor
    and ceiling do not depend on how often other models are asked.

    Attributes:
        seed: the seed of the draw; by default that of the run.
    """

    description = "random sentences of the article, in reading order"
    tasks = ("summary", "questions")
    role = "floor"
    draws_at_random = False

    seed: int = 0

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        for article in articles:
            candidates = article_sentences(article)
            draw = generator(self.seed, "random-sentences", task.name, article.id)
            chosen = draw.permutation(len(candidates))[: task.items]
            yield Output(tuple(candidates[index] for index in sorted(chosen)))


@dataclass
class OtherArticle(Model):
    """The references of another article: right in form, wrong in content.

    Attributes:
        seed: the seed of the draw; by default that of the run.
    """

    description = "the references of another article of the dataset, drawn at random"
    tasks = ("summary", "questions")
    role = "floor"
    draws_at_random = False
    honors_item_count = False
    sees_dataset = True

    seed: int = 0
    _dataset: Sequence[Article] = field(default=(), init=False, repr=False)
    _order: Sequence[int] = field(default=(), init=False, repr=False)

    def prepare(self, dataset: Sequence[Article]) -> None:
        """Keep the dataset, ordered by id, to draw other articles from."""
        self._dataset = dataset
        ids = np.array([article.id.encode() for article in dataset])
        self._order = array("q", np.argsort(ids).astype(np.int64).tobytes())

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        for article in articles:
            draw = generator(self.seed, "other-article", task.name, article.id)
            yield Output(self._references(article, task, int(draw.integers(len(self._dataset)))))

    def _references(self, article: Article, task: Task, start: int) -> tuple[str, ...]:
        for index in chain(range(start, len(self._order)), range(start)):
            other = self._dataset[self._order[index]]
            if other.id != article.id and task.references(other):
                return task.references(other)
        return ()


@dataclass
class OtherEditor(Model):
    """A second editor's list against the page's own: the agreement of people.

    A ceiling that is not extractive. It applies to articles with such a list only.
    """

    description = "the second set of references, where an article has one"
    tasks = ("summary", "questions")
    role = "ceiling"
    sees_references = True
    honors_item_count = False
    is_reference = True

    def applies(self, article: Article, task: Task) -> bool:
        """Whether the article has a second list."""
        return bool(task.alternatives(article))

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        for article in articles:
            yield Output(task.alternatives(article)[0])


@dataclass
class GreedyOracle(Model):
    """Nearly the best score of copied sentences (Nallapati et al. 2017).

    Adds one sentence at a time, the one that increases ROUGE-1 F1 + ROUGE-2 F1 against the
    references the most, until none does or the requested number is reached.
    """

    description = "greedy choice of article sentences that is given the references"
    tasks = ("summary",)
    role = "ceiling"
    sees_references = True

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        for article in articles:
            target = "\n".join(task.references(article))
            yield Output(_greedy(article_sentences(article), target, task.items))


def _greedy(candidates: list[str], target: str, count: int) -> tuple[str, ...]:
    wanted, *encoded = Encoder(tokenizer_named("rouge-score"), stemmer=True).encode(
        [target, *candidates]
    )
    chosen: list[int] = []
    reached = 0.0
    while len(chosen) < min(count, len(candidates)):
        longer = [sorted([*chosen, i]) for i in range(len(candidates)) if i not in chosen]
        texts = ["".join(encoded[index] for index in indices) for indices in longer]
        gains = _rouge_f1(texts, wanted, 1) + _rouge_f1(texts, wanted, 2)
        best = int(np.argmax(gains))
        if gains[best] <= reached:
            break
        chosen, reached = longer[best], float(gains[best])
    return tuple(candidates[index] for index in chosen)


def _rouge_f1(texts: list[str], target: str, n: int) -> NDArray[np.float64]:
    """ROUGE-N F1 of each encoded text against the target, as ``rouge-score`` computes it."""
    hits = ngram_index([target] * len(texts), texts, n).common(len(texts))
    precision = hits / np.maximum(counts_of(texts, n), 1)
    recall = hits / max(len(target) - n + 1, 1)
    both = precision + recall
    return np.divide(2 * precision * recall, both, out=np.zeros(len(texts)), where=both > 0)
