"""Metrics of form: number and diversity of items, how they start and end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from bench.metrics.base import Block, FloatArray, Items, Metric
from bench.text.asking import ends_in_greek_mark
from bench.text.tokens import TokenizerName

_INTERROGATIVES = ("what", "which", "who", "whom", "whose", "when", "where", "why", "how")
_AUXILIARIES = (
    *("is", "are", "was", "were", "am", "do", "does", "did", "has", "have", "had"),
    *("can", "could", "will", "would", "shall", "should", "may", "might", "must"),
)
QUESTION_WORDS = frozenset({*_INTERROGATIVES, *_AUXILIARIES})
"""Words that open an English question: interrogatives, and auxiliaries put before the subject."""
ENDS = ("?", "？", "؟", "\u037e")
"""Question marks at the end of a question; the last is Greek, mostly written as a semicolon."""


@dataclass(frozen=True)
class Distinct(Metric):
    """Distinct n-grams as a share of all n-grams of the predicted items.

    Attributes:
        n: the number of words in an n-gram.
        tokenizer: the tokenizer, which decides what a word is.
    """

    description = "distinct n-grams as a share of all n-grams inside the predicted items"
    source = "Li et al. 2016"
    reference_free = True
    ignores_order = True

    n: int = 1
    tokenizer: TokenizerName = "rouge-score"

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError("n must be 1 or more")

    @property
    def name(self) -> str:
        return f"distinct{self.n}"

    def statistics(self, block: Block) -> FloatArray:
        def share(encoded: list[str]) -> float:
            grams = [i[k : k + self.n] for i in encoded for k in range(len(i) - self.n + 1)]
            return len(set(grams)) / len(grams) if grams else 0.0

        encoded = block.encoded("predictions", self.tokenizer, stemmer=False)
        return np.array([[share(items)] for items in encoded])


@dataclass(frozen=True)
class CountDifference(Metric):
    """Absolute difference between the numbers of predicted and reference items."""

    name = "count_difference"
    description = "number of items away from the reference's number of items, up or down"
    source = "this project"
    range = (0.0, None)
    higher_is_better = False
    ignores_order = True

    def statistics(self, block: Block) -> FloatArray:
        pairs = zip(block.predictions, block.references, strict=True)
        return np.array([[float(abs(len(p) - len(r)))] for p, r in pairs])


@dataclass(frozen=True)
class QuestionMarks(Metric):
    """Share of the predicted items that end with a question mark.

    A semicolon is one after Greek text.
    """

    name = "question_marks"
    description = "share of predicted items that end with a question mark"
    source = "this project"
    version = 2
    reference_free = True
    ignores_order = True

    def statistics(self, block: Block) -> FloatArray:
        def share(items: Items) -> float:
            bare = [item.rstrip(" \"'”’»)") for item in items]
            asked = sum(item.endswith(ENDS) or ends_in_greek_mark(item) for item in bare)
            return asked / len(items) if items else 0.0

        return np.array([[share(items)] for items in block.predictions])


@dataclass(frozen=True)
class QuestionWords(Metric):
    """Share of the predicted items that start like an English question."""

    name = "question_words"
    description = "share of predicted items that open with a question word or auxiliary (English)"
    source = "this project"
    reference_free = True
    ignores_order = True

    def statistics(self, block: Block) -> FloatArray:
        def share(items: Items) -> float:
            return sum(opening(item) in QUESTION_WORDS for item in items) / (len(items) or 1)

        return np.array([[share(items)] for items in block.predictions])


@dataclass(frozen=True)
class OpeningDivergence(Metric):
    """Divergence of the distribution of first words from that of the references.

    Jensen-Shannon divergence to base 2: 0 for equal distributions, 1 if they share no first word,
    0 without predictions.
    """

    name = "opening_divergence"
    description = "Jensen-Shannon divergence of opening words from the reference's; 1: none shared"
    source = "Lin 1991"
    higher_is_better = False
    ignores_order = True

    def statistics(self, block: Block) -> FloatArray:
        pairs = zip(block.predictions, block.references, strict=True)
        return np.array([[_divergence(p, r)] for p, r in pairs])


def opening(item: str) -> str:
    """The first word, lower-cased and without punctuation around it."""
    first = item.split(maxsplit=1)[:1]
    return first[0].lower().strip("\"'“”‘’¿([{.,:;!?") if first else ""


def _divergence(predictions: Items, references: Items) -> float:
    if not predictions:
        return 0.0
    counts = [Counter(map(opening, items)) for items in (predictions, references)]
    words = list(counts[0] | counts[1])
    p, q = (np.array([c[word] for word in words]) / c.total() for c in counts)
    middle = (p + q) / 2

    def bits(of: FloatArray) -> float:
        some = of > 0
        return float(np.sum(of[some] * np.log2(of[some] / middle[some])))

    return min(1.0, max(0.0, (bits(p) + bits(q)) / 2))
