"""The classical extractive summarizers, as the ``sumy`` package implements them.

LSA is in ``bench.heuristics.lsa``: the one in sumy keeps every dimension, which ranks sentences by
length alone, and orders terms by hash, which breaks ties differently in every run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

from bench.article import Article
from bench.models.base import Model, Output
from bench.models.sentences import article_sentences
from bench.tasks import Task

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass
class SumySummarizer(Model):
    """Base of the models below, which rank our own sentences and words with sumy.

    The tokenizer of sumy would download NLTK data.
    """

    tasks = ("summary",)
    algorithm: ClassVar[str]
    """``"module:Class"`` inside ``sumy.summarizers``."""

    def predict(self, articles: Sequence[Article], task: Task) -> Iterable[Output]:
        import numpy as np
        from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence

        summarize = self._summarizer()
        for article in articles:
            # An article's repeated sentence would be ranked twice and returned twice.
            distinct = list(dict.fromkeys(article_sentences(article)))
            document = ObjectDocumentModel(
                [Paragraph([Sentence(sentence, _Words()) for sentence in distinct])]
            )
            # Where no two sentences share a word, LexRank divides 0 by 0 and leaves their order.
            with np.errstate(invalid="ignore"):
                chosen = summarize(document, task.items) if len(distinct) > 1 else distinct
            yield Output(tuple(str(sentence) for sentence in chosen))

    def _summarizer(self) -> Any:
        from sumy.nlp.stemmers import Stemmer
        from sumy.utils import get_stop_words

        module, _, name = self.algorithm.partition(":")
        algorithm = getattr(import_module(f"sumy.summarizers.{module}"), name)
        if hasattr(algorithm, "power_method"):
            algorithm = _tying(algorithm)
        summarizer = algorithm(Stemmer("english"))
        summarizer.stop_words = sorted(get_stop_words("english"))
        return summarizer


def _tying(algorithm: Any) -> Any:
    """The algorithm with rounded ratings, so that ties are the same on every processor.

    The last digit of a matrix product depends on the processor and would decide between equal
    sentences. With rounding, the earlier one comes first.
    """
    import numpy as np

    class Tying(algorithm):  # type: ignore[misc]  # sumy has no types
        @staticmethod
        def power_method(matrix: Any, epsilon: float) -> Any:
            return np.round(algorithm.power_method(matrix, epsilon), 9)

    return Tying


class _Words:
    """The half of sumy's tokenizer that its summarizers call."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(_WORD.findall(sentence))


@dataclass
class TextRank(SumySummarizer):
    """Mihalcea and Tarau 2004."""

    description = "sentences central in a graph of shared words (TextRank, sumy)"
    version = 2
    algorithm = "text_rank:TextRankSummarizer"


@dataclass
class LexRank(SumySummarizer):
    """Erkan and Radev 2004."""

    description = "sentences central in a graph of tf-idf cosines (LexRank, sumy)"
    version = 2
    algorithm = "lex_rank:LexRankSummarizer"


@dataclass
class SumBasic(SumySummarizer):
    """Nenkova and Vanderwende 2005."""

    description = "sentences of probable words, each word counting less once used (SumBasic, sumy)"
    algorithm = "sum_basic:SumBasicSummarizer"
