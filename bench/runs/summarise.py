"""Turns accumulated scores into ``results.json``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

from bench.data.clusters import Clusters
from bench.metrics import Metric
from bench.runs.config import Config
from bench.runs.plan import Plan
from bench.runs.results import (
    DatasetFacts,
    MetricFacts,
    ModelResult,
    Results,
    Score,
    TaskResult,
    with_positions,
)
from bench.runs.score_accumulator import ScoreAccumulator, all_intervals
from bench.stats import ScoreInterval, VarianceSplit
from bench.tasks import Task

BOUND_DIGITS = 9
"""Decimals of the bounds of an interval, so that they are equal on all hardware."""


@dataclass(frozen=True)
class Setting:
    """What the results of a run depend on besides the scores.

    Attributes:
        config: the config; of it ``on_error``, ``confidence`` and ``resamples``.
        name: the name of the dataset.
        fingerprint: the fingerprint of the dataset.
        articles: the number of articles.
        clusters: the articles that belong together; None if none do.
        tasks: the tasks, each with its number of articles.
        asks: whether any model is asked for a number of items.
        metrics: by name.
        signatures: of the metrics.
    """

    config: Config
    name: str
    fingerprint: str
    articles: int
    clusters: Clusters | None
    tasks: Mapping[Task, int]
    asks: bool
    metrics: Mapping[str, Metric]
    signatures: Mapping[str, str]


def summarise(plan: Plan, accumulators: Sequence[ScoreAccumulator]) -> Results:
    """The results of a plan from the scores of its models, in the form of ``results.json``."""
    setting = Setting(
        plan.config,
        plan.dataset.name,
        plan.dataset.fingerprint,
        len(plan.dataset),
        plan.dataset_summary.clusters,
        {task: plan.count(task) for task in plan.tasks},
        any(spec.model.honors_item_count for spec in plan.model_specs),
        plan.metrics,
        {name: plan.signature(name) for name in plan.metrics},
    )
    return results_in(setting, accumulators)


def results_in(setting: Setting, accumulators: Sequence[ScoreAccumulator]) -> Results:
    """The scores over all articles and their intervals, in the form of ``results.json``."""
    return Results(
        on_error=setting.config.on_error,
        dataset=DatasetFacts(
            name=setting.name,
            fingerprint=setting.fingerprint,
            articles=setting.articles,
            **_cluster_facts(setting.clusters),
        ),
        metrics={
            name: MetricFacts(
                signature=setting.signatures[name],
                higher_is_better=metric.higher_is_better,
                range=metric.range,
                ranges={
                    score: metric.range_of(score)
                    for score in metric.scores(name)
                    if metric.range_of(score) != metric.range
                },
            )
            for name, metric in setting.metrics.items()
        },
        confidence=setting.config.confidence,
        resamples=setting.config.resamples,
        tasks={
            task.name: _task_result(setting, task, [t for t in accumulators if t.task == task])
            for task in setting.tasks
        },
    )


def _cluster_facts(clusters: Clusters | None) -> dict[str, Any]:
    if clusters is None:
        return {}
    return {
        "clusters": clusters.count,
        "clustered_by": clusters.by,
        "unlabelled": clusters.unlabelled or None,
    }


def _design(
    setting: Setting, task: Task, accumulators: Sequence[ScoreAccumulator]
) -> dict[str, float | None]:
    """How much the clusters of a task tell by its primary score, on average over the models."""
    clusters, articles = setting.clusters, setting.tasks[task]
    count = clusters.in_tasks.get(task.name, 0) if clusters else articles
    if count == articles:
        return {}
    competing = [a for a in accumulators if a.spec.role == "model"] or accumulators
    effects = [a.design_effect(task.primary) for a in competing]
    factors = [effect.factor for effect in effects if effect]
    if not factors:
        return {"clusters": count}
    factor = fsum(factors) / len(factors)
    return {
        "clusters": count,
        "design_effect": round(factor, BOUND_DIGITS),
        "effective": round(articles / max(factor, 1.0), BOUND_DIGITS),
    }


def _task_result(
    setting: Setting, task: Task, accumulators: Sequence[ScoreAccumulator]
) -> TaskResult:
    means = {
        t.spec.name: t.means() for t in accumulators
    }  # before the intervals, because it detects faults
    bounds = all_intervals(accumulators, confidence=setting.config.confidence)
    models = {
        (name := t.spec.name): _model_result(t, means[name], bounds.get(name, {}))
        for t in accumulators
    }
    return TaskResult(
        primary=task.primary,
        articles=setting.tasks[task],
        left_out=setting.articles - setting.tasks[task],
        items=task.items if setting.asks else None,
        **_design(setting, task, accumulators),
        models=with_positions(
            models,
            {
                score: metric.higher_is_better
                for name, metric in setting.metrics.items()
                for score in metric.scores(name)
            },
            setting.config.on_error,
        ),
    )


def _model_result(
    accumulator: ScoreAccumulator,
    means: Mapping[str, float],
    bounds: Mapping[str, ScoreInterval | None],
) -> ModelResult:
    tokens_in, tokens_out = accumulator.tokens_in, accumulator.tokens_out
    splits = accumulator.spread.splits() if accumulator.spread else {}
    numbers = accumulator.numbers()
    return ModelResult(
        role=accumulator.spec.role,
        articles=accumulator.articles,
        samples=accumulator.most_samples,
        outputs=accumulator.outputs if accumulator.most_samples > 1 else None,
        failed=accumulator.failed,
        empty=accumulator.empty,
        truncated=accumulator.truncated,
        truncated_input=accumulator.truncated_input if accumulator.truncated else None,
        truncated_output=accumulator.truncated_output if accumulator.truncated else None,
        cut=accumulator.cut,
        tokens_in=tokens_in,
        tokens_out=tokens_out,
        cost=None if tokens_in is None else accumulator.spec.cost(tokens_in, tokens_out or 0),
        seconds=accumulator.seconds,
        scores={s: _score(mean, bounds[s], splits.get(s), numbers[s]) for s, mean in means.items()},
        faults={name: str(fault) for name, fault in sorted(accumulator.faults.items())},
        reason=accumulator.reason,
    )


def _score(
    mean: float, found: ScoreInterval | None, split: VarianceSplit | None, number: int | None
) -> Score:
    facts: dict[str, Any] = {} if number is None else {"n": number}
    if found is not None:
        low, high = bound(found.interval.low, mean), bound(found.interval.high, mean)
        facts |= {"low": min(low, mean), "high": max(high, mean)}
        facts["conservative"] = found.conservative
    if split is not None:
        facts["sd_between_articles"] = round(math.sqrt(split.articles), BOUND_DIGITS)
        facts["sd_between_samples"] = round(math.sqrt(split.samples), BOUND_DIGITS)
    return Score(mean=mean, **facts)


def bound(value: float, mean: float) -> float:
    """A bound, rounded so that it is equal on all hardware, but never past the mean."""
    return mean if abs(value - mean) < 10**-BOUND_DIGITS else round(value, BOUND_DIGITS)
