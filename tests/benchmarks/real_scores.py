"""Scores of published systems, article by article, for simulations; nothing of them is stored here.

The data are those that ``BENCH_REAL_DATA`` points to; without them the simulations use made-up
scores alone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.metrics import Block, Metric, metric_named
from bench.stats import Sample

ROOT = Path(os.environ.get("BENCH_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
FIELDS = {"realsumm": "summary", "squad_du": "questions", "qgeval": "reference"}
METRICS = ("rouge2", "rougeL", "set_rougeL", "coverage@0.5", "exact_match", "bleu", "chrf")


@dataclass(frozen=True)
class Scores:
    """One score of several systems over the same articles: a population to draw from."""

    name: str
    metric: Metric
    statistics: tuple[np.ndarray, ...]

    @property
    def articles(self) -> int:
        return len(self.statistics[0])

    def sample(self, system: int, rows: Sequence[int] | np.ndarray) -> Sample:
        statistics = self.statistics[system][rows]
        values = self.metric.values(statistics)[:, self._place]
        if self.metric.is_mean:
            return Sample(values)
        return Sample(
            values, statistics, lambda sums, n: self.metric.of_sums(sums, n)[..., self._place]
        )

    def true(self, system: int) -> float:
        return self.sample(system, np.arange(self.articles)).estimate

    @property
    def _place(self) -> int:
        own = self.metric.name
        return self.metric.scores(own).index(self.metric.headline(own))


def real_scores(
    sets: Sequence[str] = tuple(FIELDS), metrics: Sequence[str] = METRICS, systems: int = 6
) -> Iterator[Scores]:
    """The scores of each dataset that is here."""
    for name in sets:
        folder = ROOT / name
        if not folder.is_dir():
            continue
        articles = _rows(folder / "articles.jsonl")
        if FIELDS[name] == "reference":
            wanted = {row["article"]: row["items"] for row in _rows(folder / "reference.jsonl")}
        else:
            wanted = {row["id"]: row[FIELDS[name]] for row in articles}
        files = sorted(f for f in folder.glob("*.jsonl") if f.stem not in ("articles", "reference"))
        written = [{r["article"]: r["items"] for r in _rows(f)} for f in files[:systems]]
        ids = sorted(set(wanted).intersection(*written))
        for metric in map(metric_named, metrics):
            references = [wanted[i] for i in ids]
            yield Scores(
                f"{name} {metric.name}",
                metric,
                tuple(metric.statistics(Block([o[i] for i in ids], references)) for o in written),
            )


def _rows(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines() if line.strip()]
