"""Histories of made-up runs, with known changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.histories.dates import shown_date
from bench.histories.row import HistoryRow, ModelRow, TaskRow, packed_values
from bench.metrics import metric_named
from bench.runs.results import DatasetFacts, MetricFacts
from bench.stats import Sample, score_interval

Scores = NDArray[np.float64]
START = datetime(2026, 1, 1, tzinfo=UTC)
METRIC = metric_named("coverage@0.5")


def article_scores(
    levels: Sequence[float] | Scores,
    *,
    articles: int = 30,
    noise: float = 0.05,
    shared: Sequence[float] | Scores | None = None,
    seed: int = 0,
) -> Scores:
    """Scores of articles, shape (runs, articles).

    Args:
        levels: what each run adds to the scores of all articles.
        articles: how many.
        noise: of an article from run to run, independent of the others.
        shared: noise that all articles of a run share.
        seed: of the noise.
    """
    rng = np.random.default_rng(seed)
    ease = np.random.default_rng(99).uniform(0.2, 0.6, articles)
    runs = np.asarray(levels, float) + (0.0 if shared is None else np.asarray(shared))
    return ease + runs[:, None] + rng.normal(0.0, noise, (len(runs), articles)) * (noise > 0)


def related_noise(count: int, sd: float, correlation: float, rng: np.random.Generator) -> Scores:
    """Noise of which each value is correlated with the one before."""
    found = np.empty(count)
    found[0] = rng.normal()
    for index in range(1, count):
        fresh = rng.normal() * np.sqrt(1 - correlation**2)
        found[index] = correlation * found[index - 1] + fresh
    return found * sd


def row(
    number: int,
    models: dict[str, Scores],
    *,
    date: datetime | None = None,
    commit: str | None = None,
    fingerprint: str = "sha256:a",
    signature: str | None = None,
    outcome: str | None = None,
    items: int | None = 16,
    intervals: bool = False,
    keep: bool = True,
) -> HistoryRow:
    """A line of a history file; an article with the score nan is missing."""
    count = len(next(iter(models.values())))
    rows = {}
    for name, scores in models.items():
        on = np.flatnonzero(~np.isnan(scores))
        values = scores[on]
        found = score_interval(Sample(values)) if intervals else None
        bounds = (found.interval.low, found.interval.high) if found else (None, None)
        rows[name] = ModelRow(
            role="floor" if name.startswith("floor") else "model",
            articles=len(values),
            failed=count - len(values),
            scores={METRIC.name: (float(np.mean(values)), *bounds)},
            values={METRIC.name: packed_values(values)} if keep else {},
            on=on.tolist() if len(on) < count else None,
        )
    when = date or START + timedelta(days=number)
    return HistoryRow.model_validate(
        {
            "id": f"sha256:{number:064x}",
            "run": f"run-{number:04}",
            "commit": commit or hashlib.sha1(bytes([number % 256, number // 256])).hexdigest(),
            "date": shown_date(when),
            "outcome": outcome,
            "on_error": "skip",
            "confidence": 0.95,
            "resamples": 1000,
            "dataset": DatasetFacts(name="made", fingerprint=fingerprint, articles=count),
            "metrics": {
                METRIC.name: MetricFacts(
                    signature=signature or METRIC.signature,
                    higher_is_better=True,
                    range=(0.0, 1.0),
                )
            },
            "tasks": {
                "questions": TaskRow(primary=METRIC.name, articles=count, items=items, models=rows)
            },
            "articles": [f"a{index:03}" for index in range(count)],
        }
    )


def write_history(path: Path, rows: Sequence[HistoryRow]) -> Path:
    """A history file."""
    path.write_text("".join(one.line() for one in rows), encoding="utf-8")
    return path


def heavy_noise(count: int, rng: np.random.Generator) -> Scores:
    """Noise with the tails of Student's t with five degrees of freedom, of variance 1."""
    return np.asarray(rng.standard_t(5, count) / np.sqrt(5 / 3))


def known_steps(
    runs: int, count: int, size: float, rng: np.random.Generator, apart: int = 10
) -> tuple[list[int], Scores]:
    """Steps up or down at random runs, and the level of each run."""
    while True:
        steps = sorted(rng.choice(np.arange(apart, runs - apart), count, replace=False).tolist())
        if count == 1 or min(np.diff(steps)) >= apart:
            break
    levels = np.zeros(runs)
    for step in steps:
        levels[step:] += size * rng.choice((-1.0, 1.0))
    return steps, levels


def matched(found: Sequence[int], known: Sequence[int], within: int = 3) -> int:
    """How many of the known runs were found, each by another one."""
    left, hits = list(found), 0
    for run in known:
        near = [other for other in left if abs(other - run) <= within]
        if near:
            left.remove(min(near, key=lambda other: abs(other - run)))
            hits += 1
    return hits


def copied_run(source: Path, target: Path, change: float = 0.0) -> Path:
    """A run directory without the scores of articles, whose means are changed."""
    target.mkdir(parents=True)
    results = json.loads((source / "results.json").read_text(encoding="utf-8"))
    for task in results["tasks"].values():
        for model in task["models"].values():
            for score in model["scores"].values():
                score["mean"] += change
    text = json.dumps(results, indent=1, sort_keys=True) + "\n"
    record = json.loads((source / "run.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    record["digests"] = {"results.json": f"sha256:{digest}"}
    (target / "results.json").write_text(text, encoding="utf-8")
    (target / "run.json").write_text(json.dumps(record), encoding="utf-8")
    return target
