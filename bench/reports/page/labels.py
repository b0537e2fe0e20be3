"""The models of a report by the labels of the reference items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.article import Article
from bench.comparison.combined import CombinedRuns
from bench.runs.by_label import ValueScore, by_label, labels_of


def labels_record(
    combined: CombinedRuns, articles: Sequence[Article]
) -> Mapping[str, Mapping[str, list[dict[str, Any]]]]:
    """For each task and label, the scores of every model, competitors first and the best first.

    Args:
        combined: the runs as one.
        articles: the articles of the page.
    """
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for task, labels in labels_of(articles).items():
        for label in labels:
            rows = []
            for shown, compared in combined.compared_models.items():
                run = compared.run
                if compared.name not in getattr(run.results.tasks.get(task), "models", ()):
                    continue
                (model,) = by_label(run, label, articles, [compared.name], task).models
                mean = sum(score.similarity for score in model.scores) / len(model.scores)
                record = {"model": shown, "scores": list(map(_record, model.scores))}
                rows.append((model.role != "model", -mean, record))
            rows.sort(key=lambda row: row[:2])
            found.setdefault(task, {})[label] = [row for *_, row in rows]
    return found


def _record(score: ValueScore) -> dict[str, Any]:
    bounds = score.interval
    return {
        "value": score.value,
        "items": score.items,
        "similarity": score.similarity,
        "low": bounds.low if bounds else None,
        "high": bounds.high if bounds else None,
    }
