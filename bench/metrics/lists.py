"""Scores of lists of items, without files, configs or runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.errors import DataError
from bench.faults import ComponentError
from bench.metrics import STANDARD, AnyMetric, as_metric
from bench.metrics.adapter import checked_statistics
from bench.metrics.base import BLOCK, Block, FloatArray, Items, Metric


def score(
    predictions: Sequence[Items],
    references: Sequence[Items],
    *,
    metrics: Sequence[AnyMetric] = STANDARD,
    texts: Sequence[str] | None = None,
) -> dict[str, float]:
    """Score lists of items against reference lists.

    Args:
        predictions: what was written for each article: a list of strings.
        references: what the article's page says: a list of strings.
        metrics: names as in ``bench list metrics``, metrics, or functions of two lists of items.
        texts: the articles, for the metrics that compare with them.

    Returns:
        The name of each score (``rougeL.f1``, ``coverage@0.5``) and its value over all articles,
        the same as in a run.

    Raises:
        DataError: the lists differ in length or hold something else than strings, an article has
            no reference items, a metric needs ``texts``, or it returned what it must not.
        UnknownNameError: there is no such metric.
    """
    _check(predictions, references, texts)
    scores: dict[str, float] = {}
    for spec in metrics:
        metric = as_metric(spec)
        if metric.needs_text and texts is None:
            raise DataError(f"metric {metric.name!r} compares with the articles: give texts=")
        parts = [
            _statistics(
                metric,
                Block(
                    predictions[start : start + BLOCK],
                    references[start : start + BLOCK],
                    None if texts is None else texts[start : start + BLOCK],
                ),
            )
            for start in range(0, len(predictions), BLOCK)
        ]
        means = metric.aggregate(np.concatenate(parts)).tolist()
        scores.update(zip(metric.scores(metric.name), means, strict=True))
    return scores


def _statistics(metric: Metric, block: Block) -> FloatArray:
    """Checked as in a run, where a fault would cost the metric its scores.

    Raises:
        DataError: the metric returned something that it must not.
    """
    try:
        return checked_statistics(metric, block)
    except ComponentError as error:
        raise DataError(str(error)) from error


def _check(
    predictions: Sequence[Items], references: Sequence[Items], texts: Sequence[str] | None
) -> None:
    for what, other in (("references", references), ("texts", texts)):
        if other is not None and len(other) != len(predictions):
            raise DataError(f"{len(predictions)} predictions but {len(other)} {what}")
    if not predictions:
        raise DataError("nothing to score: no predictions")
    for what, lists in (("predictions", predictions), ("references", references)):
        for number, items in enumerate(lists):
            if isinstance(items, str) or not all(isinstance(item, str) for item in items):
                raise DataError(f"{what}[{number}] must be a list of strings: one for each item")
    for number, items in enumerate(references):
        if not items:
            raise DataError(f"references[{number}] is empty: leave the article out")
