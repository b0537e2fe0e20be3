"""The part of raters in the variance of a mean rating: textbook values, and intervals that hold."""

from __future__ import annotations

import numpy as np
import pytest

from bench.stats import Sample, rater_variance, score_interval, severity_of


def crossed(rng, articles, raters, each, spreads):
    """Ratings with a mean of 3; spreads of articles, raters and the rest."""
    of_article = rng.normal(3, spreads[0], articles)
    of_rater = rng.normal(0, spreads[1], raters)
    cells = [(a, (a + turn) % raters) for a in range(articles) for turn in range(each)]
    values = [of_article[a] + of_rater[r] + rng.normal(0, spreads[2]) for a, r in cells]
    return np.array(values), [a for a, _ in cells], [r for _, r in cells]


def means(values, articles):
    return Sample(np.array([values[np.array(articles) == a].mean() for a in sorted(set(articles))]))


def test_balanced_design_has_the_mean_squares_of_a_two_way_table():
    table = np.random.default_rng(0).normal(3, 1, (12, 4)) + np.array([-1, 0, 0.5, 1])
    articles, raters = np.indices(table.shape)
    found = rater_variance(table.ravel(), articles.ravel().tolist(), raters.ravel().tolist())
    rows, columns = table.mean(axis=1), table.mean(axis=0)
    between = 12 * columns.var(ddof=1)
    rest = ((table - rows[:, None] - columns + table.mean()) ** 2).sum() / (11 * 3)
    assert found.between == pytest.approx((between - rest) / 12)
    assert found.variance == pytest.approx((between - rest) / 12 / 4)
    satterthwaite = (between - rest) ** 2 / (between**2 / 3 + rest**2 / 33)
    assert found.freedom == pytest.approx(satterthwaite)


def test_variance_between_raters_is_found_in_unbalanced_designs():
    rng = np.random.default_rng(1)
    found = []
    for _ in range(300):
        values, articles, raters = crossed(rng, 40, 8, 3, (0.5, 0.4, 0.6))
        kept = rng.random(len(values)) < 0.8
        chosen = np.flatnonzero(kept)
        found.append(
            rater_variance(values[kept], [articles[i] for i in chosen], [raters[i] for i in chosen])
        )
    assert np.mean([one.between for one in found]) == pytest.approx(0.16, rel=0.1)


def test_equally_severe_raters_add_nothing():
    values = np.array([1.0, 2.0, 2.0, 1.0, 3.0, 3.0])
    found = rater_variance(values, [0, 0, 1, 1, 2, 2], "ababab")
    assert found.variance == found.between == 0
    sample = means(values, [0, 0, 1, 1, 2, 2])
    assert score_interval(sample, raters=found) == score_interval(sample)


@pytest.mark.parametrize(
    ("articles", "raters"),
    [([0, 1, 2], "abc"), ([0, 1, 2], "aaa"), ([0, 0], "ab"), ([], "")],
    ids=["one rater an article", "one rater", "one article", "nothing"],
)
def test_raters_that_cannot_be_told_from_articles_add_nothing(articles, raters):
    assert rater_variance(np.arange(len(articles)), articles, list(raters)) is None


def test_raters_in_unconnected_groups_are_compared_within_them():
    values = [1, 2, 1, 2, 4, 4, 5, 4]
    found = rater_variance(values, [0, 0, 1, 1, 2, 2, 3, 3], "ababcdcd")
    assert np.isfinite(found.variance)


def test_scores_that_are_all_equal_still_vary_with_raters():
    values = np.tile([2.0, 4.0], 6)
    articles = np.repeat(np.arange(6), 2).tolist()
    found = rater_variance(values, articles, list("ab" * 6))
    interval = score_interval(means(values, articles), raters=found, limits=(1, 5)).interval
    assert interval.low < 2
    assert interval.high > 4


def test_order_of_ratings_does_not_matter():
    rng = np.random.default_rng(2)
    values, articles, raters = crossed(rng, 10, 4, 2, (0.5, 0.4, 0.6))
    order = rng.permutation(len(values))
    one = rater_variance(values, articles, raters)
    other = rater_variance(values[order], [articles[i] for i in order], [raters[i] for i in order])
    assert other.variance == pytest.approx(one.variance)
    assert other.freedom == pytest.approx(one.freedom)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("articles", "raters", "each", "between"),
    [(20, 3, 3, 0.4), (20, 4, 2, 0.4), (12, 6, 3, 0.4), (30, 3, 3, 0.0), (40, 5, 2, 0.8)],
)
def test_interval_holds_for_other_articles_and_other_raters(articles, raters, each, between):
    rng = np.random.default_rng(3)
    held, held_without = [], []
    for _ in range(500):
        values, of_article, of_rater = crossed(rng, articles, raters, each, (0.5, between, 0.6))
        sample = means(values, of_article)
        found = rater_variance(values, of_article, of_rater)
        for kept, part in ((held, found), (held_without, None)):
            interval = score_interval(sample, raters=part).interval
            kept.append(interval.low <= 3 <= interval.high)
    assert 0.92 <= np.mean(held) <= 0.98
    if between:
        assert np.mean(held_without) < 0.9  # articles alone are not enough


def test_severity_is_the_distance_from_the_mean_of_others_on_the_same_item():
    values, items, raters = [5, 3, 4, 2, 1], ["x", "x", "x", "y", "z"], list("abcab")
    deviations, chosen = severity_of(values, items, raters, "a")
    assert deviations.tolist() == [1.5]  # nobody else rated y
    assert chosen == [0]
    assert severity_of(values, items, raters, "b")[0].tolist() == [-1.5]
