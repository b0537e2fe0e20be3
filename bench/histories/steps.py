"""The paired test over articles between the runs on either side of a step."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.comparison.clusters import joint_units
from bench.runs.article_scores import ArticleScores
from bench.runs.finished import FinishedRun
from bench.stats import Interval, Sample, contrasts, paired_tests
from bench.stats.paired import spread_of_differences


@dataclass(frozen=True)
class ArticleTest:
    """A difference over articles like these.

    Attributes:
        interval: of the difference; None with fewer than six articles.
        p_value: of no difference; None likewise.
        changed: the number of articles whose score changed.
        articles: the number of articles that all runs have.
        effect: the size of the difference in standard deviations between articles.
    """

    interval: Interval | None
    p_value: float | None
    changed: int
    articles: int
    effect: float = 0.0


def article_test(
    key: tuple[str, str, str],
    sides: Sequence[Sequence[FinishedRun]],
    before: ArticleScores,
    after: ArticleScores,
) -> ArticleTest | None:
    """The test of the new scores of articles against the old ones.

    Args:
        key: task, model and score.
        sides: the runs before and after.
        before: the scores of the articles, averaged over the runs before.
        after: those after.

    Returns:
        None if no article is on both sides.

    Raises:
        NeedsMetricError: the score is not a mean, and its metric is not part of this package.
    """
    there = set(after.articles)
    articles = tuple(article for article in before.articles if article in there)
    if not articles:
        return None
    run = sides[1][0]
    samples = [_sample(run, key, one.on(articles)) for one in (after, before)]
    units = joint_units([runs[0] for runs in sides], articles)
    low, high = run.results.range_of(key[2])
    limits = None if low is None or high is None else [high - low]
    pair = contrasts(samples, [(0, 1)], clusters=units, limits=limits)
    (test,) = paired_tests(pair)
    spread = spread_of_differences(*samples)
    effect = abs(test.difference) / spread if spread else math.inf
    return ArticleTest(test.interval, test.p_value, test.changed, len(articles), effect)


def _sample(run: FinishedRun, key: tuple[str, str, str], scores: ArticleScores) -> Sample:
    if scores.statistics is None:
        return Sample(scores.values)
    own = run.sample(*key, run.scored_articles(*key)[:1])  # how sums become the score
    return Sample(scores.values, scores.statistics, own.of_sums)


def split_by_articles(
    runs: int,
    alpha: float,
    test: Callable[[Sequence[int], Sequence[int]], ArticleTest | None],
) -> list[tuple[int, float]]:
    """Where too few runs to know their noise changed, by tests over the articles alone.

    Args:
        runs: their number.
        alpha: the chance of finding a change in a level series.
        test: of some runs against some earlier ones.

    Returns:
        The first run of each new level, and the p-value, corrected for the runs.
    """
    cuts: list[int] = []
    waiting = [(0, runs)]
    while waiting:
        start, end = waiting.pop()
        splits = []
        for cut in range(start + 1, end):
            one = test(range(start, cut), range(cut, end))
            if one is not None and one.p_value is not None:
                # The p-values of clear changes are all as small as flips allow.
                splits.append((one.p_value, -one.effect, cut))
        if splits and min(splits)[0] * (runs - 1) <= alpha:
            cut = min(splits)[2]
            cuts.append(cut)
            waiting += [(start, cut), (cut, end)]
    edges = [0, *sorted(cuts), runs]
    found = []
    for before, cut, after in zip(edges, edges[1:], edges[2:], strict=False):
        one = test(range(before, cut), range(cut, after))
        if one is not None and one.p_value is not None and one.p_value * (runs - 1) <= alpha:
            found.append((cut, min(1.0, one.p_value * (runs - 1))))
    return found
