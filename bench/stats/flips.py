"""Sign flips of paired differences: the test, and the interval that is its inversion.

If neither of two models is better by more than a margin m, the difference less m is as likely up as
down, and each unit's sign could have been the other one. A flip leaves the sum of squares as it is,
so the studentised statistic and the plain sum give one and the same test.

The margins that are not rejected have a closed form (Hartigan 1969): flipping the units F gives a
sum as large as the observed one exactly where m is at least the mean difference of F. So the bounds
are quantiles of the means of random subsets, and p-value, interval and verdict cannot disagree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench.stats.contrast import Contrasts, Indices
from bench.stats.interval import CONFIDENCE, Interval, level_of
from bench.stats.resampling import swap_sums
from bench.stats.sample import FloatArray
from bench.stats.scales import FARTHEST

FEWEST = 6
"""Units from which a two-sided test can reject at 5 %: 2 of 2^6 flips are 3 %."""
FLIPS = 10_000
FEW_CHANGED = 50
"""Units that differ, below which unseen ones are allowed for where the others are all equal."""
CELLS = 40_000_000
"""Of sums over flips that are held at once: 320 MB."""
_FEW = 8
_MANY = 10  # units from which the level of the test is nearly the one asked for
_MOST_FLIPS = 16_384
_REACH = 4.2  # roots of their number: eight standard deviations of how many units are flipped
_CHANCE = 1e-12  # by which sums of chances may be off
Method = Literal["exact", "too few", "sign flips"]


@dataclass(frozen=True)
class PairedTest:
    """A difference, whether it could be chance, and which differences are compatible with it.

    Attributes:
        difference: of the scores.
        interval: the differences that the test does not reject; None with fewer than six units, and
            where the level is too strict for so few.
        p_value: two-sided, of the difference being the margin; None with fewer than six units. It
            is at most 1 - confidence exactly where the margin is outside the interval.
        method: ``exact`` for one unit, ``too few`` for two to five.
        units: articles or clusters.
        changed: units whose scores are not the same.
        conservative: whether the interval allows for changes that were too rare to be seen.
    """

    difference: float
    interval: Interval | None
    p_value: float | None
    method: Method
    units: int
    changed: int
    conservative: bool = False


class Flips:
    """Sums over flipped units, the same flips for all differences.

    With few units every flip is taken once, otherwise so many random ones; each stands for itself
    and its opposite, and the unflipped signs are the first.

    Args:
        contrasts: the differences.
        flips: random sign flips.
        seed: of these; 0 is a seed.
    """

    def __init__(self, contrasts: Contrasts, flips: int = FLIPS, seed: int = 0) -> None:
        self.contrasts = contrasts
        columns = np.concatenate([contrasts.columns, contrasts.sizes], axis=1)
        units = len(columns)
        self.exact = units == 0 or 2 ** (units - 1) <= flips + 1
        if self.exact:
            sums = swap_sums(columns, 2**units, seed)[0][:, : max(1, 2**units // 2)]
        else:
            sums = swap_sums(columns, flips, seed)[0]
            sums = np.concatenate([np.zeros((len(sums), 1)), sums], axis=1)
        self._sums, self._counts = np.split(sums, [contrasts.columns.shape[1]])

    def __len__(self) -> int:
        return int(self._sums.shape[1])

    def flipped(self, index: int) -> tuple[FloatArray, FloatArray]:
        """The sums of one difference over the flipped units, and how many articles these are."""
        found = self._sums[self.contrasts.plus[index]]
        if self.contrasts.minus[index] >= 0:
            found = found - self._sums[self.contrasts.minus[index]]
        return found, self._counts[self.contrasts.kind[index]]

    def statistics(
        self, indices: Indices, margins: FloatArray, block: slice
    ) -> tuple[FloatArray, FloatArray]:
        """Sums over the flipped units of differences less their margins, a row for each.

        Returns:
            The sums, shape (differences, flips), and how many articles are flipped, of as many rows
            or one for all.
        """
        contrasts = self.contrasts
        plus, minus = contrasts.plus[indices], contrasts.minus[indices]
        found = self._sums[plus, block]
        paired = minus >= 0
        if paired.all():
            found = found - self._sums[minus, block]
        elif paired.any():
            found[paired] -= self._sums[minus[paired], block]
        kinds = contrasts.kind[indices]
        counts = self._counts[kinds if kinds.any() else kinds[:1], block]
        if margins.any():
            found -= margins[:, None] * counts
        return found, counts

    def test(self, index: int, *, margin: float = 0.0, alpha: float = 1 - CONFIDENCE) -> PairedTest:
        """The test of one difference against a margin, and its inversion."""
        contrasts = self.contrasts
        units, estimate = int(contrasts.counts[index]), float(contrasts.estimates[index])
        changed = int(np.count_nonzero(contrasts.sums(index)))
        if units < FEWEST:
            method: Method = "exact" if units == 1 else "too few"
            return PairedTest(estimate, None, None, method, units, changed)
        one = _OneDifference(self, index)
        low, high = one.bound(alpha), -one.mirrored.bound(alpha)
        p_value = min(1.0, 2 * min(one.p_value(margin), one.mirrored.p_value(-margin)))
        bounded = np.isfinite([low, high]).all()
        interval = Interval(min(low, estimate), max(high, estimate)) if bounded else None
        return PairedTest(
            estimate, interval, p_value, "sign flips", units, changed, one.rarely is not None
        )


Side = tuple[FloatArray, FloatArray, float | FloatArray]
"""Sums over flipped units, the articles of these, and the chance of each flip or of every one."""


class _OneDifference:
    """One-sided p-values and lower bounds of one difference."""

    def __init__(self, flips: Flips, index: int) -> None:
        sums, weights = flips.contrasts.sums(index), flips.contrasts.weights(index)
        self._slack = float(flips.contrasts.slack[index])
        self.rarely = unseen(sums, weights, float(flips.contrasts.limits[index]))
        every = None if flips.exact else all_flips_of_few(sums, weights)
        if every is not None:
            self._sides: list[Side] = [every]
            return
        inside, counts = flips.flipped(index)
        total, articles = float(sums.sum()), float(weights.sum())
        chance = 0.5 / len(inside)
        self._sides = [(inside, counts, chance), (total - inside, articles - counts, chance)]

    @property
    def mirrored(self) -> _OneDifference:
        """The same for the difference with its sign turned."""
        found = object.__new__(_OneDifference)
        found._sides = [(-sums, counts, chance) for sums, counts, chance in self._sides]
        found._slack = self._slack
        found.rarely = self.rarely
        return found

    def p_value(self, margin: float) -> float:
        """That the true difference is at most the margin, though a larger one was observed."""
        plain = self._share(self._sides, margin)
        if self.rarely is None or margin >= 0:
            return plain
        with_unseen = self._share(self._with_unseen(), margin)
        return min(self._share(self._sides, 0.0), max(plain, with_unseen))

    def bound(self, alpha: float) -> float:
        """The smallest margin whose p-value is above alpha / 2; -inf if all are."""
        low = self._quantile(self._sides, alpha)
        if self.rarely is None or low > 0:
            return low
        return min(low, self._quantile(self._with_unseen(), alpha))

    def _share(self, sides: Sequence[Side], margin: float) -> float:
        as_large = [sums - margin * counts <= self._slack for sums, counts, _ in sides]
        if isinstance(sides[0][2], float):  # one division, so that levels are met exactly
            count = sum(int(np.count_nonzero(one)) for one in as_large)
            return count / sum(len(one) for one in as_large)
        pairs = zip(as_large, sides, strict=True)
        return sum(float((one * chance).sum()) for one, (_, _, chance) in pairs)

    def _quantile(self, sides: Sequence[Side], alpha: float) -> float:
        means = np.concatenate(
            [
                np.divide(
                    sums - self._slack, counts, out=np.full(len(sums), -np.inf), where=counts > 0
                )
                for sums, counts, _ in sides
            ]
        )
        if isinstance(sides[0][2], float):
            rank = int(alpha / 2 * len(means) + 1e-9)
            found = float(np.partition(means, rank)[rank])
        else:
            order = np.argsort(means)
            chances = np.cumsum(np.concatenate([np.atleast_1d(side[2]) for side in sides])[order])
            rank = int(np.searchsorted(chances, alpha / 2 + _CHANCE, "right"))
            found = float(means[order[min(rank, len(means) - 1)]])
        return 0.0 if -self._slack <= found <= 0 else found  # above 0 the test rejects 0

    def _with_unseen(self) -> list[Side]:
        assert self.rarely is not None
        amount, size = self.rarely
        halved = [(sums, counts, chance / 2) for sums, counts, chance in self._sides]
        return [
            *halved,
            *((sums - amount, counts + size, chance) for sums, counts, chance in halved),
        ]


def all_flips_of_few(sums: FloatArray, weights: FloatArray) -> Side | None:
    """All flips with their chances, where few units differ and the others are alike.

    Of units without a difference only their number matters, which is binomial.

    Returns:
        None where units without a difference have several sizes, and where it would be too much.
    """
    present = weights > 0
    different = present & (sums != 0)
    sizes = weights[present & ~different]
    few, alike = int(different.sum()), len(sizes)
    reach = min(alike / 2, _REACH * math.sqrt(alike))
    numbers = np.arange(math.ceil(alike / 2 - reach), math.floor(alike / 2 + reach) + 1)
    if not alike or np.ptp(sizes) > 0 or few > _FEW or len(numbers) << few > _MOST_FLIPS:
        return None
    ways = np.arange(2**few)[:, None] >> np.arange(few) & 1
    flipped = (ways @ sums[different])[:, None] + np.zeros(len(numbers))
    counts = (ways @ weights[different])[:, None] + sizes[0] * numbers
    chances = _binomial(alike, numbers) / 2**few
    return flipped.ravel(), counts.ravel(), np.tile(chances, len(ways))


def _binomial(count: int, numbers: Indices) -> FloatArray:
    whole = math.lgamma(count + 1) - count * math.log(2)
    logs = [whole - math.lgamma(k + 1) - math.lgamma(count - k + 1) for k in numbers.tolist()]
    chances = np.exp(logs)
    return np.asarray(chances / chances.sum(), np.float64)


def unseen(sums: FloatArray, weights: FloatArray, limit: float) -> tuple[float, float] | None:
    """One more unit that is allowed for where few of many equal ones have changed.

    Where most units are equal, the sample says little of the rare ones that are not: a loss on one
    article in fifty is often not among fifty. As Clopper and Pearson's bounds do, the interval then
    counts one more change than there is, larger than the largest by a share that vanishes with more
    of them, and as large as can be where there is none.

    Args:
        sums: of the difference, by unit.
        weights: articles of each unit; 0 where the difference lacks it.
        limit: the largest difference that there can be for an article.

    Returns:
        How large its sum is and its size; None where enough units differ.
    """
    units, changed = int(np.count_nonzero(weights)), int(np.count_nonzero(sums))
    equal = units - changed
    if changed >= FEW_CHANGED or equal < 3 or equal < units / 2:
        return None
    size = float(weights.sum()) / units
    largest = limit * size
    if changed:
        largest = min(largest, (1 + 1 / changed) * float(np.abs(sums).max()))
    return (largest, size) if 0 < largest <= FARTHEST else None


def paired_tests(
    contrasts: Contrasts,
    *,
    margins: Sequence[float] | None = None,
    confidence: float = CONFIDENCE,
    flips: int | None = None,
    seed: int = 0,
) -> list[PairedTest]:
    """Test each difference by itself; what one gets does not depend on the others.

    Args:
        contrasts: the differences.
        margins: the difference that each is tested against; 0 where none are given.
        confidence: of the intervals; the level of the tests is what is left of 1.
        flips: random sign flips; as many as the level needs if None.
        seed: of these; 0 is a seed.
    """
    alpha = level_of(confidence)
    drawn = Flips(contrasts, contrasts_flips(contrasts, alpha) if flips is None else flips, seed)
    against = [0.0] * len(contrasts) if margins is None else margins
    return [
        drawn.test(index, margin=margin, alpha=alpha)
        for index, margin in zip(range(len(contrasts)), against, strict=True)
    ]


def flips_taken(contrasts: Contrasts, tests: Sequence[PairedTest], flips: int) -> int:
    """How many flips are behind the tests of some differences; 0 where nothing was tested.

    All flips of few units, or the random ones and the unflipped signs.

    Args:
        contrasts: the differences.
        tests: theirs.
        flips: random sign flips.
    """
    if all(test.p_value is None for test in tests):
        return 0
    return min(1 << max(0, len(contrasts.columns) - 1), flips + 1)


def contrasts_flips(contrasts: Contrasts, alpha: float) -> int:
    """Random flips that a level needs, as far as their sums fit into memory."""
    width = max(1, int(contrasts.columns.shape[1] + contrasts.sizes.shape[1]))
    return max(FLIPS, min(flips_for(alpha), CELLS // width))


def attainable(alpha: float, units: int) -> float:
    """The level that a two-sided test at ``alpha`` really has, as there are few flips of few units.

    Six units have 64 flips, of which one on each side can be significant at 5 %: 3.1 %.
    """
    if units < FEWEST or units >= _MANY:
        return alpha
    return math.ldexp(2 * int(math.ldexp(alpha / 2, units) + 1e-9), -units)


def flips_for(alpha: float, tests: int = 1) -> int:
    """Random flips so that p-values near the level vary by a few percent of it.

    Args:
        alpha: the level.
        tests: by how many it is divided (Holm, Bonferroni); 1 for max-T, whose own p-values are
            compared with the level itself.
    """
    return max(FLIPS, min(1_000_000, int(np.ceil(400 * tests / alpha))))
