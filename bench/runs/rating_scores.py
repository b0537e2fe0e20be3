"""From ratings to scores: ``RATER.DIMENSION``, one value for each article.

The ratings of several people for one item are averaged first, then the items of a list, then the
samples of an article. What has no rating is missing, not 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import fsum
from typing import Any

import numpy as np

from bench.raters.base import RatedDimension
from bench.raters.spec import RaterSpec
from bench.runs.article_scores import ArticleScores
from bench.runs.rated_units import WHOLE_LIST, UnitId
from bench.runs.results import (
    MetricFacts,
    ModelResult,
    Results,
    Score,
    TaskResult,
    with_positions,
)
from bench.runs.summarise import BOUND_DIGITS, bound
from bench.stats import RaterVariance, Sample, design_effect, score_interval, units_of
from bench.stats.variance import variance_split

Labels = Callable[[Sequence[str]], Sequence[Hashable]]
"""The unit that each article belongs to: the label of its cluster, or its id."""


@dataclass(frozen=True, eq=False)
class RatedScore:
    """One score of one model on one task that comes from ratings.

    Attributes:
        task: the task.
        model: the model.
        name: ``RATER.DIMENSION``.
        facts: how to read it.
        values: of each article that has ratings; None without any.
        failed: the number of ratings that the rater failed on.
        unparsed: the number of answers that are not ratings.
        lost_samples: the number of samples that are missing from averaged answers.
        fault: why the first of these failed; "" if none did.
        raters: what the choice of raters adds to the interval; None if it adds nothing.
    """

    task: str
    model: str
    name: str
    facts: MetricFacts
    values: ArticleScores | None
    failed: int = 0
    unparsed: int = 0
    lost_samples: int = 0
    fault: str = ""
    raters: RaterVariance | None = None


def facts_of(spec: RaterSpec, dimension: str) -> MetricFacts:
    """How to read a score of a rater of the config."""
    found = spec.declared(dimension)
    return facts_for(spec.signature_of_score(dimension), spec.name, found)


def facts_for(signature: str, rater: str, dimension: RatedDimension) -> MetricFacts:
    """How to read a score: its signature, range and direction."""
    return MetricFacts(
        signature=signature,
        higher_is_better=dimension.higher_is_better,
        range=(dimension.low, dimension.high),
        rater=rater,
        advisory=dimension.advisory,
    )


def article_values(values: Iterable[tuple[UnitId, float]]) -> dict[str, ArticleScores]:
    """The value of each article, by dimension.

    Args:
        values: of items or lists, in order of article, dimension, sample and position.
    """
    found: dict[str, dict[str, list[float]]] = {}
    for (article, dimension), of_pair in groupby(values, lambda v: (v[0][0], v[0][3])):
        samples = [
            _mean_of_list([(unit[2], value) for unit, value in of_sample])
            for _, of_sample in groupby(of_pair, lambda v: v[0][1])
        ]
        found.setdefault(dimension, {})[article] = samples
    return {dimension: _scores(articles) for dimension, articles in found.items()}


def _mean_of_list(values: Sequence[tuple[int, float]]) -> float:
    """The mean over the rated items; the value of the whole list where no item is rated."""
    items = [value for position, value in values if position != WHOLE_LIST]
    chosen = items or [value for _, value in values]
    return fsum(chosen) / len(chosen)


def _scores(samples: Mapping[str, Sequence[float]]) -> ArticleScores:
    articles = tuple(sorted(samples))
    means = np.array([fsum(samples[a]) / len(samples[a]) for a in articles], np.float64)
    several = [np.array(samples[a], np.float64) if len(samples[a]) > 1 else None for a in articles]
    kept = tuple(several) if any(own is not None for own in several) else None
    return ArticleScores(articles, means, None, kept)


def with_ratings(results: Results, scores: Sequence[RatedScore], labels: Labels) -> Results:
    """The results with scores that come from ratings; they replace those of the same names.

    Args:
        results: the results.
        scores: in any order.
        labels: which articles belong together.
    """
    if not scores:
        return results
    tasks = {
        name: _task_with_ratings(
            results, task, [score for score in scores if score.task == name], labels
        )
        for name, task in results.tasks.items()
    }
    kept = {score.name: score.facts for score in scores if score.values is not None or score.fault}
    metrics = {**results.metrics, **kept}
    return results.model_copy(update={"tasks": tasks, "metrics": metrics})


def _task_with_ratings(
    results: Results, task: TaskResult, scores: Sequence[RatedScore], labels: Labels
) -> TaskResult:
    if not scores:
        return task
    models = dict(task.models)
    for one in scores:
        if one.model in models:
            models[one.model] = _model_with_rating(models[one.model], one, results, labels)
    better = {one.name: one.facts.higher_is_better for one in scores}
    facts: dict[str, Any] = {"models": with_positions(models, better, results.on_error)}
    if task.clusters is not None and task.primary in better:
        facts |= _design(task, [s for s in scores if s.name == task.primary], labels)
    return task.model_copy(update=facts)


def _model_with_rating(
    model: ModelResult, one: RatedScore, results: Results, labels: Labels
) -> ModelResult:
    scores = {name: score for name, score in model.scores.items() if name != one.name}
    faults = {name: fault for name, fault in model.faults.items() if name != one.name}
    if one.values is not None:
        scores[one.name] = _score(one, one.values, model.articles, results.confidence, labels)
    elif one.fault:
        faults[one.name] = one.fault
    return model.model_copy(update={"scores": scores, "faults": dict(sorted(faults.items()))})


def _score(
    one: RatedScore, found: ArticleScores, articles: int, confidence: float, labels: Labels
) -> Score:
    mean = fsum(found.values) / len(found.articles)
    facts: dict[str, Any] = {
        name: getattr(one, name) for name in ("failed", "unparsed", "lost_samples")
    }
    if len(found.articles) != articles:
        facts["n"] = len(found.articles)
    interval = score_interval(
        Sample(found.values),
        limits=one.facts.range,
        clusters=labels(found.articles),
        confidence=confidence,
        raters=one.raters,
    )
    if interval is not None:
        low, high = (bound(end, mean) for end in (interval.interval.low, interval.interval.high))
        facts |= {"low": min(low, mean), "high": max(high, mean)}
        facts["conservative"] = interval.conservative
    split = variance_split(found.by_sample) if found.samples else None
    if split is not None:
        facts["sd_between_articles"] = round(math.sqrt(split.articles), BOUND_DIGITS)
        facts["sd_between_samples"] = round(math.sqrt(split.samples), BOUND_DIGITS)
    return Score(mean=mean, **facts)


def _design(task: TaskResult, scores: Sequence[RatedScore], labels: Labels) -> dict[str, Any]:
    """How much the clusters of a task tell by a rating, on average over the models."""
    factors = []
    for one in scores:
        if one.values is not None and task.models[one.model].role == "model":
            units = units_of(len(one.values.articles), labels(one.values.articles))
            effect = design_effect(one.values.values, units)
            factors += [effect.factor] if effect else []
    if not factors:
        return {}
    factor = fsum(factors) / len(factors)
    return {
        "design_effect": round(factor, BOUND_DIGITS),
        "effective": round(task.articles / max(factor, 1.0), BOUND_DIGITS),
    }
