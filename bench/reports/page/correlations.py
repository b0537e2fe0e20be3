"""Correlations between the scores of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bench.metrics.base import FloatArray

FEWEST_ARTICLES = 3
FEWEST_MODELS = 4


def over_articles(values: Sequence[FloatArray]) -> FloatArray | None:
    """Spearman correlation of all pairs of scores over articles, averaged over models.

    Args:
        values: scores of each model, shape (scores, articles); NaN where a score is missing.

    Returns:
        Shape (scores, scores); NaN where no model has varying scores. None if no model has enough
        articles.
    """
    found = []
    for own in values:
        whole = own[:, np.isfinite(own).any(axis=0)]
        if whole.shape[1] >= FEWEST_ARTICLES:
            ranked = np.array([_average_ranks(row) - (len(row) + 1) / 2 for row in whole])
            ranked[~np.isfinite(whole).all(axis=1)] = 0
            found.append(_normalised(ranked))
    if not found:
        return None
    known = np.isfinite(found)
    total = np.where(known, found, 0).sum(axis=0)
    return np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan)


def between_models(means: FloatArray) -> FloatArray | None:
    """Kendall's tau-b of the rankings of the models by all pairs of scores.

    Args:
        means: shape (scores, models).

    Returns:
        Shape (scores, scores); NaN where a score is equal for all models. None for too few models.
    """
    if means.shape[1] < FEWEST_MODELS:
        return None
    signs = np.sign(means[:, :, None] - means[:, None, :]).reshape(len(means), -1)
    return _normalised(np.where(np.isfinite(signs), signs, 0))


def _average_ranks(row: FloatArray) -> FloatArray:
    """Ranks from 1 on; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(row, return_inverse=True, return_counts=True)
    ranks: FloatArray = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return ranks


def _normalised(rows: FloatArray) -> FloatArray:
    """Rows divided by their norm; NaN for rows of zeros."""
    length = np.sqrt((rows**2).sum(axis=1))
    with np.errstate(invalid="ignore"):
        unit = rows / np.where(length > 0, length, np.nan)[:, None]
    return np.clip(unit @ unit.T, -1, 1)


def rounded(matrix: FloatArray | None) -> list[list[float | None]] | None:
    """The numbers as shown on the page."""
    if matrix is None:
        return None
    return [[None if np.isnan(v) else round(float(v), 4) for v in row] for row in matrix]


def turned(scores: Mapping[str, bool]) -> FloatArray:
    """1 for scores where higher is better, -1 for others, so that agreement is positive."""
    return np.array([1.0 if higher else -1.0 for higher in scores.values()])
