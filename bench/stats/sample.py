"""One score of one model over some articles, in a form for resampling."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sample:
    """The score of each article, and how scores are aggregated.

    Attributes:
        values: the score of each article, shape (articles,).
        statistics: sufficient statistics if the overall score is not the mean (corpus BLEU), shape
            (articles, statistics); None if it is.
        of_sums: computes scores of shape (...) from sums of shape (..., statistics) and the number
            of articles, if there are statistics.
    """

    values: FloatArray
    statistics: FloatArray | None = None
    of_sums: Callable[[FloatArray, int], FloatArray] | None = None

    def __post_init__(self) -> None:
        if not np.isfinite(self.columns).all():
            raise ValueError("scores must be finite numbers")
        if (self.statistics is None) != (self.of_sums is None):
            raise ValueError("statistics and of_sums go together")

    def __len__(self) -> int:
        return len(self.values)

    @property
    def columns(self) -> FloatArray:
        """The columns to sum, shape (articles, columns)."""
        return self.values[:, None] if self.statistics is None else self.statistics

    def score(self, sums: FloatArray) -> FloatArray:
        """Compute scores from sums of ``columns``, shape (columns, ...) to (...)."""
        if self.of_sums is None:
            return np.asarray(sums[0] / len(self), np.float64)
        return self.of_sums(np.moveaxis(sums, 0, -1), len(self))

    @cached_property
    def estimate(self) -> float:
        """The score of all articles together."""
        return float(self.score(np.array([math.fsum(column) for column in self.columns.T])))

    @cached_property
    def pseudo_values(self) -> FloatArray:
        """Jackknife pseudo-values (Tukey 1958), shape (articles,).

        n times the overall score minus n-1 times the score without the article. For a mean they
        equal the scores of the articles; for other smooth scores they behave similarly.
        """
        if self.of_sums is None:
            return self.values
        columns, count = self.columns, len(self)
        without = self.of_sums(columns.sum(axis=0) - columns, count - 1)
        return np.asarray(count * self.estimate - (count - 1) * without, np.float64)
