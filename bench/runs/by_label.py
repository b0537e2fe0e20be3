"""Which kinds of reference items a model writes, by labels of the references."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.article import Article
from bench.display import Displayed
from bench.errors import UnknownNameError, unknown_name
from bench.metrics.sets import reaches
from bench.models.base import Role
from bench.runs.alignment import aligned_items
from bench.runs.finished import FinishedRun
from bench.runs.run_similarity import ROUGE_L, run_similarity
from bench.stats import Interval, Sample, score_interval
from bench.tasks import TaskName, task_named

FOUND = 0.5
"""Similarity from which an item counts as found, as in ``coverage@0.5``."""


@dataclass(frozen=True)
class ValueScore:
    """How well a model matches the reference items with one value of a label.

    Attributes:
        value: the value, such as ``criticism``.
        items: the number of reference items that have it.
        articles: the number of articles with such an item.
        similarity: of an item and its match in the one-to-one assignment, 0 without one: the mean
            over the items and samples of an article, then over articles.
        interval: of ``similarity``; None with fewer than two articles.
        found: the share of items with a similarity of at least 0.5, averaged likewise.
        found_interval: of ``found``.
    """

    value: str
    items: int
    articles: int
    similarity: float
    interval: Interval | None
    found: float
    found_interval: Interval | None


@dataclass(frozen=True)
class ModelByLabel:
    """One model: a score for each value, the most frequent value first."""

    name: str
    role: Role
    scores: tuple[ValueScore, ...]


@dataclass(frozen=True, repr=False)
class ByLabel(Displayed):
    """The models of a task by one label of its reference items.

    Attributes:
        task: the task.
        label: the label, such as ``kind``.
        similarity: the similarity of items, such as ``ROUGE-L F1``.
        models: the best first, then floors and ceilings.
        unlabelled: the number of articles whose references lack the label.
        confidence: of the intervals.
    """

    task: str
    label: str
    similarity: str
    models: tuple[ModelByLabel, ...]
    unlabelled: int
    confidence: float

    def __repr__(self) -> str:
        return f"<ByLabel: {len(self.models)} models on {self.task} by {self.label}>"


def labels_of(articles: Iterable[Article]) -> dict[TaskName, list[str]]:
    """The labels that reference items have, by task."""
    found: dict[TaskName, dict[str, None]] = {}
    for article in articles:
        for task, labels in article.item_labels.items():
            found.setdefault(task, {}).update(dict.fromkeys(labels))
    return {task: list(names) for task, names in found.items()}


def by_label(
    run: FinishedRun,
    label: str,
    articles: Sequence[Article],
    models: Sequence[str] = (),
    task: TaskName | None = None,
) -> ByLabel:
    """Average the similarities of matched items for each value of a label.

    Items are matched with the references of an article one-to-one, by the similarity of the
    primary score.

    Args:
        run: the run.
        label: the name of a label.
        articles: the articles of the run, with their labels.
        models: only these; all if empty.
        task: whose references; the only task with the label if not given.

    Raises:
        UnknownNameError: no reference has the label, or those of several tasks have it.
    """
    tasks = tasks_with_label(run, label, articles)
    if task is None and len(tasks) > 1:
        raise UnknownNameError(
            f"{run.location}: {label!r} is a label of {' and '.join(tasks)}; choose one of these"
            " tasks"
        )
    task = task or tasks[0]
    labelled = [article for article in articles if article.item_labels.get(task, {}).get(label)]
    with_references = sum(bool(task_named(task).references(article)) for article in articles)
    result = run.results.tasks[task]
    wanted = [name for name in result.models if not models or name in models]
    found = [
        ModelByLabel(name, result.models[name].role, _scores(run, name, task, label, labelled))
        for name in wanted
    ]
    name = run_similarity(run, task).name
    found.sort(key=lambda m: (m.role != "model", -np.mean([s.similarity for s in m.scores])))
    return ByLabel(
        task=task,
        label=label,
        similarity="ROUGE-L F1" if name == ROUGE_L else name,
        models=tuple(found),
        unlabelled=with_references - len(labelled),
        confidence=run.results.confidence,
    )


def tasks_with_label(run: FinishedRun, label: str, articles: Iterable[Article]) -> list[TaskName]:
    """The tasks of the run whose references have the label.

    Raises:
        UnknownNameError: no reference of its tasks has it.
    """
    every = labels_of(articles)
    known = {task: names for task, names in every.items() if task in run.results.tasks}
    if found := [task for task, names in known.items() if label in names]:
        return found
    tasks = " and ".join(run.results.tasks)
    if others := [task for task, names in every.items() if label in names]:
        raise UnknownNameError(
            f"{run.location}: the references of {tasks} have no label {label!r}; those of"
            f" {' and '.join(others)} have it"
        )
    if not known:
        raise UnknownNameError(
            f"{run.location}: its references have no labels; add `item_labels` to the articles,"
            ' such as {"questions": {"kind": [...]}}, and run again'
        )
    names = {name for own in known.values() for name in own}
    raise UnknownNameError(unknown_name("label", label, names))


def _scores(
    run: FinishedRun, model: str, task: TaskName, label: str, articles: Sequence[Article]
) -> tuple[ValueScore, ...]:
    values: dict[str, dict[str, list[float]]] = defaultdict(dict)
    for aligned in aligned_items(run, model, task, articles):
        matches = aligned.alignment.matches if aligned.alignment else ()
        for index, value in enumerate(aligned.article.item_labels[task][label]):
            match = matches[index] if index < len(matches) else None
            own = values[value].setdefault(aligned.article.id, [])
            own.append(match[1] if match else 0.0)
    items = Counter(value for article in articles for value in article.item_labels[task][label])
    ordered = sorted(values, key=lambda value: (-items[value], value))
    return tuple(_score(run, value, items[value], values[value]) for value in ordered)


def _score(
    run: FinishedRun, value: str, items: int, own: Mapping[str, Sequence[float]]
) -> ValueScore:
    similarity = np.array([np.mean(found) for found in own.values()])
    share = np.array([np.mean([reaches(s, FOUND) for s in found]) for found in own.values()])
    units = run.units(tuple(own))
    intervals = [
        score_interval(
            Sample(scores), limits=(0, 1), clusters=units, confidence=run.results.confidence
        )
        for scores in (similarity, share)
    ]
    return ValueScore(
        value=value,
        items=items,
        articles=len(own),
        similarity=float(similarity.mean()),
        interval=intervals[0].interval if intervals[0] else None,
        found=float(share.mean()),
        found_interval=intervals[1].interval if intervals[1] else None,
    )
