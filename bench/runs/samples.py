"""Several samples of a model for each article: who is asked for how many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from bench.article import Article
from bench.models import MODELS
from bench.models.spec import ModelSpec
from bench.runs.config import Config, ModelEntry
from bench.tasks import Task


def asked_samples(entry: ModelEntry, config: Config) -> tuple[int, dict[str, Any]]:
    """The samples that a model is asked for, and the parameter ``samples`` if it has its own."""
    if entry.samples and "samples" in MODELS.parameters(entry.use):
        return config.samples, {"samples": entry.samples}
    if entry.use == "recorded" and config.samples > 1:
        return config.samples, {"samples": config.samples}
    return entry.samples or config.samples, {}


def samples_of(
    articles: Iterable[Article], spec: ModelSpec, task: Task
) -> Iterator[tuple[Article, Task]]:
    """Each article that the model applies to with each of its samples, sample by sample."""
    return (
        (article, of)
        for of in tasks_of_samples(spec, task)
        for article in applicable(articles, spec, of)
    )


def tasks_of_samples(spec: ModelSpec, task: Task) -> list[Task]:
    """The task once for each sample that the model is asked for."""
    return [replace(task, sample=sample) for sample in range(spec.samples)]


def applicable(articles: Iterable[Article], spec: ModelSpec, task: Task) -> Iterator[Article]:
    """The articles with references for the task that the model applies to and has a sample of."""
    return (
        a
        for a in articles
        if task.references(a) and spec.applies(a, task) and spec.has_sample(a, task)
    )


def sample_notes(config: Config, specs: Sequence[ModelSpec]) -> list[str]:
    """A note on the models that are asked once although several samples are wanted."""
    wanted = {
        entry.label: entry.samples or config.samples
        for entry in config.models
        if entry.use != "recorded" and asked_samples(entry, config)[0] > 1
    }
    once = [s.name for s in specs if s.samples == 1 and s.name in wanted and s.role == "model"]
    if not once:
        return []
    return [
        f"samples: asked once for each article, because they do not draw at random:"
        f" {', '.join(once)}"
    ]
