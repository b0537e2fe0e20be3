"""Bounds of Bradley-Terry models where resampling cannot widen them: all articles say the same.

If a system wins every comparison with another one, or all are ties, so does every resample. The
bound then allows for articles that were not seen, as Clopper and Pearson's exact bound does: with n
articles, the share of them that say otherwise may be as large as 1 - tail ** (1 / n).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bench.stats.bradley_terry_fit import Fit, matrices
from bench.stats.sample import FloatArray

_EQUAL = 1e-9


class Bounds(NamedTuple):
    """Bounds of each system, shape (2, systems), and of each pair, (2, systems, systems)."""

    shares: FloatArray
    preferred: FloatArray


def with_unseen(bounds: Bounds, own: Fit, counts: FloatArray, tail: float) -> Bounds:
    """Move bounds outward by what unseen articles may change; NaN stays NaN.

    Args:
        bounds: low and high, from resamples.
        own: the fit of all comparisons.
        counts: of wins, ties and losses in each article, shape (articles, 3 * systems**2).
        tail: the probability to leave on each side.
    """
    systems = own.mutual.shape[-1]
    if len(counts) < 2:
        return bounds
    low, high = _worst(counts, systems, tail)
    each = np.arange(systems)
    shares, preferred = (part.copy() for part in bounds)
    for end, points, sign in ((0, low, -1.0), (1, high, 1.0)):
        fit = Fit.of((points, np.zeros_like(points)))
        moved = fit.shares()[each, each] - own.shares()[0]
        shares[end] = np.clip(shares[end] + _outward(moved, sign), 0, 1)
        moved = fit.preferred[each, each] - own.preferred[0]
        preferred[end] = np.clip(preferred[end] + _outward(moved, sign), 0, 1)
    one, other = preferred
    return Bounds(shares, np.stack([np.fmin(one, 1 - other.T), np.fmax(other, 1 - one.T)]))


def _worst(counts: FloatArray, systems: int, tail: float) -> tuple[FloatArray, FloatArray]:
    """Points of all systems, with what may be unseen against, and in favour of, each of them.

    Returns:
        Each of shape (systems, systems, systems); the first axis is the system.
    """
    wins, ties = matrices(counts, systems)
    points = wins + ties / 2
    games = points + points.transpose(0, 2, 1)
    always, odds = _alike(points, games, tail)
    more = games.sum(axis=0) * odds
    lost = np.where(always == 0, more, 0.0)  # may be won, whoever's bound it is
    low = np.repeat((points.sum(axis=0) + lost)[None], systems, axis=0)
    high = low.copy()
    _, altogether = _alike(points.sum(axis=2), games.sum(axis=2), tail)
    for system in range(systems):
        low[system, system] -= lost[system]
        high[system, :, system] -= lost[:, system]
        own = np.maximum(more[system], games.sum(axis=0)[system] * altogether[system])
        own[(always[system] == 0) | (always[system] == 1)] = 0.0  # see above
        low[system, :, system] += own
        high[system, system] += own
    return low, high


def _alike(points: FloatArray, games: FloatArray, tail: float) -> tuple[FloatArray, FloatArray]:
    """The share of points that is the same in all articles, and the odds of what is unseen.

    Args:
        points: by article, the first axis.
        games: how many points there are, the same shape.
        tail: the probability to leave.

    Returns:
        Without the first axis: the share, NaN where articles differ; and how many comparisons for
        each one made may say otherwise, 0 where articles differ.
    """
    met = games > 0
    share = points / np.where(met, games, 1)
    least, most = np.where(met, share, 1).min(axis=0), np.where(met, share, 0).max(axis=0)
    articles = met.sum(axis=0)
    alike = (articles > 0) & (most - least < _EQUAL)
    agreeing = tail ** (1 / np.maximum(articles, 1))
    return np.where(alike, least, np.nan), np.where(alike, 1 / agreeing - 1, 0.0)


def _outward(moved: FloatArray, sign: float) -> FloatArray:
    return sign * np.maximum(np.nan_to_num(sign * moved), 0.0)
