"""What a number of articles can show, given a spread that was seen on some."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.comparison.power_findings import Bounds, GatePower
from bench.stats import (
    Range,
    RareChanges,
    detectable_range,
    fewest_units,
    needed,
    needed_range,
    needed_to_pass,
    power,
    power_range,
    spread_range,
    verdict_chances,
)


@dataclass(frozen=True)
class Planner:
    """Predictions for one spread.

    Attributes:
        spread: standard deviation of the paired differences over units.
        units: articles or clusters on which it was seen.
        size: articles in a unit, on average.
        alpha: level of the two-sided test.
        wanted: probability of detecting an effect, or of passing a gate.
        changes: how often units differ, where most are equal.
    """

    spread: float
    units: int
    size: float
    alpha: float
    wanted: float
    changes: RareChanges | None = None

    def detectable(self, articles: int | None = None) -> Range | None:
        """The smallest detectable difference; None with too few units for a test."""
        planned = self.units if articles is None else max(2, round(articles / self.size))
        if planned < fewest_units(self.alpha):
            return None
        return detectable_range(
            self.spread, self.units, planned, alpha=self.alpha, wanted=self.wanted
        )

    def needed(self, effect: float) -> int | None:
        """Articles needed to detect an effect."""
        return self._articles(needed(effect, self.spread, alpha=self.alpha, wanted=self.wanted))

    def needed_for(self, effect: float) -> Bounds | None:
        """The range of that, for an effect that is given."""
        if effect == 0 or self.spread == 0:
            return None
        seen = spread_range(self.spread, self.units)
        options = {"alpha": self.alpha, "wanted": self.wanted}
        low = needed(effect, seen.low, **options) if seen.low else fewest_units(self.alpha)
        high = None if seen.high is None else needed(effect, seen.high, **options)
        return self._bounds(low, high)

    def needed_for_observed(self, effect: float) -> Bounds | None:
        """The range of that, for an effect that was observed on the same units."""
        if self.spread == 0:
            return None
        found = needed_range(effect, self.spread, self.units, alpha=self.alpha, wanted=self.wanted)
        return self._bounds(int(found.low), None if found.high is None else int(found.high))

    def power(self, effect: float, *, observed: bool) -> Range | None:
        """The probability of detecting an effect with these units, and its range."""
        if self.units < fewest_units(self.alpha) or self.spread == 0:
            return None
        if observed:
            return power_range(effect, self.spread, self.units, self.units, alpha=self.alpha)
        seen = spread_range(self.spread, self.units)
        low = 0.0 if seen.high is None else self._power(effect, seen.high)
        return Range(
            self._power(effect, self.spread), low, self._power(effect, seen.low or self.spread)
        )

    def gate(self, margin: float, score: float) -> GatePower:
        """The verdicts of a check on another model of equal quality."""
        share = margin / abs(score) if score else None
        if self.spread == 0:  # nothing changes, which passes
            return GatePower(margin, share, 1.0, 0.0, 0.0, 1, None)
        passes = fails = 0.0
        if self.units >= fewest_units(self.alpha):
            found = verdict_chances(
                0.0, margin, self.spread, self.units, alpha=self.alpha, changes=self.changes
            )
            passes, fails = found.passes, found.fails
        seen = spread_range(self.spread, self.units)
        bounds = None
        if margin > 0:
            high = None if seen.high is None else self._to_pass(margin, seen.high)
            bounds = self._bounds(self._to_pass(margin, seen.low), high)
        return GatePower(
            margin=margin,
            share=share,
            passes=passes,
            fails=fails,
            inconclusive=max(0.0, 1 - passes - fails),
            needed=self._articles(self._to_pass(margin, self.spread)),
            needed_range=bounds,
        )

    def _to_pass(self, margin: float, spread: float) -> int | None:
        return needed_to_pass(
            margin, spread, alpha=self.alpha, wanted=self.wanted, changes=self.changes
        )

    def _power(self, effect: float, spread: float) -> float:
        return power(effect, spread, self.units, alpha=self.alpha)

    def _articles(self, units: int | None) -> int | None:
        if units is None:
            return None
        return math.ceil(max(units, fewest_units(self.alpha)) * self.size - 1e-9)

    def _bounds(self, low: int | None, high: int | None) -> Bounds | None:
        first = self._articles(low)
        return None if first is None else (first, self._articles(high))


def bounds(found: Range | None) -> Bounds | None:
    """The ends of a range."""
    return None if found is None else (found.low, found.high)
