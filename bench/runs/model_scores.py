"""The scores of one model on a batch of articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from bench.faults import Fault
from bench.metrics.base import FloatArray
from bench.text.scripts import Losses

_Number = TypeVar("_Number", int, float)
Lines = Mapping[str, bytes | None]
"""By article, its lines of the prediction file, one for each sample; None if it has none."""


@dataclass(frozen=True)
class ModelScores:
    """The scores of one model on some articles.

    Attributes:
        articles: ids of those that have a score.
        statistics: by metric, shape (articles, statistics), the mean over the samples of an
            article; a row of NaN for an article without the text that the metric needs; empty
            without articles.
        faults: by metric, for those that failed.
        failed: rows with an error.
        empty: rows without an item.
        truncated: rows whose input or output was truncated.
        truncated_input: rows whose input was truncated.
        truncated_output: rows whose output was truncated.
        tokens_in: the sum over the rows; None if unknown.
        tokens_out: likewise.
        seconds: the sum over the rows whose output tokens are known; None if unknown.
        reason: why the first row that failed in scoring failed.
        losses: the letters that the tokenizers drop from the others.
        cut: rows with more items than are scored.
        outputs: rows.
        samples: the largest number of rows of an article.
        values: by metric, the scores of the samples of each article, shape (samples, scores); None
            for an article with one. Empty where no article has several.
    """

    articles: tuple[str, ...]
    statistics: dict[str, FloatArray]
    faults: dict[str, Fault]
    failed: int
    empty: int
    truncated: int
    tokens_in: int | None
    tokens_out: int | None
    reason: str | None = None
    losses: Losses = field(default_factory=Losses)
    cut: int = 0
    outputs: int = 0
    samples: int = 1
    values: dict[str, tuple[FloatArray | None, ...]] = field(default_factory=dict)
    truncated_input: int = 0
    truncated_output: int = 0
    seconds: float | None = None


def joined(parts: Sequence[ModelScores]) -> ModelScores:
    """Join the scores of one model on several batches, in their order."""
    faults: dict[str, Fault] = {}
    for scores in parts:
        for name, fault in scores.faults.items():
            faults.setdefault(name, fault)
    scored = [scores for scores in parts if scores.articles]
    names = scored[0].statistics if scored else {}
    losses = Losses()
    for scores in parts:
        losses += scores.losses
    return ModelScores(
        articles=tuple(article for scores in parts for article in scores.articles),
        statistics={
            name: np.concatenate([scores.statistics[name] for scores in scored])
            for name in names
            if name not in faults
        },
        faults=faults,
        failed=sum(scores.failed for scores in parts),
        empty=sum(scores.empty for scores in parts),
        truncated=sum(scores.truncated for scores in parts),
        truncated_input=sum(scores.truncated_input for scores in parts),
        truncated_output=sum(scores.truncated_output for scores in parts),
        seconds=total(scores.seconds for scores in parts),
        cut=sum(scores.cut for scores in parts),
        tokens_in=total(scores.tokens_in for scores in parts),
        tokens_out=total(scores.tokens_out for scores in parts),
        reason=next((scores.reason for scores in parts if scores.reason), None),
        losses=losses,
        outputs=sum(scores.outputs for scores in parts),
        samples=max((scores.samples for scores in parts), default=1),
        values=_values(scored, [name for name in names if name not in faults]),
    )


def _values(
    parts: Sequence[ModelScores], names: Sequence[str]
) -> dict[str, tuple[FloatArray | None, ...]]:
    """The values of all samples; empty where no article has several."""
    if not any(part.values for part in parts):
        return {}
    return {
        name: tuple(own for p in parts for own in p.values.get(name) or [None] * len(p.articles))
        for name in names
    }


def total(counts: Iterable[_Number | None]) -> _Number | None:
    """The sum of the known numbers; None if none is known."""
    known = [count for count in counts if count is not None]
    return sum(known[1:], start=known[0]) if known else None
