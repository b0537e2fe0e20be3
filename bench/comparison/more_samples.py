"""Whether more articles or more samples of each would tell models apart better."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from bench.comparison.clusters import joint_units
from bench.comparison.compared_models import ComparedModel, pairs_of
from bench.stats.variance import VarianceSplit, split_of_differences

_ABOUT = 0.9  # of the gain by articles, from which samples count as equally good


@dataclass(frozen=True)
class SamplingAdvice:
    """What a further output is best spent on, for the average pair of models.

    Attributes:
        samples: samples of each article now.
        share: the part of the variance of a difference that is sampling noise, 0 to 1.
        by_samples: the part by which twice the samples reduce the standard error of a difference.
        by_articles: the part by which twice the articles do.
        at_most: the part by which any number of samples does, with these articles.
        best_articles: articles, with one sample each, that the same number of outputs is enough
            for.
        by_spreading: the part by which that reduces the standard error.
    """

    samples: float
    share: float
    by_samples: float
    by_articles: float
    at_most: float
    best_articles: int
    by_spreading: float

    @property
    def words(self) -> str:
        """The advice as text."""
        equal = self.by_samples >= _ABOUT * self.by_articles
        better = (
            "more samples help as much as more articles"
            if equal
            else "more articles help more than more samples"
        )
        return (
            f"Sampling noise is {100 * self.share:z.0f} % of the variance of a difference"
            f" ({self.samples:g} samples of each article): twice the samples reduce its standard"
            f" error by {100 * self.by_samples:z.0f} %, any number by"
            f" {100 * self.at_most:z.0f} % at most, twice the articles by"
            f" {100 * self.by_articles:z.0f} %; {better}."
            f" {self.best_articles:,} articles with one sample each, as many outputs, reduce it by"
            f" {100 * self.by_spreading:z.0f} %."
        )


def sampling_advice(
    task: str, score: str, present: Sequence[ComparedModel], baseline: str | None = None
) -> SamplingAdvice | None:
    """The advice for the pairs of some models on a score.

    None if no model has several samples of an article.

    Args:
        task: the task.
        score: the score.
        present: models that have it.
        baseline: only pairs with this model.
    """
    splits = []
    for one, other, shared in pairs_of(present, task, score, baseline):
        first, second = (
            c.run.values(task, c.name, score).on(shared).by_sample for c in (one, other)
        )
        units = joint_units([one.run, other.run], shared)
        if split := split_of_differences(first, second, units):
            splits.append(split)
    if not splits:
        return None
    return _advice(
        VarianceSplit(
            fmean(split.articles for split in splits),
            fmean(split.samples for split in splits),
            fmean(split.per_article for split in splits),
            max(split.count for split in splits),
        )
    )


def _advice(split: VarianceSplit) -> SamplingAdvice | None:
    samples, articles = split.per_article, split.count
    now = split.standard_error(articles, samples)
    if now == 0:
        return None
    outputs = round(articles * samples)
    return SamplingAdvice(
        samples=samples,
        share=split.share,
        by_samples=1 - split.standard_error(articles, 2 * samples) / now,
        by_articles=1 - split.standard_error(2 * articles, samples) / now,
        at_most=1 - math.sqrt(split.articles / articles) / now,
        best_articles=outputs,
        by_spreading=1 - split.standard_error(outputs, 1) / now,
    )
