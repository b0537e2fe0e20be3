"""How far the scores of a run agree with one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bench.metrics.base import FloatArray

FEWEST_ARTICLES = 3
FEWEST_MODELS = 4


def over_articles(values: Sequence[FloatArray]) -> FloatArray | None:
    """Spearman's correlation of every two scores over the articles of a model, mean over models.

    Args:
        values: of each model, shape (scores, articles); a score that it lacks is NaN.

    Returns:
        Shape (scores, scores); NaN where no model has two scores that vary. None where no model
        has enough articles.
    """
    from scipy.stats import rankdata

    found = []
    for own in values:
        whole = own[:, np.isfinite(own).any(axis=0)]
        if whole.shape[1] >= FEWEST_ARTICLES:
            ranked = np.array([rankdata(row) - (len(row) + 1) / 2 for row in whole])
            ranked[~np.isfinite(whole).all(axis=1)] = 0
            found.append(_normalised(ranked))
    if not found:
        return None
    known = np.isfinite(found)
    total = np.where(known, found, 0).sum(axis=0)
    return np.where(known.any(axis=0), total / np.maximum(known.sum(axis=0), 1), np.nan)


def between_models(means: FloatArray) -> FloatArray | None:
    """Kendall's tau-b of the orders in which every two scores put the models.

    Args:
        means: shape (scores, models).

    Returns:
        Shape (scores, scores); NaN where a score has all models equal. None with too few models.
    """
    if means.shape[1] < FEWEST_MODELS:
        return None
    signs = np.sign(means[:, :, None] - means[:, None, :]).reshape(len(means), -1)
    return _normalised(np.where(np.isfinite(signs), signs, 0))


def _normalised(rows: FloatArray) -> FloatArray:
    """The cosine of every two rows; NaN for those that are all 0."""
    length = np.sqrt((rows**2).sum(axis=1))
    with np.errstate(invalid="ignore"):
        unit = rows / np.where(length > 0, length, np.nan)[:, None]
    return np.clip(unit @ unit.T, -1, 1)


def rounded(matrix: FloatArray | None) -> list[list[float | None]] | None:
    """The numbers that a page shows."""
    if matrix is None:
        return None
    return [[None if np.isnan(v) else round(float(v), 4) for v in row] for row in matrix]


def turned(scores: Mapping[str, bool]) -> FloatArray:
    """1 for a score of which higher is better, -1 for the others, so that agreement is positive."""
    return np.array([1.0 if higher else -1.0 for higher in scores.values()])
