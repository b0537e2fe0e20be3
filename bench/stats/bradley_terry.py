"""Strengths of systems from comparisons of two at a time (Bradley and Terry 1952).

A system with log-strength a is preferred over one with b with probability 1 / (1 + exp(b - a)). A
tie counts as half a win for each. The estimate is the maximum likelihood; it exists only among
systems each of which beats each other one directly or through others (Ford 1957). Where it does
not, the likelihood's limit is reported: a probability of 0 or 1, or none if nothing connects two
systems. Intervals resample articles.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bench.stats.bradley_terry_fit import Fit, closure, matrices
from bench.stats.bradley_terry_unseen import Bounds, with_unseen
from bench.stats.interval import CONFIDENCE
from bench.stats.sample import FloatArray
from bench.stats.students import t_quantile
from bench.stats.units import codes_of

RESAMPLES = 2000
_CELLS = 4_000_000  # of a block of resamples: 32 MB


@dataclass(frozen=True, eq=False)
class BradleyTerry:
    """How often each system is preferred, and how sure that is.

    Attributes:
        wins: comparisons that the row won against the column, shape (systems, systems).
        ties: comparisons of the two that were ties, the same shape; symmetric.
        preferred: probability that the row is preferred over the column, ties half; NaN on the
            diagonal and where no comparison connects the two.
        shares: mean of ``preferred`` over the other systems, shape (systems,); NaN where it is not
            known for one of them.
        log_strengths: shape (systems,), with mean 0 over the largest set of systems that have a
            maximum likelihood. Others are infinite if they beat (or lose to) all of these, NaN if
            nothing connects them.
        groups: the number of the group of each system; no comparison connects two groups.
        shares_low: lower bounds of ``shares``; NaN with fewer than two articles.
        shares_high: upper bounds.
        preferred_low: lower bounds of ``preferred``.
        preferred_high: upper bounds.
    """

    wins: FloatArray
    ties: FloatArray
    preferred: FloatArray
    shares: FloatArray
    log_strengths: FloatArray
    groups: NDArray[np.intp]
    shares_low: FloatArray
    shares_high: FloatArray
    preferred_low: FloatArray
    preferred_high: FloatArray

    @property
    def order(self) -> list[int]:
        """The systems from the highest share to the lowest, unknown shares last."""
        keys = np.where(np.isnan(self.shares), -1.0, self.shares)
        return [int(index) for index in np.argsort(-keys, kind="stable")]


def bradley_terry(  # noqa: PLR0913 - what is compared, and how sure one wants to be
    first: ArrayLike,
    second: ArrayLike,
    points: ArrayLike,
    articles: Sequence[Hashable],
    systems: int,
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> BradleyTerry:
    """Fit a Bradley-Terry model.

    Intervals are percentiles over resampled articles, expanded for few articles (Hesterberg 2015).
    A resample in which no comparison connects two systems counts as the worst case for both bounds.
    Where all articles say the same of two systems, the bounds allow for articles that were not seen
    (Clopper and Pearson 1934).

    Args:
        first: the index of one system of each comparison, from 0 on.
        second: the index of the other one.
        points: 1 where the first won, 0 where the second did, 0.5 for a tie.
        articles: the article (or cluster) of each comparison: these are resampled.
        systems: how many systems there are.
        confidence: between 0 and 1.
        resamples: the number of resamples.
        seed: any integer.

    Raises:
        ValueError: the arrays differ in length, an index is out of range, a system is compared with
            itself, or points are not 0, 0.5 or 1.
    """
    cells = _cells(first, second, points, len(articles), systems)
    codes = codes_of(articles)
    units = int(codes.max(initial=-1)) + 1
    counts = np.zeros((units, 3 * systems * systems))
    np.add.at(counts, (codes, cells), 1)
    own = Fit.of(matrices(counts.sum(axis=0)[None], systems))
    found = np.full((2, systems, systems + 1), np.nan)
    if units >= 2:
        drawn = _resampled(counts, systems, resamples, seed)
        found = _percentiles(drawn, units, confidence)
    bounds = Bounds(found[:, :, 0], found[:, :, 1:])
    bounds = with_unseen(bounds, own, counts, (1 - confidence) / 2)
    for matrix in bounds.preferred:
        np.fill_diagonal(matrix, np.nan)
    wins, ties = matrices(counts.sum(axis=0)[None], systems)
    return BradleyTerry(
        wins=wins[0],
        ties=ties[0],
        preferred=own.preferred[0],
        shares=own.shares()[0],
        log_strengths=own.relative[0],
        groups=_groups(wins[0] + ties[0]),
        shares_low=bounds.shares[0],
        shares_high=bounds.shares[1],
        preferred_low=bounds.preferred[0],
        preferred_high=bounds.preferred[1],
    )


def _cells(
    first: ArrayLike, second: ArrayLike, points: ArrayLike, count: int, systems: int
) -> NDArray[np.intp]:
    """The index of each comparison among the flattened matrices of wins, ties and losses."""
    one, other = np.asarray(first, np.intp), np.asarray(second, np.intp)
    scored = np.asarray(points, np.float64)
    if not len(one) == len(other) == len(scored) == count:
        raise ValueError("first, second, points and articles differ in length")
    pairs = np.stack([one, other])
    if ((pairs < 0) | (pairs >= systems)).any():
        raise ValueError(f"an index is not one of {systems} systems")
    if (pairs[0] == pairs[1]).any():
        raise ValueError("a system is compared with itself")
    if not np.isin(scored, (0, 0.5, 1)).all():
        raise ValueError("points must be 0, 0.5 or 1")
    kind = np.rint(2 - 2 * scored).astype(np.intp)  # 0 won, 1 tie, 2 lost
    return np.asarray((kind * systems + pairs[0]) * systems + pairs[1], np.intp)


def _resampled(counts: FloatArray, systems: int, resamples: int, seed: int) -> FloatArray:
    """Shares and probabilities of resamples, with the worst case for either bound.

    Returns:
        Shape (2, resamples, systems, systems + 1): what is not known is as low as possible in the
        first and as high as possible in the second.
    """
    units = len(counts)
    generator = np.random.default_rng(seed % 2**64)
    found = np.empty((2, resamples, systems, systems + 1))
    size = max(1, _CELLS // max(units, counts.shape[1]))
    for start in range(0, resamples, size):
        rows = slice(start, min(start + size, resamples))
        drawn = generator.multinomial(units, np.full(units, 1 / units), rows.stop - start)
        fit = Fit.of(matrices(drawn.astype(np.float64) @ counts, systems))
        preferred = fit.preferred
        for end, share in enumerate((0.0, 1.0)):
            found[end, rows, :, 0] = fit.shares(share)
            found[end, rows, :, 1:] = np.where(np.isnan(preferred), share, preferred)
    return found


def _percentiles(drawn: FloatArray, units: int, confidence: float) -> FloatArray:
    """The bounds, shape (2, systems, systems + 1)."""
    tail = (1 - confidence) / 2
    spread = (units / (units - 1)) ** 0.5 * t_quantile(units - 1, 1 - tail)
    tail = NormalDist().cdf(-spread)
    index = int(tail * drawn.shape[1])  # at least as wide as the percentile
    ordered = np.sort(drawn, axis=1)
    return np.stack([ordered[0, index], ordered[1, -1 - index]])


def _groups(games: FloatArray) -> NDArray[np.intp]:
    """The number of the group of connected systems that each belongs to."""
    connected = closure((games + games.T > 0)[None])[0]
    _, found = np.unique(connected.argmax(axis=1), return_inverse=True)
    return np.asarray(found, np.intp)
