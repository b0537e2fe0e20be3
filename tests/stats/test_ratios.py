"""Ratios of sums over articles, and slopes within articles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from bench.stats.ratios import ratio, within_slope


def test_ratio_of_equal_parts_is_the_mean_with_the_interval_of_students():
    values = np.random.default_rng(0).normal(3, 1, 20)
    found = ratio(values, np.ones(20), range(20))
    low, high = stats.ttest_1samp(values, 0).confidence_interval()
    assert found.value == pytest.approx(values.mean())
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high))
    assert found.count == 20


def test_slope_is_that_of_least_squares_with_a_constant_for_each_article():
    generator = np.random.default_rng(1)
    articles = np.repeat(np.arange(15), 4)
    x = generator.normal(size=60) + articles
    y = 0.4 * x - 2 * articles + generator.normal(size=60)
    dummies = (articles[:, None] == np.arange(15)).astype(float)
    expected = np.linalg.lstsq(np.column_stack([x, dummies]), y, rcond=None)[0][0]
    found = within_slope(x, y, articles.tolist(), articles.tolist())
    assert found.value == pytest.approx(expected)
    assert found.interval.low < 0.4 < found.interval.high


def test_interval_of_a_slope_holds():
    generator = np.random.default_rng(2)
    articles = np.repeat(np.arange(30), 4)
    held = 0
    for _ in range(400):
        x, noise = generator.normal(size=(2, 120))
        shared = np.repeat(generator.normal(size=30), 4) * x  # errors that articles share
        found = within_slope(x, 0.2 * x + noise + shared, articles.tolist(), articles.tolist())
        held += found.interval.low <= 0.2 <= found.interval.high
    assert 0.92 <= held / 400 <= 0.98


def test_share_stays_between_its_limits():
    found = ratio(np.array([1.0, 1, 0, 1]), np.ones(4), range(4), limits=(0, 1))
    assert 0 < found.interval.low < found.value == 0.75 < found.interval.high < 1


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_share_of_equal_articles_is_not_certain(value):
    found = ratio(np.full(20, value), np.ones(20), range(20), limits=(0, 1))
    exact = stats.binomtest(round(20 * value), 20).proportion_ci()
    assert (found.interval.low, found.interval.high) == pytest.approx((exact.low, exact.high))


def test_articles_of_one_cluster_count_once():
    values = np.random.default_rng(3).normal(size=10)
    once = ratio(values, np.ones(10), range(10))
    thrice = ratio(np.repeat(values, 3), np.ones(30), np.repeat(np.arange(10), 3).tolist())
    assert thrice.interval.low == pytest.approx(once.interval.low)


def test_nothing_to_divide_by_is_no_ratio():
    assert ratio(np.zeros(3), np.zeros(3), range(3)) is None
    assert within_slope(np.ones(4), np.arange(4.0), [1, 1, 2, 2], [1, 1, 2, 2]) is None


def test_one_article_has_no_interval():
    assert ratio(np.ones(2), np.ones(2), ["a", "a"]).interval is None
