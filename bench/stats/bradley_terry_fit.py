"""The maximum likelihood of Bradley-Terry models, of many resamples at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.stats.sample import FloatArray

_STEPS = 200
_CLOSE = 1e-9  # a Newton step that small leaves an error of its square


def matrices(counts: FloatArray, systems: int) -> tuple[FloatArray, FloatArray]:
    """Wins of rows over columns and ties, each (resamples, systems, systems), from their counts."""
    kinds = counts.reshape(len(counts), 3, systems, systems)
    wins = kinds[:, 0] + kinds[:, 2].transpose(0, 2, 1)
    return wins, kinds[:, 1] + kinds[:, 1].transpose(0, 2, 1)


@dataclass(frozen=True, eq=False)
class Fit:
    """Fits of several resamples at once; the first axis is the resample.

    Attributes:
        log_strengths: with mean 0 in each set of systems that beat each other.
        mutual: whether two systems beat each other, directly or through others; true for one and
            itself.
        above: whether the row beats the column, directly or through others, but not the reverse.
    """

    log_strengths: FloatArray
    mutual: NDArray[np.bool_]
    above: NDArray[np.bool_]

    @staticmethod
    def of(results: tuple[FloatArray, FloatArray]) -> Fit:
        """Fit wins of rows over columns and ties, each (resamples, systems, systems)."""
        wins, ties = results
        points = wins + ties / 2
        beats = closure(points > 0)
        mutual = beats & beats.transpose(0, 2, 1)
        return Fit(maximized(points * mutual, mutual), mutual, beats & ~mutual)

    @property
    def preferred(self) -> FloatArray:
        """Probability that the row is preferred over the column; NaN where nothing says so."""
        with np.errstate(over="ignore"):
            odds = np.exp(self.log_strengths[:, None, :] - self.log_strengths[:, :, None])
        found = np.where(self.mutual, 1 / (1 + odds), np.nan)
        found[self.above] = 1.0
        found[self.above.transpose(0, 2, 1)] = 0.0
        systems = found.shape[-1]
        found[:, np.arange(systems), np.arange(systems)] = np.nan
        return found

    def shares(self, unknown: float = np.nan) -> FloatArray:
        """The mean probability of being preferred over each other system."""
        systems = self.mutual.shape[-1]
        if systems < 2:
            return np.full((len(self.mutual), systems), np.nan)
        found = np.where(np.isnan(self.preferred), unknown, self.preferred)
        rest = ~np.eye(systems, dtype=bool)
        return np.asarray(np.where(rest, found, 0.0).sum(axis=2) / (systems - 1), np.float64)

    @property
    def reference(self) -> NDArray[np.bool_]:
        """The systems of the largest set that beat each other; none if no two do."""
        sizes = self.mutual.sum(axis=2)
        lead = sizes.argmax(axis=1)
        rows = np.arange(len(sizes))
        return np.asarray(self.mutual[rows, lead] & (sizes[rows, lead] > 1)[:, None], np.bool_)

    @property
    def relative(self) -> FloatArray:
        """Log-strengths with mean 0 over the ``reference``; infinite or NaN where not known."""
        inside = self.reference
        anchor = inside.argmax(axis=1)
        rows = np.arange(len(inside))
        middle = np.where(inside, self.log_strengths, 0.0).sum(axis=1) / inside.sum(axis=1).clip(1)
        found = np.where(self.mutual[rows, anchor], self.log_strengths - middle[:, None], np.nan)
        found[self.above.transpose(0, 2, 1)[rows, anchor]] = np.inf
        found[self.above[rows, anchor]] = -np.inf
        found[~inside.any(axis=1)] = np.nan
        return found


def closure(beats: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether the row beats the column directly or through others; true for one and itself."""
    systems = beats.shape[-1]
    reached = beats | np.eye(systems, dtype=bool)
    for _ in range(max(1, int(np.ceil(np.log2(max(systems, 2)))))):
        steps = reached.astype(np.float32)
        reached = steps @ steps > 0
    return reached


def maximized(points: FloatArray, mutual: NDArray[np.bool_]) -> FloatArray:
    """The log-strengths of maximum likelihood, by Newton's method with damped steps.

    The step length of Sun and Tran-Dinh (2019) for logistic losses makes every step an improvement.
    Within each set of ``mutual`` systems the likelihood is strictly concave but for a constant,
    which the added blocks of ones fix.
    """
    games = points + points.transpose(0, 2, 1)
    found = np.zeros(points.shape[:2])
    blocks = mutual.astype(np.float64)
    eye = np.eye(points.shape[-1])
    for _ in range(_STEPS):
        difference = found[:, :, None] - found[:, None, :]
        expected = games / (1 + np.exp(-difference))
        slope = (points - expected).sum(axis=2)
        bend = expected * (1 - expected / np.maximum(games, 1e-300))
        curvature = eye * bend.sum(axis=2)[:, :, None] - bend + blocks
        step = np.linalg.solve(curvature, slope[:, :, None])[:, :, 0]
        size = np.ptp(step, axis=1)[:, None]
        found += step * np.where(size > 0, np.log1p(size) / np.maximum(size, 1e-300), 1.0)
        if size.max() <= _CLOSE:
            break
    return found
