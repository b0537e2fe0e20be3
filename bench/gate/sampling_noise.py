"""Tells a lucky draw from a change, where run and baseline have several samples of each article."""

from __future__ import annotations

import math
from dataclasses import replace

from scipy.special import ndtri

from bench.comparison.clusters import joint_units
from bench.gate.gated_score import GatedScore
from bench.gate.verdict import Verdict
from bench.stats.interval import CONFIDENCE
from bench.stats.variance import split_of_differences


def with_sampling_noise(
    verdict: Verdict, subject: GatedScore, articles: tuple[str, ...]
) -> Verdict:
    """The verdict, which says how much of the difference sampling alone explains.

    The difference is that of the means over samples. The verdict stays the same.

    Args:
        verdict: on the score.
        subject: the score of the run and of the baseline.
        articles: the common articles.
    """
    key = (subject.task, subject.model, subject.score)
    now, before = (
        run.values(*key).on(articles).by_sample for run in (subject.run, subject.baseline)
    )
    if not all(any(len(own) > 1 for own in side) for side in (now, before)):
        return verdict
    units = joint_units([subject.baseline, subject.run], articles)
    split = split_of_differences(now, before, units)
    if split is None:
        return verdict
    noise = math.sqrt(split.samples / split.per_article / split.count)
    reach = noise * float(ndtri((1 + CONFIDENCE) / 2))
    explained = abs(verdict.difference or 0.0) <= reach
    words = (
        f"sampling noise is {100 * split.share:z.0f} % of the variance of the difference, and alone"
        f" explains up to {reach:.2g}: "
        + ("this may be a lucky draw" if explained else "this is more than a lucky draw")
    )
    return replace(verdict, reason=f"{verdict.reason}; {words}")
