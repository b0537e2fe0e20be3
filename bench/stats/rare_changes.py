"""The verdicts of a gate where most units keep their score, by simulation.

The noncentral t knows nothing of the one more change that the test allows for where few of many
equal units have changed, and which makes passing rarer than a spread alone would have it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bench.stats.flips import FEW_CHANGED, attainable
from bench.stats.sample import FloatArray
from bench.stats.students import t_quantile

_TRIALS = 4000
_OFTEN = 0.6  # share of the units that change, above which hardly any sample has half of them equal


@dataclass(frozen=True, eq=False)
class RareChanges:
    """How often units change, and by how much.

    Attributes:
        share: of the units whose score changes.
        amounts: how much those of them change that were seen, as multiples of the spread.
        limit: the largest difference that there can be, in units of the score.
    """

    share: float
    amounts: FloatArray
    limit: float = math.inf

    @classmethod
    def of(cls, differences: FloatArray, limit: float = math.inf) -> RareChanges | None:
        """Those of observed differences; None where all or none of the units changed much.

        Args:
            differences: of the units, 0 where nothing changed.
            limit: the largest difference that there can be.
        """
        changed = np.abs(differences[differences != 0])
        share = len(changed) / max(1, len(differences))
        if not 0 < share <= _OFTEN:
            return None
        return cls(share, changed / math.sqrt(float((differences**2).mean())), limit)

    def matter(self, units: int) -> bool:
        """Whether few enough of this number of units changed for rare changes to be simulated."""
        return units < self.many

    @property
    def many(self) -> int:
        """The number of units from which on enough of them change that none is simulated."""
        return math.ceil(FEW_CHANGED / self.share - 1e-9)

    def chances(
        self, margin: float, spread: float, units: int, *, alpha: float
    ) -> tuple[float, float]:
        """How often a change of equal quality passes, and how often it fails.

        Args:
            margin: the loss that is tolerated.
            spread: standard deviation of the differences.
            units: articles or clusters.
            alpha: two-sided level.
        """
        generator = np.random.default_rng(0)
        counts = generator.binomial(units, self.share, _TRIALS)
        shape = (_TRIALS, max(1, int(counts.max())))
        drawn = generator.choice(self.amounts, shape) * generator.choice([-spread, spread], shape)
        drawn *= np.arange(shape[1]) < counts[:, None]
        totals, squares = drawn.sum(axis=1), (drawn**2).sum(axis=1)
        largest = np.abs(drawn).max(axis=1)
        limit = _limit(units, alpha)

        shifted = totals + units * margin
        around = squares + 2 * margin * totals + units * margin**2
        plain = _ratio(shifted, around)
        unseen = np.minimum(self.limit, (1 + 1 / np.maximum(counts, 1)) * largest) - margin
        equal = units - counts
        few = (counts < FEW_CHANGED) & (equal >= 3) & (equal >= units / 2)
        allowed = np.where(few, _ratio(shifted - unseen, around + unseen**2), plain)
        better = _ratio(totals, squares) > limit  # significantly better than before
        passes = ((plain > limit) & (allowed > limit)) | better | (counts == 0)
        return float(passes.mean()), float(((plain < -limit) & (counts > 0)).mean())


def _ratio(totals: FloatArray, squares: FloatArray) -> FloatArray:
    """Totals over the root of the sum of squares, which flips of signs do not change."""
    return np.asarray(totals / np.sqrt(np.maximum(squares, 1e-300)), np.float64)


def _limit(units: int, alpha: float) -> float:
    """The largest ratio that is not significant, from Student's t."""
    value = t_quantile(units - 1, 1 - attainable(alpha, units) / 2)
    return value / math.sqrt(1 + (value**2 - 1) / units)
