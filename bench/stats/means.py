"""Confidence intervals of single scores, from two articles on.

Student's t on the scale on which the score has no ends (for scores between 0 and 1 the logit):
the interval stays inside the range and leans the way a skewed score does. Corpus scores use
jackknife pseudo-values on that scale, with and without the correction for bias. Nothing is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from bench.stats.flips import FEW_CHANGED
from bench.stats.interval import CONFIDENCE, Interval
from bench.stats.rater_variance import RaterVariance
from bench.stats.sample import FloatArray, Sample
from bench.stats.scales import FARTHEST, Scale
from bench.stats.students import t_quantile_between
from bench.stats.units import Units, adjusted_squares, degrees_of_freedom, units_of

_EQUAL = 1e-12  # of the range or the largest score: rounding


@dataclass(frozen=True)
class ScoreInterval:
    """The interval of a score.

    Attributes:
        interval: inside the score's range, the score inside it.
        conservative: whether it allows for scores too rare to be seen, since many are the same; it
            then holds more often than the confidence says.
    """

    interval: Interval
    conservative: bool


def score_interval(
    sample: Sample,
    *,
    limits: tuple[float | None, float | None] = (None, None),
    clusters: Sequence[Hashable] | None = None,
    confidence: float = CONFIDENCE,
    raters: RaterVariance | None = None,
) -> ScoreInterval | None:
    """The confidence interval of one score.

    Args:
        sample: the score.
        limits: the lowest and highest score that there can be, as ``Metric.range`` has them.
        clusters: the label of each article's cluster; None if each article stands alone.
        confidence: between 0 and 1.
        raters: what the choice of raters adds, for means of ratings; None if they are fixed.

    Returns:
        None with fewer than two units (articles or clusters).
    """
    units = units_of(len(sample), clusters)
    if len(units) < 2:
        return None
    low, high = (
        (-math.inf, math.inf)[side] if end is None or abs(end) > FARTHEST else end
        for side, end in enumerate(limits)
    )
    scale = Scale(min(low, sample.estimate), max(high, sample.estimate))
    tail = (1 - confidence) / 2
    parts = units.contributions(sample)
    bounds = _by_t(parts, units.sizes, tail, raters)
    if scale.inside(sample.estimate) and bounds[1] > bounds[0]:
        if sample.of_sums is None:
            bounds = scale.around(sample.estimate, (bounds[1] - bounds[0]) / 2)
        else:
            bounds = _by_jackknife(sample, units, scale, tail)
    beyond = _unseen(parts, units.sizes, scale)
    if beyond is not None:
        size = np.append(units.sizes, units.sizes.mean())
        below, above = (
            _by_t(np.append(parts, value * size[-1]), size, tail, raters) for value in beyond
        )
        bounds = min(bounds[0], below[0]), max(bounds[1], above[1])
    return ScoreInterval(
        Interval(
            max(scale.low, min(bounds[0], sample.estimate)),
            min(scale.high, max(bounds[1], sample.estimate)),
        ),
        beyond is not None,
    )


def _by_t(
    parts: FloatArray, sizes: FloatArray, tail: float, raters: RaterVariance | None = None
) -> tuple[float, float]:
    """Student's t on what units add to a score; ratio of sums where their sizes differ."""
    count, articles = len(parts), float(sizes.sum())
    middle = float(parts.sum()) / articles
    deviations = parts - middle * sizes
    largest = float(np.abs(parts).max())
    error, freedom = 0.0, degrees_of_freedom(sizes)
    if float((deviations**2).sum()) > count * (_EQUAL * largest) ** 2:
        error = math.sqrt(adjusted_squares(deviations, sizes))
    if raters is not None and raters.variance > 0:
        own, added = error**2, raters.variance * articles**2
        freedom = (own + added) ** 2 / (own**2 / freedom + added**2 / raters.freedom)
        error = math.sqrt(own + added)
    if not error:
        return middle, middle
    half = t_quantile_between(max(1.0, freedom), 1 - tail) * error / articles
    return middle - half, middle + half


def _by_jackknife(sample: Sample, units: Units, scale: Scale, tail: float) -> tuple[float, float]:
    """The union of the intervals around the score and around the score corrected for bias."""
    count = len(units)
    nearest = scale.nearest(sample.estimate)
    scaled = float(scale.to(np.array(sample.estimate), nearest))
    pseudo_values = count * scaled - (count - 1) * scale.to(units.without_each(sample), nearest)
    corrected = float(pseudo_values.mean())
    error = float(pseudo_values.std(ddof=1))
    half = t_quantile_between(degrees_of_freedom(units.sizes), 1 - tail) * error / math.sqrt(count)
    return scale.back(min(scaled, corrected) - half), scale.back(max(scaled, corrected) + half)


def _unseen(parts: FloatArray, sizes: FloatArray, scale: Scale) -> tuple[float, float] | None:
    """One more low and one more high score, where a quarter of the units, or two of two, are equal.

    As Clopper and Pearson's bounds do, the interval counts one more than there are: a little
    farther off than the farthest, or at the end of the range where all are the same.
    """
    scores = np.sort(parts / sizes)
    slack = _EQUAL * max(float(np.abs(scores).max()), scale.width if scale.width < math.inf else 0)
    starts = np.flatnonzero(np.concatenate([[True], np.diff(scores) > slack]))
    runs = np.diff(np.append(starts, len(scores)))
    most = int(runs.argmax())
    others = len(scores) - int(runs[most])
    if runs[most] < max(min(3, len(scores)), len(scores) / 4) or others >= FEW_CHANGED:
        return None
    common = float(scores[starts[most]])
    if not others:
        return (scale.low, scale.high) if scale.width < math.inf else None
    away = (1 + 1 / others) * max(common - float(scores[0]), float(scores[-1]) - common)
    return max(scale.low, common - away), min(scale.high, common + away)
