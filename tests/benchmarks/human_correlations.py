"""How scores of published systems correlate with what people said of them, with intervals.

    python tests/benchmarks/human_correlations.py

Over systems, not articles: the figures of docs/metrics.md. The data are those that
``BENCH_REAL_DATA`` points to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from real_scores import ROOT

from bench.metrics import Block, metric_named
from bench.stats import correlation

REFERENCES = {"qgeval": "questions", "realsumm": "summary"}
SETS = {
    "qgeval": (("rougeL",), ("clarity", "fluency", "answerability", "relevance"), ("f1",)),
    "realsumm": (
        ("rouge1", "rouge2", "rougeLsum", "set_rougeL"),
        ("litepyramid_recall",),
        ("recall", "f1"),
    ),
}


def rows_of(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def systems(folder: Path) -> Iterator[list[dict]]:
    for file in sorted(folder.glob("*.jsonl")):
        if file.stem not in ("articles", "reference"):
            yield rows_of(file)


def main() -> None:
    for name, (metrics, dimensions, fields) in SETS.items():
        folder = ROOT / name
        references = {
            row["id"]: row[REFERENCES[name]] for row in rows_of(folder / "articles.jsonl")
        }
        outputs = list(systems(folder))
        for dimension in dimensions:
            human = [np.mean([row["human"][dimension] for row in rows]) for rows in outputs]
            for metric in metrics:
                scores = np.array([means(metric, rows, references) for rows in outputs])
                for field in fields:
                    place = ("precision", "recall", "f1").index(field)
                    found = correlation(scores[:, place], human)
                    bounds = found.interval
                    assert bounds is not None
                    print(
                        f"{name}, {len(outputs)} systems, {metric}.{field} and {dimension}:"
                        f" {found.value:+.2f} [{bounds.low:+.2f}, {bounds.high:+.2f}]"
                    )


def means(metric: str, rows: Sequence[dict], references: dict[str, list[str]]) -> np.ndarray:
    wanted = [references[row["article"]] for row in rows]
    wanted = [[one] if isinstance(one, str) else one for one in wanted]
    statistics = metric_named(metric).statistics(Block([row["items"] for row in rows], wanted))
    return np.asarray(statistics.mean(axis=0))


if __name__ == "__main__":
    main()
