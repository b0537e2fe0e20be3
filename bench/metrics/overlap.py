"""Bags of words compared: how much of the wording is shared, whatever its order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from bench.metrics.base import Block, FloatArray, Items, Metric, harmonic_mean
from bench.text.tokens import TokenizerName, squad_tokens, tokenizer_named


@dataclass(frozen=True)
class TokenF1(Metric):
    """Overlap of the bags of tokens of all items."""

    name = "token_f1"
    description = "words shared with the reference, all items as one bag (SQuAD's normalisation)"
    source = "Rajpurkar et al. 2016"
    fields = ("precision", "recall", "f1")

    def statistics(self, block: Block) -> FloatArray:
        rows = map(_bag_overlap, block.predictions, block.references)
        return np.array(list(rows), dtype=float).reshape(len(block.predictions), 3)


@dataclass(frozen=True)
class Jaccard(Metric):
    """Distinct words shared, as a share of the distinct words of both."""

    name = "jaccard"
    description = "distinct words in common, as a share of the distinct words of either"
    source = "Jaccard 1912"

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True

    def statistics(self, block: Block) -> FloatArray:
        tokenize = tokenizer_named(self.tokenizer, self.stemmer).tokenize

        def index(predictions: Items, references: Items) -> float:
            predicted, wanted = (set(tokenize("\n".join(s))) for s in (predictions, references))
            union = len(predicted | wanted)
            return len(predicted & wanted) / union if union else 0.0

        rows = [index(p, r) for p, r in zip(block.predictions, block.references, strict=True)]
        return np.array(rows, dtype=float).reshape(-1, 1)


@dataclass(frozen=True)
class ExactMatch(Metric):
    """Share of the reference items that were written word for word, each counted once."""

    name = "exact_match"
    description = "share of reference items written word for word (SQuAD's normalisation)"
    source = "Rajpurkar et al. 2016, over sets"

    def statistics(self, block: Block) -> FloatArray:
        def rate(predictions: Items, references: Items) -> float:
            predicted = Counter(tuple(squad_tokens(item)) for item in predictions)
            wanted = Counter(tuple(squad_tokens(item)) for item in references)
            return (predicted & wanted).total() / len(references)

        rows = [rate(p, r) for p, r in zip(block.predictions, block.references, strict=True)]
        return np.array(rows, dtype=float).reshape(-1, 1)


def _bag_overlap(predictions: Items, references: Items) -> tuple[float, float, float]:
    predicted = Counter(token for item in predictions for token in squad_tokens(item))
    wanted = Counter(token for item in references for token in squad_tokens(item))
    shared = (predicted & wanted).total()
    precision = shared / predicted.total() if predicted else 0.0
    recall = shared / wanted.total() if wanted else 0.0
    return precision, recall, harmonic_mean(precision, recall)
