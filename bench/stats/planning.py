"""Power analysis: detectable differences, and required numbers of articles.

Based on the paired t-test, which agrees with the sign-flip test from about ten articles on; with
fewer it is taken at the level that the few flips allow. The sign-flip test needs no normal
distribution, so the results hold without one.
"""

from __future__ import annotations

import math

from bench.stats.flips import FEWEST, attainable

ALPHA = 0.05
POWER = 0.8
MOST = 10_000_000
"""Maximum number of articles that is computed."""


def power(effect: float, spread: float, articles: int, *, alpha: float = ALPHA) -> float:
    """The probability of detecting a difference.

    Args:
        effect: the true difference of the scores.
        spread: standard deviation of the paired differences over articles; not 0.
        articles: the number of articles; at least 2.
        alpha: significance level of the two-sided test.
    """
    from scipy.special import ndtr, ndtri, stdtrit

    shift = abs(effect) / spread * math.sqrt(articles)
    if articles > 5000:  # t and normal are the same by then
        limit = float(ndtri(1 - alpha / 2))
        return float(ndtr(shift - limit) + ndtr(-shift - limit))
    freedom = articles - 1
    limit = float(stdtrit(freedom, 1 - attainable(alpha, articles) / 2))
    wrong_way = noncentral_t(freedom, shift, -limit) if shift < 5 else 0.0  # below 1e-8, unstable
    return min(1.0, 1 - noncentral_t(freedom, shift, limit) + wrong_way)


def noncentral_t(freedom: int, shift: float, limit: float) -> float:
    """The chance that noncentral t is below a limit; scipy's is not a number in the far tails."""
    from scipy.special import nctdtr

    found = float(nctdtr(freedom, shift, limit))
    if math.isnan(found):
        return 1.0 if shift < limit else 0.0
    return min(max(found, 0.0), 1.0)


def detectable(
    spread: float, articles: int, *, alpha: float = ALPHA, wanted: float = POWER
) -> float:
    """The smallest difference that is detected with the given power; 0 without variation.

    Raises:
        ValueError: the test of so few articles never reaches the level (``fewest_units``).
    """
    if spread == 0:
        return 0.0
    if attainable(alpha, articles) == 0:
        raise ValueError(f"no difference of {articles} articles is significant at {alpha:g}")
    low, high = 0.0, spread
    while power(high, spread, articles, alpha=alpha) < wanted:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        if power(middle, spread, articles, alpha=alpha) < wanted:
            low = middle
        else:
            high = middle
    return high


def needed(
    effect: float, spread: float, *, alpha: float = ALPHA, wanted: float = POWER
) -> int | None:
    """The number of articles needed for the given power; None beyond ten million.

    At least the six that a test needs, unless nothing varies.
    """
    if effect == 0:
        return None
    if spread == 0:
        return 2
    low, high = FEWEST - 1, FEWEST
    while power(effect, spread, high, alpha=alpha) < wanted:
        low, high = high, 2 * high
        if low > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        if power(effect, spread, middle, alpha=alpha) < wanted:
            low = middle
        else:
            high = middle
    return high
