"""The samples of an article: split for scoring, and averaged within the article."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from bench.faults import Fault
from bench.metrics import Metric
from bench.metrics.base import FloatArray
from bench.runs.model_scores import Lines, ModelScores, total
from bench.text.scripts import Losses


def samples_in(lines: Lines) -> list[Lines]:
    """The lines of each sample: the first of every article, the second, and so on."""
    several = {a: text for a, text in lines.items() if text and text.count(b"\n") > 1}
    if not several:
        return [lines]
    split = {article: text.splitlines(keepends=True) for article, text in several.items()}
    first = {
        article: split[article][0] if article in split else lines[article] for article in lines
    }
    most = max(map(len, split.values()))
    later = [
        {article: own[number] for article, own in split.items() if number < len(own)}
        for number in range(1, most)
    ]
    return [first, *later]


def averaged(parts: Sequence[ModelScores], metrics: Mapping[str, Metric]) -> ModelScores:
    """The scores of a model whose samples were scored one by one.

    The statistics of an article are the mean of those of its samples. A sample without a score (a
    failed one, with ``on_error: skip``) does not count.

    Args:
        parts: the scores of the first sample of the articles, of the second, and so on.
        metrics: by name.
    """
    if len(parts) == 1:
        return parts[0]
    articles = sorted({article for part in parts for article in part.articles})
    faults: dict[str, Fault] = {}
    for part in parts:
        for name, fault in part.faults.items():
            faults[name] = min(faults.get(name, fault), fault, key=lambda each: each.article)
    scored = [part for part in parts if part.articles]
    names = [name for name in (scored[0].statistics if scored else {}) if name not in faults]
    rows = _rows(scored, articles)
    return replace(
        parts[0],
        articles=tuple(articles),
        statistics={
            n: _means([p.statistics[n] for p in scored], rows, len(articles)) for n in names
        },
        faults=faults,
        failed=sum(part.failed for part in parts),
        empty=sum(part.empty for part in parts),
        truncated=sum(part.truncated for part in parts),
        truncated_input=sum(part.truncated_input for part in parts),
        truncated_output=sum(part.truncated_output for part in parts),
        seconds=total(part.seconds for part in parts),
        cut=sum(part.cut for part in parts),
        tokens_in=total(part.tokens_in for part in parts),
        tokens_out=total(part.tokens_out for part in parts),
        reason=next((part.reason for part in parts if part.reason), None),
        losses=sum((part.losses for part in parts), Losses()),
        outputs=sum(part.outputs for part in parts),
        samples=len(parts),
        values={
            n: _each([metrics[n].values(p.statistics[n]) for p in scored], rows, len(articles))
            for n in names
        },
    )


def _rows(parts: Sequence[ModelScores], articles: Sequence[str]) -> list[list[int]]:
    """The index of each article of each part."""
    row_of = {article: row for row, article in enumerate(articles)}
    return [[row_of[article] for article in part.articles] for part in parts]


def _means(
    statistics: Sequence[FloatArray], rows: Sequence[Sequence[int]], count: int
) -> FloatArray:
    """The mean of each article over the parts that have it; of equal statistics just these."""
    first = np.zeros((count, statistics[0].shape[1]))
    further, seen = np.zeros_like(first), np.zeros(count)
    for own, where in zip(statistics, rows, strict=True):
        at = np.array(where, np.intp)
        fresh = seen[at] == 0
        first[at[fresh]] = own[fresh]
        further[at] += own - first[at]
        seen[at] += 1
    return first + further / seen[:, None]


def _each(
    values: Sequence[FloatArray], rows: Sequence[Sequence[int]], count: int
) -> tuple[FloatArray | None, ...]:
    """The values of each article's samples; None for an article with only one."""
    found: list[list[FloatArray]] = [[] for _ in range(count)]
    for own, where in zip(values, rows, strict=True):
        for row, value in zip(where, own, strict=True):
            found[row].append(value)
    return tuple(np.array(own) if len(own) > 1 else None for own in found)
