"""One run of a history, read from a line of a file or from its directory."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from bench.component import UNKNOWN
from bench.histories.recorded_run import RecordedRun
from bench.histories.row import HistoryRow
from bench.runs.finished import FinishedRun


class MeasuredScore(NamedTuple):
    """A score of one run.

    Attributes:
        mean: the score.
        low, high: bounds of its interval; None without one.
        articles: the number of scored articles.
    """

    mean: float
    low: float | None
    high: float | None
    articles: int


class MetricUse(NamedTuple):
    """What a score of one run depends on, besides the model.

    Attributes:
        fingerprint: of the dataset.
        articles: of the dataset.
        metric: its name.
        signature: of the metric.
        items: how many items models were asked for; None if no number.
        on_error: what happened to articles on which the model failed; "" if it failed on none.
    """

    fingerprint: str
    articles: int
    metric: str
    signature: str
    items: int | None
    on_error: str

    @property
    def identified(self) -> bool:
        """Whether the code of the metric is known."""
        return UNKNOWN not in self.signature


class HistoryEntry(ABC):
    """One run of a history.

    Attributes:
        id: of the run with its commit and date.
        run: its name.
        commit: of what was run; None if unknown.
        date: of the run.
        outcome: the verdict of the gate on it; None if it was not checked.
        dataset: the name of its dataset.
    """

    id: str
    run: str
    commit: str | None
    date: datetime
    outcome: str | None
    dataset: str
    is_recorded: bool = False
    """Whether it was recorded in a file, so that opening it is quick."""

    @abstractmethod
    def tasks(self) -> Mapping[str, str]:
        """The primary score of each task."""

    @abstractmethod
    def models(self, task: str) -> Mapping[str, str]:
        """The role of each model of a task; empty without the task."""

    @abstractmethod
    def scores(self, task: str, model: str) -> Iterable[str]:
        """The scores of a model."""

    @abstractmethod
    def measured(self, task: str, model: str, score: str) -> MeasuredScore | None:
        """A score of a model; None if the run lacks it."""

    @abstractmethod
    def use(self, task: str, model: str, score: str) -> MetricUse:
        """What a score that it has depends on."""

    @abstractmethod
    def higher_is_better(self, score: str) -> bool:
        """The direction of a score that it has."""

    @abstractmethod
    def advisory(self, score: str) -> str:
        """Why a score that it has is only shown; "" if it may decide."""

    @abstractmethod
    def opened(self) -> FinishedRun:
        """The run with the scores of its articles.

        Raises:
            RunDirectoryError: they cannot be read.
        """


@dataclass(frozen=True, eq=False)
class RecordedEntry(HistoryEntry):
    """A run that was recorded in a file.

    Attributes:
        row: its line.
        file: the file, for messages.
    """

    row: HistoryRow
    file: str
    is_recorded = True

    def __post_init__(self) -> None:
        row = self.row
        known = {"id": row.id, "run": row.run, "commit": row.commit, "date": row.when}
        known |= {"outcome": row.outcome, "dataset": row.dataset.name}
        for name, value in known.items():
            object.__setattr__(self, name, value)

    def tasks(self) -> Mapping[str, str]:
        """The primary score of each task."""
        return {name: task.primary for name, task in self.row.tasks.items()}

    def models(self, task: str) -> Mapping[str, str]:
        """The role of each model of a task; empty without the task."""
        found = self.row.tasks.get(task)
        return {name: model.role for name, model in found.models.items()} if found else {}

    def scores(self, task: str, model: str) -> Iterable[str]:
        """The scores of a model."""
        return self.row.tasks[task].models[model].scores

    def measured(self, task: str, model: str, score: str) -> MeasuredScore | None:
        """A score of a model; None if the run lacks it."""
        found = self.row.tasks.get(task)
        own = found.models.get(model) if found else None
        if own is None or score not in own.scores:
            return None
        return MeasuredScore(*own.scores[score], own.articles)

    def use(self, task: str, model: str, score: str) -> MetricUse:
        """What a score that it has depends on."""
        found = self.row.tasks[task]
        failed = found.models[model].failed
        return MetricUse(
            self.row.dataset.fingerprint,
            self.row.dataset.articles,
            self.row.metric_of(score),
            self.row.metrics[self.row.metric_of(score)].signature,
            found.items,
            self.row.on_error if failed else "",
        )

    def higher_is_better(self, score: str) -> bool:
        """The direction of a score that it has."""
        return self.row.metrics[self.row.metric_of(score)].higher_is_better

    def advisory(self, score: str) -> str:
        """Why a score that it has is only shown; "" if it may decide."""
        return self.row.metrics[self.row.metric_of(score)].advisory

    @cached_property
    def _run(self) -> RecordedRun:
        return RecordedRun.of(self.row, self.file)

    def opened(self) -> FinishedRun:
        """The run with the scores of its articles."""
        return self._run
