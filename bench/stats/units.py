"""What is resampled: single articles, or clusters of articles that share a source or story."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.stats.sample import FloatArray, Sample


@dataclass(frozen=True, eq=False)
class Units:
    """Articles grouped into the units that are drawn or flipped as a whole.

    Attributes:
        articles: how many articles there are.
        codes: the unit of each article, 0 to units - 1, shape (articles,); None where each article
            is a unit of its own.
    """

    articles: int
    codes: NDArray[np.intp] | None = None

    def __len__(self) -> int:
        return len(self.sizes)

    @cached_property
    def sizes(self) -> FloatArray:
        """Articles in each unit, shape (units,)."""
        if self.codes is None:
            return np.ones(self.articles)
        return np.bincount(self.codes).astype(np.float64)

    def sums(self, rows: FloatArray) -> FloatArray:
        """Sums of rows over the articles of each unit, shape (articles, ...) to (units, ...)."""
        if self.codes is None:
            return rows
        totals = np.zeros((len(self), *rows.shape[1:]))
        np.add.at(totals, self.codes, rows)
        return totals

    def contributions(self, sample: Sample) -> FloatArray:
        """What each unit adds to a score, shape (units,); they sum to the score times articles.

        For a mean, the sum of the unit's own scores. For any other score, jackknife pseudo-values
        with one unit left out at a time, shifted so that their sum is right.
        """
        if sample.of_sums is None:
            return self.sums(sample.values)
        count = len(self)
        if count < 2:
            return np.full(count, sample.estimate * self.articles)
        without = self.without_each(sample)
        influence = (count - 1) * (without.mean() - without) * self.articles / count
        return np.asarray(influence + sample.estimate * self.sizes, np.float64)

    def without_each(self, sample: Sample) -> FloatArray:
        """The score without each unit, shape (units,); at least two units."""
        columns = self.sums(sample.columns)
        rest = columns.sum(axis=0) - columns
        if sample.of_sums is None:
            return np.asarray(rest[:, 0] / (self.articles - self.sizes), np.float64)
        if self.codes is None:
            return sample.of_sums(rest, self.articles - 1)
        remaining: Any = (self.articles - self.sizes)[:, None]  # metrics take a number or a column
        return sample.of_sums(rest, remaining)


def units_of(articles: int, clusters: Sequence[Hashable] | None = None) -> Units:
    """The units of some articles.

    Args:
        articles: how many.
        clusters: the label of each article's cluster; None if no articles belong together.

    Raises:
        ValueError: not one label an article.
    """
    if clusters is None:
        return Units(articles)
    if len(clusters) != articles:
        raise ValueError(f"{len(clusters)} cluster labels for {articles} articles")
    codes = codes_of(clusters)
    return Units(articles, None if codes.max(initial=-1) + 1 == articles else codes)


def codes_of(labels: Iterable[Hashable]) -> NDArray[np.intp]:
    """The number of each label, from 0 on in the order in which they first occur."""
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(label, len(known)) for label in labels], np.intp)


def adjusted_squares(deviations: FloatArray, sizes: FloatArray) -> float:
    """The variance of a total over units, from the deviation that each unit adds to it.

    The deviation of a large unit is small because the mean is mostly its own. Each square is
    therefore divided by its expectation for units whose means vary alike (Bell and McCaffrey 2002);
    for units of one size that is the usual n / (n - 1).

    Args:
        deviations: sums over each unit of deviations from the overall mean, shape (units,).
        sizes: articles in each unit.
    """
    count = len(sizes)
    squares = deviations**2
    if np.ptp(sizes) == 0:
        return float(squares.sum()) * count / (count - 1)
    return float((squares / _expected(sizes)).sum())


def degrees_of_freedom(sizes: FloatArray) -> float:
    """Degrees of freedom of ``adjusted_squares`` (Satterthwaite), at least 1.

    One less than the number of units if these have one size; near 1 if one of them dominates.
    """
    if np.ptp(sizes) == 0:
        return len(sizes) - 1
    shares = sizes / sizes.sum()
    both = float((shares**2).sum())
    factors = shares**2 / _expected(sizes)
    none, once, twice = (float((factors * shares**power).sum()) for power in range(3))
    apart = both**2 * none**2 - 4 * both * none * once + 2 * none * twice + 2 * once**2
    alone = float((factors**2 * (1 + 2 * (both - 2 * shares))).sum())
    return max(1.0, min(float(len(sizes) - 1), both**2 / (apart + alone)))


def _expected(sizes: FloatArray) -> FloatArray:
    """Expected squared deviation of each unit's mean, if all have variance 1."""
    shares = sizes / sizes.sum()
    others = np.maximum(float((shares**2).sum()) - shares**2, 0.0)
    return np.asarray((1 - shares) ** 2 + others, np.float64)


@dataclass(frozen=True)
class DesignEffect:
    """How much less clustered articles tell than as many unrelated ones (Kish 1965).

    Attributes:
        factor: the variance of the score as it is, over that of unrelated articles.
        effective: the number of unrelated articles that would tell as much, at most all.
    """

    factor: float
    effective: float


def design_effect(contributions: FloatArray, units: Units) -> DesignEffect | None:
    """The design effect of a score, or of a difference between two.

    Args:
        contributions: of each article (not of each unit), shape (articles,): its scores, or
            pseudo-values, or differences of either.
        units: the clusters.

    Returns:
        None with fewer than two clusters, and where nothing varies.
    """
    count, articles = len(units), units.articles
    if count < 2:
        return None
    deviations = contributions - contributions.mean()
    simple = float((deviations**2).sum()) / (articles - 1)
    if simple <= 1e-24 * max(float(np.abs(contributions).max()) ** 2, 1e-300):
        return None
    clustered = adjusted_squares(units.sums(deviations), units.sizes) / articles
    factor = clustered / simple
    return DesignEffect(factor, articles / max(factor, 1.0))
