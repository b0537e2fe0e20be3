"""Resamples of articles and of systems, as the weights of each draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.stats.sample import FloatArray
from bench.stats.units import Units


@dataclass(frozen=True, eq=False)
class TwoWayDraws:
    """How often each article and each system is drawn, with replacement.

    Attributes:
        articles: shape (draws, articles); the articles of a cluster are drawn together.
        systems: shape (draws, systems).
    """

    articles: FloatArray
    systems: FloatArray


def two_way_draws(units: Units, systems: int, resamples: int, seed: int) -> TwoWayDraws:
    """Draw articles (clusters, where there are any) and systems, independently.

    Args:
        units: the articles, and the clusters that are drawn as a whole.
        systems: how many systems there are.
        resamples: how many draws.
        seed: any integer; 0 is a seed.
    """
    generator = np.random.default_rng(seed % 2**64)
    articles = _counts(generator, len(units), resamples)
    if units.codes is not None:
        articles = articles[:, units.codes]
    return TwoWayDraws(articles, _counts(generator, systems, resamples))


def _counts(generator: np.random.Generator, size: int, resamples: int) -> FloatArray:
    if size == 0:
        return np.ones((resamples, 0))
    shares = np.full(size, 1 / size)
    return np.asarray(generator.multinomial(size, shares, resamples), np.float64)
