"""Scales on which a score has no ends, so that its interval stays inside the score's range."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bench.stats.sample import FloatArray

FARTHEST = 1e100
"""An end of a range beyond this is none: its square would be too large for a number."""
_NEAREST = 1e-3  # to an end of the range, as a share of it, that a part of the articles counts as


@dataclass(frozen=True)
class Scale:
    """The logit of a score between two ends, its logarithm above or below one, or itself.

    Attributes:
        low: the lowest score that there can be; -inf if there is no end.
        high: the highest; inf if there is no end.
    """

    low: float = -math.inf
    high: float = math.inf

    @property
    def width(self) -> float:
        """From one end to the other."""
        return self.high - self.low

    def inside(self, score: float) -> bool:
        """Whether the score is at neither end, so that the scale has a slope there."""
        return self.low < score < self.high

    def to(self, scores: FloatArray, nearest: float) -> FloatArray:
        """Scores on the scale; none counts as nearer to an end than ``nearest``."""
        above = np.maximum(scores - self.low, nearest)
        below = np.maximum(self.high - scores, nearest)
        if math.isinf(self.low):
            return np.asarray(scores if math.isinf(self.high) else -np.log(below), np.float64)
        if math.isinf(self.high):
            return np.log(above)
        return np.log(above) - np.log(below)

    def back(self, scaled: float) -> float:
        """The score at a value on the scale."""
        scaled = min(max(scaled, -700.0), 700.0) if self._ends else scaled
        if math.isinf(self.low):
            return scaled if math.isinf(self.high) else self.high - math.exp(-scaled)
        if math.isinf(self.high):
            return self.low + math.exp(scaled)
        return self.low + self.width / (1 + math.exp(-scaled))

    def slope(self, score: float) -> float:
        """By how much the scale moves where the score does, for a score inside."""
        found = 0.0 if self._ends else 1.0
        if not math.isinf(self.low):
            found += 1 / (score - self.low)
        if not math.isinf(self.high):
            found += 1 / (self.high - score)
        return found

    def around(self, score: float, half: float) -> tuple[float, float]:
        """The ends of an interval of half this width around a score, symmetric on the scale.

        Around a score at an end of the range it is that of the score itself, cut at the ends.
        """
        if not self.inside(score):
            return max(self.low, score - half), min(self.high, score + half)
        moved, scaled = half * self.slope(score), float(self.to(np.array(score), 0.0))
        return self.back(scaled - moved), self.back(scaled + moved)

    def nearest(self, score: float) -> float:
        """How near to an end parts of the articles may come, given the score of all."""
        width = self.width if math.isfinite(self.width) else abs(score) + 1
        ends = [abs(score - end) for end in (self.low, self.high) if math.isfinite(end)]
        return min([_NEAREST * width, *(end for end in ends if end > 0)])

    @property
    def _ends(self) -> bool:
        return math.isfinite(self.low) or math.isfinite(self.high)
