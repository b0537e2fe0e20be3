"""How sure a plan is: the chance of each verdict of a gate, and ranges for what power predicts."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.stats.flips import FEWEST, attainable
from bench.stats.interval import CONFIDENCE
from bench.stats.planning import ALPHA, MOST, POWER, detectable, needed, noncentral_t, power
from bench.stats.rare_changes import RareChanges

_STEP = 0.8  # by which numbers of units shrink in a search


def fewest_units(alpha: float = ALPHA) -> int:
    """Units (articles or clusters) from which the two-sided sign-flip test can reach a level."""
    return max(FEWEST, math.ceil(1 - math.log2(alpha) - 1e-12))


@dataclass(frozen=True)
class VerdictChances:
    """The chances of the verdicts of one check."""

    passes: float
    fails: float


def verdict_chances(  # noqa: PLR0913 - an option each
    loss: float,
    margin: float,
    spread: float,
    units: int,
    *,
    alpha: float = ALPHA,
    changes: RareChanges | None = None,
) -> VerdictChances:
    """How a check turns out that passes, or fails, a loss smaller, or larger, than its margin.

    By the paired t-test against the margin (noncentral t), which the sign-flip test agrees with,
    or by simulation where so few of many equal units change that the test allows for unseen ones.

    Args:
        loss: the true loss; 0 for a model of equal quality, below 0 for a better one.
        margin: the loss that is tolerated.
        spread: standard deviation of the paired differences over units; not 0.
        units: articles or clusters; at least 2.
        alpha: two-sided level, half of it for each verdict. For k checks at once take alpha / k.
        changes: how often units change, where most do not; used for a loss of 0.
    """
    if changes is not None and loss == 0 and changes.matter(units):
        return VerdictChances(*changes.chances(margin, spread, units, alpha=alpha))
    shift = (margin - loss) / spread * math.sqrt(units)
    return VerdictChances(_above(shift, units, alpha), _above(-shift, units, alpha))


def needed_to_pass(
    margin: float,
    spread: float,
    *,
    alpha: float = ALPHA,
    wanted: float = POWER,
    changes: RareChanges | None = None,
) -> int | None:
    """Units from which on a change of equal quality passes with the wanted chance; None if never.

    Where changes are rare, few units pass more often than more do, since they often hold no change.
    Such numbers do not count.

    The arguments are those of ``verdict_chances``; at least six units, unless nothing varies.
    """
    if margin <= 0:
        return None
    if spread == 0:
        return 2

    def enough(units: int) -> bool:
        chances = verdict_chances(0.0, margin, spread, units, alpha=alpha, changes=changes)
        return chances.passes >= wanted

    many = FEWEST if changes is None else max(FEWEST, changes.many)
    low, high = many - 1, many
    while not enough(high):  # from here on more units pass more often
        low, high = high, 2 * high
        if low > MOST:
            return None
    while FEWEST <= low < many and enough(low):
        low, high = max(FEWEST - 1, min(low - 1, int(_STEP * low))), low
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _above(shift: float, units: int, alpha: float) -> float:
    """The chance that t with so many units is above its critical value."""
    from scipy.special import ndtr, ndtri, stdtrit

    if units > 5000:  # t and normal are the same by then
        return float(ndtr(shift - float(ndtri(1 - alpha / 2))))
    limit = float(stdtrit(units - 1, 1 - attainable(alpha, units) / 2))
    return 1 - noncentral_t(units - 1, shift, limit)


@dataclass(frozen=True)
class Range:
    """A prediction and how uncertain it is.

    Attributes:
        estimate: as if what was observed were the truth; None if no number would do.
        low: the lower end.
        high: the upper end; None where there is no end.
    """

    estimate: float | None
    low: float
    high: float | None


def spread_range(spread: float, units: int) -> Range:
    """The range of a standard deviation, allowing for tails heavier than normal ones.

    By chi-square, with the degrees of freedom halved: an excess kurtosis of 2, usual for paired
    differences of scores, doubles the variance of their estimated variance.
    """
    from scipy.special import chdtri

    if units < 2 or spread == 0:
        return Range(spread, 0.0, None)
    freedom = max((units - 1) / 2, 0.5)
    tail = (1 - CONFIDENCE) / 2
    low = math.sqrt(freedom / float(chdtri(freedom, tail)))
    high = math.sqrt(freedom / float(chdtri(freedom, 1 - tail)))
    return Range(spread, spread * low, spread * high)


def detectable_range(
    spread: float,
    units: int,
    planned: int,
    *,
    alpha: float = ALPHA,
    wanted: float = POWER,
) -> Range:
    """What ``planned`` units show, with the uncertainty of a spread seen on ``units``."""
    seen = spread_range(spread, units)
    times = detectable(1.0, planned, alpha=alpha, wanted=wanted)
    return Range(times * spread, times * seen.low, None if seen.high is None else times * seen.high)


def needed_range(
    effect: float,
    spread: float,
    units: int,
    *,
    alpha: float = ALPHA,
    wanted: float = POWER,
) -> Range:
    """How many units an observed effect needs, with the uncertainty of that effect.

    The range is that of the standardised effect, by inverting the noncentral t: where it includes
    no effect at all, no number of units is sure to be enough.

    Args:
        effect: the observed difference.
        spread: standard deviation of the paired differences over units; not 0.
        units: on which both were observed; at least 2.
        alpha: level of the two-sided test that is planned.
        wanted: its power.
    """
    observed = abs(effect) / spread * math.sqrt(units)
    tail = (1 - CONFIDENCE) / 2
    strong = _noncentrality(observed, units, 1 - tail) / math.sqrt(units)
    weak = _noncentrality(observed, units, tail) / math.sqrt(units)
    options = {"alpha": alpha, "wanted": wanted}
    fewest = needed(max(strong, -weak), 1.0, **options)
    most = needed(weak, 1.0, **options) if weak > 0 else None
    return Range(needed(effect, spread, **options), float(fewest or MOST), most)


def power_range(
    effect: float,
    spread: float,
    units: int,
    planned: int,
    *,
    alpha: float = ALPHA,
) -> Range:
    """The power with ``planned`` units, with the uncertainty of an effect seen on ``units``."""
    observed = abs(effect) / spread * math.sqrt(units)
    tail = (1 - CONFIDENCE) / 2
    bounds = [_noncentrality(observed, units, t) / math.sqrt(units) for t in (tail, 1 - tail)]
    low = 0.0 if bounds[0] <= 0 <= bounds[1] else min(map(abs, bounds))
    high = max(map(abs, bounds))
    values = [power(e, 1.0, planned, alpha=alpha) for e in (abs(effect) / spread, low, high)]
    return Range(values[0], values[1], values[2])


def _noncentrality(observed: float, units: int, share: float) -> float:
    """The noncentrality under which a t as small as the observed one has chance 1 - share."""
    from scipy.special import ndtri

    if units > 5000 or observed > 30:
        error = math.sqrt(1 + observed**2 / (2 * (units - 1)))
        return observed + float(ndtri(share)) * error
    low, high = observed - 40.0, observed + 40.0
    for _ in range(80):
        middle = (low + high) / 2
        if noncentral_t(units - 1, middle, observed) > 1 - share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
