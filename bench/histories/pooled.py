"""The scores of articles, averaged over several runs."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from bench.runs.article_scores import ArticleScores
from bench.runs.finished import FinishedRun
from bench.stats.sample import FloatArray


def pooled_scores(
    runs: Sequence[FinishedRun], task: str, model: str, score: str
) -> ArticleScores | None:
    """The mean of each article that all runs have; exactly their score if they agree.

    Returns:
        None if no article has the score in all of them.
    """
    own = [run.scored_articles(task, model, score) for run in runs]
    shared = set(own[0]).intersection(*own[1:]) if own else set()
    articles = tuple(article for article in own[0] if article in shared) if own else ()
    if not articles:
        return None
    found = [run.values(task, model, score).on(articles) for run in runs]
    statistics = [one.statistics for one in found]
    kept = [one for one in statistics if one is not None]
    return ArticleScores(
        articles,
        exact_mean([one.values for one in found]),
        exact_mean(kept) if len(kept) == len(found) else None,
    )


def exact_mean(rows: Sequence[FloatArray]) -> FloatArray:
    """The mean of arrays; where all are equal, their value and not one that rounding moved."""
    first = rows[0]
    if all(np.array_equal(first, row) for row in rows[1:]):
        return np.asarray(first, np.float64)
    stacked = np.stack(rows)
    mean = np.asarray(stacked.mean(axis=0), np.float64)
    return np.where((stacked == stacked[0]).all(axis=0), stacked[0], mean)


def adjusted_means(values: Sequence[dict[str, float]]) -> FloatArray:
    """The mean of each run as if it had all articles.

    The least-squares effects of runs beside those of articles, so that a run that lacks difficult
    articles does not look better.

    Args:
        values: the scores of each run by article.
    """
    index = {article: n for n, article in enumerate(sorted(set().union(*values)))}
    runs = np.repeat(np.arange(len(values)), [len(own) for own in values])
    articles = np.array([index[article] for own in values for article in own], np.intp)
    scores = np.array([score for own in values for score in own.values()], np.float64)
    of_run = np.bincount(runs, scores, len(values)) / np.bincount(runs, minlength=len(values))
    counts = np.bincount(articles, minlength=len(index))
    of_article = np.zeros(len(index))
    for _ in range(_ROUNDS):
        of_article = np.bincount(articles, scores - of_run[runs], len(index)) / counts
        before = of_run
        of_run = np.bincount(runs, scores - of_article[articles], len(values)) / np.bincount(
            runs, minlength=len(values)
        )
        if math.isclose(float(np.abs(of_run - before).max()), 0.0, abs_tol=_CLOSE):
            break
    return np.asarray(of_run + of_article.mean(), np.float64)


_ROUNDS = 50
_CLOSE = 1e-12
