"""Writes how far the metrics of this package agree with people: ``bench/agreement/known.json``.

    python tests/benchmarks/known_agreement.py [--check]

From the data that ``BENCH_REAL_DATA`` points to; none of it is stored, but for a digest of the
files that were read. Data that are absent are named, and their figures stay as they are. Nothing
was fitted to these data, and every shipped metric that applies is in the file. ``--check`` compares
instead of writing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from real_scores import ROOT

from bench.agreement.analysis import DimensionAnalysis, Measure
from bench.agreement.computed import clusters_of, computed_measures
from bench.agreement.figures import FigureMaker
from bench.agreement.findings import Figure
from bench.agreement.known import FILE
from bench.agreement.measures import given_length
from bench.agreement.ratings import read_ratings
from bench.catalog import listed
from bench.data.rows import load_dataset
from bench.errors import BenchError
from bench.metrics import metric_named

RESAMPLES, SEED = 1000, 0
OTHERS = ("set_embed", "set_chrf", "greedy_embed", "coverage@0.7_embed")
"""Measures beside those that ``bench list metrics`` names."""


@dataclass(frozen=True)
class Data:
    """A rated dataset: its title, its folder, the task, and whether people rated whole lists."""

    title: str
    folder: str
    task: str
    whole: bool = True

    @property
    def path(self) -> Path:
        return ROOT / self.folder

    @property
    def ratings(self) -> list[Path]:
        if not self.whole:
            return [self.path / "ratings.jsonl"]
        return [
            file
            for file in sorted(self.path.glob("*.jsonl"))
            if file.stem not in ("articles", "reference")
        ]

    @property
    def digest(self) -> str:
        found = hashlib.sha256()
        for file in (self.path / "articles.jsonl", *self.ratings):
            found.update(file.name.encode() + b"\0" + file.read_bytes())
        return found.hexdigest()


DATA = (
    Data("QGEval", "qgeval", "questions"),
    Data("REALSumm", "realsumm", "summary"),
    Data("QSalience", "qsalience", "questions", whole=False),
    Data("Quiz Design", "quiz_design", "questions", whole=False),
)


def figures_of(data: Data) -> dict[str, Any]:
    """The figures of all measures that apply to a dataset."""
    ratings = read_ratings(data.ratings)
    articles = load_dataset(str(data.path / "articles.jsonl"))
    has_text = any(article.text for article in articles)
    measures = [
        Measure(name, "computed", values)
        for score in scores(has_text)
        for name, values in computed(score, ratings.items, articles, data.task)
    ]
    measures.append(Measure("length", "baseline", given_length(ratings.items)))
    found: dict[str, dict[str, Any]] = {}
    for one in ratings.dimensions:
        dimension = DimensionAnalysis(
            ratings.items,
            one,
            given_length(ratings.items),
            {**clusters_of(articles), **ratings.clusters},
            FigureMaker(0.95),
            (RESAMPLES, SEED),
        )
        for name, agreement in dimension.of(measures).items():
            rows = {
                "item": row_of(agreement.accuracy, agreement.pairs),
                "system": row_of(agreement.system["kendall"], len(dimension.systems)),
            }
            if kept := {level: row for level, row in rows.items() if row is not None}:
                found.setdefault(name, {})[one.name] = kept
    return {
        "title": data.title,
        "task": data.task,
        "articles": len({item.article for item in ratings.items}),
        "systems": len({item.system for item in ratings.items}),
        "items": len(ratings.items),
        "digest": data.digest,
        "figures": dict(sorted(found.items())),
    }


def scores(has_text: bool) -> Iterator[str]:
    """Every score of every measure; without those that read the articles if there are none."""
    names = [name for name, _, _ in listed("metrics")]
    for name in dict.fromkeys((*names, *OTHERS)):
        metric = metric_named(name)
        if has_text or not metric.needs_text:
            yield from metric.scores(name)


def computed(score: str, items: Any, articles: Any, task: str) -> Iterator[tuple[str, Any]]:
    """A score of the rated items; nothing if it does not apply."""
    try:
        found, _ = computed_measures(items, articles, task, [score])
    except BenchError as error:
        print(f"{score}: {error}", file=sys.stderr)
        return
    yield from found.items()


def row_of(figure: Figure, n: int) -> list[Any] | None:
    """Value, low, high and n, to four digits."""
    if figure.value is None:
        return None
    bounds = figure.interval
    ends = (None, None) if bounds is None else (round(bounds.low, 4), round(bounds.high, 4))
    return [round(figure.value, 4), *ends, n]


def written(record: dict[str, Any]) -> str:
    """The file, with a line for each measure and dimension."""
    head = {key: value for key, value in record.items() if key != "data"}
    lines = [json.dumps(head, ensure_ascii=False)[:-1] + ', "data": {']
    for last, (name, data) in marked(record["data"]):
        about = {key: value for key, value in data.items() if key != "figures"}
        lines.append(f'"{name}": {json.dumps(about, ensure_ascii=False)[:-1]}, "figures": {{')
        for final, (score, dimensions) in marked(data["figures"]):
            lines.append(f"{json.dumps(score)}: {json.dumps(dimensions)}{'' if final else ','}")
        lines.append("}}" if last else "}},")
    return "\n".join([*lines, "}}", ""])


def marked(mapping: dict[str, Any]) -> Iterator[tuple[bool, tuple[str, Any]]]:
    for number, item in enumerate(mapping.items(), start=1):
        yield number == len(mapping), item


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    arguments = parser.parse_args()
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"data": {}}
    data = {}
    for one in DATA:
        missing = [f for f in (one.path / "articles.jsonl", *one.ratings) if not f.exists()]
        if missing or not one.ratings:
            print(f"{one.title}: missing {one.path}; its figures stay as they are", file=sys.stderr)
            if one.folder in known["data"]:
                data[one.folder] = known["data"][one.folder]
            continue
        data[one.folder] = figures_of(one)
        print(f"{one.title}: {len(data[one.folder]['figures'])} measures", file=sys.stderr)
    text = written({"version": 1, "resamples": RESAMPLES, "seed": SEED, "data": data})
    if arguments.check:
        sys.exit(0 if text == FILE.read_text(encoding="utf-8") else f"{FILE} differs")
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
