"""Several samples of one model for each article: variance between articles and between samples.

Scores are averaged within the article first; the article stays the unit of every test. What varies
between samples of one article is luck that more samples average out; what varies between articles
only more articles do.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from bench.stats.sample import FloatArray
from bench.stats.units import units_of


@dataclass(frozen=True)
class VarianceSplit:
    """The variance of scores in two parts.

    Attributes:
        articles: variance of the articles' own true scores (0 where the estimate is negative).
        samples: variance of the samples of one article around its true score.
        per_article: samples an article, the harmonic mean over articles.
        count: articles.
    """

    articles: float
    samples: float
    per_article: float
    count: int

    @property
    def share(self) -> float:
        """The part of the variance of the articles' averages that is luck of sampling; 0 to 1."""
        luck = self.samples / self.per_article
        return luck / (self.articles + luck) if luck > 0 else 0.0

    def standard_error(self, articles: float, per_article: float) -> float:
        """Of the score with so many articles and samples for each."""
        return math.sqrt((self.articles + self.samples / per_article) / articles)


def variance_split(scores: Sequence[ArrayLike]) -> VarianceSplit | None:
    """Split the variance (one-way analysis of variance, random effects; Searle et al. 1992).

    Args:
        scores: for each article the scores of its samples, or for a pair of models the differences
            of their samples; articles may have different numbers of samples.

    Returns:
        None with fewer than two articles, and where no article has two samples.
    """
    groups = [np.asarray(own, np.float64) for own in scores]
    if not all(len(own) for own in groups):
        raise ValueError("an article has no samples")
    if not groups:
        return None
    sizes = np.array([len(own) for own in groups], np.float64)
    means = np.array([own.mean() for own in groups])
    means -= (sizes * means).sum() / sizes.sum()  # the split is the same, and rounding is less
    within = sum(float(((own - own.mean()) ** 2).sum()) for own in groups)
    sums = np.array([sizes, sizes**2, 1 / sizes, sizes * means, sizes * means**2]).sum(axis=1)
    return split_of_sums(len(groups), np.append(sums, within))


def split_of_sums(count: int, sums: FloatArray) -> VarianceSplit | None:
    """The same from sums over articles, so that they need not be held together.

    Args:
        count: articles.
        sums: over the articles, of the number of samples n, of n², of 1/n, of n times the mean m of
            the article, of n m², and of the squared deviations of samples from m.
    """
    sizes, squares, inverses, weighted, weighted_squares, within = sums.tolist()
    if count < 2 or sizes <= count:
        return None
    samples = within / (sizes - count)
    between = max(0.0, weighted_squares - weighted**2 / sizes) / (count - 1)
    size = (sizes - squares / sizes) / (count - 1)
    articles = max(0.0, (between - samples) / size)
    return VarianceSplit(articles, samples, count / inverses, count)


def split_of_differences(
    scores: Sequence[ArrayLike],
    others: Sequence[ArrayLike],
    clusters: Sequence[Hashable] | None = None,
) -> VarianceSplit | None:
    """Split the variance of the differences between two models.

    Samples of different models are independent, so the variances of their samples add up. What
    clusters of articles add to the variance of the mean counts as variance between articles.

    Args:
        scores: for each article the scores of the first model's samples.
        others: those of the second model for the same articles; one sample each where it does not
            sample.
        clusters: the label of each article's cluster; None if no articles belong together.

    Returns:
        None with fewer than two articles or clusters, and where neither model has two samples of
        an article.
    """
    means = [
        np.array([np.asarray(own, np.float64).mean() for own in side]) for side in (scores, others)
    ]
    units = units_of(len(scores), clusters)
    parts = [part for side in (scores, others) if (part := variance_split(side))]
    if not parts or len(units) < 2:
        return None
    luck = sum(part.samples / part.per_article for part in parts)
    per_article = max(part.per_article for part in parts)
    differences = means[0] - means[1]
    sums = units.sums(differences - differences.mean())
    variance = float((sums**2).sum()) * len(units) / (len(units) - 1) / len(scores)
    articles = max(0.0, variance - luck)
    return VarianceSplit(articles, luck * per_article, per_article, len(scores))


def best_and_worst_of(scores: Sequence[ArrayLike], most: int | None = None) -> FloatArray:
    """Expected best and worst of k samples, averaged over articles.

    Without bias, over all choices of k of an article's samples (as pass@k; Chen et al. 2021).

    Args:
        scores: for each article the scores of its samples.
        most: the largest k; the fewest samples that an article has if None.

    Returns:
        Shape (k, 2): the highest and the lowest of 1, 2, ... samples.
    """
    groups = [np.sort(np.asarray(own, np.float64)) for own in scores]
    fewest = min(len(own) for own in groups)
    last = fewest if most is None else min(most, fewest)
    found = np.empty((last, 2))
    for k in range(1, last + 1):
        found[k - 1, 0] = np.mean([_highest(own, k) for own in groups])
        found[k - 1, 1] = np.mean([-_highest(-own[::-1], k) for own in groups])
    return found


def _highest(ordered: FloatArray, k: int) -> float:
    """The expected highest of k that are chosen without replacement."""
    count = len(ordered)
    ways = [math.comb(position, k - 1) for position in range(count)]
    return math.fsum(w / math.comb(count, k) * v for w, v in zip(ways, ordered, strict=True))
