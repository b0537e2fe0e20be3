"""ROUGE (Lin 2004) as the ``rouge-score`` package defines it, and as a similarity of two items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from bench.metrics.base import Block, FloatArray, Items, Metric
from bench.text.tokens import TokenizerName, tokenizer_named

ROUGE_SOURCE = "Lin 2004; the rouge-score package"


@dataclass(frozen=True)
class Rouge(Metric):
    """ROUGE of the items joined by newlines."""

    fields = ("precision", "recall", "f1")
    source = ROUGE_SOURCE

    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True

    def statistics(self, block: Block) -> FloatArray:
        scorer = _scorer(self.name, self.tokenizer, self.stemmer)
        scores = [
            scorer.score("\n".join(references), "\n".join(predictions))[self.name]
            for predictions, references in zip(block.predictions, block.references, strict=True)
        ]
        return np.array(scores, dtype=float).reshape(len(scores), 3)


@dataclass(frozen=True)
class RougeN(Rouge):
    """ROUGE-N: overlap of n-grams."""

    description = "n-grams shared with the reference text, all items joined (ROUGE-N)"

    n: int = 1

    @property
    def name(self) -> str:
        return f"rouge{self.n}"


@dataclass(frozen=True)
class RougeL(Rouge):
    """ROUGE-L: the longest common subsequence of the whole text."""

    description = "longest common subsequence with the reference text, all items as one sentence"
    name = "rougeL"


@dataclass(frozen=True)
class RougeLsum(Rouge):
    """ROUGE-Lsum: the union of longest common subsequences, item by item."""

    description = "longest common subsequences item by item, united: the summary-level ROUGE-L"
    name = "rougeLsum"


@dataclass(frozen=True)
class RougeSimilarity:
    """F1 of one ROUGE measure between two items."""

    measure: str = "rougeL"
    tokenizer: TokenizerName = "rouge-score"
    stemmer: bool = True

    @property
    def signature(self) -> str:
        """Name and parameters."""
        return f"{self.measure}|{self.tokenizer}|{self.stemmer}"

    def matrix(self, rows: Items, columns: Items) -> FloatArray:
        """F1 of every row item against every column item."""
        scorer = _scorer(self.measure, self.tokenizer, self.stemmer)
        scores = [[scorer.score(c, r)[self.measure].fmeasure for c in columns] for r in rows]
        return np.array(scores, dtype=float).reshape(len(rows), len(columns))


@cache
def _scorer(measure: str, tokenizer: TokenizerName, stemmer: bool) -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer([measure], tokenizer=tokenizer_named(tokenizer, stemmer))
