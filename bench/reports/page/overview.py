"""Data of the overview: the leaderboards, and the tests of differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench.agreement.known import ITEM_LEVEL, known_spans
from bench.comparison.combined import CombinedRuns
from bench.comparison.compared_models import ComparedModel
from bench.comparison.findings import ScoreComparison, Standing
from bench.comparison.leaderboards import compare_shown
from bench.metrics.base import FloatArray
from bench.reports.clusters import articles_in_clusters
from bench.reports.page.correlations import between_models, over_articles, rounded, turned
from bench.reports.remarks import remarks
from bench.reports.terminal import printable
from bench.runs.leaderboard import columns_of, ordered, ranked
from bench.runs.results import ModelResult, TaskResult
from bench.runs.run_similarity import run_similarity
from bench.runs.sample_curve import sample_curve
from bench.stats import Interval
from bench.tasks import task_named

Record = dict[str, Any]


class Overview:
    """Data of the overview page.

    Args:
        combined: the runs.
        articles: ids of the articles with scores of their own, in dataset order.
        scored: ids of all articles.
    """

    def __init__(
        self, combined: CombinedRuns, articles: Sequence[str], scored: Sequence[str]
    ) -> None:
        self._combined, self._results = combined, combined.results
        self._articles, self._scored = articles, scored
        self._scores = {
            task: list(dict.fromkeys(s for m in result.models.values() for s in sorted(m.scores)))
            for task, result in self._results.tasks.items()
        }
        self._compared = compare_shown(combined)

    def record(self) -> Record:
        """The data, ready for JSON."""
        results = self._results
        return {
            "dataset": results.dataset.model_dump(),
            "confidence": results.confidence,
            "itemLevel": ITEM_LEVEL,
            "onError": results.on_error,
            "tasks": [self._task(name, result) for name, result in ordered(results)],
        }

    def article_scores(self, task: str, score: str) -> FloatArray:
        """The scores of the models on the articles shown, shape (models, articles), or NaN."""
        return self._scores_on(self._articles, task, score)

    def _scores_on(self, articles: Sequence[str], task: str, score: str) -> FloatArray:
        column_of = {article: column for column, article in enumerate(articles)}
        models = ranked(self._results, task)
        found = np.full((len(models), len(column_of)), np.nan)
        for row, (label, model) in enumerate(models):
            if score in model.scores:
                compared_model = self._combined.compared_models[label]
                own = compared_model.run.values(task, compared_model.name, score)
                known = [n for n, article in enumerate(own.articles) if article in column_of]
                columns = [column_of[own.articles[n]] for n in known]
                found[row, columns] = own.values[known]
        return found

    def score_names(self) -> list[tuple[str, str]]:
        """Every task with each of its scores, in display order."""
        return [(task, s) for task, _ in ordered(self._results) for s in self._scores[task]]

    def _similarity(self, task: str) -> str:
        """By what the items of the task are aligned."""
        runs = {
            id(one.run): one.run
            for one in self._combined.compared_models.values()
            if task in one.run.results.tasks
        }
        return " or ".join(dict.fromkeys(run_similarity(r, task).name for r in runs.values()))

    def _task(self, name: str, result: TaskResult) -> Record:
        rows = ranked(self._results, name)
        labels = [label for label, _ in rows]
        scores = self._scores[name]
        return {
            "name": name,
            "noun": task_named(name).noun,
            "about": task_named(name).description,
            "similarity": self._similarity(name),
            "primary": scores.index(result.primary) if result.primary in scores else 0,
            "columns": [scores.index(column) for column in columns_of(self._results, name)],
            "articles": result.articles,
            "informative": articles_in_clusters(self._results, result),
            "leftOut": result.left_out,
            "items": result.items,
            "remarks": [remark.plain for remark in remarks(self._results, result)],
            "scores": [self._score(name, score) for score in scores],
            "models": [self._model(name, label, model, scores) for label, model in rows],
            "comparisons": [self._comparison(name, score, labels) for score in scores],
            "correlations": self._correlations(name, rows, scores),
            "samples": [self._sample_curves(name, score, labels) for score in scores],
        }

    def _score(self, task: str, score: str) -> Record:
        facts = self._results.facts(score)
        return {
            "name": score,
            "metric": self._results.metric_of(score),
            "higher": facts.higher_is_better,
            "rated": facts.rater is not None,
            "known": known_spans(score, task, facts.signature),
        }

    def _model(self, task: str, label: str, model: ModelResult, scores: Sequence[str]) -> Record:
        compared_model = self._combined.compared_models[label]
        return {
            "label": printable(label),
            **model.model_dump(exclude={"scores"}),
            "truncated_input": model.truncated_input if model.truncated else 0,
            "truncated_output": model.truncated_output if model.truncated else 0,
            "speed": model.tokens_per_second,
            "silent": self._results.is_silent(model),
            "seconds": _seconds(compared_model, task),
            "scores": [
                [s.mean, s.low, s.high, s.position] if (s := model.scores.get(score)) else None
                for score in scores
            ],
        }

    def _sample_curves(self, task: str, score: str, labels: Sequence[str]) -> list[Record]:
        """Best and worst of k samples of each model that has several."""
        found = []
        for row, label in enumerate(labels):
            compared = self._combined.compared_models[label]
            if curve := sample_curve(compared.run, task, compared.name, score):
                found.append({"model": row, "best": curve.best, "worst": curve.worst})
        return found

    def _comparison(self, task: str, score: str, labels: Sequence[str]) -> Record | None:
        found = self._compared.get((task, score))
        return None if found is None else _compared(found, labels)

    def _correlations(
        self, task: str, rows: Sequence[tuple[str, ModelResult]], scores: Sequence[str]
    ) -> Record:
        """Correlations over competitors only: floors and ceilings would inflate them."""
        own = [row for row, (_, model) in enumerate(rows) if model.role == "model" and model.scores]
        sign = turned({s: self._results.facts(s).higher_is_better for s in scores})
        values = np.array([self._scores_on(self._scored, task, score) for score in scores])
        means = np.array(
            [
                [s.mean if (s := rows[row][1].scores.get(score)) else np.nan for row in own]
                for score in scores
            ]
        ).reshape(len(scores), len(own))
        return {
            "articles": rounded(over_articles([values[:, row] * sign[:, None] for row in own])),
            "models": rounded(between_models(means * sign[:, None])),
        }


def _compared(found: ScoreComparison, labels: Sequence[str]) -> Record:
    """For each pair: models, difference, intervals, p, corrected p, wins and losses."""
    return {
        "articles": found.articles,
        "leftOut": found.left_out,
        "ranks": [[labels.index(s.label), *_places(s)] for s in found.standings],
        "pairs": [
            {
                "a": labels.index(pair.model),
                "b": labels.index(pair.other),
                "articles": pair.articles,
                "difference": pair.difference.difference,
                "low": pair.difference.interval.low if pair.difference.interval else None,
                "high": pair.difference.interval.high if pair.difference.interval else None,
                "p": pair.difference.p_value,
                "corrected": pair.corrected_p,
                "together": _bounds(pair.simultaneous),
                "real": pair.significant,
                "wins": pair.wins,
                "losses": pair.losses,
            }
            for pair in found.pairs
        ],
    }


def _bounds(interval: Interval | None) -> list[float] | None:
    return [interval.low, interval.high] if interval else None


def _places(standing: Standing) -> list[int | None]:
    rank = standing.rank
    return [rank.best, rank.worst] if rank else [None, None]


def _seconds(compared_model: ComparedModel, task: str) -> float | None:
    """Mean seconds per article; None for recorded predictions."""
    entries = compared_model.run.record.config.models
    if any(e.use == "recorded" and e.label == compared_model.name for e in entries):
        return None
    rows = compared_model.run.rows(task, compared_model.name)
    known = [row.seconds for row in rows if row.seconds is not None]
    return sum(known) / len(known) if known else None
