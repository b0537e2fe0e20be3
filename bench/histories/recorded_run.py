"""A run of a history file in the form of a finished run, for the tests that take one."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Self

from bench.errors import RunDirectoryError
from bench.histories.row import HistoryRow, ModelRow, unpacked_values
from bench.runs.article_scores import ArticleScores, Key
from bench.runs.finished import FinishedRun
from bench.runs.results import ModelResult, Results, Score, TaskResult


@dataclass(frozen=True, eq=False)
class RecordedRun(FinishedRun):
    """A recorded run: scores of articles without predictions and references.

    Attributes:
        label: its name.
        kept: the scores of articles.
        ids: the digest of each scored article, which is unknown, by id.
        labels: the label of each article that shares a cluster.
    """

    label: str = ""
    kept: dict[Key, ArticleScores] | None = None
    ids: tuple[str, ...] = ()
    labels: dict[str, str] | None = None

    @classmethod
    def of(cls, row: HistoryRow, file: str) -> Self:
        """The run of a row, with only the scores whose values it keeps.

        Raises:
            RunDirectoryError: these are damaged.
        """
        kept: dict[Key, ArticleScores] = {}
        ids = tuple(row.articles or ())
        for task, found in row.tasks.items():
            for model, own in found.models.items():
                for score in own.values.keys() & own.scores.keys():
                    try:
                        kept[task, model, score] = _article_scores(own, score, ids)
                    except (ValueError, IndexError) as error:
                        where = f"{file}: run {row.run!r} of {row.date}: {model} ({task}), {score}"
                        fix = "delete its line and record it again"
                        raise RunDirectoryError(f"{where}: {error}; {fix}") from None
        labels = {
            article: unit.removeprefix("cluster ")
            for article, unit in zip(ids, row.clusters or (), strict=False)
            if unit.startswith("cluster ")
        }
        return cls(
            path=Path(file),
            results=_results(row, set(kept)),
            has_ending=False,
            label=row.run,
            kept=kept,
            ids=ids,
            labels=labels,
        )

    @property
    def name(self) -> str:
        """The name of the run beside other runs."""
        return self.label

    @property
    def location(self) -> str:
        """The file, and the run in it."""
        return f"{self.path} ({self.label})"

    @property
    def digests(self) -> dict[str, str]:
        """The ids of the scored articles; their digests are not recorded."""
        return dict.fromkeys(self.ids, "")

    @property
    def cluster_labels(self) -> dict[str, str]:
        """The label of each article that shares a cluster, by id."""
        return self.labels or {}

    @property
    def signatures(self) -> dict[str, str]:
        """Unknown: what matters here is what the models scored."""
        return {}

    def items_of_samples(
        self, task: str, model: str
    ) -> dict[str, dict[int, tuple[str, ...]]] | None:
        """None: predictions are not recorded."""
        del task, model
        return None

    @property
    def _scores(self) -> dict[Key, ArticleScores]:
        return self.kept or {}


def _article_scores(own: ModelRow, score: str, ids: tuple[str, ...]) -> ArticleScores:
    on = own.indices.get(score, own.on)
    articles = ids if on is None else tuple(ids[index] for index in on)
    if len(set(articles)) < len(articles):
        raise ValueError("an article is repeated")
    if not articles:
        raise ValueError("no article has it")
    values = unpacked_values(own.values[score], len(articles))
    statistics = None
    if score in own.statistics:
        packed = own.statistics[score]
        width = _width(packed, len(articles))
        statistics = unpacked_values(packed, width * len(articles)).reshape(-1, width)
    elif not isclose(float(values.mean()), own.scores[score][0], rel_tol=1e-6, abs_tol=1e-6):
        raise ValueError("the scores of articles have another mean")
    return ArticleScores(articles, values, statistics)


def _width(packed: str, articles: int) -> int:
    """How many statistics each article has."""
    for width in range(1, 65):
        try:
            unpacked_values(packed, width * articles)
        except ValueError:
            continue
        return width
    raise ValueError("packed statistics are not those of the articles")


def _results(row: HistoryRow, kept: set[Key]) -> Results:
    """The results of a row, with only the scores whose values it keeps."""
    tasks = {
        name: TaskResult(
            primary=task.primary,
            articles=task.articles,
            left_out=0,
            items=task.items,
            models={
                model: ModelResult(
                    role=own.role,
                    articles=own.articles,
                    failed=own.failed,
                    empty=0,
                    truncated=0,
                    scores={
                        score: Score(mean=mean, low=low, high=high)
                        for score, (mean, low, high) in own.scores.items()
                        if (name, model, score) in kept
                    },
                )
                for model, own in task.models.items()
            },
        )
        for name, task in row.tasks.items()
    }
    return Results(
        on_error=row.on_error,
        confidence=row.confidence,
        resamples=row.resamples,
        dataset=row.dataset,
        metrics=row.metrics,
        tasks=tasks,
    )
