"""What shipped components give on a small fixed corpus, as digests."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from bench.article import Article
from bench.data.rows import load_dataset
from bench.metrics import metric_named
from bench.metrics.base import Block
from bench.metrics.similarity import similarity_named
from bench.models.spec import build_model
from bench.raters.base import RatedDimension, RatingRequest
from bench.raters.spec import build_rater
from bench.tasks import TASKS

ARTICLES = 5
DIGITS = 16
DECIMALS = 8  # what every processor and library of linear algebra agrees on
PARAMETERS: dict[str, list[dict[str, Any]]] = {
    "similarity rouge": [{"n": 1}, {"n": 2}],
    "metric rouge": [{"n": 1}, {"n": 2}],
    "metric set": [{}, {"duplicates": "drop"}, {"similarity": "chrf"}],
}


def output_digest(key: str) -> str:
    """Digest of what a component such as ``metric rouge`` gives."""
    kind, _, name = key.partition(" ")
    work = {
        "model": _written,
        "metric": _scored,
        "similarity": _compared,
        "rater": _answered,
    }[kind]
    found = [work(name, parameters) for parameters in PARAMETERS.get(key, [{}])]
    text = json.dumps(found, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


@cache
def _articles() -> tuple[Article, ...]:
    return tuple(load_dataset("briefs", split="dev"))[:ARTICLES]


def _written(name: str, parameters: dict[str, Any]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        if name == "recorded":
            parameters = {"file": str(_rows(Path(folder, "rows.jsonl")))}
        model = build_model(name, name, parameters, seed=0)
        model.prepare(_articles())
        return [
            [list(output.items) for output in model.predict(some, TASKS[task])]
            for task in model.tasks
            for some in [[a for a in _articles() if model.applies(a, TASKS[task])]]
        ]


def _rows(file: Path) -> Path:
    """A file with items in some rows, and text to be taken apart in others."""
    lines = [
        {"article": article.id, "items": list(article.questions)}
        if number % 2
        else {
            "article": article.id,
            "raw": "Sure!\n" + "\n".join(f"1. {q}" for q in article.questions),
        }
        for number, article in enumerate(_articles())
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


@cache
def _lists() -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Predictions, references and texts: near and far, mixed, repeated, odd, and none at all."""
    articles = _articles()
    texts = tuple(f"{a.title}\n{a.text}" for a in articles) * 3
    wanted = [a.questions for a in articles] + [a.summary for a in articles] * 2
    further = [other for a in articles for other in a.alternatives]
    written: list[Sequence[str]] = [
        *(a.questions[1:] + a.summary[:1] for a in articles[1:]),
        articles[0].questions[::-2] * 2,
        *(tuple(a.text.split(". ")[:5]) for a in articles),
        ("Naïve Straße № 7?", "", "…", "two\nlines here"),
        further[0].summary if further else (),
        (),
        *(a.summary for a in articles[: len(articles) - 3]),
    ]
    return tuple(map(tuple, written)), tuple(map(tuple, wanted)), texts


def _scored(name: str, parameters: dict[str, Any]) -> Any:
    metric = metric_named(name, **parameters)
    lists = _lists()
    statistics = metric.with_references(lists[1]).statistics(Block(*lists))
    return [_rounded(metric.values(statistics)), _rounded(metric.aggregate(statistics))]


def _compared(name: str, parameters: dict[str, Any]) -> Any:
    similarity = similarity_named(name, **parameters)
    block = Block(*_lists())
    inside = [similarity.matrices(block, inside=flag) for flag in (False, True)]
    return [[_rounded(matrix) for matrix in matrices] for matrices in inside]


def _answered(name: str, parameters: dict[str, Any]) -> Any:
    spec = build_rater(name, name, parameters)
    requests = [
        RatingRequest(article, TASKS[task], dimension, items)
        for article in _articles()
        for task in spec.tasks
        for dimension, declared in spec.dimensions(task).items()
        for items in _rated(declared, TASKS[task].references(article))
    ]
    return [[answer.value, answer.status] for answer in spec.rate(requests)[0]]


def _rated(declared: RatedDimension, items: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What a rater is asked about together: the list, or each item."""
    return [items] if declared.of_list else [(item,) for item in items]


def _rounded(numbers: Any) -> Any:
    return (np.round(np.asarray(numbers, np.float64), DECIMALS) + 0.0).tolist()
