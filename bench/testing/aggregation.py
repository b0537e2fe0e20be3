"""Checks how a metric computes scores from statistics."""

from __future__ import annotations

import numpy as np

from bench.metrics.base import FloatArray, Metric
from bench.testing.contract import Checks

_CLOSE = 1e-9


def check_aggregation(checks: Checks, metric: Metric, statistics: FloatArray) -> bool:
    """Check ``scores``, ``of_sums``, ``aggregate``, ``is_mean``; all but the last must hold.

    Args:
        checks: records violations.
        metric: the metric.
        statistics: the statistics of some articles.
    """
    values = checks.attempt("scores", "scores of each article", lambda: metric.values(statistics))
    if values is None or not _agree(checks, metric, values, len(statistics)):
        return False
    if not _vectorised(checks, metric, statistics, values):
        return False
    expected = "scores of the whole run"
    whole = checks.attempt("aggregate", expected, lambda: metric.aggregate(statistics))
    if whole is None:
        return False
    mean = values.mean(axis=0)
    if metric.is_mean and not np.allclose(whole, mean, rtol=_CLOSE, atol=_CLOSE):
        seen = f"the run scores {whole.tolist()}, its articles {mean.tolist()} on average"
        checks.fail("is_mean", seen, "the mean over articles, or `is_mean = False`")
    return True


def _agree(checks: Checks, metric: Metric, values: FloatArray, rows: int) -> bool:
    """Whether there is a name for each score."""
    named = checks.attempt("scores", "names of the scores", lambda: _names(metric))
    if named is None:
        return False
    names, headline = named
    if not isinstance(values, np.ndarray):
        seen = f"`values` returns a {type(values).__name__}"
        checks.fail("scores", seen, "a numpy array, shape (articles, scores)")
    elif values.shape != (rows, len(names)):
        seen = f"`values` returns shape {values.shape} for {rows} articles"
        checks.fail("scores", seen, f"({rows}, {len(names)}), a column for each of {names}")
    elif len(set(names)) != len(names) or headline not in names:
        seen = f"the scores are {names}, and `headline` is {headline!r}"
        checks.fail("scores", seen, "different names, the headline among them")
    return checks.passed("scores")


def _names(metric: Metric) -> tuple[tuple[str, ...], str]:
    name = metric.name
    return metric.scores(name), metric.headline(name)


def _vectorised(checks: Checks, metric: Metric, statistics: FloatArray, values: FloatArray) -> bool:
    """Whether many sums are scored as they are one by one."""
    expected = "shape (..., statistics) to shape (..., scores), each independent of the others"
    sums = np.stack([statistics, statistics[::-1]])
    counts = np.ones((*sums.shape[:-1], 1))
    at_once = checks.attempt("of_sums", expected, lambda: metric.of_sums(sums, 1))
    if at_once is None:
        return False
    if np.shape(at_once) != (*sums.shape[:-1], values.shape[1]):
        seen = f"got shape {np.shape(at_once)} for sums of shape {sums.shape}"
        checks.fail("of_sums", seen, expected)
        return False
    counted = checks.attempt("of_sums", expected, lambda: metric.of_sums(sums, counts))
    single = [metric.of_sums(row, 1) for row in statistics]
    if counted is None:
        return False
    for what, found in (("at once", at_once[0]), ("with counts", counted[0]), ("alone", single)):
        if not np.allclose(found, values, rtol=_CLOSE, atol=_CLOSE):
            seen = f"of one article each, {what}: {np.asarray(found)[0].tolist()}"
            checks.fail("of_sums", seen, f"that article's own scores, {values[0].tolist()}")
            return False
    return True
