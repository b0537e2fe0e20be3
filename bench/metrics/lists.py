"""Scores of lists of items, without files, configs or runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.errors import DataError
from bench.metrics import STANDARD, metric_named
from bench.metrics.base import BLOCK, Block, Items
from bench.text.characters import whole_characters


def score(
    predictions: Sequence[Items],
    references: Sequence[Items],
    *,
    metrics: Sequence[str] = STANDARD,
    texts: Sequence[str] | None = None,
) -> dict[str, float]:
    """Score lists of items against reference lists.

    Args:
        predictions: what was written for each article: a list of strings.
        references: what the article's page says: a list of strings.
        metrics: names as in ``bench list metrics``.
        texts: the articles, for the metrics that compare with them.

    Returns:
        The name of each score (``rougeL.f1``, ``coverage@0.5``) and its value over all articles,
        the same as in a run.

    Raises:
        DataError: the lists differ in length or hold something else than strings, an article has
            no reference items, or a metric needs ``texts``.
        UnknownNameError: there is no such metric.
    """
    _check(predictions, references, texts)
    predictions = [[whole_characters(item) for item in items] for items in predictions]
    references = [[whole_characters(item) for item in items] for items in references]
    texts = None if texts is None else [whole_characters(text) for text in texts]
    scores: dict[str, float] = {}
    for name in metrics:
        metric = metric_named(name)
        if metric.needs_text and texts is None:
            raise DataError(f"metric {name!r} compares with the articles: give texts=")
        parts = [
            metric.statistics(
                Block(
                    predictions[start : start + BLOCK],
                    references[start : start + BLOCK],
                    None if texts is None else texts[start : start + BLOCK],
                )
            )
            for start in range(0, len(predictions), BLOCK)
        ]
        means = metric.aggregate(np.concatenate(parts)).tolist()
        scores.update(zip(metric.scores(metric.name), means, strict=True))
    return scores


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
