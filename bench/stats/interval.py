"""Confidence intervals, as every test and estimate gives them."""

from __future__ import annotations

from dataclasses import dataclass

CONFIDENCE = 0.95


def level_of(confidence: float) -> float:
    """The level of the tests that go with intervals of a confidence; never quite 0 or 1."""
    return min(max(round(1 - confidence, 12), 1e-12), 1 - 1e-12)


@dataclass(frozen=True)
class Interval:
    """Bounds of a confidence interval."""

    low: float
    high: float
