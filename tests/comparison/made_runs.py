"""Run directories with given scores, made without running anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bench.metrics import metric_named
from bench.metrics.base import Metric
from bench.runs.article_scores import article_scores
from bench.runs.finished import FinishedRun
from bench.runs.opening import finished_run
from bench.runs.results import DatasetFacts, MetricFacts, ModelResult, Results, Score, TaskResult
from bench.runs.scores import ScoreWriter


def make_run(
    path: Path,
    scores: Mapping[str, Sequence[float] | np.ndarray],
    *,
    articles: Mapping[str, Sequence[str]] | None = None,
    digests: Mapping[str, str] | None = None,
    metric: Metric | None = None,
    task: str = "questions",
    items: int | None = 16,
    on_error: str = "score-zero",
    failed: int = 0,
    margins: Mapping[str, float | str] | None = None,
    written: Mapping[str, Sequence[str]] | None = None,
) -> FinishedRun:
    """A run whose models have these scores on articles a000, a001, ..."""
    metric = metric or metric_named("coverage@0.5")
    name = metric.name
    own = {
        model: tuple((articles or {}).get(model) or [f"a{n:03}" for n in range(len(values))])
        for model, values in scores.items()
    }
    everything = sorted({article for ids in own.values() for article in ids})
    known = dict(digests or {article: f"digest of {article}" for article in everything})
    rows = []
    for model, values in scores.items():
        column = np.asarray(values, float).reshape(len(values), -1)
        order = sorted(range(len(column)), key=own[model].__getitem__)
        ids = tuple(own[model][row] for row in order)
        (of,) = article_scores(metric, ids, column[order])
        rows.append(((task, model, metric.scores(name)[0]), of))
    path.mkdir(parents=True)
    with ScoreWriter(path / "scores.parquet") as writer:
        writer.write(rows, known)
    results = Results(
        on_error=on_error,
        confidence=0.95,
        resamples=10_000,
        dataset=DatasetFacts(
            name="made", fingerprint=str(sorted(known.items())), articles=len(everything)
        ),
        metrics={
            name: MetricFacts(
                signature=metric.signature,
                higher_is_better=metric.higher_is_better,
                range=metric.range,
            )
        },
        tasks={
            task: TaskResult(
                primary=metric.scores(name)[0],
                articles=len(everything),
                left_out=0,
                items=items,
                models={
                    model: ModelResult(
                        role="floor" if model.startswith("floor") else "model",
                        articles=len(of.articles),
                        failed=failed,
                        empty=0,
                        truncated=0,
                        scores={score: Score(mean=float(np.mean(of.values)))},
                    )
                    for (_, model, score), of in rows
                },
            )
        },
    )
    (path / "results.json").write_text(results.to_json())
    config = {
        "name": "made",
        "dataset": "nextfin",
        "models": list(scores),
        "metrics": [name],
        "margins": dict(margins or {}),
    }
    (path / "run.json").write_text(json.dumps({"config": config}))
    for model, items_of in (written or {}).items():
        file = path / "predictions" / f"{model}.{task}.jsonl"
        file.parent.mkdir(exist_ok=True)
        lines = [
            json.dumps({"article": article, "items": [item], "status": "ok", "key": "k"}) + "\n"
            for article, item in zip(own[model], items_of, strict=True)
        ]
        file.write_text("".join(lines))
    return finished_run(path)


def scores_of(size: int, seed: int = 0, shift: float = 0.0) -> np.ndarray:
    """Scores as a decent model has them, some articles easier than others."""
    ease = np.random.default_rng(99).beta(2, 5, size)
    return ease + np.random.default_rng(seed).normal(shift, 0.05, size)
