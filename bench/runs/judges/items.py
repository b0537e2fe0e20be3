"""The items that a judge of a finished run rated, with what people said of the same items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench.data.ratings import Rating
from bench.raters import HUMAN
from bench.runs.add_ratings import lists_of
from bench.runs.finished import FinishedRun
from bench.runs.human_ratings import RateableList, people_values
from bench.runs.judges.findings import Used, used_by
from bench.runs.rated_units import WHOLE_LIST
from bench.stats.sample import FloatArray


@dataclass(frozen=True)
class JudgedItem:
    """One item, or one whole list.

    Attributes:
        article: the id of the article.
        model: the model that wrote it.
        sample: the number of the sample.
        position: in the list.
        text: the item.
        judge: the value that the judge gave; None without one.
        people: the mean of what people said; None if nobody rated it.
        reason: the reason of the judge, if any.
    """

    article: str
    model: str
    sample: int
    position: int
    text: str
    judge: float | None
    people: float | None
    reason: str | None = None

    @property
    def words(self) -> int:
        """The length of the item in words."""
        return len(self.text.split())


@dataclass(frozen=True)
class JudgedTask:
    """What a judge said in one task by one criterion.

    Attributes:
        judge: the name of the judge.
        task: the task.
        dimension: the criterion.
        items: all items that the judge was asked about.
        unparsed: the number of answers that are not verdicts.
        failed: the number of questions without an answer.
        lost_samples: the number of samples that are missing from averaged answers.
        used: the tokens and the cost of all answers.
    """

    judge: str
    task: str
    dimension: str
    items: tuple[JudgedItem, ...]
    unparsed: int
    failed: int
    lost_samples: int
    used: Used

    def of(self, models: set[str]) -> Iterator[JudgedItem]:
        """The items of some models that have a value of the judge."""
        return (i for i in self.items if i.model in models and i.judge is not None)

    def labelled(self, models: set[str]) -> list[JudgedItem]:
        """Those that people rated, too."""
        return [item for item in self.of(models) if item.people is not None]


def judged_tasks(run: FinishedRun, judge: str, task: str) -> list[JudgedTask]:
    """What a judge said in a task, by criterion.

    Raises:
        RunDirectoryError: a file cannot be read or has changed since the run.
    """
    found: dict[str, list[JudgedItem]] = defaultdict(list)
    unparsed: dict[str, int] = defaultdict(int)
    rows: dict[str, list[Rating]] = defaultdict(list)
    failed: dict[str, int] = defaultdict(int)
    lost: dict[str, int] = defaultdict(int)
    for model in run.results.tasks[task].models:
        lists = {(one.article, one.sample): one for one in lists_of(run, task, model)}
        people = _people(run, task, model, lists)
        for row in run.ratings(judge, task, model):
            own = lists.get((row.article, row.sample))
            positions = own.positions(row.item) if own else []
            if own is None or not positions:
                continue
            rows[row.dimension].append(row.model_copy(update={"raw": None, "reason": None}))
            unparsed[row.dimension] += row.status == "unparsed"
            failed[row.dimension] += row.status == "error"
            lost[row.dimension] += row.lost_samples
            position = positions[0]
            text = " ".join(own.items.values() if position == WHOLE_LIST else [own.items[position]])
            unit = (row.article, row.sample, position, row.dimension)
            found[row.dimension].append(
                JudgedItem(
                    *unit[:1], model, *unit[1:3], text, row.value, people.get(unit), row.reason
                )
            )
    return [
        JudgedTask(
            *(judge, task, name, tuple(sorted(items, key=_place))),
            *(unparsed[name], failed[name], lost[name], used_by(rows[name])),
        )
        for name, items in sorted(found.items())
    ]


def _place(item: JudgedItem) -> tuple[str, str, int, int]:
    """An order that does not depend on when a concurrent judge answered."""
    return item.model, item.article, item.sample, item.position


def _people(
    run: FinishedRun, task: str, model: str, lists: dict[tuple[str, int], RateableList]
) -> dict[tuple[str, int, int, str], float]:
    if HUMAN not in run.raters:
        return {}
    rows = (row for row in run.ratings(HUMAN, task, model) if row.status == "ok")
    return dict(people_values(rows, lists.values()))


def other_scale(run: FinishedRun, judge: str, dimension: str) -> str:
    """Why ratings of people say nothing about those of a judge; "" if they are on one scale."""
    metrics = run.results.metrics
    people, own = (metrics.get(f"{rater}.{dimension}") for rater in (HUMAN, judge))
    if people is None or own is None or people.range == own.range:
        return ""
    return f"people rated {dimension} on another scale, so that their ratings are not used"


@dataclass(frozen=True, eq=False)
class ArticleMeans:
    """A model's values by article, for estimates of the mean over articles.

    Attributes:
        labels: what people say, of the articles in which they rated items.
        judged: what the judge says of the same items.
        labelled: the ids of these articles.
        rest: what the judge says of the other articles.
        others: the ids of these.
    """

    labels: FloatArray
    judged: FloatArray
    labelled: tuple[str, ...]
    rest: FloatArray
    others: tuple[str, ...]

    def minus(self, other: ArticleMeans) -> ArticleMeans:
        """The differences on the articles of both; labels count where both have them."""
        mine, theirs = self._by_article, other._by_article
        labels = [id_ for id_ in self.labelled if id_ in set(other.labelled)]
        shared = [id_ for id_ in mine if id_ in theirs and id_ not in set(labels)]
        people = [dict(zip(one.labelled, one.labels, strict=True)) for one in (self, other)]
        return ArticleMeans(
            np.array([people[0][id_] - people[1][id_] for id_ in labels], np.float64),
            np.array([mine[id_] - theirs[id_] for id_ in labels], np.float64),
            tuple(labels),
            np.array([mine[id_] - theirs[id_] for id_ in shared], np.float64),
            tuple(shared),
        )

    @property
    def _by_article(self) -> dict[str, float]:
        return {
            **dict(zip(self.labelled, self.judged, strict=True)),
            **dict(zip(self.others, self.rest, strict=True)),
        }


def article_means(items: list[JudgedItem]) -> ArticleMeans:
    """The values of one model by article: means over items, then over samples."""
    judge: dict[str, dict[int, list[JudgedItem]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        if item.judge is not None:
            judge[item.article][item.sample].append(item)
    labelled: dict[str, tuple[float, float]] = {}
    rest: dict[str, float] = {}
    for article, samples in sorted(judge.items()):
        both = [[i for i in own if i.people is not None] for own in samples.values()]
        pairs = [own for own in both if own]
        if pairs:
            people = [_mean([float(i.people or 0.0) for i in own]) for own in pairs]
            beside = [_mean([float(i.judge or 0.0) for i in own]) for own in pairs]
            labelled[article] = (_mean(people), _mean(beside))
        else:
            rest[article] = _mean(
                [_mean([float(i.judge or 0.0) for i in o]) for o in samples.values()]
            )
    return ArticleMeans(
        np.array([people for people, _ in labelled.values()], np.float64),
        np.array([own for _, own in labelled.values()], np.float64),
        tuple(labelled),
        np.array(list(rest.values()), np.float64),
        tuple(rest),
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
