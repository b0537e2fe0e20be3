"""The third stage: the scores of one model on one task over all batches."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, compress, pairwise

import numpy as np
from numpy.typing import NDArray

from bench.data.clusters import Clusters
from bench.faults import ANYTHING, Fault, fault_of
from bench.metrics import Metric
from bench.metrics.adapter import checked_whole, has_value, label_of
from bench.metrics.base import FloatArray
from bench.models.spec import ModelSpec
from bench.runs.article_scores import article_scores
from bench.runs.model_scores import ModelScores, total
from bench.runs.sample_spread import SampleSpread
from bench.stats import (
    DesignEffect,
    Sample,
    ScoreInterval,
    design_effect,
    score_interval,
    units_of,
)
from bench.stats.exact import ExactSums
from bench.tasks import Task
from bench.text.scripts import Losses

EXACT = 10_000
"""The number of articles up to which the statistics of single articles are held."""
CELLS = 4_096
"""The number of cells that are held instead if there are more articles. A cell holds the articles
whose hashed ids share a remainder. The width of an interval is then known to 1 %."""
Limits = tuple[float | None, float | None]
NO_TEXT = "needs the text of the articles, and no article of this model has one"
"""Why a metric has no score."""


class ScoreAccumulator:
    """Counts, exact sums and samples of one model on one task, added batch by batch.

    Args:
        spec: the model.
        task: the task.
        metrics: by name.
        exact: with more articles than this they are added up in cells, which bounds the memory.
        clusters: the articles that belong together; a cell holds whole clusters.
    """

    def __init__(
        self,
        spec: ModelSpec,
        task: Task,
        metrics: Mapping[str, Metric],
        *,
        exact: int = EXACT,
        clusters: Clusters | None = None,
    ) -> None:
        self.spec, self.task = spec, task
        self.articles = self.failed = self.empty = self.truncated = self.cut = 0
        self.truncated_input = self.truncated_output = 0
        self.tokens_in: int | None = None
        self.tokens_out: int | None = None
        self.seconds: float | None = None
        self.faults: dict[str, Fault] = {}
        """The first fault of each metric that failed; it has no score."""
        self.reason: str | None = None
        self.losses = Losses()
        self.outputs, self.most_samples = 0, 1
        self.spread = SampleSpread(metrics) if spec.samples > 1 else None
        """How scores vary between articles and between samples, if there may be several."""
        self._metrics = metrics
        self._exact = exact
        self._clusters = clusters
        self._begun, self._width = False, 0
        self._columns: dict[str, slice] = {}  # the columns of each metric below
        self._sums = ExactSums(0)
        self._textless: Counter[str] = Counter()  # articles without a value, by metric
        self._ids: list[str] = []
        self._rows: list[FloatArray] = []
        self._cells = _Cells(0)
        self._unrelated = _Cells(0)  # as if no articles belonged together

    def add(self, batch: ModelScores) -> None:
        """Add the scores of one batch."""
        self.articles += len(batch.articles)
        self.failed += batch.failed
        self.empty += batch.empty
        self.truncated += batch.truncated
        self.truncated_input += batch.truncated_input
        self.truncated_output += batch.truncated_output
        self.seconds = total((self.seconds, batch.seconds))
        self.cut += batch.cut
        self.tokens_in = total((self.tokens_in, batch.tokens_in))
        self.tokens_out = total((self.tokens_out, batch.tokens_out))
        self.reason = self.reason or batch.reason
        self.losses += batch.losses
        self.outputs += batch.outputs
        self.most_samples = max(self.most_samples, batch.samples)
        if not batch.articles:
            return
        for name, fault in batch.faults.items():  # the same for any batch size
            first = min(self.faults.get(name, fault), fault, key=lambda each: each.article)
            self.faults[name] = first
        if not self._begun:
            self._begin(batch.statistics)
        if self.spread:
            self.spread.add(batch)
        rows = self._side_by_side(batch)
        self._sums.add(self._known(rows))
        self._ids += batch.articles
        self._rows.append(rows)
        if self._in_cells:
            self._add_to_cells(self._ids, np.concatenate(self._rows))
            self._ids, self._rows = [], []

    def _side_by_side(self, batch: ModelScores) -> FloatArray:
        """The statistics of a batch in the columns of their metrics; 0 for metrics without any."""
        rows = np.zeros((len(batch.articles), self._width))
        for name, columns in self._columns.items():
            if name in batch.statistics:
                rows[:, columns] = batch.statistics[name]
        return rows

    def _known(self, rows: FloatArray) -> FloatArray:
        """The rows with 0 for articles without a value, which are counted."""
        missing = np.isnan(rows)
        if not missing.any():
            return rows
        for name, columns in self._columns.items():
            self._textless[name] += int(missing[:, columns].any(axis=1).sum())
        return np.where(missing, 0.0, rows)

    def number(self, name: str) -> int:
        """The number of articles that a metric has a value of."""
        return self.articles - self._textless[name]

    def numbers(self) -> dict[str, int | None]:
        """For each score, the number of articles that have it; None if all of the model's do."""
        return {
            score: self.number(name) if self._textless[name] else None
            for name, _ in self._usable()
            for score in self._metrics[name].scores(name)
        }

    def _begin(self, statistics: Mapping[str, FloatArray]) -> None:
        """Lay the metrics side by side: one sum of many columns is cheaper than many sums."""
        self._begun = True
        ends = [0, *accumulate(rows.shape[1] for rows in statistics.values())]
        spans = (slice(*span) for span in pairwise(ends))
        self._columns = dict(zip(statistics, spans, strict=True))
        self._width = ends[-1]
        self._sums = ExactSums(self._width)
        self._cells = _Cells(self._width)
        self._unrelated = _Cells(self._width if self._clusters else 0)

    @property
    def _in_cells(self) -> bool:
        return self.articles > self._exact

    def _add_to_cells(self, articles: Sequence[str], rows: FloatArray) -> None:
        alone = _cells_of(articles)
        if self._clusters is None:
            self._cells.add(alone, rows)
        else:
            self._cells.add((self._clusters.of(articles) % CELLS).astype(np.int64), rows)
            self._unrelated.add(alone, rows)

    def means(self) -> dict[str, float]:
        """Each score over all articles, by its full name; empty without articles.

        A metric that fails to aggregate is a fault, too.
        """
        totals = self._sums.totals()
        found: dict[str, float] = {}
        for name, columns in self._usable():
            metric = self._metrics[name]
            if not self.number(name):
                self.faults[name] = Fault(label_of(metric), NO_TEXT)
                continue
            try:
                means = checked_whole(metric, totals[columns], self.number(name))
            except ANYTHING as error:
                self.faults[name] = fault_of(error, label_of(metric), metric, "of_sums")
            else:
                found |= zip(metric.scores(name), means.tolist(), strict=True)
        return found

    def _usable(self) -> list[tuple[str, slice]]:
        return [(name, span) for name, span in self._columns.items() if name not in self.faults]

    def samples(self) -> Iterator[tuple[str, Limits, Sample, list[int] | None]]:
        """Each score: its lowest and highest possible value, its sample, and clusters of its rows.

        There are no clusters if no articles belong together.
        """
        order = sorted(range(len(self._ids)), key=self._ids.__getitem__)
        ids = tuple(self._ids[row] for row in order)  # independent of the order of the file
        rows = np.concatenate(self._rows)[order] if self._rows else np.zeros((0, self._width))
        labels = self._labels
        for name, columns in self._usable():
            metric = self._metrics[name]
            scores = metric.scores(name)
            if self._in_cells:
                for column, score in enumerate(scores):
                    sample = self._of_cells(self._cells, columns, metric, column)
                    yield score, metric.range_of(score), sample, None
            else:
                known = has_value(rows[:, columns])
                own = labels and [label for label, kept in zip(labels, known, strict=True) if kept]
                some = tuple(compress(ids, known))
                found = article_scores(metric, some, rows[known, columns])
                for column, (score, one) in enumerate(zip(scores, found, strict=True)):
                    yield score, metric.range_of(score), one.sample(metric, column), own

    def _of_cells(self, cells: _Cells, columns: slice, metric: Metric, column: int) -> Sample:
        """The sample of a score over cells: their sums, and their numbers of articles."""
        held, counts = cells.sums[:, columns], cells.counts - cells.missing[:, columns.start]
        if self._clusters is not None:  # few clusters fill few cells
            held, counts = held[counts > 0], counts[counts > 0]
        needed, own = (held[:, [column]], 0) if metric.is_mean else (held, column)

        def of_sums(sums: FloatArray, _: int) -> FloatArray:
            return metric.of_sums(sums[..., :-1], sums[..., -1:])[..., own]

        means = held[:, column] / np.where(counts > 0, counts, 1.0)
        return Sample(means, np.column_stack([needed, counts]), of_sums)

    @property
    def _labels(self) -> list[int] | None:
        """The cluster of each row of the samples; None if none belong together."""
        if self._clusters is None or self._in_cells:
            return None
        of: list[int] = self._clusters.of(sorted(self._ids)).tolist()
        return of

    def design_effect(self, score: str) -> DesignEffect | None:
        """How much less clusters tell about a score than as many unrelated articles."""
        if self._clusters is None:
            return None
        if not self._in_cells:
            samples = ((one, own) for name, _, one, own in self.samples() if name == score)
            effects = (design_effect(s.pseudo_values, units_of(len(s), own)) for s, own in samples)
            return next(effects, None)
        for name, columns in self._usable():
            metric = self._metrics[name]
            if score in metric.scores(name):
                column = metric.scores(name).index(score)
                cells, unrelated = (
                    self._of_cells(held, columns, metric, column)
                    for held in (self._cells, self._unrelated)
                )
                if not (simple := _variance(unrelated)):
                    return None
                factor = _variance(cells) / simple
                return DesignEffect(factor, self.number(name) / max(factor, 1.0))
        return None


def all_intervals(
    accumulators: Sequence[ScoreAccumulator], *, confidence: float
) -> dict[str, dict[str, ScoreInterval | None]]:
    """The intervals of each model, by score; None with fewer than two articles or clusters."""
    return {
        accumulator.spec.name: {
            score: score_interval(sample, limits=limits, clusters=labels, confidence=confidence)
            for score, limits, sample, labels in accumulator.samples()
        }
        for accumulator in accumulators
    }


class _Cells:
    """Sums of rows in cells, and the number of articles in each."""

    def __init__(self, width: int) -> None:
        self.sums, self.counts = np.zeros((CELLS, width)), np.zeros(CELLS)
        self.missing: FloatArray = np.zeros((1, width))  # articles without a value

    def add(self, cells: NDArray[np.int64], rows: FloatArray) -> None:
        """Add the rows of each cell in order, so that the result does not depend on batches."""
        missing = np.isnan(rows)
        if missing.any():
            if len(self.missing) < CELLS:
                self.missing = np.zeros_like(self.sums)
            np.add.at(self.missing, cells, missing)
            rows = np.where(missing, 0.0, rows)
        np.add.at(self.sums, cells, rows)
        np.add.at(self.counts, cells, 1)


def _variance(cells: Sample) -> float:
    """The variance of a score by the jackknife over cells."""
    return float(cells.pseudo_values.var(ddof=1)) / len(cells) if len(cells) > 1 else 0.0


def _cells_of(articles: Sequence[str]) -> NDArray[np.int64]:
    """The cell of each article, from a hash of its id, so that order does not matter."""
    hashes = (hashlib.blake2b(name.encode(), digest_size=8).digest() for name in articles)
    return np.array([int.from_bytes(one, "big") % CELLS for one in hashes], dtype=np.int64)
