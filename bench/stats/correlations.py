"""Correlations with their intervals."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bench.stats.interval import CONFIDENCE, Interval
from bench.stats.sample import FloatArray
from bench.stats.units import units_of

Kind = Literal["pearson", "spearman", "kendall"]
_VARIANCES = {"pearson": 1.0, "spearman": 1.06, "kendall": 0.437}
_RESAMPLES = 2000
_FEWEST = {"pearson": 4, "spearman": 4, "kendall": 5}
_MANY = 30  # units from which what the bootstrap shows of the spread is worth having


@dataclass(frozen=True)
class Correlation:
    """A correlation; no interval with too few units to tell, or where one side does not vary."""

    value: float | None
    interval: Interval | None


def correlation(  # noqa: PLR0913 - an option each, all by name
    first: ArrayLike,
    second: ArrayLike,
    *,
    kind: Kind = "pearson",
    clusters: Sequence[Hashable] | None = None,
    confidence: float = CONFIDENCE,
    seed: int = 0,
) -> Correlation:
    """A correlation between two scores of the same systems or articles.

    Fisher's z with the variance that fits the kind (Fieller, Hartley and Pearson 1957). With
    clusters, and from 30 units on, the standard error on that scale is the bootstrap's where that
    is larger.

    Args:
        first: shape (points,).
        second: shape (points,).
        kind: which; tau-b for ``kendall``.
        clusters: the label of each point's cluster, drawn as a whole; None if there are none.
        confidence: between 0 and 1.
        seed: of the draws.
    """
    from scipy.special import stdtrit

    points = np.column_stack([np.asarray(first, np.float64), np.asarray(second, np.float64)])
    value = _value(points, kind)
    units = units_of(len(points), clusters)
    count = len(units)
    if value is None or count < _FEWEST[kind] + 1:
        return Correlation(value, None)
    freedom = count - 4 if kind == "kendall" else count - 3
    error = math.sqrt(_VARIANCES[kind] / freedom)
    if kind == "spearman":
        error *= math.sqrt(1 + value**2 / 2) / math.sqrt(1.06)
    scaled = _fisher(value)
    if clusters is not None or count >= _MANY:
        drawn = _drawn(points, units.codes, count, kind, seed)
        if len(drawn) > 1:
            error = max(error, float(np.std(np.vectorize(_fisher)(drawn), ddof=1)))
    half = float(stdtrit(max(count - 2, 1), (1 + confidence) / 2)) * error
    return Correlation(value, Interval(math.tanh(scaled - half), math.tanh(scaled + half)))


def _fisher(value: float) -> float:
    return math.atanh(min(max(value, -0.9999), 0.9999))


def _drawn(
    points: FloatArray, codes: NDArray[np.intp] | None, count: int, kind: Kind, seed: int
) -> FloatArray:
    generator = np.random.default_rng(seed % 2**64)
    members = None if codes is None else [np.flatnonzero(codes == unit) for unit in range(count)]
    found = []
    for _ in range(_RESAMPLES if kind != "kendall" else _RESAMPLES // 4):
        picked = generator.integers(0, count, count)
        rows = picked if members is None else np.concatenate([members[unit] for unit in picked])
        found.append(_value(points[rows], kind))
    return np.array([one for one in found if one is not None], np.float64)


def _value(points: FloatArray, kind: Kind) -> float | None:
    first, second = points.T
    if len(points) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    if kind == "kendall":
        from scipy.stats import kendalltau

        return float(kendalltau(first, second).statistic)
    if kind == "spearman":
        from scipy.stats import rankdata

        first, second = rankdata(first), rankdata(second)
    first, second = first - first.mean(), second - second.mean()
    product = float((first**2).sum()) * float((second**2).sum())
    return float((first * second).sum()) / math.sqrt(product)
