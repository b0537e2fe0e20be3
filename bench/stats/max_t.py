"""Many differences at once: step-down max-T over shared sign flips.

The largest of all studentised differences is compared with the largest that the same flip of signs
gives (Westfall and Young 1993; Romano and Wolf 2005), then the next largest with the largest of the
rest. The chance of any false claim is held at the level, as by Holm's correction, but differences
that go up and down together are not paid for twice, and one p-value needs no more flips the more
tests there are.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.stats.contrast import Contrasts, Indices, merged
from bench.stats.flips import (
    CELLS,
    Flips,
    PairedTest,
    contrasts_flips,
    flips_taken,
    paired_tests,
    unseen,
)
from bench.stats.interval import CONFIDENCE, Interval, level_of
from bench.stats.sample import FloatArray

_MORE = 4  # times as many flips where an adjusted p-value is too near to the level to call
_CELLS = 2_000_000  # of one block of flips
_MOST_WORK = 2e10  # multiplications that more flips may take
_APART = 1e-6  # of an interval's width, between a rejected margin and a bound that is cut there


@dataclass(frozen=True)
class FamilyTest:
    """All tests of a family.

    Attributes:
        tests: each by itself, not corrected.
        adjusted: step-down max-T p-values; None where there is no test.
        intervals: of all differences at once: all of them hold with the confidence. One is None
            where there is no test, and where the correction leaves it without an end.
        flips: how many are behind the adjusted values; 0 where nothing was tested.
    """

    tests: tuple[PairedTest, ...]
    adjusted: tuple[float | None, ...]
    intervals: tuple[Interval | None, ...]
    flips: int


def family_tests(  # noqa: PLR0913 - an option each, all by name
    parts: Sequence[Contrasts],
    keys: Sequence[Sequence[Hashable]] | None = None,
    *,
    margins: Sequence[float] | None = None,
    confidence: float = CONFIDENCE,
    flips: int | None = None,
    seed: int = 0,
) -> FamilyTest:
    """Test all differences as one family.

    Args:
        parts: the differences; those of one part are over the same units.
        keys: for each part, what identifies its units (article ids or cluster labels), so that
            parts share the flips of the units they share; not needed for one part.
        margins: the difference that each is tested against, in the order of the parts; 0 where
            none are given.
        confidence: that no claim is false, and that all intervals hold.
        flips: random sign flips; as many as the family needs if None.
        seed: of these; 0 is a seed.
    """
    alpha = level_of(confidence)
    count = sum(len(part) for part in parts)
    against = np.zeros(count) if margins is None else np.asarray(margins, np.float64)
    if keys is None:
        if len(parts) > 1:
            raise ValueError("several parts need the keys of their units")
        keys = [range(len(part.columns)) for part in parts]
    tests: list[PairedTest] = []
    taken = 0
    for part in parts:
        own = against[len(tests) : len(tests) + len(part)].tolist()
        found = paired_tests(part, margins=own, confidence=confidence, flips=flips, seed=seed)
        taken = max(taken, flips_taken(part, found, _wanted(flips, alpha, part)))
        tests += found
    tested = np.array([i for i, test in enumerate(tests) if test.p_value is not None], np.intp)
    adjusted: list[float | None] = [None] * count
    bounds: list[Interval | None] = [None] * count
    if len(tested) < 2:
        for index in tested.tolist():
            adjusted[index], bounds[index] = tests[index].p_value, tests[index].interval
        return FamilyTest(tuple(tests), tuple(adjusted), tuple(bounds), taken)
    together = merged(parts, keys) if len(parts) > 1 else parts[0]
    stepped = _Family(together, tested, against, alpha).stepped_down(flips, seed)
    for position, index in enumerate(tested.tolist()):
        test = tests[index]
        assert test.p_value is not None
        p_value = max(float(stepped.adjusted[position]), test.p_value)
        adjusted[index] = p_value
        bound = _simultaneous(together, index, stepped.critical, test)
        margin = float(against[index])
        bounds[index] = _agreeing(bound, test.difference, margin, rejected=p_value <= alpha)
    return FamilyTest(tuple(tests), tuple(adjusted), tuple(bounds), stepped.flips)


def _wanted(flips: int | None, alpha: float, contrasts: Contrasts) -> int:
    return contrasts_flips(contrasts, alpha) if flips is None else flips


@dataclass(frozen=True)
class _SteppedDown:
    adjusted: FloatArray
    critical: float
    """The studentised difference that the largest of all exceeds by chance with the level."""
    flips: int


@dataclass(frozen=True, eq=False)
class _Family:
    """The differences that are tested together."""

    contrasts: Contrasts
    tested: Indices
    margins: FloatArray
    alpha: float

    def stepped_down(self, flips: int | None, seed: int) -> _SteppedDown:
        """Adjusted p-values, with more flips where one is too near to the level to call."""
        alpha, drawn = self.alpha, _wanted(flips, self.alpha, self.contrasts)
        found = self._with(Flips(self.contrasts, drawn, seed))
        near = np.abs(found.adjusted - alpha) < 3 * math.sqrt(alpha * (1 - alpha) / drawn)
        more = _MORE * drawn
        work = self.contrasts.columns.size * more
        fits = work <= _MOST_WORK and self.contrasts.columns.shape[1] * more <= CELLS
        if flips is None and near.any() and found.flips >= drawn and fits:
            return self._with(Flips(self.contrasts, more, seed))
        return found

    def _with(self, flips: Flips) -> _SteppedDown:
        totals, norms = self._observed()
        slack = self.contrasts.slack[self.tested]
        norms[norms <= slack] = np.inf
        observed = np.array(
            [
                self._with_unseen(index, total, abs(total) / norm)
                for index, total, norm in zip(self.tested.tolist(), totals, norms, strict=True)
            ]
        )
        order = np.argsort(-observed, kind="stable")
        rates, scales = self._centred(order, totals)
        least = (observed - slack / norms)[order] * (1 - 1e-12)
        as_large = np.zeros(len(order), np.int64)
        largest = np.empty(len(flips))
        step = max(1, _CELLS // len(order))
        indices = self.tested[order]
        for start in range(0, len(flips), step):
            block = slice(start, start + step)
            flipped, counts = flips.statistics(indices, self.margins[indices], block)
            centred = flipped * scales[:, None]
            centred -= rates[:, None] * counts
            largest[block] = 2 * np.maximum(centred.max(axis=0), -centred.min(axis=0))
            flipped *= -2
            flipped += totals[order, None]
            drawn = np.abs(flipped, out=flipped)
            drawn /= norms[order, None]
            np.maximum.accumulate(drawn[::-1], axis=0, out=drawn[::-1])
            as_large += (drawn >= least[:, None]).sum(axis=1)
        adjusted = np.empty(len(order))
        adjusted[order] = np.maximum.accumulate(as_large / len(flips))
        position = min(int(self.alpha * len(flips) + 1e-9), len(flips) - 1)
        critical = float(-np.partition(-largest, position)[position])
        return _SteppedDown(adjusted, critical, len(flips))

    def _observed(self) -> tuple[FloatArray, FloatArray]:
        """The sum of each difference less its margin, and the root of its sum of squares."""
        found = [
            self.contrasts.sums(index) - self.margins[index] * self.contrasts.weights(index)
            for index in self.tested.tolist()
        ]
        totals = np.array([float(one.sum()) for one in found])
        return totals, np.array([math.sqrt(float((one**2).sum())) for one in found])

    def _centred(self, order: Indices, totals: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What makes of flipped sums those of the differences around their own means, studentised.

        The true differences are nearer to these means than to the margins, so the critical value of
        the intervals comes from here. A row is to be multiplied by its scale, and its rate times
        the flipped articles to be subtracted.
        """
        rates, scales = np.zeros(len(order)), np.zeros(len(order))
        for row, position in enumerate(order.tolist()):
            index = int(self.tested[position])
            weights = self.contrasts.weights(index)
            sums = self.contrasts.sums(index) - self.margins[index] * weights
            mean = totals[position] / float(weights.sum())
            norm = math.sqrt(float(((sums - mean * weights) ** 2).sum()))
            if norm > self.contrasts.slack[index]:
                rates[row], scales[row] = mean / norm, 1 / norm
        return rates, scales

    def _with_unseen(self, index: int, total: float, observed: float) -> float:
        """The studentised difference that allows for a change too rare to be seen.

        Only between zero and a margin on the far side of it: against zero the flips are exact.
        """
        margin = float(self.margins[index])
        if margin == 0 or total * margin > 0:
            return observed
        sums, weights = self.contrasts.sums(index), self.contrasts.weights(index)
        rarely = unseen(sums, weights, float(self.contrasts.limits[index]))
        if rarely is None:
            return observed
        towards = math.copysign(rarely[0], margin) - margin * rarely[1]
        squares = float(((sums - margin * weights) ** 2).sum()) + towards**2
        shrunk = math.copysign(1.0, total) * (total + towards) / math.sqrt(squares)
        return max(0.0, min(observed, shrunk))


def _simultaneous(
    contrasts: Contrasts, index: int, critical: float, test: PairedTest
) -> Interval | None:
    """The margins against which the studentised difference is at most the critical value.

    With those of the difference by itself: no interval of all at once is narrower than that of one.
    """
    sums, weights = contrasts.sums(index), contrasts.weights(index)
    bounds = _within(sums, weights, critical)
    if bounds is None:
        return None
    low, high = bounds
    rarely = unseen(sums, weights, float(contrasts.limits[index]))
    if rarely is not None:
        size = np.append(weights, rarely[1])
        below = _within(np.append(sums, -rarely[0]), size, critical)
        above = _within(np.append(sums, rarely[0]), size, critical)
        if below and low <= 0:
            low = min(low, below[0])
        if above and high >= 0:
            high = max(high, above[1])
    if test.interval is not None:
        low, high = min(low, test.interval.low), max(high, test.interval.high)
    return Interval(min(low, test.difference), max(high, test.difference))


def _within(sums: FloatArray, weights: FloatArray, critical: float) -> tuple[float, float] | None:
    """Where |sum of (d - m n)| is at most critical times the root of its sum of squares (Fieller).

    None where that has no end.
    """
    total, articles = float(sums.sum()), float(weights.sum())
    squared = critical**2
    a = articles**2 - squared * float((weights**2).sum())
    if a <= 1e-9 * articles**2:
        return None
    half = total * articles - squared * float((sums * weights).sum())
    c = total**2 - squared * float((sums**2).sum())
    root = math.sqrt(max(0.0, half**2 - a * c))
    return (half - root) / a, (half + root) / a


def _agreeing(
    interval: Interval | None, difference: float, margin: float, *, rejected: bool
) -> Interval | None:
    """The interval, with the margin outside it exactly where the margin is rejected.

    Stepping down rejects more than the intervals show. What it adds is the sign alone, so there the
    interval ends at the margin. (It differs from the margin by a millionth of its width, so that
    comparing the numbers gives the decision.)
    """
    if interval is None:
        return None
    low, high = interval.low, interval.high
    outside = low > margin or high < margin
    if rejected and not outside:
        apart = _APART * max(high - low, abs(difference - margin))
        if difference > margin:
            return replace(interval, low=min(margin + apart, difference))
        return replace(interval, high=max(margin - apart, difference))
    if outside and not rejected:
        return replace(interval, low=min(low, margin), high=max(high, margin))
    return interval
