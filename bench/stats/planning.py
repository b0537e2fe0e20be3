"""How small a difference so many articles can show, and how many articles a difference needs.

By the paired t-test, which the randomisation test and the bootstrap interval agree with from about
ten articles on; they need no normal scores, and neither then do these numbers.
"""

from __future__ import annotations

import math

ALPHA = 0.05
POWER = 0.8
MOST = 10_000_000
"""Articles beyond which nobody needs an exact number."""


def power(effect: float, spread: float, articles: int, *, alpha: float = ALPHA) -> float:
    """The chance that a difference is found.

    Args:
        effect: the true difference of the scores.
        spread: standard deviation of the paired differences over articles; not 0.
        articles: how many; at least 2.
        alpha: level of the two-sided test.
    """
    from scipy.special import nctdtr, ndtr, ndtri, stdtrit

    shift = abs(effect) / spread * math.sqrt(articles)
    if articles > 5000:  # t and normal are the same by then
        limit = float(ndtri(1 - alpha / 2))
        return float(ndtr(shift - limit) + ndtr(-shift - limit))
    freedom = articles - 1
    limit = float(stdtrit(freedom, 1 - alpha / 2))
    wrong_way = nctdtr(freedom, shift, -limit) if shift < 5 else 0.0  # below 1e-8, and unstable
    return float(1 - nctdtr(freedom, shift, limit) + wrong_way)


def detectable(
    spread: float, articles: int, *, alpha: float = ALPHA, wanted: float = POWER
) -> float:
    """The smallest true difference that is found with the wanted power; 0 if nothing varies."""
    if spread == 0:
        return 0.0
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
    """How many articles show a true difference with the wanted power; None beyond ten million."""
    if effect == 0:
        return None
    if spread == 0:
        return 2
    low, high = 1, 2
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
