"""The form of a set of items, whatever it says: how many, and how varied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.metrics.base import Block, FloatArray, Items, Metric
from bench.text.tokens import TokenizerName, tokenizer_named


@dataclass(frozen=True)
class Distinct(Metric):
    """Distinct n-grams as a share of all n-grams of the predicted items."""

    description = "distinct n-grams as a share of all n-grams inside the predicted items"
    source = "Li et al. 2016"

    n: int = 1
    tokenizer: TokenizerName = "rouge-score"

    @property
    def name(self) -> str:
        return f"distinct{self.n}"

    def statistics(self, block: Block) -> FloatArray:
        tokenize = tokenizer_named(self.tokenizer, stemmer=False).tokenize

        def share(items: Items) -> float:
            grams: list[tuple[str, ...]] = []
            for item in items:
                tokens = tokenize(item)
                grams.extend(zip(*(tokens[i:] for i in range(self.n)), strict=False))
            return len(set(grams)) / len(grams) if grams else 0.0

        return np.array([share(items) for items in block.predictions], dtype=float).reshape(-1, 1)


@dataclass(frozen=True)
class CountDifference(Metric):
    """How many items too many or too few."""

    name = "count_difference"
    description = "number of items away from the reference's number of items, up or down"
    source = "this project"
    range = (0.0, None)
    higher_is_better = False

    def statistics(self, block: Block) -> FloatArray:
        pairs = zip(block.predictions, block.references, strict=True)
        return np.array([abs(len(p) - len(r)) for p, r in pairs], dtype=float).reshape(-1, 1)
