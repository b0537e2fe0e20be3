"""A verdict on a measure in one dimension, and what would settle it.

The headline is the accuracy on pairs of items of one article. ``trust``: its whole interval lies at
``THRESHOLD`` or above, and something is left when length is controlled for. ``weak``: its whole
interval lies below, or nothing is left. Otherwise the data cannot tell.
"""

from __future__ import annotations

import math

from bench.agreement.figures import CONSTANT_MEASURE
from bench.agreement.findings import DimensionAgreement, Verdict
from bench.stats.interval import Interval

THRESHOLD = 0.6
"""Accuracy from which a measure is worth something: three of five pairs that people separate."""
UNKNOWN: Verdict = "cannot tell from this much data"
_SHARE = f"{100 * THRESHOLD:z.0f} %"
_FEASIBLE = 100  # times as much data, beyond which no study settles it


def verdict_of(
    found: DimensionAgreement, units: int, unit: str, *, is_length: bool = False
) -> tuple[Verdict, str]:
    """The verdict, and the reason in a sentence.

    Args:
        found: the agreement in one dimension.
        units: how many articles or clusters there are.
        unit: the word for one.
        is_length: whether the measure is the length itself.
    """
    accuracy = found.accuracy
    if accuracy.value is None:
        needed = "; rate several for each article" if found.items else ""
        return UNKNOWN, f"{accuracy.reason}{needed}"
    if is_length:
        return "weak", "a baseline: length says nothing of quality by itself, and is easy to raise"
    if accuracy.interval is None:
        return UNKNOWN, f"{accuracy.reason}; rate more {unit}s"
    bounds = accuracy.interval
    if bounds.high < THRESHOLD:
        return "weak", _why_weak(found, bounds)
    if bounds.low < THRESHOLD:
        return UNKNOWN, _settled(found, bounds, units, unit)
    return _beside_length(found, bounds, unit)


def _why_weak(found: DimensionAgreement, bounds: Interval) -> str:
    """Why the whole interval of the accuracy is too low."""
    if found.pooled.reason == CONSTANT_MEASURE:
        return CONSTANT_MEASURE
    if bounds.high < 1 - THRESHOLD:
        return "it orders most pairs against people; is a lower value better?"
    return f"it orders fewer than {_SHARE} of the pairs as people do"


def _beside_length(found: DimensionAgreement, bounds: Interval, unit: str) -> tuple[Verdict, str]:
    """The verdict on an accuracy that is high enough: is it more than length?"""
    length = found.length_controlled.interval
    share = f"it orders at least {math.floor(100 * bounds.low)} % of the pairs as people do"
    if length is None:
        return "trust", f"{share}; what of that is due to length is not known"
    if length.high <= 0:
        return "weak", "nothing is left of it when length is controlled for"
    if length.low <= 0:
        return UNKNOWN, f"length may explain it; rate more {unit}s, or items of similar length"
    return "trust", share


def _settled(found: DimensionAgreement, bounds: Interval, units: int, unit: str) -> str:
    """How much more data would move the interval off the threshold."""
    value = found.accuracy.value or 0.0
    distance = abs(value - THRESHOLD)
    by_units, by_systems = _half(found.accuracy.by_articles), _half(found.accuracy.by_systems)
    half = max(_half(bounds), 1e-12)
    if distance * math.sqrt(_FEASIBLE) < half:
        return f"it is too near to {_SHARE} for a feasible amount of data to settle it"
    if by_systems < distance and by_units > 0:
        needed = math.ceil(units * by_units**2 / (distance**2 - by_systems**2))
        if units < needed <= _FEASIBLE * units:
            return f"about {needed:,} {unit}s instead of {units:,} would settle it"
    factor = max((half / distance) ** 2, 1.1)
    return f"about {factor:z.1f} times as many {unit}s and systems would settle it"


def _half(interval: Interval | None) -> float:
    return 0.0 if interval is None else (interval.high - interval.low) / 2
