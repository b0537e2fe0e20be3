"""What there is to rate: each item of each list, by each dimension of a rater."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.article import Article
from bench.models.spec import ModelSpec
from bench.raters.base import RatingRequest
from bench.raters.spec import RaterSpec
from bench.runs.batching import WINDOW
from bench.runs.plan import Plan
from bench.runs.prediction_index import PredictionIndex
from bench.runs.predictions import Prediction
from bench.runs.score import lines_of
from bench.tasks import Task

WHOLE_LIST = -1
"""The position of what concerns a list, not an item of it."""
UnitId = tuple[str, int, int, str]
"""Article, sample, position in the list, and dimension."""


@dataclass(frozen=True)
class RatedUnit:
    """One value that a rater is asked for.

    Attributes:
        id: article, sample, position and dimension.
        key: SHA-256 of all that the answer depends on.
        request: the question.
    """

    id: UnitId
    key: str
    request: RatingRequest


@dataclass(frozen=True)
class WrittenList:
    """The list that a model wrote for an article, as far as it is scored.

    Attributes:
        article: the article.
        sample: the number of the sample.
        items: the items by position, without blank ones.
    """

    article: Article
    sample: int
    items: dict[int, str]


@dataclass(frozen=True)
class RatedWindow:
    """Some articles of a run and what a model wrote for them.

    Attributes:
        articles: the ids of those that have references for the task.
        lists: what there is to rate.
    """

    articles: tuple[str, ...]
    lists: tuple[WrittenList, ...]


def windows(
    plan: Plan, index: PredictionIndex, spec: ModelSpec, task: Task
) -> Iterator[RatedWindow]:
    """What a model wrote for a task, some articles at a time in the order of the dataset."""
    rows = index.rows(spec.name, task.name).read()
    for batch in plan.dataset.batches(WINDOW):
        pairs = zip(batch, lines_of(spec, task, rows, batch), strict=True)
        usable = [(article, lines) for article, lines in pairs if task.references(article)]
        lists = tuple(
            found
            for article, lines in usable
            for found in _lists(article, lines, spec.samples, plan.config.max_items)
        )
        yield RatedWindow(tuple(article.id for article, _ in usable), lists)


def _lists(article: Article, lines: bytes | None, samples: int, most: int) -> Iterator[WrittenList]:
    for line in (lines or b"").splitlines(keepends=True):
        row = Prediction.model_validate_json(line)
        items = {i: item for i, item in enumerate(row.items[:most]) if item.strip()}
        if row.status == "ok" and row.sample < samples and items:
            yield WrittenList(article, row.sample, items)


def first_lists(
    plan: Plan, index: PredictionIndex, spec: ModelSpec, task: Task
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each article with the first list that a model wrote for it, blank items included."""
    rows = index.rows(spec.name, task.name).read()
    for batch in plan.dataset.batches(WINDOW):
        for article, lines in zip(batch, lines_of(spec, task, rows, batch), strict=True):
            for line in (lines or b"").splitlines(keepends=True)[:1]:
                row = Prediction.model_validate_json(line)
                yield article.id, row.items[: plan.config.max_items]


def units_of(rater: RaterSpec, task: Task, lists: Iterable[WrittenList]) -> Iterator[RatedUnit]:
    """What a rater is asked about some lists, in the order of the lists and their items."""
    dimensions = rater.dimensions(task.name)
    for written in lists:
        for name, dimension in dimensions.items():
            whole = tuple(written.items.values())
            parts: Sequence[tuple[int, tuple[str, ...]]] = (
                [(WHOLE_LIST, whole)]
                if dimension.of_list
                else [(position, (item,)) for position, item in written.items.items()]
            )
            for position, items in parts:
                request = RatingRequest(written.article, task, name, items)
                where = (written.article.id, written.sample, position, name)
                yield RatedUnit(where, rater.key(request), request)
